"""Owns what exactly a text lacks or gives within a category, and how well the one is the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from matcher.text.lexicon import TRAPS
from matcher.text.normalise import tokenise
from matcher.text.phrases import Phrases
from matcher.text.reader import read
from matcher.text.thing_words import THING, THINGS, Thing
from matcher.vocabulary import Category

#: What a text names that is none of the six although it looks like it: a guest book, a shop.
NOTHING = "nothing"
#: Before the code of a thing that an offer says it is not, or is not for.
NOT = "-"
#: Whatever else is named: what begins so is an event, a trade, a place, and no gift.
_NO_GIFT = frozenset(
    "toko peluncuran launching luncurkan meluncurkan bedah pameran bazar lowongan jurusan penulis menulis resensi "
    "dijual jual obral cicilan disewakan liputan meliput webinar diskusi kampanye".split()
)
#: Of these, what a gift's words may well speak of.
_IN_PASSING = frozenset("toko jurusan penulis".split())
#: Phrases whose words are things and which are none.
_NO_THING = (
    "katalog produk; katalog jualan; katalog belanja; katalog harga; tautan; link; tautan donasi; link donasi; "
    "link pendaftaran; link zoom; surat izin mengemudi; kartu sim; sim card"
).split("; ")
#: What comes after these says what a thing is for, not what it is.
_PURPOSE = frozenset("untuk bagi agar supaya guna di karena sebab pada".split())
#: What comes after these is added to the thing.
_WITH = frozenset("beserta dengan lengkap termasuk berikut disertai".split())
#: What may stand before the name of a thing.
_BEFORE = frozenset(
    "paket bantuan hibah donasi sumbangan program layanan jasa gratis unit buah set satu dua tiga empat lima enam "
    "tujuh delapan sembilan sepuluh belas puluh sejumlah aneka berbagai beragam pengadaan pemberian penyediaan akses "
    "dukungan fasilitas".split()
)
#: After these a library says what it asks for.
_WANTED = frozenset(
    "minta mohon dimohon butuh dibutuhkan membutuhkan perlu diperlukan memerlukan ingin mencari".split()
)
#: What parts one thing from the next.
_PARTS = frozenset(", ; . : / + & ( ) \n dan atau serta plus sekaligus jeung sareng".split(" "))
#: Where an offer says so it is a ware; only lines are lacked and offered at a lower price.
_SOLD = frozenset("cicilan dicicil mencicil angsuran diangsur diskon obral dijual berbayar tarif".split())
_MAY_COST = frozenset({Category.INTERNET, Category.FUNDS})
_NONE = "no gift"
_NEVER = r"(?:jangan|jgn|ulah|(?:tidak|tdk|tak|ga|gak|nggak) (?:mau|menerima))"
_NOT = re.compile(
    rf"\b(?:bukan|bkn|selain|tanpa|kecuali|(?:tidak|tdk) termasuk|asal bukan|{_NEVER})\b[^,;.\n]*", re.IGNORECASE
)
_DENIED = re.compile(rf"\b(?:asal bukan|{_NEVER})\b([^,;.\n]*)", re.IGNORECASE)
#: What a giver's words leave out: after *bukan*; a whole clause where *tidak boleh* stands in it.
_LEFT_OUT = re.compile(
    r"\b(?:bukan|bkn|kecuali|tanpa(?! (?:biaya|syarat|bunga|agunan|pungutan|jaminan|ikatan|bayar\w*|honor|batas|"
    r"kontrak|internet|listrik|antre|potongan|imbalan)))\b[^,;.\n]*",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^,;.\n]+")
_REFUSING = re.compile(
    r"\b(?:dilarang|(?:tidak|tdk|tak) (?:untuk|utk|termasuk|boleh|diperkenankan|diperbolehkan|diizinkan|ditanggung|"
    r"menanggung|mencakup|menerima|melayani|menangani|menyediakan|membiayai|dilayani|"
    r"(?:bisa|dapat) (?:dipakai|digunakan|dipergunakan|dialihkan|diberikan|membiayai|untuk|utk)))\b",
    re.IGNORECASE,
)
#: Before these a clause tells of those who are helped.
_WHOM = re.compile(r"\b(?:yang|yg|bagi|kepada)\b", re.IGNORECASE)
#: Whether it costs something is denied as well.
_UNSOLD = re.compile(
    r"\b(?:tidak|tdk|tak|bukan|tanpa|dilarang)(?: \w+){0,2} (?:dijual|berbayar|tarif|cicilan|dicicil|angsuran)\b",
    re.IGNORECASE,
)


def tables() -> tuple[object, ...]:
    """Everything that decides which things a text names: what is stored of a text is read anew where it changes."""
    lists = (_NO_GIFT, _NO_THING, _PURPOSE, _WITH, _BEFORE, _WANTED, _PARTS, _SOLD, _IN_PASSING, TRAPS)
    marks = (sorted(words) for words in lists)
    patterns = (_NOT, _DENIED, _LEFT_OUT, _REFUSING, _WHOM, _UNSOLD)
    return THINGS, *marks, *(pattern.pattern for pattern in patterns)


@cache
def _table() -> Phrases[tuple[str, ...]]:
    """Every phrase with the codes of the things it may mean, those of a category before those of none."""
    meanings: dict[str, list[str]] = {}
    for thing in sorted(THINGS, key=lambda thing: thing.category is None):
        for part in thing.phrases.split(";"):
            if (phrase := part.strip()) and thing.code not in meanings.setdefault(phrase, []):
                meanings[phrase].append(thing.code)
    for phrase in (*sorted(TRAPS), *_NO_THING, *sorted(_NO_GIFT)):
        meanings.setdefault(phrase, [NOTHING])
    return Phrases((phrase, tuple(codes)) for phrase, codes in meanings.items())


def _find(words: list[str], category: Category) -> list[tuple[int, str]]:
    """The place and the code of each thing that words name; where a phrase means several, the category's own."""
    return [
        (place, next((code for code in codes if belongs(code, category)), codes[0]))
        for place, _, codes in _table().find(words)
    ]


def affirmed(text: str) -> str:
    """The text without what follows *bukan*, *selain* or *jangan*, up to the next mark."""
    return _NOT.sub(" ", text)


def denied(text: str) -> list[str]:
    """What follows *asal bukan*, *jangan* or *tidak mau* in a library's words: what it asks not to get."""
    found = _DENIED.findall(text)
    return [part.strip() for part in found if part.strip()]


def _refusing(clause: str) -> bool:
    """Whether a clause says what an offer is not for, and not who is helped."""
    found = _REFUSING.search(clause)
    return found is not None and not _WHOM.search(clause, 0, found.start())


def meant(words: str) -> str:
    """An offer's words without the clauses in which it says what it is not for."""
    return _CLAUSE.sub(lambda found: " " if _refusing(found.group()) else found.group(), words)


def refused(text: str, category: Category) -> tuple[str, ...]:
    """Codes, marked as `NOT`, of the things that an offer says it is not, or is not for: wide ones too."""
    clauses = [*_LEFT_OUT.findall(text), *filter(_refusing, _CLAUSE.findall(text))]
    found = (code for clause in clauses for _, code in _find(tokenise(clause).words, category))
    return tuple(sorted({f"{NOT}{code}" for code in found if code in THING}))


def things_of(title: str, story: str, category: Category, *, asked: bool = False) -> tuple[str, ...]:
    """Codes of the things a text speaks of: the title's first, before what they are for.

    What is named first in each part of a text is the thing: a *meja komputer* is a table.  A thing of another category
    counts where the title begins with it; where it is *asked* for, only if nothing of its own category is named: who
    lacks it comes first.  Wide words stand only where nothing narrower does.  A text that names only what is misleading
    is `NOTHING`.
    """
    wide: list[str] = []
    more = _wanted(story, category) if asked else []
    for place, text in enumerate((title, story)):
        for part in _halves(text, category, asked=asked):
            ours = [code for code in part if belongs(code, category)]
            if asked and place:  # what a story tells of in passing is no challenge of its own
                ours = [code for code in ours if not THING[code].alone]
            if part and not wide and part[0] in (NOTHING, _NONE):
                return (NOTHING,)
            if part and not wide and place == 0 and belongs(part[0], None):
                return (part[0],)
            if narrow := [code for code in ours if not THING[code].wide]:
                return tuple(sorted({*narrow, *more}))
            if part and not wide and place == 0 and not ours:
                return (part[0],)
            wide += ours
    return tuple(sorted(set(wide)))


def _wanted(story: str, category: Category) -> list[str]:
    """Narrow things of a category that a library's story asks for in so many words."""
    found: list[str] = []
    for sentence in re.split(r"[.;\n]", affirmed(story)):
        words = tokenise(sentence).words
        begin = next((place + 1 for place, word in enumerate(words) if word in _WANTED), len(words))
        end = next((at for at in range(begin, len(words)) if words[at] in _PURPOSE), len(words))
        found += _heads(words[begin:end], category, asked=True)
    return [code for code in found if belongs(code, category) and not THING[code].wide]


def belongs(code: str, category: Category | None) -> bool:
    """Whether a code is a thing of a category; none is what no library lacks."""
    return code in THING and THING[code].category is category


def _halves(text: str, category: Category, *, asked: bool) -> Iterator[list[str]]:
    """The heads of a text's parts before the first word of purpose or of what is added, and after it."""
    words = tokenise(affirmed(text)).words
    cut = next((place for place, word in enumerate(words) if word in _PURPOSE or word in _WITH), len(words))
    yield _heads(words[:cut], category, asked=asked)
    yield _heads(words[cut:], category, asked=asked)


def _heads(words: list[str], category: Category, *, asked: bool) -> list[str]:
    """What each part of a text is; a part that goes on with what tells the one before is none of its own."""
    heads: list[str] = []
    told: set[str] = set()
    for part in _split(words):
        found = _find(part, category)
        ours = [row for row in found if belongs(row[1], category)] if asked else []
        head = _head(part, ours or found, category)
        if head and (asked or head not in told):
            heads.append(head)
        told = {code for _, code in found} - {head}
    return heads


def _split(words: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        if word in _PARTS:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _head(words: list[str], found: list[tuple[int, str]], category: Category) -> str:
    """The thing that a part of a text is: what it names first, told more narrowly by what follows."""
    first = ""
    begins = next((at for at, word in enumerate(words) if word not in _BEFORE and not word[0].isdigit()), len(words))
    for place, code in found:
        if code == NOTHING:
            return first or (_NONE if words[place] in _NO_GIFT else NOTHING)
        thing = THING[code]
        if thing.category is category and not thing.wide:
            return code
        if thing.category is category:
            first = first or code
        elif not first and not thing.wide and place <= begins:
            return code
    return first


def sold(text: str, category: Category) -> bool:
    """Whether an offer's text says that it is a ware."""
    return category not in _MAY_COST and not _SOLD.isdisjoint(_told(text))


def _told(text: str) -> list[str]:
    """The words of a text without what it denies, the price of it included."""
    return tokenise(affirmed(_UNSOLD.sub(" ", text))).words


def only_sounds_like(title: str, words: str, category: Category) -> bool:
    """Whether an offer's text names what misleads and the reader hears no gift of its category in it."""
    heard = [word for text in (title, words) for word in _told(text) if word not in _IN_PASSING]
    if NOTHING not in (code for _, code in _find(heard, category)):
        return False
    reading = read(f"{title}. {words}")
    return reading.kind == "neither" and category not in reading.categories


def named(text: str, category: Category) -> tuple[str, ...]:
    """Codes of all narrow things a text names, a category's own before others'."""
    found = {code for _, code in _find(tokenise(text).words, category) if code in THING and not THING[code].wide}
    return tuple(sorted(found))


@lru_cache(maxsize=1 << 16)
def fits(asked: tuple[str, ...], given: tuple[str, ...]) -> float:
    """How well what is given is what is asked: 1 the same, 0.5 near or wide, 0 another thing; nan: nobody said."""
    if NOTHING in given:
        return 0.0
    asked = tuple(code for code in asked if code in THING)
    named = tuple(code for code in given if code in THING)
    best = max((_fit(one, other) for one in asked for other in named), default=float("nan"))
    refusals = {code[1:] for code in given if code.startswith(NOT)}
    if best == 1 or not asked or not refusals:
        return best
    return 0.0 if all(refusals & {code, *_wide(THING[code].category)} for code in asked) else best


def refuses(category: Category, given: tuple[str, ...]) -> bool:
    """Whether an offer says that it is not for things of a category."""
    return any(code.startswith(NOT) and belongs(code[1:], category) for code in given)


@cache
def _wide(category: Category | None) -> frozenset[str]:
    return frozenset(thing.code for thing in THINGS if thing.wide and thing.category is category)


def _fit(asked: str, given: str) -> float:
    if asked == given:
        return 1.0
    want, have = THING[asked], THING[given]
    if asked in have.serves.split():
        return 1.0
    if want.category is have.category and _half(want, have):
        return 0.5
    return 0.5 if asked in have.near.split() or given in want.near.split() else 0.0


def _half(want: Thing, have: Thing) -> bool:
    """Whether the category's own word stands on either side; free money may pay for what stands alone, too."""
    if have.wide and have.category is Category.FUNDS:
        return True
    return (want.wide or have.wide) and not (want.alone or have.alone)
