"""Hard filters: FILTERS, one row each, and the pairs that pass them all.

A missing value never keeps a pair apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.blocks import Block
from matcher.columns import CATEGORIES, MODES, Bools, category_index
from matcher.vocabulary import Category, Mode, Words


def _kind(block: Block) -> Bools:
    same = block.of_need(block.needs.category) == block.of_gift(block.gifts.category)
    return np.asarray(same | block.money_for_goods)


def _same_kind(block: Block) -> Bools:
    return block.by_kind(_kind)


#: In which modes help of a category never comes, whatever is written beside it.
NEVER: dict[Category, tuple[Mode, ...]] = {
    Category.BOOKS: (Mode.PEOPLE, Mode.PLACE),
    Category.INTERNET: (Mode.PLACE,),
    Category.FUNDS: (Mode.PLACE, Mode.PEOPLE),  # fuel, prizes, power credit: goods that save the money
    Category.STAFF: (Mode.GOODS, Mode.PLACE),
}


_SERVES = np.ones((len(CATEGORIES), len(MODES)), bool)
for _category, _modes in NEVER.items():
    _SERVES[category_index(_category), [MODES.index(mode) for mode in _modes]] = False


def _mode(block: Block) -> Bools:
    return block.of_gift(_SERVES[block.gifts.category, block.gifts.mode])


def _two_parties(block: Block) -> Bools:
    if not block.once(_some_give_and_take, _some_give_and_take):
        return np.ones(1, bool)
    return np.asarray(block.of_need(block.needs.library) != block.of_gift(block.gifts.giver))


def _some_give_and_take(block: Block) -> bool:
    return bool(np.isin(block.gifts.giver, block.needs.library).any())


def _something_left(block: Block) -> Bools:
    # Peers who are asked enough come last.
    left = np.isnan(block.gifts.left) | (block.gifts.left > 0) | block.offered.experience
    lacking = np.isnan(block.needs.amount) | (block.needs.amount > 0)
    if lacking.all():
        return block.of_gift(left)
    return np.asarray(block.of_gift(left) & block.of_need(lacking))


def _same_time(block: Block) -> Bools:
    if block.once(_all_meet, _all_meet):
        return np.ones(1, bool)
    n, g = block.needs, block.gifts
    begins = block.of_need(n.first_day) <= block.of_gift(g.last_day)
    return np.asarray(begins & (block.of_gift(g.first_day) <= block.of_need(n.last_day)))


def _all_meet(block: Block) -> bool:
    n, g = block.needs, block.gifts
    if not len(n) or not len(g):
        return True
    return bool(n.first_day.max() <= g.last_day.min() and g.first_day.max() <= n.last_day.min())


def _in_area(block: Block) -> Bools:
    """Inside the area, or the library's place is unknown."""
    return block.by_kind(_inside, ("region",), ("area",))


def _inside(block: Block) -> Bools:
    """`_in_area`, for regions and areas that differ."""
    below: dict[str, list[int]] = {}
    for place, code in enumerate(block.needs.region.tolist()):
        parts = code.split(".") if code else []
        for count in range(1, len(parts) + 1):
            below.setdefault(".".join(parts[:count]), []).append(place)
    found = np.tile((block.needs.region == "")[:, None], (1, len(block.gifts)))
    found[:, [place for place, area in enumerate(block.gifts.area) if not area]] = True
    for place, area in enumerate(block.gifts.area):
        for code in area:
            if code in below:
                found[below[code], place] = True
    return found


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that must hold, or the pair is not a pair."""

    name: str
    words: Words  #: what is said where it does not hold
    passes: Callable[[Block], Bools]


#: Forbidden pairs (a giver's rules, refusals, live lines) are the caller's mask.
FILTERS: tuple[Filter, ...] = (
    Filter("kind", Words("jenisnya lain", "of another kind"), _same_kind),
    Filter("mode", Words("bentuk bantuannya tidak cocok", "help of this form does not serve it"), _mode),
    Filter("itself", Words("pemberi dan penerimanya sama", "giver and taker are the same"), _two_parties),
    Filter("nothing_left", Words("sudah habis atau sudah cukup", "used up, or nothing lacking"), _something_left),
    Filter("windows", Words("waktunya tidak bertemu", "the times do not meet"), _same_time),
    Filter("area", Words("di luar wilayah tawaran", "outside the area of the offer"), _in_area),
)


def eligible(block: Block) -> Bools:
    """Pairs that pass every hard filter; an array that broadcasts to the block's shape."""
    found = np.ones((1,) * len(block.shape), bool)
    for passed in sorted((row.passes(block) for row in FILTERS), key=np.size):  # what is told once a row first
        found = found & passed
    return found


def why_not(block: Block, challenge: int, offer: int) -> list[Filter]:
    """The filters that the pair at these places of a grid does not pass."""
    pair = block.at([challenge], [offer])
    return [row for row in FILTERS if not np.broadcast_to(row.passes(pair), 1)[0]]
