"""Owns what every bench needs: figures with their bounds, a folder that is thrown away, a stop-watch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.vocabulary import Words
from web.folder import Content, Folder, say

SEED = 0
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number, the most and the least it may be (None: only told)."""

    words: Words
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    def line(self) -> str:
        """The number as a line of the table."""
        return f"  {f'{self.words.id} / {self.words.en}':<78}{self.value:>10.3f} {self.unit}{self._bound()}"

    def _bound(self) -> str:
        if self.most is not None:
            return f"  (≤ {self.most:g} {self.unit}: {'ok' if self.holds else 'TERLALU / TOO MUCH'})"
        if self.least is not None:
            return f"  (≥ {self.least:g} {self.unit}: {'ok' if self.holds else 'KURANG / TOO LITTLE'})"
        return ""

    @property
    def holds(self) -> bool:
        """Whether the number is within its bounds."""
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)


@dataclass(frozen=True, slots=True)
class Bench:
    """One row: a name, its words, and what measures."""

    name: str
    words: Words
    measure: Callable[[], Iterator[Figure]]


@contextmanager
def thrown_away(make: Content, seed: int = SEED) -> Iterator[Folder]:
    """A data folder that exists for one bench."""
    with tempfile.TemporaryDirectory(prefix="temu-mitra-bench-") as name:
        folder = Folder.open(Path(name) / "data", make=make, seed=seed, announce=_quiet(say))
        try:
            yield folder
        finally:
            folder.close()


def _quiet(announce: Callable[[str], object]) -> Callable[[str], object]:
    """Announce the work, not the password of a folder nobody will sign in to."""
    return lambda line: announce(line) if line.startswith("Menyiapkan") else None


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall and of the processor: the best of some rounds, for the others waited for somebody else."""
    walls, cpus = [], []
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)
