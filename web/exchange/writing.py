"""Owns tables on their way out: csv and Excel written so that nothing in them runs and numbers stay numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from matcher.vocabulary import Words
from web.exchange.headings import HEADINGS, REPAIR
from web.failure import Failure
from web.numerals import plain

if TYPE_CHECKING:
    from web.exchange.verdicts import Problem

Cell = Any  #: text, number, day, moment, or nothing

_WORDS = {
    "written": Words("{name}: tulis ke berkas .csv atau .xlsx", "{name}: write to a .csv or .xlsx file"),
    "folder": Words("folder {folder} tidak ada", "there is no folder {folder}"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table to write: its name, its headings, its rows, each as long as the headings."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def refuse(code: str, path: Path) -> Failure:
    """The failure for one row of the table above, in both languages on one line."""
    values = {"name": path.name, "folder": path.parent}
    return Failure(" / ".join(words.format(**values) for words in _WORDS[code]))


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> None:
    """Write a table to *path*, csv or xlsx by its suffix; the file is there whole or not at all.

    Texts are written as texts whatever they begin with; numbers and days as numbers and days.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".xlsx"):
        raise refuse("written", path)
    if not path.parent.is_dir():
        raise refuse("folder", path)
    making = path.with_name(f".{path.name}.tulis")
    try:
        with making.open("wb") as file:
            if suffix == ".csv":
                write_csv(file, headings, rows)
            else:
                write_xlsx(file, [Sheet(title, headings, rows)])
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


# --- csv -------------------------------------------------------------------------------------------------------------

#: What a spreadsheet may take for a formula when it stands first, after blanks and quotation marks.
_RISKY = re.compile(r"[\s']*[=+\-@\t\r＝＋－＠﹢﹣﹦﹫]")


def guard(text: str) -> str:
    """A csv cell that no spreadsheet takes for a formula; `unguard` gives the text back."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """The text behind `guard`."""
    return text[1:] if text.startswith("'") and _RISKY.match(text[1:]) else text


def write_csv(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table as comma-separated UTF-8 with a mark that tells Excel so."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([guard(heading) for heading in headings])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    text.detach()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, Decimal):
        return plain(cell)
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, dt.datetime) else str(cell)


# --- xlsx ------------------------------------------------------------------------------------------------------------


def write_xlsx(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write a workbook of *sheets*."""
    from web.exchange.workbook import Book  # noqa: PLC0415 - only those who write Excel pay for it

    book = Book()
    for sheet in sheets:
        book.add(sheet.title, sheet.headings, sheet.rows)
    book.save(file)


# --- what is to be repaired ------------------------------------------------------------------------------------------


def notes_file(
    file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Iterable[Sequence[Problem]],
    *, title: str, lang: str,
) -> None:  # fmt: skip
    """Write wrong rows as they came, what is wrong with each in a first column, the wrong cells tinted.

    Repaired and sent again the file comes in: headings and cells are the sender's own, and the first column is not
    read.  *rows* and *notes* go side by side; a column that the table lacks is added behind the others.
    """
    from web.exchange.workbook import Book, Look  # noqa: PLC0415

    told = [(list(row), list(said)) for row, said in zip(rows, notes, strict=True)]
    lacking = {
        problem.position: problem.column.say(lang)
        for _, said in told
        for problem in said
        if problem.position >= len(headings)
    }
    last = max(lacking, default=len(headings) - 1)
    names = [*headings, *(lacking.get(place, "") for place in range(len(headings), last + 1))]
    first = next(heading for heading in HEADINGS if heading.code == REPAIR).words.say(lang)
    wide = len(names)
    shown = [
        ["\n".join(_repair(problem, lang) for problem in said), *row, *[None] * (wide - len(row))] for row, said in told
    ]
    looks = [
        {0: Look.NOTE} | {problem.position + 1: Look.WRONG for problem in said if problem.position >= 0}
        for _, said in told
    ]
    book = Book()
    book.add(title, [first, *names], shown, looks)
    book.save(file)


def _repair(problem: Problem, lang: str) -> str:
    """A problem as the note beside its row: Jumlah “tgia” → 3? write a number ..."""
    value = f" “{' '.join(problem.value.split())[:60]}”" if problem.value else ""
    fixed = f" → {problem.fix}?" if problem.fix is not None else ":"
    return f"{problem.heading or problem.column.say(lang)}{value}{fixed} {problem.cure.say(lang)}"
