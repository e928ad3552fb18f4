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

_CATCHES = frozenset({"other_thing", "unwanted"})
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
    """One open challenge and what may answer it, best first as on the desk; peers before offers that have a catch."""

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
        Asked(challenge, library, _best([_told(challenge, *row, points) for row in of_challenge[challenge.id]]))
        for challenge, library in found
    ]


def _best(found: Sequence[Suggested]) -> list[Suggested]:
    """At most TOP of them, offers and peers each in their own order: what lacks nothing, peers, what has a catch.

    Where offers fill the list, the best peers keep a place.
    """
    gifts, peers = ([one for one in found if one.experience is kind] for kind in (False, True))
    if len(found) > TOP:
        peers = peers[: max(_PEERS_KEPT, TOP - len(gifts))]
        gifts = gifts[: TOP - len(peers)]
    cut = next((place for place, one in enumerate(gifts) if _has_a_catch(one)), len(gifts))
    return [*gifts[:cut], *peers, *gifts[cut:]]


def _has_a_catch(one: Suggested) -> bool:
    """It stands behind others whatever its score: something to fix first, another thing, one that is not wanted."""
    return not one.ready or any(reason.code in _CATCHES for reason in one.told.against)


def _told(
    challenge: Challenge, row: Suggestion, offer: Offer, giver: Party, points: Mapping[int, Mapping[str, float]]
) -> Suggested:
    told = explaining.explain(
        row.factors, row.detail, points[row.weights_id], category=challenge.category, unit=UNITS[challenge.unit].words,
        score=row.score, certainty=row.certainty, conditions=offer.conditions, every=challenge.every,
    )  # fmt: skip
    return Suggested(offer, giver, told, row.ready, row.experience)
