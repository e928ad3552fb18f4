"""The officer's word on single pairs, which every plan keeps: so much and no other number, or never."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from matcher import lines, log
from matcher.errors import NotFound, OutOfRange
from matcher.models import Challenge, Match, Offer, Office, Pin
from matcher.policy import Action, Actor, require
from matcher.vocabulary import UNITS, MatchState

MOST = Decimal(10) ** 12  #: no line is larger


def in_force(session: Session, office: Office) -> list[Pin]:
    """The officer's word on pairs, in force now, oldest first."""
    rows = select(Pin).where(Pin.office_id == office.id, Pin.dropped_at.is_(None))
    return list(session.scalars(rows.order_by(Pin.id)))


def settled() -> ColumnElement[bool]:
    """Whether the pair of a pin is proposed or promised, or was done since: the pin speaks no more."""
    live = Match.state.in_([MatchState.PROPOSED, MatchState.AGREED])
    done = (Match.state == MatchState.DONE) & (Match.proposed_at >= Pin.made_at)
    return exists().where(Match.challenge_id == Pin.challenge_id, Match.offer_id == Pin.offer_id, or_(live, done))


def keep(
    session: Session, office: Office, challenge_id: int, offer_id: int, quantity: Decimal | None, *, by: Actor,
    at: dt.datetime,
) -> Pin:  # fmt: skip
    """Keep a pair with so much and no other number (Kunci), or rule it out where *quantity* is None (Jangan).

    Raises
    ------
    OutOfRange
        A number that is none.
    """
    require(by, Action.DECIDE, office_id=office.id)
    challenge, offer = lines.get(session, Challenge, challenge_id), lines.get(session, Offer, offer_id)
    if challenge.office_id != office.id or offer.office_id not in (None, office.id):
        raise NotFound
    least = Decimal(1) if UNITS[challenge.unit].whole else Decimal("0.001")
    if quantity is not None and not (least <= quantity <= MOST and quantity % least == 0):
        raise OutOfRange(field="quantity", value=quantity, least=least, most=MOST)
    lines.get(session, Office, office.id, lock=True)  # two presses at once would pin the pair twice
    before = _pin_of(session, challenge.id, offer.id)
    if before is not None and before.quantity == quantity:
        return before
    if before is not None:
        _drop(session, before, by=by, at=at)
    pin = Pin(
        office_id=office.id, challenge_id=challenge.id, offer_id=offer.id, keep=quantity is not None, quantity=quantity,
        made_at=at, made_by=by.name,
    )  # fmt: skip
    session.add(pin)
    event = "keep" if pin.keep else "ban"
    told = {"challenge_id": [None, challenge.id], "offer_id": [None, offer.id], "quantity": [None, quantity]}
    log.record(session, pin, event, by=by, at=at, changes=told)
    session.flush()
    return pin


def release(session: Session, office: Office, challenge_id: int, offer_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Let the plan decide on a pair again; where nobody spoke of it, nothing happens."""
    require(by, Action.DECIDE, office_id=office.id)
    pin = _pin_of(session, challenge_id, offer_id)
    if pin is not None and pin.office_id == office.id:
        _drop(session, pin, by=by, at=at)


def _pin_of(session: Session, challenge_id: int, offer_id: int) -> Pin | None:
    rows = select(Pin).where(Pin.challenge_id == challenge_id, Pin.offer_id == offer_id, Pin.dropped_at.is_(None))
    return session.scalar(rows.with_for_update(key_share=True))


def _drop(session: Session, pin: Pin, *, by: Actor, at: dt.datetime) -> None:
    log.record(session, pin, "let_go", by=by, at=at, changes=log.set_fields(pin, {"dropped_at": at}))
    session.flush()
