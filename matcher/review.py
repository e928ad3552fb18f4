"""The office's desk: what is done with a suggestion, a report, an offer; each decision is one act that can be undone."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import balance, lines, log
from matcher.errors import (
    AlreadyDecided,
    GiverIsTaker,
    MessageAlreadySent,
    NotFound,
    NothingToUndo,
    NotPossible,
    QuantityUnknown,
    RefusedBefore,
    Required,
)
from matcher.models import (
    Challenge,
    Fact,
    Log,
    Match,
    Message,
    Offer,
    Office,
    Party,
    Rule,
    Snooze,
    Suggestion,
    Weights,
    next_codes,
)
from matcher.policy import Action, Actor, require
from matcher.vocabulary import (
    CancelReason,
    CloseReason,
    FactCode,
    MatchState,
    MessageKind,
    Mode,
    Move,
    Refusal,
    ReportState,
    RuleKind,
    Source,
    Subject,
)

Report = Challenge | Offer


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

    @property
    def suggested(self) -> Decimal | None:
        """The number a proposal starts with, in the challenge's unit: min(gap, left, largest share)."""
        if self.offer.mode is Mode.EXPERIENCE:
            return None
        most = [value for value in (self.left, self.offer.share_max) if value is not None and self.left is not None]
        reach = lines.in_challenge_unit(min(most), self.challenge, self.offer, self.office) if most else None
        if reach is None or self.gap is None:
            return None
        return min(reach, self.gap) or None


def pair(session: Session, challenge_id: int, offer_id: int, *, at: dt.datetime) -> Pair:
    """Both sides of a pair with what is lacking and what is left on the day of *at*."""
    day = lines.today(at)
    challenge, offer = lines.get(session, Challenge, challenge_id), lines.get(session, Offer, offer_id)
    return Pair(
        challenge,
        offer,
        lines.get(session, Party, challenge.party_id),
        lines.get(session, Party, offer.party_id),
        lines.get(session, Office, challenge.office_id),
        balance.gap(challenge.quantity, lines.of_challenge(session, challenge.id), day),
        balance.left(offer.quantity, lines.of_offer(session, offer.id), day),
    )


# --- propose ---------------------------------------------------------------------------------------------------------


def _frozen(session: Session, both: Pair) -> tuple[float | None, dict[str, Any], int | None]:
    """Score, factors and weights of the suggestion as it stands, to be kept on the line."""
    found = session.get(Suggestion, (both.challenge.id, both.offer.id))
    key = (both.challenge.id, both.offer.id)
    kept: dict[str, Any] = {"signature": lines.signatures(session, [key])[key]}
    if found is None:
        return None, kept, None
    weights = lines.get(session, Weights, found.weights_id)
    kept |= {
        "factors": json.loads(found.factors), "detail": json.loads(found.detail), "certainty": found.certainty,
        "points": weights.points, "rank": found.rank, "ready": found.ready,
    }  # fmt: skip
    return found.score, kept, weights.id


def _free(session: Session, both: Pair) -> None:
    """Refuse a pair that somebody decided already."""
    live = session.scalar(
        select(Match).where(
            Match.challenge_id == both.challenge.id, Match.offer_id == both.offer.id, Match.state == MatchState.PROPOSED
        )
    )
    if live is not None:
        raise _decided_already(session, live)
    for row in (both.challenge, both.offer):
        if row.state is not ReportState.OPEN:
            told = lines.last_change(session, log.SUBJECTS[type(row)], row.id)
            raise NotPossible(
                subject=log.SUBJECTS[type(row)], move=Move.PROPOSE, state=row.state, id=row.code, who=told.by if told else "",
                when=told.at if told else None,
            )  # fmt: skip
    if both.challenge.party_id == both.offer.party_id:
        raise GiverIsTaker(name=both.giver.name)


def _decided_already(session: Session, match: Match) -> AlreadyDecided:
    told = lines.last_change(session, Subject.MATCH, match.id)
    return AlreadyDecided(code=match.code, state=match.state, who=told.by if told else "", when=told.at if told else None)


def _refused_before(session: Session, both: Pair, quantity: Decimal | None, day: dt.date) -> None:
    """A refused pair stays away in its scope; with another number *wrong_quantity* may come back."""
    since = dt.datetime.combine(lines.cycle_start(both.office, day), dt.time.min, dt.UTC)
    refused = session.scalar(
        select(Match)
        .where(Match.challenge_id == both.challenge.id, Match.offer_id == both.offer.id)
        .where(Match.state == MatchState.DECLINED, Match.closed_at >= since)
        .order_by(Match.id.desc())
        .limit(1)
    )
    if refused is None:
        return
    key = (both.challenge.id, both.offer.id)
    changed = (refused.factors or {}).get("signature") != lines.signatures(session, [key])[key]
    other_number = refused.reason == Refusal.WRONG_QUANTITY and refused.quantity != quantity
    if not (changed or other_number):
        raise RefusedBefore(code=refused.code, reason=Refusal(refused.reason))


def propose(
    session: Session, challenge_id: int, offer_id: int, *, by: Actor, at: dt.datetime, quantity: Decimal | None = None,
    due: dt.date | None = None, event_id: int | None = None,
) -> Match:  # fmt: skip
    """Put a pair forward: a line with the office's yes, and a text waiting for each side.

    Raises
    ------
    AlreadyDecided, NotPossible, GiverIsTaker, RefusedBefore
        Another officer was faster; a side is not open; one party on both sides; refused and unchanged.
    """
    lines.get(session, Challenge, challenge_id, lock=True)
    both = pair(session, challenge_id, offer_id, at=at)
    require(by, Action.DECIDE, office_id=both.challenge.office_id)
    day = lines.today(at)
    number = both.suggested if quantity is None else quantity
    _free(session, both)
    _refused_before(session, both, number, day)
    match = _new_line(session, both, number, at=at)
    match.due, match.event_id, match.answer_by = due, event_id, day + dt.timedelta(days=both.offer.answer_days)
    if Mode.EXPERIENCE is not both.offer.mode:
        match.consent_office_at, match.consent_office_quantity = at, number
    log.move(session, match, Move.PROPOSE, by=by, at=at, changes=_told(match))
    session.flush()
    for kind, party in ((MessageKind.TO_GIVER, both.giver), (MessageKind.TO_TAKER, both.taker)):
        _write(session, both, kind, party, at=at, match=match)
    return match


def _told(match: Match) -> dict[str, list[Any]]:
    return {
        "challenge_id": [None, match.challenge_id], "offer_id": [None, match.offer_id],
        "quantity": [None, match.quantity], "offer_quantity": [None, match.offer_quantity], "starts": [None, match.starts],
        "ends": [None, match.ends], "due": [None, match.due], "score": [None, match.score],
    }  # fmt: skip


def _new_line(session: Session, both: Pair, quantity: Decimal | None, *, at: dt.datetime) -> Match:
    score, frozen, weights_id = _frozen(session, both)
    starts, ends = _window(both, lines.today(at))
    match = Match(
        code=next_codes(session, "J")[0], office_id=both.challenge.office_id, challenge_id=both.challenge.id,
        offer_id=both.offer.id, mode=both.offer.mode, quantity=quantity,
        offer_quantity=None if quantity is None else lines.in_offer_unit(quantity, both.challenge, both.offer, both.office),
        every=both.offer.every, starts=starts, ends=ends, score=score, factors=frozen, weights_id=weights_id, proposed_at=at,
    )  # fmt: skip
    session.add(match)
    return match


def _window(both: Pair, day: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """What recurs or is lent counts from today to the offer's end; experience within the cycle; a gift for ever."""
    if both.offer.mode is Mode.EXPERIENCE:
        return lines.cycle_start(both.office, day), lines.cycle_end(both.office, day)
    if both.offer.every is None and both.offer.ends is None:
        return None, None
    asked = [value for value in (both.offer.ends, both.challenge.ends) if value is not None]
    starts = max(value for value in (day, both.offer.starts, both.challenge.starts) if value is not None)
    return starts, min(asked) if asked else None


def _write(
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
        office_id=both.office.id, party_id=party.id, kind=kind, values=told, match_id=match.id if match is not None else None,
        challenge_id=both.challenge.id, made_at=at,
    )  # fmt: skip
    session.add(message)
    return message


# --- refuse ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repair:
    """What a refusal says beside its reason; each reason uses its own part."""

    note: str = ""
    fact: FactCode | None = None  #: recipient_not_ready: what is missing
    met: Decimal | None = None  #: already_met: how much; None: all of it
    until: dt.date | None = None  #: giver_not_now: ask again after
    rule: RuleKind | None = None  #: giver_policy, too_far
    instead_of: int | None = None  #: more_urgent_elsewhere: the challenge chosen
    duplicate: Literal["challenge", "offer"] | None = None  #: wrong_or_duplicate: which side goes back


def refuse(
    session: Session, challenge_id: int, offer_id: int, reason: Refusal, *, by: Actor, at: dt.datetime,
    repair: Repair | None = None,
) -> Match:  # fmt: skip
    """Refuse a suggestion or a proposed line, and do what the reason asks for.

    Raises
    ------
    Required
        *other* without words, *recipient_not_ready* without the fact.
    AlreadyDecided
        Another officer decided the pair meanwhile.
    """
    repair = repair or Repair()
    lines.get(session, Challenge, challenge_id, lock=True)
    both = pair(session, challenge_id, offer_id, at=at)
    require(by, Action.DECIDE, office_id=both.challenge.office_id)
    if reason is Refusal.OTHER and not repair.note.strip():
        raise Required(field="note")
    if reason is Refusal.RECIPIENT_NOT_READY and repair.fact is None:
        raise Required(field="fact")
    match = _line_to_refuse(session, both, at=at)
    match.reason, match.reason_note, match.closed_at = reason.value, repair.note.strip(), at
    match.instead_of_id = repair.instead_of
    log.move(session, match, Move.DECLINE, by=by, at=at, reason=reason.value, changes=_told(match))
    session.flush()
    _drop_texts(session, match, at=at)
    if (consequence := CONSEQUENCES.get(reason)) is not None:
        consequence(session, both, match, repair, by=by, at=at)
    session.flush()
    key = (match.challenge_id, match.offer_id)
    match.factors = {**(match.factors or {}), "signature": lines.signatures(session, [key])[key]}
    return match


def _line_to_refuse(session: Session, both: Pair, *, at: dt.datetime) -> Match:
    rows = select(Match).where(Match.challenge_id == both.challenge.id, Match.offer_id == both.offer.id)
    found = session.scalars(rows.order_by(Match.id.desc()).with_for_update()).all()
    for match in found:
        if match.state is MatchState.PROPOSED:
            return match
    newest = found[0] if found else None
    if newest is not None and newest.state is MatchState.DECLINED and session.get(
        Suggestion, (both.challenge.id, both.offer.id)
    ) is None:
        raise _decided_already(session, newest)
    return _new_line(session, both, both.suggested, at=at)


def _not_ready(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    fact_code = repair.fact or FactCode.ROOM
    fact = Fact(
        party_id=both.taker.id, code=fact_code, value=0, as_of=lines.today(at), source=Source.WEB, verified_by=by.name,
        recorded_at=at,
    )  # fmt: skip
    session.add(fact)
    log.record(session, fact, "record", by=by, at=at, changes={fact_code.value: [None, 0], "party_id": [None, both.taker.id]})
    _write(session, both, MessageKind.FIX_FIRST, both.taker, at=at, match=match, fact=fact_code.value)


def _met(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    del match
    if repair.met is not None and both.challenge.quantity is not None and repair.met < both.challenge.quantity:
        changes = log.set_fields(both.challenge, {"quantity": both.challenge.quantity - repair.met})
        log.record(session, both.challenge, "change", by=by, at=at, reason=Refusal.ALREADY_MET.value, changes=changes)
        return
    close_challenge(session, both.challenge, CloseReason.MET, by=by, at=at)


def _not_now(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    pause_offer(session, both.offer, until=repair.until, by=by, at=at)
    _write(session, both, MessageKind.NOT_NOW, both.taker, at=at, match=match)


def _policy(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    del match
    kind = repair.rule or RuleKind.NOT_LIBRARY
    region = ".".join((both.taker.region_code or "").split(".")[:3]) or None
    rule = Rule(
        party_id=both.giver.id, kind=kind, made_at=at,
        library_id=both.taker.id if kind is RuleKind.NOT_LIBRARY else None,
        region_code=region if kind is RuleKind.NOT_DISTRICT else None,
    )  # fmt: skip
    session.add(rule)
    log.record(session, rule, "make", by=by, at=at, changes={"kind": [None, kind], "party_id": [None, both.giver.id]})


def _far(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    if repair.rule is not None:
        _policy(session, both, match, repair, by=by, at=at)
    elif not both.offer.area:
        _write(session, both, MessageKind.AREA_QUESTION, both.giver, at=at, match=match)


def _wrong(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    """Which side is wrong the officer says; the offer's giver or the library is then asked."""
    side: Report = both.offer if repair.duplicate == "offer" else both.challenge
    del match
    ask_correction(session, side, repair.note or Refusal.WRONG_OR_DUPLICATE.words.id, by=by, at=at)


#: What a refusal does beside refusing; reasons without a row only teach, or are read monthly.
CONSEQUENCES = {
    Refusal.RECIPIENT_NOT_READY: _not_ready,
    Refusal.ALREADY_MET: _met,
    Refusal.GIVER_NOT_NOW: _not_now,
    Refusal.GIVER_POLICY: _policy,
    Refusal.TOO_FAR: _far,
    Refusal.WRONG_OR_DUPLICATE: _wrong,
}


# --- undo, skip ------------------------------------------------------------------------------------------------------


def undo(session: Session, *, by: Actor, at: dt.datetime, match_id: int | None = None) -> Match:
    """Take back a proposal or a refusal with all it did; possible until a text went out.

    Without *match_id* the actor's own last decision of the day is meant.
    """
    found = _last_decision(session, by, at) if match_id is None else lines.get(session, Match, match_id, lock=True)
    match = lines.get(session, Match, found.id, lock=True)
    require(by, Action.DECIDE, office_id=match.office_id)
    texts = session.scalars(select(Message).where(Message.match_id == match.id)).all()
    if any(text.sent_at is not None for text in texts):
        raise MessageAlreadySent(code=match.code)
    if match.state not in (MatchState.PROPOSED, MatchState.DECLINED):
        raise NothingToUndo(code=match.code)
    told = _decision_row(session, match)
    rows = session.scalars(select(Log).where(Log.act == told.act).order_by(Log.seq.desc())).all() if told else []
    match.reason, match.closed_at = CancelReason.UNDONE.value, at
    log.move(session, match, Move.WITHDRAW, by=by, at=at)
    _drop_texts(session, match, at=at)
    for row in rows:
        _compensate(session, row, by=by, at=at)
    return match


def _decision_row(session: Session, match: Match) -> Log | None:
    rows = select(Log).where(Log.subject == Subject.MATCH, Log.subject_id == match.id)
    decisive = rows.where(Log.event.in_([Move.PROPOSE.value, Move.DECLINE.value]))
    return session.scalar(decisive.order_by(Log.seq.desc()).limit(1))


def _last_decision(session: Session, by: Actor, at: dt.datetime) -> Match:
    since = at - dt.timedelta(days=1)
    rows = (
        select(Match)
        .join(Log, (Log.subject == Subject.MATCH) & (Log.subject_id == Match.id))
        .where(Log.by == by.name, Log.at >= since, Log.event.in_([Move.PROPOSE.value, Move.DECLINE.value]))
        .where(Match.state.in_([MatchState.PROPOSED, MatchState.DECLINED]))
    )
    found = session.scalar(rows.order_by(Log.seq.desc()).limit(1))
    if found is None:
        raise NothingToUndo
    return found


def _compensate(session: Session, row: Log, *, by: Actor, at: dt.datetime) -> None:
    """Reverse one consequence of an undone decision, in a row of its own."""
    target: Any = session.get(log.TABLES[row.subject], row.subject_id)
    if target is None or isinstance(target, Match):
        return
    if isinstance(target, (Fact, Rule)):
        target.retracted_at = at
        log.record(session, target, "retract", by=by, at=at, reason=CancelReason.UNDONE.value)
    elif row.event == Move.CLOSE.value:
        reopen(session, target, by=by, at=at)
    elif row.event == Move.PAUSE.value:
        resume_offer(session, target, by=by, at=at)
    elif row.event == Move.ASK_CORRECTION.value:
        was_open = row.changes["state"][0] == ReportState.OPEN.value
        log.move(session, target, Move.SUBMIT, by=by, at=at)
        if was_open:
            log.move(session, target, Move.OPEN, by=by, at=at)
    elif row.event == "change" and "quantity" in row.changes:
        before = row.changes["quantity"][0]
        changes = log.set_fields(target, {"quantity": None if before is None else Decimal(str(before))})
        log.record(session, target, "change", by=by, at=at, changes=changes, reason=CancelReason.UNDONE.value)


def _drop_texts(session: Session, match: Match, *, at: dt.datetime) -> None:
    """Texts of the line that were not sent are no longer wanted."""
    waiting = select(Message).where(Message.match_id == match.id, Message.sent_at.is_(None), Message.dropped_at.is_(None))
    for message in session.scalars(waiting):
        message.dropped_at = at


def snooze(session: Session, challenge_id: int, *, by: Actor, at: dt.datetime, days: int = 1) -> None:
    """Keep a challenge off this officer's desk until tomorrow."""
    challenge = lines.get(session, Challenge, challenge_id)
    require(by, Action.DECIDE, office_id=challenge.office_id)
    until = lines.today(at) + dt.timedelta(days=days)
    row = session.get(Snooze, (challenge_id, by.name))
    if row is None:
        row = Snooze(challenge_id=challenge_id, by=by.name, until=until)
        session.add(row)
    row.until = until
    log.record(session, row, "snooze", by=by, at=at, changes={"until": [None, until]})


# --- reports ---------------------------------------------------------------------------------------------------------


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
    log.move(session, row, Move.ASK_CORRECTION, by=by, at=at, reason="correction", changes={"note": [None, note.strip()]})
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


def pause_offer(session: Session, row: Offer, *, by: Actor, at: dt.datetime, until: dt.date | None = None) -> None:
    """Put an offer aside until a day; its proposed lines are cancelled, agreed ones are at risk."""
    _may(by, row)
    changes = log.set_fields(row, {"paused_until": until})
    log.move(session, row, Move.PAUSE, by=by, at=at, changes=changes)
    _cancel_proposed(session, Match.offer_id == row.id, CancelReason.OFFER_PAUSED, by=by, at=at)


def resume_offer(session: Session, row: Offer, *, by: Actor, at: dt.datetime) -> None:
    """Take an offer up again."""
    _may(by, row)
    changes = log.set_fields(row, {"paused_until": None})
    log.move(session, row, Move.RESUME, by=by, at=at, changes=changes)


def withdraw_offer(session: Session, row: Offer, *, by: Actor, at: dt.datetime) -> None:
    """Close an offer that its giver took back; proposed lines are cancelled with a kind text to each library."""
    require(by, Action.REPORT, office_id=row.office_id, party_id=row.party_id)
    row.closed_because = CloseReason.WITHDRAWN.value
    log.move(session, row, Move.CLOSE, by=by, at=at, reason=CloseReason.WITHDRAWN.value)
    _cancel_proposed(session, Match.offer_id == row.id, CancelReason.OFFER_WITHDRAWN, by=by, at=at)


def reopen(session: Session, row: Report, *, by: Actor, at: dt.datetime) -> None:
    """Open a closed challenge or offer again."""
    _may(by, row)
    row.closed_because = None
    log.move(session, row, Move.REOPEN, by=by, at=at)


def _cancel_proposed(session: Session, where: Any, why: CancelReason, *, by: Actor, at: dt.datetime) -> None:
    for match in session.scalars(select(Match).where(where, Match.state == MatchState.PROPOSED).with_for_update()).all():
        match.reason, match.closed_at = why.value, at
        log.move(session, match, Move.CANCEL, by=by, at=at, reason=why.value)
        session.flush()
        _drop_texts(session, match, at=at)
        if why is not CancelReason.ALREADY_MET:
            both = pair(session, match.challenge_id, match.offer_id, at=at)
            _write(session, both, MessageKind.NOT_NOW, both.taker, at=at, match=match)


def mark_sent(session: Session, message_id: int, *, by: Actor, at: dt.datetime, sent: bool = True) -> Message:
    """Note that the officer sent a text, or that he did not after all."""
    message = lines.get(session, Message, message_id, lock=True)
    require(by, Action.READ_CONTACT, office_id=message.office_id)
    message.sent_at = at if sent else None
    log.record(session, message, "sent" if sent else "not_sent", by=by, at=at)
    return message


def change_quantity(session: Session, match_id: int, quantity: Decimal, *, by: Actor, at: dt.datetime) -> Match:
    """Give a proposed line another number; the office's yes follows it, other sides' are kept when it falls."""
    match = lines.get(session, Match, match_id, lock=True)
    require(by, Action.DECIDE, office_id=match.office_id)
    if match.state is not MatchState.PROPOSED:
        raise _decided_already(session, match)
    if quantity <= 0:
        raise QuantityUnknown(code=match.code)
    both = pair(session, match.challenge_id, match.offer_id, at=at)
    values: dict[str, Any] = {
        "quantity": quantity, "offer_quantity": lines.in_offer_unit(quantity, both.challenge, both.offer, both.office),
        "consent_office_at": at, "consent_office_quantity": quantity,
    }  # fmt: skip
    if match.quantity is not None and quantity > match.quantity:
        values |= {f"consent_{side}_{part}": None for side in ("giver", "taker") for part in ("at", "quantity")}
    log.record(session, match, "change", by=by, at=at, changes=log.set_fields(match, values))
    return match


def challenge(session: Session, code: str, *, by: Actor) -> Challenge:
    """The office's challenge of that code; another office's does not exist."""
    found = lines.by_code(session, Challenge, code)
    if not by.may(Action.READ_DESK) or (by.office_id is not None and found.office_id != by.office_id):
        raise NotFound(kind="challenge", id=code)
    return found
