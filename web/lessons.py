"""Owns learning beside the pages: starts `python3 -m web learn` as a process of its own, and tells what came of it.

The process loads scikit-learn, which the one that serves pages never does.  One runs at a time; where it fails, its one
line is what a person reads.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from matcher.vocabulary import Words
from web import access, background
from web.background import Work
from web.bootstrap import SKIP
from web.cli import FAILED, PROGRAM
from web.folder import Folder

LONGEST = 1200  #: seconds after which learning is ended
_ROOT = Path(__file__).resolve().parents[1]
_URL = "TEMU_MITRA_DATABASE_URL"
_log = logging.getLogger(__name__)

_WORDS = {
    "same": Words(
        "Selesai belajar: hasilnya sama dengan bobot yang dipakai sekarang.",
        "Done learning: the result is the same as the weights in use.",
    ),
    "too_few": Words(
        "Belajar dari {count} keputusan belum dapat diuji: terlalu sedikit. Bobot yang dipakai tetap.",
        "Learning from {count} decisions cannot be tested yet: too few. The weights in use stay.",
    ),
    "not_worth": Words(
        "Selesai belajar dari {count} keputusan, tanpa usulan baru: tebakannya belum pasti lebih baik daripada bobot "
        "dinas (selisih {gain} per keputusan, rentang {low} sampai {high}; seluruh rentangnya harus di atas 0). Bobot "
        "yang dipakai tetap.",
        "Learned from {count} decisions and propose nothing new: it does not surely foresee them better than the "
        "office's own weights (difference {gain} a decision, range {low} to {high}; all of the range must lie above "
        "0). The weights in use stay.",
    ),
    "broken": Words(
        "Belajar terhenti di tengah jalan. Tidak ada yang berubah; tekan sekali lagi.",
        "Learning ended half-way. Nothing was changed; press once more.",
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Why learning laid no proposal down; ``figures`` fill the gaps of ``words``."""

    words: Words
    figures: dict[str, float]
    at: dt.datetime


def begin(office_id: int, key: str) -> None:
    """Learn, unless that is under way or *key* names the press that was carried out last."""
    folder: Folder = current_app.extensions["folder"]
    found = background.works().get(_name(office_id))
    if found is not None and found.over and key and found.result and found.result[0] == key:
        return
    command, values = _command(folder, current_app.config["AS_OF"]), _surroundings(folder)

    def task(_watch: background.Watch) -> tuple[str, Answer | None]:
        return key, _run(command, values)

    background.works().start(_name(office_id), 1, task, alone=True, anew=True)


def under_way(office_id: int) -> bool:
    """Whether learning goes on now."""
    work = background.works().get(_name(office_id))
    return work is not None and not work.over


def answer(office_id: int) -> Answer | None:
    """Why the last try laid no proposal down; None where it did, where there was none, or it goes on."""
    work: Work | None = background.works().get(_name(office_id))
    if work is None or not work.over:
        return None
    found: Answer | None = work.result[1] if work.result else _broken()
    return found


def _name(office_id: int) -> tuple[str, int]:
    return "learn", office_id


# --- the process -----------------------------------------------------------------------------------------------------


def _command(folder: Folder, as_of: dt.date | None) -> list[str]:
    """The command line; -P: a folder called `web` where the service happens to stand must not be taken for ours."""
    day = ["--as-of", as_of.isoformat()] if as_of else []
    return [sys.executable, "-P", "-m", "web", "learn", "--json", "--data", str(folder.path), *day]


def _surroundings(folder: Folder) -> dict[str, str]:
    """The environment of this process, with the database that is really open."""
    values = {**os.environ, SKIP: "1", "PYTHONPATH": str(_ROOT)}
    values.pop(_URL, None)
    if folder.engine.url.get_backend_name() != "sqlite":
        values[_URL] = folder.engine.url.render_as_string(hide_password=False)
    return values


def _run(command: list[str], values: dict[str, str]) -> Answer | None:
    """Wait for the process; whatever else it does than propose becomes a sentence."""
    try:
        ended = subprocess.run(
            command, env=values, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.error("learning: %s", type(error).__name__)
        return _broken()
    last = (ended.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    if ended.returncode == FAILED:
        return _refused(last)
    try:
        return _learned(json.loads(ended.stdout))
    except (ValueError, KeyError, TypeError):
        _log.error("learning: %s %s", ended.returncode, last.split(":")[0])  # the rest may name people
        return _broken()


def _refused(line: str) -> Answer:
    """The command's one line: both languages, with a stroke between."""
    indonesian, stroke, english = line.removeprefix(f"{PROGRAM}: ").partition(" / ")
    if not line.startswith(PROGRAM) or not stroke:
        return _broken()
    return Answer(Words(indonesian, english), {}, access.clock())


def _learned(told: dict[str, Any]) -> Answer | None:
    """Why there is no proposal, from what `learn --json` printed; None: there is one."""
    gain, low, high, tested = told["gain"]
    count = sum(told["decisions"].values())
    if told["proposed"] is not None:
        return None
    if not tested or None in (gain, low, high):
        return _answer("too_few", count=count)
    if low > 0:
        return _answer("same")
    return _answer("not_worth", count=count, gain=gain, low=low, high=high)


def _answer(code: str, **figures: float) -> Answer:
    return Answer(_WORDS[code], figures, access.clock())


def _broken() -> Answer:
    return _answer("broken")
