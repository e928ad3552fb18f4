"""Two rows that are one: reports closed as duplicates, parties that stand for others; taken apart again from the log.

Merging rewrites nothing: a merged party keeps its rows and its names, and whoever asks whose they are is told the kept
one (`models.whose`).  What a merge changed stands in its log row, so that taking it apart gives back what was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import intake, lines, log, review, standing
from matcher.errors import HoldsPromises, MatcherError, NotMerged, NotPossible, NotTheSame
from matcher.models import Challenge, Log, Match, Offer, Party, whose
from matcher.policy import Action, Actor, require
from matcher.vocabulary import (
    UNITS,
    CloseReason,
    MatchState,
    Move,
    ReportState,
    Subject,
    Term,
    convert,
)

Report = Challenge | Offer
Kind = TypeVar("Kind", Challenge, Offer, Party)

MERGE, UNMERGE = "merge", "unmerge"  #: events of the log
_PROMISED = (MatchState.AGREED, MatchState.DONE)


class Difference(Term):
    """Why two rows cannot be one."""

    SELF = "self", "itu hal yang sama", "they are the same row"
    KIND = "kind", "jenisnya berbeda", "they are of different kinds"
    OWNER = "owner", "pemiliknya berbeda, gabungkan dulu pihaknya", "they belong to two parties, merge those first"
    UNIT = "unit", "satuannya tidak dapat dijumlahkan", "their units do not add up"
    TAKEN = "taken", "salah satunya sudah digabungkan dengan pihak lain", "one of them is merged with another already"


def _pair(session: Session, table: Any, kept_id: int, other_id: int) -> tuple[Any, Any]:
    """Both rows, read afresh and locked, the lower number first, so that two officers never wait for each other."""
    session.flush()
    rows = select(table).where(table.id.in_([kept_id, other_id])).order_by(table.id).with_for_update(key_share=True)
    found = {row.id: row for row in session.scalars(rows.execution_options(populate_existing=True))}
    return found[kept_id], found[other_id]


def _told(session: Session, subject: Subject, row_id: int, *events: str) -> Log | None:
    """The newest log row of *events* about a row."""
    rows = select(Log).where(Log.subject == subject, Log.subject_id == row_id, Log.event.in_(events))
    return session.scalar(rows.order_by(Log.seq.desc()).limit(1))


# --- reports ---------------------------------------------------------------------------------------------------------


def merge_reports(
    session: Session, kept: Report, other: Report, *, by: Actor, at: dt.datetime, add_up: bool = False
) -> None:
    """Close *other* as a duplicate of *kept*; its proposed lines go with it, its number is added where *add_up*.

    Raises
    ------
    NotTheSame
        Two kinds, two owners, or numbers that cannot be added up.
    HoldsPromises
        *other* has agreed or finished lines: merge the other way round.
    NotPossible
        One of the two does not stand open.
    """
    if type(kept) is not type(other) or kept.id == other.id:
        why = Difference.SELF if type(kept) is type(other) else Difference.KIND
        raise NotTheSame(one=kept.code, other=other.code, why=why)
    for row in (kept, other):
        require(by, Action.DECIDE, office_id=row.office_id)
    kept, other = _pair(session, type(kept), kept.id, other.id)
    if _is_merged_into(session, other, kept):
        return
    _may_merge(session, kept, other)
    total = _sum(kept, other) if add_up else None
    stood = other.state
    _close(session, other, by=by, at=at)
    changes: dict[str, Any] = {"duplicate_of": [None, kept.code], "stood": [stood, None]}
    if total is not None and total != kept.quantity:
        changes["added"] = [kept.quantity, total]
        intake.change_report(session, kept, replace(intake.as_told(kept), quantity=total), by=by, at=at)
    log.record(session, other, MERGE, by=by, at=at, changes=changes)


def _is_merged_into(session: Session, other: Report, kept: Report) -> bool:
    """The same press twice is one."""
    if other.state is not ReportState.CLOSED or other.closed_because != CloseReason.DUPLICATE:
        return False
    row = _told(session, log.SUBJECTS[type(other)], other.id, MERGE)
    return row is not None and row.changes["duplicate_of"][1] == kept.code


def _may_merge(session: Session, kept: Report, other: Report) -> None:
    for row in (kept, other):
        if row.state not in (ReportState.OPEN, ReportState.PAUSED):
            last = lines.last_change(session, log.SUBJECTS[type(row)], row.id)
            who, when = (last.by, last.at) if last is not None else ("", None)
            raise NotPossible(
                subject=log.SUBJECTS[type(row)], move=MERGE, state=row.state, id=row.code, who=who, when=when
            )
    names = {"one": kept.code, "other": other.code}
    if lines.owner(session, kept.party_id) is not lines.owner(session, other.party_id):
        raise NotTheSame(**names, why=Difference.OWNER)
    if kept.category is not other.category:
        raise NotTheSame(**names, why=Difference.KIND)
    column = Match.offer_id if isinstance(other, Offer) else Match.challenge_id
    held = select(Match.code).where(column == other.id, Match.state.in_(_PROMISED)).order_by(Match.id)
    if codes := session.scalars(held).all():
        raise HoldsPromises(id=other.code, lines=list(codes))


def _sum(kept: Report, other: Report) -> Decimal | None:
    """Both numbers in the unit of *kept*."""
    if other.quantity is None:
        return kept.quantity
    more = convert(float(other.quantity), other.unit, kept.unit)
    if more is None or kept.every is not other.every:
        raise NotTheSame(one=kept.code, other=other.code, why=Difference.UNIT)
    exact = other.quantity if UNITS[other.unit] == UNITS[kept.unit] else Decimal(str(more))
    return exact + (kept.quantity or 0)


def _close(session: Session, row: Report, *, by: Actor, at: dt.datetime) -> None:
    if isinstance(row, Offer):
        standing.withdraw_offer(session, row, by=by, at=at, why=CloseReason.DUPLICATE)
    else:
        standing.close_challenge(session, row, CloseReason.DUPLICATE, by=by, at=at)


def merged_with(session: Session, row: Report) -> str | None:
    """The code of the report that *row* is a duplicate of; None where it is none."""
    if row.closed_because != CloseReason.DUPLICATE:
        return None
    told = _told(session, log.SUBJECTS[type(row)], row.id, MERGE)
    return None if told is None else str(told.changes["duplicate_of"][1])


class Apart(NamedTuple):
    """Two reports that were taken apart; *lowered*: what was added to the kept one went back."""

    kept: Report
    other: Report
    lowered: bool | None  #: None: nothing had been added


def unmerge_reports(session: Session, other: Report, *, by: Actor, at: dt.datetime) -> Apart:
    """Let *other* stand again as it stood, its proposals with it; what was added goes back unless changed since.

    Raises
    ------
    NotMerged
        It is no duplicate of anything.
    """
    require(by, Action.DECIDE, office_id=other.office_id)
    subject = log.SUBJECTS[type(other)]
    told = _told(session, subject, other.id, MERGE)
    if told is None or other.closed_because != CloseReason.DUPLICATE:
        raise NotMerged(id=other.code)
    kept_id = lines.by_code(session, type(other), told.changes["duplicate_of"][1]).id
    kept, other = cast("tuple[Report, Report]", _pair(session, type(other), kept_id, other.id))
    if other.state is not ReportState.CLOSED:
        raise NotMerged(id=other.code)
    standing.reopen(session, other, by=by, at=at)
    if told.changes["stood"][0] == ReportState.PAUSED.value:
        log.move(session, other, Move.PAUSE, by=by, at=at)
    lowered = _lower(session, kept, told, by=by, at=at)
    log.record(session, other, UNMERGE, by=by, at=at, changes={"duplicate_of": [kept.code, None]})
    _propose_again(session, told, by=by, at=at)
    return Apart(kept, other, lowered)


def _lower(session: Session, kept: Report, told: Log, *, by: Actor, at: dt.datetime) -> bool | None:
    """Take back what the merge added, where the number is still that one and no promise rests on it."""
    if (added := told.changes.get("added")) is None:
        return None
    before, after = (None if part is None else Decimal(str(part)) for part in added)
    if kept.quantity != after:
        return False
    try:
        intake.change_report(session, kept, replace(intake.as_told(kept), quantity=before), by=by, at=at)
    except MatcherError:  # promised beyond the old number: it stays, and the officer is told
        return False
    return True


def _propose_again(session: Session, told: Log, *, by: Actor, at: dt.datetime) -> None:
    """Proposals that the merge cancelled come back under new numbers."""
    cancelled = select(Log.subject_id).where(
        Log.act == told.act, Log.subject == Subject.MATCH, Log.event == Move.CANCEL.value
    )
    session.flush()
    ids = session.scalars(cancelled.order_by(Log.seq)).all()
    for match in session.scalars(select(Match).where(Match.id.in_(ids)).order_by(Match.id)).all():
        if _stands(session, match):
            review.propose_again(session, match, by=by, at=at)


def _stands(session: Session, match: Match) -> bool:
    """Both sides are open still, and nobody proposed the pair meanwhile."""
    sides = (lines.get(session, Challenge, match.challenge_id), lines.get(session, Offer, match.offer_id))
    again = select(Match.id).where(
        Match.challenge_id == match.challenge_id, Match.offer_id == match.offer_id, Match.state == MatchState.PROPOSED
    )
    return all(side.state is ReportState.OPEN for side in sides) and session.scalar(again) is None


# --- parties ---------------------------------------------------------------------------------------------------------


def merge_parties(session: Session, kept: Party, other: Party, *, by: Actor, at: dt.datetime) -> Party:
    """Let *kept* (or what it was merged into) stand for *other*; returns the one that stands.

    Raises
    ------
    NotTheSame
        A library and a stakeholder, the same party, or one that stands for another already.
    HoldsPromises
        Lines run between the two: a party gives nothing to itself.
    """
    for party in (kept, other):
        require(by, Action.DECIDE, office_id=party.office_id)
    root = lines.owner(session, kept.id)
    if other.merged_into_id == root.id:
        return root  # the same press twice is one
    found: tuple[Party, Party] = _pair(session, Party, root.id, other.id)
    root, other = found
    _may_be_one(session, root, other)
    moved = list(session.scalars(select(Party).where(Party.merged_into_id == other.id).order_by(Party.id)))
    for party in (other, *moved):
        changes = log.set_fields(party, {"merged_into_id": root.id})
        log.record(session, party, MERGE, by=by, at=at, changes=changes)
    session.flush()
    return root


def _may_be_one(session: Session, kept: Party, other: Party) -> None:
    names = {"one": kept.name, "other": other.name}
    if kept.id == other.id:
        raise NotTheSame(**names, why=Difference.SELF)
    if kept.kind is not other.kind:
        raise NotTheSame(**names, why=Difference.KIND)
    if other.merged_into_id is not None or kept.merged_into_id is not None:  # somebody was faster
        raise NotTheSame(**names, why=Difference.TAKEN)
    live = (MatchState.PROPOSED, MatchState.AGREED, MatchState.DONE)
    both = {kept.id, other.id}
    between = (
        select(Match.code)
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Offer, Match.offer_id == Offer.id)
        .where(Match.state.in_(live), whose(Challenge).in_(both), whose(Offer).in_(both))
        .order_by(Match.id)
    )
    if codes := session.scalars(between).all():
        raise HoldsPromises(id=other.name, lines=list(codes))


def unmerge_parties(session: Session, other: Party, *, by: Actor, at: dt.datetime) -> Party:
    """Let *other* stand for itself again, and for what was merged into it before; returns the one it leaves.

    Raises
    ------
    NotMerged
        It stands for itself.
    """
    require(by, Action.DECIDE, office_id=other.office_id)
    if other.merged_into_id is None:
        raise NotMerged(id=other.name)
    found: tuple[Party, Party] = _pair(session, Party, other.merged_into_id, other.id)
    kept, other = found
    if other.merged_into_id != kept.id:
        raise NotMerged(id=other.name)
    told = _told(session, Subject.PARTY, other.id, MERGE)
    brought = _brought(session, kept, other, told)
    for party, back in ((other, None), *((party, other.id) for party in brought)):
        changes = log.set_fields(party, {"merged_into_id": back})
        log.record(session, party, UNMERGE, by=by, at=at, changes=changes)
    session.flush()
    return kept


def _brought(session: Session, kept: Party, other: Party, told: Log | None) -> list[Party]:
    """Parties that *other* brought along when it was merged, and that nobody has moved since."""
    if told is None:
        return []
    along = (Log.subject == Subject.PARTY, Log.event == MERGE, Log.act == told.act, Log.subject_id != other.id)
    ids = {
        row.subject_id
        for row in session.scalars(select(Log).where(*along))
        if row.changes.get("merged_into_id") == [other.id, kept.id]
    }
    rows = session.scalars(select(Party).where(Party.id.in_(ids), Party.merged_into_id == kept.id).order_by(Party.id))
    newest = {party: _told(session, Subject.PARTY, party.id, MERGE) for party in rows}
    return [party for party, last in newest.items() if last is not None and last.act == told.act]
