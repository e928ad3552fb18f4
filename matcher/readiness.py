"""What offers ask of a library, and what a kind of gift needs anyway, judged by the facts that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.columns import CATEGORIES, FACTS, Condition, Floats, Ints, Needs
from matcher.vocabulary import Category, FactCode, Operator

USUALLY = 0.5  #: weight of a fact that a kind of gift needs anyway, beside 1 for what its giver asks

#: What a gift of a category needs before it is of use, whoever gives it.
NEEDED_FIRST: dict[Category, tuple[FactCode, ...]] = {
    Category.COMPUTERS: (FactCode.ELECTRICITY, FactCode.ROOM),
    Category.INTERNET: (FactCode.ELECTRICITY,),
    Category.BOOKS: (FactCode.RACK,),
}

_PLACES = [[FACTS.index(fact) for fact in NEEDED_FIRST.get(category, ())] for category in CATEGORIES]

Asking = tuple[tuple[Condition, ...], bool]  #: what an offer asks, and whether it is experience


def needed_first(needs: Needs) -> list[int]:
    """Places of the facts that gifts of the category of these challenges need."""
    return _PLACES[int(needs.category[0])] if len(needs) else []


def lacking_first(needs: Needs) -> Ints:
    """Bit set of the facts `needed_first` that are known not to hold, by challenge."""
    bits = np.zeros(len(needs), np.int64)
    for fact in needed_first(needs):
        bits |= np.where(needs.facts[:, fact] < 1, 1 << fact, 0)
    return bits


@dataclass(frozen=True, slots=True)
class Checks:
    """Weight asked, known to hold, unknown; bit sets of facts missing and unknown; all (challenges, sets)."""

    asked: Floats
    holds: Floats
    unknown: Floats
    missing: Ints
    unsaid: Ints


def checked(needs: Needs, sets: Sequence[Asking]) -> Checks:
    """What distinct *sets* of conditions ask, judged by what is known of each challenge's library."""
    starts, rows = _weighed(needed_first(needs), sets)
    facts, least, bounds, weights = (np.array(column) for column in zip(*rows, strict=True))
    values = needs.facts[:, facts]
    known = ~np.isnan(values)
    met = known & np.where(least, values >= bounds, values <= bounds)
    bits = np.where(weights > 0, 1 << facts, 0)

    def total(parts: Floats) -> Floats:
        return np.add.reduceat(parts, starts, axis=1)

    def union(parts: Ints) -> Ints:
        return np.bitwise_or.reduceat(parts, starts, axis=1)

    return Checks(
        asked=np.broadcast_to(total(weights[None, :]), (len(needs), len(sets))),
        holds=total(np.where(met, weights, 0.0)), unknown=total(np.where(known, 0.0, weights)),
        missing=union(np.where(known & ~met & (weights == 1), bits, 0)), unsaid=union(np.where(known, 0, bits)),
    )  # fmt: skip


Row = tuple[int, bool, float, float]  #: place of a fact, whether it is to be at least, the bound, the weight


def _weighed(usual: Sequence[int], sets: Sequence[Asking]) -> tuple[list[int], list[Row]]:
    """Where each set begins, and what all sets ask and what their kind needs beside that."""
    starts: list[int] = []
    rows: list[Row] = []
    for conditions, experience in sets:
        starts.append(len(rows))
        rows.append((0, True, 0.0, 0.0))  # weighs nothing: a set that asks nothing has a row as well
        rows += [(row.fact, row.operator is Operator.AT_LEAST, row.value, 1.0) for row in conditions]
        if not experience:
            beside = set(usual) - {row.fact for row in conditions}
            rows += [(fact, True, 1.0, USUALLY) for fact in beside]
    return starts, rows
