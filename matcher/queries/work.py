"""The officer's day: piles of work in numbers, promises without a number, texts that wait to be sent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from matcher import balance, lines
from matcher.models import Challenge, Match, Message, Offer, Office, Party, whose
from matcher.policy import Actor
from matcher.queries import desk
from matcher.vocabulary import Every, LineStatus, MatchState, Mode, ReportState

PER_PAGE = 30

# --- the day's piles -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piles:
    """How much of each kind of work there is."""

    decide: int
    reports: int
    corrections: int
    waiting: int
    lapsed: int
    accepted: int
    overdue: int
    at_risk: int
    messages: int
    unnumbered: int

    @property
    def total(self) -> int:
        """Everything that asks something of the officer today; what waits for others is not counted."""
        asked = (self.decide, self.reports, self.accepted, self.lapsed, self.overdue, self.at_risk, self.messages)
        return sum(asked) + self.unnumbered


def piles(session: Session, office: Office, *, by: Actor, at: dt.datetime) -> Piles:
    """The day's work in numbers."""
    day = lines.today(at)
    live = lines.read(session, Match.office_id == office.id, Match.state.in_((MatchState.PROPOSED, MatchState.AGREED)))
    status = Counter(balance.status(line, day) for _, line in live)
    unsaid = [match for match, _ in live if match.quantity is None and match.mode is not Mode.EXPERIENCE]
    return Piles(
        decide=len(desk.waiting(session, office, by=by, at=at)),
        reports=_count_reports(session, office, ReportState.SUBMITTED),
        corrections=_count_reports(session, office, ReportState.DRAFT),
        waiting=status[LineStatus.WAITING],
        lapsed=status[LineStatus.LAPSED],
        accepted=status[LineStatus.ACCEPTED],
        overdue=status[LineStatus.OVERDUE],
        at_risk=status[LineStatus.AT_RISK],
        messages=_count(session, Message, *_unsent(office.id)),
        unnumbered=len(unsaid) + _count(session, Offer, *_numberless(office.id)),
    )


def _count(session: Session, table: Any, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _count_reports(session: Session, office: Office, state: ReportState) -> int:
    tables = (Challenge, Offer)
    return sum(_count(session, table, table.office_id == office.id, table.state == state) for table in tables)


def _unsent(office_id: int) -> tuple[Any, ...]:
    return (Message.office_id == office_id, Message.sent_at.is_(None), Message.dropped_at.is_(None))


def _numberless(office_id: int) -> tuple[Any, ...]:
    return (
        or_(Offer.office_id == office_id, Offer.office_id.is_(None)), Offer.state == ReportState.OPEN,
        Offer.quantity.is_(None), Offer.mode != Mode.EXPERIENCE,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numberless:
    """What was promised without a number: offers with their givers, lines with both sides."""

    offers: list[tuple[Offer, Party]]
    lines: list[tuple[Match, str, str]]


def numberless(session: Session, office_id: int, *, most: int = 50) -> Numberless:
    """Offers and proposed lines that nobody has put a number to."""
    offers = select(Offer, Party).select_from(Offer).join(Party, Party.id == whose(Offer))
    taker, giver = aliased(Party), aliased(Party)
    found = (
        select(Match, taker.name, giver.name)
        .select_from(Match)
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Offer, Match.offer_id == Offer.id)
        .join(taker, taker.id == whose(Challenge))
        .join(giver, giver.id == whose(Offer))
        .where(Match.office_id == office_id, Match.state == MatchState.PROPOSED, Match.quantity.is_(None))
        .where(Match.mode != Mode.EXPERIENCE)
    )
    return Numberless(
        list(session.execute(offers.where(*_numberless(office_id)).order_by(Offer.id).limit(most))),
        list(session.execute(found.order_by(Match.id).limit(most))),
    )


# --- texts to send ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """A text with its addressee and what it speaks of."""

    message: Message
    party: Party
    challenge: Challenge | None
    match_code: str | None
    every: Every | None  #: how often the line's quantity recurs
    mode: Mode | None


def letters(session: Session, office_id: int, *, sent: bool = False, most: int = PER_PAGE) -> list[Letter]:
    """Texts that wait, oldest first; with *sent* the newest ones that went out."""
    which = (Message.office_id == office_id, Message.sent_at.is_not(None)) if sent else _unsent(office_id)
    order = (Message.sent_at.desc(), Message.id.desc()) if sent else (Message.made_at, Message.id)
    rows = session.execute(
        select(Message, Party, Challenge, Match.code, Match.every, Match.mode)
        .select_from(Message)
        .join(Party, Party.id == whose(Message))
        .outerjoin(Challenge, Message.challenge_id == Challenge.id)
        .outerjoin(Match, Message.match_id == Match.id)
        .where(*which)
        .order_by(*order)
        .limit(most)
    )
    return list(starmap(Letter, rows))


def unsent(session: Session, office_id: int) -> int:
    """How many texts wait."""
    return _count(session, Message, *_unsent(office_id))
