"""Owns the shape of a long text: its sentences, its lists, and what a list's heading says the list is about."""

from __future__ import annotations

import re
from typing import NamedTuple

from matcher.text.normalise import Tokens, tokenise

_ITEM = re.compile(r"[ \t]*(?:\(?\d{1,2}[.)]|\(?[a-z][.)]|[-*•–‣·▪])[ \t]*(?=\S)")
#: A sentence ends at a mark before a blank and a capital, a quote or a digit; not after an abbreviation.
_END = re.compile(r"[.!?][\"”’)]*(?=\s+[\"“'(]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:kec|kab|kel|ds|kp|dsn|jl|jln|no|rp|bpk|bp|ibu|hj|h|dr|drs|dra|prof|ir|st|yth|tgl|hal|"
    r"pt|cv|ust|sdr|a\.n|u\.p|s\.pd|\d{1,2}|[a-z])\.$",
    re.IGNORECASE,
)
#: What the words above a list make of its items; the last one named counts.
_TOPICS = tuple(
    (topic, re.compile(words, re.IGNORECASE))
    for topic, words in (
        ("challenge", "tantangan|kendala|masalah|hambatan|kekurangan|kebutuhan|keluhan|persoalan|kesulitan"),
        ("success", "keberhasilan|capaian|pencapaian|prestasi|praktik baik|hasil yang|kisah sukses|keunggulan"),
        ("offer", "komitmen|dukungan|tawaran|kesanggupan|janji|kesepakatan|tanggapan mitra|bantuan yang"),
        ("", "stake ?holder|pemangku kepentingan|mitra|undangan|hadir|peserta"),
    )
)
#: What follows these is the order of the day.
_PROGRAMME = re.compile(r"agenda|susunan acara|rundown|jadwal", re.IGNORECASE)
_LONGEST_HEADING = 400


class Passage(NamedTuple):
    """One sentence or one item of a list: ``text[start:end]``; *topic* is what its list is about, or empty."""

    words: str
    start: int
    end: int
    tokens: Tokens  #: places of the tokens count from the beginning of the whole text
    topic: str
    listed: bool
    heading: str


def passages(text: str) -> list[Passage]:
    """Split *text* into sentences and list items, in order."""
    found: list[Passage] = []
    heading, topic, blank = "", "", 0
    at = 0
    for line in text.splitlines(keepends=True):
        content = line.strip()
        mark = _ITEM.match(line)
        if not content:
            blank += 1
        elif mark is not None:
            start = at + mark.end()
            found.append(_passage(text, start, at + len(line.rstrip()), topic, listed=True, heading=heading))
            blank = 0
        else:
            sentences = list(_sentences(text, at, at + len(line.rstrip())))
            found += [_passage(text, start, end, "", listed=False, heading=heading) for start, end in sentences]
            if sentences:
                heading = text[sentences[-1][0] : sentences[-1][1]][-_LONGEST_HEADING:]
                topic = _topic(heading)
            blank = 0
        at += len(line)
    return [passage for passage in found if passage.tokens.words]


def _topic(heading: str) -> str:
    """What the list under *heading* holds; a heading of mixed topics is about the last one it names."""
    best, where = "", -1
    for topic, pattern in _TOPICS if not _PROGRAMME.search(heading) else ():
        for match in pattern.finditer(heading):
            if match.end() > where:
                best, where = topic, match.end()
    return best


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    begun = start
    for match in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text[max(begun, match.start() - 8) : match.start() + 1]):
            continue
        found.append((begun, match.end()))
        begun = match.end()
    found.append((begun, end))
    return [(left, right) for first, last in found if (left := first + _indent(text, first, last)) < (right := last)]


def _indent(text: str, first: int, last: int) -> int:
    piece = text[first:last]
    return len(piece) - len(piece.lstrip())


def _passage(text: str, start: int, end: int, topic: str, *, listed: bool, heading: str) -> Passage:
    words = text[start:end]
    tokens = tokenise(words)
    moved = tokens._replace(
        source=text, starts=[at + start for at in tokens.starts], ends=[at + start for at in tokens.ends]
    )
    return Passage(words, start, end, moved, topic, listed, heading)
