"""Challenges of one category beside the offers that may serve them: what both sides have in common, pair by pair.

A *block* is some challenges beside some offers, as a grid or as a list of pairs.  Its arrays broadcast to its shape, so
that what depends on one side only is worked out once a row, and what few rows tell apart once for each kind of row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.columns import (
    CATEGORIES,
    MODES,
    Bools,
    Floats,
    Gifts,
    Ints,
    Needs,
    category_index,
    classes,
    ground_km,
    kinds,
    known_or,
    on_globe,
)
from matcher.readiness import Asking, Checks, checked, lacking_first
from matcher.similarity import likeness
from matcher.text.things import NOT, NOTHING, belongs, fits, refuses
from matcher.vocabulary import MATCHED, Category, Mode

FEW = 1 << 12  #: pairs, so few that looking for rows that say the same costs more than it saves
WIDE = 1 << 20  #: most pairs that a table of kinds is laid out for at once


def blocks_of(needs: Needs, gifts: Gifts) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places of challenges and offers that may meet, a block a category; money stands in every block."""
    money = (gifts.mode == MODES.index(Mode.MONEY)) & (gifts.category == category_index(Category.FUNDS))
    found = []
    for category in MATCHED:
        index = category_index(category)
        rows = np.flatnonzero(needs.category == index)
        if not len(rows):
            continue
        columns = np.flatnonzero((gifts.category == index) | money)
        if len(columns):
            found.append((rows, columns))
    return found


class Offered:
    """What is worked out once of the offers of a block, however many challenges stand beside them."""

    def __init__(self, gifts: Gifts) -> None:
        self.gifts = gifts
        self._distinct: dict[tuple[str, ...], tuple[Offered, NDArray[np.intp]]] = {}

    @cached_property
    def experience(self) -> Bools:
        """Library to library, shape (offers,)."""
        return np.asarray(self.gifts.mode == MODES.index(Mode.EXPERIENCE))

    @cached_property
    def money(self) -> Bools:
        """Money counted in rupiah for whatever it may buy, shape (offers,)."""
        return np.asarray(self.paying & (self.gifts.category == category_index(Category.FUNDS)))

    @cached_property
    def paying(self) -> Bools:
        """Money, also for one category alone and counted as its things are, shape (offers,)."""
        return np.asarray(self.gifts.mode == MODES.index(Mode.MONEY))

    @cached_property
    def asking(self) -> tuple[NDArray[np.intp], list[Asking]]:
        """Which distinct set of conditions each offer has, and those sets beside whether it is experience."""
        return classes(zip(map(tuple, self.gifts.conditions), self.experience.tolist(), strict=True))

    def distinct(self, names: tuple[str, ...]) -> tuple[Offered, NDArray[np.intp]]:
        """Offers that differ in these columns, and which of them each offer is like."""
        if names not in self._distinct:
            first, like = kinds(self.gifts, names)
            self._distinct[names] = Offered(self.gifts.pick(first)), like
        return self._distinct[names]

    @cached_property
    def globe(self) -> Floats:
        """Where they are, shape (3, offers)."""
        return on_globe(self.gifts.lat, self.gifts.lon)

    @cached_property
    def misleading(self) -> Bools:
        """It names what only looks like help, shape (offers,)."""
        return np.fromiter((NOTHING in given for given in self.gifts.things), bool, len(self.gifts))

    def naming(self, phrases: list[frozenset[str]]) -> Bools:
        """Which offers name all words of each phrase, shape (phrases, offers)."""
        found = np.zeros((len(phrases), len(self.gifts)), bool)
        words = frozenset[str]().union(*phrases)
        for place, spoken in enumerate(self.gifts.spoken):
            if named := words.intersection(spoken):
                found[[row for row, phrase in enumerate(phrases) if phrase <= named], place] = True
        return found


@dataclass(frozen=True)
class _Laid:
    """A table of kinds, and which row and column of it each challenge and offer of a whole block is like."""

    table: NDArray[Any]
    rows: NDArray[np.intp] | None  #: None: a row of the table a challenge
    columns: NDArray[np.intp] | None  #: None: a column of the table an offer

    @cached_property
    def _wide(self) -> NDArray[Any] | None:
        """The table with a column an offer, where it has few rows."""
        if self.rows is None or self.columns is None or len(self.table) * 2 > len(self.rows):
            return None
        return np.take(self.table, self.columns, axis=1) if len(self.table) * len(self.columns) <= WIDE else None

    @cached_property
    def _even(self) -> bool:
        """All pairs have the same."""
        return bool(self.table.size and (self.table == self.table[:1, :1]).all())

    def grid(self, mine: slice) -> NDArray[Any]:
        """The rows of some challenges beside all offers; of shape (1, 1) where all pairs have the same."""
        if self.columns is None and self.rows is None:
            return self.table[mine]
        if self._even:
            return self.table[:1, :1]
        if self._wide is not None and self.rows is not None:
            return np.take(self._wide, self.rows[mine], axis=0)
        table = self.table[mine] if self.rows is None else self.table[self.rows[mine]]
        return table if self.columns is None else np.take(table, self.columns, axis=1)

    def pairs(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[Any]:
        """What some pairs have."""
        rows = rows if self.rows is None else self.rows[rows]
        return np.asarray(self.table[rows, columns if self.columns is None else self.columns[columns]])


class Block:
    """Challenges of one category beside the offers that may serve it.

    Every array broadcasts to ``shape``: (challenges, offers), or (pairs,) after `at`.  What few rows tell apart is
    worked out once for the whole block and laid out for each `part` of it.
    """

    def __init__(self, needs: Needs, gifts: Gifts, offered: Offered | None = None) -> None:
        self.needs, self.gifts = needs, gifts
        self.offered = offered or Offered(gifts)
        self.shape: tuple[int, ...] = (len(needs), len(gifts))
        self._whole = self
        self._start = 0  #: place of the first of these challenges in the whole block
        self._grid: Block | None = None  #: the grid whose words are compared at once, where these are some pairs of it
        self._within: Any = np.s_[:]  #: which pairs of it
        self._rows: Any = np.s_[:, None]
        self._columns: Any = np.s_[None, :]
        self._kept: dict[Any, Any] = {}

    def band(self, start: int, stop: int) -> Block:
        """The challenges from *start* up to *stop*, as a grid whose words are compared at once."""
        found = Block(self.needs.pick(slice(start, stop)), self.gifts, self.offered)
        found._whole, found._start = self._whole, self._start + start
        return found

    def part(self, start: int, stop: int) -> Block:
        """The challenges from *start* up to *stop*, as a grid; the words of all are compared once."""
        found = self.band(start, stop)
        found._grid, found._within = self, slice(start, stop)  # noqa: SLF001 - the same class
        return found

    def at(self, rows: NDArray[np.intp] | list[int], columns: NDArray[np.intp] | list[int]) -> Block:
        """Some pairs of this grid, as a list: what both sides have in common is not worked out again."""
        found = Block(self.needs, self.gifts, self.offered)
        found._whole, found._start, found._grid = self._whole, self._start, self
        found._rows, found._columns = np.asarray(rows, np.intp), np.asarray(columns, np.intp)
        found._within = found._rows, found._columns
        found.shape = found._rows.shape
        return found

    # --- what rows have in common ---

    @property
    def few(self) -> bool:
        """So few pairs that looking for rows that say the same costs more than it saves."""
        return self.shape[0] * self.shape[-1] <= FEW

    def once(self, name: Any, work: Callable[[Block], Any]) -> Any:
        """Something worked out once for the whole block."""
        kept = self._whole._kept  # noqa: SLF001 - the same class
        if name not in kept:
            kept[name] = work(self._whole)
        return kept[name]

    def _kinds(
        self, needs: tuple[str, ...], gifts: tuple[str, ...]
    ) -> tuple[Block, NDArray[np.intp], NDArray[np.intp]]:
        """The grid of what differs in these columns, and which row and column of it each of the whole block is like."""
        first, rows = self.once(needs, lambda whole: kinds(whole.needs, needs))
        offered, columns = self.offered.distinct(gifts)
        small = self.once((needs, gifts), lambda whole: Block(whole.needs.pick(first), offered.gifts, offered))
        return small, rows, columns

    def repeats(self, needs: tuple[str, ...], gifts: tuple[str, ...]) -> bool:
        """Whether at most half the pairs of the whole block differ in these columns."""
        if self._whole.few:
            return False
        small, _, _ = self._kinds(needs, gifts)
        return len(small.needs) * len(small.gifts) * 2 <= len(self._whole.needs) * len(self.gifts)

    def by_kind(
        self, work: Callable[[Block], NDArray[Any]], needs: tuple[str, ...] = (), gifts: tuple[str, ...] = (), *,
        name: Any = None,
    ) -> NDArray[Any]:  # fmt: skip
        """What few kinds of both sides tell apart, told by these columns: worked out once for each kind."""

        def laid(whole: Block) -> _Laid:
            if whole.few:
                return _Laid(_full(work(whole), whole.shape), None, None)
            small, rows, columns = whole._kinds(needs or _KIND_OF_NEED, gifts or _KIND_OF_GIFT)
            return _Laid(_full(work(small), small.shape), rows, columns)

        return self._spread(self.once((name or work, needs, gifts), laid))

    def _spread(self, laid: _Laid) -> NDArray[Any]:
        if len(self.shape) == 1:
            return laid.pairs(self._rows + self._start, self._columns)
        return laid.grid(slice(self._start, self._start + len(self.needs)))

    def of_need(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of the challenges, shaped to broadcast."""
        return np.asarray(column[self._rows])

    def of_gift(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of the offers, shaped to broadcast."""
        return np.asarray(column[self._columns])

    def need(self, name: str) -> NDArray[Any]:
        """A column of the challenges by its name, shaped to broadcast; one value where all of a grid say the same."""
        column = getattr(self.needs, name)
        return column[:1, None] if self._says_one("needs", name) else self.of_need(column)

    def gift(self, name: str) -> NDArray[Any]:
        """The same of the offers."""
        column = getattr(self.gifts, name)
        return column[None, :1] if self._says_one("gifts", name) else self.of_gift(column)

    def _says_one(self, side: str, name: str) -> bool:
        if len(self.shape) == 1 or self._whole.few:
            return False
        said: bool = self.once((side, name), lambda whole: _all_same(getattr(getattr(whole, side), name)))
        return said

    # --- kinds ---

    @property
    def experience(self) -> Bools:
        """Library to library, by offer."""
        return self.of_gift(self.offered.experience)

    @cached_property
    def money_for_goods(self) -> Bools:
        """Money beside a challenge that is not about money."""
        goods = self.need("category") != category_index(Category.FUNDS)
        return np.asarray(self.of_gift(self.offered.money) & goods)

    @cached_property
    def thing(self) -> Floats:
        """How well the thing given is the thing asked: 1 the same, 0.5 near, 0 another; nan: nobody said."""
        return self.by_kind(_thing)

    @property
    def another(self) -> Bools:
        """What is given is another thing than what is asked."""
        return self.by_kind(_another)

    @property
    def misleading(self) -> Bools:
        """The offer names what only looks like help, by offer."""
        return self.of_gift(self.offered.misleading)

    @cached_property
    def km(self) -> Floats:
        """Distance; nan unknown."""
        mine = slice(self._start, self._start + len(self.needs))
        ours = self.once("globe", lambda whole: on_globe(whole.needs.lat, whole.needs.lon))[:, mine]
        return ground_km(list(map(self.of_need, ours)), list(map(self.of_gift, self.offered.globe)))

    # --- quantities ---

    @cached_property
    def price(self) -> Floats:
        """Rp for one unit of the challenge: the offer's own, else the office's usual."""
        own = self.gift("price")
        return np.where(np.isnan(own), self.need("price"), own)

    @cached_property
    def units_convert(self) -> Bools:
        """Whether the two sides count alike."""
        return np.asarray(self.need("group") == self.gift("group"))

    def in_needs_unit(self, amount: Floats) -> Floats:
        """An amount of each offer (shape (offers,)) in each challenge's unit; nan where it does not convert."""
        mine = self.of_gift(amount)
        plain = np.where(self.units_convert, mine * self.gift("factor") / self.need("factor"), np.nan)
        if not self.money_for_goods.any():
            return plain
        return np.where(self.money_for_goods, np.floor(mine / self.price), plain)

    @cached_property
    def periods(self) -> Floats:
        """What one period of the offer is worth in periods of the challenge."""
        n, mine, theirs = self.needs, self.need("per_year"), self.gift("per_year")
        if not mine.any():
            return np.ones_like(mine)
        days = np.where(n.bounded, n.last_day - n.first_day + 1.0, 365.0)
        lasting = np.maximum(np.round(days * n.per_year / 365.25), 1)  # a gift once serves them all
        both = np.maximum(theirs, 1) / np.maximum(mine, 1)
        return np.where(mine == 0, 1.0, np.where(theirs == 0, 1 / self.of_need(lasting), both))

    @cached_property
    def reach(self) -> Floats:
        """Units of the challenge that the offer could give this library; nan unknown."""
        most = np.fmin(self.gifts.left, self.gifts.share_max)
        most = np.where(np.isnan(self.gifts.left), np.nan, most)
        return self.in_needs_unit(most) * self.periods

    @cached_property
    def too_small_for_giver(self) -> Bools:
        """The challenge is smaller than the giver's smallest share."""
        smallest = self.in_needs_unit(self.gifts.share_min) * self.periods
        lacking = known_or(self.needs.amount, np.inf)
        return np.asarray(known_or(smallest, 0.0) > self.of_need(lacking))

    @cached_property
    def covered(self) -> Floats:
        """Share of the lack that the offer could cover, in [0, 1]; nan unknown."""
        lacking = self.of_need(self.needs.amount)
        if (lacking != 0).all():
            return np.asarray(np.clip(self.reach / lacking, 0, 1))
        # Nought where it is all promised: such a pair passes no filter.
        none = np.zeros(np.broadcast_shapes(self.reach.shape, lacking.shape))
        return np.asarray(np.clip(np.divide(self.reach, lacking, out=none, where=lacking != 0), 0, 1))

    # --- words ---

    @cached_property
    def similarity(self) -> Any:
        """Likeness of the words of both sides, in [0, 1], float32."""
        return likeness(self.needs.text, self.gifts.text) if self._grid is None else self._grid.similarity[self._within]

    @cached_property
    def wordless(self) -> Bools:
        """One side said nothing."""
        return np.asarray(self.of_need(self.needs.wordless) | self.of_gift(self.gifts.wordless))

    @cached_property
    def unwanted(self) -> Bools:
        """The offer names something the library asked not to get."""
        return self._spread(self.once("unwanted", _unwanted))

    # --- readiness ---

    @property
    def checks(self) -> Checks:
        """What each distinct set of conditions asks, judged for each challenge of the whole block."""
        found: Checks = self.once("checks", lambda whole: checked(whole.needs, whole.offered.asking[1]))
        return found

    def by_conditions(self, work: Callable[[Checks], NDArray[Any]]) -> NDArray[Any]:
        """What *work* makes of the checks, laid out for each pair."""

        def told(grid: Block) -> NDArray[Any]:
            return np.take(work(grid.checks), grid.offered.asking[0], axis=1)

        return self.by_kind(told, ("facts", "category"), ("conditions", "mode"), name=work)

    @property
    def missing(self) -> Ints:
        """Bit set of facts that the offer asks and that are known not to hold."""
        return self.by_conditions(_missing)

    @property
    def ready(self) -> Bools:
        """No condition is known to be broken."""
        return self.by_conditions(_ready)

    @property
    def unsaid(self) -> Ints:
        """Bit set of facts that matter and that nobody told."""
        return self.by_conditions(_unsaid)

    @cached_property
    def lacking(self) -> Ints:
        """Bit set of facts that a gift of this category needs anyway and that are known not to hold, by challenge."""
        return np.where(self.experience, 0, self.of_need(lacking_first(self.needs)))


def _unwanted(block: Block) -> _Laid:
    """Offers that name what is not wanted, a row each distinct list of such phrases."""
    rows, listed = classes(block.needs.unwanted)
    phrases = list(dict.fromkeys(frozenset(phrase) for asked in listed for phrase in asked))
    naming = block.offered.naming(phrases) if phrases else np.zeros((0, len(block.gifts)), bool)
    theirs = [[phrases.index(frozenset(phrase)) for phrase in asked] for asked in listed]
    return _Laid(np.array([naming[places].any(axis=0) for places in theirs]), rows, None)


def _all_same(column: NDArray[Any]) -> bool:
    return bool(len(column)) and bool((column == column[0]).all())


def _full(table: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    return table if table.shape == shape else np.broadcast_to(table, shape)


def _missing(checks: Checks) -> Ints:
    return checks.missing


def _ready(checks: Checks) -> Bools:
    return np.asarray(checks.missing == 0)


def _unsaid(checks: Checks) -> Ints:
    return checks.unsaid


# --- things ----------------------------------------------------------------------------------------------------------

#: Columns that tell the kinds apart: what is lacked or given, and how it is counted.
_KIND_OF_NEED = ("category", "group", "things", "wordless")
_KIND_OF_GIFT = ("category", "group", "mode", "things", "wordless")

#: Money given for one purpose, and the category whose goods it may buy all the same.
_BUYS: dict[str, Category | None] = {
    "book_money": Category.BOOKS, "computer_money": Category.COMPUTERS, "internet_bill": Category.INTERNET,
    "rent": Category.SPACE, "building_money": Category.SPACE, "training_money": Category.STAFF, "honorarium": None,
    "speaker_fee": None, "electricity_bill": None, "water_bill": None, "activity_money": None, "prize": None,
    "refreshments": None, "stationery": None, "printing": None, "travel_money": None, "fuel": None, "shipping": None,
    "legal_fee": None, "scholarship": None, "capital": None, "loan": None, "savings": None, "social_aid": None,
    "medical_aid": None, "worship_money": None, "pay_of_others": None, NOTHING: None,
}  # fmt: skip


def _buys(category: Category, given: tuple[str, ...]) -> float:
    """Whether money may buy goods of *category*: 1 meant for them, 0 meant for something else, nan free."""
    refused = {code[1:] for code in given if code.startswith(NOT)}
    if refuses(category, given) or any(_BUYS.get(code) is category for code in refused):
        return 0.0
    meant = [_BUYS[code] for code in given if code in _BUYS and code not in refused]
    if not meant:
        return float("nan")
    return 1.0 if category in meant else 0.0


def _bought(category: Category, want: tuple[str, ...], given: tuple[str, ...]) -> float:
    """How well what money may buy is what is asked."""
    named = tuple(code for code in given if belongs(code, category))
    buys = _buys(category, given)
    return fits(want, named) if named and np.isnan(buys) else buys


def _thing(block: Block) -> Floats:
    """`Block.thing`, for kinds that differ."""
    found: Floats = block.once(_things, _things)
    return found


def _things(block: Block) -> Floats:
    category = CATEGORIES[int(block.needs.category[0])] if len(block.needs) else Category.OTHER
    money = (block.offered.paying & (category is not Category.FUNDS)).tolist()
    given = list(zip(block.gifts.things, money, strict=True))
    rows, listed = classes(block.needs.things)
    table = [[_bought(category, want, have) if buys else fits(want, have) for have, buys in given] for want in listed]
    return np.array(table, np.float64).reshape(len(listed), len(given))[rows]


def _another(block: Block) -> Bools:
    return np.asarray(_thing(block) == 0)
