"""What a plan does and leaves undone: its figures, why a row was chosen or a library gets nothing, what would help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from matcher.plan_pricing import most_steps, prices_of
from matcher.planning import BANNED, FREE, Bools, Floats, Ints, Problem, Setting, Stock, taken

TENTH, FIFTH = 0.1, 0.2


def total(problem: Problem, steps: Ints) -> float:
    """The score of what is shared out: each need counts 1 where a perfect pair meets it whole."""
    whole = np.maximum(problem.whole, 1)[problem.challenge]
    return float((problem.score * steps / whole).sum())


def _got(problem: Problem, steps: Ints) -> Ints:
    got = np.zeros(len(problem.need), np.int64)
    np.add.at(got, problem.challenge, steps)
    return got


def _marked(places: Ints, count: int) -> Bools:
    found = np.zeros(count, np.bool_)
    found[places] = True
    return found


# --- figures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in numbers; shares are 0 to 1, nan where there is nothing to share."""

    total: float  #: as `total` counts
    best: float  #: of the best total
    covered: float  #: mean share of each need that is met, with what was agreed before
    touched: int  #: challenges that get something by this plan
    helpable: int  #: challenges that have an allowed pair
    nothing: int  #: villages that have an allowed pair and nothing
    villages: int  #: villages that have an allowed pair
    worst_tenth: float  #: mean share met in the tenth of those villages that fares worst
    far_fifth: float  #: mean share met of the fifth of helpable challenges that lie farthest
    unused: float  #: mean over offers: share that nobody takes on the fullest day


def figures(problem: Problem, steps: Ints, best_total: float) -> Figures:
    """Every figure of a plan; *best_total* is `total` of the plan that looks at scores alone."""
    got, whole = _got(problem, steps), problem.whole
    fill = (got + np.maximum(problem.served, 0)) / np.maximum(whole, 1)
    helpable = _marked(problem.challenge[most_steps(problem) > 0], len(whole))
    mine = total(problem, steps)
    _, village = np.unique(problem.village[helpable], return_inverse=True)
    count = np.bincount(village)
    village_fill = np.sort(np.bincount(village, fill[helpable]) / count) if len(count) else np.zeros(0)
    far = problem.far[helpable]
    farthest = far >= np.quantile(far, 1 - FIFTH) if len(far) else np.zeros(0, np.bool_)
    return Figures(
        mine, mine / best_total if best_total else np.nan, _mean(fill[whole > 0]), int((got > 0).sum()),
        int(helpable.sum()), int((village_fill == 0).sum()), len(count),
        _mean(village_fill[: int(np.ceil(len(count) * TENTH))]), _mean(fill[helpable][farthest]),
        _unused(problem, steps),
    )  # fmt: skip


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _unused(problem: Problem, steps: Ints) -> float:
    offer, _, sums, _ = taken(problem, steps)
    most, has = np.zeros((2, problem.offers), np.int64)
    np.maximum.at(most, offer, sums)
    np.maximum.at(has, problem.supply_offer, problem.supply)
    asked = _marked(problem.offer[most_steps(problem) > 0], problem.offers) & (has > 0)
    return _mean(1 - most[asked] / has[asked])


# --- what stays unmet ------------------------------------------------------------------------------------------------


class Reason(IntEnum):
    """Why a challenge gets nothing; where several pairs speak, the largest."""

    HELPED = 0  #: it gets something, or lacks nothing
    NO_PAIR = 1  #: nobody offers what it needs
    TOO_SMALL = 2  #: what there is never came to one (smallest) share
    BANNED = 3  #: the officer said no
    USED_UP = 4  #: others got all of it
    SMALLEST = 5  #: what others left is below the smallest share
    LEFT = 6  #: something is left: the plan could still be filled


@dataclass(frozen=True)
class Unmet:
    """What stays open, a row a challenge, shape (n,)."""

    lacking: Ints  #: steps
    reason: Ints  #: `Reason`
    pair: Ints  #: the pair that tells it, the best by score; -1: none
    rival: Ints  #: the pair that takes most of the same offer in those days; -1: none


def _room(problem: Problem, steps: Ints) -> Ints:
    """Steps each pair could still carry, smallest shares and bans aside."""
    lacking = problem.need - _got(problem, steps)
    left = _left(problem, steps) // problem.uses
    return np.asarray(np.minimum(np.minimum(problem.most - steps, lacking[problem.challenge]), left))


def _left(problem: Problem, steps: Ints) -> Ints:
    """The least that is left of each pair's offer in its days, beside the plan."""
    offer, day, sums, left = taken(problem, steps)
    after = replace(problem, supply_offer=offer, supply_day=day, supply=left - sums)
    return Stock(after).lowest(problem.offer, problem.first, problem.last)


def _codes(problem: Problem, steps: Ints) -> Ints:
    """Why each pair carries no more, `Reason` a pair."""
    smallest = np.where(steps > 0, 1, np.maximum(problem.least, 1))
    room, alone = _room(problem, steps), most_steps(replace(problem, fixed=np.full_like(problem.fixed, FREE)))
    fits, banned = room >= smallest, problem.fixed == BANNED
    return np.select(
        [alone == 0, fits & ~banned, banned, room >= 1],
        [Reason.TOO_SMALL, Reason.LEFT, Reason.BANNED, Reason.SMALLEST], Reason.USED_UP,
    ).astype(np.int64)  # fmt: skip


def unmet(problem: Problem, steps: Ints) -> Unmet:
    """What is still lacking, and for a challenge with nothing the reason and the pair that tells it."""
    n, got = len(problem.need), _got(problem, steps)
    codes = _codes(problem, steps)
    # A ban is the reason where the offer still has something; else that others have it.
    speaks = np.where((codes == Reason.BANNED) & (_room(problem, steps) >= 1), Reason.SMALLEST + 0.5, codes)
    order = np.lexsort((-problem.score, -speaks, problem.challenge))
    challenge, first = np.unique(problem.challenge[order], return_index=True)
    pair = np.full(n, -1, np.int64)
    pair[challenge] = order[first]
    reason = np.where(pair >= 0, codes[pair] if len(codes) else 0, int(Reason.NO_PAIR))
    done = (got > 0) | (problem.need <= 0)
    pair = np.where(done, -1, pair)
    return Unmet(problem.need - got, np.where(done, int(Reason.HELPED), reason), pair, _rivals(problem, steps, pair))


def _rivals(problem: Problem, steps: Ints, pair: Ints) -> Ints:
    """Who takes most of the offer of each of *pair* while that would hold it; -1: nobody."""
    found = np.full(len(pair), -1, np.int64)
    takers = np.flatnonzero(steps > 0)
    takers = takers[np.lexsort((takers, -problem.uses[takers] * steps[takers], problem.offer[takers]))]
    low = np.searchsorted(problem.offer[takers], np.arange(problem.offers + 1))
    for place in np.flatnonzero(pair >= 0).tolist():
        mine = int(pair[place])
        others = takers[low[problem.offer[mine]] : low[problem.offer[mine] + 1]]
        meets = (problem.first[others] <= problem.last[mine]) & (problem.last[others] >= problem.first[mine])
        if meets.any():
            found[place] = others[np.argmax(meets)]
    return found


# --- what speaks for a row -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grounds:
    """What speaks for each planned row, shape (rows,)."""

    pair: Ints  #: place of the pair
    rank: Ints  #: 1: none of the challenge's allowed pairs has a better score
    choices: Ints  #: allowed pairs of the challenge
    better: Ints  #: the pair of the challenge with the best score above this one's; -1: none
    why_not: Ints  #: `Reason` for *better*: what kept it from carrying more
    rivals: Ints  #: other challenges that could use this offer and still lack something
    rival: Ints  #: of those the pair with the best score; -1: none
    left: Ints  #: the least that is left of the offer in these days, thousandths
    met: Bools  #: the challenge lacks nothing any more
    first: Bools  #: it is the first of its village that can be helped


def grounds(problem: Problem, steps: Ints) -> Grounds:
    """What speaks for every row of a plan beside its alternatives."""
    rows = np.flatnonzero(steps > 0)
    could = most_steps(replace(problem, fixed=np.where(problem.fixed == BANNED, BANNED, FREE))) > 0
    lacking = problem.need - _got(problem, steps)
    codes, left = _codes(problem, steps), _left(problem, steps)
    some = np.flatnonzero(could | (steps > 0))
    order = some[np.lexsort((some, -problem.score[some], problem.challenge[some]))]
    starts = np.searchsorted(problem.challenge[order], np.arange(len(problem.need) + 1))
    mine, score = problem.challenge[rows], problem.score[rows]
    best = order[starts[mine]]
    rank = _above(problem.challenge[order], problem.score[order], mine, score) + 1
    better = np.where(rank > 1, best, -1)
    waits = could & (lacking[problem.challenge] > 0) & (steps == 0)
    rivals, rival = _waiting(problem, np.flatnonzero(waits), rows)
    ahead = np.full(len(problem.need), np.iinfo(np.int64).max)
    ahead[problem.challenge[some]] = problem.rank[problem.challenge[some]]
    _, village = np.unique(problem.village, return_inverse=True)
    first = np.full(int(village.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, village, ahead)
    return Grounds(
        rows, rank, np.diff(starts)[mine], better, np.where(better >= 0, codes[better], int(Reason.HELPED)), rivals,
        rival, left[rows], lacking[mine] <= 0, first[village[mine]] == ahead[mine],
    )  # fmt: skip


def _above(challenge: Ints, score: Floats, mine: Ints, value: Floats) -> Ints:
    """How many of a challenge's pairs have a better score; *challenge* is sorted, the score falls within."""
    steps = np.rint(np.array([*score, *value]) * 1e9).astype(np.int64)
    span = int(steps.max(initial=0)) + 1
    keys = challenge * span + (span - 1 - steps[: len(score)])
    own = mine * span
    return np.searchsorted(keys, own + (span - 1 - steps[len(score) :])) - np.searchsorted(keys, own)


def _waiting(problem: Problem, waits: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """How many other challenges wait for each row's offer, and the best of their pairs."""
    waits = waits[np.lexsort((waits, -problem.score[waits], problem.offer[waits]))]
    low = np.searchsorted(problem.offer[waits], problem.offer[rows])
    high = np.searchsorted(problem.offer[waits], problem.offer[rows], side="right")
    best = waits[np.minimum(low, len(waits) - 1)] if len(waits) else np.full(len(rows), -1)
    return high - low, np.where(high > low, best, -1)


# --- one more offer --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gains:
    """What each new offer would add to a plan, shape (offers,)."""

    helped: Ints  #: challenges that would get something
    newly: Ints  #: of those, challenges that have nothing so far
    villages: Ints  #: villages that have nothing so far
    steps: Ints
    value: Ints  #: as `plan_solving` counts, villages aside


def worth(
    problem: Problem, steps: Ints, setting: Setting, *, hypothesis: Ints, challenge: Ints, uses: Ints, amount: Ints,
    score: Floats | float = 1.0,
) -> Gains:  # fmt: skip
    """How much each new offer would add if the plan stood; many at once, each for itself.

    Parameters
    ----------
    hypothesis, challenge, uses : shape (k,): this new offer could serve this challenge (a pair once), one step taking
        so many thousandths of its unit
    amount : shape (offers,): thousandths of its unit each new offer has
    score : of these pairs, shape (k,) or one for all

    Returns
    -------
    gains : exact where one step takes the same everywhere; otherwise what the best value for the unit brings first
    """
    prices, got = prices_of(problem, setting), _got(problem, steps)
    before = np.cumsum(prices.room, axis=1) - prices.room
    room = np.clip(prices.room - np.maximum(got[:, None] - before, 0), 0, None)
    each = prices.each[challenge] * score
    value = np.maximum(np.rint(each), 1)[:, None] + prices.quarter[challenge]
    has = _marked(prices.village[(got > 0) | (problem.served > 0)], len(prices.nothing))
    count = room[challenge]
    chosen = _first_of_village(
        hypothesis, prices.village[challenge], value[:, 0] / uses, ~has[prices.village[challenge]]
    )
    chosen &= count.sum(axis=1) > 0
    ahead = np.zeros((len(challenge), 1), np.int64)
    ahead[chosen] = 1
    quarter = np.argmax(count > 0, axis=1)
    count[chosen, quarter[chosen]] -= 1
    sizes = np.hstack([ahead, count])
    values = np.hstack([np.take_along_axis(value, quarter[:, None], 1), value])
    density = values / uses[:, None]
    density[chosen, 0] = np.inf  # a village's first step leads
    given = _poured(hypothesis, sizes, density, uses, amount)
    row_steps = given.sum(axis=1)
    m, some = len(amount), row_steps > 0

    def by_offer(rows: Bools) -> Ints:
        return np.bincount(hypothesis[rows], minlength=m)

    return Gains(
        by_offer(some), by_offer(some & (got[challenge] == 0) & (problem.served[challenge] <= 0)),
        by_offer(chosen & (given[:, 0] > 0)), np.bincount(hypothesis, row_steps, m).astype(np.int64),
        np.bincount(hypothesis, (given * values).sum(axis=1), m).astype(np.int64),
    )  # fmt: skip


def _first_of_village(hypothesis: Ints, village: Ints, density: Floats, waits: Bools) -> Bools:
    """Of each new offer and each village with nothing, the row that is worth most."""
    rows = np.flatnonzero(waits)
    order = rows[np.lexsort((rows, -density[rows], village[rows], hypothesis[rows]))]
    new = (np.diff(hypothesis[order], prepend=-1) != 0) | (np.diff(village[order], prepend=-1) != 0)
    return _marked(order[new], len(waits))


def _poured(hypothesis: Ints, sizes: Ints, density: Floats, uses: Ints, amount: Ints) -> Ints:
    """Steps given of each row's parts, the part worth most for what it takes first."""
    k, parts = sizes.shape
    row, part = np.repeat(np.arange(k), parts), np.tile(np.arange(parts), k)
    order = np.lexsort((part, row, -density.ravel(), hypothesis[row]))
    takes = (sizes.ravel() * uses[row])[order]
    mine = hypothesis[row[order]]
    sums = np.cumsum(takes) - takes
    begin = np.searchsorted(mine, np.arange(len(amount)))
    ahead = sums - np.append(sums, 0)[begin][mine]
    given = np.empty(k * parts, np.int64)
    given[order] = np.clip((amount[mine] - ahead) // uses[row[order]], 0, sizes.ravel()[order])
    return given.reshape(k, parts)
