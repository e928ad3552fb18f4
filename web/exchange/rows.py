"""Owns the reading of one row: cells under headings become parties, a report, a gift or a line, and what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from matcher.errors import MatcherError
from matcher.intake import LONGEST_TEXT, LONGEST_TITLE, clean
from matcher.models import Offer
from matcher.text import read as read_text
from matcher.text.normalise import tokenise
from matcher.text.sectors import giver, organisations
from matcher.vocabulary import (
    DEFAULT_UNIT,
    UNITS,
    Category,
    FactCode,
    MatchState,
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
from web.exchange.headings import KEEP, Heading, assign, listed, of_kind
from web.exchange.places import Place, Places
from web.exchange.verdicts import Problem

ZONE = dt.timezone(dt.timedelta(hours=7))
NOON = dt.time(12, tzinfo=ZONE)
_CODE = {
    "challenges": re.compile(r"K-\d{4,9}", re.IGNORECASE),
    "offers": re.compile(r"T-\d{4,9}", re.IGNORECASE),
    "partnerships": re.compile(r"J-\d{4,9}", re.IGNORECASE),
}


@dataclass(slots=True)
class Draft:
    """What one row says; only what it says is in *values*, under the names of `Report`, `Gift` or `Party`."""

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
    stands: ReportState | MatchState | None = None
    giver: Draft | None = None  #: of a partnership: who gave
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


#: The row of this folder that a code and an outside reference mean, if there is one.
Existing = Callable[[str, str | None], Any]


class Reader:
    """Reads the rows of one table: its headings, what each column means, and what was repaired."""

    def __init__(
        self,
        headings: Sequence[str],
        kind: str,
        places: Places,
        *,
        columns: Mapping[int, str] | None = None,
        repairs: Mapping[int, Mapping[int, str]] | None = None,
    ) -> None:
        self.headings, self.kind, self.places = headings, kind, places
        self.existing: Existing = lambda _code, _ref: None
        self.repairs = repairs or {}
        self.columns: dict[str, int] = {}
        self.facts: dict[FactCode, int] = {}
        self.unknown: list[tuple[int, str]] = []
        self.ours = of_kind(kind)
        self._by_code = {heading.code: heading for heading in self.ours}
        meant = columns if columns is not None else dict(enumerate(code for code, _ in assign(headings, kind)))
        for position, name in enumerate(headings):
            self._column(position, name, meant.get(position, KEEP))

    def _column(self, position: int, name: str, code: str) -> None:
        heading = self._by_code.get(code)
        if heading is not None and heading.fact is not None and heading.fact not in self.facts:
            self.facts[heading.fact] = position
        elif heading is not None and heading.fact is None and code not in self.columns:
            self.columns[code] = position
        elif heading is not None or code == KEEP:
            self.unknown.append((position, name or f"({position + 1})"))

    def draft(self, number: int, row: Sequence[Cell]) -> Draft:
        """What a row says, with all that is wrong in it."""
        return _Row(self, number, row).draft()

    def words(self, code: str) -> Words:
        """The heading of a column."""
        heading = self._by_code.get(_COLUMN_OF.get(code, code))
        return heading.words if heading is not None else Words(code, code)

    def position(self, code: str) -> int:
        """Where a column stands; beyond the last one where the table has no such column; -1 for none of ours."""
        code = _COLUMN_OF.get(code, code)
        heading = self._by_code.get(code)
        if heading is None:
            return -1
        found = self.columns.get(code) if heading.fact is None else self.facts.get(heading.fact)
        return len(self.headings) + self.ours.index(heading) if found is None else found

    def beyond(self, position: int) -> Heading | None:
        """The column a position beyond the table's last one stands for."""
        place = position - len(self.headings)
        return self.ours[place] if 0 <= place < len(self.ours) else None

    def problem(self, number: int, code: str, value: str, cure: Words, fix: str | None = None) -> Problem:
        """A problem of one column."""
        position = self.position(code)
        name = self.headings[position] if 0 <= position < len(self.headings) else ""
        return Problem(number, self.words(code), value, cure, position, name, fix)


#: Field of a use case → column, where the names differ.
_COLUMN_OF = {
    "name": "party", "region_code": "village", "made_at": "reported", "reported_at": "reported", "occurred_on": "day",
    "private_note": "notes",
}  # fmt: skip

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
    "how_many": Words("tulis jumlah yang diterima; bila tidak tahu, tulis 1", "write how much arrived; if nobody "
                      "knows, write 1"),
    "as_said": Words("Jumlah tertulis: {value}", "Quantity as written: {value}"),
    "money_for": Words("Uang untuk: {value}", "Money for: {value}"),
    "conditions": Words("Syarat lain: {value}", "Other conditions: {value}"),
    "condition_kept": Words(
        "disimpan sebagai catatan; tidak dapat diperiksa otomatis", "kept as a note; it cannot be checked by machine"
    ),
    "fact_kept": Words("tidak terbaca, disimpan sebagai catatan", "cannot be read, kept as a note"),
    "phone_kept": Words("bukan nomor telepon, tidak disimpan", "not a telephone number, not kept"),
    "in_figures": Words("dibaca {value}", "read as {value}"),
    "state": Words(
        "baris ini tidak terbuka; kosongkan Status untuk memasukkannya sebagai terbuka",
        "this row is not open; empty Status to enter it as open",
    ),
    "not_done": Words(
        "kemitraan yang belum selesai tidak diimpor; catat di halaman Kemitraan, atau kosongkan Status bila sudah "
        "selesai",
        "a partnership that is not done is not imported; enter it on its page, or empty Status where it is done",
    ),
    "agreement": Words("Nomor kesepakatan: {value}", "Agreement number: {value}"),
}  # fmt: skip


def told(sentence: str, **values: Any) -> Words:
    """A row of the table above, filled; values that are `Words` are said in each language."""
    return Words(*(_fill(words, lang, values) for lang, words in zip(("id", "en"), _WORDS[sentence], strict=True)))


def _fill(words: str, lang: str, values: dict[str, Any]) -> str:
    return words.format(
        **{name: value.say(lang) if isinstance(value, Words) else value for name, value in values.items()}
    )


#: Marks that no text may hold; in a note, which nobody has to repair, they are left out.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_GUESSED = _WORDS["guessed"].id.format(value="")


def without_guess(notes: str) -> str:
    """Notes without the line that says that the category was guessed."""
    return "\n".join(line for line in notes.split("\n") if not line.startswith(_GUESSED))


class _Row:
    """One row under reading."""

    def __init__(self, reader: Reader, number: int, row: Sequence[Cell]) -> None:
        self.reader, self.number, self.row = reader, number, row
        self.offers = reader.kind == "offers"
        self.made = Draft(number)
        self.known: Any = None  #: the stored row it means: a need, an offer, or what is known of a line
        self.extra: dict[str, str] = {}  #: what a repair says under a heading that the table does not have
        if repaired := reader.repairs.get(number):
            self._repair(repaired)

    def _repair(self, repaired: Mapping[int, str]) -> None:
        cells_ = [*self.row, *[None] * (len(self.reader.headings) - len(self.row))]
        for position, said in repaired.items():
            if position < len(self.reader.headings):
                cells_[position] = said
            elif (heading := self.reader.beyond(position)) is not None:
                self.extra[heading.code] = said
        self.row = cells_

    def cell(self, code: str) -> Cell:
        """What stands under a heading; nothing where the column is missing or the row is short."""
        place = self.reader.columns.get(code)
        if place is None:
            return self.extra.get(code)
        return self.row[place] if place < len(self.row) else None

    def has(self, code: str) -> bool:
        """Whether the row has that column."""
        return code in self.reader.columns or code in self.extra

    def problem(self, code: str, cure: Words, fix: str | None = None) -> Problem:
        """A problem of one column."""
        return self.reader.problem(self.number, code, cells.text(self.cell(code)), cure, fix)

    def wrong(self, code: str, cure: Words, fix: str | None = None) -> None:
        """Note something that keeps the row out."""
        self.made.problems.append(self.problem(code, cure, fix))

    def warn(self, code: str, cure: Words, fix: str | None = None) -> None:
        """Note something to look at."""
        self.made.warnings.append(self.problem(code, cure, fix))

    def read(self, code: str, reads: Any, default: Any = None) -> Any:
        """A cell read, or *default* with the problem noted."""
        try:
            return reads(self.cell(code))
        except Unreadable as unreadable:
            self.wrong(code, unreadable.cure, unreadable.fix)
            return default

    def said(self, code: str, most: int = 5000) -> str:
        """The cleaned text of a cell."""
        return str(self.read(code, lambda cell: _cleaned(cell, code, most), ""))

    def draft(self) -> Draft:
        """The whole row."""
        _PARTS[self.reader.kind](self)
        return self.made

    def _report(self) -> None:
        self._who()
        self._texts()
        self._what()
        self._days()
        if self.offers:
            self._terms()
        else:
            self._readiness()
        self._notes("notes")

    def _library(self) -> None:
        self._who()
        self._about()
        self._readiness()
        self._notes("private_note")

    def _stakeholder(self) -> None:
        self._who()
        self._about()
        self._notes("private_note")

    def _partnership(self) -> None:
        self._who()
        self._giver()
        self._texts()
        self._what()
        self._done()
        self._notes("notes")

    # --- who ---

    def _who(self) -> None:
        made, kind = self.made, self.reader.kind
        code, ref = self.said("code", 80), self.said("ref", 80)
        form = _CODE.get(kind)
        if code and form is not None and not form.fullmatch(code):  # somebody else's numbering
            code, ref = "", ref or code
        made.code, made.ref = code.upper() if form is not None else code, ref or None
        self.known = self.reader.existing(made.code, made.ref)
        made.name = self.said("party", 160)
        if not made.name and not any(problem.column == self.reader.words("party") for problem in made.problems):
            self.wrong("party", told("required"))
        if kind == "stakeholders" or (self.offers and self._said_mode() is not Mode.EXPERIENCE):
            made.kind = PartyKind.STAKEHOLDER
            made.sector = self._sector_of(made.name)
        self._where()
        self._contact()
        self._stands()

    def _sector_of(self, name: str) -> Sector | None:
        found: Sector | None = self.read("sector", lambda cell: cells.choice(cell, Sector))
        if found is not None and self.reader.kind == "stakeholders":
            self.made.values["sector"] = found
        return found or sector_of(name)

    def _where(self) -> None:
        place = self.reader.places.find(*(cells.text(self.cell(name)) for name in ("region", "village", "kecamatan")))
        self.made.place = place
        if place.warning is not None:
            self.warn(place.column, place.warning, place.fix)

    def _contact(self) -> None:
        if name := self.said("contact_name", 120):
            self.made.contact["contact_name"] = name
        if self.has("contact_phone"):
            try:
                phone = cells.phone(_cleaned(self.cell("contact_phone"), "contact_phone", 32))
            except Unreadable as unreadable:
                self.warn("contact_phone", unreadable.cure)
            else:
                self.made.contact |= {"contact_phone": phone} if phone else {}

    def _stands(self) -> None:
        cell, kind = self.cell("state"), self.reader.kind
        line = kind == "partnerships"
        self.made.stands = cells.state(cell, MatchState) if line else cells.state(cell, ReportState)
        if self.made.stands is None and (other := cells.text(cell)):
            self.made.notes.append(f"{self.reader.words('state').id}: {other}")

    def _giver(self) -> None:
        """Who gave, of an old partnership."""
        made, name = self.made, self.said("giver", 160)
        if not name and not any(problem.column == self.reader.words("giver") for problem in made.problems):
            self.wrong("giver", told("required"))
        made.giver = Draft(self.number, name=name)
        if self._said_mode() is not Mode.EXPERIENCE:
            made.giver.kind = PartyKind.STAKEHOLDER
            made.giver.sector = self._sector_of(name)

    def _about(self) -> None:
        if self.has("about"):
            self.made.values["about"] = self.said("about")

    # --- what ---

    def _texts(self) -> None:
        values, long = self.made.values, "words" if self.offers else "story"
        title, story = self.said("title"), self.said(long)
        if len(title) > LONGEST_TITLE:
            title, story = "", f"{title}\n{story}" if story else title
        for name, value in (("title", title), (long, story)):
            if self.has(name) or value:
                values[name] = value
        for name in ("not_wanted", "follow_on_cost"):
            if self.has(name):
                values[name] = self.said(name)

    def _what(self) -> None:
        values = self.made.values
        said = self.read("quantity", cells.amount, Said(None, "", None))
        scale, unit_word = cells.scaled_unit(cells.text(self.cell("unit")))
        if not unit_word:
            unit_word = said.unit
        category = self._category(unit_word)
        if category is None:
            return
        values["category"] = category
        if self.offers or self.reader.kind == "partnerships":
            category = self._mode(category, unit_word)
        self._quantity(category, said, scale, unit_word)

    def _category(self, unit_word: str) -> Category | None:
        before = len(self.made.problems)
        found: Category | None = self.read("category", lambda cell: cells.choice(cell, Category))
        if found is not None or len(self.made.problems) > before:
            return found
        texts = [self.made.values.get(name) or "" for name in ("title", "story", "words")]
        guess = guessed("\n".join(text for text in texts if text)) or cells.unit_category(
            unit_word.split(" ", maxsplit=1)[0]
        )
        if self.known is not None:  # the same file twice says the same
            guess = self.known.category if guess is None else guess
            if guess is not self.known.category:
                return Category(self.known.category)
            if self.has("title"):
                self.made.notes.append(told("guessed", value=guess.words).id)
            return Category(guess)
        if guess is None:
            self.wrong("category", told("no_category", choices=listed(Category)))
            return None
        self.made.notes.append(told("guessed", value=guess.words).id)
        self.warn("category", told("guessed", value=guess.words), guess.words.id)
        return guess

    def _said_mode(self) -> Mode | None:
        """The form a row names, or the one it has already."""
        try:
            said = cells.choice(self.cell("mode"), Mode)
        except Unreadable:  # told where the form itself is read
            said = None
        return said or (self.known.mode if isinstance(self.known, Offer) else None)

    def _mode(self, category: Category, unit_word: str) -> Category:
        """The form of an offer; money is counted as funds, whatever it is meant for."""
        values = self.made.values
        self.read("mode", lambda cell: cells.choice(cell, Mode))
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
        values = self.made.values
        column = "unit" if cells.text(self.cell("unit")) else "quantity"
        if unit_word:
            needed = self.reader.kind == "challenges" and category is not Category.FUNDS
            if needed and cells.unit_category(unit_word) is Category.FUNDS:
                self.wrong(column, told("money", value=category.words))
            else:
                values["unit"] = self._unit(column, unit_word, category, said)
        elif self.has("unit"):
            values["unit"] = DEFAULT_UNIT[category]
        if self.has("quantity"):
            unit = values.get("unit") or self._unit_so_far(category)
            values["quantity"] = self._whole("quantity", said.amount, scale, unit)
            if not said.exact:
                self.made.notes.append(told("as_said", value=cells.text(self.cell("quantity"))).id)
            if (figures := cells.spelled_out(self.cell("quantity"))) is not None:
                self.warn("quantity", told("in_figures", value=figures), figures)
        every = self.read("every", cells.every)
        if self.has("every") or said.every is not None:
            values["every"] = every or said.every or (cells.amount(f"1 {unit_word}").every if unit_word else None)
        for name in ("have", "share_min", "share_max", "unit_price"):
            if self.has(name):
                values[name] = self.read(name, cells.number)

    def _unit(self, column: str, unit_word: str, category: Category, said: Said) -> str | None:
        try:
            return cells.unit(unit_word, category)
        except Unreadable as unreadable:
            fix = unreadable.fix
            if fix is not None and column == "quantity" and said.amount is not None:
                fix = cells.text(self.cell("quantity")).casefold().replace(unit_word, fix)
            self.wrong(column, unreadable.cure, fix)
            return None

    def _unit_so_far(self, category: Category) -> str:
        known = self.known
        return known.unit if known is not None and UNITS[known.unit].category is category else DEFAULT_UNIT[category]

    def _whole(self, code: str, value: Decimal | None, scale: int, unit: str) -> Decimal | None:
        if value is None:
            return None
        if value <= 0:
            self.wrong(code, cells.NUMBER)
            return None
        value *= scale
        if UNITS[unit].whole and value != value.to_integral_value() and self.known is None:
            self.wrong(code, told("whole", unit=UNITS[unit].words))
            return None
        return value

    def _days(self) -> None:
        values = self.made.values
        for name in ("starts", "ends", "valid_until"):
            if self.has(name):
                values[name] = self.read(name, lambda cell, name=name: cells.date(cell, last=name != "starts"))
        day = self.read("reported", cells.date)
        if day is not None:
            values["made_at" if self.offers else "reported_at"] = dt.datetime.combine(day, NOON)
        if self.has("urgency"):
            values["urgency"] = self.read("urgency", lambda cell: cells.choice(cell, Urgency))

    def _done(self) -> None:
        """What an old partnership says of its day, its number and its paper."""
        values, made = self.made.values, self.made
        before = len(made.problems)
        values["day"] = self.read("day", cells.date)
        if values["day"] is None and len(made.problems) == before and self.known is None:
            self.wrong("day", told("required"))
        if values.get("mode") is Mode.EXPERIENCE:
            values["quantity"] = values.get("quantity") or Decimal(1)
        asked = any(problem.column == self.reader.words("quantity") for problem in made.problems)
        if values.get("quantity") is None and not asked and "category" in values and self.known is None:
            self.wrong("quantity", told("how_many"))
        if made.stands not in (None, MatchState.DONE) and self.known is None:
            self.wrong("state", told("not_done"))
        if number := self.said("agreement", 80):
            made.notes.append(told("agreement", value=number).id)

    # --- offers: terms; challenges: readiness ---

    def _terms(self) -> None:
        values, reader = self.made.values, self.reader
        if self.has("area"):
            values["area"] = self.read("area", reader.places.area, [])
        if self.has("conditions"):
            values["conditions"], other = self.read("conditions", cells.conditions, ([], []))
            if other:
                self.made.notes.append(told("conditions", value="; ".join(other)).id)
                self.warn("conditions", told("condition_kept"))
        if self.has("online"):
            values["online"] = bool(self.read("online", cells.yes_no))
        if self.has("answer_days"):
            days = self.read("answer_days", cells.number)
            values["answer_days"] = int(days) if days is not None else 14
        if self.has("strategy"):
            values["strategy"] = self.read("strategy", lambda cell: cells.choice(cell, Strategy))

    def _readiness(self) -> None:
        try:
            self.made.facts |= cells.facts(self.cell("facts"))
        except Unreadable:
            self._kept("facts", self.cell("facts"))
        places = self.reader.facts
        for code, place in places.items():
            self._fact(code, self.row[place] if place < len(self.row) else None)

    def _fact(self, code: FactCode, cell: Cell) -> None:
        try:
            value = cells.fact_value(code, cell)
            if value is not None and not 0 <= value <= 10**6:
                raise Unreadable(cells.NUMBER)  # noqa: TRY301 - treated like every unreadable fact
        except Unreadable:
            self._kept(f"fact_{code.value}", cell)
        else:
            if value is not None:
                self.made.facts[code] = value

    def _kept(self, code: str, cell: Cell) -> None:
        """A fact that cannot be read stays as a note: what is missing hinders nobody."""
        self.made.notes.append(f"{self.reader.words(code).id}: {cells.text(cell)}")
        self.made.warnings.append(self.reader.problem(self.number, code, cells.text(cell), told("fact_kept")))

    def _notes(self, name: str) -> None:
        lines = [self.said("notes")]
        for place, heading in self.reader.unknown:
            if place < len(self.row) and (value := cells.text(self.row[place])):
                lines.append(_UNREADABLE.sub("", f"{heading}: {value}"))
        if self.made.notes or self.reader.unknown or self.has("notes"):
            written = (*lines, *(_UNREADABLE.sub("", note) for note in self.made.notes))
            self.made.values[name] = "\n".join(line for line in written if line)[:LONGEST_TEXT]


_PARTS: dict[str, Callable[[_Row], None]] = {
    "challenges": _Row._report,  # noqa: SLF001 - this file's own class
    "offers": _Row._report,  # noqa: SLF001 - the same
    "libraries": _Row._library,  # noqa: SLF001 - the same
    "stakeholders": _Row._stakeholder,  # noqa: SLF001 - the same
    "partnerships": _Row._partnership,  # noqa: SLF001 - the same
}


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
def sector_of(name: str) -> Sector | None:
    """The sector a giver's name tells."""
    tokens = tokenise(name)
    found = giver(tokens) or next(iter(organisations(tokens)), None)
    return found.sector if found is not None else None
