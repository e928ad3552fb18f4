"""Sharing out what is scarce: how one offer is split over the libraries that need it.

Both splits deal in whole steps (three computers, not 2.5); all arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from matcher.balance import NOTHING

Steps = NDArray[np.int64]


def _in_steps(amounts: Sequence[Decimal], step: Decimal) -> Steps:
    return np.array([int(amount // step) for amount in amounts], dtype=np.int64)


def _caps(needs: Sequence[Decimal], step: Decimal, largest: Decimal | None) -> Steps:
    caps = _in_steps(needs, step)
    return caps if largest is None else np.minimum(caps, int(largest // step))


def _served(shares: Steps, order: Sequence[int], smallest: int) -> list[int]:
    """Who is dropped, last in *order* first, because a share below the smallest helps nobody."""
    return [place for place in order if 0 < shares[place] < smallest]


def fair_split(
    amount: Decimal,
    needs: Sequence[Decimal],
    waiting: Sequence[int],
    *,
    smallest: Decimal | None = None,
    largest: Decimal | None = None,
    step: Decimal = Decimal(1),
) -> list[Decimal]:
    """Raise everybody together up to the own need; the leftover goes to the longest wait.

    Parameters
    ----------
    amount, needs : in one unit, shapes () and (n,)
    waiting : days each has waited, shape (n,); ties keep the given order
    smallest, largest : the giver's bounds for one share
    step : the smallest part that can be given

    Returns
    -------
    shares : shape (n,), multiples of *step*; their sum never passes *amount*
    """
    order = sorted(range(len(needs)), key=lambda place: (-waiting[place], place))
    caps, floor = _caps(needs, step, largest), int((smallest or NOTHING) // step)
    caps[caps < floor] = 0  # who needs less than the smallest share cannot be served by this giver
    while True:
        shares = _raise_together(int(amount // step), caps, order)
        dropped = _served(shares, order, floor)
        if not dropped:
            return [int(share) * step for share in shares]
        caps[dropped[-1]] = 0  # the shortest wait gives way, so that the others reach the smallest share


def _raise_together(amount: int, caps: Steps, order: Sequence[int]) -> Steps:
    """Water-filling over whole steps: the highest level that fits, then one more each in *order*."""
    low, high = 0, int(caps.max(initial=0))
    while low < high:
        level = (low + high + 1) // 2
        low, high = (level, high) if int(np.minimum(caps, level).sum()) <= amount else (low, level - 1)
    shares = np.minimum(caps, low)
    rest = amount - int(shares.sum())
    for place in order:
        if rest > 0 and shares[place] < caps[place]:
            shares[place] += 1
            rest -= 1
    return shares


def proportional_split(
    amount: Decimal,
    needs: Sequence[Decimal],
    *,
    largest: Decimal | None = None,
    step: Decimal = Decimal(1),
) -> list[Decimal]:
    """Everybody the same share of the own need, rounded by largest remainder (the larger need wins a tie).

    Shapes and units as in `fair_split`.
    """
    caps, steps = _caps(needs, step, largest), int(amount // step)
    total = int(caps.sum())
    if total <= steps:
        return [int(cap) * step for cap in caps]
    exact = [divmod(int(cap) * steps, total) for cap in caps]
    shares = [share for share, _ in exact]
    order = sorted(range(len(needs)), key=lambda place: (-exact[place][1], -int(caps[place]), place))
    for place in order[: steps - sum(shares)]:
        shares[place] += 1
    return [share * step for share in shares]
