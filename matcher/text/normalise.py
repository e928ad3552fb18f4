"""Owns the way from written text to plain words: characters cleaned, slang spelled out, spelling slips repaired."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from matcher.text.lexicon import ENCLITICS, KNOWN, NOT_A_SLIP, REPAIRED, SLANG, STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Callable

#: Longer texts are read up to here; a report is a few sentences, minutes a few pages.
LONGEST = 100_000

#: Longer words are noise (a pasted key, a joke); cut so that no single word can cost much.
_LONGEST_WORD = 40

_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*"  # 3 · 1.500.000 · 2,5 · 08.30
    r"|[mM][2²](?!\w)"
    r"|[^\W\d_]{3,}2(?:nya|an|na|ne)?(?!\w)"  # buku2, buku2nya
    r"|[^\W\d_]+(?:[-'’][^\W\d_]+)*"
    r"|\n|[^\w\s]",
)
#: Controls, zero-width and direction marks, NUL: read as if they were not there.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe0f\ufeff]")
_SPACES = re.compile(r"[ \t\u00a0]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SHORTEST_SLIP = 6
_SHORTEST_STEM = 4


class Tokens(NamedTuple):
    """A text as plain words, each with its place in the source: ``source[starts[i]:ends[i]]`` gave ``words[i]``."""

    source: str
    words: list[str]  #: lower case, slang spelled out, clitics cut where the word is known
    raw: list[str]  #: as written, but for invisible characters
    starts: list[int]
    ends: list[int]

    def part(self, first: int, last: int) -> Tokens:
        """The tokens from *first* up to, not including, *last*."""
        cut = slice(first, last)
        return Tokens(self.source, self.words[cut], self.raw[cut], self.starts[cut], self.ends[cut])

    def quote(self, first: int, last: int) -> str:
        """The words of the source from token *first* to token *last*, both included."""
        return self.source[self.starts[first] : self.ends[last]]


def tokenise(text: str) -> Tokens:
    """Split *text* into plain words with their places; numbers and marks are tokens of their own."""
    source = text[:LONGEST]
    if _INVISIBLE.search(source):
        return _around_invisible(source)
    return _split(source, source)


def normalise(text: str) -> str:
    """*text* in plain words: lower case, slang spelled out, reduplication and clitics resolved."""
    return " ".join(word for word in tokenise(text).words if word != "\n")


def tokens(text: str) -> list[str]:
    """The stemmed content words of *text*, for comparing texts: plain words, no stop words, no numbers, no marks."""
    plain = (_WORD.get(piece) or _word(piece) for piece in _TOKEN.findall(_INVISIBLE.sub("", text[:LONGEST])))
    return [stem for word in plain if (stem := _stem(word))]


def _split(clean: str, source: str) -> Tokens:
    spans = [match.span() for match in _TOKEN.finditer(clean)]
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    raw = [clean[start:end] for start, end in spans]
    words = [_WORD.get(piece) or _word(piece) for piece in raw]
    return Tokens(source, words, raw, starts, ends)


def _around_invisible(source: str) -> Tokens:
    """Split without the invisible characters, then point back to where the visible ones stood."""
    kept = [place for place, character in enumerate(source) if not _INVISIBLE.match(character)]
    found = _split("".join(source[place] for place in kept), source)
    starts = [kept[start] for start in found.starts]
    ends = [kept[end - 1] + 1 for end in found.ends]
    return found._replace(starts=starts, ends=ends)


#: Plain word of each written word met so far.
_WORD: dict[str, str] = {}
_MOST_WORDS = 200_000


def _word(piece: str) -> str:
    if len(_WORD) >= _MOST_WORDS:  # a flood of invented words must not fill the memory
        _WORD.clear()
    word = _WORD[piece] = _plain(piece)
    return word


def _plain(piece: str) -> str:
    word = unicodedata.normalize("NFKC", piece[:_LONGEST_WORD]).lower().replace("’", "'") or piece
    if not word[0].isalpha() or word == "m2":
        return word
    word = _once(_STRETCHED.sub(r"\1", word.replace("2", "")))
    word = SLANG.get(word, word)
    if word in KNOWN:
        return word
    return _without_clitic(word) or _repaired(word) or word


def _once(word: str) -> str:
    """One half of a reduplication: buku-buku, anak-anaknya."""
    first, hyphen, second = word.partition("-")
    if not hyphen:
        return word
    if second.startswith(first) or (len(first) > 3 and second[-3:] == first[-3:]):
        return first
    return word


def _without_clitic(word: str) -> str | None:
    for ending in ENCLITICS:
        if word.endswith(ending):
            rest = word[: -len(ending)].rstrip("-'")
            rest = SLANG.get(rest, rest)
            if rest in KNOWN and (len(rest) >= _SHORTEST_STEM or ending == "nya"):
                return rest
    return None


def _deletions(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


@lru_cache(maxsize=1)
def _slips() -> dict[str, str]:
    """Every long known word with one letter left out, and the word it came from (the first one met wins)."""
    found: dict[str, str] = {}
    for word in sorted(REPAIRED):
        if len(word) >= _SHORTEST_SLIP and word.isalpha():
            for slip in _deletions(word):
                found.setdefault(slip, word)
    return found


def _repaired(word: str) -> str | None:
    """The known word that *word* is one slip away from: a letter left out, added, changed or swapped."""
    if len(word) < _SHORTEST_SLIP - 1 or word in NOT_A_SLIP:
        return None
    slips = _slips()
    if word in slips:
        return slips[word]
    if len(word) <= _SHORTEST_SLIP:
        return None
    for shorter in sorted(_deletions(word)):
        if shorter in REPAIRED and len(shorter) >= _SHORTEST_SLIP:
            return shorter
        near = slips.get(shorter)
        if near and near[0] == word[0] and _same_frame(near, word):
            return near
    return None


def _same_frame(known: str, word: str) -> bool:
    """Whether only one inner letter differs, or two neighbours are swapped (never the first or the last letter)."""
    if known[-1] != word[-1] or len(known) != len(word):
        return False
    differ = [place for place in range(len(word)) if word[place] != known[place]]
    if len(differ) == 1:
        return True
    return len(differ) == 2 and known[differ[0]] == word[differ[1]] and known[differ[1]] == word[differ[0]]


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer  # noqa: PLC0415 - loads thirty languages; only comparing texts needs it

    stem: Callable[[str], str] = snowballstemmer.stemmer("indonesian").stemWord
    return stem


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """The stem of a content word; nothing for stop words, numbers and marks."""
    if len(word) < 2 or not word[0].isalpha() or word in STOPWORDS:
        return ""
    return _stemmer()(word)
