"""What a version of the weights knows of itself: points, intervals, calibration; kept as plain values, no pickle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import DamagedWeights
from matcher.factors import FACTORS
from matcher.vocabulary import Words

Floats = NDArray[np.float64]

VERSION = 1  #: of the plain form; another one is not read
TENTHS = 1000  #: weights are whole tenths of a point that sum to this

#: Everything that is compared, one row each.
RANKINGS: dict[str, Words] = {
    "learned": Words("bobot hasil belajar", "learned weights"),
    "office": Words("bobot dinas saja", "the office's own weights alone"),
    "scratch": Words("regresi logistik dari nol", "logistic regression from scratch"),
    "bm25": Words("kata-kata saja (BM25)", "words alone (BM25)"),
    "tfidf": Words("kata-kata saja (TF-IDF)", "words alone (TF-IDF)"),
    "newest": Words("tawaran terbaru dulu", "newest offer first"),
}

#: How challenges are told apart when asking whether a ranking is fair.
SIDES: dict[str, Words] = {
    "near": Words("dekat kota", "near town"),
    "far": Words("jauh dari kota", "far from town"),
    "large": Words("pengunjung banyak", "many visitors"),
    "small": Words("pengunjung sedikit", "few visitors"),
}


def whole_tenths(shares: Sequence[float] | Floats) -> Floats:
    """Shares (any non-negative scale) as points with one decimal that sum to exactly 100; the largest rests go up."""
    exact = np.asarray(shares, np.float64) / np.sum(shares) * TENTHS
    floor = np.floor(exact + 1e-9)
    rest = round(TENTHS - float(floor.sum()))
    up = np.argsort(-(exact - floor), kind="stable")[:rest]
    floor[up] += 1
    return np.asarray(floor / 10)


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights that decisions have moved.  Tuples stand in the order of ``names``."""

    names: tuple[str, ...]
    points: tuple[float, ...]  #: whole tenths, sum to 100
    low: tuple[float, ...]  #: nineteen times in twenty the weight is no lower, in points
    high: tuple[float, ...]  #: and no higher
    scale: float  #: logits a hundred points are worth; for chances only
    intercept: float  #: logit at no points
    strength: float  #: how strongly the office's own weights were held on to
    lessons: int

    def chance(self, score: Floats | float) -> Floats:
        """Chance of a yes at these scores (points of 100), in [0, 1]."""
        logit = self.scale * np.asarray(score, np.float64) / 100 + self.intercept
        return np.asarray(1 / (1 + np.exp(-np.clip(logit, -40, 40))))

    def by_name(self) -> dict[str, float]:
        """Factor → points, as an office's weights are stored."""
        return dict(zip(self.names, self.points, strict=True))

    def plain(self) -> dict[str, Any]:
        """The model as plain values, with the version of this form."""
        return {"version": VERSION} | {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }


def from_plain(plain: Mapping[str, Any]) -> Learned:
    """A model back from its plain values.

    Raises
    ------
    DamagedWeights
        Another version, other factors than today's, something missing, or a number that is none.
    """
    if not isinstance(plain, Mapping) or plain.get("version") != VERSION:
        raise DamagedWeights(value=str(plain.get("version", "?")) if isinstance(plain, Mapping) else "?")
    try:
        names = tuple(str(name) for name in plain["names"])
        points, low, high = (tuple(float(value) for value in plain[name]) for name in ("points", "low", "high"))
        found = Learned(
            names, points, low, high, float(plain["scale"]), float(plain["intercept"]), float(plain["strength"]),
            int(plain["lessons"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise DamagedWeights(value=str(error)) from error
    if names != tuple(factor.name for factor in FACTORS) or not _sound(found):
        raise DamagedWeights(value=", ".join(names))
    return found


def _sound(found: Learned) -> bool:
    numbers = (*found.points, *found.low, *found.high, found.scale, found.intercept, found.strength)
    return (
        len(found.points) == len(found.low) == len(found.high) == len(found.names)
        and all(map(math.isfinite, numbers))
        and min(found.points) >= 0
        and abs(sum(found.points) - 100) < 0.05
        and found.scale >= 0
    )
