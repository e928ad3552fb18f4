"""Owns what a meeting day looks like to the arithmetic: who comes and when, what fits whom, who is free."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matcher import lines, meetings, talks
from matcher.meetings import Schedule
from matcher.models import Attendance, Challenge, Event, Match, Offer, Party, Suggestion, TalkPin
from matcher.talks import PLENTY, Meeting, Pin
from matcher.timetable import Talk
from matcher.vocabulary import Answer, MatchState, Mode, PartyKind, ReportState

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


def as_talks(day: Day, cells: Iterable[Mapping[str, Any]]) -> list[Talk]:
    """Stored cells as the arithmetic knows them, also in hours that are gone; who is on no list any more has none."""
    row_of = {party: place for place, party in enumerate(day.guests)}
    column_of = {party: place for place, party in enumerate(day.hosts)}
    found = [(_pair_of(cell, day.into), cell) for cell in cells]
    return [
        Talk(row_of[pair[0]], column_of[pair[1]], cell["slot"], cell["table"])
        for pair, cell in found
        if pair[0] in row_of and pair[1] in column_of
    ]


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


# --- who is free -----------------------------------------------------------------------------------------------------


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
