"""Owns the search for many phrases at once in a list of words: the longest match wins, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from matcher.text.lexicon import SLANG

if TYPE_CHECKING:
    from collections.abc import Iterable

Meaning = TypeVar("Meaning")


def plain(phrase: str) -> tuple[str, ...]:
    """The words of a table's phrase as a text's words look after normalising."""
    return tuple(SLANG.get(word, word) for word in phrase.split())


class Phrases(Generic[Meaning]):
    """A table of phrases, each with a meaning; where two rows share a phrase the first row stands."""

    def __init__(self, rows: Iterable[tuple[str, Meaning]]) -> None:
        self._meanings: dict[tuple[str, ...], Meaning] = {}
        sizes: dict[str, set[int]] = {}
        for phrase, meaning in rows:
            words = plain(phrase)
            self._meanings.setdefault(words, meaning)
            sizes.setdefault(words[0], set()).add(len(words))
        self._sizes = {first: sorted(found, reverse=True) for first, found in sizes.items()}  #: by first word

    def find(self, words: list[str]) -> list[tuple[int, int, Meaning]]:
        """First token, last token and meaning of every phrase found, left to right, never overlapping."""
        sizes, meanings = self._sizes, self._meanings
        found: list[tuple[int, int, Meaning]] = []
        free = 0
        for at in [at for at, word in enumerate(words) if word in sizes]:
            if at < free:
                continue
            for size in sizes[words[at]]:
                phrase = tuple(words[at : at + size])
                if phrase in meanings:
                    free = at + len(phrase)
                    found.append((at, free - 1, meanings[phrase]))
                    break
        return found
