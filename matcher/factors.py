"""What the model sees of a pair: FACTORS, one row each, beside the hard filters.

A *block* is some challenges beside some offers, as a grid or as a list of pairs.  A factor is a value in [0, 1] for
each pair, and the share of it that is known; its arrays broadcast to the block's shape, so that what depends on one
side only is worked out once a row.  Where nothing is known the value is the prior mean, so that a missing number lowers
certainty and never excludes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matcher.similarity import LENGTH
from matcher.text.things import NOTHING, fits
from matcher.vocabulary import MATCHED, UNITS, Category, Every, FactCode, Mode, Operator, Urgency, Words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.str_]
Objects = NDArray[np.object_]

EARTH_KM = 6371.0
PRIOR = 0.5  #: what an unknown factor is worth until decisions say otherwise
FAR_DAY, NEVER_DAY = np.iinfo(np.int32).max, 0  #: ordinals of "no end" and "no beginning"

CATEGORIES = list(Category)
MODES = list(Mode)
FACTS = list(FactCode)
_PER_YEAR = {None: 0.0, Every.WEEK: 52.0, Every.MONTH: 12.0, Every.YEAR: 1.0}
_URGENCY = {None: np.nan, Urgency.MONTH: 1.0, Urgency.QUARTER: 0.6, Urgency.YEAR: 0.3}
_GROUPS = {group: index for index, group in enumerate(sorted({(unit.category, unit.group) for unit in UNITS.values()}))}


def category_index(category: Category) -> int:
    """Place of a category in CATEGORIES, as columns hold it."""
    return CATEGORIES.index(category)


def unit_group(unit: str) -> int:
    """Number of the group within which *unit* converts."""
    return _GROUPS[UNITS[unit].category, UNITS[unit].group]


def per_year(every: Every | None) -> float:
    """Periods in a year; 0 for what is given once."""
    return _PER_YEAR[every]


def urgency_value(urgency: Urgency | None) -> float:
    """Urgency in [0, 1]; nan where nobody said."""
    return _URGENCY[urgency]


class Condition(NamedTuple):
    """An offer asks that *fact* compare with *value*."""

    offer: int  #: place in the offer columns
    fact: int  #: place in FACTS
    operator: Operator
    value: float


class Texts:
    """Rows of `matcher.similarity.rows`, picked without copying them."""

    dtype = None

    def __init__(self, matrix: csr_array, rows: NDArray[np.intp] | None = None) -> None:
        self._matrix = matrix
        self._rows = np.arange(matrix.shape[0]) if rows is None else rows

    def __getitem__(self, places: NDArray[np.intp] | Bools | slice) -> Texts:
        """The rows at *places*."""
        return Texts(self._matrix, self._rows[places])

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def matrix(self) -> csr_array:
        """The rows as one matrix, shape (texts, numbers)."""
        return self._matrix[self._rows]

    @property
    def empty(self) -> Bools:
        """Whether nothing was said, shape (texts,)."""
        return np.asarray(np.diff(self._matrix.indptr)[self._rows] == 0)


@dataclass(frozen=True)
class _Columns:
    """Columns of equal length; picking keeps them together."""

    def pick(self, places: NDArray[np.intp] | Bools | slice) -> Self:
        """The rows at *places*, as new columns."""
        return type(self)(*[getattr(self, name)[places] for name in self.__dataclass_fields__])

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.__dataclass_fields__))))


@dataclass(frozen=True)
class Needs(_Columns):
    """Open challenges as columns of shape (n,); ``facts`` is (n, len(FACTS)), nan unknown."""

    id: Ints
    library: Ints
    category: Ints
    group: Ints  #: `unit_group`
    factor: Floats  #: of the unit, within its group
    per_year: Floats
    amount: Floats  #: what is still lacking, in the unit; nan: nobody said
    price: Floats  #: Rp for one unit where money buys it; nan: no default
    region: Strings
    lat: Floats
    lon: Floats
    urgency: Floats
    waiting: Floats  #: days
    never_helped: Bools
    thin: Floats  #: share of libraries of its kecamatan never helped
    far: Floats  #: distance from the office as a share of the farthest
    first_day: Ints  #: ordinals
    last_day: Ints
    facts: Floats
    tokens: Objects  #: tuple of stems a row
    things: Objects  #: tuple of codes of `matcher.text.things` a row
    unwanted: Objects  #: tuple of tuples of stems (or ``=thing``) a row: one a phrase
    text: Texts

    @property
    def wordless(self) -> Bools:
        """Whether nothing was said, shape (n,)."""
        return self.text.empty

    @property
    def bounded(self) -> Bools:
        """Whether the first and the last day are known, shape (n,)."""
        return np.asarray((self.first_day > NEVER_DAY) & (self.last_day < FAR_DAY))


@dataclass(frozen=True)
class Gifts(_Columns):
    """Open offers as columns of shape (m,)."""

    id: Ints
    giver: Ints
    category: Ints
    mode: Ints
    group: Ints
    factor: Floats
    per_year: Floats
    left: Floats  #: in the offer's unit; nan: belum ditentukan
    price: Floats  #: Rp for one unit of goods; nan: not said
    share_min: Floats
    share_max: Floats
    lat: Floats
    lon: Floats
    anywhere: Bools  #: distance does not matter
    area: Objects  #: tuple of region codes a row; empty: everywhere
    conditions: Objects  #: tuple of Condition a row; their ``offer`` is set by `Block`
    first_day: Ints
    last_day: Ints
    kept: Floats  #: promises kept on time
    due: Floats  #: promises that fell due
    follow_on: Bools  #: it will cost the library something later
    tokens: Objects
    things: Objects
    spoken: Objects  #: stems (and ``=thing``) of what is offered, without what follows "bukan"
    text: Texts

    @property
    def wordless(self) -> Bools:
        """Whether nothing was said, shape (m,)."""
        return self.text.empty


def great_circle_km(lat: Floats, lon: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Distance over the ground, km; nan where a coordinate is.  By the chord: one sine a place, not one a pair."""
    one, other = _on_globe(lat, lon), _on_globe(lat2, lon2)
    squared = sum((mine - theirs) ** 2 for mine, theirs in zip(one, other, strict=True))
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(squared) / 2, 1)))


def _on_globe(lat: Floats, lon: Floats) -> tuple[Floats, Floats, Floats]:
    """Places on a globe of radius one."""
    north, east = np.radians(lat), np.radians(lon)
    return np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)


# --- blocks ----------------------------------------------------------------------------------------------------------


def _classes(column: Iterable[Hashable]) -> tuple[NDArray[np.intp], list[Any]]:
    """The place of each row's value among the distinct values, and those."""
    places: dict[Hashable, int] = {}
    rows = np.fromiter((places.setdefault(value, len(places)) for value in column), np.intp)
    return rows, list(places)


_MANY = 1 << 30  #: kinds after which they are numbered anew


def _distinct(side: Needs | Gifts, names: tuple[str, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first row of each kind that differs in these columns, and the kind of every row."""
    kind: NDArray[np.intp] = np.zeros(len(side), np.intp)
    for name in names:
        column = getattr(side, name)
        if column.dtype == object:
            places, listed = _classes(column)
            count = len(listed)
        else:
            values, places = np.unique(column, return_inverse=True)
            count = len(values)
        kind = kind * count + places
        if kind.max(initial=0) > _MANY:
            kind = np.unique(kind, return_inverse=True)[1]
    _, first, kind = np.unique(kind, return_index=True, return_inverse=True)
    return first, kind


class Offered:
    """What is worked out once of the offers of a block, however many challenges stand beside them."""

    def __init__(self, gifts: Gifts) -> None:
        self.gifts = gifts
        self._distinct: dict[tuple[str, ...], tuple[Offered, NDArray[np.intp]]] = {}
        self._saying: dict[frozenset[str], Bools] = {}

    @cached_property
    def experience(self) -> Bools:
        """Library to library, shape (offers,)."""
        return np.asarray(self.gifts.mode == MODES.index(Mode.EXPERIENCE))

    @cached_property
    def money(self) -> Bools:
        """Money, shape (offers,)."""
        is_money = self.gifts.mode == MODES.index(Mode.MONEY)
        return np.asarray(is_money & (self.gifts.category == category_index(Category.FUNDS)))

    @cached_property
    def asking(self) -> tuple[NDArray[np.intp], list[tuple[tuple[Condition, ...], bool]]]:
        """Which distinct set of conditions each offer has, and those sets beside whether it is experience."""
        return _classes(zip(map(tuple, self.gifts.conditions), self.experience.tolist(), strict=True))

    def distinct(self, names: tuple[str, ...]) -> tuple[Offered, NDArray[np.intp]]:
        """Offers that differ in these columns, and which of them each offer is like."""
        if names not in self._distinct:
            first, like = _distinct(self.gifts, names)
            self._distinct[names] = Offered(self.gifts.pick(first)), like
        return self._distinct[names]

    @cached_property
    def misleading(self) -> Bools:
        """It names what only looks like help, shape (offers,)."""
        return np.fromiter((NOTHING in given for given in self.gifts.things), bool, len(self.gifts))

    @cached_property
    def _spoken(self) -> list[frozenset[str]]:
        return [frozenset(words) for words in self.gifts.spoken]

    def saying(self, phrase: frozenset[str]) -> Bools:
        """The offers that name all words of a phrase, shape (offers,)."""
        if phrase not in self._saying:
            self._saying[phrase] = np.fromiter((phrase <= words for words in self._spoken), bool, len(self._spoken))
        return self._saying[phrase]

    @cached_property
    def _text(self) -> csr_array:
        return self.gifts.text.matrix

    @cached_property
    def vocabulary(self) -> NDArray[Any]:
        """Numbers of all the words and letter groups that occur."""
        occurs = np.zeros(self._text.shape[1], bool)
        occurs[self._text.indices] = True
        return np.flatnonzero(occurs)

    @cached_property
    def words(self) -> list[Any]:
        """Weights, (vocabulary, offers), in strips of some offers: small enough to stay near the processor."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - half a second: only where something is scored

        text = self._text
        places = np.searchsorted(self.vocabulary, text.indices)
        rows = csr_array((text.data, places, text.indptr), shape=(len(self.gifts), len(self.vocabulary)))
        return [
            np.ascontiguousarray(rows[start : start + STRIP].toarray().T) for start in range(0, len(self.gifts), STRIP)
        ]


FEW = 1 << 12  #: pairs
STRIP = 192  #: offers whose words are laid out together


class Block:
    """Challenges of one category beside the offers that may serve it.

    Every array broadcasts to ``shape``: (challenges, offers), or (pairs,) after `at`.  What few rows tell apart is
    worked out once for the whole block and laid out for each `part` of it.
    """

    def __init__(self, needs: Needs, gifts: Gifts, offered: Offered | None = None) -> None:
        self.needs, self.gifts = needs, gifts
        self.offered = offered or Offered(gifts)
        self.shape: tuple[int, ...] = (len(needs), len(gifts))
        self._whole = self._grid = self
        self._mine = slice(0, len(needs))  #: which challenges of the whole block these are
        self._rows: Any = np.s_[:, None]
        self._columns: Any = np.s_[None, :]
        self._kept: dict[Any, Any] = {}

    def part(self, start: int, stop: int) -> Block:
        """The challenges from *start* up to *stop*, as a grid."""
        found = Block(self.needs.pick(slice(start, stop)), self.gifts, self.offered)
        found._whole, found._mine = self, slice(start, stop)
        return found

    def at(self, rows: NDArray[np.intp] | list[int], columns: NDArray[np.intp] | list[int]) -> Block:
        """Some pairs of this grid, as a list: what both sides have in common is not worked out again."""
        found = Block(self.needs, self.gifts, self.offered)
        found._whole, found._grid, found._mine = self._whole, self, self._mine
        found._rows, found._columns = np.asarray(rows, np.intp), np.asarray(columns, np.intp)
        found.shape = found._rows.shape
        return found

    @property
    def few(self) -> bool:
        """So few pairs that looking for rows that say the same costs more than it saves."""
        return self.shape[0] * self.shape[-1] <= FEW

    def _once(self, name: Any, work: Callable[[Block], Any]) -> Any:
        """Something worked out once for the whole block."""
        kept = self._whole._kept  # noqa: SLF001 - the same class
        if name not in kept:
            kept[name] = work(self._whole)
        return kept[name]

    def distinct(
        self, needs: tuple[str, ...], gifts: tuple[str, ...]
    ) -> tuple[Block, NDArray[np.intp], NDArray[np.intp]]:
        """The grid of what differs in these columns, and which row and column of it each of ours is like."""
        first, like = self._once(needs, lambda whole: _distinct(whole.needs, needs))
        used, rows = np.unique(like[self._mine], return_inverse=True)
        offered, columns = self.offered.distinct(gifts)
        return Block(self._whole.needs.pick(first[used]), offered.gifts, offered), rows, columns

    def by_kind(
        self, work: Callable[[Block], NDArray[Any]], needs: tuple[str, ...] = (), gifts: tuple[str, ...] = ()
    ) -> NDArray[Any]:
        """What few kinds of both sides tell apart, told by these columns: worked out once for each kind."""
        if self._whole.few:
            table = self._once(work, lambda whole: np.broadcast_to(work(whole), whole.shape))
            mine = table[self._mine]
            return np.asarray(mine if self is self._grid else mine[self._rows, self._columns])
        needs, gifts = needs or _KIND_OF_NEED, gifts or _KIND_OF_GIFT
        small, rows, columns = self._once((needs, gifts), lambda whole: whole.distinct(needs, gifts))
        return self._spread(self._once(work, lambda _: np.broadcast_to(work(small), small.shape)), rows, columns)

    def of_need(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of the challenges, shaped to broadcast."""
        return np.asarray(column[self._rows])

    def of_gift(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column of the offers, shaped to broadcast."""
        return np.asarray(column[self._columns])

    def _spread(self, table: NDArray[Any], rows: NDArray[np.intp] | None, columns: NDArray[np.intp]) -> NDArray[Any]:
        """A table of kinds of the whole block, laid out for each pair; *rows* None: a row a challenge."""
        if self is not self._grid:
            mine = np.arange(len(self._whole.needs))[self._mine][self._rows]
            return np.asarray(table[mine if rows is None else rows[mine], columns[self._columns]])
        if table.size == 1:
            return np.broadcast_to(table, self.shape)
        wide = np.take(table[self._mine] if rows is None else table, columns, axis=1)
        return wide if rows is None else np.take(wide, rows[self._mine], axis=0)

    @property
    def experience(self) -> Bools:
        """Library to library, by offer."""
        return self.of_gift(self.offered.experience)

    @cached_property
    def money_for_goods(self) -> Bools:
        """Money beside a challenge that is not about money."""
        goods = self.needs.category != category_index(Category.FUNDS)
        return np.asarray(self.of_gift(self.offered.money) & self.of_need(goods))

    @cached_property
    def km(self) -> Floats:
        """Distance; nan unknown."""
        n, g = self.needs, self.gifts
        return great_circle_km(self.of_need(n.lat), self.of_need(n.lon), self.of_gift(g.lat), self.of_gift(g.lon))

    # --- quantities ---

    @cached_property
    def price(self) -> Floats:
        """Rp for one unit of the challenge: the offer's own, else the office's usual."""
        own = self.of_gift(self.gifts.price)
        return np.where(np.isnan(own), self.of_need(self.needs.price), own)

    @cached_property
    def units_convert(self) -> Bools:
        """Whether the two sides count alike."""
        return np.asarray(self.of_need(self.needs.group) == self.of_gift(self.gifts.group))

    def in_needs_unit(self, amount: Floats) -> Floats:
        """An amount of each offer (shape (offers,)) in each challenge's unit; nan where it does not convert."""
        mine = self.of_gift(amount)
        same = mine * self.of_gift(self.gifts.factor) / self.of_need(self.needs.factor)
        plain = np.where(self.units_convert, same, np.nan)
        if not self.money_for_goods.any():
            return plain
        return np.where(self.money_for_goods, np.floor(mine / self.price), plain)

    @cached_property
    def periods(self) -> Floats:
        """What one period of the offer is worth in periods of the challenge."""
        n = self.needs
        days = np.where(n.bounded, n.last_day - n.first_day + 1.0, 365.0)
        lasting = np.maximum(np.round(days * n.per_year / 365.25), 1)  # a gift once serves them all
        mine, theirs = self.of_need(n.per_year), self.of_gift(self.gifts.per_year)
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
        lacking = np.nan_to_num(self.needs.amount, nan=np.inf)
        return np.asarray(np.nan_to_num(smallest, nan=0.0) > self.of_need(lacking))

    @cached_property
    def covered(self) -> Floats:
        """Share of the lack that the offer could cover, in [0, 1]; nan unknown."""
        lacking = np.broadcast_to(self.of_need(self.needs.amount), self.reach.shape)
        # Nought where it is all promised: such a pair passes no filter.
        share = np.divide(self.reach, lacking, out=np.zeros(self.reach.shape), where=lacking != 0)
        return np.asarray(np.clip(share, 0, 1))

    # --- words ---

    @cached_property
    def similarity(self) -> Any:
        """Likeness of the words of both sides, in [0, 1], float32."""
        if self is not self._grid:
            return self._grid.similarity[self._rows, self._columns]
        words = self._once("words", _known_words)[self._mine]
        found, start = np.empty(self.shape, np.float32), 0
        for strip in self.offered.words:
            found[:, start : start + strip.shape[1]] = words @ strip
            start += strip.shape[1]
        found *= np.float32(1 / LENGTH**2)
        return found

    @cached_property
    def wordless(self) -> Bools:
        """One side said nothing."""
        return np.asarray(self.of_need(self.needs.wordless) | self.of_gift(self.gifts.wordless))

    @cached_property
    def thing(self) -> Floats:
        """How well the thing given is the thing asked: 1 the same, 0.5 near, 0 another; nan: nobody said."""
        return self.by_kind(_thing)

    @property
    def misleading(self) -> Bools:
        """The offer names what only looks like help, by offer."""
        return self.of_gift(self.offered.misleading)

    @property
    def choosy(self) -> bool:
        """Whether some library here said what it does not want."""
        return any(map(len, self.needs.unwanted))

    @cached_property
    def unwanted(self) -> Bools:
        """The offer names something the library asked not to get."""
        if self is not self._grid:
            return np.asarray(self._grid.unwanted[self._rows, self._columns])
        found = np.zeros(self.shape, bool)
        for place in np.flatnonzero([len(asked) > 0 for asked in self.needs.unwanted]):
            for phrase in self.needs.unwanted[place]:
                found[place] |= self.offered.saying(frozenset(phrase))
        return found

    # --- readiness ---

    @property
    def _checks(self) -> _Checks:
        found: _Checks = self._once("checks", _checked)
        return found

    def by_conditions(self, table: NDArray[Any]) -> NDArray[Any]:
        """A table with a row a challenge and a column a distinct set of conditions, laid out for each pair."""
        return self._spread(table, None, self.offered.asking[0])

    @cached_property
    def missing(self) -> Ints:
        """Bit set of facts that the offer asks and that are known not to hold."""
        return self.by_conditions(self._checks.missing)

    @property
    def ready(self) -> Bools:
        """No condition is known to be broken."""
        return self.by_conditions(self._checks.missing == 0)

    @property
    def another(self) -> Bools:
        """What is given is another thing than what is asked."""
        return self.by_kind(_another)

    @cached_property
    def unsaid(self) -> Ints:
        """Bit set of facts that matter and that nobody told."""
        return self.by_conditions(self._checks.unsaid)

    @cached_property
    def lacking(self) -> Ints:
        """Bit set of facts that a gift of this category needs anyway and that are known not to hold, by challenge."""
        return np.where(self.experience, 0, self.of_need(_bits(self.needs, lambda values: values < 1)))


#: Columns that tell the kinds apart: what is lacked or given, and how it is counted.
_KIND_OF_NEED = ("category", "group", "things", "wordless")
_KIND_OF_GIFT = ("category", "group", "mode", "things", "wordless")


def _known_words(block: Block) -> csr_array:
    """The challenges' words as far as some offer has them, shape (challenges, vocabulary)."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second: only where something is scored

    text, known = block.needs.text.matrix, block.offered.vocabulary
    lookup = np.full(text.shape[1], -1, np.int32)
    lookup[known] = np.arange(len(known), dtype=np.int32)
    places = lookup[text.indices]
    shared = places >= 0
    ends = np.concatenate([[0], np.cumsum(shared, dtype=np.int32)])[text.indptr]
    return csr_array((text.data[shared], places[shared], ends), shape=(len(block.needs), len(known)))


def _checked(block: Block) -> _Checks:
    """What the offers ask and what the challenges' libraries have, a column a distinct set of conditions."""
    facts, sets = block.needs.facts, block.offered.asking[1]
    shape = (len(block.needs), len(sets))
    nothing, none = np.zeros(shape), np.zeros(shape, np.int64)
    checks = _Checks(nothing, nothing.copy(), nothing.copy(), none, none.copy())
    usual = _needed_first(block.needs)
    for place, (conditions, experience) in enumerate(sets):
        for condition in conditions:
            checks.add(place, facts[:, condition.fact], condition, 1.0)
        for fact in [] if experience else set(usual) - {condition.fact for condition in conditions}:
            checks.add(place, facts[:, fact], Condition(0, fact, Operator.AT_LEAST, 1.0), USUALLY)
    return checks


@dataclass(frozen=True, slots=True)
class _Checks:
    """Weight asked, known to hold, unknown; bit sets of facts missing and unknown; all (challenges, sets)."""

    asked: Floats
    holds: Floats
    unknown: Floats
    missing: Ints
    unsaid: Ints

    def add(self, place: int, values: Floats, condition: Condition, weight: float) -> None:
        """Judge one condition of the set at *place* by what is known of each library."""
        known, met = _judge(values, condition)
        bit = 1 << condition.fact
        self.asked[:, place] += weight
        self.holds[:, place] += weight * met
        self.unknown[:, place] += weight * ~known
        if weight == 1:
            self.missing[:, place] |= np.where(known & ~met, bit, 0)
        self.unsaid[:, place] |= np.where(known, 0, bit)


def _judge(values: Floats, condition: Condition) -> tuple[Bools, Bools]:
    known = ~np.isnan(values)
    met = values >= condition.value if condition.operator is Operator.AT_LEAST else values <= condition.value
    return known, met & known


USUALLY = 0.5  #: weight of a fact that a kind of gift needs anyway, beside 1 for what its giver asks

#: What a gift of a category needs before it is of use, whoever gives it.
NEEDED_FIRST: dict[Category, tuple[FactCode, ...]] = {
    Category.COMPUTERS: (FactCode.ELECTRICITY, FactCode.ROOM),
    Category.INTERNET: (FactCode.ELECTRICITY,),
    Category.BOOKS: (FactCode.RACK,),
}


def _needed_first(needs: Needs) -> list[int]:
    """Places of the facts that gifts of this block's category need."""
    if not len(needs):
        return []
    return [FACTS.index(fact) for fact in NEEDED_FIRST.get(CATEGORIES[int(needs.category[0])], ())]


def _bits(needs: Needs, judge: Callable[[Floats], Bools]) -> Ints:
    bits = np.zeros(len(needs), np.int64)
    for fact in _needed_first(needs):
        bits |= np.where(judge(needs.facts[:, fact]), 1 << fact, 0)
    return bits


#: Money given for one purpose, and the category whose goods it may buy all the same.
_BUYS: dict[str, Category | None] = {
    "book_money": Category.BOOKS, "internet_bill": Category.INTERNET, "rent": Category.SPACE, "honorarium": None,
    "electricity_bill": None, "stationery": None, "scholarship": None, "capital": None, NOTHING: None,
}  # fmt: skip


def _buys(category: Category, given: tuple[str, ...]) -> float:
    """Whether money may buy goods of *category*: 1 meant for them, 0 meant for something else, nan free."""
    meant = [_BUYS[code] for code in given if code in _BUYS]
    if not meant:
        return float("nan")
    return 1.0 if category in meant else 0.0


# --- hard filters ----------------------------------------------------------------------------------------------------


def _kind(block: Block) -> Bools:
    same = block.of_need(block.needs.category) == block.of_gift(block.gifts.category)
    return np.asarray(same | block.money_for_goods)


def _same_kind(block: Block) -> Bools:
    return block.by_kind(_kind)


#: In which modes help of a category never comes, whatever is written beside it.
NEVER: dict[Category, tuple[Mode, ...]] = {
    Category.BOOKS: (Mode.PEOPLE, Mode.PLACE),
    Category.INTERNET: (Mode.PLACE,),
    Category.FUNDS: (Mode.GOODS, Mode.PLACE, Mode.PEOPLE),
    Category.STAFF: (Mode.GOODS, Mode.PLACE),
}


def _mode(block: Block) -> Bools:
    never = np.zeros((len(CATEGORIES), len(MODES)), bool)
    for category, modes in NEVER.items():
        never[category_index(category), [MODES.index(mode) for mode in modes]] = True
    return block.of_gift(~never[block.gifts.category, block.gifts.mode])


def _two_parties(block: Block) -> Bools:
    if not np.isin(block.gifts.giver, block.needs.library).any():
        return np.ones(1, bool)
    return np.asarray(block.of_need(block.needs.library) != block.of_gift(block.gifts.giver))


def _something_left(block: Block) -> Bools:
    # Peers who are asked enough come last.
    left = np.isnan(block.gifts.left) | (block.gifts.left > 0) | block.offered.experience
    lacking = np.isnan(block.needs.amount) | (block.needs.amount > 0)
    return np.asarray(block.of_gift(left) & block.of_need(lacking))


def _same_time(block: Block) -> Bools:
    n, g = block.needs, block.gifts
    if len(n) and len(g) and n.first_day.max() <= g.last_day.min() and g.first_day.max() <= n.last_day.min():
        return np.ones(1, bool)
    begins = block.of_need(n.first_day) <= block.of_gift(g.last_day)
    return np.asarray(begins & (block.of_gift(g.first_day) <= block.of_need(n.last_day)))


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
    for place, area in enumerate(block.gifts.area):
        if not area:
            found[:, place] = True
        for code in area:
            found[below.get(code, []), place] = True
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
    """Pairs that pass every hard filter."""
    found = np.ones(block.shape, bool)
    for row in FILTERS:
        found &= row.passes(block)
    return found


def why_not(block: Block, challenge: int, offer: int) -> list[Filter]:
    """The filters that the pair at these places of a grid does not pass."""
    pair = block.at([challenge], [offer])
    return [row for row in FILTERS if not np.broadcast_to(row.passes(pair), 1)[0]]


# --- factors ---------------------------------------------------------------------------------------------------------

#: How a factor's *fit* and its words make up "kind and words".
_FIT_SHARE = 0.45
_LIKE = 1.8  #: short texts rarely share more than half of what they say
#: What the words are worth at least, and at most beside that, by how well the thing fits.
_SAME, _NEAR, _OTHER, _UNSAID = (0.6, 0.4), (0.3, 0.4), (0.0, 0.25), (0.2, 0.8)

#: In which modes help of a category usually comes; others are taken with care.
USUAL: dict[Category, tuple[Mode, ...]] = {
    Category.COMPUTERS: (Mode.GOODS, Mode.SERVICE),
    Category.INTERNET: (Mode.SERVICE, Mode.GOODS),
    Category.BOOKS: (Mode.GOODS, Mode.SERVICE),
    Category.SPACE: (Mode.PLACE, Mode.GOODS, Mode.SERVICE),
    Category.FUNDS: (Mode.MONEY,),
    Category.STAFF: (Mode.PEOPLE, Mode.SERVICE),
}


def _thing(block: Block) -> Floats:
    """`Block.thing`, for kinds that differ."""
    found: Floats = block._once(_things, _things)  # noqa: SLF001 - one module
    return found


def _things(block: Block) -> Floats:
    money = block.money_for_goods
    category = CATEGORIES[int(block.needs.category[0])] if len(block.needs) else Category.OTHER
    table = [
        [
            _buys(category, have) if money[0, place] else fits(want, have)
            for place, have in enumerate(block.gifts.things)
        ]
        for want in block.needs.things
    ]
    return np.array(table, np.float64).reshape(block.shape)


def _another(block: Block) -> Bools:
    return np.asarray(_thing(block) == 0)


def _fitting(block: Block) -> Floats:
    """1 where kind, unit and mode agree; less where the two sides count differently or help comes in an odd form."""
    usual = np.zeros((len(CATEGORIES), len(MODES)), bool)
    usual[:, MODES.index(Mode.EXPERIENCE)] = True
    for category, modes in USUAL.items():
        usual[category_index(category), [MODES.index(mode) for mode in modes]] = True
    odd = ~usual[block.gifts.category, block.gifts.mode]
    alike = block.units_convert | block.experience | (_thing(block) == 1)  # eight sessions help two people
    return np.where(block.of_gift(odd), 0.3, np.where(block.money_for_goods | ~alike, 0.6, 1.0))


def _said(block: Block) -> tuple[Floats, Floats]:
    """What kind and words are worth at least, and what a full likeness adds, float32."""
    thing = _thing(block)
    cases = [block.wordless & np.isnan(thing), np.isnan(thing), thing == 1, thing == 0]
    least = np.select(cases, [PRIOR, _UNSAID[0], _SAME[0], _OTHER[0]], _NEAR[0])
    beside = np.select(cases, [0.0, _UNSAID[1], _SAME[1], _OTHER[1]], _NEAR[1])
    fit = np.broadcast_to(_FIT_SHARE * _fitting(block), block.shape)
    return (fit + (1 - _FIT_SHARE) * least).astype(np.float32), ((1 - _FIT_SHARE) * beside).astype(np.float32)


def _least(block: Block) -> Floats:
    return np.asarray(block._once(_said, _said)[0])  # noqa: SLF001 - one module


def _beside(block: Block) -> Floats:
    return np.asarray(block._once(_said, _said)[1])  # noqa: SLF001 - one module


def _kind_and_text(block: Block) -> Floats:
    least, beside = block.by_kind(_least), block.by_kind(_beside)
    value = np.minimum(block.similarity * np.float32(_LIKE), np.float32(1))
    value *= beside
    value += least
    return np.where(block.unwanted, value * np.float32(0.2), value) if block.choosy else np.asarray(value)


def _kind_known(block: Block) -> Floats:
    return np.where(block.wordless, 0.55, 1.0)


def _quantity(block: Block) -> Floats:
    known = ~np.isnan(block.covered)
    value = np.where(known, np.sqrt(np.nan_to_num(block.covered)), PRIOR)
    value = np.where(block.too_small_for_giver, 0.1, value)
    return np.where(block.experience, 0.0, value)


def _quantity_known(block: Block) -> Floats:
    return np.where(block.experience, 1.0, ~np.isnan(block.covered))


def ready_share(holds: Any, unknown: Any, asked: Any) -> Any:
    """The factor `readiness`: weight known to hold, unknown and asked, floats or arrays of one shape."""
    value = (holds + PRIOR * unknown) / np.where(asked > 0, asked, 1.0)
    return np.where(asked > 0, value, 1.0)


def _readiness(block: Block) -> Floats:
    checks = block._checks  # noqa: SLF001 - one module
    return block.by_conditions(ready_share(checks.holds, checks.unknown, checks.asked))


def _readiness_known(block: Block) -> Floats:
    checks = block._checks  # noqa: SLF001 - one module
    return block.by_conditions(1 - checks.unknown / np.where(checks.asked > 0, checks.asked, 1.0))


def _urgency_and_waiting(block: Block) -> Floats:
    urgency = np.nan_to_num(block.needs.urgency, nan=PRIOR)
    return block.of_need(0.6 * urgency + 0.4 * np.clip(block.needs.waiting / 120, 0, 1))


def _urgency_known(block: Block) -> Floats:
    return block.of_need(np.where(np.isnan(block.needs.urgency), 0.4, 1.0))


def _equity(block: Block) -> Floats:
    n = block.needs
    return block.of_need(0.4 * n.never_helped + 0.25 * n.thin + 0.35 * n.far)


#: Nearness of the farthest village, and the distance that halves the rest: an hour and a half by road here.  However
#: far a village lies it loses five points at most, and `equity` gives some back: the south coast is not buried.
_FARTHEST, _HALF_KM = 0.5, 40.0


def _distance(block: Block) -> Floats:
    near = _FARTHEST + (1 - _FARTHEST) / (1 + np.nan_to_num(block.km) / _HALF_KM)
    return np.where(_anywhere(block), 1.0, np.where(np.isnan(block.km), PRIOR, near))


def _distance_known(block: Block) -> Floats:
    return np.where(_anywhere(block) | ~np.isnan(block.km), 1.0, 0.0)


def _anywhere(block: Block) -> Bools:
    return np.asarray(block.of_gift(block.gifts.anywhere) | block.money_for_goods)


def _track_record(block: Block) -> Floats:
    return block.of_gift((block.gifts.kept + 2) / (block.gifts.due + 3))


def _track_known(block: Block) -> Floats:
    return block.of_gift(np.where(block.gifts.due > 0, 1.0, 0.0))


def _follow_on(block: Block) -> Floats:
    return block.of_gift(np.where(block.gifts.follow_on, 0.0, 1.0))


def needed_share(facts: Floats) -> Any:
    """The factor `dependencies` of facts (…, facts needed first), nan unknown; 1 where the kind needs none."""
    return np.nan_to_num(np.minimum(facts, 1), nan=PRIOR).mean(axis=-1) if facts.shape[-1] else 1.0


def _dependencies(block: Block) -> Floats:
    share = needed_share(block.needs.facts[:, _needed_first(block.needs)])
    return np.where(block.experience, 1.0, block.of_need(np.broadcast_to(share, len(block.needs))))


def _dependencies_known(block: Block) -> Floats:
    usual = _needed_first(block.needs)
    share = (~np.isnan(block.needs.facts[:, usual])).mean(axis=1) if usual else 1.0
    return np.where(block.experience, 1.0, block.of_need(np.broadcast_to(share, len(block.needs))))


def _all(block: Block) -> Floats:
    del block
    return np.ones(1)


@dataclass(frozen=True, slots=True)
class Factor:
    """One column of what the model sees; both functions give arrays that broadcast to the block's shape."""

    name: str
    words: Words
    unit: Words
    points: float  #: the office's weight before any decision
    of: Callable[[Block], Floats]  #: value in [0, 1]
    known: Callable[[Block], Floats] = _all  #: share of it that is known
    #: Columns of both sides it looks at, where many rows say the same: it is then worked out once for those.
    needs: tuple[str, ...] = ()
    gifts: tuple[str, ...] = ()


_SHARE = Words("0 sampai 1", "0 to 1")

FACTORS: tuple[Factor, ...] = (
    Factor("kind", Words("jenis dan kata-kata", "kind and words"), _SHARE, 30, _kind_and_text, _kind_known),
    Factor("quantity", Words("jumlah", "quantity"), _SHARE, 15, _quantity, _quantity_known,
           needs=("amount", "category", "group", "factor", "per_year", "price", "first_day", "last_day"),
           gifts=("left", "category", "mode", "group", "factor", "per_year", "price", "share_min", "share_max")),
    Factor("readiness", Words("kesiapan", "readiness"), _SHARE, 15, _readiness, _readiness_known),
    Factor("urgency", Words("mendesak dan lama menunggu", "urgency and waiting"), _SHARE, 15, _urgency_and_waiting,
           _urgency_known),
    Factor("equity", Words("pemerataan", "equity"), _SHARE, 10, _equity),
    Factor("distance", Words("jarak", "distance"), _SHARE, 10, _distance, _distance_known,
           needs=("lat", "lon", "category"), gifts=("lat", "lon", "anywhere", "mode", "category")),
    Factor("track", Words("rekam jejak", "track record"), _SHARE, 5, _track_record, _track_known),
    # The office gives these no points of its own; decisions may.
    Factor("follow_on", Words("tanpa biaya lanjutan", "no cost later"), _SHARE, 0, _follow_on),
    Factor("dependencies", Words("prasyarat jenisnya", "what its kind needs first"), _SHARE, 0, _dependencies,
           _dependencies_known),
)  # fmt: skip

#: The office's weights before any decision.
PRIOR_POINTS: dict[str, float] = {factor.name: factor.points for factor in FACTORS}


def blocks_of(needs: Needs, gifts: Gifts) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places of challenges and offers that may meet, a block a category; money stands in every block."""
    money = (gifts.mode == MODES.index(Mode.MONEY)) & (gifts.category == category_index(Category.FUNDS))
    found = []
    for category in MATCHED:
        index = category_index(category)
        rows = np.flatnonzero(needs.category == index)
        columns = np.flatnonzero((gifts.category == index) | money)
        if len(rows) and len(columns):
            found.append((rows, columns))
    return found
