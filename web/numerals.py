"""Owns numbers in figures: what their dots and commas may mean, and how to write them so that they are read back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

#: The mark that parts thousands in each language; the other one parts decimals.
THOUSANDS = {"id": ".", "en": ","}
PATTERN = r"\d+(?:[.,]\d+)*"
_LONGEST = 24


class Figures(NamedTuple):
    """What a number in figures says: 1.500 is 1500 here and 1.5 there."""

    value: Decimal  #: what a table means by it: three digits behind a mark are thousands
    other: Decimal | None = None  #: what else it may mean: a thousandth of it, or a thousand times it
    thousands: str = ""  #: the mark that would part thousands in *value*; empty where it would part them in *other*

    def said_in(self, language: str) -> Decimal | None:
        """The number, where the *language*'s own way of writing settles it; None where it may be either."""
        return self.value if self.other is None or self.thousands == THOUSANDS[language] else None


def figures(piece: str) -> Figures | None:
    """A number as people write it: 1.500.000 · 1,500,000 · 1.500.000,50 · 1,5 · 2.5 · 0.125; None where it is none.

    One mark before exactly three digits has two meanings, except behind a nought: 0.125 groups nothing.
    """
    if len(piece) > _LONGEST or not re.fullmatch(PATTERN, piece):
        return None
    parts, marks = re.split(r"[.,]", piece), re.findall(r"[.,]", piece)
    if not marks:
        return Figures(Decimal(piece))
    whole = Decimal("".join(parts))
    broken = Decimal(f"{''.join(parts[:-1])}.{parts[-1]}")
    started = bool(parts[0].strip("0"))
    threes = all(len(part) == 3 for part in parts[1:])
    grouped = started and threes and len(parts[0]) <= 3
    if len(marks) == 1:
        if grouped:
            return Figures(whole, broken, marks[0])
        return Figures(broken, whole) if started and threes else Figures(broken)
    if grouped and len(set(marks)) == 1:
        return Figures(whole)
    same = all(len(part) == 3 for part in parts[1:-1]) and len(set(marks[:-1])) == 1 and marks[-1] != marks[0]
    return Figures(broken) if same else None


def plain(value: Decimal) -> str:
    """A number in figures with a point that every language reads alike: three decimals get a fourth."""
    told = f"{value.normalize():f}"
    return f"{told}0" if re.search(r"\.\d{3}$", told) else told
