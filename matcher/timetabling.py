"""Owns the timetables of a meeting: worked out, drafts, the one in use, single cells, and whether one can be held."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher import lines, log, meetings, slots, talks, timetable
from matcher.errors import ChangedMeanwhile, NotFound, TimetableContradicts
from matcher.meeting_day import Day, Pair, as_talks, as_today, see
from matcher.models import Event, TalkPin, Timetable
from matcher.policy import Action, Actor, require
from matcher.timetable import Plan, Talk
from matcher.vocabulary import Clash, Flaw

# --- working out -----------------------------------------------------------------------------------------------------


def work_out(day: Day, *, watch: slots.Watch | None = None) -> Plan:
    """The timetable of a day; no database.

    Raises
    ------
    TimetableContradicts
        What is asked cannot be had; its sentence names the smallest set of pins that causes it.
    """
    return _named(day, lambda: timetable.plan(day.meeting, watch=watch))


def _named(day: Day, work: Callable[[], Plan]) -> Plan:
    """What *work* gives; a contradiction says which pins it is about."""
    try:
        return work()
    except TimetableContradicts as error:
        starts = day.schedule.starts()
        told = []
        for place in error.values.get("pins", ()):
            pin = day.pins[place]
            when = "" if pin.slot is None or pin.slot >= len(starts) else f", {starts[pin.slot]}"
            told.append(f"{day.names[day.into[pin.library_id]]} – {day.names[day.into[pin.partner_id]]}{when}")
        error.values["named"] = f": {'; '.join(told)}" if told else ""
        raise


def cells_of(day: Day, plan: Plan) -> list[dict[str, Any]]:
    """The talks of *plan* as they are stored."""
    return [
        {**_told(day, talk.guest, talk.host), "slot": talk.slot, "table": talk.table} for talk in plan.talks
    ]  # fmt: skip


def reserves_of(day: Day, plan: Plan) -> list[dict[str, Any]]:
    """The pairs next best, as they are stored."""
    return [_told(day, guest, host) for guest, host in plan.reserves if not day.declined & set(day.pair(guest, host))]


def _told(day: Day, guest: int, host: int) -> dict[str, Any]:
    pair = day.pair(guest, host)
    topic = day.topics.get(pair)
    return {
        "library": pair[0], "partner": pair[1], "challenge": topic.challenge if topic else None,
        "offer": topic.offer if topic else None, "score": topic.score if topic else 0.0,
    }  # fmt: skip


def figures_of(day: Day, plan: Plan) -> dict[str, Any]:
    """What a timetable comes to, as it is stored; who declined is not counted as left without a talk."""
    cells = cells_of(day, plan)
    without = {day.guests[guest]: reason for guest, reason in plan.without.items()}
    gap = None if plan.best is None else round(max(plan.best - plan.score, 0.0), 1)
    return {
        "points": round(math.fsum(cell["score"] for cell in cells), 1),
        "gap": gap, "idle": plan.idle, "partner_idle": plan.host_idle,
        "without": {str(one): reason.value for one, reason in without.items() if one not in day.declined},
    }  # fmt: skip


# --- drafts and the one in use ---------------------------------------------------------------------------------------


def in_use(session: Session, event: Event) -> Timetable | None:
    """The timetable that was put in use last."""
    used = select(Timetable).where(Timetable.event_id == event.id, Timetable.used_at.is_not(None))
    return session.scalars(used.order_by(Timetable.used_at.desc(), Timetable.number.desc()).limit(1)).first()


def newest(session: Session, event: Event) -> Timetable | None:
    """The draft, where there is one; else the one in use."""
    made = select(Timetable).where(Timetable.event_id == event.id, Timetable.dropped_at.is_(None))
    return session.scalars(made.order_by(Timetable.number.desc()).limit(1)).first()


def store(session: Session, event: Event, day: Day, plan: Plan, *, by: Actor, at: dt.datetime) -> Timetable:
    """Keep *plan* as the event's draft; where nothing is different from what is there, that stays."""
    _turn(session, event, by)
    cells, now = cells_of(day, plan), newest(session, event)
    values = {"cells": cells, "reserves": reserves_of(day, plan), "figures": figures_of(day, plan)}
    if now is not None and now.used_at is None:
        _change(session, now, values, by=by, at=at)
        return now
    if now is not None and now.cells == cells:
        return now
    number = 1 + (session.scalar(select(func.max(Timetable.number)).where(Timetable.event_id == event.id)) or 0)
    row = Timetable(event_id=event.id, number=number, made_at=at, made_by=by.name, **values)
    session.add(row)
    session.flush()
    changes = {"event_id": [None, event.id], "number": [None, number], "talks": [None, len(cells)]}
    log.record(session, row, "make", by=by, at=at, changes=changes)
    return row


def _change(session: Session, row: Timetable, values: Mapping[str, Any], *, by: Actor, at: dt.datetime) -> None:
    old, new = _places(row.cells), _places(values["cells"])
    if old == new and row.reserves == values["reserves"] and row.figures == values["figures"]:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.made_at, row.made_by = at, by.name
    log.record(session, row, "change", by=by, at=at, changes={"talks": [len(old), len(new)]})


def _places(cells: Iterable[Mapping[str, Any]]) -> dict[Pair, tuple[int, int]]:
    return {(cell["library"], cell["partner"]): (cell["slot"], cell["table"]) for cell in cells}


def _turn(session: Session, event: Event, by: Actor) -> None:
    """See that *by* may decide, and let one officer at a time change the timetables of an event."""
    require(by, Action.DECIDE, office_id=event.office_id)
    lines.get(session, Event, event.id, lock=True)


def _draft(session: Session, event: Event, number: int, version: int | None) -> Timetable:
    """The newest timetable, if it is the one somebody has seen: its number, and so often changed."""
    row = newest(session, event)
    if row is None or row.number != number:
        raise NotFound(kind="timetable", id=number)
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    return row


def use(
    session: Session, event: Event, number: int, *, by: Actor, at: dt.datetime, version: int | None = None
) -> Timetable:
    """Put the draft of that number in use.

    Raises
    ------
    NotFound
        It is not the newest.
    ChangedMeanwhile
        Somebody changed it since it was seen in *version*.
    """
    _turn(session, event, by)
    row = _draft(session, event, number, version)
    if row.used_at is None:
        row.used_at = at
        log.record(session, row, "use", by=by, at=at, changes={"used_at": [None, at]})
    return row


def discard(session: Session, event: Event, number: int, *, by: Actor, at: dt.datetime) -> None:
    """Set the draft of that number aside; the timetable in use is the newest again."""
    _turn(session, event, by)
    row = _draft(session, event, number, None)
    if row.used_at is not None:
        raise NotFound(kind="timetable", id=number)
    row.dropped_at = at
    log.record(session, row, "drop", by=by, at=at, changes={"dropped_at": [None, at]})


def mend(session: Session, event: Event, *, by: Actor, at: dt.datetime) -> Timetable | None:
    """Repair the newest timetable after an answer or a ban: only cells that can no longer be are touched.

    The repaired one is a draft; None where there is no timetable yet.
    """
    _turn(session, event, by)
    now = newest(session, event)
    if now is None:
        return None
    day = see(session, event, at=at, stand=now.cells)
    plan = _named(day, lambda: timetable.repair(day.meeting, as_talks(day, now.cells)))
    return store(session, event, day, plan, by=by, at=at)


# --- single cells ----------------------------------------------------------------------------------------------------


class _Desk:
    """The newest timetable open for changes of single cells; what is not named keeps its slot and its table."""

    def __init__(self, session: Session, event: Event, by: Actor, at: dt.datetime) -> None:
        _turn(session, event, by)
        now = newest(session, event)
        if now is None:
            raise NotFound(kind="timetable", id="")
        self.session, self.event, self.by, self.at = session, event, by, at
        self.day = see(session, event, at=at, stand=now.cells)
        self.talks = [talk for talk in as_talks(self.day, now.cells) if talk.slot < self.day.schedule.slots]

    def find(self, pair: Pair) -> Talk:
        """The talk of a pair, whatever its two were called before a merge; NotFound where it has none."""
        pair = (self.day.into.get(pair[0], pair[0]), self.day.into.get(pair[1], pair[1]))
        found = [talk for talk in self.talks if self.day.pair(talk.guest, talk.host) == pair]
        if not found:
            raise NotFound(kind="talk", id=f"{pair[0]}-{pair[1]}")
        return found[0]

    def loose(self, talk: Talk) -> None:
        """A locked cell is not moved by a press on another button."""
        if self.day.meeting.kept().get((talk.guest, talk.host)) is not None:
            raise talks.contradiction(Clash.LOCKED)

    def at_table(self, host: int, slot: int, wish: int) -> int:
        """Where a host sits in a slot: where it does already, at the table it *wishes*, or at one that is free."""
        for talk in self.talks:
            if (talk.host, talk.slot) == (host, slot):
                return talk.table
        busy = {talk.table for talk in self.talks if talk.slot == slot}
        usual = next((talk.table for talk in self.talks if talk.host == host), 0)
        for table in (wish, usual):
            if table and table not in busy:
                return table
        return next(table for table in range(1, len(busy) + 2) if table not in busy)

    def put(self, *new: Talk) -> Timetable:
        """Add talks, see that nothing is broken, and keep the draft.

        Raises
        ------
        TimetableContradicts
            Somebody is busy or not there, or every table is taken.
        """
        stand = [*self.talks, *new]
        if any(talk.table > self.day.meeting.tables for talk in new):
            raise talks.contradiction(Clash.NO_TABLE)
        if set(timetable.faults(self.day.meeting, stand)) - set(timetable.faults(self.day.meeting, self.talks)):
            raise talks.contradiction(Clash.TAKEN)
        plan = timetable.told(self.day.meeting, sorted(stand, key=lambda talk: (talk.slot, talk.table, talk.guest)))
        return store(self.session, self.event, self.day, plan, by=self.by, at=self.at)


def move(session: Session, event: Event, pair: Pair, slot: int, *, by: Actor, at: dt.datetime) -> Timetable:
    """Move one talk to another slot; everything else stays."""
    desk = _Desk(session, event, by, at)
    talk = desk.find(pair)
    desk.loose(talk)
    if not 0 <= slot < desk.day.schedule.slots:
        raise talks.contradiction(Clash.TAKEN)
    desk.talks.remove(talk)
    return desk.put(talk._replace(slot=slot, table=desk.at_table(talk.host, slot, talk.table)))


def swap(session: Session, event: Event, one: Pair, other: Pair, *, by: Actor, at: dt.datetime) -> Timetable:
    """Let two talks change their slots; everything else stays."""
    desk = _Desk(session, event, by, at)
    first, second = desk.find(one), desk.find(other)
    if first == second:
        raise NotFound(kind="talk", id=f"{other[0]}-{other[1]}")
    for talk in (first, second):
        desk.loose(talk)
        desk.talks.remove(talk)
    moved = first._replace(slot=second.slot, table=desk.at_table(first.host, second.slot, first.table))
    desk.talks.append(moved)
    again = second._replace(slot=first.slot, table=desk.at_table(second.host, first.slot, second.table))
    desk.talks.remove(moved)
    return desk.put(moved, again)


def cancel(session: Session, event: Event, pair: Pair, *, by: Actor, at: dt.datetime) -> Timetable:
    """Take one talk out; its slot stays free until somebody fills it."""
    desk = _Desk(session, event, by, at)
    talk = desk.find(pair)
    desk.loose(talk)
    desk.talks.remove(talk)
    return desk.put()


def fill(session: Session, event: Event, pair: Pair, slot: int, *, by: Actor, at: dt.datetime) -> Timetable:
    """Give a pair a talk in a free slot."""
    desk = _Desk(session, event, by, at)
    if pair[0] not in desk.day.guests or pair[1] not in desk.day.hosts or not 0 <= slot < desk.day.schedule.slots:
        raise NotFound(kind="talk", id=f"{pair[0]}-{pair[1]}")
    guest, host = desk.day.guests.index(pair[0]), desk.day.hosts.index(pair[1])
    return desk.put(Talk(guest, host, slot, desk.at_table(host, slot, 0)))


def lock(session: Session, event: Event, pair: Pair, *, by: Actor, at: dt.datetime) -> TalkPin:
    """Pin a talk to where it is."""
    talk = _Desk(session, event, by, at).find(pair)
    return meetings.pin(session, event, *pair, keep=True, slot=talk.slot, by=by, at=at)


def ask(session: Session, event: Event, pair: Pair, *, by: Actor, at: dt.datetime) -> Timetable | None:
    """Say that a pair is to meet, whenever that is; what stands gives way only where there is no other place.

    A pair that is locked already stays where it is.  None where there is no timetable yet: the next one holds it.
    """
    if not meetings.is_kept(session, event, *pair):
        meetings.pin(session, event, *pair, keep=True, by=by, at=at)
    return mend(session, event, by=by, at=at)


def ban(session: Session, event: Event, pair: Pair, *, by: Actor, at: dt.datetime) -> Timetable | None:
    """Say that a pair is not to meet; what that frees is filled from the reserves."""
    meetings.pin(session, event, *pair, keep=False, by=by, at=at)
    return mend(session, event, by=by, at=at)


# --- proof -----------------------------------------------------------------------------------------------------------


class Broken(NamedTuple):
    """One thing that is wrong with a stored timetable."""

    why: Flaw
    library: int | None = None  #: party ids
    partner: int | None = None
    slot: int | None = None
    table: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a timetable can be held, and how far its pairs are from the best there are."""

    faults: list[Broken]
    points: float
    best: float

    @property
    def gap(self) -> float:
        """Share of the best total that is missing."""
        return max(self.best - self.points, 0.0) / self.best if self.best else 0.0


def prove(day: Day, cells: Iterable[Mapping[str, Any]]) -> Proof:
    """Look at stored cells anew: nobody twice, limits, hours, tables and pins, and the best total of any pairs."""
    cells = as_today(cells, day.into)
    stand = as_talks(day, cells)
    walk, sit = set(day.guests), set(day.hosts)
    faults = [
        Broken(Flaw.NOT_LISTED, cell["library"], cell["partner"]) for cell in cells
        if cell["library"] not in walk or cell["partner"] not in sit
    ]  # fmt: skip
    for why, guest, host, slot, table in timetable.faults(day.meeting, stand, pins=True):
        library = None if guest is None else day.guests[guest]
        faults.append(Broken(why, library, None if host is None else day.hosts[host], slot, table))
    points = timetable.total(day.meeting, [(talk.guest, talk.host) for talk in stand])
    return Proof(faults, points, talks.choose(day.meeting).score)
