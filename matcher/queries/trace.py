"""The trace as the office reads it: every change of its rows, each with the code of what was changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from matcher import log
from matcher.models import (
    Agreement,
    Challenge,
    Event,
    Fact,
    Log,
    Match,
    Offer,
    Office,
    Paper,
    Party,
    Proof,
    Rule,
    Snooze,
    TalkPin,
    Timetable,
)
from matcher.vocabulary import Subject

_PAGE = 1000  #: rows read at a time

#: Subjects that belong to an office through another row: the table, its column that the log names, the table above.
_THROUGH: dict[Subject, tuple[Any, Any, Any]] = {
    Subject.FACT: (Fact.id, Fact.party_id, Party),
    Subject.RULE: (Rule.id, Rule.party_id, Party),
    Subject.PROOF: (Proof.id, Proof.match_id, Match),
    Subject.PAPER: (Paper.id, Paper.agreement_id, Agreement),
    Subject.TIMETABLE: (Timetable.id, Timetable.event_id, Event),
    Subject.TALK_PIN: (TalkPin.id, TalkPin.event_id, Event),
    Subject.SNOOZE: (Snooze.challenge_id, Snooze.challenge_id, Challenge),
}
_CODED: tuple[Any, ...] = (Challenge, Offer, Match, Agreement)


class Change(NamedTuple):
    """One row of the log, and the code of its subject, empty where it has none."""

    row: Log
    code: str


def changes(session: Session, office: Office) -> Iterator[Change]:
    """Every change of the office's rows, oldest first."""
    codes = _codes(session, office)
    rows = select(Log).where(or_(*(_ours(subject, office) for subject in Subject))).order_by(Log.seq)
    for row in session.scalars(rows.execution_options(yield_per=_PAGE)):
        yield Change(row, codes.get((row.subject, row.subject_id), ""))


def _ours(subject: Subject, office: Office) -> ColumnElement[bool]:
    """The rows of the log about *subject* that are the office's."""
    table: Any = log.TABLES[subject]
    if subject is Subject.OFFICE:
        return and_(Log.subject == subject, Log.subject_id == office.id)
    if subject is Subject.ATTENDANCE:  # the log names the event
        return and_(Log.subject == subject, Log.subject_id.in_(select(Event.id).where(Event.office_id == office.id)))
    if subject in _THROUGH:
        named, above_id, above = _THROUGH[subject]
        mine = select(named).join(above, above_id == above.id).where(above.office_id == office.id)
    elif subject is Subject.OFFER:  # national ones belong to the office of their giver
        national = Offer.office_id.is_(None) & (Party.office_id == office.id)
        mine = select(Offer.id).join(Party, Offer.party_id == Party.id).where((Offer.office_id == office.id) | national)
    else:
        mine = select(table.id).where(table.office_id == office.id)
    return and_(Log.subject == subject, Log.subject_id.in_(mine))


def _codes(session: Session, office: Office) -> dict[tuple[Subject, int], str]:
    found: dict[tuple[Subject, int], str] = {}
    for table in _CODED:
        subject = log.SUBJECTS[table]
        ours = table.office_id == office.id
        mine = or_(ours, table.office_id.is_(None)) if table is Offer else ours
        found |= {(subject, row.id): row.code for row in session.execute(select(table.id, table.code).where(mine))}
    return found
