"""Owns the templates: an empty table with drop-downs, one example that is not read, and what each column means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from sqlalchemy.orm import Session

from matcher.models import Office
from matcher.queries import reports
from matcher.vocabulary import (
    UNITS,
    Category,
    Every,
    FactKind,
    Mode,
    Sector,
    Strategy,
    Term,
    Urgency,
    Words,
)
from web.exchange import cells
from web.exchange.giving import TITLES, YES_NO
from web.exchange.headings import EXAMPLE, Heading, of_kind

ROWS = 1000  #: rows that have drop-downs
_LONGEST_PROMPT = 255  #: characters of the help beside a cell, in Excel
_GREY, _PALE = "808080", "E2EFDA"
_DAYS = ("starts", "ends", "reported", "valid_until", "day")
_TEXTS = ("code", "ref", "region", "contact_phone", "agreement")
_NUMBERS = ("quantity", "have", "unit_price", "share_min", "share_max", "answer_days")
_NOT_ASKED = ("state", "delivered", "verified", "facts")  #: only to be read in an export, or said in other columns
_CHOICES: dict[str, type[Term]] = {
    "category": Category, "mode": Mode, "sector": Sector, "every": Every, "urgency": Urgency, "strategy": Strategy,
}  # fmt: skip

_WORDS = {
    "guide": Words("Petunjuk", "Guide"),
    "choices": Words("Pilihan", "Choices"),
    "column": Words("Kolom", "Column"),
    "must": Words("Wajib?", "Required?"),
    "means": Words("Artinya", "What it means"),
    "such_as": Words("Contoh", "Example"),
    "required": Words("wajib", "required"),
    "odd": Words("Pilihan ini tidak ada di daftar. Tetap pakai?", "This is not in the list. Use it all the same?"),
}
_STEPS = (
    Words("Isi satu baris untuk satu {what} di lembar “{sheet}”, mulai dari baris 3.",
          "Fill in one row for each of the {what} on the sheet “{sheet}”, from row 3 on."),
    Words("Baris 2 hanya contoh: selama kolom Kode berisi {mark} dan isinya tetap, baris itu tidak dibaca.",
          "Row 2 is only an example: as long as Code says {mark} and the row stays as it is, it is not read."),
    Words("Kolom boleh dihapus, ditambah atau ditukar tempatnya; hanya kolom wajib yang harus ada.",
          "Columns may be deleted, added or moved; only required ones must be there."),
    Words("Kolom berpanah punya daftar pilihan. Kolom yang tidak diketahui isinya dikosongkan saja.",
          "Columns with an arrow have a list to choose from. Leave empty what is not known."),
    Words("Simpan, lalu unggah di halaman Impor. Sebelum tersimpan, semua baris diperiksa bersama Anda.",
          "Save it and send it on the page Import. Every row is checked with you before anything is stored."),
)  # fmt: skip


def write(file: IO[bytes], session: Session, office: Office, kind: str, *, lang: str) -> None:
    """Write the template for tables of *kind*, its drop-downs with the places of the office's kabupaten."""
    blank = _Blank(kind, lang, _places(session, office))
    blank.book.save(file)


def _places(session: Session, office: Office) -> dict[str, list[str]]:
    """Names of the office's kecamatan and villages, each once, by name."""
    found = reports.places(session, office)
    villages = {name for place in found for _, name in place.villages}
    return {"kecamatan": [place.name for place in found], "village": sorted(villages)}


class _Blank:
    """One template under way."""

    def __init__(self, kind: str, lang: str, places: dict[str, list[str]]) -> None:
        self.kind, self.lang, self.places = kind, lang, places
        self.headings = [heading for heading in of_kind(kind) if heading.code not in _NOT_ASKED]
        self._lists: dict[tuple[str, ...], str] = {}
        self.book = Workbook()
        self.sheet: Any = self.book.active
        self.sheet.title = TITLES[kind].say(lang)
        self.guide: Any = self.book.create_sheet(self._say("guide"))
        self.lists: Any = self.book.create_sheet(self._say("choices"))
        self.lists.sheet_state = "hidden"
        self._table()
        self._guide()

    def _say(self, code: str) -> str:
        return _WORDS[code].say(self.lang)

    # --- the table ---

    def _table(self) -> None:
        self.sheet.freeze_panes = "C2"
        for place, heading in enumerate(self.headings, 1):
            letter = get_column_letter(place)
            name = heading.words.say(self.lang)
            top = self.sheet.cell(1, place, name)
            top.font = Font(bold=True)
            if heading.required:
                top.fill = PatternFill("solid", fgColor=_PALE)
            column = self.sheet.column_dimensions[letter]
            column.width = max(len(name) + 4, 14)
            column.number_format = _form(heading)
            self._example(place, heading)
            self._helped(letter, heading)

    def _example(self, place: int, heading: Heading) -> None:
        told = EXAMPLE.say(self.lang) if heading.code == "code" else heading.example(self.kind)
        cell = self.sheet.cell(2, place)
        cell.font = Font(italic=True, color=_GREY)
        cell.number_format = _form(heading)
        if told:
            cell.value = _value(heading, told)

    def _helped(self, letter: str, heading: Heading) -> None:
        """The help beside the cells of a column, and its drop-down where it has one."""
        choices = self._choices(heading)
        rule = DataValidation(type="list" if choices else None, allow_blank=True)
        if choices:
            rule.formula1 = self._listed(heading.words.say(self.lang), tuple(choices))
            rule.errorStyle, rule.showErrorMessage = "warning", heading.code not in self.places
            rule.error = self._say("odd")
        rule.promptTitle = heading.words.say(self.lang)[:32]
        rule.prompt = _short(heading.means.say(self.lang))
        rule.showInputMessage = True
        rule.add(f"{letter}2:{letter}{ROWS + 1}")
        self.sheet.add_data_validation(rule)

    def _choices(self, heading: Heading) -> list[str]:
        """What a column may hold; empty where it is free."""
        if heading.code in self.places:
            return self.places[heading.code]
        if heading.code in _CHOICES:
            return [term.words.say(self.lang) for term in _CHOICES[heading.code]]
        if heading.code == "unit":
            return list(dict.fromkeys(unit.words.say(self.lang) for unit in UNITS.values()))
        if heading.code == "online" or (heading.fact is not None and heading.fact.kind is FactKind.YES_NO):
            return [words.say(self.lang) for words in reversed(YES_NO)]
        return []

    def _listed(self, name: str, choices: tuple[str, ...]) -> str:
        """The formula that names *choices* on the hidden sheet; the same choices stand there once."""
        if choices not in self._lists:
            place = len(self._lists) + 1
            for row, choice in enumerate([name, *choices], 1):
                self.lists.cell(row, place, choice).data_type = "s"
            letter = get_column_letter(place)
            self._lists[choices] = f"'{self.lists.title}'!${letter}$2:${letter}${len(choices) + 1}"
        return self._lists[choices]

    # --- the guide ---

    def _guide(self) -> None:
        title, mark = TITLES[self.kind].say(self.lang), EXAMPLE.say(self.lang)
        rows: list[Iterable[str]] = [[title], []]
        for number, step in enumerate(_STEPS, 1):
            rows.append([f"{number}. {step.say(self.lang, what=title.lower(), sheet=title, mark=mark)}"])
        rows += [[], [self._say(code) for code in ("column", "must", "means", "such_as")]]
        top = len(rows)
        for heading in self.headings:
            must = self._say("required") if heading.required else ""
            means, example = heading.means.say(self.lang), heading.example(self.kind) or ""
            rows.append([heading.words.say(self.lang), must, means, example])
        for number, row in enumerate(rows, 1):
            for place, told in enumerate(row, 1):
                cell = self.guide.cell(number, place, told)
                cell.data_type = "s"
                cell.font = Font(bold=number in (1, top))
                cell.alignment = Alignment(wrap_text=number > top, vertical="top")
        for letter, width in zip("ABCD", (28, 10, 80, 40), strict=True):
            self.guide.column_dimensions[letter].width = width


def _form(heading: Heading) -> str:
    if heading.code in _DAYS:
        return "dd/mm/yyyy"
    if heading.code in _TEXTS:
        return "@"
    return "General"


def _value(heading: Heading, told: str) -> str | int | dt.date | None:
    """The example as the cell's own kind: a day, a number, or text."""
    if heading.code in _DAYS:
        return cells.date(told)
    counted = heading.code in _NUMBERS or (heading.fact is not None and heading.fact.kind is FactKind.NUMBER)
    return int(told) if counted and told.isdigit() else told


def _short(text: str) -> str:
    """A text that fits beside a cell, cut after a word."""
    if len(text) <= _LONGEST_PROMPT:
        return text
    return f"{text[: _LONGEST_PROMPT - 2].rsplit(' ', 1)[0]} …"
