"""What is shared out, weighed: the most a pair can carry, what binds the offers, what a step is worth; in one order.

All in whole numbers, so that two plans can be compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.planning import BANNED, FREE, OF_PAIR, QUARTERS, SCALE, Bools, Floats, Ints, Problem, Setting, Stock

# --- limits ----------------------------------------------------------------------------------------------------------


class Limits(NamedTuple):
    """Rows ``sum of uses × steps of the pairs <= left``: one an offer and a day that may bind, without repeats.

    ``row`` and ``pair`` are the places of the entries, sorted by row; ``uses`` and ``left`` are made as small as whole
    numbers allow.
    """

    row: Ints
    pair: Ints
    uses: Ints
    left: Ints  # (rows,)


def most_steps(problem: Problem) -> Ints:
    """The most each pair could carry if it were alone: 0 where it can carry nothing; the officer's word holds."""
    lowest = Stock(problem).lowest(problem.offer, problem.first, problem.last)
    most = np.minimum(np.minimum(problem.most, problem.need[problem.challenge]), lowest // problem.uses)
    most = np.where(most >= np.maximum(problem.least, 1), most, 0)
    return np.asarray(np.where(problem.fixed == FREE, most, problem.fixed), np.int64)


def limits(problem: Problem, most: Ints) -> Limits:
    """What binds the offers, for pairs that carry at most *most* steps."""
    days, some = Stock(problem), np.flatnonzero(most > 0)
    begin = days.key(problem.offer[some], problem.first[some])
    end = days.key(problem.offer[some], problem.last[some])
    keys = _critical(days, begin, end)
    low, high = np.searchsorted(keys, begin), np.searchsorted(keys, end, side="right")
    count = high - low
    row = np.repeat(low, count) + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    pair = np.repeat(some, count)
    order = np.lexsort((pair, row))
    return _smaller(problem.uses, most, days.at(keys), row[order], pair[order])


def _critical(days: Stock, begin: Ints, end: Ints) -> Ints:
    """Days on which an offer may run out: something begins or less is left, and no neighbour says as much."""
    keys = np.unique(np.concatenate([begin, days.keys]))
    begin, end = np.sort(begin), np.sort(end)
    while len(keys) > 1:
        left, same = days.at(keys), keys[1:] // days.span == keys[:-1] // days.span
        ends = np.searchsorted(end, keys[1:]) - np.searchsorted(end, keys[:-1])
        kept = np.ones(len(keys), np.bool_)
        kept[:-1] = ~(same & (ends == 0) & (left[:-1] >= left[1:]))  # the next day holds whoever holds this one
        if kept.all():
            begins = np.searchsorted(begin, keys[1:], side="right") - np.searchsorted(begin, keys[:-1], side="right")
            kept[1:] = ~(same & (begins == 0) & (left[1:] >= left[:-1]))
        if kept.all():
            break
        keys = keys[kept]
    return keys


def _smaller(uses: Ints, most: Ints, left: Ints, row: Ints, pair: Ints) -> Limits:
    """Divide each row by what its numbers share, and leave out rows that cannot be overdrawn."""
    if not len(row):
        return Limits(*(np.zeros(0, np.int64),) * 4)
    new = np.diff(row, prepend=-1) != 0
    starts, place = np.flatnonzero(new), np.cumsum(new) - 1
    shared = np.gcd.reduceat(uses[pair], starts)
    uses, left = uses[pair] // shared[place], left[row[starts]] // shared
    binds = np.add.reduceat(uses * most[pair], starts) > left
    kept = binds[place]
    return Limits((np.cumsum(binds) - 1)[place[kept]], pair[kept], uses[kept], left[binds])


# --- worth -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Prices:
    """What steps are worth under a setting, in whole millionths."""

    most: Ints  #: (e,): the most each pair may carry
    each: Floats  #: (n,): what one step of a perfect pair is worth
    step: Ints  #: (e,): of one step, by its score
    quarter: Ints  #: (n, QUARTERS): of one step in each quarter of the need
    room: Ints  #: (n, QUARTERS): steps that fit into each
    village: Ints  #: (n,): 0, 1 ...
    nothing: Bools  #: (villages,): has an allowed pair and nothing so far
    has: int  #: villages with an allowed pair that have something already
    bonus: int


@dataclass(frozen=True)
class Task:
    """A problem with its prices and with what binds."""

    problem: Problem
    prices: Prices
    rows: Limits
    odd: Bools  #: (e,): takes of an offer unlike others, or has a smallest share; beside the others corners are whole
    deep: bool  #: to be searched until the best is proven, however long that takes

    def value(self, steps: Ints) -> int:
        """Worth of a plan, villages aside; whole needs are filled from the first quarter."""
        got, room = sums(self.problem.challenge, steps, len(self.problem.need)), self.prices.room
        filled = np.clip(got[:, None] - (np.cumsum(room, axis=1) - room), 0, room)
        return int(self.prices.step @ steps) + int((filled * self.prices.quarter).sum())

    def reached(self, steps: Ints) -> Bools:
        """Villages with nothing so far to which *steps* bring something, shape (villages,)."""
        got = np.zeros(len(self.prices.nothing), np.bool_)
        got[self.prices.village[self.problem.challenge[steps > 0]]] = True
        return got & self.prices.nothing

    def waits(self, pairs: Ints) -> Bools:
        """Whether the village of each pair has nothing so far."""
        return np.asarray(self.prices.nothing[self.prices.village[self.problem.challenge[pairs]]])


def sums(place: Ints, values: Ints, count: int) -> Ints:
    """Whole sums by place."""
    found = np.zeros(count, np.int64)
    np.add.at(found, place, values)
    return found


def quarters(problem: Problem) -> Ints:
    """Steps that still fit into each quarter of a need, shape (n, QUARTERS); what is served fills the first."""
    ends = -(-problem.whole[:, None] * np.arange(QUARTERS + 1) // QUARTERS)
    return np.asarray(np.diff(np.maximum(ends, np.maximum(problem.served, 0)[:, None]), axis=1))


def weights(problem: Problem, setting: Setting) -> Floats:
    """What each challenge counts: never helped, far, and its place among those of its village that anybody may help.

    How much there is does not matter here: more supply must not make a need weigh less.
    """
    equity = 1 + setting.never * problem.never + setting.far * problem.far
    helpable = np.zeros(len(problem.need), np.bool_)
    helpable[problem.challenge[problem.fixed != BANNED]] = True
    helpable &= problem.need > 0
    _, village = np.unique(problem.village, return_inverse=True)
    beside = np.maximum(np.bincount(village, helpable), 1)[village]
    ahead = _ahead(village, np.where(helpable, problem.rank, np.iinfo(np.int64).max))
    place = np.minimum(ahead, len(setting.ranks) - 1)
    return np.asarray(equity * np.array(setting.ranks)[place] * beside**-setting.few)


def _ahead(group: Ints, rank: Ints) -> Ints:
    """How many of the same group have a smaller rank."""
    order = np.lexsort((rank, group))
    new_group = np.diff(group[order], prepend=-1) != 0
    new = new_group | (np.diff(rank[order], prepend=-1) != 0)
    count = np.arange(len(order))
    begin, same = (np.maximum.accumulate(np.where(which, count, 0)) for which in (new_group, new))
    found = np.empty(len(order), np.int64)
    found[order] = same - begin
    return found


def prices_of(problem: Problem, setting: Setting) -> Prices:
    """What every step is worth, and which villages still wait."""
    most = most_steps(problem)
    allowed = np.zeros(len(problem.need), np.bool_)
    allowed[problem.challenge[most > 0]] = True
    each = SCALE * weights(problem, setting) / np.maximum(problem.whole, 1)
    step = np.maximum(np.rint(each[problem.challenge] * problem.score), 1).astype(np.int64)
    quarter = np.rint(setting.lam * each[:, None] * np.array(setting.betas)).astype(np.int64)
    names, village = np.unique(problem.village, return_inverse=True)
    open_, has = np.zeros((2, len(names)), np.bool_)
    open_[village[allowed]] = True
    has[village[problem.served > 0]] = True
    best = np.zeros(len(problem.need), np.int64)
    np.maximum.at(best, problem.challenge, np.where(most > 0, step, 0))
    room = quarters(problem)
    bonus = 1 + int(best @ np.maximum(problem.need, 0)) + int((room * quarter)[allowed].sum())
    if not setting.villages:
        return Prices(most, each, step, quarter, room, village, np.zeros(len(names), np.bool_), 0, 0)
    return Prices(most, each, step, quarter, room, village, open_ & ~has, int((open_ & has).sum()), bonus)


def task_of(problem: Problem, setting: Setting, *, deep: bool = False) -> Task:
    """Everything a plan is worked out from."""
    prices = prices_of(problem, setting)
    rows, odd = limits(problem, prices.most), problem.least > 1
    odd[rows.pair[rows.uses != 1]] = True
    return Task(problem, prices, rows, odd, deep)


# --- one order -------------------------------------------------------------------------------------------------------


def _mixed(*columns: Any) -> NDArray[np.uint64]:
    """One well-stirred number for each row."""
    found = np.full(len(columns[0]), 0x9E3779B97F4A7C15, np.uint64)
    for column in columns:
        word = np.ascontiguousarray(column)
        word = word.view(np.uint64) if word.dtype.itemsize == 8 else word.astype(np.uint64)
        found = (found ^ word) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
        found ^= found >> np.uint64(31)
    return found


def _gathered(place: Ints, words: NDArray[np.uint64], count: int) -> NDArray[np.uint64]:
    found = np.zeros(count, np.uint64)
    np.add.at(found, place, words)
    return found


def arranged(problem: Problem) -> tuple[Problem, Ints]:
    """The same problem in an order that depends on what its rows are, not on where they stand; its pairs' old places.

    Every row gets a number from its own columns, then three times from those of its neighbours; only rows that nothing
    within that reach tells apart keep the caller's order, and those may change places in a plan of the same worth.
    """
    names, village = np.unique(problem.village, return_inverse=True)
    who = _mixed(problem.need, problem.rank, problem.served, problem.never, problem.far)
    what = _gathered(problem.supply_offer, _mixed(problem.supply_day, problem.supply), problem.offers)
    own = _mixed(*(getattr(problem, name) for name in OF_PAIR[2:]))
    pair, where = own, np.zeros(len(names), np.uint64)
    for _ in range(3):
        pair = _mixed(own, who[problem.challenge], what[problem.offer])
        where = _gathered(village, who, len(names))
        who = _mixed(who, _gathered(problem.challenge, pair, len(who)), where[village])
        what = _mixed(what, _gathered(problem.offer, pair, len(what)))
    challenges, pairs = np.argsort(who, kind="stable"), np.lexsort((pair, what[problem.offer], who[problem.challenge]))
    offers, villages = _place(np.argsort(what, kind="stable")), _place(np.argsort(where, kind="stable"))
    picked = problem.pick(challenges, pairs)
    return replace(
        picked, village=villages[village[challenges]], offer=offers[picked.offer],
        supply_offer=offers[problem.supply_offer],
    ), pairs  # fmt: skip


def _place(order: Ints) -> Ints:
    """Where each row stands in an order."""
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return found
