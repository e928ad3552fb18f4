"""A challenge and an offer side by side: what is lacking, what is left, who else could tell, what each is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import balance, lines
from matcher.allocation import fair_split, proportional_split
from matcher.columns import great_circle_km
from matcher.models import (
    Challenge,
    Match,
    Message,
    Offer,
    Office,
    Party,
    Region,
    whose,
)
from matcher.vocabulary import (
    UNITS,
    Category,
    FactCode,
    MessageKind,
    Mode,
    ReportState,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A challenge and an offer side by side, as a decision needs them."""

    challenge: Challenge
    offer: Offer
    taker: Party
    giver: Party
    office: Office
    gap: Decimal | None  #: in the challenge's unit; None: nobody said how much
    left: Decimal | None  #: in the offer's unit; None: belum ditentukan
    window: lines.Window = (None, None)  #: the days on which a line proposed today would count

    @property
    def suggested(self) -> Decimal | None:
        """The number a proposal starts with, in the challenge's unit: min(gap, left, largest share)."""
        if self.offer.mode is Mode.EXPERIENCE or self.left is None or self.gap is None:
            return None
        most = self.left if self.offer.share_max is None else min(self.left, self.offer.share_max)
        reach = lines.in_challenge_unit(most, self.challenge, self.offer, self.office, self.window)
        return None if reach is None else min(reach, self.gap) or None


def pair(session: Session, challenge_id: int, offer_id: int, *, at: dt.datetime) -> Pair:
    """Both sides of a pair with what is lacking and what is left on the day of *at*."""
    day = lines.today(at)
    challenge, offer = lines.get(session, Challenge, challenge_id), lines.get(session, Offer, offer_id)
    office = lines.get(session, Office, challenge.office_id)
    return Pair(
        challenge,
        offer,
        lines.owner(session, challenge.party_id),
        lines.owner(session, offer.party_id),
        office,
        balance.gap(challenge.quantity, lines.of_challenge(session, challenge.id), day),
        balance.left(offer.quantity, lines.of_offer(session, offer.id), day),
        _window(challenge, offer, office, day),
    )


def _window(challenge: Challenge, offer: Offer, office: Office, day: dt.date) -> lines.Window:
    """What recurs or is lent counts from today to the end of both; experience within the cycle; a gift for ever."""
    if offer.mode is Mode.EXPERIENCE:
        return lines.cycle_start(office, day), lines.cycle_end(office, day)
    if challenge.every is None and offer.every is None and offer.ends is None:
        return None, None
    starts = max(value for value in (day, offer.starts, challenge.starts) if value is not None)
    ends = min((value for value in (offer.ends, challenge.ends) if value is not None), default=None)
    if ends is None and offer.every is None:  # a gift once for a need without end is spread over a year
        ends = balance.months_later(starts, 12) - dt.timedelta(days=1)
    return starts, ends


def locked(session: Session, challenge_id: int, offer_id: int, *, at: dt.datetime) -> Pair:
    """The pair, nobody else deciding on either side meanwhile; everybody locks the offer first."""
    lines.get(session, Offer, offer_id, lock=True)
    lines.get(session, Challenge, challenge_id, lock=True)
    return pair(session, challenge_id, offer_id, at=at)


def shares(
    session: Session, offer_id: int, challenge_ids: Sequence[int], *, at: dt.datetime, proportional: bool = False
) -> list[Decimal]:
    """Share what an offer has left out over several challenges, in the offer's unit and in their order.

    Fair by default: everybody is raised together, the leftover goes to the longest wait; *proportional* gives
    everybody the same share of the own need.  The smallest and largest share the giver named hold for fair shares,
    the largest for both.
    """
    pairs = [pair(session, challenge_id, offer_id, at=at) for challenge_id in challenge_ids]
    if not pairs:
        return []
    offer, left = pairs[0].offer, pairs[0].left or balance.NOTHING
    needs = [_lacking(both) for both in pairs]
    step = Decimal(1) if UNITS[offer.unit].whole else Decimal("0.001")
    if proportional:
        return proportional_split(left, needs, largest=offer.share_max, step=step)
    waiting = [(lines.today(at) - lines.today(both.challenge.reported_at)).days for both in pairs]
    return fair_split(left, needs, waiting, smallest=offer.share_min, largest=offer.share_max, step=step)


def _lacking(both: Pair) -> Decimal:
    """What a challenge lacks, in the offer's unit; nothing where it cannot be said."""
    if both.gap is None:
        return balance.NOTHING
    found = lines.in_offer_unit(both.gap, both.challenge, both.offer, both.office, both.window)
    return found or balance.NOTHING


#: Under which category peers tell how they came by what a fact asks for.
_TOLD_UNDER = {
    FactCode.ROOM: Category.SPACE, FactCode.RACK: Category.SPACE, FactCode.INTERNET: Category.INTERNET,
    FactCode.COMPUTERS: Category.COMPUTERS, FactCode.TITLES: Category.BOOKS, FactCode.STAFF: Category.STAFF,
    FactCode.SK: Category.STAFF,
}  # fmt: skip


def peers_for(session: Session, library: Party, code: FactCode) -> list[Offer]:
    """Experience of other libraries with what *library* lacks, nearest first: who won a room is asked how."""
    rows = select(Offer, Region.lat, Region.lon).select_from(Offer).join(Party, Party.id == whose(Offer))
    told = rows.outerjoin(Region, Party.region_code == Region.code).where(
        Offer.mode == Mode.EXPERIENCE, Offer.state == ReportState.OPEN, Offer.office_id == library.office_id,
        Offer.category == _TOLD_UNDER.get(code, Category.OTHER), Party.id != library.id,
    )  # fmt: skip
    found = session.execute(told.order_by(Offer.id)).all()
    home = session.get(Region, library.region_code) if library.region_code else None
    lat, lon = (_degrees([value]) for value in ((home.lat, home.lon) if home else (None, None)))
    km = great_circle_km(lat, lon, _degrees([row.lat for row in found]), _degrees([row.lon for row in found]))
    order = sorted(range(len(found)), key=lambda place: (float(np.nan_to_num(km[place], nan=1e9)), place))
    return [found[place][0] for place in order]


def _degrees(values: Sequence[float | None]) -> Any:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def write(
    session: Session, both: Pair, kind: MessageKind, party: Party, *, at: dt.datetime, match: Match | None = None,
    **values: Any,
) -> Message:  # fmt: skip
    """A text that waits for the officer; the names in it are of institutions, the person's is filled in when shown."""
    told = {
        "taker": both.taker.name, "giver": both.giver.name, "challenge": both.challenge.code, "offer": both.offer.code,
        "what": both.challenge.title, "code": match.code if match is not None else both.challenge.code,
        "amount": None if match is None or match.quantity is None else str(match.quantity), "unit": both.challenge.unit,
        **values,
    }  # fmt: skip
    message = Message(
        office_id=both.office.id, party_id=party.id, kind=kind, values=told,
        match_id=match.id if match is not None else None, challenge_id=both.challenge.id, made_at=at,
    )  # fmt: skip
    session.add(message)
    return message


def drop_texts(session: Session, match: Match, *, at: dt.datetime) -> None:
    """Texts of the line that were not sent are no longer wanted."""
    waiting = select(Message).where(Message.sent_at.is_(None), Message.dropped_at.is_(None))
    for message in session.scalars(waiting.where(Message.match_id == match.id)):
        message.dropped_at = at
