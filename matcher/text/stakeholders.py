"""Owns the stakeholders a long text names: lists such as "Akademisi (A, B, dan C)", and names in running text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from matcher.text.normalise import tokenise
from matcher.text.sectors import organisations
from matcher.vocabulary import Sector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matcher.text.outline import Passage

#: Words before a list that give its sector; the last one named counts.
GROUPS: tuple[tuple[Sector, re.Pattern[str]], ...] = tuple(
    (sector, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for sector, words in (
        (Sector.GOVERNMENT, "birokrasi|birokrat|pemerintah(?:an)?|pemda|pemkab|opd|skpd|instansi|dinas"),
        (Sector.ACADEMIA, "akademisi|akademik|perguruan tinggi|kampus|universitas|dunia pendidikan|pendidik"),
        (Sector.BUMN, "bumn|bumd|perbankan|bank"),
        (
            Sector.COMMUNITY,
            "pemuda|kepemudaan|komunitas|ormas|organisasi masyarakat|organisasi pemuda|tokoh masyarakat",
        ),
        (Sector.VOLUNTEER, "relawan|relawan tik|sukarelawan|volunteer"),
        (Sector.PRIVATE, "swasta|perusahaan|dunia usaha|pengusaha|pelaku usaha|industri"),
        (Sector.FOUNDATION, "yayasan|lembaga donor|filantropi|lembaga zakat|lsm|ngo"),
        (Sector.MEDIA, "media|pers|media massa|jurnalis|wartawan"),
    )
)
_LIST = re.compile(r"([^().;:\n]{1,80})[ \t]*\(([^()\n]{2,300})\)")
_COLON = re.compile(r"^[ \t]*([^():.\n]{3,40}):[ \t]*([^\n]{3,300})$")
_SPLIT = re.compile(r"\s*(?:,|;|/|\bdan\b|\bserta\b|&)\s*", re.IGNORECASE)
_NOISE = re.compile(
    r"^(?:dan|serta|unsur|dari|dll|dsb|lain-lain|perwakilan|para|pihak)\b\.?\s*|\s*\b(?:dll|dsb)\.?$", re.IGNORECASE
)
#: The library office, the village itself and words for a group: no stakeholder of the library.
_OWN = re.compile(
    r"perpusda|perpustakaan daerah|perpustakaan nasional|diarpus|dispusip|kepala desa|kades\b|kantor desa|kecamatan|"
    r"bupati|pemdes|^desa\b|perpusdes|perpustakaan desa|kantor perpustakaan|lurah\b|camat\b",
    re.IGNORECASE,
)
_MOST_NAME_WORDS = 7


class Stakeholder(NamedTuple):
    """One organisation that gives or may give, with its sector and its place in the text."""

    name: str
    sector: Sector
    start: int
    end: int

    def as_json(self) -> dict[str, object]:
        """The stakeholder as plain values."""
        return {"name": self.name, "sector": str(self.sector), "start": self.start, "end": self.end}


def stakeholders(passages: Iterable[Passage]) -> list[Stakeholder]:
    """Every stakeholder the passages name, once each, in order."""
    found: dict[str, Stakeholder] = {}
    for passage in passages:
        named = sorted([*_grouped(passage), *_spoken_of(passage)], key=lambda one: one.start)
        covered: list[tuple[int, int]] = []
        for one in [*_grouped(passage), *named]:
            inside = any(start <= one.start < end for start, end in covered)
            if not inside and not _said(one.name, found):
                found[one.name.lower()] = one
                covered.append((one.start, one.end))
    return sorted(found.values(), key=lambda one: one.start)


def is_own(name: str) -> bool:
    """Whether *name* is the library office or the village itself, which are no stakeholders of the library."""
    return bool(_OWN.search(name))


def _is_group(name: str) -> bool:
    """Whether *name* is only a word for a group: "BUMN", "Akademisi"."""
    return any(pattern.fullmatch(name) for _, pattern in GROUPS)


def _said(name: str, found: dict[str, Stakeholder]) -> bool:
    plain = name.lower()
    return any(plain == other or f" {plain} " in f" {other} " for other in found)


def _grouped(passage: Passage) -> Iterator[Stakeholder]:
    """Names in brackets or behind a colon after a word for their sector."""
    for match in _LIST.finditer(passage.words):
        sector = _group(match.group(1))
        if sector is None:
            continue
        head = _own_name(match.group(1), sector)
        if head is not None:
            yield Stakeholder(
                f"{head} ({match.group(2).strip()})",
                sector,
                passage.start + match.start(1),
                passage.start + match.end(),
            )
            continue
        yield from _names(match.group(2), passage.start + match.start(2), sector)
    colon = _COLON.match(passage.words)
    if colon is not None and "(" not in passage.words and (sector := _group(colon.group(1))) is not None:
        yield from _names(colon.group(2), passage.start + colon.start(2), sector)


def _group(words: str) -> Sector | None:
    """The sector of the group word nearest to the list."""
    last: tuple[int, Sector] | None = None
    nearest = words.rsplit(",", 1)[-1]
    for sector, pattern in GROUPS:
        for match in pattern.finditer(nearest):
            if last is None or match.end() > last[0]:
                last = match.end(), sector
    return last[1] if last is not None else None


def _own_name(words: str, sector: Sector) -> str | None:
    """The words before a bracket where they name an organisation themselves: "Relawan TIK (…)"."""
    head = _NOISE.sub("", words.rsplit(",", 1)[-1].strip())
    tokens = tokenise(head)
    named = [one for one in organisations(tokens) if one.sector is sector and one.last > one.first]
    return head if named and named[0].first == 0 and head[:1].isupper() and len(tokens.words) <= 4 else None


def _names(listed: str, start: int, sector: Sector) -> Iterator[Stakeholder]:
    at = 0
    for piece in _SPLIT.split(listed):
        name = _NOISE.sub("", piece.strip().rstrip(".")).strip()
        place = listed.find(piece, at)
        at = max(place, at)
        if len(name) > 1 and name[0].isupper() and len(name.split()) <= _MOST_NAME_WORDS and not is_own(name):
            where = start + listed.find(name, at)
            yield Stakeholder(name, sector, where, where + len(name))


def _spoken_of(passage: Passage) -> Iterator[Stakeholder]:
    """Organisations named in running text by a proper name."""
    tokens = passage.tokens
    for one in organisations(tokens):
        first = one.first
        while first and tokens.words[one.first] in {"foundation", "group"} and tokens.raw[first - 1][0].isupper():
            first -= 1
        name = tokens.quote(first, one.last)
        proper = one.last > first or tokens.raw[first].isupper()
        capital = tokens.raw[first][0].isupper() and tokens.raw[one.last][0].isupper()
        if proper and capital and not one.weak and not is_own(name) and not _is_group(name):
            yield Stakeholder(name, one.sector, tokens.starts[first], tokens.ends[one.last])
