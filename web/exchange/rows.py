"""Owns the reading of one row: cells under headings become a party, a report or a gift, facts, and what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from matcher.errors import MatcherError
from matcher.intake import LONGEST_TITLE, Gift, Report, clean
from matcher.models import Challenge, Offer
from matcher.text import read as read_text
from matcher.text.normalise import tokenise
from matcher.text.sectors import giver, organisations
from matcher.vocabulary import (
    DEFAULT_UNIT,
    UNITS,
    Category,
    FactCode,
    Mode,
    PartyKind,
    ReportState,
    Sector,
    Strategy,
    Urgency,
    Words,
)
from web.exchange import cells
from web.exchange.cells import Cell, Said, Unreadable
from web.exchange.headings import Heading, listed, of_kind, recognise
from web.exchange.places import Place, Places
from web.exchange.sheets import Table

ZONE = dt.timezone(dt.timedelta(hours=7))
NOON = dt.time(12, tzinfo=ZONE)
_CODE = re.compile(r"[KT]-\d{4,9}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to repair: where it stands, what stands there, and the cure."""

    row: int
    column: Words
    value: str
    cure: Words

    def say(self, lang: str) -> str:
        """The problem as a line."""
        place = _LINE.say(lang, row=self.row, column=self.column.say(lang))
        value = f" “{' '.join(self.value.split())[:60]}”" if self.value else ""
        return f"{place}{value}: {self.cure.say(lang)}"


_LINE = Words("Baris {row}, {column}", "Row {row}, {column}")


@dataclass(slots=True)
class Draft:
    """What one row says; only what it says is in *values*, under the names of `Report` or `Gift`."""

    row: int
    code: str = ""
    ref: str | None = None
    kind: PartyKind = PartyKind.LIBRARY
    name: str = ""
    sector: Sector | None = None
    place: Place = field(default_factory=lambda: Place(None))
    contact: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[FactCode, float] = field(default_factory=dict)
    stands: ReportState | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class Refused(Exception):
    """A row cannot be taken in."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.say("en"))
        self.problem = problem


#: The row of this folder that a code and an outside reference mean, if there is one.
Existing = Callable[[str, str | None], Challenge | Offer | None]


class Reader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, kind: str, places: Places, existing: Existing) -> None:
        self.kind, self.places, self.table, self.existing = kind, places, table, existing
        self.columns: dict[str, int] = {}
        self.facts: dict[FactCode, int] = {}
        self.unknown: list[tuple[int, str]] = []
        self._headings = {heading.code: heading for heading in of_kind(kind)}
        for place, name in enumerate(table.headings):
            self._column(place, name, recognise(name, kind) if name else None)

    def _column(self, place: int, name: str, heading: Heading | None) -> None:
        if heading is None or heading.code in self.columns or heading.fact in self.facts:
            self.unknown.append((place, name or f"({place + 1})"))
        elif heading.fact is not None:
            self.facts[heading.fact] = place
        else:
            self.columns[heading.code] = place

    def has(self, code: str) -> bool:
        """Whether the table has that column."""
        return code in self.columns

    def drafts(self) -> tuple[list[Draft], list[Problem]]:
        """Every row that can be read, and what is wrong with the others."""
        found, wrong = [], []
        for number, row in self.table.rows:
            try:
                found.append(_Row(self, number, row).draft())
            except Refused as refused:
                wrong.append(refused.problem)
        return found, wrong

    def words(self, code: str) -> Words:
        """The heading of a column."""
        heading = self._headings.get(_COLUMN_OF.get(code, code))
        return heading.words if heading is not None else Words(code, code)


#: Field of a use case → column, where the names differ.
_COLUMN_OF = {"name": "party", "region_code": "village", "made_at": "reported", "reported_at": "reported"}

_USUAL_MODE: dict[Category, Mode] = {
    Category.COMPUTERS: Mode.GOODS, Category.INTERNET: Mode.SERVICE, Category.BOOKS: Mode.GOODS,
    Category.SPACE: Mode.PLACE, Category.FUNDS: Mode.MONEY, Category.STAFF: Mode.PEOPLE, Category.OTHER: Mode.GOODS,
}  # fmt: skip

_WORDS = {
    "guessed": Words("Jenis diduga dari tulisannya: {value}", "Category guessed from the text: {value}"),
    "no_sector": Words("mitra baru: tulis unsurnya: {choices}", "a new giver: write its sector: {choices}"),
    "no_category": Words("tulis jenisnya: {choices}", "write the category: {choices}"),
    "money": Words(
        "satuan rupiah bukan untuk {value}; tulis berapa barangnya, atau pilih jenis Dana operasional",
        "rupiah do not count {value}; write how many pieces, or choose Operating funds",
    ),
    "whole": Words(
        "{unit} tidak dapat setengah; tulis bilangan bulat", "there is no half of {unit}; write a whole number"
    ),
    "required": Words("harus diisi", "must be filled in"),
    "as_said": Words("Jumlah tertulis: {value}", "Quantity as written: {value}"),
    "money_for": Words("Uang untuk: {value}", "Money for: {value}"),
    "conditions": Words("Syarat lain: {value}", "Other conditions: {value}"),
    "condition_kept": Words(
        "disimpan sebagai catatan; tidak dapat diperiksa otomatis", "kept as a note; it cannot be checked by machine"
    ),
    "fact_kept": Words("tidak terbaca, disimpan sebagai catatan", "cannot be read, kept as a note"),
    "state": Words(
        "baris ini tidak terbuka; kosongkan Status untuk memasukkannya sebagai terbuka",
        "this row is not open; empty Status to enter it as open",
    ),
}


def told(sentence: str, **values: Any) -> Words:
    """A row of the table above, filled; values that are `Words` are said in each language."""
    return Words(*(_fill(words, lang, values) for lang, words in zip(("id", "en"), _WORDS[sentence], strict=True)))


def _fill(words: str, lang: str, values: dict[str, Any]) -> str:
    return words.format(
        **{name: value.say(lang) if isinstance(value, Words) else value for name, value in values.items()}
    )


class _Row:
    """One row under reading."""

    def __init__(self, reader: Reader, number: int, row: Sequence[Cell]) -> None:
        self.reader, self.number, self.row = reader, number, row
        self.offers = reader.kind == "offers"
        self.made = Draft(number)
        self.known: Challenge | Offer | None = None

    def cell(self, code: str) -> Cell:
        """What stands under a heading; nothing where the column is missing or the row is short."""
        place = self.reader.columns.get(code)
        return self.row[place] if place is not None and place < len(self.row) else None

    def problem(self, code: str, cure: Words) -> Problem:
        """A problem of one column."""
        return Problem(self.number, self.reader.words(code), cells.text(self.cell(code)), cure)

    def read(self, code: str, reads: Any) -> Any:
        """A cell read, or the row refused."""
        try:
            return reads(self.cell(code))
        except Unreadable as unreadable:
            raise Refused(self.problem(code, unreadable.cure)) from None

    def said(self, code: str, most: int = 5000) -> str:
        """The cleaned text of a cell."""
        return str(self.read(code, lambda cell: _cleaned(cell, code, most)))

    def draft(self) -> Draft:
        """The whole row."""
        self._who()
        self._texts()
        self._what()
        self._days()
        if self.offers:
            self._terms()
        else:
            self._readiness()
        self._notes()
        return self.made

    # --- who ---

    def _who(self) -> None:
        made = self.made
        code, ref = self.said("code", 80), self.said("ref", 80)
        if code and not _CODE.fullmatch(code):  # somebody else's numbering
            code, ref = "", ref or code
        made.code, made.ref = code.upper(), ref or None
        self.known = self.reader.existing(made.code, made.ref)
        made.name = self.said("party", 160)
        if not made.name:
            raise Refused(self.problem("party", told("required")))
        if self.offers and self._said_mode() is not Mode.EXPERIENCE:
            made.kind = PartyKind.STAKEHOLDER
            made.sector = self.read("sector", lambda cell: cells.choice(cell, Sector)) or _sector(made.name)
        place = self.reader.places.find(*(cells.text(self.cell(name)) for name in ("region", "village", "kecamatan")))
        made.place = place
        if place.warning is not None:
            made.warnings.append(self.problem(place.column, place.warning))
        for name, most in (("contact_name", 120), ("contact_phone", 32)):
            if value := self.said(name, most):
                made.contact[name] = (
                    f"0{value}" if name == "contact_phone" and re.fullmatch(r"8\d{7,12}", value) else value
                )
        stands = cells.state(self.cell("state"))
        made.stands = stands
        if stands is None and (other := cells.text(self.cell("state"))):
            made.notes.append(f"{self.reader.words('state').id}: {other}")

    # --- what ---

    def _texts(self) -> None:
        values, long = self.made.values, "words" if self.offers else "story"
        title, story = self.said("title"), self.said(long)
        if len(title) > LONGEST_TITLE:
            title, story = "", f"{title}\n{story}" if story else title
        for name, value in (("title", title), (long, story)):
            if self.reader.has(name) or value:
                values[name] = value
        for name in ("not_wanted", "follow_on_cost"):
            if self.reader.has(name):
                values[name] = self.said(name)

    def _what(self) -> None:
        values = self.made.values
        said = self.read("quantity", cells.amount)
        scale, unit_word = cells.scaled_unit(cells.text(self.cell("unit")))
        if not unit_word:
            unit_word = said.unit
        category = values["category"] = self._category(unit_word)
        if self.offers:
            category = self._mode(category, unit_word)
        self._quantity(category, said, scale, unit_word)

    def _category(self, unit_word: str) -> Category:
        found: Category | None = self.read("category", lambda cell: cells.choice(cell, Category))
        if found is not None:
            return found
        texts = [self.made.values.get(name) or "" for name in ("title", "story", "words")]
        guess = guessed("\n".join(text for text in texts if text)) or cells.unit_category(
            unit_word.split(" ", maxsplit=1)[0]
        )
        if self.known is not None:  # the same file twice says the same
            guess = self.known.category if guess is None else guess
            if guess is not self.known.category:
                return self.known.category
            if self.reader.has("title"):
                self.made.notes.append(told("guessed", value=guess.words).id)
            return guess
        if guess is None:
            raise Refused(self.problem("category", told("no_category", choices=listed(Category))))
        self.made.notes.append(told("guessed", value=guess.words).id)
        self.made.warnings.append(self.problem("category", told("guessed", value=guess.words)))
        return guess

    def _said_mode(self) -> Mode | None:
        """The form a row names, or the one it has already."""
        said: Mode | None = self.read("mode", lambda cell: cells.choice(cell, Mode))
        return said or (self.known.mode if isinstance(self.known, Offer) else None)

    def _mode(self, category: Category, unit_word: str) -> Category:
        """The form of an offer; money is counted as funds, whatever it is meant for."""
        values = self.made.values
        mode = self._said_mode()
        if category is not Category.FUNDS and (
            mode is Mode.MONEY or (mode is None and cells.unit_category(unit_word) is Category.FUNDS)
        ):
            self.made.notes.append(told("money_for", value=category.words).id)
            values["category"], mode = Category.FUNDS, Mode.MONEY
        if mode is None:
            goods = category is Category.SPACE and _is_furniture(unit_word)
            mode = Mode.GOODS if goods else _USUAL_MODE[values["category"]]
        values["mode"] = mode
        return values["category"]  # type: ignore[no-any-return]

    def _quantity(self, category: Category, said: Said, scale: int, unit_word: str) -> None:
        values, reader = self.made.values, self.reader
        column = "unit" if cells.text(self.cell("unit")) else "quantity"
        if unit_word:
            if not self.offers and category is not Category.FUNDS and cells.unit_category(unit_word) is Category.FUNDS:
                raise Refused(self.problem(column, told("money", value=category.words)))
            values["unit"] = self.read(column, lambda _: cells.unit(unit_word, category))
        elif reader.has("unit"):
            values["unit"] = DEFAULT_UNIT[category]
        if reader.has("quantity"):
            values["quantity"] = self._whole(
                "quantity", said.amount, scale, values.get("unit") or self._unit_so_far(category)
            )
            if not said.exact:
                self.made.notes.append(told("as_said", value=cells.text(self.cell("quantity"))).id)
        every = self.read("every", cells.every)
        if reader.has("every") or said.every is not None:
            values["every"] = every or said.every or (cells.amount(f"1 {unit_word}").every if unit_word else None)
        for name in ("have", "share_min", "share_max", "unit_price"):
            if reader.has(name):
                values[name] = self.read(name, cells.number)

    def _unit_so_far(self, category: Category) -> str:
        known = self.known
        return known.unit if known is not None and UNITS[known.unit].category is category else DEFAULT_UNIT[category]

    def _whole(self, code: str, value: Decimal | None, scale: int, unit: str) -> Decimal | None:
        if value is None:
            return None
        if value <= 0:
            raise Refused(self.problem(code, cells.NUMBER))
        value *= scale
        if UNITS[unit].whole and value != value.to_integral_value() and self.known is None:
            raise Refused(self.problem(code, told("whole", unit=UNITS[unit].words)))
        return value

    def _days(self) -> None:
        values = self.made.values
        for name in ("starts", "ends", "valid_until"):
            if self.reader.has(name):
                values[name] = self.read(name, lambda cell, name=name: cells.date(cell, last=name != "starts"))
        day = self.read("reported", cells.date)
        if day is not None:
            values["made_at" if self.offers else "reported_at"] = dt.datetime.combine(day, NOON)
        if self.reader.has("urgency"):
            values["urgency"] = self.read("urgency", lambda cell: cells.choice(cell, Urgency))

    # --- offers: terms; challenges: readiness ---

    def _terms(self) -> None:
        values, reader = self.made.values, self.reader
        if reader.has("area"):
            values["area"] = self.read("area", reader.places.area)
        if reader.has("conditions"):
            values["conditions"], other = self.read("conditions", cells.conditions)
            if other:
                self.made.notes.append(told("conditions", value="; ".join(other)).id)
                self.made.warnings.append(self.problem("conditions", told("condition_kept")))
        if reader.has("online"):
            values["online"] = bool(self.read("online", cells.yes_no))
        if reader.has("answer_days"):
            days = self.read("answer_days", cells.number)
            values["answer_days"] = int(days) if days is not None else 14
        if reader.has("strategy"):
            values["strategy"] = self.read("strategy", lambda cell: cells.choice(cell, Strategy))

    def _readiness(self) -> None:
        try:
            self.made.facts |= cells.facts(self.cell("facts"))
        except Unreadable:
            self._kept("facts", self.reader.words("facts"), self.cell("facts"))
        for code, place in self.reader.facts.items():
            cell = self.row[place] if place < len(self.row) else None
            try:
                value = cells.fact_value(code, cell)
                if value is not None and not 0 <= value <= 10**6:
                    raise Unreadable(cells.NUMBER)  # noqa: TRY301 - treated like every unreadable fact
            except Unreadable:
                self._kept(code.value, self.reader.words(f"fact_{code.value}"), cell)
            else:
                if value is not None:
                    self.made.facts[code] = value

    def _kept(self, _code: str, column: Words, cell: Cell) -> None:
        """A fact that cannot be read stays as a note: what is missing hinders nobody."""
        self.made.notes.append(f"{column.id}: {cells.text(cell)}")
        self.made.warnings.append(Problem(self.number, column, cells.text(cell), told("fact_kept")))

    def _notes(self) -> None:
        lines = [self.said("notes")]
        for place, name in self.reader.unknown:
            if place < len(self.row) and (value := cells.text(self.row[place])):
                lines.append(f"{name}: {value}")
        if self.made.notes or self.reader.unknown or self.reader.has("notes"):
            self.made.values["notes"] = "\n".join(line for line in (*lines, *self.made.notes) if line)


def _is_furniture(unit_word: str) -> bool:
    try:
        return bool(unit_word) and cells.unit(unit_word, Category.SPACE) == "piece"
    except Unreadable:
        return False


def _cleaned(cell: Cell, code: str, most: int) -> str:
    try:
        return clean(cells.text(cell), code, most=most)
    except MatcherError as error:
        from web.errors import WORDS  # noqa: PLC0415 - the sentences live with the pages

        raise Unreadable(Words(*(words.format(**error.values) for words in WORDS[error.code]))) from None


@lru_cache(maxsize=2000)
def guessed(text: str) -> Category | None:
    """The category a text speaks of, the first one named where there are several; None where nobody could tell."""
    if not text.strip():
        return None
    reading = read_text(text)
    named = [source.field for source in sorted(reading.sources, key=lambda source: source.start)]
    return next((Category(name) for name in named if name in {c.value for c in reading.categories}), None) or next(
        iter(reading.categories), None
    )


@lru_cache(maxsize=2000)
def _sector(name: str) -> Sector | None:
    """The sector a giver's name tells."""
    tokens = tokenise(name)
    found = giver(tokens) or next(iter(organisations(tokens)), None)
    return found.sector if found is not None else None


def build(kind: str, values: dict[str, Any]) -> Report | Gift:
    """The report or gift that *values* make."""
    return Gift(**values) if kind == "offers" else Report(**values)
