"""Owns work too long for one request: it runs in a thread of this process, tells how far it is, and can be stopped.

Nothing here is kept on disk.  A service that starts again has forgotten its works; whoever asks next starts anew, and a
work that wrote had not been committed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, current_app

Watch = Callable[[int, int], None]  #: is told how much of how much is done, and raises `Stopped` to end the work
_KEPT = 6  #: finished works whose results are kept


class Stopped(Exception):
    """Somebody asked that the work be stopped."""


class Work:
    """One work: how much of how much is done, and what came of it."""

    def __init__(self, total: int) -> None:
        self.done, self.total = 0, total
        self.asked = False  #: whether somebody was told to wait for it
        self.owner = ""  #: who began it, and is told what came of it
        self.result: Any = None
        self.error: Exception | None = None
        self._over = threading.Event()
        self._stop = threading.Event()

    @property
    def over(self) -> bool:
        """Whether it has ended, well or not."""
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, *seconds* at most; whether it has ended."""
        return self._over.wait(seconds)

    def stop(self) -> None:
        """Let it end when it next tells how far it is."""
        self._stop.set()

    def watch(self, done: int, total: int) -> None:
        """Take note of how far it is."""
        if self._stop.is_set():
            raise Stopped
        self.done, self.total = done, total

    def run(self, task: Callable[[Watch], Any]) -> None:
        """Carry *task* out here and now, and keep what comes of it."""
        try:
            self.result = task(self.watch)
        except Exception as error:  # whoever asks for the result is told
            self.error = error
        finally:
            self._over.set()


class Works:
    """The works of this process, each by its name; of those that have ended, the latest."""

    def __init__(self) -> None:
        self._works: OrderedDict[Hashable, Work] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: Hashable) -> Work | None:
        """The work of that name, under way or ended."""
        with self._lock:
            return self._works.get(name)

    def forget(self, name: Hashable) -> None:
        """Let go of a work that has ended; its name may be used again."""
        with self._lock:
            self._works.pop(name, None)

    def start(
        self, name: Hashable, total: int, task: Callable[[Watch], Any], *, alone: bool, anew: bool = False
    ) -> Work:
        """The work of that name; where there is none, *task* is begun: in a thread of its own where *alone*.

        *anew* begins it again where it has ended.
        """
        with self._lock:
            work = self._works.get(name)
            if work is not None and not (anew and work.over):
                self._works.move_to_end(name)
                return work
            self._works[name] = work = Work(total)
            self._tidy()
        if alone:
            threading.Thread(target=work.run, args=(task,), daemon=True).start()
        else:
            work.run(task)
        return work

    def _tidy(self) -> None:
        ended = [name for name, work in self._works.items() if work.over]
        for name in ended[:-_KEPT]:
            del self._works[name]


def init_app(app: Flask) -> None:
    """Give *app* its works."""
    app.extensions["works"] = Works()


def works() -> Works:
    """The works of the application that answers."""
    found: Works = current_app.extensions["works"]
    return found
