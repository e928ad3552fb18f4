"""The WhatsApp texts an officer sends from his own telephone: words filled with what was stored, and where they go."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from matcher.models import Challenge, Message, Party
from matcher.vocabulary import Category, Every, FactCode, Words
from web import i18n

_UNSAID = Words("jumlahnya kita bicarakan", "the number is still to be settled")
_EXPERIENCE = Words("berbagi pengalaman", "sharing experience")


def text(
    message: Message,
    party: Party,
    challenge: Challenge | None,
    *,
    every: Every | None = None,
    experience: bool = False,
    to_a_person: bool = True,
) -> str:
    """The text in the language of the page; *every* and *experience* are the line's.

    It begins with the contact's name where one is known and *to_a_person* allows it, else with the party's.
    """
    values = message.values
    filled = {
        **values,
        "name": (party.contact_name if to_a_person else "") or party.name,
        "what": _what(challenge, values),
        "quantity": i18n.say(_EXPERIENCE) if experience else _quantity(values, every),
        "fact": i18n.say(FactCode(values["fact"]).words) if values.get("fact") else "",
    }
    return message.kind.words.say(i18n.lang(), **_Dashes({name: _plain(value) for name, value in filled.items()}))


class _Dashes(dict[str, str]):
    """Values of a text; one that was not stored shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _plain(value: Any) -> str:
    return "–" if value is None else str(value)


def _what(challenge: Challenge | None, values: dict[str, Any]) -> str:
    """The kind of thing that is lacking or offered, with its number where one is known."""
    if challenge is not None:
        return _kind(challenge.category, challenge.quantity, challenge.unit, challenge.every)
    if "category" not in values:
        return str(values.get("what", "–"))
    number = None if values.get("amount") is None else Decimal(values["amount"])
    every = Every(values["every"]) if values.get("every") else None
    return _kind(Category(values["category"]), number, values["unit"], every)


def _kind(category: Category, quantity: Decimal | None, unit: str, every: Every | None) -> str:
    kind = i18n.say(category.words).lower()
    return kind if quantity is None else f"{kind} ({i18n.amount(quantity, unit, every)})"


def _quantity(values: dict[str, Any], every: Every | None) -> str:
    if values.get("amount") is None:
        return i18n.say(_UNSAID)
    return i18n.amount(Decimal(values["amount"]), values["unit"], every)


def number(phone: str) -> str:
    """A telephone number as wa.me wants it (6281234567890); empty where there is none to speak of."""
    digits = re.sub(r"\D", "", phone)
    digits = digits.removeprefix("00")
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    elif digits.startswith("8"):
        digits = "62" + digits
    return digits if 10 <= len(digits) <= 15 else ""


def link(phone: str, words: str) -> str:
    """The address that opens WhatsApp with *words* written; empty without a usable number."""
    found = number(phone)
    return f"https://wa.me/{found}?text={quote(words)}" if found else ""
