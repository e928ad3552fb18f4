"""The plan of a district: what is shared out, what may be, how it is weighed, and the proof that nothing is overdrawn.

A plan gives every pair of a challenge and an offer a whole number of steps.  Everything here is columns; nothing is
solved here (`plan_solving`) and nothing judged (`plan_figures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.vocabulary import Words

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FREE, BANNED = -1, 0  #: `Problem.fixed`; more: so many steps
QUARTERS = 4  #: a need is met in so many parts, each worth less than the one before

_OF_CHALLENGE = ("need", "village", "rank", "served", "never", "far")
OF_PAIR = ("challenge", "offer", "score", "uses", "least", "most", "first", "last", "fixed")
_OF_SUPPLY = ("supply_offer", "supply_day", "supply")


@dataclass(frozen=True)
class Problem:
    """Open challenges beside open offers, in whole steps; columns of challenges, of pairs, of what offers have left."""

    # challenges, shape (n,)
    need: Ints  #: steps still lacking
    village: Ints  #: whose it is; any numbers
    rank: Ints  #: 1: the first of its village by urgency and waiting
    served: Ints  #: steps agreed or proposed before this plan
    never: Bools  #: nobody ever helped
    far: Floats  #: 0 to 1
    # pairs, shape (e,)
    challenge: Ints  #: place of the challenge
    offer: Ints  #: place of the offer
    score: Floats  #: 0 to 1
    uses: Ints  #: thousandths of the offer's unit that one step takes, 1 or more
    least: Ints  #: smallest share in steps; 0 or 1: none
    most: Ints  #: largest share in steps
    first: Ints  #: ordinal day from which the pair holds the offer
    last: Ints  #: the last such day
    fixed: Ints  #: the officer's word: FREE, BANNED, or exactly so many steps
    # what offers have, shape (s,): from that day until the offer's next row so much is left, before the first nothing
    supply_offer: Ints
    supply_day: Ints
    supply: Ints  #: thousandths of the offer's unit

    def __post_init__(self) -> None:
        for names in (_OF_CHALLENGE, OF_PAIR, _OF_SUPPLY):
            for name in names:
                kind = {"never": np.bool_, "far": np.float64, "score": np.float64}.get(name, np.int64)
                object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))
            if len({len(getattr(self, name)) for name in names}) != 1:
                raise ValueError(f"columns of one length are wanted: {', '.join(names)}")
        if len(self.offer) and (
            self.challenge.max() >= len(self.need) or min(self.challenge.min(), self.uses.min()) < 0
        ):
            raise ValueError("a pair names no challenge, or takes less than nothing")
        if (self.uses < 1).any() or (self.first > self.last).any():
            raise ValueError("a pair takes nothing of its offer, or ends before it begins")

    @property
    def whole(self) -> Ints:
        """What each challenge needs with what it already has, shape (n,)."""
        return np.maximum(self.need, 0) + np.maximum(self.served, 0)

    @property
    def offers(self) -> int:
        """How many offers the places speak of."""
        return int(max(self.offer.max(initial=-1), self.supply_offer.max(initial=-1))) + 1

    def pick(self, challenges: Ints, pairs: Ints) -> Problem:
        """Some challenges and some of their pairs, in this order; offers keep their places."""
        place = np.full(len(self.need), -1, np.int64)
        place[challenges] = np.arange(len(challenges))
        kept: dict[str, Any] = {name: getattr(self, name)[challenges] for name in _OF_CHALLENGE}
        kept |= {name: getattr(self, name)[pairs] for name in OF_PAIR}
        return replace(self, **kept | {"challenge": place[self.challenge[pairs]]})


# --- settings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to weigh: what a step is worth beside its score."""

    code: str
    words: Words
    lam: float  #: how much meeting a need counts beside the score of the pair
    betas: tuple[float, float, float, float]  #: what each quarter of a need is worth, the first the most
    never: float  #: more for a village nobody ever helped
    far: float  #: more for the farthest village
    ranks: tuple[float, ...]  #: weight of the first, the second ... challenge of a village; the last for all others
    few: float  #: how much less a challenge counts beside others of its village; 0: not, 1: all villages count alike
    villages: bool  #: before all else as many villages as possible get something


#: The first quarter of a need is worth more than the last.
_FALLING = (1.0, 0.6, 0.3, 0.1)

SETTINGS = (
    Setting("best_fit", Words("paling cocok", "best fit"), 0, _FALLING, 0, 0, (1,), 0, villages=False),
    Setting("balanced", Words("seimbang", "balanced"), 1, _FALLING, 0.25, 0.25, (2, 1.25, 1), 0, villages=True),
    Setting(
        "most_even", Words("paling merata", "most even"), 4, _FALLING, 0.25, 0.25, (2, 1.25, 1), 0.5, villages=True
    ),
)
BY_CODE = {setting.code: setting for setting in SETTINGS}
DEFAULT = BY_CODE["balanced"]
SCALE = 1_000_000  #: worth is counted in whole millionths of one whole need met by a perfect pair


# --- what is left ---------------------------------------------------------------------------------------------------


class Stock:
    """What offers have left on which day; offer and day are one number, so that both are found by bisection."""

    def __init__(self, problem: Problem) -> None:
        days = np.concatenate([problem.first, problem.last, problem.supply_day, [0]])
        self.low = int(days.min()) - 1
        self.span = int(days.max()) - self.low + 3
        keys = self.key(problem.supply_offer, problem.supply_day)
        order = np.lexsort((problem.supply, keys))  # of two rows on one day the smaller holds
        keys, first = np.unique(keys[order], return_index=True)
        self.keys, self.left = keys, np.maximum(problem.supply[order][first], 0)

    def key(self, offer: Ints, day: Ints) -> Ints:
        """One number of an offer and a day."""
        return np.asarray(offer * self.span + (day - self.low))

    def at(self, key: Ints) -> Ints:
        """What is left of an offer on a day; nothing before its first row."""
        place = np.searchsorted(self.keys, key, side="right") - 1
        known = (place >= 0) & (self.keys[place] // self.span == key // self.span) if len(self.keys) else place >= 0
        return np.where(known, self.left[place] if len(self.left) else 0, 0).astype(np.int64)

    def lowest(self, offer: Ints, first: Ints, last: Ints) -> Ints:
        """The least that is left of each offer between two days."""
        if not len(self.keys) or not len(offer):
            return np.zeros(len(offer), np.int64)
        begin, end = self.key(offer, first), self.key(offer, last)
        low = np.searchsorted(self.keys, begin, side="right")
        high = np.maximum(np.searchsorted(self.keys, end, side="right"), low)
        left = np.append(self.left, np.iinfo(np.int64).max)
        within = np.minimum.reduceat(left, np.column_stack([low, high]).ravel())[::2]
        return np.minimum(self.at(begin), np.where(high > low, within, np.iinfo(np.int64).max))


# --- proof -----------------------------------------------------------------------------------------------------------


class FaultKind(StrEnum):
    """What a plan may break."""

    OVERDRAWN = "overdrawn"  #: more than the offer has on a day
    TOO_MUCH = "too_much"  #: more than the challenge lacks
    BELOW_LEAST = "below_least"
    ABOVE_MOST = "above_most"
    NOT_FIXED = "not_fixed"  #: a pin or a ban is not kept
    NOT_WHOLE = "not_whole"


class Fault(NamedTuple):
    """One rule that a plan breaks: the place of the challenge, offer or pair, the day, how much, and the bound."""

    kind: FaultKind
    place: int
    day: int | None
    value: float
    bound: float


def faults(problem: Problem, steps: Ints) -> list[Fault]:
    """Every rule *steps* breaks; empty: the plan can be carried out.  Added up anew, by nothing the solver uses."""
    given = np.asarray(steps)
    if given.shape != problem.offer.shape:
        raise ValueError(f"a number for each of the {len(problem.offer)} pairs is wanted, not {given.shape}")
    whole = np.rint(given)
    found = [
        Fault(FaultKind.NOT_WHOLE, int(p), None, float(given[p]), float(whole[p]))
        for p in np.flatnonzero(given != whole)
    ]
    x = whole.astype(np.int64)
    smallest = np.where(x != 0, np.maximum(problem.least, 1), 0)
    pinned = np.where(problem.fixed == FREE, x, problem.fixed)
    rules = (
        (FaultKind.BELOW_LEAST, x < smallest, smallest),
        (FaultKind.ABOVE_MOST, x > problem.most, problem.most),
        (FaultKind.NOT_FIXED, x != pinned, pinned),
    )
    for kind, broken, bound in rules:
        found += [Fault(kind, int(p), None, int(x[p]), int(bound[p])) for p in np.flatnonzero(broken)]
    got = np.zeros(len(problem.need), np.int64)
    np.add.at(got, problem.challenge, x)
    found += [
        Fault(FaultKind.TOO_MUCH, int(p), None, int(got[p]), int(problem.need[p]))
        for p in np.flatnonzero(got > np.maximum(problem.need, 0))
    ]
    return found + list(_overdrawn(problem, x))


def taken(problem: Problem, steps: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Each (offer, day) on which what is taken or left changes, in order; what is taken and left from then on."""
    pairs = np.flatnonzero(steps)
    amount = problem.uses[pairs] * steps[pairs]
    offer = np.concatenate([problem.offer[pairs], problem.offer[pairs], problem.supply_offer])
    day = np.concatenate([problem.first[pairs], problem.last[pairs] + 1, problem.supply_day])
    change = np.concatenate([amount, -amount, np.zeros(len(problem.supply), np.int64)])
    order = np.lexsort((day, offer))
    offer, day, change = offer[order], day[order], change[order]
    sums = np.cumsum(change)  # each offer's changes cancel, so the next begins at nought
    if not len(offer):
        return offer, day, sums, sums
    ends = np.r_[(offer[1:] != offer[:-1]) | (day[1:] != day[:-1]), True]
    days = Stock(problem)
    return offer[ends], day[ends], sums[ends], days.at(days.key(offer[ends], day[ends]))


def _overdrawn(problem: Problem, steps: Ints) -> Iterator[Fault]:
    offer, day, sums, left = taken(problem, steps)
    for place in np.flatnonzero(sums > left):
        yield Fault(FaultKind.OVERDRAWN, int(offer[place]), int(day[place]), int(sums[place]), int(left[place]))


# --- pins that contradict --------------------------------------------------------------------------------------------


class Contradiction(NamedTuple):
    """Why the pins cannot all hold: the rule, and the fewest pins that break it together (places of pairs)."""

    kind: FaultKind
    pins: tuple[int, ...]
    place: int  #: of the offer (OVERDRAWN) or of the challenge
    day: int | None  #: on which the offer is too small
    wanted: int  #: by these pins: steps, or thousandths of the offer's unit
    bound: int


def contradiction(problem: Problem) -> Contradiction | None:
    """The smallest set of pins that no plan can keep, None where all can be.

    Pins only take, so they cannot all hold exactly when one rule alone is broken; of each rule the largest pins break
    it soonest.
    """
    pins = np.flatnonzero(problem.fixed > 0)
    found = [*_alone(problem, pins), *_of_challenges(problem, pins), *_of_offers(problem, pins)]
    return min(found, key=lambda one: (len(one.pins), list(FaultKind).index(one.kind), one.pins), default=None)


def _alone(problem: Problem, pins: Ints) -> Iterator[Contradiction]:
    for pin in pins.tolist():
        value, least, most = int(problem.fixed[pin]), int(problem.least[pin]), int(problem.most[pin])
        where = int(problem.challenge[pin])
        if value < least:
            yield Contradiction(FaultKind.BELOW_LEAST, (pin,), where, None, value, least)
        if value > most:
            yield Contradiction(FaultKind.ABOVE_MOST, (pin,), where, None, value, most)


def _fewest(pins: Ints, amounts: Ints, bound: int) -> tuple[tuple[int, ...], int] | None:
    """The fewest pins whose amounts pass the bound together, and their sum."""
    order = np.lexsort((pins, -amounts))
    sums = np.cumsum(amounts[order])
    if not len(sums) or sums[-1] <= bound:
        return None
    count = int(np.searchsorted(sums, bound, side="right")) + 1
    return tuple(sorted(pins[order[:count]].tolist())), int(sums[count - 1])


def _of_challenges(problem: Problem, pins: Ints) -> Iterator[Contradiction]:
    for place in np.unique(problem.challenge[pins]).tolist():
        mine, bound = pins[problem.challenge[pins] == place], max(int(problem.need[place]), 0)
        if found := _fewest(mine, problem.fixed[mine], bound):
            yield Contradiction(FaultKind.TOO_MUCH, found[0], place, None, found[1], bound)


def _of_offers(problem: Problem, pins: Ints) -> Iterator[Contradiction]:
    days = Stock(problem)
    for place in np.unique(problem.offer[pins]).tolist():
        mine = pins[problem.offer[pins] == place]
        on = np.unique(np.concatenate([problem.first[mine], problem.supply_day[problem.supply_offer == place]]))
        left = days.at(days.key(np.full(len(on), place), on))
        for day, bound in zip(on.tolist(), left.tolist(), strict=True):
            held = mine[(problem.first[mine] <= day) & (problem.last[mine] >= day)]
            if found := _fewest(held, problem.fixed[held] * problem.uses[held], bound):
                yield Contradiction(FaultKind.OVERDRAWN, found[0], place, day, found[1], bound)
