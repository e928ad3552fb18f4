"""What the model sees of a pair: FACTORS, one row each, beside the hard filters.

A *block* is some challenges beside some offers.  A factor is a pair of arrays of shape (challenges, offers): its value
in [0, 1], and the share of it that is known.  Where nothing is known the value is the prior mean, so that a missing
number lowers certainty and never excludes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matcher.terms import idf
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


@dataclass(frozen=True)
class _Columns:
    """Columns of equal length; picking keeps them together."""

    def pick(self, places: NDArray[np.intp] | Bools) -> Self:
        """The rows at *places*, as new columns."""
        return type(self)(**{column.name: getattr(self, column.name)[places] for column in fields(self)})

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))


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
    unwanted: Objects  #: tuple of tuples of stems a row: one a phrase

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
    spoken: Objects  #: stems of what is offered, without what follows "bukan"


def great_circle_km(lat: Floats, lon: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Distance over the ground (haversine), km; nan where a coordinate is."""
    a, b, c, d = (np.radians(part) for part in (lat, lon, lat2, lon2))
    h = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


def _term_rows(rows: Sequence[tuple[str, ...]], places: dict[str, int]) -> csr_array:
    """Unit-length tf-idf rows over the words in *places*."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second: only where something is scored

    lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
    words = [word for row in rows for word in row]
    columns = np.fromiter((places[word] for word in words), np.int64, len(words))
    weights = np.fromiter((idf(word) for word in words), np.float64, len(words))
    matrix = csr_array(
        (weights, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(rows), max(len(places), 1))
    )
    matrix.sum_duplicates()
    norms = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    matrix.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(matrix.indptr))
    return matrix


class Block:
    """Challenges of one category beside the offers that may serve it; every array is (challenges, offers)."""

    def __init__(self, needs: Needs, gifts: Gifts) -> None:
        self.needs, self.gifts = needs, gifts
        self.shape = (len(needs), len(gifts))

    @cached_property
    def money_for_goods(self) -> Bools:
        """Money beside a challenge that is not about money."""
        money = self.gifts.mode == MODES.index(Mode.MONEY)
        funds = category_index(Category.FUNDS)
        goods = self.needs.category != funds
        return np.asarray((money & (self.gifts.category == funds))[None, :] & goods[:, None])

    @cached_property
    def experience(self) -> Bools:
        """Library to library, shape (offers,)."""
        return np.asarray(self.gifts.mode == MODES.index(Mode.EXPERIENCE))

    @cached_property
    def km(self) -> Floats:
        """Distance; nan unknown."""
        n, g = self.needs, self.gifts
        return great_circle_km(n.lat[:, None], n.lon[:, None], g.lat[None, :], g.lon[None, :])

    @cached_property
    def price(self) -> Floats:
        """Rp for one unit of the challenge: the offer's own, else the office's usual."""
        return np.where(np.isnan(self.gifts.price)[None, :], self.needs.price[:, None], self.gifts.price[None, :])

    @cached_property
    def units_convert(self) -> Bools:
        """Whether the two sides count alike."""
        return np.asarray(self.needs.group[:, None] == self.gifts.group[None, :])

    def in_needs_unit(self, amount: Floats) -> Floats:
        """An amount of each offer (shape (offers,)) in each challenge's unit; nan where it does not convert."""
        same = amount[None, :] * self.gifts.factor[None, :] / self.needs.factor[:, None]
        bought = np.floor(amount[None, :] / self.price)
        plain = np.where(self.units_convert, same, np.nan)
        return np.where(self.money_for_goods, bought, plain)

    @cached_property
    def periods(self) -> Floats:
        """What one period of the offer is worth in periods of the challenge."""
        mine, theirs = self.needs.per_year[:, None], self.gifts.per_year[None, :]
        days = np.where(self.needs.bounded, self.needs.last_day - self.needs.first_day + 1.0, 365.0)
        lasting = np.maximum(np.round(days * self.needs.per_year / 365.25), 1)[:, None]  # a gift once serves them all
        both = np.maximum(theirs, 1) / np.maximum(mine, 1)
        return np.where(mine == 0, 1.0, np.where(theirs == 0, 1 / lasting, both))

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
        return np.asarray(np.nan_to_num(smallest, nan=0.0) > np.nan_to_num(self.needs.amount, nan=np.inf)[:, None])

    @cached_property
    def covered(self) -> Floats:
        """Share of the lack that the offer could cover, in [0, 1]; nan unknown."""
        lacking = self.needs.amount[:, None]  # nought where it is all promised: such a pair passes no filter
        share = np.divide(self.reach, lacking, out=np.zeros(self.shape), where=lacking != 0)
        return np.asarray(np.clip(share, 0, 1))

    @cached_property
    def similarity(self) -> Floats:
        """Cosine of the words of both sides, in [0, 1]."""
        words = {word for side in (self.needs.tokens, self.gifts.tokens) for row in side for word in row}
        # In the order of the alphabet the same pair sums to the same last digit, whoever else is there.
        places = {word: place for place, word in enumerate(sorted(words))}
        ours, theirs = _term_rows(list(self.needs.tokens), places), _term_rows(list(self.gifts.tokens), places)
        return np.asarray(np.clip((ours @ theirs.T).toarray(), 0, 1))

    @cached_property
    def wordless(self) -> Bools:
        """One side said nothing."""
        ours = np.fromiter((not row for row in self.needs.tokens), bool, self.shape[0])
        theirs = np.fromiter((not row for row in self.gifts.tokens), bool, self.shape[1])
        return np.asarray(ours[:, None] | theirs[None, :])

    @cached_property
    def unwanted(self) -> Bools:
        """The offer names something the library asked not to get."""
        found = np.zeros(self.shape, bool)
        for place, phrases in enumerate(self.needs.unwanted):
            for phrase in map(set, phrases):
                found[place] |= np.fromiter((phrase <= words for words in self.gifts.spoken), bool, self.shape[1])
        return found

    # --- readiness ---

    @cached_property
    def _checks(self) -> tuple[Floats, Floats, Floats, Ints, Ints]:
        """Weight asked, weight known to hold, weight unknown; bit sets of facts missing and unknown."""
        asked, holds, unknown = (np.zeros(self.shape) for _ in range(3))
        missing, unsaid = (np.zeros(self.shape, np.int64) for _ in range(2))
        for offers, condition, weight in self._conditions():
            known, met = _judge(self.needs.facts[:, condition.fact], condition)
            bit = 1 << condition.fact
            asked[:, offers] += weight
            holds[:, offers] += (weight * met)[:, None]
            unknown[:, offers] += (weight * ~known)[:, None]
            if weight == 1:
                missing[:, offers] |= np.where(known & ~met, bit, 0)[:, None]
            unsaid[:, offers] |= np.where(known, 0, bit)[:, None]
        return asked, holds, unknown, missing, unsaid

    def _conditions(self) -> list[tuple[list[int], Condition, float]]:
        """Distinct conditions with the offers that ask them; what a category needs anyway weighs half."""
        asking: dict[tuple[int, Operator, float, float], list[int]] = {}
        usual = [FACTS.index(fact) for fact in NEEDED_FIRST.get(CATEGORIES[int(self.needs.category[0])], ())]
        for place, conditions in enumerate(self.gifts.conditions):
            for condition in conditions:
                asking.setdefault((condition.fact, condition.operator, condition.value, 1.0), []).append(place)
            if not self.experience[place]:
                for fact in set(usual) - {condition.fact for condition in conditions}:
                    asking.setdefault((fact, Operator.AT_LEAST, 1.0, 0.5), []).append(place)
        return [
            (places, Condition(0, *key[:3]), key[3]) for key, places in sorted(asking.items(), key=lambda i: str(i[0]))
        ]

    @property
    def missing(self) -> Ints:
        """Bit set of facts that the offer asks and that are known not to hold."""
        return self._checks[3]

    @property
    def unsaid(self) -> Ints:
        """Bit set of facts that matter and that nobody told."""
        return self._checks[4]


def _judge(values: Floats, condition: Condition) -> tuple[Bools, Bools]:
    known = ~np.isnan(values)
    met = values >= condition.value if condition.operator is Operator.AT_LEAST else values <= condition.value
    return known, met & known


#: What a gift of a category needs before it is of use, whoever gives it.
NEEDED_FIRST: dict[Category, tuple[FactCode, ...]] = {
    Category.COMPUTERS: (FactCode.ELECTRICITY, FactCode.ROOM),
    Category.INTERNET: (FactCode.ELECTRICITY,),
    Category.BOOKS: (FactCode.RACK,),
}

# --- hard filters ----------------------------------------------------------------------------------------------------


def _in_area(block: Block) -> Bools:
    """Inside the area, or the library's place is unknown."""
    inside = np.ones(block.shape, bool)
    known = block.needs.region != ""
    masks: dict[tuple[str, ...], Bools] = {}
    for place, area in enumerate(block.gifts.area):
        if area:
            if area not in masks:
                parts = [_under(block.needs.region, code) for code in area]
                masks[area] = np.logical_or.reduce(parts) | ~known
            inside[:, place] = masks[area]
    return inside


def _under(regions: Strings, code: str) -> Bools:
    return np.asarray((regions == code) | np.char.startswith(regions, code + "."))


def _same_time(block: Block) -> Bools:
    n, g = block.needs, block.gifts
    return np.asarray((n.first_day[:, None] <= g.last_day[None, :]) & (g.first_day[None, :] <= n.last_day[:, None]))


def _two_parties(block: Block) -> Bools:
    return np.asarray(block.needs.library[:, None] != block.gifts.giver[None, :])


def _something_left(block: Block) -> Bools:
    left = (
        np.isnan(block.gifts.left) | (block.gifts.left > 0) | block.experience
    )  # peers who are asked enough come last
    lacking = np.isnan(block.needs.amount) | (block.needs.amount > 0)
    return np.asarray(left[None, :] & lacking[:, None])


def _kind(block: Block) -> Bools:
    return np.asarray((block.needs.category[:, None] == block.gifts.category[None, :]) | block.money_for_goods)


#: What must hold, or the pair is not a pair.  Forbidden pairs (rules, refusals, live lines) are the caller's mask.
FILTERS: tuple[Callable[[Block], Bools], ...] = (_kind, _two_parties, _something_left, _same_time, _in_area)


def eligible(block: Block) -> Bools:
    """Pairs that pass every hard filter."""
    return np.asarray(np.logical_and.reduce([passes(block) for passes in FILTERS]))


# --- factors ---------------------------------------------------------------------------------------------------------

Seen = tuple[Floats, Floats]  #: value in [0, 1] and known share, each (challenges, offers)


def _kind_and_text(block: Block) -> Seen:
    fit = np.where(block.money_for_goods | ~(block.units_convert | block.experience[None, :]), 0.6, 1.0)
    heard = np.minimum(block.similarity * 1.6, 1.0)  # short texts rarely share more than six words in ten
    text = np.where(block.wordless, PRIOR, heard)
    value = 0.55 * fit + 0.45 * text
    return np.where(block.unwanted, value * 0.2, value), np.where(block.wordless, 0.55, 1.0)


def _quantity(block: Block) -> Seen:
    known = ~np.isnan(block.covered)
    value = np.where(known, np.sqrt(np.nan_to_num(block.covered)), PRIOR)
    value = np.where(block.too_small_for_giver, 0.1, value)
    return np.where(block.experience[None, :], 0.0, value), np.where(block.experience[None, :], 1.0, known)


def _readiness(block: Block) -> Seen:
    asked, holds, unknown, _, _ = block._checks  # noqa: SLF001 - one module
    some = asked > 0
    weight = np.where(some, asked, 1.0)
    value = np.where(some, (holds + PRIOR * unknown) / weight, 1.0)
    return value, np.where(some, 1 - unknown / weight, 1.0)


def _urgency_and_waiting(block: Block) -> Seen:
    said = ~np.isnan(block.needs.urgency)
    urgency = np.where(said, np.nan_to_num(block.needs.urgency), PRIOR)
    value = 0.6 * urgency + 0.4 * np.clip(block.needs.waiting / 120, 0, 1)
    return _wide(value, block), _wide(np.where(said, 1.0, 0.4), block)


def _equity(block: Block) -> Seen:
    n = block.needs
    value = 0.5 * n.never_helped + 0.25 * n.thin + 0.25 * n.far
    return _wide(value, block), np.ones(block.shape)


def _distance(block: Block) -> Seen:
    free = block.gifts.anywhere[None, :] | block.money_for_goods
    known = free | ~np.isnan(block.km)
    near = 1 / (1 + np.nan_to_num(block.km) / 40)  # 40 km, an hour and a half by road here, halves it
    return np.where(free, 1.0, np.where(known, near, PRIOR)), known.astype(float)


def _track_record(block: Block) -> Seen:
    value = (block.gifts.kept + 2) / (block.gifts.due + 3)
    known = np.where(block.gifts.due > 0, 1.0, 0.0)
    return np.broadcast_to(value, block.shape), np.broadcast_to(known, block.shape)


def _wide(column: Floats, block: Block) -> Floats:
    return np.broadcast_to(column[:, None], block.shape)


@dataclass(frozen=True, slots=True)
class Factor:
    """One column of what the model sees."""

    name: str
    words: Words
    unit: Words
    points: float  #: the office's weight before any decision
    of: Callable[[Block], Seen]


_SHARE = Words("0 sampai 1", "0 to 1")

FACTORS: tuple[Factor, ...] = (
    Factor("kind", Words("jenis dan kata-kata", "kind and words"), _SHARE, 30, _kind_and_text),
    Factor("quantity", Words("jumlah", "quantity"), _SHARE, 15, _quantity),
    Factor("readiness", Words("kesiapan", "readiness"), _SHARE, 15, _readiness),
    Factor("urgency", Words("mendesak dan lama menunggu", "urgency and waiting"), _SHARE, 15, _urgency_and_waiting),
    Factor("equity", Words("pemerataan", "equity"), _SHARE, 10, _equity),
    Factor("distance", Words("jarak", "distance"), _SHARE, 10, _distance),
    Factor("track", Words("rekam jejak", "track record"), _SHARE, 5, _track_record),
)

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
