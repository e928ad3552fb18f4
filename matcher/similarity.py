"""How alike texts are: BM25 weights of stems beside groups of letters, one vector a text, made once and multiplied.

A vector is a row of whole numbers whose length is `LENGTH`: a dot product of two rows is exact in 32 bits in whatever
order it is summed, so that the same pair has the same likeness in every block, on every machine.
"""

from __future__ import annotations

import itertools
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.terms import EMPTY, idf
from matcher.text import tokens
from matcher.text.lexicon import SLANG, STOPWORDS
from matcher.text.normalise import tokenise
from matcher.text.thing_words import THING
from matcher.text.things import (
    NOT,
    NOTHING,
    affirmed,
    denied,
    fits,
    meant,
    named,
    only_sounds_like,
    refused,
    sold,
    tables,
    things_of,
)
from matcher.vocabulary import Category

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LENGTH = 4000  #: of every vector; its square is below 2**24, the last whole number that 32 bits hold in a row
BITS = 22  #: numbers of words and letter groups lie below two to this power
WORDS_SHARE = 0.6  #: of the likeness that the words decide; the letter groups decide the rest
_K1, _B, _USUAL = 1.2, 0.5, 20.0  #: of BM25; the usual length of a text in stems
_TITLE = 2  #: how many times a word of the title counts
_MOST_SAID = 5.0  #: weight of a word nobody wrote before: a name, mostly
_LEAST_RARE = 2.5  #: weight below which a group of letters says nothing
_GROUPS = (3, 4, 5)
_FORMAT = 2  #: raise it where the way of reading changes


class Wording(NamedTuple):
    """The words of one text as scoring compares them."""

    stems: tuple[str, ...]
    things: tuple[str, ...]  #: codes of `matcher.text.things`
    apart: tuple[tuple[str, ...], ...]  #: a challenge: phrases not wanted; an offer: one row, all it says it is
    vector: bytes  #: numbers (uint32), then weights (uint16)


#: Words that every challenge of a category uses: they do not tell which kind is unwanted.
PLAIN = frozenset(tokens(
    "buku bacaan koleksi komputer laptop unit internet wifi ruang rak dana uang tenaga orang jenis bantuan yang sudah "
    "tidak mau jangan bukan perlu sumbangan barang"
))  # fmt: skip


@cache
def version() -> int:
    """A number that changes with everything a vector depends on."""
    told = repr((_FORMAT, sorted(SLANG.items()), sorted(STOPWORDS), sorted(EMPTY), tables()))
    found = zlib.crc32(told.encode())
    for name in ("labelled.jsonl", "weights.json"):
        found = zlib.crc32(files("matcher.text").joinpath(name).read_bytes(), found)
    return found


def mark(*texts: str) -> str:
    """Sixteen letters that change with the texts and with the way they are read."""
    joined = "\0".join(texts).encode()
    return f"{version():08x}{zlib.crc32(joined):08x}"


def asked(title: str, story: str, not_wanted: str, category: Category) -> Wording:
    """The words of a challenge."""
    told = affirmed(story)
    stems, things = _read(affirmed(title), told, category, asked=True)
    unwanted = [*_parts(not_wanted), *denied(f"{title}. {story}")]
    phrases = (phrase for part in unwanted for phrase in _phrases(part, things, category))
    return Wording(stems, things, tuple(dict.fromkeys(phrases)), _vector(affirmed(title), told))


def given(title: str, words: str, category: Category) -> Wording:
    """The words of an offer."""
    told = affirmed(f"{title}. {words}")
    stems, things = _read(title, meant(words), category, asked=False)
    if sold(told, category) or only_sounds_like(title, words, category):
        things = (NOTHING,)
    spoken = tuple(sorted({*tokens(told), *(f"={code}" for code in things)}))
    against = refused(f"{title}. {words}", category)
    things = (*things, *(code for code in against if code.removeprefix(NOT) not in things))
    return Wording(stems, things, (spoken,), _vector(affirmed(title), affirmed(words)))


def _read(title: str, story: str, category: Category, *, asked: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(tokens(f"{title} {story}")), things_of(title, story, category, asked=asked)


def _parts(text: str) -> list[str]:
    lowered = text.lower()
    for mark_ in (",", ";", ".", "\n", "/", " dan ", " atau ", " maupun "):
        lowered = lowered.replace(mark_, "|")
    return [part for part in lowered.split("|") if part.strip()]


def _phrases(part: str, things: tuple[str, ...], category: Category) -> Iterable[tuple[str, ...]]:
    """A thing not wanted: the stems that tell it apart; and by its kind, where nothing but the kind is named.

    Who asks for a printer that is no dot matrix asks for a printer.
    """
    stems = tuple(stem for stem in tokens(part) if stem not in PLAIN)
    codes = [code for code in named(part, category) if set(stems) <= _stems_of(code)]
    mine = [code for code in codes if fits(things, (code,)) == 1]
    if stems and not (mine and len(stems) == 1):  # "tidak menerima honor" is a complaint of who asks for it
        yield stems
    yield from ((f"={code}",) for code in codes if code not in mine)


@cache
def _stems_of(code: str) -> frozenset[str]:
    return frozenset(tokens(THING[code].phrases.replace(";", " ")))


# --- vectors ---------------------------------------------------------------------------------------------------------


def _number(text: str) -> int:
    return zlib.crc32(text.encode()) >> (32 - BITS)


@lru_cache(maxsize=100_000)
def _groups(word: str) -> tuple[int, ...]:
    """Numbers of the groups of letters of a word, its ends included."""
    framed = f" {word} "
    return tuple(
        _number(f"#{framed[at : at + size]}") for size in _GROUPS for at in range(max(len(framed) - size + 1, 0))
    )


def _plain_words(text: str) -> list[str]:
    return [word for word in tokenise(text).words if len(word) > 2 and word[0].isalpha() and word not in STOPWORDS]


@cache
def _rare() -> tuple[dict[int, float], float]:
    """Weight of each group of letters over the labelled lines, and of one that never occurs there."""
    lines = files("matcher.text").joinpath("labelled.jsonl").read_text(encoding="utf-8").splitlines()
    seen: Counter[int] = Counter()
    for line in lines:
        seen.update({group for word in set(_plain_words(json.loads(line)["text"])) for group in _groups(word)})
    return {group: math.log((len(lines) + 1) / (count + 0.5)) for group, count in seen.items()}, _MOST_SAID


def _vector(title: str, story: str) -> bytes:
    """Both blocks, each of length one times the root of its share, in whole numbers."""
    stems = Counter(tokens(story))
    for stem in tokens(title):
        stems[stem] += _TITLE
    long = _K1 * (1 - _B + _B * sum(stems.values()) / _USUAL)
    words = {
        _number(stem): min(idf(stem), _MOST_SAID) * count * (_K1 + 1) / (count + long) for stem, count in stems.items()
    }
    rare, unseen = _rare()
    counts: Counter[int] = Counter(
        group for word in _plain_words(f"{title} {title} {story}") for group in _groups(word)
    )
    groups = {
        group: min(weight, _MOST_SAID) * math.sqrt(count)
        for group, count in counts.items()
        if (weight := rare.get(group, unseen)) >= _LEAST_RARE
    }
    whole = Counter(_scaled(words, WORDS_SHARE if groups else 1.0))
    whole.update(_scaled(groups, 1 - WORDS_SHARE if whole else 1.0))
    numbers = sorted(number for number, weight in whole.items() if weight)
    return np.array(numbers, np.uint32).tobytes() + np.array([whole[n] for n in numbers], np.uint16).tobytes()


def _scaled(weights: Mapping[int, float], share: float) -> dict[int, int]:
    norm = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    by = LENGTH * math.sqrt(share) / norm if norm else 0.0
    return {number: round(weight * by) for number, weight in weights.items()}


def rows(*sides: Sequence[bytes]) -> list[csr_array]:
    """Stored vectors as rows, a matrix a side, (texts, numbers that occur), float32; a number is one column in all."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second: only where something is scored

    vectors = [vector for side in sides for vector in side]
    sizes = np.fromiter((len(vector) // 6 for vector in vectors), np.int64, len(vectors))
    ends = np.concatenate([[0], np.cumsum(sizes)])
    numbers = np.frombuffer(b"".join(v[: 4 * n] for v, n in zip(vectors, sizes.tolist(), strict=True)), np.uint32)
    weights = np.frombuffer(b"".join(v[4 * n :] for v, n in zip(vectors, sizes.tolist(), strict=True)), np.uint16)
    occurs = np.zeros(1 << BITS, bool)
    occurs[numbers] = True
    place = np.cumsum(occurs, dtype=np.int32) - 1
    whole = csr_array(
        (weights.astype(np.float32), place[numbers], ends.astype(np.int32)), shape=(len(vectors), int(place[-1]) + 1)
    )
    starts = np.cumsum([0, *map(len, sides)])
    return [whole[start:stop] for start, stop in itertools.pairwise(starts.tolist())]


# --- likeness --------------------------------------------------------------------------------------------------------

SLAB, STRIP = 2048, 192  #: texts of the other side laid out together, for frequent words and for rare ones
_FREQUENT = 12  #: a word that one in so many of our texts says costs less in a full table than as it occurs
_ALONE = 8  #: so few texts of ours are not worth laying the others out


class Texts:
    """Rows of `rows`, picked without copying them."""

    dtype = None

    def __init__(self, matrix: csr_array, places: NDArray[np.intp] | None = None) -> None:
        self._matrix = matrix
        self._places = places

    def __getitem__(self, places: NDArray[Any] | slice) -> Texts:
        """The rows at *places*."""
        mine = np.arange(self._matrix.shape[0]) if self._places is None else self._places
        return Texts(self._matrix, mine[places])

    def __len__(self) -> int:
        return int(self._matrix.shape[0]) if self._places is None else len(self._places)

    @property
    def width(self) -> int:
        """Numbers that may occur."""
        return int(self._matrix.shape[1])

    @cached_property
    def sizes(self) -> NDArray[np.intp]:
        """How many words and letter groups each says, shape (texts,)."""
        starts = self._matrix.indptr
        if self._places is None:
            return np.asarray(np.diff(starts), np.intp)
        return np.asarray(starts[self._places + 1] - starts[self._places], np.intp)

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Whether nothing was said, shape (texts,)."""
        return np.asarray(self.sizes == 0)

    @cached_property
    def said(self) -> Said:
        """All they say, one text after the other."""
        ends = np.cumsum(self.sizes)
        rows = np.repeat(np.arange(len(self)), self.sizes)
        if self._places is None:
            return Said(rows, self._matrix.indices, self._matrix.data)
        at = np.repeat(self._matrix.indptr[self._places] - (ends - self.sizes), self.sizes) + np.arange(len(rows))
        return Said(rows, self._matrix.indices[at], self._matrix.data[at])

    @property
    def matrix(self) -> csr_array:
        """The rows as one matrix, shape (texts, width)."""
        return self._matrix if self._places is None else self._matrix[self._places]


class Said(NamedTuple):
    """Words and letter groups, each with the text it stands in and its weight."""

    rows: NDArray[np.intp]
    numbers: NDArray[np.int32]
    weights: NDArray[np.float32]


def likeness(ours: Texts, theirs: Texts) -> NDArray[np.float32]:
    """Likeness of each of our texts to each of theirs, in [0, 1], float32, shape (ours, theirs)."""
    found = np.empty((len(ours), len(theirs)), np.float32)
    multiply = _few_products if len(ours) <= _ALONE else _products
    for start in range(0, len(theirs), SLAB):
        some = theirs if len(theirs) <= SLAB else theirs[start : start + SLAB]
        multiply(ours, some, found[:, start : start + SLAB])
    found *= np.float32(1 / LENGTH**2)
    return found


def _few_products(ours: Texts, theirs: Texts, out: NDArray[np.float32]) -> None:
    """The dot products of a few texts of ours, exact."""
    said, other = ours.said, theirs.said
    full = np.zeros((len(ours), ours.width), np.float32)
    full[said.rows, said.numbers] = said.weights
    for place, weights in enumerate(full):
        out[place] = np.bincount(other.rows, weights[other.numbers] * other.weights, len(theirs))


def _products(ours: Texts, theirs: Texts, out: NDArray[np.float32]) -> None:
    """Dot products, exact: what many of us say by full tables, what few of us say as it occurs."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second: only where something is scored

    heard = np.zeros(ours.width, bool)
    heard[theirs.said.numbers] = True
    often = np.bincount(ours.said.numbers, minlength=ours.width) * _FREQUENT > len(ours)

    words, place = _numbered(heard & often)
    mine = _among(ours.said, place)
    full = np.zeros((len(ours), words), np.float32)
    full[mine.rows, mine.numbers] = mine.weights
    for span, table in _tables(_among(theirs.said, place), (words, len(theirs)), len(theirs)):
        np.matmul(full, table, out=out[:, span])

    words, place = _numbered(heard & ~often)
    mine = _among(ours.said, place)
    ends = np.searchsorted(mine.rows, np.arange(len(ours) + 1)).astype(np.int32)
    rare = csr_array((mine.weights, mine.numbers, ends), shape=(len(ours), words))
    for span, table in _tables(_among(theirs.said, place), (words, len(theirs)), STRIP):
        out[:, span] += rare @ table


def _numbered(those: NDArray[np.bool_]) -> tuple[int, NDArray[np.int32]]:
    """How many those are, and a number for each; -1 for the others."""
    place = np.cumsum(those, dtype=np.int32) - 1
    place[~those] = -1
    return int(np.count_nonzero(those)), place


def _among(said: Said, place: NDArray[np.int32]) -> Said:
    """What is said of the words that have a place, by their places."""
    at = place[said.numbers]
    those = np.flatnonzero(at >= 0)
    return Said(said.rows[those], at[those], said.weights[those])


def _tables(said: Said, shape: tuple[int, int], width: int) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """What texts say as full tables (words, texts), some texts after others."""
    words, texts = shape
    starts = range(0, texts, width)
    ends = np.searchsorted(said.rows, [*starts, texts]).tolist()
    for start, (first, last) in zip(starts, itertools.pairwise(ends), strict=True):
        table = np.zeros((words, min(width, texts - start)), np.float32)
        table[said.numbers[first:last], said.rows[first:last] - start] = said.weights[first:last]
        yield slice(start, start + width), table
