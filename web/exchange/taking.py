"""Owns the way of a table into the office: read in pieces, decided about, and written where that is wanted.

Looking and taking are one and the same work; only taking carries out what was decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matcher import log, matching
from matcher.models import Office
from matcher.policy import Action, Actor, require
from web.exchange import cells, sheets
from web.exchange.headings import is_example, known
from web.exchange.history import History
from web.exchange.lists import Lists
from web.exchange.parties import Parties
from web.exchange.places import Places
from web.exchange.reports import Reports
from web.exchange.rows import Reader
from web.exchange.steps import Run, Work
from web.exchange.tables import Row, Table
from web.exchange.verdicts import Outcome, Status, Verdict

_AT_ONCE = 500  #: rows read, decided about and written together: what a long table needs in memory

#: Called now and then with rows done and rows in all; may raise to stop.
Watch = Callable[[int, int], None]

_WORKS: dict[str, Callable[[Run], Work]] = {
    "challenges": lambda run: Reports(run, offers=False),
    "offers": lambda run: Reports(run, offers=True),
    "libraries": Lists,
    "stakeholders": Lists,
    "partnerships": History,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person has settled about a table: meanings of columns, repairs, decisions, rows that entered before."""

    columns: Mapping[int, str] | None = None
    repairs: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    decisions: Mapping[int, str] = field(default_factory=dict)
    entered: Mapping[int, str] = field(default_factory=dict)
    taken_back: frozenset[str] = frozenset()
    ask: bool = False  #: whether rows like others wait for a decision


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found out, and where it was written, what that did."""

    outcome: Outcome
    entered: dict[int, str]
    before: dict[str, Any]


def read(path: Path, kind: str) -> Table:
    """Read the table of *kind* in the file at *path*; `web.failure.Failure` where it cannot be read at all."""
    return sheets.read(path, lambda names: known(names, kind))


def take(session: Session, office: Office, kind: str, table: Table, *, by: Actor, at: dt.datetime) -> Outcome:
    """Take the rows of *table* into *office*: good rows enter, bad rows are told.  The caller commits."""
    require(by, Action.IMPORT, office_id=office.id)
    return work(session, office, kind, table.headings, table.rows, by=by, at=at, write=True).outcome


def look(session: Session, office: Office, kind: str, table: Table, *, by: Actor, at: dt.datetime) -> Outcome:
    """What `take` would do; nothing is written."""
    return work(session, office, kind, table.headings, table.rows, by=by, at=at, write=False).outcome


def work(
    session: Session, office: Office, kind: str, headings: Sequence[str], rows: Sequence[Row], *, by: Actor,
    at: dt.datetime, write: bool, asked: Asked | None = None, watch: Watch | None = None,
) -> Taken:  # fmt: skip
    """Decide about every row and, where *write* says so, carry it out and rescore the office."""
    asked = asked or Asked()
    run, one = _begin(session, office, kind, headings, asked=asked, by=by, at=at)
    outcome = Outcome()
    rows = [row for row in rows if not _is_example(run.reader, row)]
    for chunk in _pieces(rows):
        todo = [row for row in chunk if row[0] not in asked.entered]
        one.prefetch(todo)
        steps = one.decide([run.reader.draft(number, found) for number, found in todo])
        if write:
            run.reader.places.store()
            one.carry_out(steps)
            log.let_go(session)
            run.parties.let_go()
        decided = {step.draft.row: step.verdict for step in steps}
        outcome.verdicts += [decided.get(row[0]) or _saved(run.reader, row, asked) for row in chunk]
        if watch is not None:
            watch(len(outcome.verdicts), len(rows))
    one.finish(write=write)
    outcome.touched = run.touched
    if run.touched:
        log.let_go(session)
        matching.refresh(session, office, at=at)
    return Taken(outcome, run.entered, run.before)


def _begin(
    session: Session, office: Office, kind: str, headings: Sequence[str], *, asked: Asked, by: Actor, at: dt.datetime
) -> tuple[Run, Work]:
    """What the work needs to know: places, meanings of columns, parties, what is stored."""
    reader = Reader(headings, kind, Places(session, office), columns=asked.columns, repairs=asked.repairs)
    run = Run(
        session, office, by, at, reader, Parties(session, office, reader, by=by, at=at), ask=asked.ask,
        decisions=asked.decisions, ours=set(asked.entered.values()), taken_back=asked.taken_back,
    )  # fmt: skip
    one = _WORKS[kind](run)
    reader.existing = one.existing
    return run, one


def _pieces(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _is_example(reader: Reader, row: Row) -> bool:
    """Whether the row is the example that a template carries."""
    code, party = (_said(reader, row, name) for name in ("code", "party"))
    return bool(code) and is_example(reader.kind, code, party)


def _said(reader: Reader, row: Row, name: str) -> str:
    """The text under a heading of ours; empty where the table has no such column."""
    place = reader.columns.get(name)
    return cells.text(row[1][place]) if place is not None and place < len(row[1]) else ""


def _saved(reader: Reader, row: Row, asked: Asked) -> Verdict:
    """A row that entered when the table was taken in before; what became of it since is not touched."""
    who, what = _said(reader, row, "party"), _said(reader, row, "title")
    return Verdict(row[0], Status.SAVED, asked.entered[row[0]], who=who, what=what[:120])
