"""What a list of all suggestions reads: every open challenge with its best offers and why, in a few queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import lines, scoring
from matcher.models import Challenge, Offer, Office, Party, Suggestion, Weights
from matcher.scoring import TOP, Explanation
from matcher.vocabulary import UNITS, ReportState

_PEERS_KEPT = 3  #: so many peers stay in a list that offers alone would fill


@dataclass(frozen=True, slots=True)
class Suggested:
    """One offer beside a challenge, with its reasons."""

    offer: Offer
    giver: Party
    told: Explanation
    ready: bool
    experience: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One open challenge and what may answer it, best first: what is ready, then by score, peers among the offers."""

    challenge: Challenge
    library: Party
    suggestions: list[Suggested]


def every_open(session: Session, office: Office, *, at: dt.datetime, code: str | None = None) -> list[Asked]:
    """Every open challenge of *office* that still holds on the day of *at*, or only the one with that *code*."""
    day = lines.today(at)
    where = [Challenge.office_id == office.id, Challenge.state == ReportState.OPEN]
    where.append(or_(Challenge.valid_until.is_(None), Challenge.valid_until >= day))
    if code is not None:
        where.append(Challenge.code == code)
    asked = select(Challenge, Party).join(Party, Challenge.party_id == Party.id).where(*where).order_by(Challenge.id)
    found = session.execute(asked).all()
    beside = (
        select(Suggestion, Offer, Party)
        .join(Challenge, Suggestion.challenge_id == Challenge.id)
        .join(Offer, Suggestion.offer_id == Offer.id)
        .join(Party, Offer.party_id == Party.id)
        .where(*where)
        .order_by(Suggestion.challenge_id, Suggestion.ready.desc(), Suggestion.score.desc(), Suggestion.offer_id)
    )
    of_challenge: dict[int, list[tuple[Suggestion, Offer, Party]]] = defaultdict(list)
    for row, offer, giver in session.execute(beside):
        of_challenge[row.challenge_id].append((row, offer, giver))
    points = {weights.id: weights.points for weights in session.scalars(select(Weights))}
    return [
        Asked(challenge, library, [_told(challenge, *row, points) for row in _best(of_challenge[challenge.id])])
        for challenge, library in found
    ]


def _best(rows: Sequence[tuple[Suggestion, Offer, Party]]) -> list[tuple[Suggestion, Offer, Party]]:
    """At most TOP of them in their order; where offers fill the list, the best peers keep a place."""
    if len(rows) <= TOP:
        return list(rows)
    peers = [row for row in rows if row[0].experience][:_PEERS_KEPT]
    others = [row for row in rows if row not in peers][: TOP - len(peers)]
    return [row for row in rows if row in peers or row in others]


def _told(
    challenge: Challenge, row: Suggestion, offer: Offer, giver: Party, points: dict[int, dict[str, float]]
) -> Suggested:
    told = scoring.explain(
        row.factors, row.detail, points[row.weights_id], category=challenge.category, unit=UNITS[challenge.unit].words,
        score=row.score, certainty=row.certainty,
    )  # fmt: skip
    return Suggested(offer, giver, told, row.ready, row.experience)
