"""The office's desk: what is done with a suggestion, a report, an offer; each press is one act that can be undone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import balance, lines, log
from matcher.errors import (
    AlreadyDecided,
    ChangedMeanwhile,
    EndsBeforeStart,
    GiverIsTaker,
    MatcherError,
    MessageAlreadySent,
    NotFound,
    NothingToUndo,
    NotPossible,
    OutOfRange,
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
    Plan,
    Rule,
    Snooze,
    Suggestion,
    next_codes,
)
from matcher.pairs import Pair, batched, drop_texts, lock_all, lock_rows, locked, side_by_side, write, write_to_both
from matcher.policy import Action, Actor, require
from matcher.precedents import Frozen, Precedents
from matcher.standing import Report, ask_correction, close_challenge, pause_offer, reopen, resume
from matcher.vocabulary import (
    CancelReason,
    CloseReason,
    FactCode,
    FactKind,
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

MOST = Decimal(10) ** 12  #: no line is larger


# --- propose ---------------------------------------------------------------------------------------------------------


def _check(session: Session, both: Pair, quantity: Decimal | None, known: Precedents) -> None:
    """Refuse a pair that somebody decided already, or that cannot be proposed as it stands."""
    if (live := known.live(both)) is not None:
        raise _decided_already(session, live)
    for row in (both.challenge, both.offer):
        if row.state is not ReportState.OPEN:
            told = lines.last_change(session, log.SUBJECTS[type(row)], row.id)
            raise NotPossible(
                subject=log.SUBJECTS[type(row)], move=Move.PROPOSE, state=row.state, id=row.code,
                who=told.by if told else "", when=told.at if told else None,
            )  # fmt: skip
    if both.taker.id == both.giver.id:
        raise GiverIsTaker(name=both.giver.name)
    refused = known.refusal(both)  # with another number *wrong_quantity* may come back
    if refused is not None and (refused.reason != Refusal.WRONG_QUANTITY or refused.quantity == quantity):
        raise RefusedBefore(code=refused.code, reason=Refusal(refused.reason or Refusal.OTHER))


def _decided_already(session: Session, match: Match) -> AlreadyDecided:
    told = lines.last_change(session, Subject.MATCH, match.id)
    return AlreadyDecided(
        code=match.code, state=match.state, who=told.by if told else "", when=told.at if told else None
    )


def propose(
    session: Session, challenge_id: int, offer_id: int, *, by: Actor, at: dt.datetime, quantity: Decimal | None = None,
    offer_quantity: Decimal | None = None, due: dt.date | None = None, event_id: int | None = None,
) -> Match:  # fmt: skip
    """Put a pair forward: a line with the office's yes, and a text waiting for each side.

    *quantity* is in the challenge's unit; *offer_quantity*, in the offer's, is said where the two do not convert.

    Raises
    ------
    AlreadyDecided, NotPossible, GiverIsTaker, RefusedBefore
        Another officer was faster; a side is not open; one party on both sides; refused and unchanged.
    OutOfRange, EndsBeforeStart
        A number that is none; the one ends before the other begins.
    """
    _positive(quantity, offer_quantity)
    both = locked(session, challenge_id, offer_id, at=at)
    require(by, Action.DECIDE, office_id=both.challenge.office_id)
    number = both.suggested if quantity is None else quantity
    known = Precedents(session, [both], lines.today(at))
    _check(session, both, number, known)
    match = _new_line(session, both, number, known.frozen(both), offer_quantity, at=at)
    match.due, match.event_id = due, event_id
    _put_forward(session, both, match, by=by, at=at)
    session.flush()
    write_to_both(session, [(both, match)], at=at)
    return match


def propose_all(
    session: Session, wanted: Sequence[tuple[int, int, Decimal]], office: Office, *, by: Actor, at: dt.datetime,
    watch: Callable[[int, int], None] | None = None, whole: bool = False, due: dt.date | None = None,
    event_id: int | None = None,
) -> tuple[list[Match | None], list[tuple[int, MatcherError]]]:  # fmt: skip
    """Put many pairs (challenge, offer, quantity) of one office forward in one press, read in a few queries.

    What cannot be is left out, or raised where the press is to be *whole* or nothing.

    Returns
    -------
    lines : the line of each pair; None where it cannot be
    left_out : (place in *wanted*, why it cannot be)
    """
    require(by, Action.DECIDE, office_id=office.id)
    pairs = side_by_side(session, [(challenge, offer) for challenge, offer, _ in wanted], office, at=at)
    known = Precedents(session, pairs, lines.today(at))
    codes = iter(next_codes(session, "J", len(wanted)))
    made: list[Match | None] = [None] * len(wanted)
    left_out: list[tuple[int, MatcherError]] = []
    with session.no_autoflush:  # rows are written together
        for place, (both, (_, _, quantity)) in enumerate(zip(pairs, wanted, strict=True)):
            if watch is not None:
                watch(place, len(wanted))
            try:
                _positive(quantity)
                _check(session, both, quantity, known)
                made[place] = match = _new_line(session, both, quantity, known.frozen(both), code=next(codes), at=at)
            except MatcherError as error:
                if whole:
                    raise
                left_out.append((place, error))
                continue
            match.due, match.event_id = due, event_id
            _put_forward(session, both, match, by=by, at=at)
        session.flush()
        lined = [(both, line) for both, line in zip(pairs, made, strict=True) if line is not None]
        write_to_both(session, lined, at=at)
    return made, left_out


def _put_forward(session: Session, both: Pair, match: Match, *, by: Actor, at: dt.datetime) -> None:
    """The office's yes to a new line, and until when the others may answer."""
    match.answer_by = lines.today(at) + dt.timedelta(days=both.offer.answer_days)
    if Mode.EXPERIENCE is not both.offer.mode:
        match.consent_office_at, match.consent_office_quantity = at, match.quantity
    log.move(session, match, Move.PROPOSE, by=by, at=at, changes=_told(match))


def _told(match: Match) -> dict[str, list[Any]]:
    return {
        "challenge_id": [None, match.challenge_id], "offer_id": [None, match.offer_id],
        "quantity": [None, match.quantity], "offer_quantity": [None, match.offer_quantity],
        "starts": [None, match.starts], "ends": [None, match.ends], "due": [None, match.due],
        "score": [None, match.score],
    }  # fmt: skip


def _positive(*numbers: Decimal | None) -> None:
    for number in numbers:
        if number is not None and not 0 < number <= MOST:
            raise OutOfRange(field="quantity", value=number, least="> 0", most=MOST)


def _new_line(
    session: Session, both: Pair, quantity: Decimal | None, seen: Frozen, offer_quantity: Decimal | None = None, *,
    at: dt.datetime, code: str | None = None,
) -> Match:  # fmt: skip
    starts, ends = both.window
    if starts is not None and ends is not None and ends < starts:
        raise EndsBeforeStart(field="ends", first=starts, last=ends)
    if quantity is not None and offer_quantity is None:
        offer_quantity = lines.in_offer_unit(quantity, both.challenge, both.offer, both.office, both.window)
    every = None if both.offer.mode is Mode.EXPERIENCE else both.challenge.every or both.offer.every
    match = Match(
        code=code or next_codes(session, "J")[0], office_id=both.challenge.office_id, challenge_id=both.challenge.id,
        offer_id=both.offer.id, mode=both.offer.mode, quantity=quantity, offer_quantity=offer_quantity or None,
        every=every, starts=starts, ends=ends, score=seen.score, factors=seen.told, weights_id=seen.weights_id,
        proposed_at=at,
    )  # fmt: skip
    session.add(match)
    return match


# --- refuse ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repair:
    """What a refusal says beside its reason; each reason uses its own part."""

    note: str = ""
    fact: FactCode | None = None  #: recipient_not_ready: what is missing
    value: float | None = None  #: recipient_not_ready: how many there are, where the fact is a number
    met: Decimal | None = None  #: already_met: how much; None: all of it
    until: dt.date | None = None  #: giver_not_now: ask again after
    rule: RuleKind | None = None  #: giver_policy, too_far
    instead_of: int | None = None  #: more_urgent_elsewhere: the challenge chosen
    duplicate: Literal["challenge", "offer"] | None = None  #: wrong_or_duplicate: which side goes back


def refuse(
    session: Session, challenge_id: int, offer_id: int, reason: Refusal, *, by: Actor, at: dt.datetime,
    repair: Repair | None = None, match_id: int | None = None,
) -> Match:  # fmt: skip
    """Refuse a suggestion, or the proposed line *match_id*, and do what the reason asks for.

    Raises
    ------
    Required
        *other* without words, *recipient_not_ready* without the fact.
    AlreadyDecided
        Another officer decided the pair meanwhile.
    """
    repair = repair or Repair()
    both = locked(session, challenge_id, offer_id, at=at)
    require(by, Action.DECIDE, office_id=both.challenge.office_id)
    if reason is Refusal.OTHER and not repair.note.strip():
        raise Required(field="note")
    if reason is Refusal.RECIPIENT_NOT_READY and repair.fact is None:
        raise Required(field="fact")
    chosen = _chosen(session, both, repair)
    match = _line_to_refuse(session, both, match_id, at=at)
    match.reason, match.reason_note, match.closed_at = reason.value, repair.note.strip(), at
    match.instead_of_id = repair.instead_of
    if chosen is not None:
        match.factors = {**(match.factors or {}), "instead": chosen}
    log.move(session, match, Move.DECLINE, by=by, at=at, reason=reason.value, changes=_told(match))
    session.flush()
    drop_texts(session, [match], at=at)
    if (consequence := CONSEQUENCES.get(reason)) is not None:
        consequence(session, both, match, repair, by=by, at=at)
    session.flush()
    key = (match.challenge_id, match.offer_id)
    match.factors = {**(match.factors or {}), "signature": lines.signatures(session, [key])[key]}
    return match


def _chosen(session: Session, both: Pair, repair: Repair) -> list[float | None] | None:
    """Factors of the more urgent challenge beside the same offer, as they stand; what is preferred to this pair."""
    if repair.instead_of is None:
        return None
    found = session.get(Suggestion, (repair.instead_of, both.offer.id))
    return None if found is None else json.loads(found.factors)


def _line_to_refuse(session: Session, both: Pair, match_id: int | None, *, at: dt.datetime) -> Match:
    """The line that was seen, or a new one for a suggestion; what another officer decided meanwhile stands."""
    rows = select(Match).where(Match.challenge_id == both.challenge.id, Match.offer_id == both.offer.id)
    found = session.scalars(rows.order_by(Match.id.desc()).with_for_update(key_share=True)).all()
    if match_id is not None:
        for match in found:
            if match.id == match_id and match.state is MatchState.PROPOSED:
                return match
    live = [match for match in found if match.state in (MatchState.PROPOSED, MatchState.AGREED) or match.id == match_id]
    known = Precedents(session, [both], lines.today(at))
    decided = live[0] if live else known.refusal(both)
    if decided is not None:
        raise _decided_already(session, decided)
    return _new_line(session, both, both.suggested, known.frozen(both), at=at)


def _not_ready(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    code = repair.fact or FactCode.ROOM
    if code.kind is FactKind.YES_NO or repair.value is not None:  # how many there are nobody guesses
        value = 0 if repair.value is None else repair.value
        fact = Fact(
            party_id=both.taker.id, code=code, value=value, as_of=lines.today(at), source=Source.WEB,
            verified_by=by.name, recorded_at=at,
        )  # fmt: skip
        session.add(fact)
        told = {code.value: [None, value], "party_id": [None, both.taker.id]}
        log.record(session, fact, "record", by=by, at=at, changes=told)
    opens = _waiting_for(session, both, code, at=at)
    write(session, both, MessageKind.FIX_FIRST, both.taker, at=at, match=match, fact=code.value, opens=opens)


def _waiting_for(session: Session, both: Pair, code: FactCode, *, at: dt.datetime) -> int:
    """How many open offers of the kind ask for that fact: what settling it would open."""
    day = lines.today(at)
    offers = session.scalars(
        select(Offer)
        .where(Offer.category == both.challenge.category, Offer.state == ReportState.OPEN)
        .where(or_(Offer.office_id == both.office.id, Offer.office_id.is_(None)))
        .where(or_(Offer.valid_until.is_(None), Offer.valid_until >= day))
    )
    return sum(any(asked["fact"] == code.value for asked in offer.conditions) for offer in offers)


def _met(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    del match
    if repair.met is not None and both.challenge.quantity is not None and repair.met < both.challenge.quantity:
        promised = balance.peak(lines.of_challenge(session, both.challenge.id), part=balance.cover)
        needed = max(both.challenge.quantity - repair.met, promised)  # never below what is promised already
        changes = log.set_fields(both.challenge, {"quantity": needed})
        log.record(session, both.challenge, "change", by=by, at=at, reason=Refusal.ALREADY_MET.value, changes=changes)
        return
    close_challenge(session, both.challenge, CloseReason.MET, by=by, at=at)


def _not_now(session: Session, both: Pair, match: Match, repair: Repair, *, by: Actor, at: dt.datetime) -> None:
    pause_offer(session, both.offer, until=repair.until, by=by, at=at)
    write(session, both, MessageKind.NOT_NOW, both.taker, at=at, match=match)


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
        write(session, both, MessageKind.AREA_QUESTION, both.giver, at=at, match=match)


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
    """Take back a proposal or a refusal with all that was done in the same press; possible until a text went out.

    Without *match_id* the actor's own last decision of the day is meant.
    """
    found = _last_decision(session, by, at) if match_id is None else lines.get(session, Match, match_id)
    decided = _decided_with(session, found.id)
    lock_all(session, _sides(session, decided))
    known = lock_rows(session, Match, decided)  # in one order, whichever line was pressed
    match = known[found.id]
    require(by, Action.DECIDE, office_id=match.office_id)
    if match.state not in (MatchState.PROPOSED, MatchState.DECLINED):
        raise NothingToUndo(code=match.code)
    rows = _act_of(session, match.id)
    if not {row.subject_id for row in rows if row.subject is Subject.MATCH} <= known.keys():
        raise ChangedMeanwhile
    if _text_sent(session, known):
        raise MessageAlreadySent(code=match.code)
    before = {line.id: line.state for line in known.values()}
    _take_back(session, match, by=by, at=at)
    for row in rows:
        _compensate(session, row, by=by, at=at)
    session.flush()
    drop_texts(session, [line for line in known.values() if line.state is not before[line.id]], at=at)
    return match


def _decided_with(session: Session, match_id: int) -> set[int]:
    """The lines that were decided in the press that decided this one, itself among them."""
    told = select(Log.subject_id).where(Log.act == _act(session, match_id), Log.subject == Subject.MATCH)
    return {match_id, *session.scalars(told)}


def _sides(session: Session, match_ids: Collection[int]) -> list[tuple[int, int]]:
    """Challenge and offer of each line."""
    sides = select(Match.challenge_id, Match.offer_id)
    return [
        (row.challenge_id, row.offer_id)
        for ids in batched(sorted(match_ids))
        for row in session.execute(sides.where(Match.id.in_(ids)))
    ]


def _act_of(session: Session, match_id: int) -> list[Log]:
    """The rows of the press that decided a line, newest first."""
    act = _act(session, match_id)
    return [] if act is None else list(session.scalars(select(Log).where(Log.act == act).order_by(Log.seq.desc())))


def _act(session: Session, match_id: int) -> str | None:
    """The name of the press that decided a line last."""
    rows = select(Log.act).where(Log.subject == Subject.MATCH, Log.subject_id == match_id)
    decisive = rows.where(Log.event.in_([Move.PROPOSE.value, Move.DECLINE.value]))
    return session.scalar(decisive.order_by(Log.seq.desc()).limit(1))


def _text_sent(session: Session, match_ids: Collection[int]) -> bool:
    """Whether a text about one of these lines went out."""
    sent = select(Message.id).where(Message.sent_at.is_not(None)).limit(1)
    some = (sent.where(Message.match_id.in_(ids)) for ids in batched(sorted(match_ids)))
    return any(session.scalar(asked) is not None for asked in some)


def _last_decision(session: Session, by: Actor, at: dt.datetime) -> Match:
    since = at - dt.timedelta(days=1)
    rows = (
        select(Match)
        .join(Log, (Log.subject == Subject.MATCH) & (Log.subject_id == Match.id))
        .where(Log.by == by.name, Log.at >= since, Log.event.in_([Move.PROPOSE.value, Move.DECLINE.value]))
        .where(Match.state.in_([MatchState.PROPOSED, MatchState.DECLINED]))
    )
    if by.office_id is not None:
        rows = rows.where(Match.office_id == by.office_id)  # two offices may have an officer of the same name
    found = session.scalar(rows.order_by(Log.seq.desc()).limit(1))
    if found is None:
        raise NothingToUndo
    return found


def _take_back(session: Session, match: Match, *, by: Actor, at: dt.datetime) -> None:
    match.reason, match.reason_note, match.closed_at = CancelReason.UNDONE.value, "", at
    log.move(session, match, Move.WITHDRAW, by=by, at=at, reason=CancelReason.UNDONE.value)


def _compensate(session: Session, row: Log, *, by: Actor, at: dt.datetime) -> None:
    """Reverse one consequence of an undone decision, in a row of its own."""
    target: Any = session.get(log.TABLES[row.subject], row.subject_id)
    if isinstance(target, Match):
        _compensate_line(session, target, row, by=by, at=at)
    elif isinstance(target, (Fact, Rule)):
        if target.retracted_at is None:
            target.retracted_at = at
            log.record(session, target, "retract", by=by, at=at, reason=CancelReason.UNDONE.value)
    elif isinstance(target, Plan):
        if row.event == "publish" and target.undone_at is None:
            told = log.set_fields(target, {"undone_at": at})
            log.record(session, target, Move.WITHDRAW.value, by=by, at=at, changes=told)
    elif isinstance(target, (Challenge, Offer)):
        _compensate_report(session, target, row, by=by, at=at)


def _compensate_line(session: Session, match: Match, row: Log, *, by: Actor, at: dt.datetime) -> None:
    """A line decided in the same press is taken back; one cancelled by it is proposed again as it was."""
    if (row.event, match.state) in _STILL_SO:  # what was decided about it since stands
        _take_back(session, match, by=by, at=at)
    elif row.event == Move.CANCEL.value and row.changes["state"][0] == MatchState.PROPOSED.value:
        propose_again(session, match, by=by, at=at)


_STILL_SO = ((Move.PROPOSE.value, MatchState.PROPOSED), (Move.DECLINE.value, MatchState.DECLINED))


def propose_again(session: Session, match: Match, *, by: Actor, at: dt.datetime) -> Match:
    """Put a proposal that was cancelled by mistake forward as it was, under a new number."""
    drop_texts(session, [match], at=at)
    kept = {name: getattr(match, name) for name in _KEPT_ON_RETURN}
    again = Match(**kept, code=next_codes(session, "J")[0])
    session.add(again)
    log.move(session, again, Move.PROPOSE, by=by, at=at, reason=CancelReason.UNDONE.value, changes=_told(again))
    return again


#: What a line that was cancelled by mistake brings along when it is proposed again under a new number.
_KEPT_ON_RETURN = (
    "office_id", "challenge_id", "offer_id", "mode", "quantity", "offer_quantity", "every", "starts", "ends", "due",
    "answer_by", "consent_office_at", "consent_office_quantity", "consent_giver_at", "consent_giver_quantity",
    "consent_taker_at", "consent_taker_quantity", "consent_note", "event_id", "score", "factors", "weights_id",
    "proposed_at",
)  # fmt: skip


def _compensate_report(session: Session, target: Report, row: Log, *, by: Actor, at: dt.datetime) -> None:
    """Put a challenge or an offer back to where it stood, unless somebody moved it on meanwhile."""
    if row.event == Move.CLOSE.value and target.state is ReportState.CLOSED:
        reopen(session, target, by=by, at=at)
    elif row.event == Move.PAUSE.value and target.state is ReportState.PAUSED:
        resume(session, target, by=by, at=at)
    elif row.event == Move.ASK_CORRECTION.value and target.state is ReportState.DRAFT:
        log.move(session, target, Move.SUBMIT, by=by, at=at)
        if row.changes["state"][0] == ReportState.OPEN.value:
            log.move(session, target, Move.OPEN, by=by, at=at)
        _drop_corrections(session, target, at=at)
    elif row.event == "change" and "quantity" in row.changes:
        before = row.changes["quantity"][0]
        changes = log.set_fields(target, {"quantity": None if before is None else Decimal(str(before))})
        log.record(session, target, "change", by=by, at=at, changes=changes, reason=CancelReason.UNDONE.value)


def _drop_corrections(session: Session, row: Report, *, at: dt.datetime) -> None:
    """The question that went with an undone request for correction is no longer asked."""
    waiting = select(Message).where(
        Message.kind == MessageKind.CORRECTION, Message.party_id == row.party_id, Message.sent_at.is_(None),
        Message.dropped_at.is_(None),
    )  # fmt: skip
    for message in session.scalars(waiting):
        if message.values.get("code") == row.code:
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


def mark_sent(session: Session, message_id: int, *, by: Actor, at: dt.datetime, sent: bool = True) -> Message:
    """Note that the officer sent a text, or that he did not after all."""
    message = lines.get(session, Message, message_id, lock=True)
    require(by, Action.READ_CONTACT, office_id=message.office_id)
    message.sent_at = at if sent else None
    log.record(session, message, "sent" if sent else "not_sent", by=by, at=at)
    return message


def change_quantity(
    session: Session, match_id: int, quantity: Decimal, *, by: Actor, at: dt.datetime,
    offer_quantity: Decimal | None = None,
) -> Match:  # fmt: skip
    """Give a proposed line another number; the office's yes follows it, other sides' are kept when it falls.

    *offer_quantity* is said where the units of the two sides do not convert.
    """
    _positive(quantity, offer_quantity)
    match = lines.get(session, Match, match_id, lock=True)
    require(by, Action.DECIDE, office_id=match.office_id)
    if match.state is not MatchState.PROPOSED:
        raise _decided_already(session, match)
    given = offer_quantity or lines.other_side(session, match, quantity)
    values: dict[str, Any] = {
        "quantity": quantity, "offer_quantity": given, "consent_office_at": at, "consent_office_quantity": quantity,
    }  # fmt: skip
    if match.quantity is None or quantity > match.quantity:
        values |= {f"consent_{side}_{part}": None for side in ("giver", "taker") for part in ("at", "quantity")}
    log.record(session, match, "change", by=by, at=at, changes=log.set_fields(match, values))
    return match


def challenge(session: Session, code: str, *, by: Actor) -> Challenge:
    """The office's challenge of that code; another office's does not exist."""
    found = lines.by_code(session, Challenge, code)
    if not by.may(Action.READ_DESK) or (by.office_id is not None and found.office_id != by.office_id):
        raise NotFound(kind="challenge", id=code)
    return found
