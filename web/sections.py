"""What a paper is made of: sections that every drawer draws, with words as plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

DRAFT = "RANCANGAN"
#: Before a page's number, and between it and how many there are.
PAGE = {"id": ("halaman", "dari"), "en": ("page", "of")}
DOTS = "." * 40  #: to be filled in by hand
#: Control characters that neither format can hold; tabs and line ends stay.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """What people wrote, as both formats can hold it."""
    return _UNPRINTABLE.sub("", text).strip()


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page; the first section of a paper."""

    kind: ClassVar[str] = "frame"
    title: str
    author: str
    footer: str
    draft: bool
    draft_word: str = DRAFT
    lang: str = "id"  #: which language the paper speaks, for screen readers and spelling
    page: tuple[str, str] = PAGE["id"]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The office's name and address above a double rule."""

    kind: ClassVar[str] = "letterhead"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What the paper is, and its number."""

    kind: ClassVar[str] = "heading"
    title: str
    below: str
    number: str
    called: str = "Nomor"  #: what its number is called


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing told as rows of label and value, and what is said after it."""

    rows: tuple[tuple[str, str], ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """Those who sign, or what there is to choose from: entries one below the other under a title."""

    kind: ClassVar[str] = "entries"
    entries: tuple[Entry, ...]
    title: str = ""
    numbered: bool = True
    labels: float = 2.3  #: room for the labels, in centimetres
    size: float = 11  #: of the letters, in points


@dataclass(frozen=True, slots=True)
class Items:
    """A titled, numbered list of sentences."""

    kind: ClassVar[str] = "items"
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, whether it is short and centred."""

    head: str
    width: float
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell may hold several lines."""

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    total: tuple[str, ...] = ()  #: a last row that sums the others up
    together: bool = False  #: never on two pages
    tight: bool = False  #: little room around the words


@dataclass(frozen=True, slots=True)
class Signature:
    """Room for one signature: lines above it, the name (dotted where empty), a line below."""

    above: tuple[str, ...]
    name: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures side by side under a title."""

    kind: ClassVar[str] = "signatures"
    title: str
    signers: tuple[Signature, ...]
    day: str = ""


Section = Frame | Letterhead | Heading | Text | Entries | Items | Table | Signatures
