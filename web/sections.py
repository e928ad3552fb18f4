"""What a paper is made of: sections that every drawer draws, with words as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

DRAFT = "RANCANGAN"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page; the first section of a paper."""

    kind: ClassVar[str] = "frame"
    title: str
    author: str
    footer: str
    draft: bool
    draft_word: str = DRAFT


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


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of those who sign: rows of label and value, and how the paper calls him from here on."""

    rows: tuple[tuple[str, str], ...]
    after: str


@dataclass(frozen=True, slots=True)
class People:
    """The numbered parties."""

    kind: ClassVar[str] = "people"
    people: tuple[Person, ...]


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


Section = Frame | Letterhead | Heading | Text | People | Items | Table | Signatures
