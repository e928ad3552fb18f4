"""Owns the search for many phrases at once in a list of words: the longest match wins, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from matcher.text.lexicon import SLANG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Meaning = TypeVar("Meaning")


def plain(phrase: str) -> tuple[str, ...]:
    """The words of a table's phrase as a text's words look after normalising."""
    return tuple(SLANG.get(word, word) for word in phrase.split())


class Phrases(Generic[Meaning]):
    """A table of phrases, each with a meaning; where two rows share a phrase the first row stands."""

    def __init__(self, rows: Iterable[tuple[str, Meaning]]) -> None:
        self._by_first: dict[str, list[tuple[int, tuple[str, ...], Meaning]]] = {}
        for phrase, meaning in rows:
            words = plain(phrase)
            self._by_first.setdefault(words[0], []).append((len(words), words, meaning))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -entry[0])

    def find(self, words: list[str]) -> Iterator[tuple[int, int, Meaning]]:
        """First token, last token and meaning of every phrase found, left to right, never overlapping."""
        at, by_first = 0, self._by_first
        while at < len(words):
            entries = by_first.get(words[at])
            if entries is not None:
                for size, phrase, meaning in entries:
                    if size == 1 or tuple(words[at : at + size]) == phrase:
                        yield at, at + size - 1, meaning
                        at += size - 1
                        break
            at += 1
