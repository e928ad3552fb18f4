"""Owns a table on its way in: kept as it came, its columns settled, looked at, repaired, taken in, taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from matcher import imports, lines, log, matching
from matcher.errors import ImportTakenBack, NotAChoice, NotFound, SameColumnTwice, TooLateToTakeBack
from matcher.imports import Kept, Undone
from matcher.models import ColumnChoice, Import, Office
from matcher.policy import Action, Actor, Role, require
from matcher.vocabulary import Words
from web.exchange import cells, taking
from web.exchange.headings import KEEP, KINDS, LEAVE, assign, key, likely_kind, of_kind
from web.exchange.steps import ADD, NEW, SKIP, filled
from web.exchange.tables import Row, Table
from web.exchange.taking import Asked, Watch
from web.exchange.verdicts import Outcome, Problem, Status, Verdict

__all__ = [
    "Column", "Kept", "Undone", "accept", "change_kind", "choices", "choose_columns", "columns", "decide", "discard",
    "forget", "get", "guess_kind", "listing", "look", "may_undo", "repair", "settled", "stage", "take_in", "undo",
    "would_undo", "wrong_rows",
]  # fmt: skip

DAYS = 7  #: how long an import can be taken back, and its cells are kept
_SAMPLES = 3
_LONGEST_NAME, _LONGEST_HEADING = 200, 120
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_KEPT_AS_NOTE = Words("simpan sebagai catatan", "keep as a note")
_NOT_READ = Words("jangan dibaca", "do not read")
_LIKE = Words(
    "mirip {code} ({title}); putuskan: tambah jumlah, simpan sebagai baru, atau lewati",
    "like {code} ({title}); decide: raise its number, keep as new, or skip",
)


class Column(NamedTuple):
    """One column of a table that came in."""

    position: int
    heading: str  #: as written
    code: str  #: what it means: a heading's code, `KEEP` or `LEAVE`
    samples: list[str]
    sure: bool  #: whether nobody has to be asked


# --- coming in -------------------------------------------------------------------------------------------------------


def guess_kind(headings: Sequence[str]) -> str:
    """Which kind of table these headings look like."""
    return likely_kind(headings)


def stage(
    session: Session, office: Office, kind: str, name: str, table: Table, *, by: Actor, at: dt.datetime
) -> Import:
    """Keep a table to be looked at; the same table again, not taken in yet, is the same import."""
    require(by, Action.IMPORT, office_id=office.id)
    if kind not in KINDS:
        raise NotAChoice(field="kind", value=kind)
    stored = [[number, [_packed(cell) for cell in row]] for number, row in table.rows]
    digest = _digest(kind, table.headings, stored)
    same = select(Import).where(Import.office_id == office.id, Import.digest == digest, Import.taken_at.is_(None))
    found = session.scalar(same.order_by(Import.id.desc()).limit(1))
    if found is not None:
        return found
    made = Import(
        office_id=office.id, kind=kind, name=_CONTROL.sub("", name).strip()[:_LONGEST_NAME], made_at=at,
        made_by=by.name, digest=digest, headings=list(table.headings), columns={}, cells=stored, repairs={},
        decisions={}, entered={}, acts=[], before={}, counts={},
    )  # fmt: skip
    made.columns = _assigned(session, made)
    session.add(made)
    session.flush()
    return made


def _digest(kind: str, headings: Sequence[str], stored: Sequence[Any]) -> str:
    said = json.dumps([kind, list(headings), stored], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _packed(cell: Any) -> Any:
    """A cell as JSON holds it; days and moments are marked, or they would come back as texts."""
    if isinstance(cell, dt.datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"day": cell.isoformat()}
    number = isinstance(cell, (bool, int)) or (isinstance(cell, float) and math.isfinite(cell))
    return cell if cell is None or number else str(cell)


def _unpacked(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    if "moment" in cell:
        return dt.datetime.fromisoformat(cell["moment"])
    return dt.date.fromisoformat(cell["day"])


def rows(imp: Import) -> list[Row]:
    """The rows of the table, each with its number in the file."""
    return [(number, tuple(_unpacked(cell) for cell in row)) for number, row in imp.cells]


def get(session: Session, office: Office, import_id: int) -> Import:
    """The import of that id; NotFound where it is another office's."""
    found = session.get(Import, import_id)
    if found is None or found.office_id != office.id:
        raise NotFound(kind="import", id=import_id)
    return found


def listing(session: Session, office: Office, *, limit: int = 20) -> list[Import]:
    """The newest imports, without what stood in them."""
    found = select(Import).where(Import.office_id == office.id).order_by(Import.id.desc()).limit(limit)
    bulky = (Import.cells, Import.before, Import.repairs, Import.entered)
    return list(session.scalars(found.options(*(defer(column) for column in bulky))))


def discard(session: Session, imp: Import, *, by: Actor) -> None:
    """Throw away a table that was never taken in."""
    require(by, Action.IMPORT, office_id=imp.office_id)
    if imp.taken_at is None:
        session.delete(imp)
        session.flush()


# --- columns ---------------------------------------------------------------------------------------------------------


def _assigned(session: Session, imp: Import) -> dict[str, Any]:
    """Position → what the column means and whether that is sure: chosen before, known, or guessed."""
    remembered = select(ColumnChoice.heading, ColumnChoice.code).where(
        ColumnChoice.office_id == imp.office_id, ColumnChoice.kind == imp.kind
    )
    chosen = {row.heading: row.code for row in session.execute(remembered)}
    filled_in = {place for _, row in imp.cells for place, cell in enumerate(row) if cell not in (None, "")}
    found = assign(imp.headings, imp.kind, chosen)
    return {
        str(place): [code, sure] if place in filled_in else [code if sure else LEAVE, True]
        for place, (code, sure) in enumerate(found)
    }


def columns(imp: Import) -> list[Column]:
    """Every column with what it is taken to mean."""
    found = []
    for place, heading in enumerate(imp.headings):
        code, sure = imp.columns.get(str(place), [KEEP, False])
        found.append(Column(place, heading, code, _samples(imp, place), bool(sure)))
    return found


def _samples(imp: Import, place: int) -> list[str]:
    found: dict[str, None] = {}
    for _, row in imp.cells:
        if place < len(row) and (said := cells.text(_unpacked(row[place]))):
            found[said[:60]] = None
            if len(found) == _SAMPLES:
                break
    return list(found)


def settled(imp: Import) -> bool:
    """Whether nothing has to be asked about the columns: all are sure, and none is missing."""
    codes = {code for code, _ in imp.columns.values()}
    needed = {heading.code for heading in of_kind(imp.kind) if heading.required}
    return needed <= codes and all(sure for _, sure in imp.columns.values())


def choices(kind: str) -> list[tuple[str, Words]]:
    """What a column of a table of *kind* may be, in the order of its headings."""
    return [
        *((heading.code, heading.words) for heading in of_kind(kind)), (KEEP, _KEPT_AS_NOTE), (LEAVE, _NOT_READ)
    ]  # fmt: skip


def choose_columns(session: Session, imp: Import, chosen: Mapping[int, str]) -> None:
    """Settle what columns mean; the next table of this kind with these headings needs no question.

    Raises
    ------
    NotAChoice, SameColumnTwice
        A code that is none; two columns of one meaning.
    """
    known = dict(choices(imp.kind))
    settled_now = {place: code for place, code in chosen.items() if 0 <= place < len(imp.headings)}
    for code in settled_now.values():
        if code not in known:
            raise NotAChoice(field="column", value=code)
    now = {**imp.columns, **{str(place): [code, True] for place, code in settled_now.items()}}
    meant = [code for code, _ in now.values() if code not in (KEEP, LEAVE)]
    if twice := next((code for code in meant if meant.count(code) > 1), None):
        raise SameColumnTwice(field="column", column=known[twice])
    imp.columns = now
    for place, code in settled_now.items():
        _remember(session, imp, key(imp.headings[place])[:_LONGEST_HEADING], code)
    session.flush()


def _remember(session: Session, imp: Import, heading: str, code: str) -> None:
    if not heading:
        return
    same = {"office_id": imp.office_id, "kind": imp.kind, "heading": heading}
    kept = session.get(ColumnChoice, tuple(same.values()))
    if kept is None:
        session.add(ColumnChoice(**same, code=code))
    else:
        kept.code = code


def change_kind(session: Session, imp: Import, kind: str) -> None:
    """Take the table for another kind; its columns are guessed anew, repairs and decisions begin again."""
    if kind not in KINDS:
        raise NotAChoice(field="kind", value=kind)
    if imp.taken_at is None and imp.kind != kind:
        imp.kind, imp.repairs, imp.decisions = kind, {}, {}
        imp.columns, imp.digest = _assigned(session, imp), _digest(kind, imp.headings, imp.cells)
        session.flush()


# --- looking and repairing -------------------------------------------------------------------------------------------


def look(session: Session, imp: Import, *, at: dt.datetime, watch: Watch | None = None) -> Outcome:
    """What would become of every row; nothing is written."""
    by = Actor(imp.made_by, Role.PETUGAS, office_id=imp.office_id)
    return _work(session, imp, by, at, write=False, watch=watch).outcome


def _work(
    session: Session, imp: Import, by: Actor, at: dt.datetime, *, write: bool, watch: Watch | None
) -> taking.Taken:
    office = lines.get(session, Office, imp.office_id)
    asked = Asked(
        columns={int(place): code for place, (code, _) in imp.columns.items()},
        repairs={int(row): {int(place): said for place, said in one.items()} for row, one in imp.repairs.items()},
        decisions={int(row): one for row, one in imp.decisions.items()},
        entered={int(row): code for row, code in imp.entered.items()},
        taken_back=_taken_back(session, office), ask=True,
    )  # fmt: skip
    return taking.work(
        session, office, imp.kind, imp.headings, rows(imp), by=by, at=at, write=write, asked=asked, watch=watch
    )


def _taken_back(session: Session, office: Office) -> frozenset[str]:
    """Codes that stand closed because their import was taken back: the same rows open them again."""
    kept = select(Import.before).where(Import.office_id == office.id, Import.undone_at.is_not(None))
    return frozenset(code for before in session.scalars(kept) for code in before.get(_CLOSED, ()))


_CLOSED = "closed"  #: in `Import.before`: the codes that taking back has closed


def repair(session: Session, imp: Import, row: int, said: Mapping[int, str]) -> None:
    """Write over cells of one row: position → what it is to say."""
    one = {**imp.repairs.get(str(row), {}), **{str(place): _CONTROL.sub(" ", text) for place, text in said.items()}}
    imp.repairs = {**imp.repairs, str(row): one}
    session.flush()


def accept(session: Session, imp: Import, rows: Iterable[int] | None = None, *, at: dt.datetime) -> int:
    """Put in the cures that are known as values, in *rows* or in all; returns how many.

    Guesses about who is meant are left to a person, one by one.
    """
    wanted = None if rows is None else set(rows)
    fixes: dict[str, dict[str, str]] = {row: dict(one) for row, one in imp.repairs.items()}
    count = 0
    for verdict in look(session, imp, at=at).verdicts:
        if wanted is None or verdict.row in wanted:
            for problem in (*verdict.problems, *verdict.warnings):
                if problem.fix is not None and problem.position >= 0 and not problem.careful:
                    fixes.setdefault(str(verdict.row), {})[str(problem.position)] = problem.fix
                    count += 1
    imp.repairs = fixes
    session.flush()
    return count


def decide(session: Session, imp: Import, row: int, decision: str) -> None:
    """Say what becomes of a row like another: ``new``, ``add`` (raise its number), ``skip``; empty: undecided."""
    if decision not in (NEW, ADD, SKIP, ""):
        raise NotAChoice(field="decision", value=decision)
    imp.decisions = {**{one: said for one, said in imp.decisions.items() if one != str(row)}} | (
        {str(row): decision} if decision else {}
    )
    session.flush()


def wrong_rows(
    session: Session, imp: Import, *, at: dt.datetime
) -> tuple[list[str], list[Row], list[Sequence[Problem]]]:
    """Headings, rows and their problems, of what cannot be taken in yet: to be sent back as a table."""
    waiting = [one for one in look(session, imp, at=at).verdicts if one.status in (Status.REPAIR, Status.SIMILAR)]
    stored = dict(rows(imp))
    found = [(one.row, _repaired(stored[one.row], imp.repairs.get(str(one.row), {}))) for one in waiting]
    return list(imp.headings), found, [one.problems or [_question(one)] for one in waiting]


def _repaired(row: Sequence[Any], said: Mapping[str, str]) -> tuple[Any, ...]:
    return tuple(said.get(str(place), cell) for place, cell in enumerate(row))


def _question(verdict: Verdict) -> Problem:
    similar = verdict.similar
    assert similar is not None
    cure = filled(_LIKE, code=similar.code, title=similar.title)
    return Problem(verdict.row, Words("seluruh baris", "the whole row"), verdict.what or verdict.who, cure)


# --- taking in and taking back ---------------------------------------------------------------------------------------


def take_in(
    session: Session, imp: Import, *, by: Actor, at: dt.datetime, watch: Watch | None = None
) -> Outcome:  # fmt: skip
    """Let the good rows enter; the others stay to be repaired, and may enter by the next press.

    Raises
    ------
    ImportTakenBack
        It was taken back; the file is sent in again.
    """
    require(by, Action.IMPORT, office_id=imp.office_id)
    lines.get(session, Import, imp.id, lock=True)  # a second press waits, and finds the rows entered
    if imp.undone_at is not None:
        raise ImportTakenBack
    taken = _work(session, imp, by, at, write=True, watch=watch)
    outcome = taken.outcome
    imp.entered = {**imp.entered, **{str(row): code for row, code in taken.entered.items()}}
    imp.before = _joined(imp.before, taken.before)
    _note_taken(session, imp, outcome, by, at)
    return outcome


def _note_taken(session: Session, imp: Import, outcome: Outcome, by: Actor, at: dt.datetime) -> None:
    counts = {
        status.value: imp.counts.get(status.value, 0) + outcome.count(status)
        for status in (Status.NEW, Status.CHANGED, Status.SAME)
    }
    imp.counts = {**counts, "left": outcome.count(Status.REPAIR) + outcome.count(Status.SIMILAR)}
    imp.taken_at = at
    if outcome.touched:
        imp.acts = [*imp.acts, log.act(session)]
        log.record(session, imp, "take_in", by=by, at=at, changes={name: [None, n] for name, n in imp.counts.items()})
    session.flush()


def take_file(
    session: Session, office: Office, kind: str, name: str, table: Table, *, by: Actor, at: dt.datetime
) -> Outcome:  # fmt: skip
    """Take a table in at once, without anybody to ask; it is listed, and can be taken back like any other."""
    require(by, Action.IMPORT, office_id=office.id)
    taken = taking.work(session, office, kind, table.headings, table.rows, by=by, at=at, write=True)
    if taken.outcome.touched:
        made = Import(
            office_id=office.id, kind=kind, name=_CONTROL.sub("", name).strip()[:_LONGEST_NAME], made_at=at,
            made_by=by.name, digest=_digest(kind, table.headings, []), headings=list(table.headings), columns={},
            cells=[], repairs={}, decisions={}, entered={}, acts=[], before=taken.before, counts={},
        )  # fmt: skip
        session.add(made)
        session.flush()
        _note_taken(session, made, taken.outcome, by, at)
    return taken.outcome


def _joined(before: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Personal values as they were before the first press and are after the last."""
    found = {name: dict(values) for name, values in before.items()}
    for name, values in more.items():
        kept = found.setdefault(name, {})
        for field, (old, new) in values.items():
            kept[field] = [kept[field][0] if field in kept else old, new]
    return found


def may_undo(imp: Import, at: dt.datetime) -> bool:
    """Whether the import can be taken back: for seven days after it was last taken in."""
    return imp.taken_at is not None and imp.undone_at is None and at - imp.taken_at <= dt.timedelta(days=DAYS)


def would_undo(session: Session, imp: Import, *, at: dt.datetime) -> Undone:
    """What taking the import back would do; nothing is written."""
    by = Actor(imp.made_by, Role.PETUGAS, office_id=imp.office_id)
    return imports.take_back(session, imp.office_id, imp.acts, imp.before, by=by, at=at, write=False)


def undo(session: Session, imp: Import, *, by: Actor, at: dt.datetime) -> Undone:
    """Take the import back: what it brought is closed, what it changed gets its old values, but for what is used since.

    Raises
    ------
    TooLateToTakeBack
        Seven days are over, it never entered, or it was taken back before.
    """
    require(by, Action.IMPORT, office_id=imp.office_id)
    lines.get(session, Import, imp.id, lock=True)
    if not may_undo(imp, at):
        raise TooLateToTakeBack(days=DAYS)
    told = imports.take_back(session, imp.office_id, imp.acts, imp.before, by=by, at=at)
    imp.undone_at, imp.before = at, {_CLOSED: told.closed}
    changes = {
        "closed": [None, len(told.closed)],
        "restored": [None, len(told.restored)],
        "kept": [None, len(told.kept)],
    }
    log.record(session, imp, "take_back", by=by, at=at, changes=changes)
    log.let_go(session)
    matching.refresh(session, lines.get(session, Office, imp.office_id), at=at)
    return told


def forget(session: Session, at: dt.datetime) -> int:
    """Empty the personal part of imports older than seven days; those never taken in go altogether."""
    over = at - dt.timedelta(days=DAYS)
    session.execute(delete(Import).where(Import.taken_at.is_(None), Import.made_at < over))
    old = select(Import).where(Import.taken_at < over, Import.digest != "")
    found = list(session.scalars(old))
    for imp in found:
        imp.cells, imp.repairs, imp.digest = [], {}, ""
        imp.before = {_CLOSED: imp.before[_CLOSED]} if _CLOSED in imp.before else {}
    session.flush()
    return len(found)
