"""Lines as arithmetic sees them: matches with their proofs, read in two queries however many there are."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matcher.balance import NOTHING, Line, periods_complete
from matcher.errors import NotFound
from matcher.models import Base, Challenge, Fact, Log, Match, Offer, Office, Party, Proof, whose
from matcher.vocabulary import UNITS, Category, Every, Mode, ProofKind, ReportState, Side, Subject

Row = TypeVar("Row", bound=Base)
_SIGN = {ProofKind.HANDOVER: 1, ProofKind.CORRECTION: 1, ProofKind.RETURN: -1}

#: How rows are locked: a writer waits for a writer, but not for a row that only points at this one.
LOCK = {"key_share": True}
CHUNK = 500  #: ids in one IN list: SQLite allows some thousands, plans stay small


def get(session: Session, table: type[Row], row_id: int, *, lock: bool = False, **options: Any) -> Row:
    """The row with that id, read afresh and locked where *lock* says so; NotFound where there is none."""
    if lock:
        session.flush()  # what this transaction wrote must not be overwritten by reading afresh
    found = session.get(table, row_id, with_for_update=LOCK if lock else None, populate_existing=lock, **options)
    if found is None:
        raise NotFound(kind=table.__tablename__, id=row_id)
    return found


def by_code(session: Session, table: type[Row], code: str) -> Row:
    """The row with that code (K-0123); NotFound where there is none."""
    named: Any = table
    found: Row | None = session.scalar(select(named).where(named.code == code.strip().upper()))
    if found is None:
        raise NotFound(kind=table.__tablename__, id=code)
    return found


def merged(session: Session) -> dict[int, int]:
    """Every party that was merged, and the one that stands for it; a merged one never stands for another."""
    rows = session.execute(select(Party.id, Party.merged_into_id).where(Party.merged_into_id.is_not(None)))
    return {row.id: row.merged_into_id for row in rows if row.merged_into_id is not None}


def owner(session: Session, party_id: int) -> Party:
    """The party of that id, or the one that it was merged into."""
    found = get(session, Party, party_id)
    return found if found.merged_into_id is None else get(session, Party, found.merged_into_id)


class _Sums:
    """What the proofs of one line add up to."""

    __slots__ = ("arrived_on", "checked", "delivered", "verified", "working")

    def __init__(self) -> None:
        self.delivered = self.verified = NOTHING
        self.arrived_on: dt.date | None = None
        self.working: Decimal | None = None
        self.checked: Decimal | None = None  # the newest use check knows better than the hand-overs

    def add(self, kind: ProofKind, quantity: Decimal, working: Decimal | None, on: dt.date) -> None:
        if kind is ProofKind.VERIFICATION:
            self.verified += quantity
            return
        self.delivered += _SIGN.get(kind, 0) * quantity
        if kind is ProofKind.HANDOVER:
            self.arrived_on = on
        if working is None:
            return
        if kind is ProofKind.CHECK:
            self.checked = working
        else:
            self.working = (self.working or NOTHING) + working


def _sums(session: Session, match_ids: Sequence[int]) -> dict[int, _Sums]:
    found: dict[int, _Sums] = defaultdict(_Sums)
    columns = select(Proof.match_id, Proof.kind, Proof.quantity, Proof.working, Proof.on).order_by(Proof.on, Proof.id)
    if len(match_ids) <= CHUNK:
        columns = columns.where(Proof.match_id.in_(match_ids))
    for match_id, kind, quantity, working, on in session.execute(columns):
        found[match_id].add(kind, quantity, working, on)
    return found


def as_line(match: Match, sums: _Sums | None = None, *, offer_live: bool = True, once: bool = False) -> Line:
    """A match as arithmetic sees it; *once*: its offer does not recur."""
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
        verified=min(sums.verified, sums.delivered),  # what went back, or was miscounted, is proven no more
        arrived_on=sums.arrived_on,
        working=sums.checked if sums.checked is not None else sums.working,
        every=match.every,
        starts=match.starts,
        ends=match.ends,
        due=match.due,
        answer_by=match.answer_by,
        consents=tuple((side, quantity) for side, at, quantity in said if at is not None),
        id=match.id,
        offer_live=offer_live,
        once=once and match.every is not None,
    )


def read(session: Session, *where: ColumnElement[bool]) -> list[tuple[Match, Line]]:
    """Matches with their lines as the database holds them now, oldest first; two queries."""
    rows = select(Match, Offer.state, Offer.every).join(Offer, Match.offer_id == Offer.id).where(*where)
    found = session.execute(rows.order_by(Match.id).execution_options(populate_existing=True)).all()
    sums = _sums(session, [match.id for match, _, _ in found])
    dead = (ReportState.CLOSED, ReportState.PAUSED)
    return [
        (match, as_line(match, sums.get(match.id), offer_live=state not in dead, once=every is None))
        for match, state, every in found
    ]


def of_offer(session: Session, offer_id: int) -> list[Line]:
    """The lines of one offer."""
    return [line for _, line in read(session, Match.offer_id == offer_id)]


def of_challenge(session: Session, challenge_id: int) -> list[Line]:
    """The lines of one challenge."""
    return [line for _, line in read(session, Match.challenge_id == challenge_id)]


def of_match(session: Session, match: Match) -> Line:
    """One line, as the database holds it now."""
    return read(session, Match.id == match.id)[0][1]


def grouped(pairs: Iterable[tuple[Match, Line]], by: str) -> dict[int, list[Line]]:
    """Lines by ``offer_id`` or ``challenge_id`` of their match."""
    found: dict[int, list[Line]] = defaultdict(list)
    for match, line in pairs:
        found[getattr(match, by)].append(line)
    return found


def helped(session: Session, pairs: Iterable[tuple[Match, Line]]) -> dict[int, dt.date]:
    """Library → the last day on which something arrived there; who is missing was never helped.

    Old partnerships that were recorded count; what went back again does not, nor does experience told.
    """
    last: dict[int, dt.date] = {}
    for match, line in pairs:
        if line.delivered > 0:
            day = line.arrived_on or match.occurred_on or today(match.proposed_at)
            last[match.challenge_id] = max(day, last.get(match.challenge_id, day))
    if not last:
        return {}
    owners = select(Challenge.id, whose(Challenge))
    if len(last) <= CHUNK:
        owners = owners.where(Challenge.id.in_(last))
    found: dict[int, dt.date] = {}
    for challenge_id, library in session.execute(owners):
        if challenge_id in last:
            found[library] = max(last[challenge_id], found.get(library, dt.date.min))
    return found


_WIB = dt.timezone(dt.timedelta(hours=7))


def today(at: dt.datetime) -> dt.date:
    """The day of *at* on the clock of western Indonesia."""
    return at.astimezone(_WIB).date()


# --- cycles ----------------------------------------------------------------------------------------------------------


def cycle_start(office: Office, day: dt.date) -> dt.date:
    """First day of the cycle that *day* lies in (cycles begin on the office's dates)."""
    starts = sorted(
        dt.date(year, int(text[:2]), int(text[3:])) for year in (day.year - 1, day.year) for text in office.cycle_starts
    )
    return max(start for start in starts if start <= day)


def cycle_began(office: Office, day: dt.date) -> dt.datetime:
    """The first moment of the cycle that *day* lies in."""
    return dt.datetime.combine(cycle_start(office, day), dt.time.min, _WIB)


def cycles_since(office: Office, last: dt.date | None, day: dt.date) -> int | None:
    """How many cycles lie between the one of *last* and the one of *day*; None: there was no such day."""
    if last is None:
        return None
    begins = (
        dt.date(year, int(t[:2]), int(t[3:])) for year in range(last.year, day.year + 1) for t in office.cycle_starts
    )
    return sum(last < start <= day for start in begins)


def cycle_end(office: Office, day: dt.date) -> dt.date:
    """Last day of the cycle that *day* lies in."""
    starts = (dt.date(year, int(t[:2]), int(t[3:])) for year in (day.year, day.year + 1) for t in office.cycle_starts)
    return min(start for start in starts if start > day) - dt.timedelta(days=1)


# --- what a refusal was about ----------------------------------------------------------------------------------------


def signatures(session: Session, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What a refusal was about, as a short digest of both sides: when it differs, the pair may return."""
    if not pairs:
        return {}
    ids, others = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    ours = {row.id: row for row in session.scalars(select(Challenge).where(Challenge.id.in_(ids)))}
    theirs = {row.id: row for row in session.scalars(select(Offer).where(Offer.id.in_(others)))}
    into = merged(session)
    libraries = {into.get(row.party_id, row.party_id) for row in ours.values()}
    parties = libraries | {into.get(row.party_id, row.party_id) for row in theirs.values()}
    places = dict(session.execute(select(Party.id, Party.region_code).where(Party.id.in_(parties))).all())
    facts: dict[int, dict[str, float]] = defaultdict(dict)
    told_of = libraries | {party_id for party_id, kept in into.items() if kept in libraries}
    told = select(Fact.party_id, Fact.code, Fact.value).where(Fact.party_id.in_(told_of), Fact.retracted_at.is_(None))
    for party_id, code, value in session.execute(told.order_by(Fact.as_of, Fact.id)):
        facts[into.get(party_id, party_id)][code.value] = value  # the latest wins: the same again changes nothing
    whose_need = {row.id: into.get(row.party_id, row.party_id) for row in ours.values()}
    whose_offer = {row.id: into.get(row.party_id, row.party_id) for row in theirs.values()}
    return {
        (challenge_id, offer_id): _digest(
            *_challenge_side(ours[challenge_id]), places[whose_need[challenge_id]],
            *sorted(facts[whose_need[challenge_id]].items()),
            *_offer_side(theirs[offer_id]), places[whose_offer[offer_id]],
        )
        for challenge_id, offer_id in pairs
    }  # fmt: skip


def _challenge_side(row: Challenge) -> tuple[object, ...]:
    return (row.category, _plain(row.quantity), row.unit, row.every)


def _offer_side(row: Offer) -> tuple[object, ...]:
    numbers = (row.quantity, row.share_min, row.share_max)
    return (row.category, row.mode, row.unit, row.every, *map(_plain, numbers), row.area, row.conditions)


def _plain(number: Decimal | None) -> str | None:
    """One way to write a number: 3, 3.0 and 3.000 are the same."""
    return None if number is None else f"{number.normalize():f}"


def _digest(*told: object) -> str:
    return hashlib.sha256("|".join(map(str, told)).encode()).hexdigest()[:16]


# --- units -----------------------------------------------------------------------------------------------------------


def money_for_goods(challenge: Challenge, offer: Offer) -> bool:
    """Money in rupiah beside a challenge that is not about money; money for one category is counted as its things."""
    free = offer.mode is Mode.MONEY and offer.category is Category.FUNDS
    return free and challenge.category is not Category.FUNDS


Window = tuple[dt.date | None, dt.date | None]
_PER_YEAR = {Every.WEEK: 52, Every.MONTH: 12, Every.YEAR: 1}
_MILLI = Decimal("0.001")
_ALWAYS: Window = (None, None)


def periods(challenge: Challenge, offer: Offer, window: Window = _ALWAYS) -> Decimal:
    """What the periods of the two sides do to a quantity: how much of the offer one period of the challenge takes.

    A gift given once serves all periods of *window* (a year of them where the window is open).
    """
    if challenge.every is None or challenge.every is offer.every:
        return Decimal(1)
    if offer.every is not None:
        return Decimal(_PER_YEAR[challenge.every]) / _PER_YEAR[offer.every]
    starts, ends = window
    if starts is None or ends is None:
        return Decimal(_PER_YEAR[challenge.every])
    return Decimal(max(periods_complete(starts, challenge.every, ends + dt.timedelta(days=1)), 1))


def _ratio(challenge: Challenge, offer: Offer, office: Office, window: Window) -> Decimal | None:
    """Units of the offer for one unit of the challenge; None where nothing says how they convert."""
    if money_for_goods(challenge, offer):
        price = offer.unit_price or office.unit_prices.get(challenge.category.value)
        return None if price is None else Decimal(str(price)) * periods(challenge, offer, window)
    ours, theirs = UNITS[challenge.unit], UNITS[offer.unit]
    if (ours.category, ours.group) != (theirs.category, theirs.group):
        return None
    return Decimal(str(ours.factor)) / Decimal(str(theirs.factor)) * periods(challenge, offer, window)


def in_offer_unit(
    quantity: Decimal, challenge: Challenge, offer: Offer, office: Office, window: Window = _ALWAYS
) -> Decimal | None:
    """A quantity of the challenge in the offer's unit; None where nothing says how they convert."""
    if offer.mode is Mode.EXPERIENCE:
        return Decimal(1)
    one = _ratio(challenge, offer, office, window)
    return None if one is None else (quantity * one).quantize(_MILLI)


def in_challenge_unit(
    quantity: Decimal, challenge: Challenge, offer: Offer, office: Office, window: Window = _ALWAYS
) -> Decimal | None:
    """A quantity of the offer in the challenge's unit, whole where the unit knows no halves, never more than it is."""
    one = None if offer.mode is Mode.EXPERIENCE else _ratio(challenge, offer, office, window)
    if one is None:
        return None
    step = Decimal(1) if UNITS[challenge.unit].whole else _MILLI
    return (quantity / one).quantize(step, rounding=ROUND_DOWN)


def other_side(session: Session, match: Match, quantity: Decimal) -> Decimal | None:
    """What *quantity* of a line is in its offer's unit; by the line's own ratio where the units do not convert."""
    challenge, offer = get(session, Challenge, match.challenge_id), get(session, Offer, match.offer_id)
    office = get(session, Office, match.office_id)
    found = in_offer_unit(quantity, challenge, offer, office, (match.starts, match.ends))
    if found is None and match.quantity and match.offer_quantity:
        return (quantity * match.offer_quantity / match.quantity).quantize(_MILLI)
    return found or None


# --- who did it ------------------------------------------------------------------------------------------------------


def last_change(session: Session, subject: Subject, row_id: int) -> Log | None:
    """The newest log row of a subject: who, when and what."""
    rows = select(Log).where(Log.subject == subject, Log.subject_id == row_id).order_by(Log.seq.desc()).limit(1)
    return session.scalar(rows)
