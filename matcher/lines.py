"""Lines as arithmetic sees them: matches with their proofs, read in two queries however many there are."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matcher.balance import NOTHING, Line
from matcher.errors import NotFound
from matcher.models import Base, Challenge, Fact, Log, Match, Offer, Office, Party, Proof
from matcher.vocabulary import UNITS, Category, Mode, ProofKind, ReportState, Side, Subject

Row = TypeVar("Row", bound=Base)
_SIGN = {ProofKind.HANDOVER: 1, ProofKind.CORRECTION: 1, ProofKind.RETURN: -1}
_CHUNK = 500  #: ids in one IN list: SQLite allows some thousands, plans stay small


def get(session: Session, table: type[Row], row_id: int, *, lock: bool = False, **options: Any) -> Row:
    """The row with that id, read afresh and locked where *lock* says so; NotFound where there is none."""
    found = session.get(table, row_id, with_for_update=lock or None, populate_existing=lock, **options)
    if found is None:
        raise NotFound(kind=table.__tablename__, id=row_id)
    return found


def by_code(session: Session, table: type[Row], code: str) -> Row:
    """The row with that code (K-0123); NotFound where there is none."""
    found = session.scalar(select(table).where(table.code == code.strip().upper()))  # type: ignore[attr-defined]
    if found is None:
        raise NotFound(kind=table.__tablename__, id=code)
    return found


class _Sums:
    """What the proofs of one line add up to."""

    __slots__ = ("checked", "delivered", "verified", "working")

    def __init__(self) -> None:
        self.delivered = self.verified = NOTHING
        self.working: Decimal | None = None
        self.checked: Decimal | None = None  # the newest use check knows better than the hand-overs

    def add(self, kind: ProofKind, quantity: Decimal, working: Decimal | None) -> None:
        if kind is ProofKind.VERIFICATION:
            self.verified += quantity
            return
        self.delivered += _SIGN.get(kind, 0) * quantity
        if working is None:
            return
        if kind is ProofKind.CHECK:
            self.checked = working
        else:
            self.working = (self.working or NOTHING) + working


def _sums(session: Session, match_ids: Sequence[int]) -> dict[int, _Sums]:
    found: dict[int, _Sums] = defaultdict(_Sums)
    columns = select(Proof.match_id, Proof.kind, Proof.quantity, Proof.working).order_by(Proof.on, Proof.id)
    if len(match_ids) <= _CHUNK:
        columns = columns.where(Proof.match_id.in_(match_ids))
    for match_id, kind, quantity, working in session.execute(columns):
        found[match_id].add(kind, quantity, working)
    return found


def as_line(match: Match, sums: _Sums | None = None, *, offer_live: bool = True) -> Line:
    """A match as arithmetic sees it."""
    sums = sums or _Sums()
    said = (
        (Side.OFFICE, match.consent_office_at, match.consent_office_quantity),
        (Side.GIVER, match.consent_giver_at, match.consent_giver_quantity),
        (Side.TAKER, match.consent_taker_at, match.consent_taker_quantity),
    )
    return Line(
        state=match.state,
        quantity=match.quantity,
        offer_quantity=match.offer_quantity,
        mode=match.mode,
        delivered=sums.delivered,
        verified=sums.verified,
        working=sums.checked if sums.checked is not None else sums.working,
        every=match.every,
        starts=match.starts,
        ends=match.ends,
        due=match.due,
        answer_by=match.answer_by,
        consents=tuple((side, quantity) for side, at, quantity in said if at is not None),
        id=match.id,
        offer_live=offer_live,
    )


def read(session: Session, *where: ColumnElement[bool]) -> list[tuple[Match, Line]]:
    """Matches with their lines, oldest first; two queries."""
    found = session.execute(
        select(Match, Offer.state).join(Offer, Match.offer_id == Offer.id).where(*where).order_by(Match.id)
    ).all()
    sums = _sums(session, [match.id for match, _ in found])
    dead = (ReportState.CLOSED, ReportState.PAUSED)
    return [(match, as_line(match, sums.get(match.id), offer_live=state not in dead)) for match, state in found]


def of_offer(session: Session, offer_id: int) -> list[Line]:
    """The lines of one offer."""
    return [line for _, line in read(session, Match.offer_id == offer_id)]


def of_challenge(session: Session, challenge_id: int) -> list[Line]:
    """The lines of one challenge."""
    return [line for _, line in read(session, Match.challenge_id == challenge_id)]


def of_match(session: Session, match: Match) -> Line:
    """One line."""
    return as_line(match, _sums(session, [match.id]).get(match.id))


def grouped(pairs: Iterable[tuple[Match, Line]], by: str) -> dict[int, list[Line]]:
    """Lines by ``offer_id`` or ``challenge_id`` of their match."""
    found: dict[int, list[Line]] = defaultdict(list)
    for match, line in pairs:
        found[getattr(match, by)].append(line)
    return found


def today(at: dt.datetime) -> dt.date:
    """The day of *at* on the clock of western Indonesia."""
    return at.astimezone(dt.timezone(dt.timedelta(hours=7))).date()


# --- cycles ----------------------------------------------------------------------------------------------------------


def cycle_start(office: Office, day: dt.date) -> dt.date:
    """First day of the cycle that *day* lies in (cycles begin on the office's dates)."""
    starts = sorted(
        dt.date(year, int(text[:2]), int(text[3:])) for year in (day.year - 1, day.year) for text in office.cycle_starts
    )
    return max(start for start in starts if start <= day)


def cycle_end(office: Office, day: dt.date) -> dt.date:
    """Last day of the cycle that *day* lies in."""
    starts = (dt.date(year, int(t[:2]), int(t[3:])) for year in (day.year, day.year + 1) for t in office.cycle_starts)
    return min(start for start in starts if start > day) - dt.timedelta(days=1)


# --- what a refusal was about ----------------------------------------------------------------------------------------


def signatures(session: Session, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What a refusal was about, as a short digest of both sides: when it differs, the pair may return."""
    if not pairs:
        return {}
    ours = {row.id: row for row in session.scalars(select(Challenge).where(Challenge.id.in_({pair[0] for pair in pairs})))}
    theirs = {row.id: row for row in session.scalars(select(Offer).where(Offer.id.in_({pair[1] for pair in pairs})))}
    libraries = {row.party_id for row in ours.values()}
    places = dict(session.execute(select(Party.id, Party.region_code).where(Party.id.in_(libraries))).all())
    facts: dict[int, list[str]] = defaultdict(list)
    told = select(Fact.party_id, Fact.code, Fact.value).where(Fact.party_id.in_(libraries), Fact.retracted_at.is_(None))
    for party_id, code, value in session.execute(told.order_by(Fact.as_of, Fact.id)):
        facts[party_id].append(f"{code.value}={value}")
    return {
        pair: _signature(ours[pair[0]], theirs[pair[1]], places[ours[pair[0]].party_id], facts[ours[pair[0]].party_id])
        for pair in pairs
    }


def _signature(challenge: Challenge, offer: Offer, place: str | None, facts: Sequence[str]) -> str:
    told = [
        challenge.category, challenge.quantity, challenge.unit, place, *facts,
        offer.category, offer.quantity, offer.unit, offer.area, offer.conditions, offer.share_min, offer.share_max,
    ]  # fmt: skip
    return hashlib.sha256("|".join(map(str, told)).encode()).hexdigest()[:16]


# --- units -----------------------------------------------------------------------------------------------------------


def money_for_goods(challenge: Challenge, offer: Offer) -> bool:
    """Money beside a challenge that is not about money."""
    return offer.mode is Mode.MONEY and challenge.category is not Category.FUNDS


def in_offer_unit(quantity: Decimal, challenge: Challenge, offer: Offer, office: Office) -> Decimal | None:
    """A quantity of the challenge in the offer's unit; None where nothing says how they convert."""
    if offer.mode is Mode.EXPERIENCE:
        return Decimal(1)
    if money_for_goods(challenge, offer):
        price = offer.unit_price or office.unit_prices.get(challenge.category.value)
        return None if price is None else quantity * Decimal(str(price))
    ours, theirs = UNITS[challenge.unit], UNITS[offer.unit]
    if (ours.category, ours.group) != (theirs.category, theirs.group):
        return None
    return quantity * Decimal(str(ours.factor)) / Decimal(str(theirs.factor))


def in_challenge_unit(quantity: Decimal, challenge: Challenge, offer: Offer, office: Office) -> Decimal | None:
    """A quantity of the offer in the challenge's unit, whole where the unit knows no halves."""
    one = in_offer_unit(Decimal(1), challenge, offer, office)
    if one is None or offer.mode is Mode.EXPERIENCE:
        return None
    found = quantity / one
    return Decimal(int(found)) if UNITS[challenge.unit].whole else found.quantize(Decimal("0.001"))


# --- who did it ------------------------------------------------------------------------------------------------------


def last_change(session: Session, subject: Subject, row_id: int) -> Log | None:
    """The newest log row of a subject: who, when and what."""
    rows = select(Log).where(Log.subject == subject, Log.subject_id == row_id).order_by(Log.seq.desc()).limit(1)
    return session.scalar(rows)
