"""How good a ranking is, judged by what the office decided: every figure with the range it lies in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AT = 5  #: places of NDCG
DEEP = 10  #: places of recall
BINS = 10
DRAWS = 2000
INTERVAL = (2.5, 97.5)  #: percent


class Figure(NamedTuple):
    """A mean over challenges and the range it lies in nineteen times in twenty; nan where nothing could be judged."""

    value: float
    low: float
    high: float
    n: int  #: challenges (or decisions) it rests on


@dataclass(frozen=True)
class Lists:
    """The candidates of every judged challenge, one row a pair, in columns of equal length.

    ``gain`` is what the decisions said: 0 refused, 1 accepted, 2 agreed, 3 proven; nan: nobody looked at the pair.
    Rows of one challenge stand together.
    """

    challenge: Ints
    offer: Ints
    gain: Floats

    @property
    def starts(self) -> Ints:
        """Where each challenge begins, and the end."""
        cuts = np.flatnonzero(np.diff(self.challenge)) + 1
        return np.concatenate([[0], cuts, [len(self.challenge)]]).astype(np.int64)


def places(lists: Lists, score: Floats) -> Ints:
    """Place of each pair in its challenge's list, 1 is best; ties go to the lower number of the offer."""
    order = np.lexsort((lists.offer, -score, lists.challenge))
    found = np.empty(len(order), np.int64)
    starts = lists.starts
    found[order] = np.arange(len(order)) - np.repeat(starts[:-1], np.diff(starts)) + 1
    return found


def _judged(lists: Lists) -> Lists:
    """Only pairs somebody decided: unseen ones are missing, not refused."""
    kept = ~np.isnan(lists.gain)
    return Lists(lists.challenge[kept], lists.offer[kept], lists.gain[kept])


def ndcg(lists: Lists, score: Floats, at: int = AT) -> tuple[Floats, Ints]:
    """NDCG among decided pairs, a value a challenge that has both a yes and a no; and which challenges those are."""
    kept = ~np.isnan(lists.gain)
    judged, mine = _judged(lists), score[kept]
    place, best = places(judged, mine), places(judged, judged.gain)
    discount = 1 / np.log2(1 + np.arange(1, at + 1))
    worth = 2.0**judged.gain - 1
    cut = judged.starts[:-1]
    if not len(judged.challenge):
        return np.zeros(0), np.zeros(0, np.int64)
    got = np.add.reduceat(np.where(place <= at, worth * discount[np.minimum(place, at) - 1], 0), cut)
    most = np.add.reduceat(np.where(best <= at, worth * discount[np.minimum(best, at) - 1], 0), cut)
    both = (np.maximum.reduceat(judged.gain, cut) > 0) & (np.minimum.reduceat(judged.gain, cut) == 0)
    return got[both] / most[both], judged.challenge[cut][both]


def first_yes(lists: Lists, score: Floats) -> tuple[Floats, Ints]:
    """Reciprocal rank of the best accepted pair among all candidates, a value a challenge that has one."""
    yes = np.nan_to_num(lists.gain) > 0
    place = np.where(yes, places(lists, score), np.iinfo(np.int64).max)
    cut = lists.starts[:-1]
    if not len(place):
        return np.zeros(0), np.zeros(0, np.int64)
    best = np.minimum.reduceat(place, cut)
    some = best < np.iinfo(np.int64).max
    return 1 / best[some], lists.challenge[cut][some]


def recall(lists: Lists, score: Floats, at: int = DEEP) -> tuple[Floats, Ints]:
    """Share of a challenge's accepted pairs among its first *at* candidates."""
    yes = np.nan_to_num(lists.gain) > 0
    cut = lists.starts[:-1]
    if not len(yes):
        return np.zeros(0), np.zeros(0, np.int64)
    found = np.add.reduceat((yes & (places(lists, score) <= at)).astype(float), cut)
    total = np.add.reduceat(yes.astype(float), cut)
    return found[total > 0] / total[total > 0], lists.challenge[cut][total > 0]


#: Figures of a ranking: name → a value a challenge.
RANKED: dict[str, Callable[[Lists, Floats], tuple[Floats, Ints]]] = {
    f"ndcg@{AT}": ndcg,
    "mrr": first_yes,
    f"recall@{DEEP}": recall,
}


def drawn(values: Floats, group: Ints, statistic: Callable[[Floats], float] | None = None) -> Figure:
    """The mean of *values* (or another statistic of their rows) with its range, whole groups drawn anew."""
    if not len(values):
        return Figure(np.nan, np.nan, np.nan, 0)
    _, place = np.unique(group, return_inverse=True)
    count = int(place.max()) + 1
    chance = np.random.default_rng(0)  # the same decisions, the same range
    if statistic is None:
        sums, sizes = np.bincount(place, values), np.bincount(place)
        times = chance.multinomial(count, np.full(count, 1 / count), size=DRAWS)
        low, high = np.percentile((times @ sums) / np.maximum(times @ sizes, 1), INTERVAL)
        return Figure(float(values.mean()), float(low), float(high), count)
    rows = [np.flatnonzero(place == one) for one in range(count)]
    seen = [statistic(values[np.concatenate([rows[one] for one in chance.integers(count, size=count)])])
            for _ in range(DRAWS // 10)]  # fmt: skip
    low, high = np.percentile(seen, INTERVAL)
    return Figure(float(statistic(values)), float(low), float(high), count)


def ranking(lists: Lists, scores: Mapping[str, Floats]) -> dict[str, dict[str, Figure]]:
    """Every figure of every scorer: scorer → figure → value and range."""
    return {
        name: {figure: drawn(*judge(lists, score)) for figure, judge in RANKED.items()}
        for name, score in scores.items()
    }


# --- chances ---------------------------------------------------------------------------------------------------------


def brier(chance: Floats, yes: Floats) -> Floats:
    """Squared miss of each chance."""
    return np.asarray((chance - yes) ** 2)


def ece(chance: Floats, yes: Floats, bins: int = BINS) -> float:
    """Expected calibration error: how far chance and frequency lie apart, bins of equal width, weighted by size."""
    if not len(chance):
        return float("nan")
    place = np.minimum((chance * bins).astype(np.int64), bins - 1)
    size = np.bincount(place, minlength=bins)
    apart = np.abs(np.bincount(place, chance, bins) - np.bincount(place, yes, bins))
    return float(apart.sum() / size.sum())


def chances(chance: Floats, yes: Floats, challenge: Ints) -> dict[str, Figure]:
    """Brier score and calibration error of chances told before the decisions were known."""
    both = np.column_stack([chance, yes])
    return {
        "brier": drawn(brier(chance, yes), challenge),
        "ece": drawn(both, challenge, lambda rows: ece(rows[:, 0], rows[:, 1])),
    }


# --- fairness --------------------------------------------------------------------------------------------------------


def by_group(values: Floats, challenge: Ints, group_of: Mapping[int, str]) -> dict[str, Figure]:
    """A figure within each group of challenges (near, far; small, large; a kecamatan), largest group first."""
    names = np.array([group_of.get(int(one), "") for one in challenge], dtype=object)
    found = {}
    for name in sorted({str(one) for one in names} - {""}):
        kept = names == name
        found[name] = drawn(values[kept], challenge[kept])
    return dict(sorted(found.items(), key=lambda item: (-item[1].n, item[0])))
