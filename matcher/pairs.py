"""A challenge and an offer side by side: what is lacking, what is left, who else could tell, what each is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from matcher import balance, lines
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
    Category,
    FactCode,
    MessageKind,
    Mode,
    ReportState,
)

_Row = TypeVar("_Row", Challenge, Offer, Match)


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
        span(challenge, offer, office, day),
    )


def span(challenge: Challenge, offer: Offer, office: Office, day: dt.date) -> lines.Window:
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


def lock_all(session: Session, pairs: Sequence[tuple[int, int]]) -> tuple[dict[int, Challenge], dict[int, Offer]]:
    """Lock both sides of many (challenge, offer), read afresh, by id: all offers, then all challenges, by number."""
    offers = lock_rows(session, Offer, {offer for _, offer in pairs})
    return lock_rows(session, Challenge, {challenge for challenge, _ in pairs}), offers


def lock_rows(session: Session, table: type[_Row], wanted: Collection[int]) -> dict[int, _Row]:
    """Rows by id, read afresh and locked in one order, so that two officers never wait for each other."""
    session.flush()
    named: Any = table
    rows = select(named).order_by(named.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    found: dict[int, _Row] = {}
    for some in batched(sorted(set(wanted))):
        found |= {row.id: row for row in session.scalars(rows.where(named.id.in_(some)))}
    return found


def batched(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """*values* in pieces that fit into one IN list."""
    return (values[start : start + lines.CHUNK] for start in range(0, len(values), lines.CHUNK))


def side_by_side(session: Session, keys: Sequence[tuple[int, int]], office: Office, *, at: dt.datetime) -> list[Pair]:
    """Many pairs of one office, locked; what is lacking and what is left is not looked up."""
    day = lines.today(at)
    challenges, offers = lock_all(session, keys)
    into = lines.merged(session)
    named = {row.party_id for row in challenges.values()} | {row.party_id for row in offers.values()}
    wanted = {into.get(party_id, party_id) for party_id in named}
    parties: dict[int, Party] = {}
    for some in batched(sorted(wanted)):
        parties |= {party.id: party for party in session.scalars(select(Party).where(Party.id.in_(some)))}

    def whom(row: Challenge | Offer) -> Party:
        return parties[into.get(row.party_id, row.party_id)]

    found = []
    for challenge_id, offer_id in keys:
        challenge, offer = challenges[challenge_id], offers[offer_id]
        window = span(challenge, offer, office, day)
        found.append(Pair(challenge, offer, whom(challenge), whom(offer), office, None, None, window))
    return found


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
    message = Message(**_text(both, kind, party, at=at, match=match, **values))
    session.add(message)
    return message


def write_to_both(session: Session, proposed: Sequence[tuple[Pair, Match]], *, at: dt.datetime) -> None:
    """A text to the giver and one to the library of every line that was put forward, written together."""
    texts = [
        _text(both, kind, party, at=at, match=match)
        for both, match in proposed
        for kind, party in ((MessageKind.TO_GIVER, both.giver), (MessageKind.TO_TAKER, both.taker))
    ]
    if texts:
        session.execute(insert(Message), texts)


def _text(
    both: Pair, kind: MessageKind, party: Party, *, at: dt.datetime, match: Match | None = None, **values: Any
) -> dict[str, Any]:
    """The columns of a text."""
    told = {
        "taker": both.taker.name, "giver": both.giver.name, "challenge": both.challenge.code, "offer": both.offer.code,
        "what": both.challenge.title, "code": match.code if match is not None else both.challenge.code,
        "amount": None if match is None or match.quantity is None else str(match.quantity), "unit": both.challenge.unit,
        **values,
    }  # fmt: skip
    return {
        "office_id": both.office.id, "party_id": party.id, "kind": kind, "values": told,
        "match_id": match.id if match is not None else None, "challenge_id": both.challenge.id, "made_at": at,
    }  # fmt: skip


def drop_texts(session: Session, matches: Sequence[Match], *, at: dt.datetime) -> None:
    """Texts of the lines that were not sent are no longer wanted."""
    waiting = update(Message).where(Message.sent_at.is_(None), Message.dropped_at.is_(None)).values(dropped_at=at)
    for some in batched([match.id for match in matches]):
        session.execute(waiting.where(Message.match_id.in_(some)))
