"""Owns meetings planned ahead: the schedule of a day, who is invited and what they answer, what is pinned."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from matcher import intake, lines, log
from matcher.errors import (
    BreakImpossible,
    BreakTwice,
    NotABreak,
    NotFound,
    OutOfRange,
    Required,
    TimetableContradicts,
)
from matcher.models import Attendance, Event, Party, Region, TalkPin
from matcher.policy import Action, Actor, require
from matcher.vocabulary import Answer, Clash, EventKind, PartyKind

_HOUR = re.compile(r"^([01]?\d|2[0-3])[.:]([0-5]\d)$")
_WHOLE = re.compile(r"[0-9]+")
MOST_SLOTS, MOST_TABLES, MOST_SEATS = 24, 200, 12
SHORTEST, LONGEST = 5, 240  #: minutes of a talk, and of a break
LIBRARY_MOST = 5  #: talks a library has at most where nobody says: more is not remembered


@dataclass(frozen=True, slots=True)
class Schedule:
    """The hours of a day in slots of one length, and the hall; None of *tables*: one for each who sits at one."""

    first_start: str = "08:30"
    slot_minutes: int = 20
    slots: int = 8
    breaks: tuple[tuple[int, int], ...] = ((4, 15),)  #: after so many slots, so many minutes
    tables: int | None = None
    least: int = 1
    seats: int = 1

    def hours(self) -> list[tuple[int, int]]:
        """(begins, ends) of every slot, in minutes of the day."""
        at, found, pauses = minutes(self.first_start), [], dict(self.breaks)
        for number in range(1, self.slots + 1):
            found.append((at, at + self.slot_minutes))
            at += self.slot_minutes + pauses.get(number, 0)
        return found

    def starts(self) -> list[str]:
        """HH:MM of every slot."""
        return [clock(begins) for begins, _ in self.hours()]


#: What a day is like where nobody says.
USUAL: Mapping[bool, Schedule] = {
    False: Schedule(),
    True: Schedule(slot_minutes=30, slots=4, breaks=((2, 15),), seats=4),
}


def minutes(hour: str) -> int:
    """``08:30`` → 510."""
    hours, rest = hour.split(":")
    return int(hours) * 60 + int(rest)


def clock(minute: int) -> str:
    """510 → ``08:30``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def an_hour(text: str, field: str) -> str | None:
    """An hour as people write it (8.30, 08:30) as HH:MM, None for nothing; OutOfRange otherwise."""
    if not text.strip():
        return None
    if (found := _HOUR.match(text.strip())) is None:
        raise OutOfRange(least="00.00", most="23.59", field=field)
    return f"{int(found[1]):02d}:{found[2]}"


def read_breaks(text: str) -> tuple[tuple[int, int], ...]:
    """Breaks as people write them, a line each: after which talk, how many minutes (``4: 15``).

    Raises
    ------
    NotABreak
        A line holds not two numbers; it says which.
    """
    found = []
    for row, line in enumerate(text.splitlines(), 1):
        numbers = _WHOLE.findall(line)
        if len(numbers) == 2 and max(map(len, numbers)) <= 4:
            found.append((int(numbers[0]), int(numbers[1])))
        elif line.strip():
            raise NotABreak(row=row, value=line.strip()[:40], field="breaks")
    return tuple(found)


def is_peer(event: Event) -> bool:
    """Whether libraries tell libraries there."""
    return event.kind is EventKind.PEER


def schedule_of(event: Event, *, peer: bool | None = None) -> Schedule:
    """The hours of an event; what nobody said is as usual."""
    usual = USUAL[is_peer(event) if peer is None else peer]
    said = {
        name: getattr(event, name) for name in ("first_start", "slot_minutes", "slots", "tables", "least", "seats")
    }  # fmt: skip
    breaks = usual.breaks if event.breaks is None else tuple((int(after), int(long)) for after, long in event.breaks)
    slots = event.slots or usual.slots
    given = {name: value for name, value in said.items() if value is not None}
    return Schedule(
        **{
            "first_start": usual.first_start, "slot_minutes": usual.slot_minutes, "slots": usual.slots,
            "seats": usual.seats, "least": usual.least, **given,
            "breaks": tuple(one for one in breaks if one[0] < slots),
        }
    )  # fmt: skip


# --- the day ---------------------------------------------------------------------------------------------------------


def find(session: Session, office_id: int, event_id: int) -> Event:
    """The office's event of that id; NotFound where there is none."""
    event = lines.get(session, Event, event_id)
    if event.office_id != office_id:
        raise NotFound(kind="event", id=event_id)
    return event


def plan(
    session: Session, *, office_id: int, kind: EventKind, name: str, day: dt.date, place: str, by: Actor,
    at: dt.datetime, schedule: Schedule | None = None,
) -> Event:  # fmt: skip
    """Put a meeting day into the calendar; its hours as usual, unless *schedule* says otherwise."""
    place = intake.clean(place, "place", most=120)
    event = intake.plan_event(
        session, office_id=office_id, kind=kind, name=name, day=day, place=place, by=by, at=at
    )  # fmt: skip
    session.flush()
    if schedule is not None:
        set_schedule(session, event, schedule, by=by, at=at)
    return event


def set_schedule(session: Session, event: Event, schedule: Schedule, *, by: Actor, at: dt.datetime) -> None:
    """Write down the hours and the hall of an event.

    Raises
    ------
    OutOfRange
        A number lies outside what a day or a hall holds; ``field`` names it.
    BreakImpossible, BreakTwice
        A break lies between no two talks, is too short or too long; two lie between the same.
    """
    require(by, Action.DECIDE, office_id=event.office_id)
    bounds = {
        "slot_minutes": (schedule.slot_minutes, SHORTEST, LONGEST), "slots": (schedule.slots, 1, MOST_SLOTS),
        "tables": (schedule.tables, 1, MOST_TABLES), "least": (schedule.least, 0, MOST_SLOTS),
        "seats": (schedule.seats, 1, MOST_SEATS),
    }  # fmt: skip
    for name, (value, least, most) in bounds.items():
        if value is not None and not least <= value <= most:
            raise OutOfRange(least=least, most=most, field=name)
    _see_breaks(schedule)
    first = an_hour(schedule.first_start, "first_start")
    if first is None:
        raise Required(field="first_start")
    if schedule.hours()[-1][1] > 24 * 60:
        raise OutOfRange(least=1, most=MOST_SLOTS, field="slots")
    values = {
        "first_start": first, "slot_minutes": schedule.slot_minutes, "slots": schedule.slots,
        "breaks": [list(one) for one in sorted(schedule.breaks)], "tables": schedule.tables, "least": schedule.least,
        "seats": schedule.seats,
    }  # fmt: skip
    changes = log.set_fields(event, values)
    if changes:
        log.record(session, event, "change", by=by, at=at, changes=changes)


def _see_breaks(schedule: Schedule) -> None:
    last, known = max(schedule.slots - 1, 1), set()
    for after, long in schedule.breaks:
        if not (1 <= after <= last and SHORTEST <= long <= LONGEST):
            told = {"after": after, "long": long, "last": last, "shortest": SHORTEST, "longest": LONGEST}
            raise BreakImpossible(**told, field="breaks")
        if after in known:
            raise BreakTwice(after=after, field="breaks")
        known.add(after)


# --- who comes -------------------------------------------------------------------------------------------------------


def invite(session: Session, event: Event, party_ids: Iterable[int], *, by: Actor, at: dt.datetime) -> int:
    """Put parties on the list of an event; those on it already stay as they are.  How many are new."""
    require(by, Action.DECIDE, office_id=event.office_id)
    there = set(session.scalars(select(Attendance.party_id).where(Attendance.event_id == event.id)))
    wanted = sorted(set(party_ids) - there)
    if not wanted:
        return 0
    ours = select(Party.id).where(
        Party.id.in_(wanted), Party.office_id == event.office_id, Party.merged_into_id.is_(None),
        Party.retired_at.is_(None),
    )  # fmt: skip
    known = list(session.scalars(ours.order_by(Party.id)))
    for party_id in known:
        row = Attendance(event_id=event.id, party_id=party_id, answer=Answer.INVITED)
        session.add(row)
        log.record(session, row, "invite", by=by, at=at, changes={"party_id": [None, party_id]})
    return len(known)


def attendance(session: Session, event: Event, party_id: int) -> Attendance:
    """What is noted of a party at an event; NotFound where it is not on the list."""
    found = session.get(Attendance, (event.id, party_id))
    if found is None:
        raise NotFound(kind="attendance", id=party_id)
    return found


def answer(
    session: Session, event: Event, party_id: int, said: Answer, *, by: Actor, at: dt.datetime, **values: Any
) -> Attendance:
    """Write down what a party answers; *values*: ``arrives``, ``leaves`` (HH:MM), ``most``, ``speaker_id``.

    Raises
    ------
    OutOfRange
        It leaves before it comes, or asks for a number of talks that cannot be.
    TimetableContradicts
        Who is to speak for it is spoken for as well, or it speaks for others itself.
    """
    require(by, Action.DECIDE, office_id=event.office_id)
    row = attendance(session, event, party_id)
    told = {"answer": said, **values}
    arrives, leaves = (told.get(name, getattr(row, name)) for name in ("arrives", "leaves"))
    if arrives and leaves and minutes(leaves) <= minutes(arrives):
        raise OutOfRange(least=arrives, most="23.59", field="leaves")
    if (most := told.get("most")) is not None and not 0 <= most <= MOST_SLOTS:
        raise OutOfRange(least=0, most=MOST_SLOTS, field="most")
    if told.get("speaker_id") is not None:
        _see_speaker(session, event, party_id, told["speaker_id"])
    changes = log.set_fields(row, told)
    if changes:
        log.record(
            session, row, "answer", by=by, at=at, changes={"party_id": [party_id, party_id], **changes}
        )  # fmt: skip
    return row


def _see_speaker(session: Session, event: Event, party_id: int, speaker_id: int) -> None:
    """Who speaks for another is on the list and speaks for himself; nobody speaks through two."""
    if speaker_id == party_id:
        raise NotFound(kind="party", id=speaker_id, field="speaker_id")
    through = attendance(session, event, speaker_id).speaker_id
    others = select(Attendance.party_id).where(_at(event), Attendance.speaker_id == party_id).limit(1)
    if through is not None or session.scalar(others) is not None:
        raise TimetableContradicts(
            why=Clash.SPEAKS, clash=Clash.SPEAKS.words, pins=(), named="", field="speaker"
        )  # fmt: skip


def names(session: Session, party_ids: Iterable[int] | Select[int]) -> dict[int, str]:
    """What parties are called; where several bear a name, each with its village, and its kecamatan if need be."""
    own, above = aliased(Region), aliased(Region)
    asked = (
        select(Party.id, Party.name, own.name, above.name)
        .outerjoin(own, own.code == Party.region_code)
        .outerjoin(above, above.code == func.substr(Party.region_code, 1, 8))
        .where(Party.id.in_(party_ids if isinstance(party_ids, Select) else set(party_ids)))
    )
    rows = session.execute(asked).all()
    plain = Counter(name for _, name, _, _ in rows)
    told = {one: name if plain[name] == 1 else f"{name} ({village or '–'})" for one, name, village, _ in rows}
    still = Counter(told.values())
    return {
        one: told[one] if still[told[one]] == 1 else f"{name} ({village or '–'}, {kecamatan or '–'})"
        for one, name, village, kecamatan in rows
    }


# --- pins ------------------------------------------------------------------------------------------------------------


def pins(session: Session, event: Event) -> list[TalkPin]:
    """What stands pinned at an event, oldest first."""
    live = select(TalkPin).where(TalkPin.event_id == event.id, TalkPin.dropped_at.is_(None)).order_by(TalkPin.id)
    return list(session.scalars(live))


def pin(
    session: Session, event: Event, library_id: int, partner_id: int, *, keep: bool, by: Actor, at: dt.datetime,
    slot: int | None = None,
) -> TalkPin:  # fmt: skip
    """Lock a pair (in *slot*, from 0; None: at any time) or, without *keep*, say that it is not to meet.

    What was pinned of the pair before is let go.

    Raises
    ------
    NotFound
        The two are no library and no one to talk to on the list of the event.
    """
    require(by, Action.DECIDE, office_id=event.office_id)
    library_id, partner_id = _two(session, event, library_id, partner_id)
    for old in _of_pair(session, event, library_id, partner_id):
        if (old.keep, old.slot) == (keep, slot):
            return old
        drop(session, event, old, by=by, at=at)
    row = TalkPin(
        event_id=event.id, library_id=library_id, partner_id=partner_id, slot=slot, keep=keep, made_at=at,
        made_by=by.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    changes = {"library_id": [None, library_id], "partner_id": [None, partner_id], "slot": [None, slot]}
    if keep:
        log.record(session, row, "keep", by=by, at=at, changes=changes)
    else:
        log.record(session, row, "ban", by=by, at=at, changes=changes)
    return row


def _two(session: Session, event: Event, library_id: int, partner_id: int) -> tuple[int, int]:
    """The two as they are today, where they can meet at the event: any id may be asked for."""
    today = roots(session, (library_id, partner_id))
    pair = (today.get(library_id, 0), today.get(partner_id, 0))
    listed = select(func.coalesce(Party.merged_into_id, Party.id)).join(Attendance, Attendance.party_id == Party.id)
    asked = select(Party.id, Party.kind).where(Party.id.in_(pair), Party.id.in_(listed.where(_at(event))))
    kinds = {row.id: row.kind for row in session.execute(asked)}
    wanted = [PartyKind.LIBRARY, PartyKind.LIBRARY if is_peer(event) else PartyKind.STAKEHOLDER]
    if pair[0] == pair[1] or [kinds.get(one) for one in pair] != wanted:
        raise NotFound(kind="talk", id=f"{library_id}-{partner_id}")
    return pair


def _at(event: Event) -> ColumnElement[bool]:
    return Attendance.event_id == event.id


def roots(session: Session, party_ids: Iterable[int]) -> dict[int, int]:
    """Of every party that there is, which it is today: itself, or what it was merged into."""
    asked = select(Party.id, func.coalesce(Party.merged_into_id, Party.id)).where(Party.id.in_(set(party_ids)))
    return {row[0]: row[1] for row in session.execute(asked)}


def _of_pair(session: Session, event: Event, library_id: int, partner_id: int) -> list[TalkPin]:
    live = pins(session, event)
    today = roots(session, {library_id, partner_id, *(i for one in live for i in (one.library_id, one.partner_id))})
    pair = (today.get(library_id), today.get(partner_id))
    return [one for one in live if (today[one.library_id], today[one.partner_id]) == pair]


def is_kept(session: Session, event: Event, library_id: int, partner_id: int) -> bool:
    """Whether a pair is locked, at any time or at one."""
    return any(one.keep for one in _of_pair(session, event, library_id, partner_id))


def let_go(session: Session, event: Event, library_id: int, partner_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Pin a pair no longer; nothing happens where it is not."""
    for old in _of_pair(session, event, library_id, partner_id):
        drop(session, event, old, by=by, at=at)


def drop(session: Session, event: Event, old: TalkPin, *, by: Actor, at: dt.datetime) -> None:
    """Let one pin go."""
    require(by, Action.DECIDE, office_id=event.office_id)
    old.dropped_at = at
    log.record(session, old, "drop", by=by, at=at, changes={"dropped_at": [None, at]})
