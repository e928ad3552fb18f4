"""Owns the amounts in a text: how many of what, in which unit, needed, given or held."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcher.text.classify import weights as stored
from matcher.text.quantity_words import (
    ALONE_EVERY,
    AT_WORK,
    BEFORE_BREAK,
    COUNTERS,
    DESCRIBING,
    EVERY,
    GIVE_WORDS,
    HAVE_WORDS,
    HOPING,
    MACHINE_PARTS,
    MONEY_SCALE,
    MONEY_WORDS,
    MONTHS,
    NEED_WORDS,
    NOT_AMOUNTS,
    NOT_BEFORE,
    NUMBER_WORDS,
    ONES,
    RANGE,
    ROUGH,
    SCALE,
    STAFF_HINTS,
    STANDING,
    THINGS,
    TIMES,
    UNIT_CATEGORY,
    UNIT_WORDS,
    VALUE_WORDS,
    VISITORS,
    WHOLE,
)
from matcher.text.roles import Span, chance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.text.normalise import Tokens
    from matcher.vocabulary import Category

#: What an amount is in a text that asks or offers.
ASKED = {"challenge": "need", "offer": "give"}

#: How sure an amount is that is said roughly, or whose unit does not stand behind it.
_ROUGHLY, _ELSEWHERE = 0.7, 0.8
_NEAR = 4  #: tokens between a number and the noun it counts
_PHONE = 8  #: digits
_ENDS = frozenset(".;\n!?")
_HECTARE = {"are": 100.0, "hektar": 10_000.0}
_MOMENTS = [["selama"], ["sejak"], ["pukul"]]
_CASH = frozenset("rp dana uang anggaran biaya modal".split())
_LOOKED_BACK = 20  #: tokens in which the thing counted may have been named before
_MEASURES = frozenset({"mbps", "gb", "m2", "session"})
_LIST_MARKS = frozenset({"", "(", "\n", ";", ",", ":"})
_TIMES_OVER = frozenset({"kali", "x"})


class Amount(NamedTuple):
    """One amount: *unit* is a code of ``UNITS``, *role* need, give or have, *every* week, month, year or None."""

    category: Category
    amount: float
    unit: str
    role: str
    every: str | None
    high: float  #: upper end of a range; the amount itself where there is none
    rough: bool  #: "about", "dozens"
    first: int  #: index of the first token
    last: int
    sure: float = 1.0  #: certainty of number, unit and role, 0 to 1

    @property
    def low_and_high(self) -> tuple[float, ...]:
        """Both ends of a range, or the one number."""
        return (self.amount, self.high) if self.high > self.amount else (self.amount,)

    def as_json(self) -> dict[str, object]:
        """The amount as plain values; "every" only where it recurs."""
        amount = int(self.amount) if self.amount == int(self.amount) else round(self.amount, 2)
        plain: dict[str, object] = {
            "category": str(self.category),
            "amount": amount,
            "unit": self.unit,
            "role": self.role,
        }
        return plain | ({"every": self.every} if self.every else {})


class _Number(NamedTuple):
    low: float
    high: float
    first: int
    last: int
    money: bool
    rough: bool


class _Found(NamedTuple):
    unit: str
    low: float
    high: float
    last: int


def amounts(text: Tokens, kind: str, weights: Mapping[str, float] | None = None) -> list[Amount]:
    """Every amount in *text*; *kind* (challenge, offer, success) settles the role where no word does.

    *weights* (those of :mod:`matcher.text.classify` where none are given) weigh the words around each amount.
    """
    weights = stored().roles if weights is None else weights
    return _without_restatement([_judged(text.words, one, kind, weights) for one in candidates(text, kind)])


def _judged(words: list[str], one: Amount, kind: str, weights: Mapping[str, float]) -> Amount:
    """An amount with its role, and how sure that is, as learned; successes only tell of what there is."""
    if kind not in ASKED or not weights:
        return one
    sure = chance(words, Span(one.first, one.last, one.unit, one.role), kind, weights)
    return one._replace(role=ASKED[kind] if sure >= 0.5 else "have", sure=max(sure, 1 - sure) * one.sure)


def candidates(text: Tokens, kind: str) -> list[Amount]:
    """Every amount *text* tells of, with the role the nearest word gives it."""
    found: list[Amount] = []
    words, at = text.words, 0
    while at < len(words):
        word = words[at]
        number = _number(words, at) if word[0].isdigit() or word in NUMBER_WORDS else None
        if number is None:
            at += 1
            continue
        amount = _amount(words, number, kind)
        if amount is not None:
            found.append(amount)
        at = (amount.last if amount is not None else number.last) + 1
    return found


# --- numbers ---------------------------------------------------------------------------------------------------------


def digits(piece: str) -> float | None:
    """The number a piece of digits and marks writes, Indonesian first: 1.500.000 and 2,5; also 1.5 and 1,500,000."""
    if ":" in piece:
        return None
    parts = piece.replace(",", ".").split(".")
    if any(len(part) > 12 for part in parts):  # longer than any amount
        return None
    thousands = len(parts[0]) <= 3 and parts[0] != "0" and all(len(part) == 3 for part in parts[1:])
    if len(parts) == 1 or thousands:
        return float("".join(parts))
    if len(parts) == 2:  # one mark: a decimal one
        return float(".".join(parts))
    cents = "," in piece and len(parts[-1]) <= 2  # 1.500.000,00
    return float("".join(parts[:-1]) + "." + parts[-1]) if cents else None


def _number(words: list[str], at: int) -> _Number | None:
    """The number at token *at*, with the range and the restatement that may follow: 3-4, tiga (3), 300-an."""
    single = _one(words, at)
    if single is None:
        return None
    low, last, money = single
    high, rough = low, words[at] in ROUGH
    second = _upper_end(words, last, low)
    if second is not None:
        if second[2] and not money and low < 1000:  # "5-10 juta": the scale is said once
            low *= SCALE.get(words[second[1]], 1.0)
        high, last, money = second[0], second[1], money or second[2]
    for about in (["-", "an"], ["an"]):
        if words[last + 1 : last + 1 + len(about)] == about:
            last, rough = last + len(about), True
    return _Number(low, max(high, low), at, _said_again(words, last), money, rough)


def _said_again(words: list[str], last: int) -> int:
    """The last token of a number written twice: tiga (3), 500 (lima ratus)."""
    if words[last + 1 : last + 2] != ["("] or len(words) < last + 4:
        return last
    again = _one(words, last + 2)
    return again[1] + 1 if again is not None and words[again[1] + 1 : again[1] + 2] == [")"] else last


def _upper_end(words: list[str], last: int, low: float) -> tuple[float, int, bool] | None:
    """The second number of a range behind token *last*, where one stands there and is larger."""
    after = words[last + 1 : last + 4]
    if not after or after[0] not in RANGE:
        return None
    step = last + (4 if after[:2] == ["s", "/"] else 2)
    step += words[step : step + 1] == ["rp"]
    second = _one(words, step) if step < len(words) else None
    return second if second is not None and second[0] > low else None


def _one(words: list[str], at: int) -> tuple[float, int, bool] | None:
    """One plain number from token *at*: value, last token, whether its scale is one of money."""
    word = words[at]
    if word[0].isdigit():
        value = digits(word)
        return None if value is None else _scaled(words, at, value)
    if word in ROUGH:
        return _scaled(words, at, ROUGH[word])
    return _spelled(words, at) if word in ONES or word in WHOLE else None


def _scaled(words: list[str], at: int, value: float) -> tuple[float, int, bool]:
    last, money = at, False
    while last + 1 < len(words) and words[last + 1] in SCALE:
        word = words[last + 1]
        if word == "m" and not _CASH & set(words[max(0, at - 2) : at]):
            break  # metres, unless money was said
        value *= SCALE[word]
        money = money or word in MONEY_SCALE
        last += 1
    return value, last, money


def _spelled(words: list[str], at: int) -> tuple[float, int, bool] | None:
    """A number in words: dua puluh lima, seratus lima puluh ribu, setengah juta."""
    total, part, last, money = 0.0, 0.0, at, False
    for place in range(at, len(words)):
        word = words[place]
        step = _step(word, total, part)
        if step is None:
            break
        total, part = step
        money, last = money or word in MONEY_SCALE, place
    value = total + part
    return (value, last, money) if value else None


def _step(word: str, total: float, part: float) -> tuple[float, float] | None:
    """What one more word makes of a number: *total* of whole thousands and the *part* being built."""
    if word in WHOLE:
        return (total + WHOLE[word], part) if WHOLE[word] >= 1000 else (total, part + WHOLE[word])
    if word in ONES and (part == 0 or part >= 10):  # "dua dua" is two numbers
        return total, part + ONES[word]
    if word == "belas" and part:
        return total, part + 10
    if word not in SCALE or word in {"k", "m"} or not part:
        return None
    if SCALE[word] >= 1000:
        return total + part * SCALE[word], 0.0
    units = part % 10
    return total, part - units + (units or part) * SCALE[word] - (0 if units else part)


# --- what is counted -------------------------------------------------------------------------------------------------


def _amount(words: list[str], number: _Number, kind: str) -> Amount | None:
    if _is_something_else(words, number):
        return None
    found = _area(words, number) or _money(words, number)
    if found is None and not (number.money and not _thing_after(words, number.last)):
        found = _counted(words, number)
    if found is None:
        return None
    every, last = _every(words, found.last)
    role = _role(words, number.first, last, kind)
    category = UNIT_CATEGORY[found.unit]
    sure = _ROUGHLY if number.rough else _ELSEWHERE if found.last == number.last and not number.money else 1.0
    return Amount(category, found.low, found.unit, role, every, found.high, number.rough, number.first, last, sure)


def _is_something_else(words: list[str], number: _Number) -> bool:
    """Whether the number is a date, a phone, an age, a distance, a number of a rule or the like."""
    first, last = number.first, number.last
    before = words[first - 1] if first else ""
    if before == "." and first > 1 and words[first - 2] in NOT_BEFORE:
        before = words[first - 2]
    after = words[last + 1] if last + 1 < len(words) else ""
    if words[first][0].isdigit() and (_phone_or_time(words[first], before) or _dated(words, number)):
        return True
    if after == ")" and before in _LIST_MARKS:  # (1) books (2) racks
        return True
    if (before in NOT_BEFORE and not number.money) or after in MONTHS:
        return True
    square = after in {"meter", "m"} and words[last + 2 : last + 3] == ["persegi"]
    sized = square or number.money or before == "rp" or words[first + 1 : first + 2] == ["x"]
    lessons = after in _TIMES_OVER and _lessons(words, first, last)
    return after in NOT_AMOUNTS and not (sized or lessons)


def _phone_or_time(piece: str, before: str) -> bool:
    plain = piece.replace(".", "").replace(",", "")
    if ":" in piece or (len(plain) >= _PHONE and piece == plain and before != "rp"):
        return True
    return piece[0] == "0" and len(plain) > 1 and "," not in piece


def _dated(words: list[str], number: _Number) -> bool:
    """25/3, 25-26/3, RT 02/05, or a year."""
    first, last, piece = number.first, number.last, words[number.first]
    after = words[last + 1 : last + 3]
    if after[:1] == ["/"] and after[1:] and after[1][0].isdigit():
        return True
    if first > 1 and words[first - 1] == "/" and words[first - 2][0].isdigit():
        return True
    counts = bool(after) and (after[0] in THINGS or after[0] in UNIT_WORDS or after[0] in COUNTERS)
    year = len(piece) == 4 and piece.isdigit() and 1945 <= int(piece) <= 2045
    return year and not counts and words[max(0, first - 1) : first] != ["rp"]


def _area(words: list[str], number: _Number) -> _Found | None:
    last = number.last
    after = words[last + 1 : last + 4]
    if after[:1] == ["x"] and after[1:] and after[1][0].isdigit():
        return _sides(words, number, digits(after[1]))
    if after[:1] == ["m2"]:
        return _Found("m2", number.low, number.high, last + 1)
    if after[:2] in (["meter", "persegi"], ["m", "persegi"], ["m", "2"]):
        return _Found("m2", number.low, number.high, last + 2)
    if after and after[0] in _HECTARE:
        factor = _HECTARE[after[0]]
        return _Found("m2", number.low * factor, number.high * factor, last + 1)
    return None


def _sides(words: list[str], number: _Number, other: float | None) -> _Found | None:
    """7 x 8 meter."""
    if other is None:
        return None
    last = number.last + 2
    while words[last + 1 : last + 2] and words[last + 1] in {"m", "m2", "meter", "persegi"}:
        last += 1
    return _Found("m2", number.low * other, number.low * other, last)


def _money(words: list[str], number: _Number) -> _Found | None:
    first, last = number.first, number.last
    before = [word for word in words[max(0, first - 3) : first] if word != "."]
    said = before[-1:] == ["rp"] or words[last + 1 : last + 2] == ["rp"]
    counts = _thing_after(words, last)
    thousands = words[last] == "ribu" and not counts and _speaks_of_money(words, first)
    if not (said or thousands or (number.money and not counts)):
        return None
    if VALUE_WORDS & set(words[max(0, first - 4) : first]):
        return None  # the value of goods is no money
    last += words[last + 1 : last + 2] == ["rp"]
    if words[last + 1 : last + 3] == [",", "-"]:
        last += 2
    return _Found("rp", number.low, number.high, last)


def _speaks_of_money(words: list[str], first: int) -> bool:
    return bool(MONEY_WORDS & set(words[max(0, first - 6) : first + 6])) or _noun_before(words, first) is None


def _thing_after(words: list[str], last: int) -> bool:
    after = words[last + 1] if last + 1 < len(words) else ""
    if after in {"tahun", "bulan", "minggu"}:
        return False
    return after in THINGS or after in UNIT_WORDS or after in COUNTERS or after in NOT_AMOUNTS


def _counted(words: list[str], number: _Number) -> _Found | None:
    last, first = number.last, number.first
    after = words[last + 1] if last + 1 < len(words) else "."
    unit, end = _unit_of(words, first, last, after)
    if after in TIMES:
        unit = _time(words, number, TIMES[after])
    elif after == "orang":
        unit = _people(words, number)
    elif unit == "gb" and MACHINE_PARTS & set(words[max(0, first - 5) : last + 4]):
        return None  # the size of a machine, not a data package
    return _Found(unit, number.low, number.high, end) if unit else None


def _unit_of(words: list[str], first: int, last: int, after: str) -> tuple[str | None, int]:
    """The unit a number counts in, by the word behind it or the thing named before it, and its last token."""
    if unit := UNIT_WORDS.get(after) or THINGS.get(after):
        return unit, last + 1
    if after in COUNTERS:
        return _noun_after(words, last + 2) or _noun_before(words, first) or _spoken_of(words, first), last + 1
    if after in _TIMES_OVER:
        return _lessons(words, first, last), last + 1
    if after in DESCRIBING and words[last + 2 : last + 3] and words[last + 2] in THINGS:
        return THINGS[words[last + 2]], last + 2
    if after in NOT_AMOUNTS or after in TIMES or after == "orang":
        return None, last + 1
    return _unit_before(words, first, after), last


def _unit_before(words: list[str], first: int, after: str) -> str | None:
    """The unit of a bare number: of the thing right before it, or behind a word of need the thing spoken of."""
    before = words[first - 1] if first else "."
    if before in THINGS and before not in NOT_BEFORE:
        return _head_unit(words, first - 1)
    if after not in BEFORE_BREAK and after != "\n":
        return None
    if found := _noun_before(words, first):
        return found
    return _spoken_of(words, first) if before in NEED_WORDS or before in STANDING else None


def _lessons(words: list[str], first: int, last: int) -> str | None:
    """Trainings are counted in times: "dua kali pelatihan", "bimtek 3 kali"."""
    around = (*words[last + 2 : last + 4], *words[max(0, first - _NEAR) : first])
    return "session" if any(THINGS.get(word) == "session" for word in around) else None


def _time(words: list[str], number: _Number, unit: str) -> str | None:
    """Days and hours count only as somebody's time: a training, a tutor's day a week."""
    around = set(words[max(0, number.first - 6) : number.last + 6])
    at_work = around & AT_WORK or any(THINGS.get(word) == "person" for word in around)
    lessons = any(THINGS.get(word) == "session" for word in words[max(0, number.first - 5) : number.first])
    moment = words[max(0, number.first - 1) : number.first] in ([["sejak"], ["pukul"]] if lessons else _MOMENTS)
    return unit if at_work and not moment else None


def _people(words: list[str], number: _Number) -> str | None:
    """People count where they are staff, not visitors."""
    last = number.last + 1
    around = words[max(0, number.first - _LOOKED_BACK) : last + 9]
    named = any(THINGS.get(word) == "person" for word in words[last + 1 : last + 3])
    visitors = VISITORS & set(words[number.last : last + 5]) or VISITORS & set(
        words[max(0, number.first - 4) : number.first]
    )
    if visitors and not named:
        return None
    return "person" if any(THINGS.get(word) == "person" or word in STAFF_HINTS for word in around) else None


def _noun_after(words: list[str], start: int) -> str | None:
    for word in words[start : start + 2]:
        if word in THINGS:
            return THINGS[word]
        if word in _ENDS or word in {",", "dan", "untuk", "sama", "dengan", "serta"}:
            return None
    return None


def _noun_before(words: list[str], first: int) -> str | None:
    """The thing counted by a number that follows it: "komputer kami cuma 2", "buku 500"."""
    for distance, word in enumerate(reversed(words[max(0, first - _NEAR) : first])):
        if word in _ENDS or (word[0].isdigit() and distance):
            return None
        if word in THINGS or word == "judul":
            return _head_unit(words, first - 1 - distance)
    return None


def _head_unit(words: list[str], at: int) -> str:
    """The unit of the thing at token *at*, or of the one it only describes: the rack of "rak buku"."""
    while at and words[at - 1] in THINGS:
        at -= 1
    return THINGS.get(words[at]) or UNIT_WORDS[words[at]]


def _spoken_of(words: list[str], first: int) -> str | None:
    """For a number without a noun beside it: the last thing the text named before it."""
    for word in reversed(words[max(0, first - _LOOKED_BACK) : first]):
        unit = THINGS.get(word) or UNIT_WORDS.get(word)
        if unit is not None and unit not in _MEASURES:
            return unit
    return None


# --- whose, and how often --------------------------------------------------------------------------------------------


def _every(words: list[str], last: int) -> tuple[str | None, int]:
    """The period of a recurring amount right after it: per bulan, /bln, sebulan, setiap Sabtu."""
    for at in range(last + 1, min(last + 4, len(words))):
        word = words[at]
        if word in ALONE_EVERY:
            return EVERY[word], at
        if word in {"per", "/", "setiap", "saban"} and words[at + 1 : at + 2] and words[at + 1] in EVERY:
            return EVERY[words[at + 1]], at + 1
        if word in _ENDS or word == ",":
            return None, last
    return None, last


def _role(words: list[str], first: int, last: int, kind: str) -> str:
    """Whose amount it is: the nearest word before it decides, then the kind of the text."""
    for at in range(first - 1, max(-1, first - 8), -1):
        word = words[at]
        if word in _ENDS:
            break
        if word in NEED_WORDS and kind != "offer":
            return "have" if kind == "success" else "need"
        if word in GIVE_WORDS and kind == "offer":
            return "give"
        if word in HAVE_WORDS:
            return _held(words, at, kind)
    if kind == "challenge" and {"rusak", "mati", "hilang", "itu"} & set(words[last + 1 : last + 4]):
        return "have"
    return {"offer": "give", "success": "have"}.get(kind, "need")


def _held(words: list[str], at: int, kind: str) -> str:
    if kind == "offer":
        return "give"
    wished = words[at] in {"dapat", "mendapat", "menerima", "mendapatkan", "ada"} and HOPING & set(
        words[max(0, at - 4) : at]
    )
    return "need" if kind == "challenge" and wished else "have"


def _without_restatement(found: list[Amount]) -> list[Amount]:
    """The same amount said twice counts once."""
    kept: dict[tuple[object, ...], Amount] = {}
    for amount in found:
        kept.setdefault((amount.category, amount.amount, amount.unit, amount.role), amount)
    return list(kept.values())


__all__ = ["COUNTERS", "ONES", "ROUGH", "SCALE", "VALUE_WORDS", "WHOLE", "Amount", "amounts", "candidates", "digits"]
