"""The command `match`: suggestions worked out afresh, and one line per open challenge."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from matcher.vocabulary import UNITS, Words
from web.failure import Failure

if TYPE_CHECKING:
    from matcher.queries.suggested import Asked, Suggested

_WORDS = {
    "unknown": Words("tidak ada kebutuhan terbuka berkode {code}", "there is no open challenge with the code {code}"),
    "none": Words("belum ada tawaran yang cocok", "no offer fits yet"),
    "for": Words("mendukung", "for"),
    "against": Words("kurang", "against"),
    "unknown_of": Words("belum diketahui", "unknown"),
    "peer": Words("berbagi pengalaman", "shares experience"),
    "empty": Words("tidak ada kebutuhan yang terbuka", "there is no open challenge"),
    "points": Words("{score} dari 100", "{score} of 100"),
}
_SHOWN = 5  #: offers a person is shown; JSON holds all


def match(args: argparse.Namespace) -> int:
    """Work out the suggestions of the data folder and print them."""
    from matcher import matching
    from matcher.queries import suggested
    from web.folder import Folder

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one
    code = args.challenge.strip().upper() if args.challenge else None
    folder = Folder.open(args.data, make="meeting")
    try:
        with folder.writing() as session:
            office = folder.office(session)
            at = folder.now(session, args.as_of)
            matching.refresh(session, office, at=at)
            session.flush()
            found = suggested.every_open(session, office, at=at, code=code)
        if code is not None and not found:
            raise Failure(" / ".join(words.format(code=code) for words in _WORDS["unknown"]))
    finally:
        folder.close()
    if not found and not args.json:
        print(_WORDS["empty"].say(args.lang))
    for asked in found:
        print(json.dumps(_as_json(asked, args.lang), ensure_ascii=False) if args.json else _as_text(asked, args.lang))
    return 0


def _as_json(asked: Asked, lang: str) -> dict[str, Any]:
    challenge = asked.challenge
    return {
        "challenge": {
            "code": challenge.code, "ref": challenge.ref, "category": challenge.category.value,
            "title": challenge.title,
            "library": asked.library.name,
        },
        "suggestions": [_suggestion(one, lang) for one in asked.suggestions],
    }  # fmt: skip


def _suggestion(one: Suggested, lang: str) -> dict[str, Any]:
    told = one.told
    return {
        "offer": {"code": one.offer.code, "ref": one.offer.ref, "giver": one.giver.name},
        "score": round(told.score, 1),
        "band": told.band.words.say(lang),
        "certainty": told.certainty.words.say(lang),
        "for": [reason.say(lang) for reason in told.speaks_for],
        "against": [reason.say(lang) for reason in told.against],
        "unknown": [reason.say(lang) for reason in told.unknown],
        "ready": one.ready,
        "experience": one.experience,
        "parts": {part.name: part.points for part in told.parts},
    }


def _as_text(asked: Asked, lang: str) -> str:
    challenge = asked.challenge
    quantity = _quantity(challenge.quantity, challenge.unit, lang)
    ref = f" [{challenge.ref}]" if challenge.ref else ""
    head = (
        f"{challenge.code}{ref} {challenge.category.words.say(lang)}: {challenge.title}{quantity}. {asked.library.name}"
    )
    told = [line for place, one in enumerate(asked.suggestions[:_SHOWN], 1) for line in _choice(place, one, lang)]
    return "\n".join([head, *(told or [f"   {_WORDS['none'].say(lang)}"]), ""])


def _quantity(value: Any, unit: str, lang: str) -> str:
    if value is None:
        return ""
    from web.i18n import number

    return f" ({number(value, lang)} {UNITS[unit].words.say(lang)})"


def _choice(place: int, one: Suggested, lang: str) -> list[str]:
    told = one.told
    peer = f" ({_WORDS['peer'].say(lang)})" if one.experience else ""
    points = _WORDS["points"].say(lang, score=f"{told.score:.1f}".replace(".", "," if lang == "id" else "."))
    band, sure = told.band.words.say(lang), told.certainty.words.say(lang)
    lines = [
        f"   {place}. {one.offer.code} {one.giver.name}: {one.offer.title}{peer}",
        f"      {band}, {sure} ({points})",
    ]
    for code, reasons in (("for", told.speaks_for), ("against", told.against), ("unknown_of", told.unknown)):
        if reasons:
            lines.append(f"      {_WORDS[code].say(lang)}: {'; '.join(reason.say(lang) for reason in reasons)}")
    return lines
