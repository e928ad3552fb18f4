"""Turns the stored card of a version of weights into what a page shows; a card that cannot be read is None."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from matcher import teaching
from matcher.vocabulary import Words
from matcher.weighing import RANKINGS, SIDES


class Figure(NamedTuple):
    """A figure with the range it lies in nineteen times in twenty, and how many challenges or decisions it rests on."""

    value: float
    low: float
    high: float
    n: int


class Compared(NamedTuple):
    """One measure: its words, what it means, its name among specialists; None: it cannot be judged yet."""

    words: Words
    means: Words
    name: str
    office: Figure | None
    learned: Figure | None


@dataclass(frozen=True, slots=True)
class Card:
    """What the weights were learned from, how good they are, and for whom."""

    lessons: int
    silent: int
    first: dt.date | None
    last: dt.date | None
    decisions: list[tuple[Words, int]]
    gain: Figure | None
    compared: list[Compared]
    rankings: list[tuple[Words, Figure | None]]
    groups: list[tuple[Words, list[tuple[Words, Figure | None]]]]
    open: int
    first_changes: int
    givers: tuple[int, int]  #: in first places, before and after
    unsaid: list[tuple[Words, int]]


#: (where in the card, name there, words, what it means, name among specialists)
_MEASURES = (
    ("rankings", "ndcg@5", Words("Mutu lima teratas", "Quality of the top five"),
     Words("1: urutannya sempurna", "1: a perfect order"), "NDCG@5"),
    ("rankings", "mrr", Words("Pilihan dinas dekat puncak", "The office's choice near the top"),
     Words("1: selalu di tempat pertama", "1: always in first place"), "MRR"),
    ("rankings", "recall@10", Words("Pilihan dinas masuk sepuluh teratas", "The office's choice among the top ten"),
     Words("1: tidak ada yang terlewat", "1: none is missed"), "recall@10"),
    ("chances", "brier", Words("Tebakan yang meleset", "How far guesses miss"),
     Words("0: tebakannya selalu tepat", "0: guesses are always right"), "Brier"),
    ("chances", "ece", Words("Beda tebakan dan kenyataan", "Guesses against what happened"),
     Words("0: tebakan 70% terjadi 70 kali dari 100", "0: a guess of 70% comes true 70 times of 100"), "ECE"),
)  # fmt: skip
_GROUPS = {
    "distance": Words("Menurut jarak", "By distance"),
    "size": Words("Menurut besar perpustakaan", "By size of the library"),
    "kecamatan": Words("Menurut kecamatan", "By kecamatan"),
}
_UNSAID = {
    "quantity": Words("kebutuhan tanpa jumlah", "needs without a number"),
    "urgency": Words("kebutuhan yang belum jelas kapan perlunya", "needs that do not say how soon"),
    "place": Words("kebutuhan tanpa desa", "needs without a village"),
    "left": Words("tawaran tanpa jumlah", "offers without a number"),
}


def read(stored: Any) -> Card | None:
    """The card as it is stored; None where there is none, or nothing that can be read."""
    try:
        return _read(stored)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _read(stored: Mapping[str, Any]) -> Card:
    return Card(
        lessons=int(stored["lessons"]),
        silent=int(stored["silent"]),
        first=_day(stored["from"]),
        last=_day(stored["to"]),
        decisions=[(teaching.decided(what), int(count)) for what, count in stored["decisions"].items()],
        gain=_figure(stored["gain"]),
        compared=[
            Compared(words, means, name, _figure(stored[part]["office"][code]), _figure(stored[part]["learned"][code]))
            for part, code, words, means, name in _MEASURES
        ],
        rankings=[(words, _figure(stored["rankings"][name]["ndcg@5"])) for name, words in RANKINGS.items()],
        groups=[
            (words, _group(stored["fairness"][side].items()))
            for side, words in _GROUPS.items()
            if stored["fairness"].get(side)
        ],
        open=int(stored["open"]),
        first_changes=int(stored["first_changes"]),
        givers=(int(stored["givers_first"]["before"]), int(stored["givers_first"]["after"])),
        unsaid=[(words, int(stored["unsaid"][name])) for name, words in _UNSAID.items() if stored["unsaid"][name]],
    )


def _group(found: Iterable[tuple[str, Any]]) -> list[tuple[Words, Figure | None]]:
    return [(SIDES.get(name, Words(name or "–", name or "–")), _figure(figure)) for name, figure in found]


def _figure(stored: list[Any]) -> Figure | None:
    """[value, low, high, n]; None where nothing was judged."""
    value, low, high, count = stored
    if value is None or not count:
        return None
    low, high = (value if bound is None else bound for bound in (low, high))
    found = Figure(float(value), float(low), float(high), int(count))
    if not all(map(math.isfinite, found)):
        raise ValueError(stored)
    return found


def _day(stored: str | None) -> dt.date | None:
    return dt.date.fromisoformat(stored) if stored else None
