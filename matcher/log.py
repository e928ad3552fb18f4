"""The trace: one append-only, hash-chained row a change, and the only function that moves a state.

Rows gathered while a use case works are chained just before the transaction commits, with the chain's head locked
last: a writer holds the head for the shortest time, and nothing is committed without its row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, event, select
from sqlalchemy.orm import Session, SessionTransaction

from matcher.errors import NotPossible, Required
from matcher.models import (
    Account,
    Agreement,
    Attendance,
    Base,
    Challenge,
    Event,
    Fact,
    Import,
    Log,
    LogHead,
    Match,
    Message,
    Offer,
    Office,
    Paper,
    Party,
    Pin,
    Plan,
    Proof,
    Rule,
    Snooze,
    TalkPin,
    Timetable,
    Weights,
)
from matcher.policy import Actor
from matcher.vocabulary import Move, Subject, Term, transition

#: Which table a subject of the log is.
TABLES: dict[Subject, type[Base]] = {
    Subject.OFFICE: Office,
    Subject.PARTY: Party,
    Subject.FACT: Fact,
    Subject.CHALLENGE: Challenge,
    Subject.OFFER: Offer,
    Subject.MATCH: Match,
    Subject.AGREEMENT: Agreement,
    Subject.PROOF: Proof,
    Subject.EVENT: Event,
    Subject.RULE: Rule,
    Subject.ACCOUNT: Account,
    Subject.WEIGHTS: Weights,
    Subject.PAPER: Paper,
    Subject.SNOOZE: Snooze,
    Subject.MESSAGE: Message,
    Subject.ATTENDANCE: Attendance,
    Subject.IMPORT: Import,
    Subject.PLAN: Plan,
    Subject.PIN: Pin,
    Subject.TIMETABLE: Timetable,
    Subject.TALK_PIN: TalkPin,
}
SUBJECTS = {table: subject for subject, table in TABLES.items()}

#: Personal or secret values, and free text in which people write names and numbers: the log names the field and keeps
#: the value out, because a log that is never edited could never forget it.
PERSONAL = frozenset({
    "contact_name", "contact_title", "contact_phone", "head_name", "private_note", "password_hash",
    "title", "story", "words", "not_wanted", "follow_on_cost", "about", "note", "notes", "reason_note", "consent_note",
})  # fmt: skip

ANCHOR = "0" * 64  #: what the first row chains to
_PAGE = 1000  #: rows read at a time


@dataclass(slots=True)
class Entry:
    """A change waiting for its place in the chain."""

    row: Base | None  #: None once it was let go of: *subject* and *subject_id* say which it was
    event: str
    by: Actor
    at: dt.datetime
    changes: Mapping[str, Any]
    reason: str | None
    act: str
    subject: Subject
    subject_id: int | None = None


@dataclass(slots=True)
class _Pending:
    entries: list[Entry] = field(default_factory=list)
    act: str = ""
    let_go: int = 0  #: so many entries from the first no longer hold their rows
    marks: dict[int, int] = field(default_factory=dict)  #: savepoint → how many entries waited when it began


def _pending(session: Session) -> _Pending:
    found: _Pending = session.info.setdefault("log", _Pending())
    if not found.act:
        found.act = uuid.uuid4().hex
    return found


def pending(session: Session) -> list[Entry]:
    """What this transaction has done so far."""
    return _pending(session).entries


def plain(value: object) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Term):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def record(
    session: Session,
    row: Base,
    event: str,
    *,
    by: Actor,
    at: dt.datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Note that *event* happened to *row*; *changes* is field → [before, after], personal values left out."""
    kept = {
        name: None if name in PERSONAL else [plain(part) for part in pair] for name, pair in (changes or {}).items()
    }
    waiting = _pending(session)
    told = None if reason is None else str(reason)
    waiting.entries.append(Entry(row, event, by, at, kept, told, waiting.act, SUBJECTS[type(row)]))


def let_go(session: Session) -> None:
    """Write what was done so far to the tables and hold its rows no longer, so that a long work can forget them."""
    session.flush()
    waiting = _pending(session)
    for entry in waiting.entries[waiting.let_go :]:
        if entry.row is not None:
            entry.subject_id, entry.row = _subject_id(entry.row), None
    waiting.let_go = len(waiting.entries)


def act(session: Session) -> str:
    """The name under which this transaction's changes are found again."""
    return _pending(session).act


def set_fields(row: Base, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write *values* onto *row* and return what changed, for `record`."""
    changes = {name: [getattr(row, name), new] for name, new in values.items() if getattr(row, name) != new}
    for name in changes:
        setattr(row, name, values[name])
    return changes


def move(
    session: Session,
    row: Base,
    step: Move,
    *,
    by: Actor,
    at: dt.datetime,
    reason: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Take *row* from its state to the next by *step*, and log it.

    Raises
    ------
    NotPossible
        The state does not allow the step.
    Required
        The step needs a reason.
    """
    subject = SUBJECTS[type(row)]
    source: Term | None = getattr(row, "state", None)
    step_row = transition(subject, step, source)
    if step_row is None or step_row.target is None:
        raise NotPossible(subject=subject, move=step, state=source, id=getattr(row, "code", None))
    if step_row.reason and not reason:
        raise Required(field="reason")
    row.state = step_row.target  # type: ignore[attr-defined]
    record(
        session,
        row,
        step.value,
        by=by,
        at=at,
        reason=reason,
        changes={"state": [source, row.state], **(changes or {})},  # type: ignore[attr-defined]
    )


# --- the chain -------------------------------------------------------------------------------------------------------


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)  #: made once: imports log much


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of *values* as JSON in one fixed form: of a row of the log, of the content of a paper."""
    return hashlib.sha256(_JSON.encode(values).encode()).hexdigest()


def _content(row: Log | Mapping[str, Any]) -> dict[str, Any]:
    """What the hash covers, the same before storing and after reading."""
    get = row.__getitem__ if isinstance(row, Mapping) else lambda name: getattr(row, name)
    return {
        "seq": get("seq"),
        "at": get("at").astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "by": get("by"),
        "role": str(get("role").value),
        "act": get("act"),
        "subject": str(get("subject").value),
        "subject_id": get("subject_id"),
        "event": get("event"),
        "changes": get("changes"),
        "reason": get("reason"),
        "previous": get("previous"),
    }


def _subject_id(row: Base) -> int:
    if isinstance(row, Attendance):
        return row.event_id
    if isinstance(row, Snooze):
        return row.challenge_id
    found: int = row.id  # type: ignore[attr-defined]
    return found


def _values(entry: Entry, seq: int, previous: str) -> dict[str, Any]:
    values = {
        "seq": seq,
        "at": entry.at,
        "by": entry.by.name,
        "role": entry.by.role,
        "act": entry.act,
        "subject": entry.subject,
        "subject_id": entry.subject_id if entry.row is None else _subject_id(entry.row),
        "event": entry.event,
        "changes": dict(entry.changes),
        "reason": entry.reason,
        "previous": previous,
    }
    return {**values, "hash": digest(_content(values))}


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    """Write what waits, in order, behind the locked head of the chain."""
    waiting: _Pending | None = session.info.get("log")
    if waiting is None or not waiting.entries or session.in_nested_transaction():
        return
    session.flush()  # new rows get their ids
    entries, waiting.entries = waiting.entries, []
    head = session.scalars(select(LogHead).with_for_update().execution_options(populate_existing=True)).one()
    waiting.let_go = 0
    for start in range(0, len(entries), _PAGE):  # a long import is not held in memory twice
        rows = []
        for entry in entries[start : start + _PAGE]:
            rows.append(_values(entry, head.seq + 1, head.hash))
            head.seq, head.hash = rows[-1]["seq"], rows[-1]["hash"]
        session.execute(Log.__table__.insert(), rows)  # type: ignore[attr-defined]
    session.flush()


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Note at a savepoint how much was waiting, so that going back to it forgets the rest."""
    if transaction.nested and (waiting := session.info.get("log")) is not None:
        waiting.marks[id(transaction)] = len(waiting.entries)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous_transaction: SessionTransaction) -> None:
    """A rolled-back action leaves nothing waiting; going back to a savepoint leaves what waited before it."""
    if not previous_transaction.nested:
        session.info.pop("log", None)
    elif (waiting := session.info.get("log")) is not None:
        del waiting.entries[waiting.marks.pop(id(previous_transaction), 0) :]
        waiting.let_go = min(waiting.let_go, len(waiting.entries))


@event.listens_for(Session, "after_commit")
def _next_act(session: Session) -> None:
    """The next action gets a name of its own."""
    if (waiting := session.info.get("log")) is not None and not session.in_nested_transaction():
        waiting.act = ""


@dataclass(frozen=True, slots=True)
class Break:
    """The first row of the log that does not fit, and why."""

    seq: int
    why: str


def verify(session: Session) -> Break | None:
    """Walk the chain; None where every row fits, else the first that does not.

    Truncation and a whole chain stamped anew need the head kept elsewhere: compare `head` with what was printed.
    """
    previous, expected = ANCHOR, 1
    for row in _stored(session):
        if row is None:
            return Break(expected, "altered")
        if row["seq"] != expected:
            return Break(expected, "missing")
        if row["previous"] != previous or row["hash"] != digest(_content(row)):
            return Break(expected, "altered")
        previous, expected = row["hash"], expected + 1
    if head(session) != (expected - 1, previous):
        return Break(expected, "truncated")
    return None


def _stored(session: Session) -> Iterator[Mapping[str, Any] | None]:
    """The rows of the log as they lie in the table; None for one that can no longer be read."""
    columns = select(*Log.__table__.columns)
    last = 0
    while True:
        page = columns.where(Log.seq > last).order_by(Log.seq).limit(_PAGE)
        try:
            rows = [dict(row) for row in session.execute(page).mappings()]
        except (LookupError, ValueError):  # a role nobody has, a date that is none, changes that are no JSON
            yield from _one_by_one(session, columns, last)
            return
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1]["seq"]


def _one_by_one(session: Session, columns: Select[Any], last: int) -> Iterator[Mapping[str, Any] | None]:
    """The rows after *last* up to the first that cannot be read."""
    for seq in session.scalars(select(Log.seq).where(Log.seq > last).order_by(Log.seq)):
        try:
            yield dict(session.execute(columns.where(Log.seq == seq)).mappings().one())
        except (LookupError, ValueError):
            yield None
            return


def head(session: Session) -> tuple[int, str]:
    """Number and hash of the last row: print it, and tampering with the whole chain shows."""
    found = session.execute(select(LogHead.seq, LogHead.hash)).one()
    return found.seq, found.hash


def replay(rows: Iterable[Log]) -> dict[tuple[Subject, int], str]:
    """The states that the log tells of, by subject and id."""
    states: dict[tuple[Subject, int], str] = {}
    for row in rows:
        if (change := row.changes.get("state")) is not None:
            states[row.subject, row.subject_id] = change[1]
    return states


def stored_states(session: Session) -> dict[tuple[Subject, int], str]:
    """The states that the tables hold, by subject and id; equal to `replay` of the whole log."""
    states: dict[tuple[Subject, int], str] = {}
    for subject in (Subject.CHALLENGE, Subject.OFFER, Subject.MATCH, Subject.AGREEMENT, Subject.EVENT):
        table: Any = TABLES[subject]
        for row_id, state in session.execute(select(table.id, table.state)):
            states[subject, row_id] = state.value
    return states
