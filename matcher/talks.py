"""Owns who talks to whom at a meeting: the pairs with the greatest total score that limits, hours and pins allow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import TimetableContradicts
from matcher.vocabulary import Clash, Unmet, Words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PLENTY = 10**6  #: tables where nobody counts them
RESERVES = 3  #: next best pairs that are kept for each guest and each host
_TRIES = 400  #: smaller sets of pins that are looked at for a contradiction
_EPS = 1e-6


class Pin(NamedTuple):
    """What a person wants of a pair: that it talks (*slot* None: at any time), or that it does not."""

    guest: int
    host: int
    slot: int | None = None
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting day as columns: *guests* walk, *hosts* sit at tables; S slots of one length.

    Attributes
    ----------
    score : (G, H) points >= 0; NaN where the two have nothing to talk about
    guest_most, host_most : (G,), (H,) slots each talks in at most
    guest_there, host_there : (G, S), (H, S) whether each is there
    guest_person, host_person : (G,), (H,) who speaks; one person is never in two talks at once
    least : talks every guest is to have
    tables : tables in the hall; a slot holds no more
    seats : guests at one table at once
    pins : what people asked for
    """

    score: Floats
    guest_most: Ints
    host_most: Ints
    guest_there: Bools
    host_there: Bools
    guest_person: Ints
    host_person: Ints
    least: int = 1
    tables: int = PLENTY
    seats: int = 1
    pins: tuple[Pin, ...] = ()

    @property
    def slots(self) -> int:
        """How many talks can follow one another."""
        return int(self.guest_there.shape[1])

    def kept(self) -> dict[tuple[int, int], int | None]:
        """Pairs that must talk, each with its slot where one was named."""
        return {(pin.guest, pin.host): pin.slot for pin in self.pins if pin.keep}

    def allowed(self) -> Bools:
        """(G, H, S): which pair may talk when, by presence, persons, bans and pins."""
        both = self.guest_there[:, None, :] & self.host_there[None, :, :]
        both &= (self.guest_person[:, None] != self.host_person[None, :])[:, :, None]
        eligible = ~np.isnan(self.score)
        for pin in self.pins:
            eligible[pin.guest, pin.host] = pin.keep
            if pin.keep and pin.slot is not None:
                only = np.arange(self.slots) == pin.slot
                both[pin.guest, pin.host] &= only
        found: Bools = both & eligible[:, :, None]
        return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """The pairs that talk, in order, and what is next best; *score* is the greatest total there is."""

    pairs: list[tuple[int, int]]
    reserves: list[tuple[int, int]]
    score: float
    without: dict[int, Unmet]  #: guests with fewer talks than `least`, and why


# --- what is asked ---------------------------------------------------------------------------------------------------


def check(meeting: Meeting) -> None:
    """See that what is asked can be had at all.

    Raises
    ------
    TimetableContradicts
        It cannot; its ``pins`` are the smallest set of pins (places in ``meeting.pins``) that cannot all be kept.
    """
    guests, hosts = meeting.score.shape
    if not guests or not hosts:
        raise contradiction(Clash.NOBODY)
    if meeting.tables < 1 or meeting.slots < 1:
        raise contradiction(Clash.NO_ROOM)
    if meeting.tables > hosts and meeting.tables != PLENTY:
        raise contradiction(Clash.TABLES, tables=meeting.tables, hosts=hosts)
    if meeting.least > meeting.slots:
        raise contradiction(Clash.FEW_SLOTS, least=meeting.least, slots=meeting.slots)
    if pins := quarrel(meeting):
        raise contradiction(_kind(meeting, pins), pins)


def contradiction(why: Clash, pins: tuple[int, ...] = (), **values: int) -> TimetableContradicts:
    """The refusal for *why*, its sentence filled with *values*; ``named`` is for whoever knows the pins' names."""
    told = Words(why.words.say("id", **values), why.words.say("en", **values))
    return TimetableContradicts(why=why, clash=told, pins=pins, named="")


def quarrel(meeting: Meeting) -> tuple[int, ...]:
    """The smallest set of pins that cannot all be kept, as places in ``meeting.pins``; empty where all can."""
    bans = {(pin.guest, pin.host): place for place, pin in enumerate(meeting.pins) if not pin.keep}
    keeps = [place for place, pin in enumerate(meeting.pins) if pin.keep]
    for place in keeps:
        if (other := bans.get(meeting.pins[place][:2])) is not None:
            return min(place, other), max(place, other)
    room = _Room(meeting)
    for place in keeps:
        if not room.holds([place]):
            return (place,)
    if not keeps or room.holds(keeps):
        return ()
    core = list(keeps)
    for place in keeps:
        less = [other for other in core if other != place]
        if not room.holds(less):
            core = less
    return min((tuple(core), *room.crowds(keeps)), key=lambda found: (len(found), found))


class _Room:
    """Whether pins can be kept beside each other: a slot for each, exactly."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.free = np.minimum(meeting.guest_there[:, None, :], meeting.host_there[None, :, :])

    def slots(self, place: int) -> list[int]:
        """When the pin may be kept, were it alone."""
        pin, meeting = self.meeting.pins[place], self.meeting
        if meeting.guest_person[pin.guest] == meeting.host_person[pin.host]:
            return []
        wanted = range(meeting.slots) if pin.slot is None else [pin.slot]
        return [slot for slot in wanted if 0 <= slot < meeting.slots and self.free[pin.guest, pin.host, slot]]

    def holds(self, places: Sequence[int]) -> bool:
        """Whether all of *places* can be kept."""
        cells = [(place, slot) for place in places for slot in self.slots(place)]
        if len({place for place, _ in cells}) < len(places):
            return False
        return place_best(self.meeting, [(*self.meeting.pins[place][:2], slot) for place, slot in cells],
                          [1.0] * len(cells), all_of=len(places)) is not None  # fmt: skip

    def crowds(self, places: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Small sets that cannot be kept: two in one cell, too many of one party, too many of one slot."""
        meeting, pins = self.meeting, self.meeting.pins
        groups: dict[tuple[str, int], tuple[int, list[int]]] = {}
        sit: dict[int, dict[int, int]] = defaultdict(dict)  # slot → host → a pin of it there
        for place in places:
            pin = pins[place]
            if pin.slot is not None:
                sit[pin.slot].setdefault(pin.host, place)
            for key, most in (
                (("g", pin.guest), int(min(meeting.guest_most[pin.guest], meeting.guest_there[pin.guest].sum()))),
                (("h", pin.host), int(min(meeting.host_most[pin.host], meeting.host_there[pin.host].sum()))
                 * meeting.seats),
            ):  # fmt: skip
                groups.setdefault(key, (most, []))[1].append(place)
        yield from (tuple(found[: most + 1]) for most, found in groups.values() if len(found) > most)
        yield from (tuple(list(of.values())[: meeting.tables + 1]) for of in sit.values() if len(of) > meeting.tables)
        for tried, few in enumerate(combinations(places, 2)):
            if tried > _TRIES:
                return
            if pins[few[0]].slot == pins[few[1]].slot and not self.holds(few):
                yield few


def _kind(meeting: Meeting, found: tuple[int, ...]) -> Clash:
    pins = [meeting.pins[place] for place in found]
    if any(not pin.keep for pin in pins):
        return Clash.KEEP_AND_BAN
    if any(not meeting.guest_most[pin.guest] or not meeting.host_most[pin.host] for pin in pins):
        return Clash.NO_TALKS
    if len(pins) == 1:
        absent = not meeting.guest_there[pins[0].guest].any() or not meeting.host_there[pins[0].host].any()
        return Clash.SAID_NO if absent else Clash.NOT_THERE
    if len(pins) == 2 and pins[0].slot is not None and pins[0].slot == pins[1].slot:
        return Clash.ONE_CELL
    if len({pin.guest for pin in pins}) == 1 or len({pin.host for pin in pins}) == 1:
        return Clash.PINS_FILL
    return Clash.TOGETHER


# --- cells -----------------------------------------------------------------------------------------------------------


def place_best(
    meeting: Meeting, cells: Sequence[tuple[int, int, int]], worth: Sequence[float], *, all_of: int | None = None,
    taken: Collection[tuple[int, int, int]] = (),
) -> list[int] | None:  # fmt: skip
    """The places of the *cells* (guest, host, slot) with the greatest sum of *worth* that can be had together.

    A pair gets one cell at most; *taken* cells stand already.  With *all_of* so many pairs must get a cell: None where
    they cannot.  Exact, by integer programming.
    """
    if not cells:
        return [] if not all_of else None
    width = len(cells)
    sits = [(place, cell[1:]) for place, cell in enumerate(cells)]
    if meeting.seats > 1:  # several share a table: whether anybody sits there is a column of its own
        open_ = sorted({cell[1:] for cell in cells} - {cell[1:] for cell in taken})
        sits, width = list(enumerate(open_, start=width)), width + len(open_)
    rows = _Rows(width)
    _cell_rows(rows, meeting, cells, taken, sits)
    if all_of is not None:
        rows.add(range(len(cells)), least=all_of)
    cost = np.zeros(width)
    cost[: len(cells)] = -np.asarray(worth, float)
    found = rows.solve(cost, np.zeros(width), np.ones(width))
    return None if found is None else np.flatnonzero(found[: len(cells)]).tolist()


def _cell_rows(
    rows: _Rows, meeting: Meeting, cells: Sequence[tuple[int, int, int]], taken: Collection[tuple[int, int, int]],
    sits: Sequence[tuple[int, tuple[int, int]]],
) -> None:  # fmt: skip
    """What cells share: a pair, the hours of a person, the limits of a party, the tables of a slot, the seats.

    *sits* holds the columns that say of a host and a slot whether anybody sits there.
    """
    limits: dict[tuple[Any, ...], int] = defaultdict(lambda: 1)
    uses: dict[tuple[Any, ...], list[int]] = defaultdict(list)

    def note(place: int | None, *keys: tuple[Any, ...]) -> None:
        for key in keys:
            if place is None:
                limits[key] = limits[key] - 1
            else:
                uses[key].append(place)

    for place, (guest, host, slot) in [*((None, cell) for cell in taken), *enumerate(cells)]:
        limits.setdefault(("guest", guest), int(meeting.guest_most[guest]))
        note(place, ("pair", guest, host), ("guest", guest), ("person", int(meeting.guest_person[guest]), slot))
    for place, (host, slot) in [*((None, cell) for cell in sorted({cell[1:] for cell in taken})), *sits]:
        limits.setdefault(("host", host), int(meeting.host_most[host]))
        limits.setdefault(("slot", slot), meeting.tables)
        note(place, ("host", host), ("slot", slot), ("person", int(meeting.host_person[host]), slot))
    for key, found in uses.items():
        rows.add(found, most=limits[key])
    if meeting.seats > 1:
        _seat_rows(rows, meeting.seats, cells, taken, {cell: place for place, cell in sits})


def _seat_rows(
    rows: _Rows, seats: int, cells: Sequence[tuple[int, int, int]], taken: Collection[tuple[int, int, int]],
    sits: Mapping[tuple[int, int], int],
) -> None:  # fmt: skip
    """Guests sit only where a host does, and no more than there are seats."""
    there = Counter(cell[1:] for cell in taken)
    of: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, cell in enumerate(cells):
        of[cell[1:]].append(place)
    for key, places in of.items():
        if key in sits:
            rows.add([*places, sits[key]], most=0, weights=[*[1.0] * len(places), -float(seats)])
        else:
            rows.add(places, most=seats - there[key])


# --- choosing --------------------------------------------------------------------------------------------------------


class _Rows:
    """Rows of a linear programme over whole numbers, gathered one by one."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._at: list[NDArray[np.int64]] = []
        self._row: list[NDArray[np.int64]] = []
        self._weight: list[Floats] = []
        self._least: list[float] = []
        self._most: list[float] = []

    def add(
        self, places: Iterable[int] | Ints, *, least: float = -np.inf, most: float = np.inf,
        weights: Sequence[float] | Floats | None = None,
    ) -> None:  # fmt: skip
        """One row: *least* <= sum of weights * x over *places* <= *most*."""
        at = np.fromiter(places, np.int64) if not isinstance(places, np.ndarray) else places
        self._at.append(at)
        self._row.append(np.full(len(at), len(self._least)))
        self._weight.append(np.ones(len(at)) if weights is None else np.asarray(weights, float))
        self._least.append(least)
        self._most.append(most)

    def solve(self, cost: Floats, low: Floats, high: Floats) -> Ints | None:
        """The whole numbers of least *cost*, or None where none fulfil the rows."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow: only where talks are chosen
        from scipy.sparse import csr_array  # noqa: PLC0415 - as above

        if not self.width:
            return np.zeros(0, np.int64)
        limits = ()
        if self._least:
            matrix = csr_array(
                (np.concatenate(self._weight), (np.concatenate(self._row), np.concatenate(self._at))),
                shape=(len(self._least), self.width),
            )
            limits = LinearConstraint(matrix, self._least, self._most)
        found = milp(
            cost, constraints=limits, bounds=Bounds(low, high), integrality=np.ones(self.width),
            options={"mip_rel_gap": 0.0},
        )  # fmt: skip
        return None if found.x is None else np.round(found.x).astype(np.int64)


def choose(meeting: Meeting) -> Chosen:
    """The pairs that talk: as many guests as possible have `least` talks, and of those plans the greatest total score.

    Exactly the best: an integer programme whose matrix is that of a transport problem where nobody comes late.
    """
    check(meeting)
    pairs = _Pairs(meeting)
    found = pairs.most_points()
    taken = pairs.named(pairs.in_turn() if found is None else found)
    points = np.nan_to_num(meeting.score)
    total = float(round(sum(float(points[pair]) for pair in taken), 6))
    return Chosen(taken, reserves(meeting, taken), total, without(meeting, taken))


class _Pairs:
    """The pairs that may talk as variables of a programme, and the limits that bind them."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.allowed = meeting.allowed()
        self.guests, self.hosts = np.nonzero(self.allowed.any(axis=2))
        self.cost = -np.nan_to_num(meeting.score[self.guests, self.hosts])
        pinned = meeting.kept()
        self.low = np.array([float(pair in pinned) for pair in self._all()])
        self.of_guest = _by(self.guests, len(meeting.guest_most))
        hours = self.allowed.any(axis=1).sum(axis=1)
        can = np.minimum(np.minimum(meeting.guest_most, hours), [len(places) for places in self.of_guest])
        self.can = np.minimum(can, meeting.least)  #: talks each guest can be asked to have

    def _all(self) -> list[tuple[int, int]]:
        return list(zip(self.guests.tolist(), self.hosts.tolist(), strict=True))

    def named(self, found: Ints) -> list[tuple[int, int]]:
        """The pairs of a solution."""
        return [pair for pair, taken in zip(self._all(), found.tolist(), strict=True) if taken]

    def most_points(self) -> Ints | None:
        """The best pairs where every guest has as many talks as it can be asked to; None where that is not possible."""
        rows = _Rows(len(self.cost))
        self._limits(rows)
        for places, wanted in zip(self.of_guest, self.can.tolist(), strict=True):
            if wanted:
                rows.add(places, least=wanted)
        return rows.solve(self.cost, self.low, np.ones(rows.width))

    def in_turn(self) -> Ints:
        """Where that is not possible: a talk for as many as can be, then a second one, and so on; then points."""
        width, guests, steps = len(self.cost), len(self.of_guest), int(self.can.max(initial=0))
        rows = _Rows(width + guests * steps)
        self._limits(rows)
        had = width + np.arange(guests * steps).reshape(steps, guests)
        for guest, places in enumerate(self.of_guest):
            weights = [*[1.0] * len(places), *[-1.0] * steps]
            rows.add(np.concatenate([places, had[:, guest]]), least=0, weights=weights)
        asked = np.concatenate([self.can > step for step in range(steps)]).astype(float)
        low, high = np.concatenate([self.low, np.zeros(had.size)]), np.concatenate([np.ones(width), asked])
        for step in range(steps):
            wish = np.zeros(rows.width)
            wish[had[step]] = -1
            found = rows.solve(wish, low, high)
            assert found is not None  # the pins can be kept, and nothing else is asked
            rows.add(had[step], least=int(found[had[step]].sum()))
        best = rows.solve(np.concatenate([self.cost, np.zeros(had.size)]), low, high)
        assert best is not None
        return best[:width]

    def _limits(self, rows: _Rows) -> None:
        """Limits of parties, of the hall, of persons who speak for several; and of hours that few share."""
        meeting, seats = self.meeting, self.meeting.seats
        masks = self.allowed[self.guests, self.hosts]
        sides = (
            (self.guests, meeting.guest_most, meeting.guest_there, 1),
            (self.hosts, meeting.host_most, meeting.host_there, seats),
        )
        for of, most, there, size in sides:
            for party, places in enumerate(_by(of, len(most))):
                if len(places):
                    rows.add(places, most=int(min(most[party], there[party].sum())) * size)
                    _hours(rows, places, masks[places], there[party], size)
        _hours(
            rows, np.arange(len(self.cost)), masks, np.ones(meeting.slots, bool), meeting.tables * seats, all_day=True
        )
        persons, count = np.unique(np.concatenate([meeting.guest_person, meeting.host_person]), return_counts=True)
        for person in persons[count > 1]:
            self._person(rows, person)

    def _person(self, rows: _Rows, person: int) -> None:
        """All talks of one person take hours of one day."""
        meeting = self.meeting
        walks, sits = meeting.guest_person[self.guests] == person, meeting.host_person[self.hosts] == person
        there = meeting.guest_there[meeting.guest_person == person].any(axis=0)
        there = there | meeting.host_there[meeting.host_person == person].any(axis=0)
        places = np.flatnonzero(walks | sits)
        rows.add(places, most=float(there.sum()) + _EPS, weights=walks[places] + sits[places] / meeting.seats)


def _by(of: Ints, count: int) -> list[Ints]:
    """The places at which each number below *count* stands in *of*."""
    order = np.argsort(of, kind="stable")
    return np.split(order, np.searchsorted(of[order], np.arange(1, count)))


def _hours(rows: _Rows, places: Ints, masks: Bools, there: Bools, size: int, *, all_day: bool = False) -> None:
    """Pairs that can only talk in the same few hours share those (Hall's condition for each different set of hours)."""
    for hours in np.unique(masks, axis=0):
        inside = places[~(masks & ~hours).any(axis=1)]
        room = int((hours & there).sum()) * size
        if len(inside) > room and (all_day or not hours.all()):
            rows.add(inside, most=room)


# --- who is left -----------------------------------------------------------------------------------------------------


def reserves(meeting: Meeting, taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs that do not talk, best first: the next best of every guest and of every host."""
    points = np.where(meeting.allowed().any(axis=2), np.nan_to_num(meeting.score), -1.0)
    for guest, host in taken:
        points[guest, host] = -1.0
    keep = set()
    best = np.argsort(-points, axis=1, kind="stable")[:, :RESERVES]
    keep |= {(guest, host) for guest, hosts in enumerate(best.tolist()) for host in hosts if points[guest, host] >= 0}
    best = np.argsort(-points, axis=0, kind="stable")[:RESERVES].T
    keep |= {(guest, host) for host, guests in enumerate(best.tolist()) for guest in guests if points[guest, host] >= 0}
    return sorted(keep, key=lambda pair: (-points[pair], pair))


def without(
    meeting: Meeting, taken: Iterable[tuple[int, int]], cells: Sequence[tuple[int, int, int]] | None = None
) -> dict[int, Unmet]:
    """Guests with fewer talks than they are to have, each with the reason; *cells* where it is known when all talk."""
    talks = np.zeros(len(meeting.guest_most), int)
    for guest, _ in taken:
        talks[guest] += 1
    short = np.flatnonzero(talks < meeting.least).tolist()
    if not short:
        return {}
    free = meeting.allowed()
    left = np.zeros_like(free) if cells is None else _left(meeting, free, cells)
    return {
        guest: _why(meeting, guest, may_talk=bool(free[guest].any()), left=bool(left[guest].any())) for guest in short
    }


def _left(meeting: Meeting, free: Bools, cells: Sequence[tuple[int, int, int]]) -> Bools:
    """(G, H, S): where one more talk could be put beside *cells*."""
    found = free.copy()
    seated = np.zeros(meeting.host_there.shape, int)
    for guest, host, slot in cells:
        walks, sits = meeting.guest_person[guest], meeting.host_person[host]
        found[np.isin(meeting.guest_person, (walks, sits)), :, slot] = False
        busy = (meeting.host_person == walks) | (meeting.host_person == sits)
        busy[host] = False
        found[:, busy, slot] = False
        found[guest, host] = False
        seated[host, slot] += 1
    sits = seated > 0
    open_ = (sits & (seated < meeting.seats)) | (
        ~sits & (sits.sum(axis=1) < meeting.host_most)[:, None] & (sits.sum(axis=0) < meeting.tables)
    )
    had = np.bincount([guest for guest, _, _ in cells], minlength=len(meeting.guest_most))
    found &= open_ & (had < meeting.guest_most)[:, None, None]
    return found


def _why(meeting: Meeting, guest: int, *, may_talk: bool, left: bool) -> Unmet:
    fits = ~np.isnan(meeting.score[guest])
    if not fits.any():
        return Unmet.NOTHING_FITS
    banned = {pin.host for pin in meeting.pins if not pin.keep and pin.guest == guest}
    if banned >= set(np.flatnonzero(fits).tolist()):
        return Unmet.BANNED
    if not may_talk:
        return Unmet.NOT_THERE
    if meeting.guest_most[guest] < meeting.least:
        return Unmet.OWN_LIMIT
    return Unmet.FREE if left else Unmet.FULL
