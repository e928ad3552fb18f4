"""What the pages of meetings read: the days, who comes, the timetable as a grid with reasons, what changed in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from matcher import explaining, lines, meeting_day, meetings
from matcher.explaining import Explanation
from matcher.meeting_day import Pair
from matcher.meetings import Schedule
from matcher.models import (
    Attendance,
    Challenge,
    Event,
    Offer,
    Party,
    Suggestion,
    TalkPin,
    Timetable,
    Weights,
    whose,
)
from matcher.scoring import usable_or_start
from matcher.vocabulary import (
    UNITS,
    Answer,
    Band,
    Category,
    EventKind,
    Mode,
    PartyKind,
    Redrawn,
    ReportState,
    Sector,
    Unmet,
    graded,
)

PER_PAGE = 20  #: parties, and rows of a grid
SHOWN = 8  #: reserves that are offered
_LIBRARY = ("Perpustakaan Desa ", "Perpustakaan Kelurahan ", "Perpustakaan ")


def short(name: str) -> str:
    """A library's name without what every library is called."""
    for start in _LIBRARY:
        if name.startswith(start):
            return name.removeprefix(start)
    return name


# --- the days --------------------------------------------------------------------------------------------------------


class Day(NamedTuple):
    """An event with how many are on its list, how many come or do not, and whether a timetable is in use."""

    event: Event
    invited: int
    come: int
    declined: int
    planned: bool


def days(session: Session, office_id: int) -> list[Day]:
    """The office's events, latest first."""
    said = Attendance.answer
    come = func.count(case((said.in_((Answer.YES, Answer.REPRESENTED)), 1)))
    used = select(Timetable.id).where(Timetable.event_id == Event.id, Timetable.used_at.is_not(None))
    asked = (
        select(Event, func.count(said), come, func.count(case((said == Answer.NO, 1))), used.exists())
        .outerjoin(Attendance, Attendance.event_id == Event.id)
        .where(Event.office_id == office_id)
        .group_by(Event.id)
        .order_by(Event.day.desc(), Event.id.desc())
    )
    return [Day(*row) for row in session.execute(asked)]


# --- who comes -------------------------------------------------------------------------------------------------------


class Guest(NamedTuple):
    """A party on the list of an event; two of one name are told apart."""

    id: int
    name: str
    kind: PartyKind
    sector: Sector | None
    said: Attendance
    speaker: str | None


@dataclass(frozen=True, slots=True)
class People:
    """A page of the list, and how many stand on it by what they said."""

    rows: list[Guest]
    total: int
    page: int  #: which it is: the last where a later one was asked for
    counts: dict[tuple[PartyKind, Answer], int]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return _pages(self.total)


def _pages(total: int) -> int:
    return max(1, -(-total // PER_PAGE))


def people(session: Session, event: Event, *, kind: PartyKind | None = None, page: int = 1) -> People:
    """Who is on the list of *event*: a page of them in the order of names, partners first."""
    counted = select(Party.kind, Attendance.answer, func.count()).join(Party, Party.id == Attendance.party_id)
    counted = counted.where(Attendance.event_id == event.id).group_by(Party.kind, Attendance.answer)
    counts = {(row[0], row[1]): row[2] for row in session.execute(counted)}
    total = sum(count for (one, _), count in counts.items() if kind in (None, one))
    page = min(max(page, 1), _pages(total))
    speaker = aliased(Party)
    asked = (
        select(Party.id, Party.name, Party.kind, Party.sector, Attendance, speaker.name)
        .join(Party, Party.id == Attendance.party_id)
        .outerjoin(speaker, speaker.id == Attendance.speaker_id)
        .where(Attendance.event_id == event.id, *([] if kind is None else [Party.kind == kind]))
        .order_by(Party.kind.desc(), Party.name, Party.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    named = meetings.names(session, select(Attendance.party_id).where(Attendance.event_id == event.id))
    rows = [Guest(*row) for row in session.execute(asked)]
    return People([row._replace(name=named[row.id]) for row in rows], total, page, counts)


def guest(session: Session, event: Event, party_id: int) -> Guest:
    """One party on the list."""
    said = meetings.attendance(session, event, party_id)
    party = session.get_one(Party, party_id)
    speaker = session.get(Party, said.speaker_id) if said.speaker_id else None
    named = meetings.names(session, select(Attendance.party_id).where(Attendance.event_id == event.id))
    return Guest(party.id, named[party.id], party.kind, party.sector, said, None if speaker is None else speaker.name)


def others(session: Session, event: Event, party_id: int) -> list[tuple[int, str]]:
    """Who else is on the list, by name: they might speak for the party."""
    named = meetings.names(session, select(Attendance.party_id).where(Attendance.event_id == event.id))
    return sorted(((one, name) for one, name in named.items() if one != party_id), key=lambda pair: (pair[1], pair[0]))


def could_meet(session: Session, event: Event, guest: Guest) -> list[tuple[int, str]]:
    """With whom a party on the list could be asked to talk, by name."""
    walks = guest.kind is PartyKind.LIBRARY and not meetings.is_peer(event)
    kind = PartyKind.STAKEHOLDER if walks else PartyKind.LIBRARY
    fits = select(Party.id).join(Attendance, Attendance.party_id == Party.id)
    there = set(session.scalars(fits.where(Attendance.event_id == event.id, Party.kind == kind)))
    return [one for one in others(session, event, guest.id) if one[0] in there]


def to_invite(session: Session, event: Event) -> dict[PartyKind, list[int]]:
    """Parties not yet on the list that have something to talk about: open needs, open offers."""
    listed = select(Attendance.party_id).where(Attendance.event_id == event.id)
    found: dict[PartyKind, list[int]] = {PartyKind.LIBRARY: [], PartyKind.STAKEHOLDER: []}
    peer = meetings.is_peer(event)
    needs = select(whose(Challenge)).where(Challenge.office_id == event.office_id, Challenge.state == ReportState.OPEN)
    gifts = select(whose(Offer)).where(
        Offer.office_id == event.office_id, Offer.state == ReportState.OPEN,
        Offer.mode == Mode.EXPERIENCE if peer else Offer.mode != Mode.EXPERIENCE,
    )  # fmt: skip
    for asked in (needs, gifts):
        rows = select(Party.kind, Party.id).where(
            Party.id.in_(asked), Party.id.not_in(listed), Party.retired_at.is_(None)
        )  # fmt: skip
        for kind, party_id in session.execute(rows.order_by(Party.id)):
            if party_id not in found[kind] and not (peer and kind is PartyKind.STAKEHOLDER):
                found[kind].append(party_id)
    return found


# --- the grid --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A talk as the grid shows it."""

    pair: Pair
    library: str
    partner: str
    slot: int
    table: int
    category: Category | None  #: of the need they talk about; None: a person wanted the talk
    band: Band
    locked: bool
    change: Redrawn | None  #: against the timetable in use; None where this is the one

    @property
    def key(self) -> str:
        """The talk's name in an address."""
        return f"{self.pair[0]}-{self.pair[1]}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the grid: a table or a person, with its talks by slot."""

    name: str
    who: str  #: the partner who keeps the table
    slots: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Left:
    """A library without a talk, or with fewer than it is to have."""

    id: int
    name: str
    why: Unmet


@dataclass(frozen=True, slots=True)
class Reserve:
    """A pair next best, and when it could still talk."""

    pair: Pair
    library: str
    partner: str
    category: Category | None
    band: Band
    slots: list[int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A timetable as its page shows it."""

    number: int
    version: int
    used: bool
    schedule: Schedule
    starts: list[str]
    rows: list[Row]
    total: int
    page: int  #: which it is: the last where a later one was asked for
    talks: int
    without: list[Left]
    reserves: list[Reserve]
    changes: dict[Redrawn, int]
    gone: list[Cell]
    broken: list[Cell]  #: talks that can no longer be: somebody declined or comes late, or they are not to meet
    pins: list[tuple[TalkPin, str, str]]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages the grid has."""
        return _pages(self.total)


def sheet(
    session: Session, event: Event, now: Timetable, used: Timetable | None, *, by_person: bool = False, page: int = 1,
    slot: int | None = None,
) -> Sheet:  # fmt: skip
    """The timetable *now* beside the one in use: a page of rows, by table or by person; only one *slot* where named."""
    schedule = meetings.schedule_of(event)
    pins = meetings.pins(session, event)
    old = [] if used is None or used.id == now.id else used.cells
    without = now.figures.get("without", {})
    into = meetings.roots(session, _ids([*now.cells, *old, *now.reserves], pins, without))
    cells, reserves = meeting_day.as_today(now.cells, into), meeting_day.as_today(now.reserves[:SHOWN], into)
    before = _by_pair(meeting_day.as_today(old, into))
    gone = [cell for pair, cell in before.items() if pair not in _by_pair(cells)]
    pinned = [(pin, (into[pin.library_id], into[pin.partner_id])) for pin in pins]
    without = {into[int(key)]: why for key, why in without.items()}
    names = meetings.names(session, into.values())
    kinds = _categories(session, [*cells, *gone, *reserves])
    locked = {pair for pin, pair in pinned if pin.keep and pin.slot is not None}
    banned = {pair for pin, pair in pinned if not pin.keep}
    drawn = {
        pair: _cell(cell, names, kinds, locked, _redrawn(cell, before.get(pair)) if before else None)
        for pair, cell in _by_pair(cells).items()
    }
    shown = [cell for cell in drawn.values() if slot is None or cell.slot == slot]
    rows = _by_person(shown, schedule) if by_person else _by_table(shown, schedule)
    free = meeting_day.hours(session, event, now.cells)
    page = min(max(page, 1), _pages(len(rows)))
    start = (page - 1) * PER_PAGE
    changes = {what: sum(cell.change is what for cell in drawn.values()) for what in Redrawn} if before else {}
    return Sheet(
        now.number, now.version, now.used_at is not None, schedule, schedule.starts(), rows[start : start + PER_PAGE],
        len(rows), page, len(drawn),
        [Left(party, names[party], Unmet(why)) for party, why in without.items()],
        [_reserve(one, names, kinds, free) for one in reserves],
        changes | ({Redrawn.GONE: len(gone)} if before else {}),
        [_cell(cell, names, kinds, locked, Redrawn.GONE) for cell in gone],
        [cell for cell in drawn.values() if cell.pair in banned or not free.holds(cell.pair, cell.slot)],
        [(pin, names[pair[0]], names[pair[1]]) for pin, pair in pinned], now.figures,
    )  # fmt: skip


def _by_pair(cells: Iterable[Mapping[str, Any]]) -> dict[Pair, Mapping[str, Any]]:
    return {(cell["library"], cell["partner"]): cell for cell in cells}


def _redrawn(cell: Mapping[str, Any], before: Mapping[str, Any] | None) -> Redrawn:
    if before is None:
        return Redrawn.NEW
    return Redrawn.SAME if (cell["slot"], cell["table"]) == (before["slot"], before["table"]) else Redrawn.MOVED


def _ids(
    cells: Iterable[Mapping[str, Any]], pins: Iterable[TalkPin] = (), without: Iterable[str] = ()
) -> set[int]:  # fmt: skip
    """Every party that is spoken of."""
    told = {cell[side] for cell in cells for side in ("library", "partner")} | {int(key) for key in without}
    return told | {one for pin in pins for one in (pin.library_id, pin.partner_id)}


def _categories(session: Session, cells: Iterable[Mapping[str, Any]]) -> dict[int, Category]:
    wanted = {cell["challenge"] for cell in cells if cell["challenge"] is not None}
    asked = select(Challenge.id, Challenge.category).where(Challenge.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(asked)}


def _cell(
    cell: Mapping[str, Any], names: Mapping[int, str], kinds: Mapping[int, Category], locked: set[Pair],
    change: Redrawn | None,
) -> Cell:  # fmt: skip
    pair = (cell["library"], cell["partner"])
    return Cell(
        pair, short(names[pair[0]]), short(names[pair[1]]), cell["slot"], cell["table"], kinds.get(cell["challenge"]),
        graded(Band, cell["score"]), pair in locked, change,
    )  # fmt: skip


def _reserve(
    one: Mapping[str, Any], names: Mapping[int, str], kinds: Mapping[int, Category], free: meeting_day.Hours
) -> Reserve:
    pair = (one["library"], one["partner"])
    return Reserve(
        pair, short(names[pair[0]]), short(names[pair[1]]), kinds.get(one["challenge"]), graded(Band, one["score"]),
        free.free(pair),
    )  # fmt: skip


def _row(name: str, who: str, cells: Sequence[Cell], schedule: Schedule) -> Row:
    return Row(name, who, [[cell for cell in cells if cell.slot == slot] for slot in range(schedule.slots)])


def _by_table(cells: Sequence[Cell], schedule: Schedule) -> list[Row]:
    """A row a table; where one party keeps it all day, its name stands at the head."""
    of: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        of[cell.table].append(cell)
    found = []
    for table in sorted(of):
        sit = {cell.partner for cell in of[table]}
        found.append(_row(str(table), sit.pop() if len(sit) == 1 else "", of[table], schedule))
    return found


def _by_person(cells: Sequence[Cell], schedule: Schedule) -> list[Row]:
    """A row a party: libraries, then who sits at tables."""
    of: dict[tuple[bool, str, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        of[False, cell.library, cell.pair[0]].append(cell)
        of[True, cell.partner, cell.pair[1]].append(cell)
    walks = {cell.pair[0] for cell in cells}
    both: dict[tuple[bool, str, int], list[Cell]] = {}
    for key in sorted(of):
        there = (False, key[1], key[2])
        both.setdefault(there if key[2] in walks else key, []).extend(of[key])
    return [_row("", key[1], both[key], schedule) for key in both]


# --- one talk --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk with its reasons and what can be done with it."""

    cell: Cell
    challenge: Challenge | None
    offer: Offer | None
    told: Explanation | None
    free: list[int]  #: slots to which it could move
    others: list[Cell]  #: talks of the same two with whom it could change places


def talk(session: Session, event: Event, now: Timetable, pair: Pair) -> Talk | None:
    """One talk of the timetable, or None where the pair has none."""
    pins = meetings.pins(session, event)
    into = meetings.roots(session, _ids(now.cells, pins) | set(pair))
    pair = (into.get(pair[0], 0), into.get(pair[1], 0))
    cells = meeting_day.as_today(now.cells, into)
    found = _by_pair(cells).get(pair)
    if found is None:
        return None
    near = [cell for cell in cells if cell["library"] == pair[0] or cell["partner"] == pair[1]]
    names = meetings.names(session, _ids(near))
    locked = {(into[pin.library_id], into[pin.partner_id]) for pin in pins if pin.keep and pin.slot is not None}
    challenge = session.get(Challenge, found["challenge"]) if found["challenge"] else None
    offer = session.get(Offer, found["offer"]) if found["offer"] else None
    kinds = {} if challenge is None else {challenge.id: challenge.category}
    free = meeting_day.hours(session, event, [cell for cell in cells if cell is not found]).free(pair)
    others = [_cell(cell, names, {}, locked, None) for cell in near if cell["slot"] != found["slot"]]
    return Talk(
        _cell(found, names, kinds, locked, None), challenge, offer, _explained(session, challenge, offer),
        [slot for slot in free if slot != found["slot"]], [cell for cell in others if not cell.locked],
    )  # fmt: skip


def _explained(session: Session, challenge: Challenge | None, offer: Offer | None) -> Explanation | None:
    """Why the two fit, from the stored suggestion; None once it is decided or gone."""
    if challenge is None or offer is None:
        return None
    row = session.get(Suggestion, (challenge.id, offer.id))
    if row is None:
        return None
    points = usable_or_start(session.get_one(Weights, row.weights_id).points)
    return explaining.explain(
        row.factors, row.detail, points, category=challenge.category, unit=UNITS[challenge.unit].words,
        score=row.score, certainty=row.certainty, conditions=offer.conditions,
        every=challenge.every,
    )  # fmt: skip


def chosen(session: Session, office_id: int, *, peer: bool, at: dt.datetime) -> Event | None:
    """The day a timetable is asked for where nobody says which: the next one of its kind, else the last."""
    kinds = (EventKind.PEER,) if peer else (EventKind.STAKEHOLDER,)
    planned = [row.event for row in days(session, office_id) if row.event.kind in kinds]
    coming = [event for event in planned if event.day >= lines.today(at)]
    return min(coming, key=lambda event: (event.day, event.id)) if coming else next(iter(planned), None)
