"""Owns who gives: names and kinds of organisations, and the sector each belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matcher.text.phrases import Phrases
from matcher.text.sector_words import NOT_GIVERS, TABLE

if TYPE_CHECKING:
    from matcher.text.normalise import Tokens
    from matcher.vocabulary import Sector


#: Too weak alone, but good behind one of these: "kami dari …", "… siap", "pihak …".
_OPENERS = frozenset("dari kami pihak oleh atas-nama program csr tjsl perwakilan".split())
_WILLING = frozenset(
    (
        "siap bersedia sanggup akan mau ingin menyumbang menghibahkan memberikan menyalurkan mengirim menyediakan "
        "menawarkan membantu berkomitmen mendonasikan bisa menyerahkan meminjamkan"
    ).split()
)
_WEAK = frozenset(NOT_GIVERS)

#: Givers, and phrases that only look like one (no sector).
_PHRASES: Phrases[Sector | None] = Phrases(
    [
        *((phrase, sector) for sector, table in TABLE.items() for phrase in table),
        *((phrase, None) for phrase in NOT_GIVERS if " " in phrase),
    ]
)
#: Papers a giver asks for: who signs them is the taker.
_ASKED_FOR = frozenset("surat permohonan proposal rekomendasi izin pengantar".split())
_NAME_END = frozenset(".;:,()\n!?-")
#: A name ends before these plain words.
_NOT_IN_NAME = frozenset(
    (
        "siap akan bersedia sanggup mau ingin bisa yang dan untuk dengan di ke dari menyumbang menghibahkan "
        "memberikan menyalurkan membantu mengirim menyediakan menawarkan berkomitmen mendonasikan telah sudah juga "
        "serta melalui kepada pada ini itu kami saya punya ada menyerahkan meminjamkan berencana"
    ).split()
)
_MOST_NAME = 6


class Organisation(NamedTuple):
    """One giver a text names, with its sector and its tokens."""

    name: str
    sector: Sector
    first: int
    last: int
    weak: bool  #: a common noun ("warga", "kelompok") rather than a name


def organisations(text: Tokens) -> list[Organisation]:
    """Every organisation *text* names by a known word, in order."""
    found: list[Organisation] = []
    end = -1
    for first, last, sector in _PHRASES.find(text.words):
        if first <= end or sector is None:
            continue
        end = _name_end(text, last)
        phrase = " ".join(text.words[first : last + 1])
        found.append(Organisation(text.quote(first, end), sector, first, end, phrase in _WEAK))
    return found


def spans(found: list[Organisation]) -> frozenset[int]:
    """The tokens that the organisations *found* cover."""
    return frozenset(at for one in found for at in range(one.first, one.last + 1))


def giver(text: Tokens, found: list[Organisation] | None = None) -> Organisation | None:
    """Who speaks in an offer among those *found*: one before a word of giving or after "dari", else the first named."""
    found = organisations(text) if found is None else found
    best: tuple[float, Organisation] | None = None
    for order, one in enumerate(found):
        score = _speaks(text, one) - 0.1 * order
        if best is None or score > best[0]:
            best = score, one
    return best[1] if best is not None and best[0] > -0.5 else None


def _speaks(text: Tokens, one: Organisation) -> float:
    words = text.words
    before = words[max(0, one.first - 2) : one.first]
    after = words[one.last + 1 : one.last + 5]
    score = 0.0
    score += 1.0 * bool(_OPENERS & set(before))
    score += 1.0 * bool(_WILLING & set(after))
    score += 0.5 * (one.first <= 2)
    score -= 1.0 * (before[-1:] in (["untuk"], ["di"], ["ke"], ["bagi"], ["kepada"], ["setiap"], ["per"]))
    score -= 0.6 * one.weak
    score -= 2.0 * bool(_ASKED_FOR & set(_same_clause(words, one.first)))
    return score


def _same_clause(words: list[str], first: int) -> list[str]:
    """Up to four words before token *first*, back to the last mark."""
    before: list[str] = []
    for word in reversed(words[max(0, first - 4) : first]):
        if word in _NAME_END or word == ",":
            break
        before.append(word)
    return before


def _name_end(text: Tokens, last: int) -> int:
    """The last token of the name that begins with a known word: capitals, acronyms and numbers that follow it."""
    end = last
    while end + 1 < len(text.words) and end - last < _MOST_NAME:
        raw, word = text.raw[end + 1], text.words[end + 1]
        if word in _NAME_END or word in _NOT_IN_NAME or not (raw[0].isupper() or raw[0].isdigit()):
            break
        end += 1
    return end
