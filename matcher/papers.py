"""What the papers of an agreement say: its rows as plain values, kept in versions; who signs is read when drawn."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from matcher import lines, log
from matcher.models import Agreement, Challenge, Event, Match, Offer, Office, Paper, Party, Region, whose
from matcher.policy import Action, Actor, require
from matcher.vocabulary import AgreementState, MatchState

#: Lines that stand on a paper: what was promised, whether it has arrived yet or not.
_ON_PAPER = (MatchState.AGREED, MatchState.DONE)
_Taker, _Giver = aliased(Party), aliased(Party)


class _Line(NamedTuple):
    """A line with both of its sides."""

    match: Match
    challenge: Challenge
    offer: Offer
    taker: Party
    giver: Party


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for a party; each may be empty and is then a dotted line."""

    name: str
    title: str
    village_head: str


# --- what is kept ----------------------------------------------------------------------------------------------------


def commitment_content(session: Session, agreement: Agreement, *, at: dt.datetime) -> dict[str, Any]:
    """The rows a *Berita Acara Komitmen* shows, as JSON holds them, without personal values.

    Quantities are decimal texts in the unit named beside them, days are ISO dates, vocabulary stands as codes.  The
    same rows give the same content, whenever it is asked for.
    """
    del at  # a paper shows what the rows say, not when somebody looked
    office = lines.get(session, Office, agreement.office_id)
    event = session.get(Event, agreement.event_id) if agreement.event_id else None
    rows = _rows(session, agreement)
    day = agreement.signed_on or (event.day if event else None)
    return {
        "paper": "commitment",
        "code": agreement.code,
        "draft": agreement.state is AgreementState.DRAFT,
        "number": agreement.number,
        "day": _day(day),
        "place": agreement.place or (event.place if event else "") or office.name,
        "event": {"name": event.name, "day": _day(event.day), "place": event.place} if event else None,
        "valid_until": _day(agreement.valid_until),
        "office": _office(session, office),
        "parties": _parties(session, rows),
        "lines": [_line(row) for row in rows],
    }


def _rows(session: Session, agreement: Agreement) -> list[_Line]:
    found = session.execute(
        select(Match, Challenge, Offer, _Taker, _Giver)
        .select_from(Match)
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Offer, Match.offer_id == Offer.id)
        .join(_Taker, _Taker.id == whose(Challenge))
        .join(_Giver, _Giver.id == whose(Offer))
        .where(Match.agreement_id == agreement.id, Match.state.in_(_ON_PAPER))
        .order_by(Match.id)
    )
    return [_Line(*row) for row in found]


def _office(session: Session, office: Office) -> dict[str, Any]:
    region = session.get(Region, office.region_code)
    return {
        "name": office.name, "place": office.place, "letterhead": office.letterhead.splitlines(),
        "region": region.name if region else "",
    }  # fmt: skip


def _parties(session: Session, rows: Iterable[_Line]) -> list[dict[str, Any]]:
    """Givers first, then libraries, each once."""
    givers = {row.giver.id: row.giver for row in rows}
    takers = {row.taker.id: row.taker for row in rows}
    places = _places(session, [*givers.values(), *takers.values()])
    return [
        {
            "id": party.id, "side": side, "name": party.name, "sector": party.sector.value if party.sector else None,
            **places[party.id],
        }
        for side, found in (("giver", givers), ("taker", takers))
        for party in found.values()
    ]  # fmt: skip


def _places(session: Session, parties: Iterable[Party]) -> dict[int, dict[str, str]]:
    """Names of village, kecamatan and kabupaten around each party; empty where unknown."""
    codes = {party.id: (party.region_code or "").split(".") for party in parties}
    wanted = {".".join(parts[:depth]) for parts in codes.values() for depth in (2, 3, 4) if len(parts) >= depth}
    names: dict[str, str] = dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(wanted))).all())
    levels = (("kabupaten", 2), ("kecamatan", 3), ("village", 4))
    return {
        party_id: {
            level: names.get(".".join(parts[:depth]), "") if len(parts) >= depth else "" for level, depth in levels
        }
        for party_id, parts in codes.items()
    }


def _line(row: _Line) -> dict[str, Any]:
    match, challenge, offer, taker, giver = row
    return {
        "code": match.code, "challenge": challenge.code, "offer": offer.code, "taker": taker.id, "giver": giver.id,
        "title": challenge.title, "category": challenge.category.value, "mode": match.mode.value,
        "quantity": _amount(match.quantity), "unit": challenge.unit,
        "offer_quantity": _amount(match.offer_quantity), "offer_unit": offer.unit,
        "every": match.every.value if match.every else None,
        "starts": _day(match.starts), "ends": _day(match.ends), "due": _day(match.due),
        "conditions": offer.conditions, "follow_on_cost": offer.follow_on_cost,
    }  # fmt: skip


def _amount(value: Any) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


# --- who signs -------------------------------------------------------------------------------------------------------


def signers(session: Session, agreement: Agreement) -> dict[int, Signer]:
    """The people of the agreement's parties, by party id; personal values, for those who may read contacts."""
    parties = {party.id: party for row in _rows(session, agreement) for party in (row.taker, row.giver)}
    return {
        party_id: Signer(party.contact_name, party.contact_title, party.head_name)
        for party_id, party in parties.items()
    }


# --- its versions ----------------------------------------------------------------------------------------------------


def issue_paper(
    session: Session, agreement: Agreement, content: dict[str, Any], *, by: Actor, at: dt.datetime
) -> Paper:
    """Keep a version of an agreement's paper; the same content again is the same version.

    *content* is the rows the paper shows, without personal values.
    """
    require(by, Action.AGREE, office_id=agreement.office_id)
    lines.get(session, Agreement, agreement.id, lock=True)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = session.scalar(
        select(Paper).where(Paper.agreement_id == agreement.id).order_by(Paper.version.desc()).limit(1)
    )
    if newest is not None and newest.digest == digest:
        return newest
    version = 1 if newest is None else newest.version + 1
    paper = Paper(
        agreement_id=agreement.id, version=version, code=f"{agreement.code}-v{version}", content=content, digest=digest,
        made_at=at, made_by=by.name,
    )  # fmt: skip
    session.add(paper)
    log.record(session, paper, "issue", by=by, at=at, changes={"version": [None, version], "digest": [None, digest]})
    session.flush()
    return paper
