"""`python3 -m web bench share`: how good and how fast a district's plan is, beside another solver and plainer ways."""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.planning import FREE, Problem

# --- districts -------------------------------------------------------------------------------------------------------

RUPIAH = 50_000  #: one step of money


def of_world(world: Any) -> Problem:
    """The problem of a made-up district: its open challenges with a known lack beside their best offers."""
    from matcher import matching
    from matcher.factors import FAR_DAY, MODES, category_index
    from matcher.vocabulary import Category, Mode

    needs, gifts, found = world.needs, world.gifts, matching.ranked(world)
    at = {int(one): place for place, one in enumerate(needs.id)}
    of = {int(one): place for place, one in enumerate(gifts.id)}
    c = np.array([at[int(one)] for one in found.challenge])
    o = np.array([of[int(one)] for one in found.offer])
    funds = needs.category == category_index(Category.FUNDS)
    step = np.where(funds, RUPIAH, 1.0)
    money = (
        (gifts.mode[o] == MODES.index(Mode.MONEY)) & ~funds[c] & (gifts.category[o] == category_index(Category.FUNDS))
    )
    price = np.where(np.isnan(gifts.price[o]), needs.price[c], gifts.price[o])
    unit = np.where(money, price, needs.factor[c] / gifts.factor[o]) * step[c] / _periods(needs, gifts, c, o)
    kept = (
        ~found.experience
        & (money | (needs.group[c] == gifts.group[o]))
        & ~np.isnan(unit + gifts.left[o] + needs.amount[c])
    )
    c, o, unit, score = c[kept], o[kept], unit[kept], found.score[kept] / 100
    low, high = gifts.share_min[o] / unit, gifts.share_max[o] / unit
    order = np.lexsort((-_urgent(needs), needs.library))
    rank = np.empty(len(order), np.int64)
    begin = np.r_[0, np.flatnonzero(np.diff(needs.library[order])) + 1]
    rank[order] = np.arange(len(order)) - np.repeat(begin, np.diff(np.r_[begin, len(order)])) + 1
    return Problem(
        need=np.nan_to_num(needs.amount // step), village=needs.library, rank=rank, served=np.zeros(len(step), np.int64),
        never=needs.never_helped, far=needs.far, challenge=c, offer=o, score=score,
        uses=np.maximum(np.ceil(unit * 1000), 1), least=np.ceil(np.nan_to_num(low)),
        most=np.floor(np.nan_to_num(high, nan=1e9)), first=np.maximum(needs.first_day[c], gifts.first_day[o]),
        last=np.where(gifts.per_year[o] > 0, np.minimum(needs.last_day[c], gifts.last_day[o]), FAR_DAY),
        fixed=np.full(len(c), FREE), supply_offer=np.arange(len(gifts)), supply_day=np.zeros(len(gifts), np.int64),
        supply=np.nan_to_num(gifts.left * 1000),
    )  # fmt: skip


def _urgent(needs: Any) -> Any:
    return 0.6 * np.nan_to_num(needs.urgency, nan=0.5) + 0.4 * np.minimum(needs.waiting / 120, 1)


def _periods(needs: Any, gifts: Any, c: Any, o: Any) -> Any:
    """What one period of each offer is worth in periods of its challenge."""
    days = np.where(needs.bounded, needs.last_day - needs.first_day + 1.0, 365.0)
    lasting = np.maximum(np.round(days * needs.per_year / 365.25), 1)[c]
    mine, theirs = needs.per_year[c], gifts.per_year[o]
    both = np.maximum(theirs, 1) / np.maximum(mine, 1)
    return np.where(mine == 0, 1.0, np.where(theirs == 0, 1 / lasting, both))
