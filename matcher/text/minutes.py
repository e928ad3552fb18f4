"""Owns the reading of a long text, minutes or an article: challenges, successes, promises, stakeholders, places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matcher.text import outline
from matcher.text.classify import category_scores, weights
from matcher.text.lexicon import SUCCESS_CUES, SUCCESS_LEADS, SUCCESS_THINGS, SUCCESS_WORK
from matcher.text.normalise import LONGEST, tokenise
from matcher.text.quantities import COUNTERS, ONES, Amount, amounts
from matcher.text.reader import Reading, read, read_tokens
from matcher.text.signals import signals
from matcher.text.stakeholders import Stakeholder, is_own, stakeholders
from matcher.vocabulary import MATCHED, Category, Strategy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.text.normalise import Tokens
    from matcher.text.outline import Passage
    from matcher.text.places import Gazetteer

_SURE = 0.55  #: a sentence of running text counts from this certainty on
_TROUBLE = frozenset({"lack", "broken", "borrow"})


class Item(NamedTuple):
    """One challenge, success or promise, and where the text says it: ``text[start:end]``."""

    kind: str
    words: str
    start: int
    end: int
    categories: tuple[Category, ...]
    strategy: Strategy | None = None  #: under which of the three strategies a success falls
    giver: str | None = None
    sector: str | None = None
    quantities: tuple[Amount, ...] = ()
    places: tuple[str, ...] = ()
    vague: bool = False

    def as_json(self) -> dict[str, object]:
        """The item as plain values."""
        plain: dict[str, object] = {
            "words": self.words,
            "start": self.start,
            "end": self.end,
            "categories": [str(category) for category in self.categories],
        }
        more = {
            "strategy": str(self.strategy) if self.strategy else None,
            "giver": self.giver,
            "sector": self.sector,
            "quantities": [amount.as_json() for amount in self.quantities],
            "places": list(self.places),
            "vague": self.vague,
        }
        return plain | {name: value for name, value in more.items() if value}


class Named(NamedTuple):
    """One place a text names."""

    code: str
    name: str
    level: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a long text says, each list in the order of the text."""

    challenges: tuple[Item, ...]
    successes: tuple[Item, ...]
    offers: tuple[Item, ...]
    stakeholders: tuple[Stakeholder, ...]
    places: tuple[Named, ...]
    libraries: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The minutes as plain values."""
        return {
            "challenges": [item.as_json() for item in self.challenges],
            "successes": [item.as_json() for item in self.successes],
            "offers": [item.as_json() for item in self.offers],
            "stakeholders": [one.as_json() for one in self.stakeholders],
            "places": [{"code": place.code, "name": place.name, "level": place.level} for place in self.places],
            "libraries": list(self.libraries),
        }


def read_minutes(text: str, gazetteer: Gazetteer | None = None) -> Minutes:
    """Read minutes of a meeting or an article about one.

    Numbered lists take their meaning from the words above them; running text counts only where it is clear.  Texts
    longer than 100,000 characters are read up to there.
    """
    passages = outline.passages(text[:LONGEST])
    challenges: list[Item] = []
    successes: list[Item] = []
    offers: list[Item] = []
    before = ""
    for passage in passages:
        kind = passage.topic or _kind_of(passage)
        if kind == "challenge":
            challenges += _challenges(passage, gazetteer)
        elif kind == "success":
            successes += _successes(passage, before, gazetteer)
        elif kind == "offer":
            offers += _offers(passage, gazetteer)
        before = passage.words
    return Minutes(
        tuple(challenges),
        tuple(successes),
        tuple(offers),
        tuple(stakeholders(passages)),
        tuple(_places(text, gazetteer)),
        tuple(_libraries(text)),
    )


def _kind_of(passage: Passage) -> str:
    """What a sentence of running text speaks of, or nothing: minutes tell much that is none of the three."""
    words = set(passage.tokens.words)
    if words & _WISHES or passage.words.endswith((":", "?")):
        return ""
    if words & SUCCESS_CUES and _enumerated(passage.tokens):
        return "success"
    reading = read_tokens(passage.tokens)
    cues = reading.cues
    if reading.kind == "challenge" and not words & _TALK and cues & _TROUBLE and _clear(passage.tokens, reading):
        return "challenge"
    if reading.kind == "offer" and cues & _GIVING and _named_giver(reading):
        return "offer" if reading.vague or _clear(passage.tokens, reading) else ""
    if reading.kind == "success" and cues & _WON and not words & _TALK and _clear(passage.tokens, reading):
        return "success"
    return ""


def _clear(tokens: Tokens, reading: Reading) -> bool:
    """Whether a category of the reading is named by a word of its own, and the whole is fairly sure."""
    named = {one.category for one in signals(tokens.words).mentions if one.signals[0] == "strong"}
    return reading.confidence >= _SURE and bool(named & set(reading.categories))


def _named_giver(reading: Reading) -> bool:
    return bool(reading.giver) and not is_own(reading.giver or "")


#: Hopes and duties: nothing has happened and nobody has promised.
_WISHES = frozenset({"diharapkan", "dihadirkan", "seyogianya", "semestinya"})
#: Talk about challenges and successes in general.
_TALK = frozenset(
    (
        "pelajaran membahas mendiskusikan "
        "dibahas mengemukakan menyimpulkan mengidentifikasi identifikasi berbagi solusi "
        "agenda dihadiri tantangan permasalahan tujuan bertujuan narasumbernya rundown"
    ).split()
)
_GIVING = frozenset({"give", "willing", "available", "vague"})
_WON = frozenset({"solved", "get"})


def _challenges(passage: Passage, gazetteer: Gazetteer | None) -> Iterator[Item]:
    reading = read_tokens(passage.tokens, gazetteer)
    categories = reading.categories if reading.kind == "challenge" else ()
    if not categories and passage.topic:
        categories = _forced(passage.tokens)
    yield _item("challenge", passage, reading, categories or reading.categories)


def _forced(tokens: Tokens) -> tuple[Category, ...]:
    """The one category an item of a list of challenges is most likely about."""
    found = signals(tokens.words)
    if not found.mentions:
        return ()
    scores = category_scores(found, "challenge", weights())
    return (max(MATCHED, key=lambda category: scores[category]),)


def _offers(passage: Passage, gazetteer: Gazetteer | None) -> Iterator[Item]:
    reading = read_tokens(passage.tokens, gazetteer)
    yield _item("offer", passage, reading, reading.categories)


def _item(kind: str, passage: Passage, reading: Reading, categories: tuple[Category, ...]) -> Item:
    same = reading.kind == kind
    return Item(
        kind=kind,
        words=passage.words,
        start=passage.start,
        end=passage.end,
        categories=categories,
        giver=reading.giver,
        sector=reading.sector,
        quantities=reading.quantities if same else (),
        places=reading.places,
        vague=reading.vague,
    )


def _successes(passage: Passage, before: str, gazetteer: Gazetteer | None) -> Iterator[Item]:
    """The things won and the work done that a sentence lists; the whole sentence where it lists none."""
    listed = _enumerated(passage.tokens)
    context = f"{before} {passage.words}".lower()
    if not listed:
        reading = read_tokens(passage.tokens, gazetteer)
        work = SUCCESS_WORK.keys() & set(passage.tokens.words)
        won = Strategy.ADVOCACY if reading.categories and not work else _strategy("", context)
        yield _item("success", passage, reading, reading.categories)._replace(strategy=won)
        return
    for first, last, head in listed:
        begin = _counted_from(passage.tokens.words, first)
        words = passage.tokens.quote(begin, last)
        yield Item(
            kind="success",
            words=words,
            start=passage.tokens.starts[begin],
            end=passage.tokens.ends[last],
            categories=_about(words, head),
            strategy=_strategy(head, words.lower()),
            quantities=tuple(amounts(passage.tokens.part(begin, last + 1), "success")),
        )


def _counted_from(words: list[str], first: int) -> int:
    """Where a thing begins with its number: "3 unit komputer"."""
    while first and (words[first - 1][0].isdigit() or words[first - 1] in COUNTERS or words[first - 1] in ONES):
        first -= 1
    return first


def _about(words: str, head: str) -> tuple[Category, ...]:
    """The categories of a thing won, or of work done; a service is about what it serves."""
    work = SUCCESS_WORK.get(head)
    if work is None:
        return read(f"sudah ada {words}").categories or SUCCESS_THINGS.get(head, ())
    if work or head not in {"layanan", "pelayanan"}:
        return work
    named = {one.category for one in signals(tokenise(words).words).mentions if one.signals[0] == "strong"}
    return tuple(category for category in MATCHED if category in named)


_ICT = re.compile(r"komputer|internet|on-?line|digital|tik\b|desain|website|daring")


def _strategy(head: str, words: str) -> Strategy:
    """Things won are advocacy; work with computers is ICT service; other work involves the community."""
    if head and head not in SUCCESS_WORK:
        return Strategy.ADVOCACY
    if not head and "advokasi" in words:
        return Strategy.ADVOCACY
    return Strategy.ICT if _ICT.search(words) else Strategy.INVOLVEMENT


_SEPARATORS = frozenset({",", ";", "dan", "serta", "maupun", "&", ":", "(", ")", ".", "!", "\n"})
_STOPS = frozenset(
    (
        "juga menjadi merupakan adalah sehingga karena untuk bagi kepada oleh dari agar supaya sebagai tapi pada saat "
        "sampai diikuti setiap sejak setelah berkat kini sekarang sudah"
    ).split()
)
#: Nouns of doing that take a thing: "pemasangan karpet", "penambahan tenaga relawan".
_ENLARGING = frozenset(
    "pemasangan penambahan pengadaan tambahan perbaikan pembangunan pembuatan renovasi bantuan hibah".split()
)
_NEAR = 3  #: tokens between a lead and the thing it leads to


def _enumerated(tokens: Tokens) -> list[tuple[int, int, str]]:
    """The listed things and works of a sentence: first token, last token, head word."""
    found: list[tuple[int, int, str]] = []
    took = True  # whether the piece before was one
    for first, last, joined_by in _pieces(tokens.words):
        at, head = _head(tokens.words, first, last)
        alone = joined_by == "dan" and head in SUCCESS_THINGS and at == first and tokens.words[at] not in _ENLARGING
        if alone and not took:
            continue
        if alone and found and found[-1][2] in SUCCESS_WORK:  # "pelatihan komputer dan internet" is one work
            found[-1] = (found[-1][0], _trimmed(tokens.words, first, last), found[-1][2])
            continue
        took = bool(head)
        if took:
            found.append((at, _trimmed(tokens.words, at, last), head))
    return found


def _pieces(words: list[str]) -> Iterator[tuple[int, int, str]]:
    """The pieces between commas and "dan": first token, last token, what stands before."""
    first, before = 0, ""
    for at, word in enumerate([*words, ","]):
        if word in _SEPARATORS:
            if at > first:
                yield first, at - 1, before
            first, before = at + 1, word


def _head(words: list[str], first: int, last: int) -> tuple[int, str]:
    """Where the thing of a piece begins and its head word: at its start, or right after the last lead-in."""
    leads = [at for at in range(first, last + 1) if words[at] in SUCCESS_LEADS]
    for start in (*reversed(leads), first - 1):
        for at in range(start + 1, min(start + 1 + (_NEAR if start in leads else 1), last + 1)):
            if head := _object(words, at, last):
                return at, head
            if words[at] in _STOPS:
                break
    return first, ""


def _object(words: list[str], at: int, last: int) -> str:
    """The head word at token *at*; behind "pemasangan" and its kin the thing installed, won or added."""
    word = words[at]
    if word in SUCCESS_WORK or (word in SUCCESS_THINGS and word not in _PEOPLE):
        return word
    if word not in _ENLARGING:
        return ""
    for after in words[at + 1 : min(last, at + _NEAR) + 1]:
        if after in SUCCESS_THINGS:
            return after
        if after in SUCCESS_WORK:
            return ""
    return ""


#: Those who tell of a success, unless their number grew.
_PEOPLE = frozenset("pengelola petugas".split())


def _trimmed(words: list[str], first: int, last: int) -> int:
    """The last token of a thing: it ends before "menjadi", "untuk" and the like."""
    for at in range(first + 1, last + 1):
        if words[at] in _STOPS:
            return at - 1
    return last


def _places(text: str, gazetteer: Gazetteer | None) -> Iterator[Named]:
    """Every settled place once, in order; a bare name needs a capital in running text."""
    if gazetteer is None:
        return
    tokens = tokenise(text)
    seen: set[str] = set()
    for place in gazetteer.find(tokens):
        written = tokens.raw[place.first]
        if not place.code or place.code in seen or not (place.cued or written[0].isupper()):
            continue
        seen.add(place.code)
        yield Named(
            place.code, gazetteer.names[place.code], place.level, tokens.starts[place.first], tokens.ends[place.last]
        )


_LIBRARY = re.compile(
    r"\b(?:[Pp]erpusdes|[Pp]erpustakaan (?:[Dd]esa|[Kk]elurahan)|TBM|[Tt]aman [Bb]acaan|[Rr]umah [Bb]aca)[ \t]+"
    r"[\"“']?([A-Z][\w'’-]{1,30}(?:[ \t]+[A-Z][\w'’-]{1,30}){0,3})"
)


def _libraries(text: str) -> Iterator[str]:
    """Names of village libraries, each once, in title case."""
    seen: set[str] = set()
    for match in _LIBRARY.finditer(text[:LONGEST]):
        name = match.group(1).title()
        name = re.split(r"\s(?:Desa|Kec|Kecamatan|Ds|Kab|Ikut)\b", name)[0].strip()
        if name not in seen and name not in {"Desa", "Yang", "Dan", "Kecamatan", "Kabupaten"}:
            seen.add(name)
            yield name
