"""Owns the reading of one cell: numbers with units, money, dates, yes and no, choices, conditions."""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from matcher.text.quantities import ONES, SCALE, WHOLE
from matcher.vocabulary import (
    UNITS,
    Category,
    Every,
    FactCode,
    FactKind,
    Operator,
    Term,
    Words,
)
from web import numerals
from web.exchange.headings import FACT_COLUMNS, key, listed
from web.exchange.spellings import ALSO, UNIT_SPELLINGS

Cell = Any  #: text, number, yes/no, day, moment, or nothing
Chosen = TypeVar("Chosen", bound=Term)


class Unreadable(Exception):
    """A cell cannot be read; *cure* says what would be right, *fix* is what it may have been meant to say."""

    def __init__(self, cure: Words, fix: str | None = None) -> None:
        super().__init__(cure.en)
        self.cure, self.fix = cure, fix


NUMBER = Words("tulis angka, misalnya 3 atau 1.500.000", "write a number, such as 3 or 1,500,000")
DATE = Words("tulis tanggal seperti 31/12/2026 atau 2026-12-31", "write a date like 31/12/2026 or 2026-12-31")
YES_NO = Words("tulis ya atau tidak", "write yes or no")
_AS_DATE = Words(
    "Excel mengubah isinya menjadi tanggal; jadikan selnya Teks lalu tulis angkanya lagi",
    "Excel turned it into a date; format the cell as Text and write the number again",
)
_SHIFT = re.compile(r"[\s\u00a0\u202f]+")


def text(cell: Cell) -> str:
    """The words of a cell; whole numbers without a point, days as 2026-12-31."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, float):
        return str(int(cell)) if math.isfinite(cell) and cell == int(cell) else repr(cell)
    if isinstance(cell, dt.datetime):
        return (cell.date() if cell.time() == dt.time() else cell).isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell).replace("\u00a0", " ").strip()


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The one of *choices* that *word* is a slip of the pen for; None where none is near, or two are equally so."""
    said = _plain(word)
    spelled = {_plain(choice): choice for choice in choices}
    found = difflib.get_close_matches(said, spelled, n=2, cutoff=0.72)
    if not found or len(said) < 3:
        return None
    near = [difflib.SequenceMatcher(None, said, name).ratio() for name in found]
    return spelled[found[0]] if len(near) == 1 or near[0] > near[1] else None


def is_empty(cell: Cell) -> bool:
    """Nothing, or a mark that people write for nothing."""
    return text(cell).casefold() in _NOTHING


_NOTHING = frozenset(
    ("", "-", "–", "—", "?", "n/a", "na", "null", "none", "nihil", "tidak tahu", "unknown", "tidak diketahui")
)


def _plain(cell: Cell) -> str:
    return _SHIFT.sub(" ", text(cell)).strip().casefold()


# --- numbers ---------------------------------------------------------------------------------------------------------


class Said(NamedTuple):
    """An amount as a cell says it; *exact* is False where the words said less than the number."""

    amount: Decimal | None
    unit: str  #: the word beside the number, empty where there is none
    every: Every | None
    exact: bool = True


_DIGITS = numerals.PATTERN
_ABOUT = re.compile(
    r"^(?:(?:kurang lebih|lebih kurang|kira-kira|kira kira|sekitar|minimal|min\.?|maksimal|maks\.?|paling sedikit|"
    r"paling banyak|sampai|hingga|about|approx\.?|around|at least|at most|up to|±|~|>=|<=|≥|≤)\s*)+"
)
_EVERY = re.compile(
    r"(?:\b(?:per|tiap|setiap|a|an|every)\s+|/\s*)(minggu|mgg|week|wk|bulan|bln|month|mo|tahun|thn|th|year|yr)\b"
    r"|\b(seminggu|mingguan|weekly|sebulan|bulanan|monthly|setahun|tahunan|yearly|annually)\b"
)
_PERIOD = {
    "mi": Every.WEEK, "mg": Every.WEEK, "we": Every.WEEK, "wk": Every.WEEK, "bu": Every.MONTH, "bl": Every.MONTH,
    "mo": Every.MONTH, "ta": Every.YEAR, "th": Every.YEAR, "ye": Every.YEAR, "yr": Every.YEAR, "an": Every.YEAR,
    "seminggu": Every.WEEK, "sebulan": Every.MONTH, "setahun": Every.YEAR,
}  # fmt: skip
_SIZE = re.compile(
    rf"^({_DIGITS})\s*m?\s*[x×*]\s*({_DIGITS})\s*(?:m2|m²|meter persegi|meter|metres|m)?(?:\s*persegi)?$"
)
_RANGE = re.compile(
    rf"^(?:rp\.?\s*)?({_DIGITS})\s*(ribu|rb|juta|jt)?\s*(?:-|–|s/d|sd|sampai|hingga|to)\s*(?:rp\.?\s*)?({_DIGITS}.*)$"
)
_AMOUNT = re.compile(rf"^({_DIGITS})\s*(.*)$")
_VAGUE = frozenset(
    key(words)
    for words in (
        "belasan puluhan ratusan ribuan jutaan beberapa banyak secukupnya seadanya sebanyaknya some several many dozens"
    ).split()
) | {
    "belumditentukan",
    "belumpasti",
    "belumtahu",
    "menyesuaikan",
    "notset",
    "notsetyet",
    "tobedecided",
    "tbd",
    "openended",
}
_SCALES = {
    "ribu": 1e3, "rb": 1e3, "k": 1e3, "thousand": 1e3, "juta": 1e6, "jt": 1e6, "million": 1e6, "mio": 1e6,
    "miliar": 1e9, "milyar": 1e9, "billion": 1e9,
}  # fmt: skip


def digits(piece: str) -> Decimal | None:
    """A number in figures; who wrote a table is not known, so 1,500 and 1.500 are fifteen hundred both."""
    found = numerals.figures(piece)
    return None if found is None else found.value


def amount(cell: Cell) -> Said:
    """An amount, with the unit and the period that stand in the same cell.

    Raises
    ------
    Unreadable
        There is no number in it, or more than one.
    """
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        raise Unreadable(_AS_DATE)
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        if not math.isfinite(cell):
            raise Unreadable(NUMBER)
        return Said(Decimal(str(cell)), "", None)
    said = _plain(cell)
    if said in _NOTHING:
        return Said(None, "", None)
    period = _EVERY.search(said)
    every = _PERIOD.get(period[0]) or _PERIOD.get((period[1] or period[2])[:2]) if period else None
    if period:
        said = f"{said[: period.start()]} {said[period.end() :]}".strip(" ,;()")
    said, rough = _ABOUT.subn("", said)
    found = _one(said.strip())
    return found._replace(every=every, exact=found.exact and not rough)


def _one(said: str) -> Said:
    if key(said) in _VAGUE or (said.split() and key(said.split(maxsplit=1)[0]) in _VAGUE):
        return Said(None, "", None, exact=False)
    if sides := _SIZE.fullmatch(said):
        long, wide = digits(sides[1]), digits(sides[2])
        if long is not None and wide is not None:
            return Said(long * wide, "m2", None)
    if span := _RANGE.fullmatch(said):
        return _lower_end(said, span)
    if part := re.fullmatch(r"(\d{1,3})/(\d{1,3})(?: (.*))?", said):
        whole = int(part[2]) or 1
        return Said((Decimal(part[1]) / whole).quantize(Decimal("0.001")), part[3] or "", None)
    if re.match(r"\d+[oil|]\d*(?:\s|$)", said):  # a letter that was meant as a figure
        raise Unreadable(NUMBER, _meant(said))
    money = re.match(r"^(?:rp\.?|idr)\s*", said)
    rest = said[money.end() :] if money else said
    found = _figures(rest) or _spelled(rest)
    if found is None or found.amount is None:
        raise Unreadable(NUMBER, _meant(said))
    if money and found.unit == "m":  # Rp 12 M
        return Said(found.amount * 10**9, "rp", None)
    return found._replace(unit="rp") if money and found.unit in ("", "rp", "rupiah") else found


_LOOKS_LIKE = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1", "s": "5", "b": "8"})


def _meant(said: str) -> str | None:
    """The number that was meant where one or two letters slipped in: "3o" is 30, "tgia unit" is tiga unit."""
    first, _, rest = said.partition(" ")
    figures = first.translate(_LOOKS_LIKE)
    if re.search(r"\d", first) and digits(figures) is not None:
        return f"{figures} {rest}".strip()
    if re.search(r"\d", said):
        return None
    word = nearest(first, [name for name in (*WHOLE, *ONES) if len(name) > 3])
    if word is None or (found := _spelled(f"{word} {rest}".strip())) is None or found.amount is None:
        return None
    return f"{_figure(found.amount)} {found.unit}".strip()


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"


def spelled_out(cell: Cell) -> str | None:
    """An amount written in words, in figures: "tiga unit" is "3 unit"; None where figures stand there already."""
    if not isinstance(cell, str) or re.search(r"\d", cell):
        return None
    try:
        said = amount(cell)
    except Unreadable:
        return None
    if said.amount is None:
        return None
    period = f" {said.every.words.id}" if said.every is not None else ""
    return f"{_figure(said.amount)} {said.unit}".strip() + period


def _lower_end(said: str, span: re.Match[str]) -> Said:
    """The smaller number of a range, scaled like the larger one where it names no scale of its own."""
    high = _one(("rp " if said.startswith("rp") else "") + span[3])
    low, figures = digits(span[1]), re.match(_DIGITS, span[3])
    if low is None or high.amount is None or figures is None:
        raise Unreadable(NUMBER)
    scale = int(_SCALES[span[2]]) if span[2] else high.amount / (digits(figures[0]) or 1)
    return Said(low * scale if low * scale <= high.amount else low, high.unit, None, exact=False)


def _figures(said: str) -> Said | None:
    said = re.sub(r"(\d)\s*,\s*-+", r"\1 ", said).strip()  # Rp15.000.000,-
    match = _AMOUNT.match(said)
    value = digits(match[1]) if match else None
    if match is None or value is None:
        return None
    words = match[2].strip(" .,;()").split()
    money = False
    while words and words[0] in _SCALES:
        value *= int(_SCALES[words[0]])
        money = words[0] not in ("k", "thousand", "ribu", "rb") or not words[1:]
        words = words[1:]
    if re.search(r"\d", " ".join(words).replace("m2", "")):
        return None
    return Said(value, " ".join(words).strip(".,; ") or ("rp" if money and value >= 1000 else ""), None)


def _spelled(said: str) -> Said | None:
    """A number in words: tiga unit, dua puluh lima eksemplar, setengah juta, tiga (3) unit."""
    if inside := re.fullmatch(rf"[a-z ]+\(({_DIGITS})\)\s*(.*)", said):
        return _figures(f"{inside[1]} {inside[2]}")
    words, total, part, place = said.split(), 0.0, 0.0, 0
    for place, word in enumerate([*words, ""]):  # noqa: B007 - where it stopped is needed
        if word in WHOLE and WHOLE[word] >= 1000:
            total += WHOLE[word]
        elif word in WHOLE or word in ONES:
            part += WHOLE.get(word, ONES.get(word, 0))
        elif word == "belas" and part:
            part += 10
        elif part and word in {*_SCALES, *SCALE} - {"k", "m"}:
            scale = _SCALES.get(word) or SCALE[word]
            if scale >= 1000:
                total, part = total + part * scale, 0.0
            else:
                part = part // 10 * 10 + (part % 10) * scale if part >= 10 else part * scale
        else:
            break
    value = total + part
    return Said(Decimal(str(value)), " ".join(words[place:]), None) if value else None


def number(cell: Cell) -> Decimal | None:
    """A bare number or one with a word behind it; None where the cell is empty."""
    return amount(cell).amount


@cache
def _units(category: Category) -> dict[str, str]:
    """Spelling → unit code among those that count *category*."""
    found: dict[str, str] = {}
    for code, unit in UNITS.items():
        if unit.category is category:
            for spelling in (code, *unit.words, *UNIT_SPELLINGS[code].split(";")):
                found.setdefault(key(spelling) or spelling, code)
    return found


def unit(word: str, category: Category) -> str:
    """The unit code of *word* within *category*."""
    found = _units(category)
    parts = _plain(word).replace("/", " ").split()
    for piece in (" ".join(parts), *parts):
        if code := found.get(key(piece) or piece):
            return code
    told = {code: one for code, one in UNITS.items() if one.category is category}
    meant = nearest(word, [spelling for code in told for spelling in UNIT_SPELLINGS[code].split(";")])
    raise Unreadable(
        Words(
            f"satuan untuk {category.words.id}: " + ", ".join(one.words.id for one in told.values()),
            f"units for {category.words.en}: " + ", ".join(one.words.en for one in told.values()),
        ),
        meant,
    )


def unit_category(word: str) -> Category | None:
    """The one category that *word* can count; None where several share it."""
    found = {category for category in Category if key(word) in _units(category) and category is not Category.OTHER}
    return found.pop() if len(found) == 1 else None


def scaled_unit(word: str) -> tuple[int, str]:
    """A unit column that holds a scale: "juta rupiah" is a million of "rupiah"."""
    parts = _plain(word).split()
    if parts and parts[0] in _SCALES:
        return int(_SCALES[parts[0]]), " ".join(parts[1:]) or "rp"
    return 1, word


def every(cell: Cell) -> Every | None:
    """How often something recurs; None for once."""
    if is_empty(cell) or key(text(cell)) in {"sekali", "satukali", "once", "tidak", "no", "tidakberulang", "onetime"}:
        return None
    said = f"per {_plain(cell).removeprefix('per ').removeprefix('tiap ').removeprefix('setiap ').removeprefix('/')}"
    period = _EVERY.search(said)
    if period is None:
        return choice(cell, Every)
    return _PERIOD.get(period[1] or period[2]) or _PERIOD[(period[1] or period[2])[:2]]


# --- days ------------------------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        "januari january jan;februari february feb pebruari;maret march mar;april apr;mei may;juni june jun;juli july "
        "jul;"
        "agustus august agu agt ags aug;september sep sept;oktober october okt oct;november nov nopember nop;"
        "desember december des dec".split(";"),
        1,
    )
    for name in names.split()
}
_ORDER = re.compile(r"^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[t ].*)?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: .*)?$")
_NAMED = re.compile(r"^(?:(\d{1,2})[-/. ]+)?([a-z]+)[-/., ]+(?:(\d{1,2})(?:st|nd|rd|th)?,? +)?(\d{4}|\d{2})$")


def date(cell: Cell, *, last: bool = False) -> dt.date | None:
    """A day; a bare month or year is its first day, or its *last*."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _serial(cell, last=last)
    said = re.sub(r"^[a-z']+,\s*", "", _plain(cell)) if "," in text(cell) else _plain(cell)
    if said in _NOTHING:
        return None
    try:
        found = _written(said, last=last)
    except ValueError:
        raise Unreadable(DATE) from None
    if found is None:
        raise Unreadable(DATE, _meant_day(said))
    return found


def _meant_day(said: str) -> str | None:
    """A day whose month was misspelt: "31 desmber 2026"."""
    word = re.search(r"[a-z]{3,}", said)
    month = nearest(word[0], [name for name in _MONTHS if len(name) > 3]) if word else None
    if word is None or month is None:
        return None
    told = said.replace(word[0], month)
    try:
        return told if _written(told, last=False) is not None else None
    except ValueError:
        return None


def _serial(value: float, *, last: bool) -> dt.date:
    """A day as Excel counts it, or a year."""
    if 1990 <= value <= 2100 and value == int(value):
        return dt.date(int(value), 12, 31) if last else dt.date(int(value), 1, 1)
    if 20_000 <= value <= 80_000:
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(value))
    raise Unreadable(DATE)


def _written(said: str, *, last: bool) -> dt.date | None:
    if found := _ORDER.match(said):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.match(said):
        day, month = int(found[1]), int(found[2])
        return dt.date(_year(found[3]), *((day, month) if month > 12 else (month, day)))
    if re.fullmatch(r"\d{4}|\d{5}", said):
        return _serial(int(said), last=last)
    if (found := _NAMED.match(said)) and found[2] in _MONTHS:
        in_year, in_month, on = _year(found[4]), _MONTHS[found[2]], found[1] or found[3]
        return dt.date(in_year, in_month, int(on or (calendar.monthrange(in_year, in_month)[1] if last else 1)))
    return None


def _year(digits_: str) -> int:
    return int(digits_) + (2000 if len(digits_) == 2 else 0)


# --- yes, no and choices ---------------------------------------------------------------------------------------------

_YES = frozenset(
    "ya y yes true benar betul ada punya sudah sudahada cukup tersedia memadai v ok iya 1 ✓ ✔ √ daring online".split()
)
_NO = frozenset(
    "tidak tdk t no n false salah belum blm tidakada belumada belumpunya tidakpunya tanpa kosong kurang tidakcukup 0 "
    "✗ ✘ luring offline tatapmuka".split()
)


def yes_no(cell: Cell) -> bool | None:
    """Yes, no, or None where the cell is empty; a count above nothing is yes."""
    if isinstance(cell, bool):
        return cell
    if is_empty(cell):
        return None
    said = _plain(cell)
    word = key(said) or said
    if word in _YES | _NO:
        return word in _YES
    if opened := re.match(r"(sudah|ada|punya|ya|yes|belum|tidak|tdk|blm|no|not)\b", said):
        return opened[1] in ("sudah", "ada", "punya", "ya", "yes")
    try:
        counted = number(cell)
    except Unreadable:
        counted = None
    if counted is None:
        raise Unreadable(YES_NO)
    return counted > 0


@cache
def _choices(terms: type[Term]) -> dict[str, Term]:
    found: dict[str, Term] = {}
    for term in terms:
        for spelling in (term.value, *term.words):
            found.setdefault(key(spelling), term)
    for term in terms:
        for spelling in ALSO.get(term, "").split(";"):
            found.setdefault(key(spelling), term)
    found.pop("", None)
    return found


def look_up(cell: Cell, terms: type[Chosen]) -> Chosen | None:
    """The member a cell names by its code, its words in either language, or what people say."""
    found: Any = _choices(terms).get(key(text(cell)))
    if found is None and not is_empty(cell):
        words = re.split(r"[^\w-]+", _plain(cell))
        heard: set[Any] = {_choices(terms)[key(word)] for word in words if key(word) in _choices(terms)}
        found = heard.pop() if len(heard) == 1 else None
    return cast("Chosen | None", found)


def choice(cell: Cell, terms: type[Chosen]) -> Chosen | None:
    """The member a cell names; None where it is empty."""
    if is_empty(cell):
        return None
    found = look_up(cell, terms)
    if found is None:
        told = listed(terms)
        spelled = {spelling: term for term in terms for spelling in (*term.words, *ALSO.get(term, "").split(";"))}
        near = nearest(text(cell), spelled)
        fix = spelled[near].words.id if near is not None else None
        raise Unreadable(Words(f"pilih salah satu: {told.id}", f"choose one of: {told.en}"), fix)
    return found


def state(cell: Cell, terms: type[Chosen]) -> Chosen | None:
    """The state an exported row was in, one of *terms*; None for words that are not ours."""
    return cast("Chosen | None", _choices(terms).get(key(text(cell))))


# --- telephones --------------------------------------------------------------------------------------------------

_MOBILE = re.compile(r"(?:\+?62|0)?\s*(8\d{7,12})")
PHONE = Words("tulis nomor seperti 0812-3456-7890", "write a number like 0812-3456-7890")


def phone(cell: Cell) -> str:
    """A telephone number: mobile ones as 0812…, however they were written; others as they stand.

    Raises
    ------
    Unreadable
        There is not one figure in it.
    """
    if is_empty(cell):
        return ""
    said = text(cell)
    bare = re.sub(r"[\s().\-/]", "", said)
    if mobile := _MOBILE.fullmatch(bare):
        return f"0{mobile[1]}"
    if not re.search(r"\d{5}", bare):
        raise Unreadable(PHONE)
    return said


# --- facts and conditions --------------------------------------------------------------------------------------------


@cache
def _fact_spellings() -> dict[str, FactCode]:
    found: dict[str, FactCode] = {}
    for fact, (words, _, _) in FACT_COLUMNS.items():
        for spelling in (*words, *fact.words, fact.value):
            found.setdefault(key(spelling), fact)
    for fact, (_, also, _) in FACT_COLUMNS.items():
        for spelling in also.split(";"):
            found.setdefault(key(spelling), fact)
    return found


_OPENERS = re.compile(
    r"^(?:(?:harus|sudah|perlu|wajib|punya|memiliki|ada|mempunyai|tersedia|must have|has|have|with|a|the|jumlah)\s+)+"
)


def fact(name: str) -> FactCode | None:
    """The fact that *name* means."""
    found = _fact_spellings()
    return found.get(key(name)) or found.get(key(_OPENERS.sub("", name.strip().casefold())))


def fact_value(code: FactCode, cell: Cell) -> float | None:
    """What a cell says of a fact; None where it is empty."""
    if code.kind is FactKind.NUMBER:
        if isinstance(cell, bool):
            raise Unreadable(NUMBER)
        found = None if is_empty(cell) else _count(cell)
        return None if found is None else float(found)
    said = yes_no(cell)
    return None if said is None else float(said)


def _count(cell: Cell) -> Decimal | None:
    if key(text(cell)) in {"tidakada", "belumada", "belum", "tidak", "no", "kosong", "belumpunya"}:
        return Decimal(0)
    return number(cell)


def facts(cell: Cell) -> dict[FactCode, float]:
    """Several facts in one cell: ``listrik=ya; ruang sendiri=tidak; judul buku=480``."""
    found: dict[FactCode, float] = {}
    for part in _parts(cell):
        name, _, value = (piece.strip() for piece in re.sub(r"[:=]+", "=", part, count=1).partition("="))
        negated = re.match(r"^(?:tidak|belum|tanpa|no|without)\s+(?:ada |punya |memiliki )?(.*)", name.casefold())
        code = fact(negated[1]) if negated and fact(name) is None else fact(name)
        if code is None:
            raise Unreadable(_FACT_FORM)
        said = fact_value(code, value or ("tidak" if negated else "ya"))
        if said is not None:
            found[code] = said
    return found


_FACT_FORM = Words("tulis seperti listrik=ya; ruang sendiri=tidak", "write it like electricity=yes; own room=no")
Condition = tuple[FactCode, Operator, float]
_COMPARES = re.compile(
    r"\s*(>=|<=|=>|=<|≥|≤|==|=|>|<|:|\bminimal\b|\bmin\b|\bpaling sedikit\b|\bat least\b|"
    r"\bmaksimal\b|\bmaks\b|\bpaling banyak\b|\bat most\b)\s*"
)
_AT_MOST = frozenset(("<=", "=<", "≤", "<", "maksimal", "maks", "paling banyak", "at most"))


def conditions(cell: Cell) -> tuple[list[Condition], list[str]]:
    """What an offer asks of a library, and the parts that no fact can answer."""
    found: list[Condition] = []
    other: list[str] = []
    for part in _parts(cell):
        condition = _condition(part)
        if condition is None:
            other.append(part)
        elif condition not in found:
            found.append(condition)
    return found, other


def _parts(cell: Cell) -> list[str]:
    return [part.strip(" .") for part in re.split(r"[;\n]|,\s+|\s+dan\s+|\s+and\s+", text(cell)) if part.strip(" .")]


def _condition(part: str) -> Condition | None:
    said = part.casefold()
    compared = _COMPARES.search(said)
    name, value = (said[: compared.start()], said[compared.end() :]) if compared else (said, "")
    if compared and not name.strip():  # "minimal 100 judul"
        counted = re.match(rf"({_DIGITS})\s+(.+)", value)
        name, value = (counted[2], counted[1]) if counted else (value, "")
    negated = re.match(r"^(?:tidak|belum|tanpa|no|without)\s+(?:ada |punya |memiliki )?(.*)", name)
    code = fact(negated[1] if negated else name)
    if code is None and not compared and (counted := re.match(rf"({_DIGITS})\s+(.+)", said)):
        code, value = fact(counted[2]), counted[1]  # "100 judul buku"
    if code is None:
        return None
    return _compared(code, compared[1] if compared else "", value, negated=bool(negated))


def _compared(code: FactCode, sign: str, value: str, *, negated: bool) -> Condition | None:
    operator = Operator.AT_MOST if sign in _AT_MOST else Operator.AT_LEAST
    try:
        if code.kind is FactKind.YES_NO and sign in ("", "=", "==", ":"):
            wanted = yes_no(value) if value else True
            return (code, Operator.AT_MOST, 0.0) if wanted is False or negated else (code, Operator.AT_LEAST, 1.0)
        limit = number(value) if value else Decimal(1)
    except Unreadable:
        return None
    if limit is None:
        return None
    if sign in ("<", ">") and code.kind is FactKind.NUMBER:
        limit += 1 if sign == ">" else -1
    return (code, Operator.AT_MOST, 0.0) if negated else (code, operator, float(limit))
