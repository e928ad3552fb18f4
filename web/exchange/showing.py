"""Owns how stored values read in a list of what changes: numbers, days, units and places in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from matcher.vocabulary import UNITS, FactCode, FactKind, Term, Words
from web.exchange.places import Places

_YES_NO = (Words("tidak", "no"), Words("ya", "yes"))
_NOTHING = Words("", "")
_LONGEST = 120


def shown(name: str, value: Any, places: Places) -> Words:
    """The value of the field *name* as a person reads it; facts go by the code of their column."""
    if value is None or value in ("", []):
        return _NOTHING
    if name.startswith("fact_") and FactCode(name.removeprefix("fact_")).kind is FactKind.YES_NO:
        return _YES_NO[bool(value)]
    if name == "unit":
        return UNITS[value].words
    if name == "region_code":
        value = places.names.get(value, value)
    elif name == "area":
        value = places.told(value)
    elif name == "conditions":
        value = "; ".join(f"{FactCode(one['fact']).words.id} {one['op']} {one['value']:g}" for one in value)
    return _plain(value)


def _plain(value: Any) -> Words:
    if isinstance(value, Term):
        return value.words
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, (Decimal, int, float)):
        return figures(Decimal(str(value)))
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return Words(f"{value:%d/%m/%Y}", value.isoformat())
    said = " ".join(str(value).split())
    said = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    return Words(said, said)


def figures(value: Decimal) -> Words:
    """A number as each language groups it."""
    english = f"{value.normalize():,f}"
    return Words(english.translate(str.maketrans(",.", ".,")), english)


def amount(quantity: Decimal | None, unit: str) -> Words:
    """A quantity with its unit."""
    if quantity is None:
        return _NOTHING
    number, words = figures(quantity), UNITS[unit].words
    return Words(f"{number.id} {words.id}", f"{number.en} {words.en}")
