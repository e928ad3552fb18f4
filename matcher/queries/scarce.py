"""Offers that several libraries wait for: what the office may share out, the most awaited first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher import balance, lines
from matcher.models import Challenge, Match, Offer, Office, Party, Suggestion, whose
from matcher.sharing import hindrance
from matcher.vocabulary import ReportState

SEVERAL = 2  #: from so many needs on there is something to share


@dataclass(frozen=True, slots=True)
class Scarce:
    """An offer with what it has left, and how many needs it is suggested for."""

    offer: Offer
    giver: Party
    needs: int
    left: Decimal
    soft: Decimal  #: of it, what proposed lines would take


def awaited(session: Session, office: Office, *, at: dt.datetime) -> list[Scarce]:
    """Open offers with something left that are suggested for several needs of *office*; four queries."""
    day = lines.today(at)
    counted = (
        select(Suggestion.offer_id, func.count().label("needs"))
        .join(Challenge, Suggestion.challenge_id == Challenge.id)
        .where(Challenge.office_id == office.id, Suggestion.experience.is_(False))
        .group_by(Suggestion.offer_id)
        .having(func.count() >= SEVERAL)
        .subquery()
    )
    rows = session.execute(
        select(Offer, Party, counted.c.needs)
        .join(counted, counted.c.offer_id == Offer.id)
        .join(Party, Party.id == whose(Offer))
        .where(Offer.state == ReportState.OPEN, Offer.quantity.is_not(None))
    ).all()
    held = lines.grouped(lines.read(session, Match.offer_id.in_(select(counted.c.offer_id))), "offer_id")
    found = [
        Scarce(
            offer, giver, needs, balance.left(offer.quantity, held.get(offer.id, ()), day) or Decimal(0),
            balance.total(held.get(offer.id, ()), day, balance.soft),
        )
        for offer, giver, needs in rows
        if hindrance(offer, day) is None
    ]  # fmt: skip
    return sorted((row for row in found if row.left > row.soft), key=lambda row: (-row.needs, row.offer.id))
