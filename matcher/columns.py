"""Both sides as columns: open challenges and open offers, a row each, and which rows of them say the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matcher.similarity import Texts
from matcher.vocabulary import UNITS, Category, Every, FactCode, Mode, Operator, Urgency

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.str_]
Objects = NDArray[np.object_]

EARTH_KM = 6371.0
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
    neglect: Floats  #: what its library is owed by the time since its last help: 1 never, 0 this cycle
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
    """Distance over the ground, km; nan where a coordinate is."""
    return ground_km(on_globe(lat, lon), on_globe(lat2, lon2))


def on_globe(lat: Floats, lon: Floats) -> Floats:
    """Where degrees of latitude and longitude lie on a globe of radius one, shape (3, places)."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def ground_km(one: Iterable[Floats], other: Iterable[Floats]) -> Floats:
    """Distance over the ground, km, by the chord: one sine a place, not one a pair."""
    x, y, z = (mine - theirs for mine, theirs in zip(one, other, strict=True))
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(x**2 + y**2 + z**2) / 2, 1)))


def known_or(values: Floats, otherwise: float) -> Floats:
    """The values, *otherwise* where nobody knows."""
    return np.where(np.isnan(values), otherwise, values)


# --- rows that say the same ------------------------------------------------------------------------------------------


def classes(column: Iterable[Hashable]) -> tuple[NDArray[np.intp], list[Any]]:
    """The place of each row's value among the distinct values, and those."""
    values = list(column)
    listed = list(dict.fromkeys(values))
    places = dict(zip(listed, range(len(listed)), strict=True))
    return np.fromiter(map(places.__getitem__, values), np.intp, len(values)), listed


def kinds(side: Needs | Gifts, names: Iterable[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first row of each kind that differs in these columns, and the kind of every row."""
    columns = [getattr(side, name) for name in names]
    told: list[list[Any]] = [column.tolist() for column in columns if column.dtype == object]
    if plain := [column for column in columns if column.dtype != object]:
        told.append(_as_values(plain))
    kind, listed = classes(zip(*told, strict=True) if len(told) > 1 else told[0])
    first = np.empty(len(listed), np.intp)
    first[kind[::-1]] = np.arange(len(kind) - 1, -1, -1)
    return first, kind


def _as_values(columns: Sequence[NDArray[Any]]) -> list[Any]:
    """A value for each row, the same where columns of numbers and letters say the same: the bytes that ever differ."""
    rows = len(columns[0])
    held = [np.ascontiguousarray(column).view(np.uint8).reshape(rows, -1) for column in columns if rows]
    packed = np.concatenate(held or [np.zeros((0, 1), np.uint8)], axis=1)
    packed = packed[:, (packed != packed[:1]).any(axis=0)]
    wide = np.zeros((rows, max(packed.shape[1], 8)), np.uint8)
    wide[:, : packed.shape[1]] = packed
    found: list[Any] = wide.view(np.uint64 if wide.shape[1] == 8 else f"V{wide.shape[1]}")[:, 0].tolist()
    return found
