"""Owns the process in which a file nobody trusts is opened: its start, its limits, its clock and what it answers."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

from web.exchange.opening import MEGABYTE, Limits
from web.exchange.refusals import refuse

_START = "import sys; sys.path += sys.argv[2:]; from web.exchange.opening import main; main()"
_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 32 * MEGABYTE
_KEPT = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH")  #: all the process learns of its surroundings
_SIGNALS_OF_TIME = (24, 9)  #: SIGXCPU, SIGKILL

#: Only so many files are open at once, whoever sends them: their memory adds up.
_turns = threading.BoundedSemaphore(2)


def messages(file: IO[bytes], limits: Limits, name: str) -> Generator[list[Any], None, None]:
    """What `web.exchange.opening` answers about *file*, line by line.

    Raises
    ------
    BadFile
        The process refused the file, or died of it.
    """
    began = ended = False
    with _turns, _process(file, limits) as (process, clock):
        out = process.stdout
        assert out is not None
        while line := out.readline(_LONGEST_LINE):
            message = _understood(line)
            if message is None:
                break
            if message[0] == "refused":
                raise refuse(message[1], name, **message[2])
            if message[0] == "ready":
                began = True
            elif message[0] == "end":
                ended = True
            else:
                yield message
        if not ended:
            raise refuse("slow" if clock.finished.is_set() else _cause(process, began=began), name)


def _understood(line: bytes) -> list[Any] | None:
    """One answer; None where the process died in the middle of it."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, list) and found else None


def _cause(process: subprocess.Popen[bytes], *, began: bool) -> str:
    """Why a process fell silent before the end."""
    try:
        code = process.wait(1)
    except subprocess.TimeoutExpired:
        return "bomb"
    if not began:
        return "busy"
    return "slow" if -code in _SIGNALS_OF_TIME else "bomb"


@contextmanager
def _process(file: IO[bytes], limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], threading.Timer]]:
    """The process and its clock: killed when that runs out, and gone when the block ends."""
    command = [sys.executable, "-I", "-S", "-c", _START, json.dumps(limits), _packages(), str(_ROOT)]
    known = {key: value for key, value in os.environ.items() if key in _KEPT}
    try:
        process = subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=known, cwd=_ROOT
        )
    except OSError:
        raise refuse("busy", "") from None
    clock = threading.Timer(limits.clock, process.kill)
    clock.daemon = True
    clock.start()
    try:
        yield process, clock
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@cache
def _packages() -> str:
    """Where calamine is installed; found without loading it here."""
    found = importlib.util.find_spec("python_calamine")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parents[1])
