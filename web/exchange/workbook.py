"""Owns workbooks on their way out: openpyxl makes the frame and the styles, the rows are written straight into it.

A cell through openpyxl takes thirty times as long.  No row written here can hold a formula: there is no code for one.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from itertools import chain, islice, repeat
from typing import IO, Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

Cell = Any  #: text, number, day, moment, yes or no, or nothing

_NARROW, _WIDE = 11, 48  #: widths of a column, in characters
_PEEK = 100  #: rows whose texts tell how wide a column should be
_LONGEST_TITLE = 31  #: of a sheet, in Excel
_LONGEST_TEXT = 32_767  #: of a cell, in Excel
_WRONG = "FFF2CC"  #: the colour behind a wrong cell
_IN_MEMORY = 2**20  #: bytes of rows kept before a file is used
_PLAIN, _WHOLE, _DAY, _MOMENT, _TIME = "General", "#,##0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm"

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  #: what XML cannot hold
#: Spreadsheets read _x0041_ as a letter: the first underscore is written so that they do not.
_ESCAPED = re.compile("_x(?=[0-9A-Fa-f]{4}_)")
_HOLE = re.compile(rb"<sheetData\s*(?:/>|></sheetData>)")  #: where the frame has no rows yet


class Look(Enum):
    """How a cell is set apart from the others."""

    USUAL = auto()
    HEADING = auto()
    NOTE = auto()  #: several lines
    WRONG = auto()  #: a colour behind it, also where it is empty


Looks = Mapping[int, Look]  #: place in the row → look; a place that is missing looks as usual


class Book:
    """A workbook under way; sheets stand in the order in which they were added."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._bodies: list[IO[bytes]] = []
        self._styles: dict[tuple[str, Look], str] = {}

    def add(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], looks: Iterable[Looks] = ()
    ) -> None:
        """Add a sheet: code and headings stay in sight, each column has a filter; *looks* go row by row."""
        sheet = self._book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:_LONGEST_TITLE])
        sheet.freeze_panes = "B2"
        coming = iter(rows)
        first = list(islice(coming, _PEEK))
        for place, heading in enumerate(headings):
            sheet.column_dimensions[_letters(place)].width = _width(heading, place, first)
        body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - `save` closes it
        self._bodies.append(body)
        body.write(self._row(1, headings, dict.fromkeys(range(len(headings)), Look.HEADING)))
        number = 1
        side_by_side = zip(chain(first, coming), chain(looks, repeat({})), strict=False)
        for number, (row, look) in enumerate(side_by_side, 2):
            body.write(self._row(number, row, look))
        sheet.auto_filter.ref = f"A1:{_letters(len(headings) - 1)}{number}"

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook: its frame, and each sheet's rows put into it."""
        bodies = {f"xl/worksheets/sheet{number}.xml": body for number, body in enumerate(self._bodies, 1)}
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as frame:
            self._book.save(frame)
            with zipfile.ZipFile(frame) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
                for info in old.infolist():
                    with new.open(info.filename, "w") as part:
                        _fill(part, old.read(info), bodies.get(info.filename))

    # --- one row ---

    def _row(self, number: int, row: Sequence[Cell], looks: Looks) -> bytes:
        usual = Look.USUAL
        cells = [
            self._cell(f"{_letters(place)}{number}", value, looks.get(place, usual)) for place, value in enumerate(row)
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'.encode()

    def _cell(self, place: str, value: Cell, look: Look) -> str:
        if value is None or value == "":
            return f'<c r="{place}"{self._style(_PLAIN, look)}/>' if look is Look.WRONG else ""
        if isinstance(value, str):
            text = escape(_ESCAPED.sub("_x005F_x", _UNWRITABLE.sub("", value[:_LONGEST_TEXT])))
            told = f'<is><t xml:space="preserve">{text}</t></is>'
            return f'<c r="{place}"{self._style(_PLAIN, look)} t="inlineStr">{told}</c>'
        if isinstance(value, bool):
            return f'<c r="{place}"{self._style(_PLAIN, look)} t="b"><v>{int(value)}</v></c>'
        form, figures = _figures(value)
        return f'<c r="{place}"{self._style(form, look)}><v>{figures}</v></c>'

    def _style(self, form: str, look: Look) -> str:
        """The attribute that names a style; nothing for the usual one."""
        found = self._styles.get((form, look))
        if found is None:
            cell = WriteOnlyCell(self._book.worksheets[0])
            cell.number_format = form
            for name, value in _LOOKS[look].items():
                setattr(cell, name, value)
            found = self._styles[form, look] = f' s="{cell.style_id}"' if cell.style_id else ""
        return found


_LOOKS: dict[Look, dict[str, Any]] = {
    Look.USUAL: {},
    Look.HEADING: {"font": Font(bold=True)},
    Look.NOTE: {"alignment": Alignment(wrap_text=True, vertical="top")},
    Look.WRONG: {"fill": PatternFill("solid", fgColor=_WRONG)},
}


def _figures(value: Cell) -> tuple[str, str]:
    """The form and the figures of a number, a day, a moment or a time."""
    if isinstance(value, Decimal):
        return (_WHOLE, str(int(value))) if value == value.to_integral_value() else (_PLAIN, repr(float(value)))
    if isinstance(value, dt.datetime):
        return (_MOMENT if value.time() != dt.time() else _DAY), str(to_excel(value))
    if isinstance(value, dt.date):
        return _DAY, str(to_excel(value))
    if isinstance(value, (dt.time, dt.timedelta)):
        return _TIME, str(to_excel(value))
    return _PLAIN, repr(value)


def _fill(part: IO[bytes], frame: bytes, body: IO[bytes] | None) -> None:
    """Write one part of the archive, with its rows where it is a sheet."""
    if body is None:
        part.write(frame)
        return
    hole = _HOLE.search(frame)
    assert hole is not None, "a sheet without rows has an empty place for them"
    part.write(frame[: hole.start()] + b"<sheetData>")
    body.seek(0)
    shutil.copyfileobj(body, part)
    body.close()
    part.write(b"</sheetData>" + frame[hole.end() :])


def _width(heading: str, place: int, first: Sequence[Sequence[Cell]]) -> int:
    """As wide as the heading with its arrow, and as the texts of the first rows."""
    texts = (str(row[place]) for row in first if place < len(row) and row[place] is not None)
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    return min(max(len(heading) + 4, longest + 2, _NARROW), _WIDE)


@cache
def _letters(place: int) -> str:
    return str(get_column_letter(place + 1))
