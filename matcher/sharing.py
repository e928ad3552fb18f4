"""Sharing one offer out over the libraries that wait for it: who may take part, a split, and its lines in one press.

Whoever takes part is scored afresh beside this one offer: what is stored of suggestions keeps only the best of each
challenge.  The number of queries does not depend on how many they are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from matcher import balance, explaining, lines, matching, pairs, partnership, review, scoring
from matcher.allocation import fair_split, proportional_split
from matcher.balance import NOTHING, Line
from matcher.errors import (
    CannotShare,
    MatcherError,
    NothingToShare,
    NotWaiting,
    OutOfRange,
    Required,
    ShareAboveGap,
    ShareAboveLeft,
    ShareNotWhole,
    ShareTooLarge,
    ShareTooSmall,
)
from matcher.models import Agreement, Challenge, Match, Offer, Office, Party, Region, whose
from matcher.policy import Action, Actor, require
from matcher.vocabulary import (
    MATCHED,
    UNITS,
    AgreementKind,
    Band,
    Category,
    FactCode,
    MatchState,
    Mode,
    ReportState,
    Side,
    Words,
    graded,
)

_MILLI = Decimal("0.001")
_FEW = 500  #: ids in one IN list
_KECAMATAN = 8  #: characters of a kecamatan's code, 32.02.16

#: Why an offer cannot be shared out; a state that is not open says its own words.
HINDRANCES: dict[str, Words] = {
    "experience": Words("pengalaman diceritakan, tidak dibagi per unit", "experience is told, not handed out"),
    "by_hand": Words("jenis “lainnya” tidak dicocokkan oleh mesin", "the kind “other” is not matched by machine"),
    "put_off": Words("sedang ditunda oleh pemberi", "its giver put it aside for now"),
    "expired": Words("masa berlakunya sudah lewat", "it is no longer valid"),
    "unnumbered": Words("jumlahnya belum ditentukan", "its amount is not set yet"),
}

#: Why a library gets nothing, though it waits; adding one is a row here and a line in `_note`.
NOTES: dict[str, Words] = {
    "left_out": Words("dikosongkan oleh petugas", "left out by the officer"),
    "no_number": Words("belum bilang perlu berapa; isi sendiri bila sudah tahu", "never said how much; fill it in"),
    "units": Words("satuannya tidak dapat disamakan dengan tawaran", "its unit does not convert into the offer's"),
    "other_thing": Words("barangnya lain dari yang diminta", "not the thing that is asked"),
    "unwanted": Words("ada yang tidak mau diterima", "names something not wanted"),
    "not_ready": Words("belum memenuhi syarat pemberi", "does not meet the giver's conditions yet"),
    "needs_less": Words(
        "hanya kurang {gap}, di bawah bagian terkecil pemberi ({smallest})",
        "lacks only {gap}, below the giver's smallest share ({smallest})",
    ),
    "below_smallest": Words(
        "tidak sampai bagian terkecil pemberi ({smallest}); yang lebih lama menunggu didahulukan",
        "would not reach the giver's smallest share ({smallest}); longer waits come first",
    ),
    "beyond": Words("tidak termasuk yang paling lama menunggu", "not among those who waited longest"),
    "used_up": Words("sudah habis sebelum gilirannya", "used up before its turn came"),
    "rounded": Words("bagiannya kurang dari {part}", "its share is less than {part}"),
}

#: Why a challenge that was named takes no part.
ABSENCES: dict[str, Words] = {
    "unknown": Words("kode ini tidak dikenal", "there is no such code"),
    "state": Words("kebutuhannya sekarang {state}", "the need is {state} now"),
    "line": Words("sudah ada {line} dengan tawaran ini", "there is {line} with this offer already"),
    "apart": Words("tidak lagi cocok dengan tawaran ini", "it does not fit this offer any more"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """Why a library gets nothing: a code of NOTES, its amounts with their units."""

    code: str
    values: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)

    def say(self, lang: str, amount: Callable[[Decimal, str], str]) -> str:
        """The sentence in *lang*; *amount* writes a quantity with its unit."""
        return NOTES[self.code].say(lang, **{name: amount(*value) for name, value in self.values.items()})


@dataclass(frozen=True, slots=True)
class Row:
    """One challenge that could take part; quantities in its own unit unless said otherwise."""

    challenge: Challenge
    library: Party
    village: str
    kecamatan: str
    gap: Decimal | None  #: None: nobody said how much
    days: int
    never_helped: bool
    score: float
    missing: tuple[FactCode, ...]  #: conditions of the giver known to be broken
    unsaid: tuple[FactCode, ...]  #: conditions nobody knows about
    apart: str  #: why the machine gives it nothing: a code of NOTES; empty: it takes part
    part: Decimal  #: shares are multiples of it
    price: Decimal  #: what one part takes of the offer, in the offer's unit; 0: units do not convert
    window: lines.Window
    share: Decimal = NOTHING
    cost: Decimal = NOTHING  #: what the share takes of the offer, in the offer's unit
    fixed: bool = False  #: the officer wrote it
    note: Note | None = None
    fault: MatcherError | None = None

    @property
    def band(self) -> Band:
        """How well the offer fits."""
        return graded(Band, self.score)

    @property
    def need(self) -> Decimal:
        """What the machine may give it at most, in the offer's unit."""
        if self.gap is None or self.apart or not self.price:
            return NOTHING
        return self.gap // self.part * self.price


@dataclass(frozen=True, slots=True)
class Standing:
    """A line this offer has already."""

    match: Match
    library: str
    unit: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """An offer shared out: every library that waits, longest wait first, and what is left; in the offer's unit."""

    offer: Offer
    giver: Party
    left: Decimal
    soft: Decimal  #: of it, what proposed lines would take
    rows: list[Row]
    gone: dict[str, MatcherError]  #: challenges that were named and take no part
    standing: list[Standing]
    kinds: Counter[Category]  #: how many of each kind wait; money serves several
    kind: Category | None
    proportional: bool
    ready_only: bool
    most: int | None
    rest: Decimal  #: what nobody gets; below nought: proposed lines would have to give way

    @property
    def served(self) -> list[Row]:
        """Those who get something."""
        return [row for row in self.rows if row.share > 0]

    @property
    def faults(self) -> list[tuple[str, MatcherError]]:
        """(code of the challenge, what is wrong with its share), in the order of the rows."""
        return [*self.gone.items(), *((row.challenge.code, row.fault) for row in self.rows if row.fault is not None)]


# --- who may take part -----------------------------------------------------------------------------------------------


def hindrance(offer: Offer, day: dt.date) -> CannotShare | None:
    """Why *offer* cannot be shared out on *day*; None where it can."""
    over = [last for last in (offer.valid_until, offer.ends) if last is not None and last < day]
    held = {
        "experience": offer.mode is Mode.EXPERIENCE,
        "by_hand": offer.category not in MATCHED,
        "put_off": offer.paused_until is not None and offer.paused_until > day,
        "expired": bool(over),
        "unnumbered": offer.quantity is None,
    }
    if offer.state is not ReportState.OPEN:
        return CannotShare(code=offer.code, why=offer.state.words, hindrance="state")
    code = next((code for code, holds in held.items() if holds), None)
    return None if code is None else CannotShare(code=offer.code, why=HINDRANCES[code], hindrance=code)


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
    waiting = _waiting(session, office, offer, free, at=at)
    kinds = Counter(row.challenge.category for row in waiting)
    chosen = None if every_kind else kind or (offer.category if len(kinds) > 1 and kinds[offer.category] else None)
    rows = [row for row in waiting if chosen is None or row.challenge.category is chosen or row.challenge.code in given]
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


_Told = tuple[Challenge, Party, str | None, str | None]  #: a challenge with its library, village and kecamatan


def _waiting(
    session: Session, office: Office, offer: Offer, free: Decimal, *, at: dt.datetime, ids: Sequence[int] | None = None
) -> list[Row]:
    """Every open challenge the scoring lets beside *offer*, longest wait first, without shares; only some by *ids*."""
    world = matching.around(session, office, offer, at=at, challenge_ids=ids)
    ranking = matching.ranked(world)
    places = {challenge_id: place for place, challenge_id in enumerate(world.needs.id.tolist())}
    told = _told(session, office, ranking.challenge.tolist())
    detail = {name: ranking.detail[:, column].tolist() for column, name in enumerate(scoring.DETAIL)}
    gaps = [_plain(amount) for amount in world.needs.amount.tolist()]
    found = []
    for row, challenge_id in enumerate(ranking.challenge.tolist()):
        place, flags = places[challenge_id], int(detail["flags"][row])
        found.append(_row(
            office, offer, lines.today(at), told[challenge_id], free, gap=gaps[place], apart=_apart(flags),
            days=int(world.needs.waiting[place]), never_helped=bool(world.needs.never_helped[place]),
            score=float(ranking.score[row]), missing=_facts(detail["missing"][row]),
            unsaid=_facts(detail["unsaid"][row]),
        ))  # fmt: skip
    return sorted(found, key=lambda row: (-row.days, row.challenge.id))


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


def _row(
    office: Office, offer: Offer, day: dt.date, told: _Told, free: Decimal, *, gap: Decimal | None, apart: str,
    **known: Any,
) -> Row:  # fmt: skip
    challenge, library, village, kecamatan = told
    window = pairs.span(challenge, offer, office, day)
    part = _part(challenge, offer, gap, free)
    rate = lines.in_offer_unit(Decimal(10**6), challenge, offer, office, window)
    price = NOTHING if rate is None else (part * rate / 10**6).quantize(_MILLI, rounding=ROUND_CEILING)
    why = "units" if not price else "no_number" if gap is None else apart
    return Row(
        challenge, library, village or "", kecamatan or "", gap, apart=why, part=part, price=price, window=window,
        **known,
    )  # fmt: skip


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
    return [replace(row, note=_note(offer, row, proportional=proportional)) for row in done]


def _cost(offer: Offer, office: Office, row: Row, share: Decimal) -> Decimal:
    return (lines.in_offer_unit(share, row.challenge, offer, office, row.window) or NOTHING) if share else NOTHING


def _note(offer: Offer, row: Row, *, proportional: bool) -> Note | None:
    """Why a row gets nothing."""
    if row.share > 0:
        return None
    if row.fixed or row.apart:
        return Note("left_out" if row.fixed else row.apart)
    smallest = offer.share_min or NOTHING
    if row.gap is not None and row.need < smallest:
        return Note("needs_less", {"gap": (row.gap, row.challenge.unit), "smallest": (smallest, offer.unit)})
    if smallest > row.price:
        return Note("below_smallest", {"smallest": (smallest, offer.unit)})
    return Note("rounded", {"part": (row.part, row.challenge.unit)}) if proportional else Note("used_up")


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
    judged = [replace(row, fault=_fault(offer, row)) if row.fixed else row for row in rows]
    written = [row for row in judged if row.fixed]
    if taken <= left or not written or any(row.fault for row in written):
        return judged
    largest = max(written, key=lambda row: row.cost)
    told = ShareAboveLeft(code=offer.code, asked=taken, left=left, unit=offer.unit, field=largest.challenge.code)
    return [replace(row, fault=told) if row is largest else row for row in judged]


def _fault(offer: Offer, row: Row) -> MatcherError | None:
    """What is wrong with one share that the officer wrote; None: nothing."""
    code, share, gap, unit = row.challenge.code, row.share, row.gap, row.challenge.unit
    low, high = offer.share_min, offer.share_max
    checks: tuple[tuple[bool, Callable[[], MatcherError]], ...] = (
        (share < 0, lambda: OutOfRange(least=0, most="…" if gap is None else gap, field=code)),
        (not row.price, lambda: NotWaiting(code=code, why=NOTES["units"], field=code)),
        (UNITS[unit].whole and share % 1 != 0, lambda: ShareNotWhole(field=code)),
        (gap is not None and share > gap, lambda: ShareAboveGap(code=code, gap=gap, unit=unit, field=code)),
        (low is not None and row.cost < low, lambda: ShareTooSmall(smallest=low, unit=offer.unit, field=code)),
        (high is not None and row.cost > high, lambda: ShareTooLarge(largest=high, unit=offer.unit, field=code)),
    )
    return next((error() for wrong, error in checks if wrong), None) if share else None


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
    return [
        review.propose(
            session, row.challenge.id, offer.id, quantity=row.share, due=due, event_id=event_id, by=by, at=at
        )
        for row in _checked(session, office, offer, wanted, [row.id for row in locked], by=by, at=at)
    ]


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
    rows = _waiting(session, office, offer, left, at=at, ids=ids)
    rows = _split(offer, office, rows, wanted, left, proportional=False)
    gone = _gone(session, office, offer, set(wanted) - {row.challenge.code for row in rows})
    if faults := [*gone.values(), *filter(None, (_fault(offer, row) for row in rows))]:
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
    for match in made:
        for side in (Side.GIVER, Side.TAKER):
            partnership.consent(session, match.id, side, by=by, at=at, note=told, event_id=event_id)
        pairs.drop_texts(session, match, at=at)  # nobody is asked again for what was said at the table
    partnership.agree_together(
        session, [match.id for match in made], by=by, at=at, agreement_id=agreement.id, due=due
    )  # fmt: skip
    return agreement
