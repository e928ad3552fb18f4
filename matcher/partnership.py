"""From a proposal to a partnership proven in use: consents, agreements, the hard check, proofs, endings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher import balance, lines, log
from matcher.balance import Line
from matcher.errors import (
    AgreementMissing,
    AlreadyDecided,
    ConsentMissing,
    ExperienceNeedsNoPaper,
    GiverIsTaker,
    NotAChoice,
    NothingLeft,
    NotPossible,
    NotProven,
    OutOfRange,
    QuantityUnknown,
    Required,
    TooMuchForChallenge,
)
from matcher.models import (
    Agreement,
    Challenge,
    Match,
    Offer,
    Office,
    Proof,
    next_codes,
)
from matcher.pairs import batched, lock_all, lock_rows
from matcher.policy import Action, Actor, covers, require
from matcher.vocabulary import (
    AgreementKind,
    AgreementState,
    CancelReason,
    EndReason,
    MatchState,
    Mode,
    Move,
    ProofKind,
    ReportState,
    ShortReason,
    Side,
    Subject,
)

MOST = Decimal(10) ** 12  #: no line is larger

# --- consents --------------------------------------------------------------------------------------------------------


def _required_party(session: Session, match: Match, side: Side) -> int | None:
    if side is Side.OFFICE:
        return None
    if side is Side.GIVER:
        return lines.get(session, Offer, match.offer_id).party_id
    return lines.get(session, Challenge, match.challenge_id).party_id


def consent(
    session: Session, match_id: int, side: Side, quantity: Decimal | None = None, *, by: Actor, at: dt.datetime,
    note: str = "", event_id: int | None = None,
) -> Match:  # fmt: skip
    """Record that *side* says yes to *quantity* (the line's own where none is said).

    A smaller number lowers the line and keeps the others' yes; a larger one clears them.  The office may record a yes
    on behalf of a side, with *note* saying who said it and *event_id* where.
    """
    match = lines.get(session, Match, match_id, lock=True)
    party_id = _required_party(session, match, side)
    return _say_yes(session, match, side, party_id, quantity, by=by, at=at, note=note, event_id=event_id)


def consent_together(
    session: Session, match_ids: Sequence[int], sides: Sequence[Side], *, by: Actor, at: dt.datetime, note: str = "",
    event_id: int | None = None,
) -> list[Match]:  # fmt: skip
    """Record that each of *sides* says yes to many lines as they stand, as `consent` does for one."""
    found = list(lock_rows(session, Match, match_ids).values())
    givers = _parties(session, Offer, {match.offer_id for match in found})
    takers = _parties(session, Challenge, {match.challenge_id for match in found})
    for match in found:
        asked = {Side.GIVER: givers[match.offer_id], Side.TAKER: takers[match.challenge_id]}
        for side in sides:
            _say_yes(session, match, side, asked.get(side), None, by=by, at=at, note=note, event_id=event_id)
    return found


def _parties(session: Session, table: type[Challenge | Offer], ids: set[int]) -> dict[int, int]:
    """Whose reports are, by id."""
    found: dict[int, int] = {}
    for some in batched(sorted(ids)):
        rows = session.execute(select(table.id, table.party_id).where(table.id.in_(some)))
        found |= {row.id: row.party_id for row in rows}
    return found


def _say_yes(
    session: Session, match: Match, side: Side, party_id: int | None, quantity: Decimal | None, *, by: Actor,
    at: dt.datetime, note: str, event_id: int | None,
) -> Match:  # fmt: skip
    """`consent` to a locked line, by the side whose party is *party_id*."""
    _may_consent(by, match, side, party_id)
    if match.state is not MatchState.PROPOSED:
        raise _too_late(session, match)
    if party_id is not None and by.party_id != party_id and not (note.strip() or event_id):
        raise Required(field="note")  # a yes recorded for somebody else says who gave it, or where
    number = match.quantity if quantity is None else quantity
    if number is not None and number <= 0:
        raise OutOfRange(field="quantity", value=number, least="> 0", most=match.quantity or "…")
    values = _renumbered(session, match, side, number)
    values |= {f"consent_{side.value}_at": at, f"consent_{side.value}_quantity": number}
    if note.strip():
        values["consent_note"] = "\n".join(filter(None, (match.consent_note, f"{side.words.id}: {note.strip()}")))
    if event_id is not None:
        values["event_id"] = event_id
    changes = log.set_fields(match, values)
    changes.pop("consent_note", None)  # names of people may stand there: the log keeps them out
    log.record(session, match, f"consent_{side.value}", by=by, at=at, changes=changes)
    return match


def _may_consent(by: Actor, match: Match, side: Side, party_id: int | None) -> None:
    """A party says its own yes; the office any side's; a facilitator answers on a library's behalf and no other's."""
    require(by, Action.CONSENT, office_id=match.office_id, party_id=party_id)
    if side is Side.OFFICE or (side is Side.GIVER and by.party_id != party_id):
        require(by, Action.AGREE, office_id=match.office_id)


def _renumbered(session: Session, match: Match, side: Side, number: Decimal | None) -> dict[str, Any]:
    """Fields that follow when a side says another number than the line's."""
    if number is None or number == match.quantity:
        return {}
    values: dict[str, Any] = {"quantity": number, "offer_quantity": lines.other_side(session, match, number)}
    lowered = match.quantity is not None and number < match.quantity
    for other in Side:
        if other is not side and not lowered:
            values |= {f"consent_{other.value}_at": None, f"consent_{other.value}_quantity": None}
    return values


def _too_late(session: Session, match: Match) -> AlreadyDecided:
    told = lines.last_change(session, Subject.MATCH, match.id)
    return AlreadyDecided(
        code=match.code, state=match.state, who=told.by if told else "", when=told.at if told else None
    )


# --- agreements ------------------------------------------------------------------------------------------------------


def draft_agreement(
    session: Session, *, office_id: int, kind: AgreementKind, by: Actor, at: dt.datetime, number: str = "",
    place: str = "", signed_on: dt.date | None = None, valid_until: dt.date | None = None, event_id: int | None = None,
) -> Agreement:  # fmt: skip
    """Begin a paper that groups lines; an oral agreement is in force at once."""
    require(by, Action.AGREE, office_id=office_id)
    agreement = Agreement(
        code=next_codes(session, "A")[0], office_id=office_id, kind=kind, number=number.strip(), place=place.strip(),
        signed_on=signed_on, valid_until=valid_until, event_id=event_id,
    )  # fmt: skip
    session.add(agreement)
    log.move(session, agreement, Move.RECORD, by=by, at=at, changes={"kind": [None, kind], "number": [None, number]})
    session.flush()
    if kind is AgreementKind.ORAL:
        sign(session, agreement, signed_on=signed_on or lines.today(at), by=by, at=at)
    return agreement


def sign(
    session: Session, agreement: Agreement, *, signed_on: dt.date, by: Actor, at: dt.datetime, number: str | None = None
) -> None:
    """Put an agreement in force from the day it was signed."""
    require(by, Action.AGREE, office_id=agreement.office_id)
    values: dict[str, Any] = {"signed_on": signed_on}
    if number is not None:
        values["number"] = number.strip()
    log.move(session, agreement, Move.SIGN, by=by, at=at, changes=log.set_fields(agreement, values))


def end_agreement(session: Session, agreement: Agreement, why: EndReason, *, by: Actor, at: dt.datetime) -> None:
    """End an agreement; its lines keep their own states."""
    require(by, Action.AGREE, office_id=agreement.office_id)
    log.move(session, agreement, Move.END, by=by, at=at, reason=why.value)


# --- the hard check --------------------------------------------------------------------------------------------------


def agree(
    session: Session, match_id: int, *, by: Actor, at: dt.datetime, agreement_id: int | None = None, waiver: str = "",
    due: dt.date | None = None,
) -> Match:  # fmt: skip
    """Make a proposal a promise: the offer's row is locked, its lines summed, and only what is left is taken.

    Raises
    ------
    NothingLeft
        On some day the offer would hold more than it has; the holders are named.
    TooMuchForChallenge
        More than the challenge needs, and no *waiver* says why.
    ConsentMissing, QuantityUnknown, AgreementMissing, ExperienceNeedsNoPaper
        What a promise needs is not there yet.
    """
    match, challenge, offer = _locked(session, match_id)
    beside = _beside(session, {challenge.id})[challenge.id]
    proposed = _Proposed(match, challenge, offer, beside.pop(match.id), list(beside.values()))
    return _agree(session, proposed, by=by, at=at, agreement_id=agreement_id, waiver=waiver, due=due, roomy=False)


class _Proposed(NamedTuple):
    """A line with both sides, all three locked."""

    match: Match
    challenge: Challenge
    offer: Offer
    line: Line
    others: Sequence[Line]  #: the challenge's, as they stand now


def _agree(
    session: Session, proposed: _Proposed, *, by: Actor, at: dt.datetime, agreement_id: int | None, waiver: str,
    due: dt.date | None, roomy: bool,
) -> Match:  # fmt: skip
    """`agree`; *roomy* says that the offer is known to hold this line beside all its others."""
    match, challenge, offer, line, others = proposed
    _may_agree(by, match, challenge, offer)
    if match.state is not MatchState.PROPOSED:
        raise _too_late(session, match)
    _both_open(session, challenge, offer)
    _complete(session, match, line, agreement_id)
    if not roomy:
        _within_offer(session, match, offer, _promised(line), by=by, at=at)
    _within_challenge(match, challenge, _promised(line), others, waiver=waiver, at=at)
    values = {"agreement_id": agreement_id, "waiver": waiver.strip(), "due": due or match.due}
    log.move(session, match, Move.AGREE, by=by, at=at, changes=log.set_fields(match, values))
    return match


def _locked(session: Session, match_id: int) -> tuple[Match, Challenge, Offer]:
    """A line with both sides, nobody else counting on either meanwhile; everybody locks the offer first."""
    match = lines.get(session, Match, match_id)
    offer = lines.get(session, Offer, match.offer_id, lock=True)
    challenge = lines.get(session, Challenge, match.challenge_id, lock=True)
    return lines.get(session, Match, match_id, lock=True), challenge, offer


def _may_agree(by: Actor, match: Match, challenge: Challenge, offer: Offer) -> None:
    """The office agrees lines; a line of experience is agreed by either library."""
    if match.mode is Mode.EXPERIENCE and any(
        covers(by, Action.CONSENT, party_id=party) and by.party_id for party in (challenge.party_id, offer.party_id)
    ):
        return
    require(by, Action.AGREE, office_id=match.office_id)


def _both_open(session: Session, challenge: Challenge, offer: Offer) -> None:
    for row, subject in ((challenge, Subject.CHALLENGE), (offer, Subject.OFFER)):
        if row.state is not ReportState.OPEN:
            told = lines.last_change(session, subject, row.id)
            raise NotPossible(
                subject=subject, move=Move.AGREE, state=row.state, id=row.code, who=told.by if told else "",
                when=told.at if told else None,
            )  # fmt: skip


def _complete(session: Session, match: Match, line: Line, agreement_id: int | None) -> None:
    """Consents, a number and a paper, as the mode needs them."""
    if match.mode is Mode.EXPERIENCE:
        if agreement_id is not None:
            raise ExperienceNeedsNoPaper(code=match.code)
    elif match.quantity is None or match.offer_quantity is None:
        raise QuantityUnknown(code=match.code)
    if missing := balance.sides_missing(line):
        raise ConsentMissing(code=match.code, sides=missing)
    if match.mode is not Mode.EXPERIENCE:
        if agreement_id is None:
            raise AgreementMissing(code=match.code)
        agreement = lines.get(session, Agreement, agreement_id)
        if agreement.office_id != match.office_id or agreement.state is AgreementState.ENDED:
            raise AgreementMissing(code=match.code)


def _promised(line: Line) -> Line:
    """The line as it will stand once agreed."""
    return replace(line, state=MatchState.AGREED)


def _within_offer(session: Session, match: Match, offer: Offer, mine: Line, *, by: Actor, at: dt.datetime) -> None:
    """The hard check: with *mine*, no day asks more of the offer than it has."""
    if offer.quantity is None:  # belum ditentukan: only the line has a number
        return
    pairs = [(other, line) for other, line in lines.read(session, Match.offer_id == offer.id) if other.id != match.id]
    held = [line for _, line in pairs]
    if balance.peak([*held, mine]) <= offer.quantity:
        return
    asked = max(mine.offer_quantity or balance.NOTHING, balance.peak([mine]))
    raise nothing_left(session, offer, asked, pairs, by=by, at=at)


def nothing_left(
    session: Session, offer: Offer, asked: Decimal, pairs: Sequence[tuple[Match, Line]], *, by: Actor, at: dt.datetime
) -> NothingLeft:
    """The refusal of what asks more of *offer* than *pairs*, its lines, leave; it names who holds the rest."""
    left = balance.left(offer.quantity, [line for _, line in pairs], lines.today(at))
    holders = _holders(session, pairs, by, at)
    return NothingLeft(code=offer.code, asked=asked, left=left, unit=offer.unit, holders=holders)


def _holders(session: Session, pairs: Sequence[tuple[Match, Line]], by: Actor, at: dt.datetime) -> list[dict[str, Any]]:
    """Who holds the rest; another office's lines show no name."""
    day = lines.today(at)
    found = []
    for match, line in pairs:
        if balance.hold(line, day) <= 0:
            continue
        ours = by.office_id is None or match.office_id == by.office_id
        taker = lines.owner(session, lines.get(session, Challenge, match.challenge_id).party_id)
        told = lines.last_change(session, Subject.MATCH, match.id)
        found.append({
            "code": match.code if ours else "", "who": taker.name if ours else "", "quantity": balance.hold(line, day),
            "by": told.by if told and ours else "", "when": told.at if told else None,
        })  # fmt: skip
    return found


def _within_challenge(
    match: Match, challenge: Challenge, mine: Line, others: Sequence[Line], *, waiver: str, at: dt.datetime
) -> None:
    """With *mine* beside the *others*, no day covers more than is needed, unless *waiver* says why."""
    if challenge.quantity is None or waiver.strip() or match.mode is Mode.EXPERIENCE:
        return
    if balance.peak([*others, mine], part=balance.cover) > challenge.quantity:
        raise TooMuchForChallenge(
            code=challenge.code, asked=max(mine.quantity or balance.NOTHING, mine.delivered),
            gap=balance.gap(challenge.quantity, others, lines.today(at)), unit=challenge.unit,
        )  # fmt: skip


def agree_together(
    session: Session, match_ids: Sequence[int], *, by: Actor, at: dt.datetime, agreement_id: int | None = None,
    due: dt.date | None = None,
) -> list[Match]:  # fmt: skip
    """Agree several lines at once: all of them, or none (the caller's transaction ends on the first refusal)."""
    keys: list[tuple[int, int]] = []
    for some in batched(sorted(set(match_ids))):
        rows = session.execute(select(Match.challenge_id, Match.offer_id).where(Match.id.in_(some)))
        keys += [(row.challenge_id, row.offer_id) for row in rows]
    challenges, offers = lock_all(session, keys)
    matches = lock_rows(session, Match, match_ids)
    roomy = {offer_id: _all_within(session, offer_id, set(matches)) for offer_id in offers}
    beside = _beside(session, set(challenges))
    paper = None if agreement_id is None else lines.get(session, Agreement, agreement_id)  # held: one query for all
    for match in matches.values():
        mine = beside[match.challenge_id]
        line, found = mine.pop(match.id), (challenges[match.challenge_id], offers[match.offer_id])
        _agree(
            session, _Proposed(match, *found, line, list(mine.values())), by=by, at=at, waiver="", due=due,
            agreement_id=None if paper is None else paper.id, roomy=roomy[match.offer_id],
        )  # fmt: skip
        mine[match.id] = _promised(line)  # the next of the same challenge finds it agreed
    return list(matches.values())


def _beside(session: Session, challenge_ids: set[int]) -> dict[int, dict[int, Line]]:
    """Every line of some challenges as the database holds it now: challenge → match → line."""
    found: dict[int, dict[int, Line]] = defaultdict(dict)
    for some in batched(sorted(challenge_ids)):
        for match, line in lines.read(session, Match.challenge_id.in_(some)):
            found[match.challenge_id][match.id] = line
    return found


def _all_within(session: Session, offer_id: int, match_ids: set[int]) -> bool:
    """Whether the offer holds all these lines beside its others; where not, each is tried and the first is named."""
    offer = lines.get(session, Offer, offer_id)
    mine = [
        _promised(line) if match.id in match_ids else line
        for match, line in lines.read(session, Match.offer_id == offer_id)
    ]
    return offer.quantity is None or balance.peak(mine) <= offer.quantity


# --- proofs ----------------------------------------------------------------------------------------------------------


def prove(
    session: Session, match_id: int, kind: ProofKind, quantity: Decimal, *, on: dt.date, by: Actor, at: dt.datetime,
    working: Decimal | None = None, users: int | None = None, period: dt.date | None = None,
    why_different: ShortReason | None = None, note: str = "", waiver: str = "",
) -> Proof:  # fmt: skip
    """Add an observed fact to a line; nothing is ever edited, a correction is a row.

    Raises
    ------
    NotPossible
        The line is not a promise (yet, or any more).
    OutOfRange
        A negative number that is no correction, more working than arrived, less than nothing in all, a day to come.
    NothingLeft, TooMuchForChallenge
        More arrived than the offer holds (then its quantity is corrected first), or than the library needs and no
        *waiver* says why.
    """
    match, challenge, offer = _locked(session, match_id)
    if not covers(by, Action.CONSENT, office_id=match.office_id, party_id=challenge.party_id):
        require(by, Action.AGREE, office_id=match.office_id)
    if kind is ProofKind.VERIFICATION:
        raise NotAChoice(field="kind", value=kind)  # `verify` makes those
    line = lines.of_match(session, match)
    _observable(match, line, kind)
    _plausible(line, kind, quantity, working)
    if on > lines.today(at):
        raise OutOfRange(field="on", value=on, least="…", most=lines.today(at))
    if (more := _SIGN[kind] * quantity) > 0:
        mine = replace(line, delivered=line.delivered + more)
        _within_offer(session, match, offer, mine, by=by, at=at)
        others = [line for one, line in _beside(session, {challenge.id})[challenge.id].items() if one != match.id]
        _within_challenge(match, challenge, mine, others, waiver=waiver or match.waiver, at=at)
    excused = log.set_fields(match, {"waiver": waiver.strip()}) if waiver.strip() else {}
    if excused:
        log.record(session, match, "waive", by=by, at=at, changes=excused)
    proof = Proof(
        match_id=match.id, kind=kind, on=on, period=period, quantity=quantity, working=working, users=users,
        why_different=why_different, note=note.strip(), recorded_by=by.name, recorded_at=at,
    )  # fmt: skip
    session.add(proof)
    log.record(session, proof, kind.value, by=by, at=at, changes={
        "match_id": [None, match.id], "quantity": [None, quantity], "working": [None, working],
    })  # fmt: skip
    session.flush()
    return proof


#: What a proof does to the quantity delivered.
_SIGN = {ProofKind.HANDOVER: 1, ProofKind.CORRECTION: 1, ProofKind.RETURN: -1, ProofKind.CHECK: 0}


def _observable(match: Match, line: Line, kind: ProofKind) -> None:
    """Nothing arrives on a line that is no promise; what arrived before it was cancelled may still go back."""
    ended = match.state is MatchState.CANCELLED and line.delivered > 0 and kind is not ProofKind.HANDOVER
    if not ended and match.state not in (MatchState.AGREED, MatchState.DONE):
        raise NotPossible(subject=Subject.MATCH, move=kind, state=match.state, id=match.code)


def _plausible(line: Line, kind: ProofKind, quantity: Decimal, working: Decimal | None) -> None:
    least = -line.delivered if kind is ProofKind.CORRECTION else balance.NOTHING
    most = line.delivered if kind is ProofKind.RETURN else MOST
    if not least <= quantity <= most:
        raise OutOfRange(field="quantity", value=quantity, least=least, most=most)
    arrived = line.delivered if kind is ProofKind.CHECK else quantity
    if working is not None and not 0 <= working <= max(arrived, balance.NOTHING):
        raise OutOfRange(field="working", value=working, least=0, most=arrived)


def verify(session: Session, proof_id: int, *, by: Actor, at: dt.datetime, quantity: Decimal | None = None) -> Proof:
    """The office has seen what a proof says; a row of its own."""
    seen = lines.get(session, Proof, proof_id)
    match = lines.get(session, Match, seen.match_id, lock=True)
    require(by, Action.AGREE, office_id=match.office_id)
    already = session.scalar(select(func.count()).where(Proof.verifies_id == proof_id)) or 0
    if already or seen.kind is ProofKind.VERIFICATION:
        raise NotPossible(subject=Subject.PROOF, move=ProofKind.VERIFICATION, state=match.state, id=match.code)
    number = seen.quantity if quantity is None else quantity
    if not 0 <= number <= max(seen.quantity, Decimal(0)):
        raise OutOfRange(field="quantity", value=number, least=0, most=seen.quantity)
    proof = Proof(
        match_id=match.id, kind=ProofKind.VERIFICATION, on=lines.today(at), period=seen.period, quantity=number,
        verifies_id=seen.id, recorded_by=by.name, recorded_at=at,
    )  # fmt: skip
    session.add(proof)
    log.record(
        session, proof, "verify", by=by, at=at, changes={"match_id": [None, match.id], "quantity": [None, number]}
    )
    session.flush()
    return proof


# --- endings ---------------------------------------------------------------------------------------------------------


def finish(
    session: Session, match_id: int, *, by: Actor, at: dt.datetime, short: ShortReason | None = None,
    helped: bool | None = None,
) -> Match:  # fmt: skip
    """Call a line done: when verified reaches what was promised, or short of it with a reason.

    A line of experience is done when the taker answers *Terbantu?*; *helped* is the answer.
    """
    match = lines.get(session, Match, match_id, lock=True)
    challenge = lines.get(session, Challenge, match.challenge_id)
    asked = match.mode is Mode.EXPERIENCE
    if not (asked and covers(by, Action.CONSENT, office_id=match.office_id, party_id=challenge.party_id)):
        require(by, Action.AGREE, office_id=match.office_id)
    if match.state is not MatchState.AGREED:
        raise _too_late(session, match)
    if asked and helped is None:
        raise Required(field="helped")
    line = lines.of_match(session, match)
    if not asked and line.verified < balance.target(line) and short is None:
        raise NotProven(code=match.code, verified=line.verified, promised=balance.target(line), unit=challenge.unit)
    match.closed_at = at
    match.reason = short.value if short else None
    told = {} if helped is None else {"helped": [None, helped]}
    log.move(session, match, Move.FINISH, by=by, at=at, reason=match.reason, changes=told)
    return match


def cancel(session: Session, match_id: int, why: CancelReason, *, by: Actor, at: dt.datetime, note: str = "") -> Match:
    """End a proposal or a promise early: what arrived stays, the rest goes back to the offer."""
    match = lines.get(session, Match, match_id, lock=True)
    challenge, offer = lines.get(session, Challenge, match.challenge_id), lines.get(session, Offer, match.offer_id)
    _may_agree(by, match, challenge, offer)
    if match.state not in (MatchState.PROPOSED, MatchState.AGREED):
        raise _too_late(session, match)
    match.reason, match.reason_note, match.closed_at = why.value, note.strip(), at
    log.move(session, match, Move.CANCEL, by=by, at=at, reason=why.value)
    return match


def extend(session: Session, match_id: int, due: dt.date, *, by: Actor, at: dt.datetime) -> Match:
    """Give a promise more time."""
    match = lines.get(session, Match, match_id, lock=True)
    require(by, Action.AGREE, office_id=match.office_id)
    if match.state is not MatchState.AGREED:
        raise _too_late(session, match)
    log.record(session, match, "extend", by=by, at=at, changes=log.set_fields(match, {"due": due}))
    return match


def record_old(
    session: Session, challenge: Challenge, offer: Offer, quantity: Decimal, *, occurred_on: dt.date, by: Actor,
    at: dt.datetime,
) -> Match:  # fmt: skip
    """Enter a partnership of earlier days as done: it counts as help given, not for learning or reliability.

    Raises
    ------
    OutOfRange, GiverIsTaker
        No number, a day to come; one party on both sides.
    NothingLeft
        The offer, as it stands, cannot have given that much beside its other lines.
    """
    require(by, Action.AGREE, office_id=challenge.office_id)
    if not 0 < quantity <= MOST:
        raise OutOfRange(field="quantity", value=quantity, least="> 0", most=MOST)
    if occurred_on > lines.today(at):
        raise OutOfRange(field="occurred_on", value=occurred_on, least="…", most=lines.today(at))
    giver = lines.owner(session, offer.party_id)
    if lines.owner(session, challenge.party_id) is giver:
        raise GiverIsTaker(name=giver.name)
    offer = lines.get(session, Offer, offer.id, lock=True)
    office = lines.get(session, Office, challenge.office_id)
    match = Match(
        code=next_codes(session, "J")[0], office_id=challenge.office_id, challenge_id=challenge.id, offer_id=offer.id,
        mode=offer.mode, quantity=quantity, proposed_at=at, closed_at=at, recorded=True, occurred_on=occurred_on,
        offer_quantity=lines.in_offer_unit(quantity, challenge, offer, office) or quantity,
    )  # fmt: skip
    session.add(match)
    log.move(session, match, Move.RECORD, by=by, at=at, changes={"occurred_on": [None, occurred_on]})
    session.flush()
    proof = Proof(
        match_id=match.id, kind=ProofKind.HANDOVER, on=occurred_on, quantity=quantity, recorded_by=by.name,
        recorded_at=at,
    )  # fmt: skip
    session.add(proof)
    log.record(session, proof, ProofKind.HANDOVER.value, by=by, at=at, changes={"quantity": [None, quantity]})
    session.flush()
    _within_offer(session, match, offer, lines.of_match(session, match), by=by, at=at)
    return match


def take_back_old(session: Session, match_id: int, *, by: Actor, at: dt.datetime) -> Match:
    """Cancel an old partnership that was entered by mistake; a correction takes back what it said had arrived."""
    match = lines.get(session, Match, match_id, lock=True)
    require(by, Action.AGREE, office_id=match.office_id)
    if not match.recorded or match.state is not MatchState.DONE:
        raise _too_late(session, match)
    arrived = lines.of_match(session, match).delivered
    if arrived:
        proof = Proof(
            match_id=match.id, kind=ProofKind.CORRECTION, on=lines.today(at), quantity=-arrived, recorded_by=by.name,
            recorded_at=at,
        )  # fmt: skip
        session.add(proof)
        log.record(session, proof, ProofKind.CORRECTION.value, by=by, at=at, changes={"quantity": [None, -arrived]})
    match.reason, match.closed_at = CancelReason.MISTAKEN.value, at
    log.move(session, match, Move.TAKE_BACK, by=by, at=at, reason=CancelReason.MISTAKEN.value)
    session.flush()
    return match
