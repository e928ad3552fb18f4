"""Owns what is told of a table before and after it is taken in: a verdict a row, problems with their cures, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from matcher.vocabulary import Term, Words

if TYPE_CHECKING:
    from matcher.duplicates import Similar


NOTHING = Words("", "")


class Status(Term):
    """What becomes of a row."""

    NEW = "new", "baru", "new"
    CHANGED = "changed", "berubah", "changed"
    SAME = "same", "sama", "the same"
    SIMILAR = "similar", "mirip", "similar"  #: waits for a decision
    REPAIR = "repair", "perlu diperbaiki", "to repair"
    SKIPPED = "skipped", "dilewati", "skipped"
    SAVED = "saved", "tersimpan", "saved"  #: entered when this import was taken in before


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to repair or to look at: where it stands, what stands there, and the cure."""

    row: int
    column: Words  #: our name of the column
    value: str  #: what stands there
    cure: Words  #: what would be right, in words
    position: int = -1  #: of the column in the table; beyond its last: a column it does not have; -1: the whole row
    heading: str = ""  #: the column as the table names it; empty where it has none
    fix: str | None = None  #: the cure as a value, for a button
    careful: bool = False  #: whether the cure is a guess that nobody should accept unseen

    def say(self, lang: str) -> str:
        """The problem as a line, such as ``Baris 7, Jumlah “tgia” → 3?``."""
        place = _LINE.say(lang, row=self.row, column=self.column.say(lang))
        value = f" “{' '.join(self.value.split())[:60]}”" if self.value else ""
        fixed = f" → {self.fix}?" if self.fix is not None else ":"
        return f"{place}{value}{fixed} {self.cure.say(lang)}"


_LINE = Words("Baris {row}, {column}", "Row {row}, {column}")


class Change(NamedTuple):
    """One value that differs: the column, what is known, what the row says."""

    column: Words
    before: Words
    after: Words


@dataclass(slots=True)
class Verdict:
    """What is found out about one row."""

    row: int
    status: Status
    code: str = ""  #: K-0012, T-0003, J-0007, or a party's name in addresses; empty where it has none yet
    who: str = ""  #: the library or the giver
    what: str = ""  #: its title; empty for a party
    amount: Words = NOTHING  #: quantity and unit in words
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    changes: Sequence[Change] = ()
    similar: Similar | None = None
    decision: str = ""  #: "new", "add" or "skip", where somebody decided about a similar one


@dataclass(slots=True)
class Outcome:
    """A table looked at, or taken in: one verdict a row, in the order of the table."""

    verdicts: list[Verdict] = field(default_factory=list)
    touched: bool = False  #: whether anything at all was written

    def count(self, status: Status) -> int:
        """How many rows have *status*."""
        return sum(verdict.status is status for verdict in self.verdicts)

    def codes(self, status: Status) -> list[str]:
        """The codes of the rows that have *status*."""
        return [verdict.code for verdict in self.verdicts if verdict.status is status]

    def of(self, status: Status) -> list[Verdict]:
        """The rows that have *status*."""
        return [verdict for verdict in self.verdicts if verdict.status is status]

    @property
    def problems(self) -> list[Problem]:
        """All that is to be repaired."""
        return [problem for verdict in self.verdicts for problem in verdict.problems]

    @property
    def warnings(self) -> list[Problem]:
        """All that entered, or would enter, and should be looked at."""
        return [problem for verdict in self.verdicts for problem in verdict.warnings]

    def say(self, lang: str) -> str:
        """The outcome in one line: 12 baru, 3 berubah, 5 sama, 1 perlu diperbaiki."""
        told = _OUTCOME.say(
            lang, new=self.count(Status.NEW), changed=self.count(Status.CHANGED), same=self.count(Status.SAME),
            wrong=self.count(Status.REPAIR),
        )  # fmt: skip
        more = [status for status in (Status.SAVED, Status.SIMILAR, Status.SKIPPED) if self.count(status)]
        return ", ".join([told, *(f"{self.count(status)} {status.words.say(lang)}" for status in more)])


_OUTCOME = Words(
    "{new} baru, {changed} berubah, {same} sama, {wrong} perlu diperbaiki",
    "{new} new, {changed} changed, {same} the same, {wrong} to repair",
)
