"""Reading Indonesian: one text becomes an item, minutes become challenges, successes, stakeholders and places."""

from __future__ import annotations

from matcher.text.describe import describe, explain
from matcher.text.minutes import Item, Minutes, read_minutes
from matcher.text.normalise import normalise, tokens
from matcher.text.places import Gazetteer, Place
from matcher.text.quantities import Amount
from matcher.text.reader import Reading, Source, read
from matcher.text.stakeholders import Stakeholder

__all__ = [
    "Amount",
    "Gazetteer",
    "Item",
    "Minutes",
    "Place",
    "Reading",
    "Source",
    "Stakeholder",
    "describe",
    "explain",
    "normalise",
    "read",
    "read_minutes",
    "tokens",
]
