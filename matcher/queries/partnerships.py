"""Lines and agreements as the office reads them: a table of all, one of each whole; the number of queries is fixed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from matcher import balance, explaining, lines
from matcher.balance import Line
from matcher.errors import NotFound
from matcher.explaining import Explanation
from matcher.models import (
    Agreement,
    Challenge,
    Event,
    Log,
    Match,
    Message,
    Offer,
    Paper,
    Party,
    Proof,
    Region,
    whose,
)
from matcher.vocabulary import UNITS, AgreementState, LineStatus, MatchState, ProofKind, Side, Subject

#: Statuses in the order an officer wants them: what burns first.
ORDER = (
    LineStatus.AT_RISK, LineStatus.OVERDUE, LineStatus.ACCEPTED, LineStatus.LAPSED, LineStatus.WAITING,
    LineStatus.PARTLY_DELIVERED, LineStatus.DELIVERED, LineStatus.AWAITED, LineStatus.PROVEN, LineStatus.ENDED,
)  # fmt: skip
#: Statuses of lines that still ask something of somebody.
LIVE = frozenset(ORDER[:8])


@dataclass(frozen=True, slots=True)
class Row:
    """One line with both sides, and what arithmetic says of it today."""

    match: Match
    challenge: Challenge
    offer: Offer
    taker: Party
    giver: Party
    line: Line
    status: LineStatus
    promised: Decimal
    days_late: int


def _row(found: tuple[Match, Challenge, Offer, Party, Party], line: Line, day: dt.date) -> Row:
    match, challenge, offer, taker, giver = found
    late = (day - match.due).days if match.due is not None and match.due < day else 0
    return Row(
        match, challenge, offer, taker, giver, line, balance.status(line, day), balance.target(line), max(late, 0)
    )


def rows(session: Session, office_id: int, day: dt.date, *where: object) -> list[Row]:
    """Lines of the office that satisfy *where*, in three queries."""
    taker, giver = aliased(Party), aliased(Party)
    found = session.execute(
        select(Match, Challenge, Offer, taker, giver)
        .select_from(Match)
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Offer, Match.offer_id == Offer.id)
        .join(taker, taker.id == whose(Challenge))
        .join(giver, giver.id == whose(Offer))
        .where(Match.office_id == office_id, *where)  # type: ignore[arg-type]
        .order_by(Match.id)
    ).all()
    ids = [row[0].id for row in found]
    where_ids = Match.id.in_(ids) if len(ids) <= 500 else Match.office_id == office_id
    told = {match.id: line for match, line in lines.read(session, where_ids)}
    return [_row((row[0], row[1], row[2], row[3], row[4]), told[row[0].id], day) for row in found]


@dataclass(frozen=True, slots=True)
class Table:
    """The office's lines, worst first, with how many there are of each status."""

    rows: list[Row]
    counts: Counter[LineStatus]
    total: int


PER_PAGE = 40


def table(session: Session, office_id: int, day: dt.date, *, status: LineStatus | None = None, page: int = 1) -> Table:
    """One page of the office's lines; without *status* the live ones."""
    everything = rows(session, office_id, day, Match.state != MatchState.DECLINED)
    counts = Counter(row.status for row in everything)
    wanted = [row for row in everything if (row.status is status if status else row.status in LIVE)]
    wanted.sort(key=lambda row: (ORDER.index(row.status), -row.days_late, row.match.id))
    first = (max(page, 1) - 1) * PER_PAGE
    return Table(wanted[first : first + PER_PAGE], counts, len(wanted))


@dataclass(frozen=True, slots=True)
class Consent:
    """One side's yes, or that it is missing."""

    side: Side
    at: dt.datetime | None
    quantity: Decimal | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A proof with what the office verified of it."""

    proof: Proof
    verified: Decimal | None


@dataclass(frozen=True, slots=True)
class Whole:
    """One line with everything its page shows."""

    row: Row
    consents: list[Consent]
    proofs: list[Seen]
    agreement: Agreement | None
    event: Event | None
    left: Decimal | None
    gap: Decimal | None
    history: list[Log]
    text_sent: bool
    village: Region | None
    told: Explanation | None  #: why the pair was put forward, as it was seen then


def whole(session: Session, office_id: int, code: str, *, at: dt.datetime) -> Whole:
    """The line of that code; NotFound where it is another office's."""
    match = lines.by_code(session, Match, code)
    if match.office_id != office_id:
        raise NotFound(kind="match", id=code)
    day = lines.today(at)
    row = rows(session, office_id, day, Match.id == match.id)[0]
    village = session.get(Region, row.taker.region_code) if row.taker.region_code else None
    sent = select(Message.id).where(Message.match_id == match.id, Message.sent_at.is_not(None)).limit(1)
    history = select(Log).where(Log.subject == Subject.MATCH, Log.subject_id == match.id).order_by(Log.seq)
    return Whole(
        row=row,
        consents=_consents(row),
        proofs=_proofs(session, match.id),
        agreement=session.get(Agreement, match.agreement_id) if match.agreement_id else None,
        event=session.get(Event, match.event_id) if match.event_id else None,
        left=balance.left(row.offer.quantity, lines.of_offer(session, row.offer.id), day),
        gap=balance.gap(row.challenge.quantity, lines.of_challenge(session, row.challenge.id), day),
        history=list(session.scalars(history)),
        text_sent=session.scalar(sent) is not None,
        village=village,
        told=explaining.frozen(
            match.factors,
            match.score,
            category=row.challenge.category,
            unit=UNITS[row.challenge.unit].words,
            every=row.challenge.every,
            conditions=row.offer.conditions,
        ),
    )


def _consents(row: Row) -> list[Consent]:
    missing = balance.sides_missing(row.line)
    return [
        Consent(
            side,
            getattr(row.match, f"consent_{side.value}_at"),
            getattr(row.match, f"consent_{side.value}_quantity"),
            side not in missing,
        )
        for side in balance.sides_needed(row.match.mode)
    ]


def _proofs(session: Session, match_id: int) -> list[Seen]:
    found = session.scalars(select(Proof).where(Proof.match_id == match_id).order_by(Proof.on, Proof.id)).all()
    verified = {proof.verifies_id: proof.quantity for proof in found if proof.kind is ProofKind.VERIFICATION}
    return [Seen(proof, verified.get(proof.id)) for proof in found if proof.kind is not ProofKind.VERIFICATION]


# --- agreements ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deal:
    """An agreement with its lines, its papers, and the accepted lines that could join it."""

    agreement: Agreement
    rows: list[Row]
    waiting: list[Row]
    papers: list[Paper]
    event: Event | None


def deal(session: Session, office_id: int, code: str, day: dt.date) -> Deal:
    """The agreement of that code; NotFound where it is another office's."""
    agreement = lines.by_code(session, Agreement, code)
    if agreement.office_id != office_id:
        raise NotFound(kind="agreement", id=code)
    proposed = rows(session, office_id, day, Match.state == MatchState.PROPOSED)
    papers = select(Paper).where(Paper.agreement_id == agreement.id).order_by(Paper.version.desc())
    return Deal(
        agreement,
        rows(session, office_id, day, Match.agreement_id == agreement.id),
        [row for row in proposed if row.status is LineStatus.ACCEPTED],
        list(session.scalars(papers)),
        session.get(Event, agreement.event_id) if agreement.event_id else None,
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement in a list: the codes of its lines, and the names of those who give."""

    agreement: Agreement
    lines: list[str]
    givers: list[str]


def agreements(session: Session, office_id: int) -> list[Signed]:
    """Every agreement of the office, oldest first; two queries."""
    grouped = (
        select(Match.agreement_id, Match.code, Party.name)
        .join(Offer, Match.offer_id == Offer.id)
        .join(Party, Party.id == whose(Offer))
        .where(Match.office_id == office_id, Match.agreement_id.is_not(None))
        .order_by(Match.id)
    )
    parts: dict[int | None, list[tuple[str, str]]] = defaultdict(list)
    for agreement_id, code, giver in session.execute(grouped):
        parts[agreement_id].append((code, giver))
    found = session.scalars(select(Agreement).where(Agreement.office_id == office_id).order_by(Agreement.id))
    return [
        Signed(one, [code for code, _ in parts[one.id]], list(dict.fromkeys(giver for _, giver in parts[one.id])))
        for one in found
    ]


def open_agreements(session: Session, office_id: int) -> Sequence[Agreement]:
    """Agreements that lines can still join, newest first."""
    found = select(Agreement).where(Agreement.office_id == office_id, Agreement.state != AgreementState.ENDED)
    return session.scalars(found.order_by(Agreement.id.desc()).limit(30)).all()


def events(session: Session, office_id: int) -> Sequence[Event]:
    """Days at which a yes may have been said, newest first."""
    return session.scalars(select(Event).where(Event.office_id == office_id).order_by(Event.day.desc()).limit(20)).all()
