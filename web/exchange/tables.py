"""Owns the finding of a table in a grid of cells: its headings, its rows, and what around it is no row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from matcher.vocabulary import Words

Cell = Any  #: text, number, yes/no, day, moment, or nothing
Row = tuple[int, tuple[Cell, ...]]  #: its number in the file, and its cells without empty ones on the right
Known = Callable[[Sequence[str]], int]  #: how many of these are headings of ours

TITLES_ABOVE = 20  #: rows above the headings that may hold a title
_COMPARED = 10  #: rows below the headings that are looked at


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one sheet that are not empty."""

    sheet: str
    visible: bool
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a file: its headings, and its rows with their numbers in the file.

    Where no heading is known and the caller allows it, *headings* are empty texts, one a column, and *top* is 0.
    """

    headings: list[str]
    rows: list[Row]
    sheet: str = ""  #: the sheet it stands on; empty for text
    top: int = 0  #: number of the row of headings
    others: tuple[str, ...] = ()  #: further sheets with a table that was not read
    notes: tuple[Words, ...] = ()  #: what was left out or read as empty, to be told to the person

    def without_headings(self) -> Table:
        """The same table, its headings taken for its first row: what an officer says where we guessed wrong."""
        if not self.top:
            return self
        first = (self.top, tuple(heading or None for heading in self.headings))
        return Table([""] * len(self.headings), [first, *self.rows], self.sheet, 0, self.others, self.notes)

    def with_headings(self) -> Table:
        """The same table, its first row taken for its headings."""
        if self.top or not self.rows:
            return self
        (top, cells), *rows = self.rows
        headings = [_name(cell) if isinstance(cell, str) else str(cell or "") for cell in cells]
        headings += [""] * (len(self.headings) - len(headings))
        return Table(headings, rows, self.sheet, top, self.others, self.notes)


class _Head(NamedTuple):
    """The row of headings found in a grid; *found* of them are known, *at* is its place among the rows."""

    found: int
    at: int
    deep: int  #: rows it takes: two where headings stand under headings
    names: list[str]


_WORDS = {
    "others": Words(
        "yang dibaca hanya lembar “{sheet}”; lembar lain yang berisi tabel: {others}",
        "only the sheet “{sheet}” was read; other sheets with a table: {others}",
    ),
    "total": Words(
        "baris {rows} berisi jumlah, jadi tidak dibaca", "row {rows} holds a sum and was therefore left out"
    ),
    "below": Words(
        "baris {rows} di bawah tabel (tanda tangan) tidak dibaca", "row {rows} below the table (signature) was left out"
    ),
    "errors": Words(
        "{count} sel berisi kesalahan Excel ({cells}) dan dibaca sebagai kosong",
        "{count} cells hold an error of Excel ({cells}) and were read as empty",
    ),
}


def find(grids: Iterable[Grid], known: Known, *, must_know: bool) -> Table | None:
    """The table that *known* recognises best; None where there is none.

    Grids are looked at one after the other and only the best is kept, for together they may be large.
    """
    best: tuple[Any, Grid, _Head] | None = None
    tables: list[str] = []
    for grid in grids:
        if not grid.rows:
            continue
        head = _head(grid.rows, known)
        if head.found > 1 and grid.visible:
            tables.append(grid.sheet)
        if not must_know and not _convinces(head, grid.rows, known):
            head = _unknown_head(grid.rows)
        rank = (head.found > 0, grid.visible, head.found, len(grid.rows))
        if best is None or rank > best[0]:
            best = rank, grid, head
    if best is None or (must_know and best[2].found == 0):
        return None
    return _table(best[1], best[2], [name for name in tables if name != best[1].sheet])


# --- headings --------------------------------------------------------------------------------------------------------


def _name(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _head(rows: Sequence[Row], known: Known) -> _Head:
    """The row near the top with the most known headings, alone or joined with the row below it."""
    heads = list(_heads(rows[:TITLES_ABOVE], known))
    return max(heads, key=lambda head: (head.found, -head.deep, -head.at))


def _heads(rows: Sequence[Row], known: Known) -> Iterator[_Head]:
    named = [(number, [_name(cell) for cell in cells]) for number, cells in rows]
    for at, (_, names) in enumerate(named):
        yield _Head(known(names), at, 1, names)
    for at, ((number, upper), (below, lower)) in enumerate(pairwise(named)):
        if below == number + 1 and known(upper) and all(map(_is_heading, filter(None, rows[at + 1][1]))):
            names = _joined(upper, lower, known)
            yield _Head(known(names), at, 2, names)


def _is_heading(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) <= 60 and not any(letter.isdigit() for letter in cell)


def _joined(upper: Sequence[str], lower: Sequence[str], known: Known) -> list[str]:
    """Headings over two rows: the lower one counts, with the upper before it where alone it means nothing."""
    width = max(len(upper), len(lower))
    pairs = zip(*([*names, *[""] * (width - len(names))] for names in (upper, lower)), strict=True)
    return [
        low or high
        if not (low and high) or low == high or known([low]) or not known([f"{high} {low}"])
        else f"{high} {low}"
        for high, low in pairs
    ]


def _convinces(head: _Head, rows: Sequence[Row], known: Known) -> bool:
    """Whether these are headings and not a row of values that happen to be words of ours, as "Komputer" is."""
    below = rows[head.at + head.deep :][:_COMPARED]
    rivals = max((known([_name(cell) for cell in cells]) for _, cells in below), default=0)
    filled = sum(map(bool, head.names))
    return head.found > rivals and (head.found > 1 or filled <= 2 or _differs(head, below))


def _differs(head: _Head, below: Sequence[Row]) -> bool:
    """Whether some column has no figure in the row of headings and figures below it, as a column of numbers has."""
    figures = Counter(
        column
        for _, cells in below
        for column, cell in enumerate(cells)
        if cell is not None and any(map(str.isdigit, str(cell)))
    )
    plain = [column for column, name in enumerate(head.names) if name and _is_heading(name)]
    return any(figures[column] * 2 > len(below) for column in plain)


def _unknown_head(rows: Sequence[Row]) -> _Head:
    """Headings that nobody knows, where their looks say that they are some; else a head of no rows."""
    usual = Counter(sum(cell is not None for cell in cells) for _, cells in rows[:100]).most_common(1)[0][0]
    at = next(
        (at for at, (_, cells) in enumerate(rows[:TITLES_ABOVE]) if sum(map(bool, cells)) * 2 > usual), 0
    )  # titles fill a cell or two
    names = [_name(cell) for cell in rows[at][1]]
    head = _Head(0, at, 1, names)
    texts = [cell for cell in rows[at][1] if cell is not None]
    if len(texts) > 1 and all(map(_is_heading, texts)) and _differs(head, rows[at + 1 :][:_COMPARED]):
        return head
    return _Head(0, at, 0, [])


# --- rows ------------------------------------------------------------------------------------------------------------


def _table(grid: Grid, head: _Head, others: list[str]) -> Table:
    top = grid.rows[head.at][0] if head.deep else 0
    rows = grid.rows[head.at + head.deep :]
    notes = []
    if others:
        notes.append(_said("others", sheet=grid.sheet, others=", ".join(others)))
    if head.deep:
        rows = _without_repetitions(rows, head.names)
    rows, below = _without_signature(rows)
    rows, sums = _without_sums(rows)
    notes += [_said(name, rows=_span(found)) for name, found in (("total", sums), ("below", below)) if found]
    rows, wrong = _without_errors(rows)
    if wrong:
        notes.append(errors_note(wrong))
    width = max(
        [len(cells) for _, cells in rows] + [max((i for i, name in enumerate(head.names, 1) if name), default=0)]
    )
    headings = [*head.names, *[""] * width][:width]
    return Table(headings, rows, grid.sheet, top, tuple(others), tuple(notes))


def _said(sentence: str, **values: Any) -> Words:
    return Words(*(words.format(**values) for words in _WORDS[sentence]))


def _span(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) if len(numbers) < 4 else f"{numbers[0]}–{numbers[-1]}"


def _without_repetitions(rows: list[Row], names: list[str]) -> list[Row]:
    """Leave out headings repeated on each printed page, and the row of column numbers below them: (1) (2) (3)."""
    heading = tuple(name or None for name in names)
    while heading and heading[-1] is None:
        heading = heading[:-1]
    if rows and _is_numbering(rows[0][1]):
        rows = rows[1:]
    return [row for row in rows if not _repeats(row[1], heading)]


def _repeats(cells: Sequence[Cell], heading: Sequence[Cell]) -> bool:
    return (
        len(cells) == len(heading)
        and _name(cells[-1]) == heading[-1]
        and [*map(_name, cells)] == [*map(_name, heading)]
    )


def _is_numbering(cells: Sequence[Cell]) -> bool:
    numbers = [str(cell).strip("() ") for cell in cells if cell is not None]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]


_SUM = re.compile(
    r"(?:(?:grand|sub)[\s-]*)?(?:jumlah|total|jml)(?:\s+(?:total|keseluruhan|seluruhnya|semua|semuanya|akhir|besar))?"
    r"[\s:.=]*",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"(?:rp\.?)?[\s\d.,%-]*(?:[^\W\d_]{1,12})?", re.IGNORECASE)


def _without_sums(rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Leave out rows that say "Jumlah" first and hold nothing but figures beside it."""
    sums = [number for number, cells in rows if _is_sum(cells)]
    gone = set(sums)
    return ([row for row in rows if row[0] not in gone] if gone else rows), sums


def _is_sum(cells: Sequence[Cell]) -> bool:
    first, *rest = (cell for cell in cells if cell is not None)
    return (
        isinstance(first, str)
        and _SUM.fullmatch(first.strip()) is not None
        and all(not isinstance(cell, str) or _FIGURES.fullmatch(cell.strip()) for cell in rest)
        and any(cell != first for cell in rest)
    )


_SIGNED = re.compile(r"\b(?:mengetahui|nip|ttd|tertanda|kepala (?:dinas|desa|bidang)|hormat kami)\b", re.IGNORECASE)


def _without_signature(rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Leave out what stands under a table on paper: after a blank line, a few cells that somebody signs."""
    for at in range(len(rows) - 1, max(len(rows) - TITLES_ABOVE, 0), -1):
        if len(_filled(rows[at])) > 2:
            break
        if rows[at][0] > rows[at - 1][0] + 1 and any(
            _SIGNED.search(cell) for row in rows[at:] for cell in _filled(row) if isinstance(cell, str)
        ):
            return _below(rows, at)
    return rows, []


def _below(rows: list[Row], at: int) -> tuple[list[Row], list[int]]:
    """Part the rows at the first blank line of the block under the table."""
    start = at
    for place in range(at, 0, -1):
        if len(_filled(rows[place])) > 2:
            break
        if rows[place][0] > rows[place - 1][0] + 1:
            start = place
    return rows[:start], [number for number, _ in rows[start:]]


def _filled(row: Row) -> list[Cell]:
    return [cell for cell in row[1] if cell is not None]


_ERRORS = frozenset("#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! Err:502 Err:508 Err:522".split())


def _without_errors(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """Empty the cells in which a spreadsheet says that it could not work something out."""
    wrong: list[str] = []
    kept = []
    for number, cells in rows:
        if any(cell.__class__ is str and cell in _ERRORS for cell in cells):
            from openpyxl.utils import get_column_letter  # noqa: PLC0415 - few files hold an error

            wrong += [f"{get_column_letter(column)}{number}" for column, cell in enumerate(cells, 1) if _is_error(cell)]
            kept.append((number, tuple(None if _is_error(cell) else cell for cell in cells)))
        else:
            kept.append((number, cells))
    return (kept if wrong else rows), wrong


def _is_error(cell: Cell) -> bool:
    return isinstance(cell, str) and cell in _ERRORS


def errors_note(cells: Sequence[str]) -> Words:
    """What is said of cells in error, by their addresses."""
    shown = ", ".join(cells[:5]) + (" …" if len(cells) > 5 else "")
    return _said("errors", count=len(cells), cells=shown)
