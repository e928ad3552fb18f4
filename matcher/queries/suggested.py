"""What a list of all suggestions reads: every open challenge with its best offers and why, in a few queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import explaining, lines
from matcher.explaining import Explanation
from matcher.models import Challenge, Offer, Office, Party, Suggestion, Weights, whose
from matcher.scoring import TOP, usable_or_start
from matcher.vocabulary import UNITS, Category, ReportState

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
    """One open challenge and what may answer it, best first as on the desk, peers among the offers."""

    challenge: Challenge
    library: Party
    suggestions: list[Suggested]


def every_open(
    session: Session, office: Office, *, at: dt.datetime, code: str | None = None, kind: Category | None = None,
    most: int | None = None,
) -> list[Asked]:  # fmt: skip
    """Every open challenge of *office* that still holds on the day of *at*, or only the one with that *code*.

    Only those of *kind*, where one is given; with at most so many offers and so many peers each.
    """
    day = lines.today(at)
    where = [Challenge.office_id == office.id, Challenge.state == ReportState.OPEN]
    where.append(or_(Challenge.valid_until.is_(None), Challenge.valid_until >= day))
    if code is not None:
        where.append(Challenge.code == code)
    if kind is not None:
        where.append(Challenge.category == kind)
    asked = select(Challenge, Party).select_from(Challenge).join(Party, Party.id == whose(Challenge)).where(*where)
    found = session.execute(asked.order_by(Challenge.id)).all()
    beside = (
        select(Suggestion, Offer, Party)
        .select_from(Suggestion)
        .join(Challenge, Suggestion.challenge_id == Challenge.id)
        .join(Offer, Suggestion.offer_id == Offer.id)
        .join(Party, Party.id == whose(Offer))
        .where(*where, *([] if most is None else [Suggestion.rank <= most]))
        .order_by(Suggestion.challenge_id, Suggestion.rank, Suggestion.offer_id)
    )
    of_challenge: dict[int, list[tuple[Suggestion, Offer, Party]]] = defaultdict(list)
    for row, offer, giver in session.execute(beside):
        of_challenge[row.challenge_id].append((row, offer, giver))
    points = {weights.id: usable_or_start(weights.points) for weights in session.scalars(select(Weights))}
    return [
        Asked(challenge, library, [_told(challenge, *row, points) for row in _best(of_challenge[challenge.id])])
        for challenge, library in found
    ]


_Row = tuple[Suggestion, Offer, Party]


def _best(rows: Sequence[_Row]) -> list[_Row]:
    """At most TOP of them; where offers fill the list, the best peers keep a place.

    Offers keep their order among offers, peers theirs among peers; of the next ones the ready one with the higher
    score comes first.
    """
    gifts, peers = ([row for row in rows if row[0].experience is kind] for kind in (False, True))
    if len(rows) > TOP:
        peers = peers[: max(_PEERS_KEPT, TOP - len(gifts))]
        gifts = gifts[: TOP - len(peers)]
    found: list[_Row] = []
    while gifts and peers:
        found.append((gifts if _before(gifts[0], peers[0]) else peers).pop(0))
    return [*found, *gifts, *peers]


def _before(gift: _Row, peer: _Row) -> bool:
    mine, theirs = ((not row[0].ready, -row[0].score) for row in (gift, peer))
    return mine <= theirs


def _told(
    challenge: Challenge, row: Suggestion, offer: Offer, giver: Party, points: Mapping[int, Mapping[str, float]]
) -> Suggested:
    told = explaining.explain(
        row.factors, row.detail, points[row.weights_id], category=challenge.category, unit=UNITS[challenge.unit].words,
        score=row.score, certainty=row.certainty, conditions=offer.conditions,
        every=challenge.every,
    )  # fmt: skip
    return Suggested(offer, giver, told, row.ready, row.experience)
