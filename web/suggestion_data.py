"""Suggestions as plain values for other programs: one form, given by `match --json`, `why --json` and the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from matcher import lines
from matcher.explaining import GROUPS, Explanation
from matcher.models import Challenge, Offer, Office, Party
from matcher.queries import suggested
from matcher.queries import why as reasons
from matcher.queries.suggested import Asked, Suggested
from matcher.queries.why import Bar, Why
from web.i18n import date


def written(plain: dict[str, Any]) -> str:
    """One line of JSON; letters of people's words stay as they are."""
    return json.dumps(plain, ensure_ascii=False)


def said(bars: Iterable[Bar], lang: str) -> list[str]:
    """What keeps a pair apart, or a challenge without offers, in *lang*."""
    return [bar.say(lang, date) for bar in bars]


# --- one challenge ---------------------------------------------------------------------------------------------------


def of_challenge(
    session: Session, office: Office, challenge: Challenge, *, at: dt.datetime, lang: str
) -> dict[str, Any]:
    """What is suggested for *challenge* as it is stored now, best first; where nothing is, why."""
    found = suggested.every_open(session, office, at=at, code=challenge.code)
    if any(asked.suggestions for asked in found):
        return of_asked(found[0], lang)
    bars = reasons.absence(session, office, challenge, at=at)
    named = _challenge(challenge, lines.owner(session, challenge.party_id))
    return {"challenge": named, "suggestions": [], "why": said(bars, lang)}


def of_asked(asked: Asked, lang: str) -> dict[str, Any]:
    """A challenge with all that may answer it."""
    return {
        "challenge": _challenge(asked.challenge, asked.library),
        "suggestions": [_suggestion(one, lang) for one in asked.suggestions],
    }


def _suggestion(one: Suggested, lang: str) -> dict[str, Any]:
    told = _explained(one.told, lang)
    parts = told.pop("parts")
    return {
        "offer": _offer(one.offer, one.giver), **told, "ready": one.ready, "experience": one.experience, "parts": parts,
    }  # fmt: skip


# --- one pair --------------------------------------------------------------------------------------------------------


def of_pair(found: Why, lang: str) -> dict[str, Any]:
    """Why a named offer is not suggested for a challenge, or which place it takes."""
    other = found.other
    return {
        "challenge": _challenge(found.challenge, found.library),
        "offer": _offer(found.offer, found.giver),
        "why": said(found.bars, lang),
        "rank": found.place,
        "of": found.among,
        "told": None if found.told is None else _explained(found.told, lang),
        "best": None if other is None else {
            "code": other.offer.code, "giver": other.giver.name, "score": round(other.told.score, 1),
            "parts": _parts(other.told),
        },
    }  # fmt: skip


# --- their pieces ----------------------------------------------------------------------------------------------------


def _challenge(challenge: Challenge, library: Party) -> dict[str, Any]:
    return {
        "code": challenge.code, "ref": challenge.ref, "category": challenge.category.value, "title": challenge.title,
        "library": library.name,
    }  # fmt: skip


def _offer(offer: Offer, giver: Party) -> dict[str, Any]:
    return {"code": offer.code, "ref": offer.ref, "giver": giver.name}


def _explained(told: Explanation, lang: str) -> dict[str, Any]:
    """An explanation with all its keys, in one order."""
    spoken = {group.code: group.say(lang) for group in told.groups}
    return {
        "score": round(told.score, 1),
        "band": told.band.words.say(lang),
        "certainty": told.certainty.words.say(lang),
        **{code: spoken.get(code, []) for code in GROUPS},
        "parts": _parts(told),
    }


def _parts(told: Explanation) -> dict[str, float]:
    return {part.name: part.points for part in told.parts}
