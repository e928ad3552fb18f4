"""Owns what a plan says in a language: why a row stands in it, why a challenge gets no more."""

from __future__ import annotations

from matcher.queries.plans import Gap, Row
from web.i18n import amount, lang, number


def why_planned(row: Row, language: str | None = None) -> str:
    """What speaks for a row, in the page's language unless another is named."""
    language = language or lang()
    said = []
    for words, told in row.said:
        values = {name: number(told[name], language) for name in ("days", "others", "choice", "rivals")}
        for name in ("quantity", "lacking"):
            if told.get(name) is not None:
                values[name] = amount(told[name], row.challenge.unit, row.challenge.every, language)
        said.append(words.say(language, **values))
    return "; ".join(said)


def why_short(gap: Gap, language: str | None = None) -> str:
    """Why a challenge gets no more."""
    language = language or lang()
    return gap.reason.words.say(
        language, offer=gap.offer.code if gap.offer else "–", giver=gap.giver.name if gap.giver else "–",
        others=number(gap.gap.told.get("others", 0), language),
        missing=", ".join(fact.words.say(language) for fact in gap.missing) or "–",
    )  # fmt: skip
