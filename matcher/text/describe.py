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
    "kind": Words("Jenis", "Kind"),
    "unsaid": Words("tidak disebut", "not said"),
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
    """How one text is read, how sure each part is and which of its words speak for it, as text for a terminal."""
    reading = read(text, gazetteer)
    said = _said(reading)
    cues = [words for name, found in said.items() if name.startswith("kind:") for words in found]
    lines = [_headline(reading, lang), _part("kind", "", reading.sure["kind"], cues, lang)]
    lines += [_part(one.words.say(lang), "", reading.sure["categories"], said.get(one, ()), lang)
              for one in reading.categories]  # fmt: skip
    if reading.kind == "offer":
        named = (
            f"{reading.giver} [{Sector(reading.sector).words.say(lang)}]" if reading.sector else _say("unsaid", lang)
        )
        lines.append(_part("giver", named, reading.sure["sector"], said.get("giver", ()), lang))
    lines += [_part("amount", _amount(one, lang), one.sure, [_quoted(reading, one)], lang)
              for one in reading.quantities]  # fmt: skip
    if gazetteer is not None:
        sure, spoken = reading.sure["places"], said.get("place", ())
        lines += [_part("place", f"{gazetteer.names[code]} ({code})", sure, spoken, lang) for code in reading.places]
    lines += [
        f"  {_say('unsettled', lang, name=place.name, count=len(place.candidates))}" for place in reading.unsettled
    ]
    if reading.urgency:
        by_when = Urgency(reading.urgency).words.say(lang)
        lines.append(_part("urgency", by_when, reading.sure["urgency"], said.get("urgency", ()), lang))
    if reading.vague:
        lines.append(f"  {_say('vague', lang)}")
    return "\n".join(lines) + "\n"


_MOST_QUOTES = 6


def _part(title: str, value: str, sure: float, said: Sequence[str], lang: str) -> str:
    """One part of a reading: what it is, how sure, and the words that speak for it."""
    title = _say(title, lang) if title in WORDS else title
    quotes = [f'"{words}"' for words in dict.fromkeys(said)][:_MOST_QUOTES]
    because = f", {_say('because', lang)} {', '.join(quotes)}" if quotes else ""
    return f"  {title}{': ' if value else ''}{value} ({_percent(sure)}){because}"


def _percent(sure: float) -> str:
    """A certainty in whole percent; nothing read by a machine is wholly certain."""
    return f"{min(sure, 0.99):.0%}"


def _said(reading: Reading) -> dict[str, list[str]]:
    """The words of the text that speak for each field."""
    said: dict[str, list[str]] = {}
    for source in reading.sources:
        said.setdefault(source.field, []).append(_one_line(source.words))
    return said


def _quoted(reading: Reading, one: Amount) -> str:
    return _one_line(reading.tokens.quote(one.first, one.last)) if reading.tokens is not None else ""


def _headline(reading: Reading, lang: str) -> str:
    about = f": {_categories(reading.categories, lang)}" if reading.categories else ""
    return f"{_say(reading.kind, lang)}{about} ({_say('sure', lang)} {_percent(reading.confidence)})"


def _amount(one: Amount, lang: str) -> str:
    every = f" {Every(one.every).words.say(lang)}" if one.every else ""
    ends = _number(one.low_and_high, lang)
    return f"{_say(one.role, lang)} {ends} {UNITS[one.unit].words.say(lang)}{every}"


def _number(ends: Sequence[float], lang: str) -> str:
    """A number, or the two ends of a range, written as in *lang*."""
    marks = str.maketrans(",.", ".,") if lang == "id" else {}
    return "–".join([f"{end:,.2f}".rstrip("0").rstrip(".").translate(marks) for end in ends])
