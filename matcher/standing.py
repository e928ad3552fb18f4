"""Where a challenge or an offer stands: opened, paused, closed, taken back, with the lines and texts that follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import log
from matcher.errors import (
    Required,
)
from matcher.models import (
    Challenge,
    Match,
    Message,
    Offer,
)
from matcher.pairs import drop_texts, pair, write
from matcher.policy import Action, Actor, require
from matcher.vocabulary import (
    CancelReason,
    CloseReason,
    MatchState,
    MessageKind,
    Move,
)

Report = Challenge | Offer


def _may(by: Actor, row: Report) -> None:
    require(by, Action.DECIDE, office_id=row.office_id)


def open_report(session: Session, row: Report, *, by: Actor, at: dt.datetime) -> None:
    """Let a checked challenge or offer be seen and matched."""
    _may(by, row)
    log.move(session, row, Move.OPEN, by=by, at=at)


def refuse_report(session: Session, row: Report, note: str, *, by: Actor, at: dt.datetime) -> None:
    """Do not take a report in; *note* says why."""
    _may(by, row)
    if not note.strip():
        raise Required(field="note")
    log.move(session, row, Move.REFUSE, by=by, at=at, reason="refused", changes={"note": [None, note.strip()]})


def ask_correction(session: Session, row: Report, note: str, *, by: Actor, at: dt.datetime) -> None:
    """Send a challenge or an offer back to whoever wrote it, with what is missing."""
    _may(by, row)
    if not note.strip():
        raise Required(field="note")
    told = {"note": [None, note.strip()]}
    log.move(session, row, Move.ASK_CORRECTION, by=by, at=at, reason="correction", changes=told)
    message = Message(
        office_id=by.office_id or row.office_id or 0, party_id=row.party_id, kind=MessageKind.CORRECTION,
        values={"code": row.code, "note": note.strip()}, made_at=at,
        challenge_id=row.id if isinstance(row, Challenge) else None,
    )  # fmt: skip
    session.add(message)


def submit(session: Session, row: Report, *, by: Actor, at: dt.datetime) -> None:
    """Hand a corrected report in again."""
    require(by, Action.REPORT, office_id=row.office_id, party_id=row.party_id)
    log.move(session, row, Move.SUBMIT, by=by, at=at)


def close_challenge(session: Session, row: Challenge, why: CloseReason, *, by: Actor, at: dt.datetime) -> None:
    """Close a challenge; its proposed lines are cancelled, agreed ones stay for the desk to redirect."""
    _may(by, row)
    row.closed_because = why.value
    log.move(session, row, Move.CLOSE, by=by, at=at, reason=why.value)
    _cancel_proposed(session, Match.challenge_id == row.id, CancelReason.ALREADY_MET, by=by, at=at)


def pause_challenge(session: Session, row: Challenge, *, by: Actor, at: dt.datetime) -> None:
    """Put a challenge aside; its lines stay as they are."""
    _may(by, row)
    log.move(session, row, Move.PAUSE, by=by, at=at)


def resume(session: Session, row: Report, *, by: Actor, at: dt.datetime) -> None:
    """Take a paused challenge or offer up again."""
    _may(by, row)
    changes = log.set_fields(row, {"paused_until": None}) if isinstance(row, Offer) else None
    log.move(session, row, Move.RESUME, by=by, at=at, changes=changes)


def pause_offer(session: Session, row: Offer, *, by: Actor, at: dt.datetime, until: dt.date | None = None) -> None:
    """Put an offer aside until a day; its proposed lines are cancelled, agreed ones are at risk."""
    _may(by, row)
    changes = log.set_fields(row, {"paused_until": until})
    log.move(session, row, Move.PAUSE, by=by, at=at, changes=changes)
    _cancel_proposed(session, Match.offer_id == row.id, CancelReason.OFFER_PAUSED, by=by, at=at)


def withdraw_offer(
    session: Session, row: Offer, *, by: Actor, at: dt.datetime, why: CloseReason = CloseReason.WITHDRAWN
) -> None:
    """Close an offer that is there no more; proposed lines are cancelled with a kind text to each library."""
    require(by, Action.REPORT, office_id=row.office_id, party_id=row.party_id)
    row.closed_because = why.value
    log.move(session, row, Move.CLOSE, by=by, at=at, reason=why.value)
    _cancel_proposed(session, Match.offer_id == row.id, CancelReason.OFFER_WITHDRAWN, by=by, at=at)


def reopen(session: Session, row: Report, *, by: Actor, at: dt.datetime) -> None:
    """Open a closed challenge or offer again."""
    _may(by, row)
    row.closed_because = None
    log.move(session, row, Move.REOPEN, by=by, at=at)


def _cancel_proposed(session: Session, where: Any, why: CancelReason, *, by: Actor, at: dt.datetime) -> None:
    session.flush()
    proposed = select(Match).where(where, Match.state == MatchState.PROPOSED).order_by(Match.id)
    locked = proposed.with_for_update(key_share=True).execution_options(populate_existing=True)
    for match in session.scalars(locked).all():
        match.reason, match.closed_at = why.value, at
        log.move(session, match, Move.CANCEL, by=by, at=at, reason=why.value)
        session.flush()
        drop_texts(session, [match], at=at)
        if why is not CancelReason.ALREADY_MET:
            both = pair(session, match.challenge_id, match.offer_id, at=at)
            write(session, both, MessageKind.NOT_NOW, both.taker, at=at, match=match)
