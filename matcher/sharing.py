"""Sharing one offer out over the libraries that wait for it: who may take part, a split, and its lines in one press.

Whoever takes part is scored afresh beside this one offer: what is stored of suggestions keeps only the best of each
challenge.  The number of queries does not depend on how many they are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from matcher import balance, explaining, lines, matching, pairs, partnership, review, scoring
from matcher.allocation import fair_split, proportional_split
from matcher.balance import NOTHING, Line
from matcher.columns import CATEGORIES
from matcher.errors import (
    MatcherError,
    NothingToShare,
    NotWaiting,
    Required,
    ShareAboveLeft,
)
from matcher.models import Agreement, Challenge, Match, Offer, Office, Party, Region, whose
from matcher.policy import Action, Actor, require
from matcher.shares import Row, Sharing, Standing, fault_of, hindrance, note_of
from matcher.vocabulary import (
    UNITS,
    AgreementKind,
    Category,
    FactCode,
    MatchState,
    ReportState,
    Side,
    Words,
)

_MILLI = Decimal("0.001")
_FEW = 500  #: ids in one IN list
_KECAMATAN = 8  #: characters of a kecamatan's code, 32.02.16

#: Why a challenge that was named takes no part.
ABSENCES: dict[str, Words] = {
    "unknown": Words("kode ini tidak dikenal", "there is no such code"),
    "state": Words("kebutuhannya sekarang {state}", "the need is {state} now"),
    "line": Words("sudah ada {line} dengan tawaran ini", "there is {line} with this offer already"),
    "apart": Words("tidak lagi cocok dengan tawaran ini", "it does not fit this offer any more"),
}


# --- who may take part -----------------------------------------------------------------------------------------------


def share_out(
    session: Session, office: Office, offer: Offer, *, at: dt.datetime, proportional: bool = False,
    kind: Category | None = None, every_kind: bool = False, ready_only: bool = False, most: int | None = None,
    fixed: Mapping[str, Decimal] | None = None,
) -> Sharing:  # fmt: skip
    """Share what an offer has left over the libraries of *office* that wait for it; writes nothing.

    Fair by default: everybody is raised together, the leftover goes to the longest wait; *proportional* gives everybody
    the same share of the own need.  *fixed* (code of a challenge → its share in its unit, 0 leaves it out) stays, and
    the rest is shared over the others.  What is proposed already is not shared a second time.  *ready_only* leaves out
    who is known not to meet the giver's conditions, *most* all but so many who waited longest.

    Money serves several kinds: only *kind*, or all with *every_kind*; else the offer's own, where anybody lacks it.

    Raises
    ------
    CannotShare
        The offer is not open, not valid, has no number, or is experience.
    """
    day, given = lines.today(at), dict(fixed or {})
    if (barred := hindrance(offer, day)) is not None:
        raise barred
    held = lines.read(session, Match.offer_id == offer.id)
    of_offer = [line for _, line in held]
    left, soft = _left(offer, of_offer, day), balance.total(of_offer, day, balance.soft)
    free = max(left - soft, NOTHING)
    scored = _Scored(session, office, offer, at=at)
    kinds = Counter(scored.kinds.values())
    chosen = None if every_kind else _chosen(offer, kinds, kind)
    written = _ids(session, given) if chosen is not None else set()
    kept = {one for one, category in scored.kinds.items() if chosen is None or category is chosen or one in written}
    rows = scored.rows(session, free, kept)
    rows = _narrowed(rows, given, ready_only=ready_only, most=most)
    rows = _split(offer, office, rows, given, free, proportional=proportional)
    taken = _taken(offer, rows, of_offer, day)
    return Sharing(
        offer, lines.owner(session, offer.party_id), left, soft, _judged(offer, rows, left, taken),
        _gone(session, office, offer, set(given) - {row.challenge.code for row in rows}),
        _standing(session, office, held), kinds, chosen, proportional, ready_only, most, left - soft - taken,
    )  # fmt: skip


def _left(offer: Offer, of_offer: Sequence[Line], day: dt.date) -> Decimal:
    return balance.left(offer.quantity, of_offer, day) or NOTHING


def _narrowed(
    rows: Sequence[Row], fixed: Mapping[str, Decimal], *, ready_only: bool, most: int | None
) -> list[Row]:  # fmt: skip
    """The rows, longest wait first, with those set apart that the officer does not mean."""
    if ready_only:
        rows = [replace(row, apart="not_ready") if row.missing and not row.apart else row for row in rows]
    if most is None:
        return list(rows)
    mine = [row for row in rows if row.need or fixed.get(row.challenge.code)]
    beyond = {row.challenge.id for row in mine[max(most, 0) :]}
    return [replace(row, apart="beyond") if row.challenge.id in beyond else row for row in rows]


def _chosen(offer: Offer, kinds: Counter[Category], kind: Category | None) -> Category | None:
    """Which kind is served: the one asked for, else the offer's own where several wait; None: all."""
    if kind is not None and kinds[kind]:
        return kind
    return offer.category if len(kinds) > 1 and kinds[offer.category] else None


def _ids(session: Session, codes: Iterable[str]) -> set[int]:
    return set(session.scalars(select(Challenge.id).where(Challenge.code.in_(list(codes)))))


_Told = tuple[Challenge, Party, str | None, str | None]  #: a challenge with its library, village and kecamatan


class _Scored:
    """Every open challenge the scoring lets beside one offer, as columns; only some by *ids*."""

    def __init__(
        self, session: Session, office: Office, offer: Offer, *, at: dt.datetime, ids: Sequence[int] | None = None
    ) -> None:
        self.office, self.offer, self.day = office, offer, lines.today(at)
        world = matching.around(session, office, offer, at=at, challenge_ids=ids)
        self.needs, self.ranking = world.needs, matching.ranked(world)
        self.ids: list[int] = self.ranking.challenge.tolist()
        category = dict(zip(self.needs.id.tolist(), self.needs.category.tolist(), strict=True))
        self.kinds = {one: CATEGORIES[category[one]] for one in self.ids}

    def rows(self, session: Session, free: Decimal, kept: set[int]) -> list[Row]:
        """The challenges of *kept*, longest wait first, without shares."""
        places = {challenge_id: place for place, challenge_id in enumerate(self.needs.id.tolist())}
        mine = [(row, challenge_id) for row, challenge_id in enumerate(self.ids) if challenge_id in kept]
        told = _told(session, self.office, [challenge_id for _, challenge_id in mine])
        found = [
            self._row(told[challenge_id], places[challenge_id], dict(zip(scoring.DETAIL, detail, strict=True)), score,
                      free)
            for (_, challenge_id), detail, score in zip(
                mine, self.ranking.detail[[row for row, _ in mine]].tolist(),
                self.ranking.score[[row for row, _ in mine]].tolist(), strict=True,
            )
        ]  # fmt: skip
        return sorted(found, key=lambda row: (-row.days, row.challenge.id))

    def _row(self, told: _Told, place: int, detail: Mapping[str, float], score: float, free: Decimal) -> Row:
        challenge, library, village, kecamatan = told
        gap = _plain(float(self.needs.amount[place]))
        window = pairs.span(challenge, self.offer, self.office, self.day)
        part = _part(challenge, self.offer, gap, free)
        price = _price(part, challenge, self.offer, self.office, window)
        apart = "units" if not price else "no_number" if gap is None else _apart(int(detail["flags"]))
        return Row(
            challenge, library, village or "", kecamatan or "", gap, int(self.needs.waiting[place]),
            bool(self.needs.never_helped[place]), score, _facts(detail["missing"]), _facts(detail["unsaid"]), apart,
            part, price, window,
        )  # fmt: skip


def _plain(amount: float) -> Decimal | None:
    """What scoring holds as a float, exactly; None: nobody said."""
    return None if math.isnan(amount) else Decimal(str(amount))


def _apart(flags: int) -> str:
    """What the scoring noticed that makes an offer no help: a code of NOTES."""
    return next((name for name in ("unwanted", "other_thing") if flags >> scoring.FLAGS.index(name) & 1), "")


def _facts(bits: float) -> tuple[FactCode, ...]:
    known = explaining.facts_in(bits)
    return tuple(code for code in FactCode if code in known)


def _told(session: Session, office: Office, ids: Sequence[int]) -> dict[int, _Told]:
    """Open challenges with their libraries and places, by id; one query."""
    village, district = aliased(Region), aliased(Region)
    rows = (
        select(Challenge, Party, village.name, district.name)
        .select_from(Challenge)
        .join(Party, Party.id == whose(Challenge))
        .outerjoin(village, Party.region_code == village.code)
        .outerjoin(district, func.substr(Party.region_code, 1, _KECAMATAN) == district.code)
        .where(Challenge.office_id == office.id, Challenge.state == ReportState.OPEN)
    )
    if len(ids) <= _FEW:
        rows = rows.where(Challenge.id.in_(ids))
    return {row[0].id: (row[0], row[1], row[2], row[3]) for row in session.execute(rows)}


def _price(part: Decimal, challenge: Challenge, offer: Offer, office: Office, window: lines.Window) -> Decimal:
    """What *part* takes of the offer, never too little; nothing where the units do not convert."""
    rate = lines.in_offer_unit(Decimal(10**6), challenge, offer, office, window)
    return NOTHING if rate is None else (part * rate / 10**6).quantize(_MILLI, rounding=ROUND_CEILING)


def _part(challenge: Challenge, offer: Offer, gap: Decimal | None, free: Decimal) -> Decimal:
    """What a share is a multiple of: the unit's usual part, a finer one where the numbers at hand are no multiples."""
    unit, usual = UNITS[challenge.unit], UNITS[challenge.unit].step
    numbers = [gap, *((free, offer.share_min, offer.share_max) if offer.unit == challenge.unit else ())]
    if all(number is None or number % usual == 0 for number in numbers):
        return usual
    return Decimal(1) if unit.whole else _MILLI


# --- the split -------------------------------------------------------------------------------------------------------


def _split(
    offer: Offer, office: Office, rows: Sequence[Row], fixed: Mapping[str, Decimal], free: Decimal, *,
    proportional: bool,
) -> list[Row]:  # fmt: skip
    """The rows with their shares: fixed ones as they are, what is left over the others."""
    shares = {code: share for code, share in fixed.items() if share >= 0}
    written = {row.challenge.code: _cost(offer, office, row, shares[row.challenge.code])
               for row in rows if row.challenge.code in shares}  # fmt: skip
    free = max(free - sum(written.values(), NOTHING), NOTHING)
    others = [row for row in rows if row.challenge.code not in fixed and row.need]
    needs, steps = [row.need for row in others], [row.price for row in others]
    bounds = {"smallest": offer.share_min, "largest": offer.share_max, "step": steps}
    how: Any = proportional_split if proportional else fair_split
    split = dict(zip((row.challenge.id for row in others), how(free, needs, [row.days for row in others], **bounds),
                     strict=True))  # fmt: skip
    done = []
    for row in rows:
        code = row.challenge.code
        if code in fixed:
            share, cost = fixed[code], written.get(code, NOTHING)
        else:
            share = split.get(row.challenge.id, NOTHING) // row.price * row.part if row.price else NOTHING
            cost = _cost(offer, office, row, share)
        done.append(replace(row, share=share, cost=cost, fixed=code in fixed))
    return [replace(row, note=note_of(offer, row, proportional=proportional)) for row in done]


def _cost(offer: Offer, office: Office, row: Row, share: Decimal) -> Decimal:
    return (lines.in_offer_unit(share, row.challenge, offer, office, row.window) or NOTHING) if share else NOTHING


# --- what is wrong with it -------------------------------------------------------------------------------------------


def _taken(offer: Offer, rows: Sequence[Row], held: Sequence[Line], day: dt.date) -> Decimal:
    """What the shares take of the offer beside what it holds, on the day that asks most."""
    mine = [_line(offer, row) for row in rows if row.share > 0]
    return balance.peak([*held, *mine], since=day) - balance.peak(held, since=day)


def _line(offer: Offer, row: Row) -> Line:
    """A share as it would count once agreed."""
    every = row.challenge.every or offer.every
    starts, ends = row.window
    once = every is not None and offer.every is None
    return Line(MatchState.AGREED, row.share, row.cost, every=every, starts=starts, ends=ends, once=once)


def _judged(offer: Offer, rows: Sequence[Row], left: Decimal, taken: Decimal) -> list[Row]:
    """The rows with what is wrong with those the officer wrote; too much together is said at the largest of them."""
    judged = [replace(row, fault=fault_of(offer, row)) if row.fixed else row for row in rows]
    written = [row for row in judged if row.fixed]
    if taken <= left or not written or any(row.fault for row in written):
        return judged
    largest = max(written, key=lambda row: row.cost)
    told = ShareAboveLeft(code=offer.code, asked=taken, left=left, unit=offer.unit, field=largest.challenge.code)
    return [replace(row, fault=told) if row is largest else row for row in judged]


def _gone(session: Session, office: Office, offer: Offer, codes: set[str]) -> dict[str, MatcherError]:
    """Challenges that were named and take no part, and why."""
    if not codes:
        return {}
    rows = select(Challenge).where(Challenge.code.in_(codes), Challenge.office_id == office.id)
    known = {row.code: row for row in session.scalars(rows)}
    alive = select(Match).where(
        Match.offer_id == offer.id, Match.challenge_id.in_([row.id for row in known.values()]),
        Match.state.in_((MatchState.PROPOSED, MatchState.AGREED)),
    )  # fmt: skip
    held = {match.challenge_id: match.code for match in session.scalars(alive)}
    return {code: _absent(code, known.get(code), held) for code in sorted(codes)}


def _absent(code: str, challenge: Challenge | None, held: Mapping[int, str]) -> NotWaiting:
    if challenge is None:
        why = ABSENCES["unknown"]
    elif challenge.state is not ReportState.OPEN:
        state = challenge.state.words
        why = Words(ABSENCES["state"].id.format(state=state.id), ABSENCES["state"].en.format(state=state.en))
    elif challenge.id in held:
        why = Words(*(words.format(line=held[challenge.id]) for words in ABSENCES["line"]))
    else:
        why = ABSENCES["apart"]
    return NotWaiting(code=code, why=why, field=code)


def _standing(session: Session, office: Office, held: Sequence[tuple[Match, Line]]) -> list[Standing]:
    """The office's lines with this offer that are alive, with their libraries."""
    live = (MatchState.PROPOSED, MatchState.AGREED)
    alive = [match for match, _ in held if match.state in live and match.office_id == office.id]
    rows = (
        select(Challenge.id, Party.name, Challenge.unit)
        .select_from(Challenge)
        .join(Party, Party.id == whose(Challenge))
        .where(Challenge.id.in_([match.challenge_id for match in alive]))
    )
    names = {row.id: row for row in session.execute(rows)} if alive else {}
    return [Standing(match, names[match.challenge_id].name, names[match.challenge_id].unit) for match in alive]


# --- the press -------------------------------------------------------------------------------------------------------


def propose_shares(
    session: Session, office: Office, offer: Offer, shares: Mapping[str, Decimal], *, by: Actor, at: dt.datetime,
    due: dt.date | None = None, event_id: int | None = None,
) -> list[Match]:  # fmt: skip
    """Propose every share at once (code of a challenge → its share in its unit): all of them, or none.

    One press is one act: undoing one line takes all back, until a text went out.

    Raises
    ------
    CannotShare, NotWaiting, AlreadyDecided
        The offer, or one of the challenges, is not there any more; another officer was faster.
    NothingLeft
        The shares take more than the offer has left on some day; the holders are named.
    Invalid
        A share that is none: above the gap, below the smallest share, above the largest, not whole; nobody gets any.
    """
    require(by, Action.DECIDE, office_id=office.id)
    wanted = {code: share for code, share in shares.items() if share}
    if not wanted:
        raise NothingToShare
    offer_id = offer.id
    session.expire(offer)  # another officer may have written it since it was read: it is read again under the lock
    offer = lines.get(session, Offer, offer_id, lock=True)
    rows = select(Challenge).where(Challenge.code.in_(wanted), Challenge.office_id == office.id).order_by(Challenge.id)
    locked = session.scalars(rows.with_for_update(key_share=True).execution_options(populate_existing=True)).all()
    checked = _checked(session, office, offer, wanted, [row.id for row in locked], by=by, at=at)
    made, _ = review.propose_all(
        session, [(row.challenge.id, offer.id, row.share) for row in checked], office, whole=True, due=due,
        event_id=event_id, by=by, at=at,
    )  # fmt: skip
    return [match for match in made if match is not None]


def _checked(
    session: Session, office: Office, offer: Offer, wanted: Mapping[str, Decimal], ids: Sequence[int], *, by: Actor,
    at: dt.datetime,
) -> list[Row]:  # fmt: skip
    """The rows of *wanted* as they stand now, the challenges of *ids*; the first fault is raised."""
    day = lines.today(at)
    if (barred := hindrance(offer, day)) is not None:
        raise barred
    held = lines.read(session, Match.offer_id == offer.id)
    of_offer = [line for _, line in held]
    left = _left(offer, of_offer, day)
    rows = _Scored(session, office, offer, at=at, ids=ids).rows(session, left, set(ids))
    rows = _split(offer, office, rows, wanted, left, proportional=False)
    gone = _gone(session, office, offer, set(wanted) - {row.challenge.code for row in rows})
    if faults := [*gone.values(), *filter(None, (fault_of(offer, row) for row in rows))]:
        raise faults[0]
    if (taken := _taken(offer, rows, of_offer, day)) > left:
        raise partnership.nothing_left(session, offer, taken, held, by=by, at=at)
    return sorted(rows, key=lambda row: row.challenge.id)


def agree_shares(
    session: Session, office: Office, offer: Offer, shares: Mapping[str, Decimal], *, by: Actor, at: dt.datetime,
    kind: AgreementKind, note: str = "", event_id: int | None = None, due: dt.date | None = None,
) -> Agreement:  # fmt: skip
    """Agree every share at once, as it was said at the table: one agreement of so many lines, or nothing.

    *note* says who said yes for the giver and the libraries, *event_id* where; one of them is needed.

    Raises
    ------
    Required
        Nobody says who said yes.
    CannotShare, NotWaiting, AlreadyDecided, NothingLeft, Invalid
        As `propose_shares`.
    """
    require(by, Action.AGREE, office_id=office.id)
    if not (note.strip() or event_id):
        raise Required(field="note")
    # The agreement first, as wherever lines are agreed: its number is locked before the offer by everybody.
    agreement = partnership.draft_agreement(
        session, office_id=office.id, kind=kind, place=office.place, event_id=event_id, by=by, at=at
    )
    made = propose_shares(session, office, offer, shares, by=by, at=at, due=due, event_id=event_id)
    told = "; ".join(filter(None, (note.strip(), f"dicatat di rapat oleh {by.name}")))
    ids = [match.id for match in made]
    both = (Side.GIVER, Side.TAKER)
    partnership.consent_together(session, ids, both, by=by, at=at, note=told, event_id=event_id)
    pairs.drop_texts(session, made, at=at)  # nobody is asked again for what was said at the table
    partnership.agree_together(session, ids, by=by, at=at, agreement_id=agreement.id, due=due)
    return agreement
