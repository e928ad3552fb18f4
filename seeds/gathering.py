"""Owns the two days of a meeting that a made-up district looks forward to: who is invited, as an office would."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from matcher import lines, meetings
from matcher.queries.meetings import to_invite
from matcher.vocabulary import EventKind, PartyKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matcher.models import Office
    from matcher.policy import Actor

AHEAD = 14  #: days until the first one
PLACE = "Aula Dinas Arsip dan Perpustakaan"


class Gathering(NamedTuple):
    """One day, and how many libraries and partners are invited."""

    kind: EventKind
    name: str
    libraries: int
    partners: int


DAYS = (
    Gathering(EventKind.PEER, "Peer Learning Meeting, hari pertama (contoh)", 60, 0),
    Gathering(EventKind.STAKEHOLDER, "Peer Learning Meeting, hari kedua (contoh)", 60, 25),
)


def plan(session: Session, office: Office, *, by: Actor, at: dt.datetime) -> None:
    """Put both days into the calendar of *office* and invite; the caller commits."""
    first = lines.today(at) + dt.timedelta(days=AHEAD)
    for number, day in enumerate(DAYS):
        event = meetings.plan(
            session, office_id=office.id, kind=day.kind, name=day.name, day=first + dt.timedelta(days=number),
            place=PLACE, by=by, at=at,
        )  # fmt: skip
        waiting = to_invite(session, event)
        wanted = waiting[PartyKind.LIBRARY][: day.libraries] + waiting[PartyKind.STAKEHOLDER][: day.partners]
        meetings.invite(session, event, wanted, by=by, at=at)
