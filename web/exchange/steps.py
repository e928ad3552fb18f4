"""Owns what an import under way shares between kinds of tables: what is asked, what is decided, what has entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.orm import Session

from matcher.duplicates import Similar
from matcher.errors import MatcherError
from matcher.models import Office
from matcher.policy import Actor
from matcher.vocabulary import Words
from web.exchange.parties import Known, Parties, Refused
from web.exchange.rows import Draft, Reader
from web.exchange.tables import Row
from web.exchange.verdicts import Status, Verdict

NEW, ADD, SKIP = "new", "add", "skip"  #: what a person decides about a row that is like another


@dataclass(slots=True)
class Run:
    """One import under way."""

    session: Session
    office: Office
    by: Actor
    at: dt.datetime
    reader: Reader
    parties: Parties
    ask: bool = False  #: whether a person decides about rows like others; without one they enter, and are told
    decisions: Mapping[int, str] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)  #: codes that this very import made: none of its rows repeats them
    taken_back: frozenset[str] = frozenset()  #: codes closed because their import was: the same row opens them again
    entered: dict[int, str] = field(default_factory=dict)  #: row → code, of what this press wrote
    before: dict[str, Any] = field(default_factory=dict)  #: personal values as they were, for taking back
    touched: bool = False


@dataclass(slots=True)
class Step:
    """What is decided about one row, to be carried out."""

    verdict: Verdict
    draft: Draft
    party: Known | None = None
    giver: Known | None = None
    found_id: int | None = None
    found: Any = None  #: the stored row it means
    new: Any = None  #: what is to be stored, as the use case takes it
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    reopen: bool = False
    add: Similar | None = None


class Work(Protocol):
    """How one kind of table is decided about, without writing, and carried out."""

    def existing(self, code: str, ref: str | None) -> Any:
        """The stored row that a code or a reference means."""

    def prefetch(self, rows: Sequence[Row]) -> None:
        """Read at once what these rows name."""

    def decide(self, drafts: Sequence[Draft]) -> list[Step]:
        """What becomes of each row; nothing is written."""

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Write what was decided."""

    def finish(self, *, write: bool) -> None:
        """What can only be said once all rows are read."""


def begin(draft: Draft) -> Step:
    """A row before it is decided about: to be repaired where something in it is wrong, else new."""
    status = Status.REPAIR if draft.problems else Status.NEW
    what = str(draft.values.get("title") or draft.values.get("story") or draft.values.get("words") or "")
    return Step(Verdict(draft.row, status, who=draft.name, what=what[:120], problems=draft.problems), draft)


def refuse(step: Step, refused: Refused) -> None:
    """The row is to be repaired after all."""
    step.verdict.status = Status.REPAIR
    step.verdict.problems = [*step.verdict.problems, refused.problem]


def broken(reader: Reader, draft: Draft, error: MatcherError) -> Refused:
    """A rule of the product that a row would break, as something to repair."""
    from web import errors  # noqa: PLC0415 - its pages' framework loads only for a row that is refused

    name = error.field or "title"
    cure = Words(errors.sentence(error, "id"), errors.sentence(error, "en"))
    value = draft.values.get(name, "")
    return Refused(reader.problem(draft.row, name, str(value if value is not None else ""), cure))


def good(steps: Iterable[Step]) -> list[Step]:
    """The steps that have something to write."""
    return [step for step in steps if step.verdict.status in (Status.NEW, Status.CHANGED)]


TWICE = Words(
    "baris {row} memakai Ref yang sama dengan isi lain; satukan keduanya atau beri Ref sendiri",
    "row {row} has the same Ref and says otherwise; join them or give each its own Ref",
)
TWICE_PARTY = Words(
    "baris {row} menyebut pihak yang sama dengan isi lain; satukan keduanya",
    "row {row} names the same party and says otherwise; join them",
)


def filled(words: Words, **values: Any) -> Words:
    """A sentence with its values, in both languages."""
    return Words(words.id.format(**values), words.en.format(**values))
