"""The commands `match` and `why`: suggestions worked out afresh, and one pair that an officer names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from matcher.errors import NotFound
from matcher.explaining import Explanation
from matcher.vocabulary import Words
from web.failure import Failure

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from matcher.models import Challenge, Office, Party
    from matcher.queries.suggested import Asked, Suggested
    from matcher.queries.why import Why

_WORDS = {
    "challenge": Words("tidak ada kebutuhan berkode {code}", "there is no challenge with the code {code}"),
    "offer": Words("tidak ada tawaran berkode {code}", "there is no offer with the code {code}"),
    "none": Words("belum ada tawaran yang cocok", "no offer fits yet"),
    "peer": Words("berbagi pengalaman", "shares experience"),
    "empty": Words("tidak ada kebutuhan yang terbuka", "there is no open challenge"),
    "points": Words("{score} dari 100", "{score} of 100"),
    "apart": Words("Tidak diusulkan karena:", "Not suggested because:"),
    "place": Words("Urutan ke-{place} dari {among}", "Number {place} of {among}"),
    "beyond": Words("Ada {among} perpustakaan yang lebih dekat", "{among} libraries are nearer"),
    "best": Words("Dibanding yang terbaik, {code} {giver}:", "Beside the best one, {code} {giver}:"),
    "next": Words("Yang terbaik. Sesudahnya {code} {giver}:", "The best one. After it {code} {giver}:"),
    "sum": Words("seluruhnya", "total"),
}
_SHOWN = 5  #: offers a person is shown; JSON holds all


def match(args: argparse.Namespace) -> int:
    """Work out the suggestions of the data folder and print them."""
    from matcher import matching
    from matcher.queries import suggested
    from web import suggestion_data as data
    from web.folder import Folder

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a pipe on Windows has another one
    code = args.challenge.strip().upper() if args.challenge else None
    folder = Folder.open(args.data, make="meeting")
    try:
        with folder.writing() as session:
            office, at = folder.office(session), folder.now(session, args.as_of)
            if code is not None:
                _challenge(session, office, code)
            matching.refresh(session, office, at=at)
            session.flush()
            found = suggested.every_open(session, office, at=at, code=code)
            if code is not None and not any(asked.suggestions for asked in found):
                _say_absence(session, office, code, at=at, as_json=args.json, lang=args.lang)
                return 0
    finally:
        folder.close()
    if not found and not args.json:
        print(_WORDS["empty"].say(args.lang))
    for asked in found:
        print(data.written(data.of_asked(asked, args.lang)) if args.json else _as_text(asked, args.lang))
    return 0


def why(args: argparse.Namespace) -> int:
    """Say why a named offer is not suggested for a named challenge, or which place it takes."""
    from matcher.queries import why as asked
    from web import suggestion_data as data
    from web.folder import Folder

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # as above
    folder = Folder.open(args.data, make=None)
    try:
        with folder.reading() as session:
            office, at = folder.office(session), folder.now(session, args.as_of)
            challenge = _challenge(session, office, args.challenge)
            try:
                offer = asked.offer_of(session, office, args.offer)
            except NotFound:
                raise _nothing("offer", args.offer) from None
            found = asked.why(session, office, challenge, offer, at=at)
            as_json, lang = args.json, args.lang
            print(data.written(data.of_pair(found, lang)) if as_json else "\n".join(_why_text(found, lang)))
    finally:
        folder.close()
    return 0


def _challenge(session: Session, office: Office, code: str) -> Challenge:
    """The office's challenge of that code."""
    from matcher import lines
    from matcher.models import Challenge

    try:
        found = lines.by_code(session, Challenge, code)
    except NotFound:
        raise _nothing("challenge", code) from None
    if found.office_id != office.id:
        raise _nothing("challenge", code)
    return found


def _nothing(kind: str, code: str) -> Failure:
    return Failure(" / ".join(words.format(code=code) for words in _WORDS[kind]))


# --- all that is suggested -------------------------------------------------------------------------------------------


def _say_absence(session: Session, office: Office, code: str, *, at: dt.datetime, as_json: bool, lang: str) -> None:
    """Why nothing is suggested for the challenge that was named."""
    from matcher import lines
    from matcher.queries import why as asked
    from web import suggestion_data as data

    challenge = _challenge(session, office, code)
    if as_json:
        print(data.written(data.of_challenge(session, office, challenge, at=at, lang=lang)))
        return
    bars = data.said(asked.absence(session, office, challenge, at=at), lang)
    head = _head(challenge, lines.owner(session, challenge.party_id), lang)
    print("\n".join([head, f"   {_WORDS['none'].say(lang)}:", *(f"   - {bar}" for bar in bars)]))


def _as_text(asked: Asked, lang: str) -> str:
    head = _head(asked.challenge, asked.library, lang)
    told = [line for place, one in enumerate(asked.suggestions[:_SHOWN], 1) for line in _choice(place, one, lang)]
    return "\n".join([head, *(told or [f"   {_WORDS['none'].say(lang)}"]), ""])


def _head(challenge: Challenge, library: Party, lang: str) -> str:
    quantity = _quantity(challenge, lang)
    ref = f" [{challenge.ref}]" if challenge.ref else ""
    return f"{challenge.code}{ref} {challenge.category.words.say(lang)}: {challenge.title}{quantity}. {library.name}"


def _quantity(challenge: Challenge, lang: str) -> str:
    if challenge.quantity is None:
        return ""
    from web.i18n import amount

    return f" ({amount(challenge.quantity, challenge.unit, challenge.every, lang)})"


def _choice(place: int, one: Suggested, lang: str) -> list[str]:
    peer = f" ({_WORDS['peer'].say(lang)})" if one.experience else ""
    return [
        f"   {place}. {one.offer.code} {one.giver.name}: {one.offer.title}{peer}",
        f"      {_fit(one.told, lang)}",
        *(f"      {line}" for line in _reasons(one.told, lang)),
    ]


def _fit(told: Explanation, lang: str) -> str:
    points = _WORDS["points"].say(lang, score=_points(told.score, lang))
    return f"{told.band.words.say(lang)}, {told.certainty.words.say(lang)} ({points})"


def _points(value: float, lang: str, *, sign: bool = False) -> str:
    text = f"{value:+.1f}" if sign and value else f"{value:.1f}"
    return text.replace(".", ",") if lang == "id" else text


def _reasons(told: Explanation, lang: str) -> list[str]:
    return [f"{group.words.say(lang).lower()}: {'; '.join(group.say(lang))}" for group in told.groups]


# --- one pair --------------------------------------------------------------------------------------------------------


def _why_text(found: Why, lang: str) -> Iterator[str]:
    from web import suggestion_data as data

    yield _head(found.challenge, found.library, lang)
    yield f"{found.offer.code} {found.giver.name}: {found.offer.title}"
    if found.told is None:
        yield _WORDS["apart"].say(lang)
        yield from (f"  - {bar}" for bar in data.said(found.bars, lang))
        return
    place = "place" if found.place else "beyond"
    yield f"{_WORDS[place].say(lang, place=found.place, among=found.among)}: {_fit(found.told, lang)}"
    yield from (f"  {line}" for line in _reasons(found.told, lang))
    if found.note is not None:
        yield f"  {found.note.say(lang)}"
    if found.other is not None:
        words = _WORDS["next" if found.place == 1 else "best"]
        yield words.say(lang, code=found.other.offer.code, giver=found.other.giver.name)
        rows = [(row.mine.words.say(lang), row.mine.points, row.other.points, row.apart) for row in found.table]
        rows.append((_WORDS["sum"].say(lang), found.told.score, found.other.told.score, found.apart))
        for name, mine, other, apart in rows:
            yield f"  {name:<32}{_points(mine, lang):>7}{_points(other, lang):>7}{_points(apart, lang, sign=True):>8}"
