"""Sharing out what is scarce: how one offer is split over the libraries that need it.

Both splits deal in whole steps (three computers, not 2.5), which may differ from library to library (what money buys
each of them); all arithmetic is exact, in thousandths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.balance import NOTHING

Milli = NDArray[np.int64]  #: amounts in whole thousandths
Step = Decimal | Sequence[Decimal]  #: the smallest part that can be given: one for all, or one each


def _milli(amounts: Sequence[Decimal]) -> Milli:
    return np.array([int(amount * 1000) for amount in amounts], dtype=np.int64)


def _amounts(shares: Milli) -> list[Decimal]:
    return [Decimal(int(share)) / 1000 for share in shares]


def _steps(step: Step, count: int) -> Milli:
    return _milli([step] * count if isinstance(step, Decimal) else step)


def _caps(needs: Sequence[Decimal], steps: Milli, smallest: Decimal | None, largest: Decimal | None) -> Milli:
    """What each can take at most, in whole steps; who needs less than the smallest share can take nothing."""
    caps = _milli(needs)
    if largest is not None:
        caps = np.minimum(caps, int(largest * 1000))
    caps = np.asarray(caps // steps * steps)
    caps[caps < int((smallest or NOTHING) * 1000)] = 0
    return caps


def _dropping(
    split: Callable[[Milli], Milli], caps: Milli, order: Sequence[int], smallest: Decimal | None
) -> list[Decimal]:
    """Split until nobody gets less than the smallest share: the shortest wait gives way, so that others reach it."""
    floor = int((smallest or NOTHING) * 1000)
    while True:
        shares = split(caps)
        dropped = [place for place in order if 0 < shares[place] < floor]
        if not dropped:
            return _amounts(shares)
        caps[dropped[-1]] = 0


def _by_wait(waiting: Sequence[int]) -> list[int]:
    return sorted(range(len(waiting)), key=lambda place: (-waiting[place], place))


def fair_split(
    amount: Decimal,
    needs: Sequence[Decimal],
    waiting: Sequence[int],
    *,
    smallest: Decimal | None = None,
    largest: Decimal | None = None,
    step: Step = Decimal(1),
) -> list[Decimal]:
    """Raise everybody together up to the own need; the leftover goes to the longest wait.

    Parameters
    ----------
    amount, needs : in one unit, shapes () and (n,)
    waiting : days each has waited, shape (n,); ties keep the given order
    smallest, largest : the giver's bounds for one share
    step : the smallest part that can be given, shape () or (n,)

    Returns
    -------
    shares : shape (n,), multiples of *step*; their sum never passes *amount*
    """
    order, steps = _by_wait(waiting), _steps(step, len(needs))
    caps = _caps(needs, steps, smallest, largest)
    whole = int(amount * 1000)
    return _dropping(lambda left: _raise_together(whole, left, steps, order), caps, order, smallest)


def _raise_together(amount: int, caps: Milli, steps: Milli, order: Sequence[int]) -> Milli:
    """Water-filling over whole steps: the highest level that fits, then one step more each in *order*.

    Whose next step no longer fits stays where it is, and the others are raised on.
    """
    caps, level = caps.copy(), 0
    shares = np.zeros(len(caps), np.int64)
    while True:
        level = _level(amount, caps, steps, level)
        shares = np.asarray(np.maximum(shares, np.minimum(caps, level) // steps * steps))
        rest = amount - int(shares.sum())
        rising = shares < caps
        caps[rising & (steps > rest)] = shares[rising & (steps > rest)]
        rising = shares < caps
        if not rising.any():
            return shares
        level = int((shares + steps)[rising].min())
        for place in order:
            if not rising[place] or shares[place] + steps[place] != level:
                continue
            if steps[place] <= rest:
                shares[place] += steps[place]
                rest -= int(steps[place])
            else:
                caps[place] = shares[place]


def _level(amount: int, caps: Milli, steps: Milli, low: int) -> int:
    """The highest level up to which everybody can be raised, from *low* on."""
    high = max(int(caps.max(initial=0)), low)
    while low < high:
        level = (low + high + 1) // 2
        fits = int((np.minimum(caps, level) // steps * steps).sum()) <= amount
        low, high = (level, high) if fits else (low, level - 1)
    return low


def proportional_split(
    amount: Decimal,
    needs: Sequence[Decimal],
    waiting: Sequence[int] = (),
    *,
    smallest: Decimal | None = None,
    largest: Decimal | None = None,
    step: Step = Decimal(1),
) -> list[Decimal]:
    """Everybody the same share of the own need, rounded by largest remainder (the larger need wins a tie).

    Shapes and units as in `fair_split`; *waiting* says who gives way where a share would be below the smallest.
    """
    order, steps = _by_wait(waiting or [0] * len(needs)), _steps(step, len(needs))
    caps = _caps(needs, steps, smallest, largest)
    whole = int(amount * 1000)
    return _dropping(lambda left: _in_proportion(whole, left, steps), caps, order, smallest)


def _in_proportion(amount: int, caps: Milli, steps: Milli) -> Milli:
    total = int(caps.sum())
    if total <= amount:
        return caps
    exact = [divmod(int(cap) * amount, total * int(step)) for cap, step in zip(caps, steps, strict=True)]
    shares = np.array([count for count, _ in exact], np.int64) * steps
    rest = amount - int(shares.sum())
    order = sorted(range(len(caps)), key=lambda place: (-Fraction(exact[place][1], int(steps[place])),
                                                        -int(caps[place]), place))  # fmt: skip
    for place in order:
        if steps[place] <= rest and shares[place] < caps[place]:
            shares[place] += steps[place]
            rest -= int(steps[place])
    return shares
