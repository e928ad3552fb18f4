"""Owns the plain words in which a reading is shown on a terminal, in Indonesian or English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.text.reader import Reading, read
from matcher.vocabulary import UNITS, Category, Every, Sector, Urgency, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.text.minutes import Item, Minutes
    from matcher.text.places import Gazetteer
    from matcher.text.quantities import Amount

#: Every word of the two renderings that no other table owns.
WORDS: dict[str, Words] = {
    "challenges": Words("Tantangan", "Challenges"),
    "successes": Words("Keberhasilan", "Successes"),
    "offers": Words("Kesanggupan", "Promises"),
    "stakeholders": Words("Pemangku kepentingan", "Stakeholders"),
    "places": Words("Tempat", "Places"),
    "libraries": Words("Perpustakaan", "Libraries"),
    "none": Words("(tidak ditemukan)", "(none found)"),
    "other": Words("lainnya", "other"),
    "vague": Words("jumlahnya belum disebut, perlu ditanyakan", "no amount said, to be asked"),
    "challenge": Words("Kebutuhan", "Need"),
    "offer": Words("Tawaran", "Offer"),
    "success": Words("Keberhasilan", "Success"),
    "neither": Words("Bukan kebutuhan, tawaran, atau keberhasilan", "Neither need, offer nor success"),
    "giver": Words("Pemberi", "Giver"),
    "amount": Words("Jumlah", "Amount"),
    "place": Words("Tempat", "Place"),
    "urgency": Words("Diperlukan", "Needed by"),
    "unsettled": Words(
        "{name}: ada {count} desa bernama sama, sebutkan kecamatannya",
        "{name}: {count} villages bear this name, name the kecamatan",
    ),
    "because": Words("karena tertulis", "because it says"),
    "sure": Words("Keyakinan", "Certainty"),
    "need": Words("butuh", "needs"),
    "give": Words("memberi", "gives"),
    "have": Words("ada", "has"),
}


def _say(code: str, lang: str, **values: object) -> str:
    return WORDS[code].say(lang, **values)


def describe(minutes: Minutes, lang: str = "id") -> str:
    """*minutes* as text for a terminal in *lang* ("id" or "en"), ending with a line break."""
    parts = [
        _section("challenges", [_item(item, lang) for item in minutes.challenges], lang, numbered=True),
        _section("successes", [_item(item, lang) for item in minutes.successes], lang),
        _section("offers", [_promise(item, lang) for item in minutes.offers], lang) if minutes.offers else "",
        _section("stakeholders", [f"{one.name} [{one.sector.words.say(lang)}]" for one in minutes.stakeholders], lang),
        _section("libraries", list(minutes.libraries), lang) if minutes.libraries else "",
        _section("places", [f"{place.name} ({place.code})" for place in minutes.places], lang),
    ]
    return "\n".join(part for part in parts if part)


def _section(title: str, lines: Sequence[str], lang: str, *, numbered: bool = False) -> str:
    marked = [f"  {f'{at}.' if numbered else '-'} {line}\n" for at, line in enumerate(lines, 1)]
    return f"{_say(title, lang)} ({len(lines)})\n" + ("".join(marked) or f"  {_say('none', lang)}\n")


def _item(item: Item, lang: str) -> str:
    about = _categories(item.categories, lang)
    if item.strategy is not None:
        about = f"{item.strategy.words.say(lang)}; {about}" if item.categories else item.strategy.words.say(lang)
    return f"{_one_line(item.words)} [{about}]"


def _promise(item: Item, lang: str) -> str:
    who = f"{item.giver}: " if item.giver else ""
    note = f" ({_say('vague', lang)})" if item.vague else ""
    return f"{who}{_one_line(item.words)} [{_categories(item.categories, lang)}]{note}"


def _categories(categories: Sequence[Category], lang: str) -> str:
    return ", ".join(category.words.say(lang) for category in categories) or _say("other", lang)


def _one_line(words: str) -> str:
    return " ".join(words.split())


def explain(text: str, gazetteer: Gazetteer | None = None, lang: str = "id") -> str:
    """How one text is read and which of its words speak for it, as text for a terminal."""
    reading = read(text, gazetteer)
    lines = [_headline(reading, lang)]
    if reading.giver and reading.sector:
        lines.append(f"{_say('giver', lang)}: {reading.giver} [{Sector(reading.sector).words.say(lang)}]")
    lines += [f"{_say('amount', lang)}: {_amount(one, lang)}" for one in reading.quantities]
    if gazetteer is not None:
        lines += [f"{_say('place', lang)}: {gazetteer.names[code]} ({code})" for code in reading.places]
    lines += [_say("unsettled", lang, name=place.name, count=len(place.candidates)) for place in reading.unsettled]
    if reading.urgency:
        lines.append(f"{_say('urgency', lang)}: {Urgency(reading.urgency).words.say(lang)}")
    if reading.vague:
        lines.append(_say("vague", lang))
    said = list(dict.fromkeys(_one_line(source.words) for source in reading.sources))
    if said:
        lines.append(f"{_say('because', lang)}: " + ", ".join(f'"{words}"' for words in said))
    return "\n".join(lines) + "\n"


def _headline(reading: Reading, lang: str) -> str:
    about = f": {_categories(reading.categories, lang)}" if reading.categories else ""
    return f"{_say(reading.kind, lang)}{about} ({_say('sure', lang)} {reading.confidence:.0%})"


def _amount(one: Amount, lang: str) -> str:
    every = f" {Every(one.every).words.say(lang)}" if one.every else ""
    number = f"{one.amount:,.0f}".replace(",", "." if lang == "id" else ",")
    return f"{_say(one.role, lang)} {number} {UNITS[one.unit].words.say(lang)}{every}"
