"""Owns the timetables of a meeting: what a day looks like to the arithmetic, drafts, the one in use, single cells."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matcher import lines, log, meetings, slots, talks, timetable
from matcher.errors import ChangedMeanwhile, NotFound, TimetableContradicts
from matcher.meetings import Schedule
from matcher.models import Attendance, Challenge, Event, Match, Offer, Party, Suggestion, TalkPin, Timetable
from matcher.policy import Action, Actor, require
from matcher.talks import PLENTY, Meeting, Pin
from matcher.timetable import Plan, Talk
from matcher.vocabulary import Answer, Clash, Flaw, MatchState, Mode, PartyKind, ReportState

Pair = tuple[int, int]  #: ids of the library that walks and of who sits at a table
_FIRST = 0.001  #: points that let a library never helped before go first among equals


class Topic(NamedTuple):
    """What two would talk about: the best open suggestion between them."""

    challenge: int
    offer: int
    score: float


@dataclass(frozen=True, slots=True)
class Day:
    """A meeting day: the columns of its `Meeting`, and whom and what their places stand for."""

    schedule: Schedule
    peer: bool
    guests: list[int]  #: party ids
    hosts: list[int]
    names: dict[int, str]
    declined: frozenset[int]
    topics: dict[Pair, Topic]
    pins: list[TalkPin]  #: in the order of the meeting's
    into: Mapping[int, int]  #: parties that were merged, and what stands for them
    meeting: Meeting

    def pair(self, guest: int, host: int) -> Pair:
        """The party ids of two places."""
        return self.guests[guest], self.hosts[host]


# --- looking ---------------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A party on the list of an event."""

    id: int
    kind: PartyKind
    attendance: Attendance
    person: int  #: whose people speak for it: a party on the list, itself where nobody else does
    speaks: Attendance  #: when those are there


def see(
    session: Session, event: Event, *, at: dt.datetime, peer: bool | None = None,
    stand: Sequence[Mapping[str, Any]] = (),
) -> Day:  # fmt: skip
    """The day as it stands: who comes and when, and the best open suggestion of every pair.

    *peer*: libraries tell libraries, whatever kind of day it is.  Pairs that *stand* in a timetable keep what they were
    to talk about, also where the suggestion is gone since.
    """
    peer = meetings.is_peer(event) if peer is None else peer
    schedule = meetings.schedule_of(event, peer=peer)
    rows, into = _listed(session, event)
    topics = _topics(session, event, into, peer=peer, day=lines.today(at))
    topics |= {
        pair: Topic(cell["challenge"], cell["offer"], cell["score"])
        for cell in stand
        if (pair := _pair_of(cell, into)) not in topics or cell["offer"] is not None
    }
    pins = meetings.pins(session, event)
    tell = {host for _, host in topics} | {into.get(pin.partner_id, 0) for pin in pins}
    guests = [row for row in rows if row.kind is PartyKind.LIBRARY]
    hosts = [row for row in guests if row.id in tell] if peer else [r for r in rows if r.kind is PartyKind.STAKEHOLDER]
    helped = _helped(session, [row.id for row in guests])
    walk, sit = {row.id for row in guests}, {row.id for row in hosts}
    pins = [pin for pin in pins if into.get(pin.library_id) in walk and into.get(pin.partner_id) in sit]
    return Day(
        schedule, peer, [row.id for row in guests], [row.id for row in hosts],
        meetings.names(session, [row.id for row in rows]),
        frozenset(row.id for row in rows if row.attendance.answer is Answer.NO), topics, pins, into,
        _meeting(schedule, guests, hosts, _score(guests, hosts, topics, helped), _pinned(pins, into)),
    )  # fmt: skip


def _listed(session: Session, event: Event) -> tuple[list[_Row], dict[int, int]]:
    """Parties on the list, and of every party that stands for or was merged into one of them, which that is."""
    own = select(Attendance, Party).join(Party, Party.id == Attendance.party_id).where(Attendance.event_id == event.id)
    found = session.execute(own).all()
    roots = {party.merged_into_id or party.id for _, party in found}
    family = select(Party).where(or_(Party.id.in_(roots), Party.merged_into_id.in_(roots)))
    parties = {party.id: party for party in session.scalars(family)}
    into = {key: one.merged_into_id or key for key, one in parties.items()}
    said: dict[int, Attendance] = {}
    for attendance, party in sorted(found, key=lambda pair: pair[1].merged_into_id is not None):
        said.setdefault(into[party.id], attendance)
    rows = []
    for key, told in sorted(said.items()):
        person = key if told.speaker_id is None else into.get(told.speaker_id, key)
        rows.append(_Row(key, parties[key].kind, told, person, said[person]))
    return rows, into


def _topics(session: Session, event: Event, into: Mapping[int, int], *, peer: bool, day: dt.date) -> dict[Pair, Topic]:
    """The best suggestion, or proposal still unanswered, between every library and every giver on the list."""
    known = list(into)
    both = (
        Challenge.party_id.in_(known), Offer.party_id.in_(known), Challenge.state == ReportState.OPEN,
        Offer.state == ReportState.OPEN, or_(Challenge.valid_until.is_(None), Challenge.valid_until >= day),
        or_(Offer.valid_until.is_(None), Offer.valid_until >= day),
    )  # fmt: skip
    experience = Offer.mode == Mode.EXPERIENCE if peer else Offer.mode != Mode.EXPERIENCE
    columns = (Challenge.party_id, Offer.party_id, Challenge.id, Offer.id)
    best: dict[Pair, Topic] = {}
    for table, live in ((Suggestion, ()), (Match, (Match.state == MatchState.PROPOSED, Match.score.is_not(None)))):
        asked = (
            select(*columns, table.score)
            .select_from(table)
            .join(Challenge, table.challenge_id == Challenge.id)
            .join(Offer, table.offer_id == Offer.id)
            .where(*both, experience, Challenge.office_id == event.office_id, *live)
        )
        for taker, giver, challenge, offer, score in session.execute(asked):
            pair, topic = (into[taker], into[giver]), Topic(challenge, offer, float(score or 0))
            if pair[0] != pair[1] and (pair not in best or _better(topic, best[pair])):
                best[pair] = topic
    return best


def _better(one: Topic, other: Topic) -> bool:
    return (-one.score, one.challenge, one.offer) < (-other.score, other.challenge, other.offer)


def _helped(session: Session, libraries: Sequence[int]) -> set[int]:
    """Libraries that were promised or given something before."""
    asked = select(func.coalesce(Party.merged_into_id, Party.id)).select_from(Match)
    asked = asked.join(Challenge, Match.challenge_id == Challenge.id).join(Party, Party.id == Challenge.party_id)
    asked = asked.where(Match.state.in_((MatchState.AGREED, MatchState.DONE)), Match.mode != Mode.EXPERIENCE)
    return set(session.scalars(asked.distinct())) & set(libraries)


def _score(
    guests: Sequence[_Row], hosts: Sequence[_Row], topics: Mapping[Pair, Topic], helped: set[int]
) -> talks.Floats:
    """(guests, hosts) points; among equals those who were never helped go first."""
    row_of = {row.id: place for place, row in enumerate(guests)}
    column_of = {row.id: place for place, row in enumerate(hosts)}
    score = np.full((len(guests), len(hosts)), math.nan)
    for (library, giver), topic in topics.items():
        if library in row_of and giver in column_of:
            score[row_of[library], column_of[giver]] = topic.score + (library not in helped) * _FIRST
    return score


def _meeting(
    schedule: Schedule, guests: Sequence[_Row], hosts: Sequence[_Row], score: talks.Floats,
    pins: Sequence[tuple[Pair, int | None, bool]],
) -> Meeting:  # fmt: skip
    """The columns of a day."""
    row_of = {row.id: place for place, row in enumerate(guests)}
    column_of = {row.id: place for place, row in enumerate(hosts)}
    usual = max(meetings.LIBRARY_MOST, schedule.least)
    return Meeting(
        score=score,
        guest_most=_most(guests, usual),
        host_most=_most(hosts, schedule.slots),
        guest_there=_there(guests, schedule),
        host_there=_there(hosts, schedule),
        guest_person=np.array([row.person for row in guests], int),
        host_person=np.array([row.person for row in hosts], int),
        least=schedule.least, tables=PLENTY if schedule.tables is None else schedule.tables, seats=schedule.seats,
        pins=tuple(Pin(row_of[pair[0]], column_of[pair[1]], slot, keep) for pair, slot, keep in pins),
    )  # fmt: skip


def _pinned(pins: Iterable[TalkPin], into: Mapping[int, int]) -> list[tuple[Pair, int | None, bool]]:
    return [((into[pin.library_id], into[pin.partner_id]), pin.slot, pin.keep) for pin in pins]


def _pair_of(cell: Mapping[str, Any], into: Mapping[int, int]) -> Pair:
    """Whose a stored cell is today; a party that is on no list any more stays as it was."""
    library, partner = cell["library"], cell["partner"]
    return into.get(library, library), into.get(partner, partner)


def as_today(cells: Iterable[Mapping[str, Any]], into: Mapping[int, int]) -> list[dict[str, Any]]:
    """Stored cells, or reserves, with the parties that stand today for those they name."""
    return [{**cell, **dict(zip(("library", "partner"), _pair_of(cell, into), strict=True))} for cell in cells]


def _most(rows: Sequence[_Row], usual: int) -> talks.Ints:
    return np.array([usual if row.attendance.most is None else row.attendance.most for row in rows], np.int64)


def _there(rows: Sequence[_Row], schedule: Schedule) -> talks.Bools:
    """(parties, slots) whether each, and who speaks for it, is there from the beginning of the slot to its end."""
    hours = schedule.hours()
    found = np.zeros((len(rows), len(hours)), bool)
    for place, row in enumerate(rows):
        found[place] = _stays(row.attendance, hours) & _stays(row.speaks, hours)
    return found


def _stays(told: Attendance, hours: Sequence[tuple[int, int]]) -> talks.Bools:
    """(slots,) when those who answered so are there."""
    arrives = meetings.minutes(told.arrives) if told.arrives else 0
    leaves = meetings.minutes(told.leaves) if told.leaves else 24 * 60
    comes = told.answer is not Answer.NO
    return np.array([comes and arrives <= begins and ends <= leaves for begins, ends in hours], bool)


@dataclass(frozen=True, slots=True)
class Hours:
    """When the parties of a day are there and not yet taken by a timetable; without asking what fits whom."""

    there: Mapping[int, talks.Bools]  #: party → (slots,)
    person: Mapping[int, int]
    busy: frozenset[tuple[int, int]]  #: (person, slot)
    sits: Mapping[tuple[int, int], int]  #: (who sits at a table, slot) → libraries there
    used: Sequence[int]  #: tables in use in each slot
    schedule: Schedule

    def free(self, pair: Pair) -> list[int]:
        """Slots in which both could talk, had they not been promised to each other already."""
        if any(one not in self.there for one in pair):
            return []
        both = self.there[pair[0]] & self.there[pair[1]]
        return [slot for slot in np.flatnonzero(both).tolist() if self._open(pair, slot)]

    def holds(self, pair: Pair, slot: int) -> bool:
        """Whether both are on the list and there in *slot*."""
        return all(one in self.there and slot < len(self.there[one]) and self.there[one][slot] for one in pair)

    def _open(self, pair: Pair, slot: int) -> bool:
        library, giver = (self.person[one] for one in pair)
        if (library, slot) in self.busy:
            return False
        if sitting := self.sits.get((pair[1], slot), 0):
            return sitting < self.schedule.seats
        tables = self.schedule.tables
        return (giver, slot) not in self.busy and (tables is None or self.used[slot] < tables)


def hours(session: Session, event: Event, cells: Iterable[Mapping[str, Any]]) -> Hours:
    """Who is free when, beside *cells*."""
    schedule = meetings.schedule_of(event)
    rows, into = _listed(session, event)
    person = {row.id: row.person for row in rows}
    sits: Counter[tuple[int, int]] = Counter()
    busy = set()
    for cell in cells:
        pair = _pair_of(cell, into)
        sits[pair[1], cell["slot"]] += 1
        busy |= {(person.get(one, one), cell["slot"]) for one in pair}
    used = Counter(slot for _, slot in sits)
    there = dict(zip([row.id for row in rows], _there(rows, schedule), strict=True))
    return Hours(there, person, frozenset(busy), sits, [used[slot] for slot in range(schedule.slots)], schedule)


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
    plan = _named(day, lambda: timetable.repair(day.meeting, _talks(day, now.cells)))
    return store(session, event, day, plan, by=by, at=at)


def _talks(day: Day, cells: Iterable[Mapping[str, Any]]) -> list[Talk]:
    """Stored cells as the arithmetic knows them, also in hours that are gone; who is on no list any more has none."""
    row_of = {party: place for place, party in enumerate(day.guests)}
    column_of = {party: place for place, party in enumerate(day.hosts)}
    found = [(_pair_of(cell, day.into), cell) for cell in cells]
    return [
        Talk(row_of[pair[0]], column_of[pair[1]], cell["slot"], cell["table"])
        for pair, cell in found
        if pair[0] in row_of and pair[1] in column_of
    ]


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
        self.talks = [talk for talk in _talks(self.day, now.cells) if talk.slot < self.day.schedule.slots]

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
    stand = _talks(day, cells)
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
