"""Owns what exactly a text lacks or gives within a category, and how well the one is the other."""

from __future__ import annotations

import re
from functools import cache

from matcher.text.lexicon import TRAPS
from matcher.text.normalise import tokenise
from matcher.text.phrases import Phrases
from matcher.text.reader import read
from matcher.text.thing_words import THING, THINGS
from matcher.vocabulary import Category

#: What a text names that is none of the six although it looks like it: a guest book, a shop.
NOTHING = "nothing"
#: Whatever else is named: what begins so is an event, a trade, a place, and no gift.
_NO_GIFT = frozenset(
    "toko peluncuran launching luncurkan meluncurkan bedah pameran bazar lowongan jurusan penulis menulis resensi dijual "
    "jual obral cicilan disewakan liputan meliput webinar diskusi kampanye".split()
)
#: Phrases whose words are things and which are none.
_NO_THING = (
    "katalog produk; katalog jualan; katalog belanja; katalog harga; tautan; link; tautan donasi; link donasi; "
    "link pendaftaran; link zoom; surat izin mengemudi; kartu sim; sim card"
).split("; ")


def tables() -> tuple[object, ...]:
    """Everything that decides which things a text names: what is stored of a text is read anew where it changes."""
    return THINGS, sorted(_NO_GIFT), _NO_THING, sorted(_PURPOSE), sorted(TRAPS)


@cache
def _table() -> Phrases[str]:
    rows = [(phrase, thing.code) for thing in THINGS for part in thing.phrases.split(";") if (phrase := part.strip())]
    known = {phrase for phrase, _ in rows}
    lookalikes = ((phrase, NOTHING) for phrase in (*sorted(TRAPS), *_NO_THING) if phrase not in known)
    return Phrases([*rows, *lookalikes, *((word, NOTHING) for word in sorted(_NO_GIFT) if word not in known)])


#: What comes after these says what a thing is for, not what it is.
_PURPOSE = frozenset("untuk bagi agar supaya guna di karena sebab pada".split())
_NONE = "no gift"
_NOT = re.compile(
    r"\b(?:bukan|selain|tanpa|kecuali|tidak termasuk|asal bukan|jangan|tidak mau|tidak menerima)\b[^,;.\n]*",
    re.IGNORECASE,
)


def affirmed(text: str) -> str:
    """The text without what follows *bukan*, *selain* or *jangan*, up to the next mark."""
    return _NOT.sub(" ", text)


def denied(text: str) -> list[str]:
    """What follows *asal bukan*, *jangan* or *tidak mau* in a library's words: what it asks not to get."""
    found = re.findall(
        r"\b(?:asal bukan|asal jangan|jangan|tidak mau|tidak menerima)\b([^,;.\n]*)", text, re.IGNORECASE
    )
    return [part.strip() for part in found if part.strip()]


def things_of(title: str, story: str, category: Category) -> tuple[str, ...]:
    """Codes of the things a text speaks of: the title's first, within its category, before what they are for.

    Wide words stand only where nothing narrower does.  A text that names only what is misleading is `NOTHING`.
    """
    wide: list[str] = []
    misled = False
    heard = [_heard(affirmed(text)) for text in (title, story)]
    ours = (code for code in heard[0][0] if code == _NONE or (code in THING and THING[code].category is category))
    if next(ours, "") == _NONE:
        return (NOTHING,)
    for place, (head, rest) in enumerate(heard):
        for part in (head, rest):
            mine = [code for code in part if code in THING and THING[code].category is category]
            if narrow := [code for code in mine if not THING[code].wide]:
                return tuple(sorted(set(narrow)))
            wide += mine
        misled = misled or (NOTHING in head and not wide)
        if misled and place == 0:  # a story does not make a gift of a title that is none
            return (NOTHING,)
    if misled:
        return (NOTHING,)
    return tuple(sorted(set(wide)))


def only_sounds_like(title: str, words: str, category: Category) -> bool:
    """Whether an offer's text names what misleads and the reader hears no gift of its category in it."""
    pieces = (piece for text in (title, words) for part in _heard(affirmed(text)) for piece in part)
    if not {NOTHING, _NONE} & set(pieces):
        return False
    reading = read(f"{title}. {words}")
    return reading.kind == "neither" and category not in reading.categories


def _heard(text: str) -> tuple[list[str], list[str]]:
    """Things before the first word of purpose, and things after it."""
    words = tokenise(text).words
    cut = next((place for place, word in enumerate(words) if word in _PURPOSE), len(words))
    head: list[str] = []
    rest: list[str] = []
    for first, _, code in _table().find(words):
        decided = code == NOTHING and words[first] in _NO_GIFT
        (head if first < cut else rest).append(_NONE if decided else code)
    return head, rest


def named(text: str) -> tuple[str, ...]:
    """Codes of all narrow things a text names."""
    found = {code for _, _, code in _table().find(tokenise(text).words) if code in THING and not THING[code].wide}
    return tuple(sorted(found))


@cache
def fits(asked: tuple[str, ...], given: tuple[str, ...]) -> float:
    """How well what is given is what is asked: 1 the same, 0.5 near or wide, 0 another thing; nan: nobody said."""
    if NOTHING in given:
        return 0.0
    if not asked or not given or NOTHING in asked:
        return float("nan")
    return max(_fit(one, other) for one in asked for other in given)


def _fit(asked: str, given: str) -> float:
    if asked == given:
        return 1.0
    want, have = THING[asked], THING[given]
    if asked in have.serves.split():
        return 1.0
    if (want.wide or have.wide) and not (want.alone or have.alone):
        return 0.5
    return 0.5 if asked in have.near.split() or given in want.near.split() else 0.0
