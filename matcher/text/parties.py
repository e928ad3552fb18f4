"""Owns which of the parties an office knows a text speaks of, by their names and telephone numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from matcher.text.lexicon import KNOWN
from matcher.text.normalise import tokenise
from matcher.vocabulary import PartyKind, Sector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.text.normalise import Tokens

#: Words that stand around a library's own name, and what may stand between them and it.
_LIBRARY = frozenset("perpustakaan perpusdes perpus pusdes tbm taman baca bacaan rumah pojok".split())
_AROUND = _LIBRARY | frozenset("desa ds kelurahan kel masyarakat umum digital".split())
_FIRM = frozenset("pt cv ud tbk persero yayasan".split())
_QUOTES = frozenset("\"“”'.:")
_MOST_NAMED = 8  #: parties that may share one name


class Party(NamedTuple):
    """A party as far as a text may speak of it."""

    id: int
    kind: PartyKind
    sector: Sector | None
    name: str
    region: str | None
    telephone: str
    contact: str


class Heard(NamedTuple):
    """A name found in a text: tokens *first* to *last*; *parties* all bear it; *sure* from 0 to 1."""

    parties: tuple[Party, ...]
    first: int
    last: int
    sure: float


class Parties:
    """The parties of an office, found by what people call them."""

    def __init__(self, rows: Iterable[Party]) -> None:
        self.by_id: dict[int, Party] = {}
        self._named: dict[str, dict[tuple[str, ...], list[Party]]] = defaultdict(dict)
        self._called: dict[str, Party] = {}
        self._in: dict[str, list[Party]] = defaultdict(list)
        for party in rows:
            self._add(party)

    def _add(self, party: Party) -> None:
        known = self.by_id.setdefault(party.id, party)  # a second row of one party is another name of it
        for words in _spoken(party):
            bearers = self._named[words[0]].setdefault(words, [])
            if known not in bearers and len(bearers) < _MOST_NAMED:
                bearers.append(known)
        if number := digits(party.telephone):
            self._called.setdefault(number, known)
        if party.region and known.kind is PartyKind.LIBRARY and known not in self._in[party.region]:
            self._in[party.region].append(known)

    def find(self, text: Tokens) -> list[Heard]:
        """Every name of a party that *text* says, the longest first where names overlap, in order."""
        words = [word.lower() for word in text.raw]
        found: list[Heard] = []
        at = 0
        while at < len(words):
            heard = self._at(text, words, at) if words[at] in self._named else None
            if heard is not None:
                found.append(heard)
                at = heard.last
            at += 1
        return found

    def _at(self, text: Tokens, words: list[str], at: int) -> Heard | None:
        for said, bearers in sorted(self._named[words[at]].items(), key=lambda row: -len(row[0])):
            last = at + len(said) - 1
            if tuple(words[at : last + 1]) != said:
                continue
            cued = bool(_LIBRARY & set(_before(words, at)))
            capital = text.raw[at][0].isupper()
            gives = bearers[0].kind is PartyKind.STAKEHOLDER and capital
            if len(said) == 1 and not cued and (len(said[0]) < 3 or (said[0] in KNOWN and not gives)):
                continue
            return Heard(tuple(bearers), at, last, 0.95 if cued or len(said) > 1 else 0.7 if capital else 0.5)
        return None

    def calling(self, number: str) -> Party | None:
        """The party whose contact has this telephone number."""
        plain = digits(number)
        return self._called.get(plain) if plain else None

    def libraries_in(self, village: str) -> list[Party]:
        """The libraries of a village."""
        return self._in.get(village, [])


def digits(number: str) -> str:
    """A telephone number without the ways of writing it: 0812-345 and +62 812345 are one; empty for a short one."""
    plain = re.sub(r"^(?:0|62)+", "", re.sub(r"\D", "", number))
    return plain if len(plain) >= 7 else ""


def _before(words: list[str], at: int) -> list[str]:
    """The words that lead up to a name: "Perpustakaan Desa", "TBM"."""
    near = [word for word in words[max(0, at - 4) : at] if word not in _QUOTES]
    lead = []
    for word in reversed(near):
        if word not in _AROUND:
            break
        lead.append(word)
    return lead


def _spoken(party: Party) -> list[tuple[str, ...]]:
    """A name as people say it: whole, and without what every library or firm is called."""
    words = tuple(word.lower() for word in tokenise(party.name).raw if word[0].isalnum())
    frame = _AROUND if party.kind is PartyKind.LIBRARY else _FIRM
    first = next((at for at, word in enumerate(words) if word not in frame), len(words))
    return list(dict.fromkeys(found for found in (words[first:], words) if found))
