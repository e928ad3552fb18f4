"""What the pages of the plan read: its rows with what speaks for them, who stays short, what is lacking where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from matcher.models import Challenge, Match, Offer, Office, Party, Pin, Plan, PlanGap, PlanRow, Region, whose
from matcher.pins import settled
from matcher.vocabulary import UNITS, Category, Every, FactCode, GapReason, MatchState, Term, Words

PER_PAGE = 24


class Change(Term):
    """What became of a row since the plan before."""

    NEW = "new", "baru", "new"
    CHANGED = "changed", "berubah", "changed"
    SAME = "same", "tetap", "same"
    GONE = "gone", "hilang", "gone"


def change_of(*, gone: bool, before: Decimal | None, quantity: Decimal) -> Change:
    """What became of a row that the plan before gave *before* (None: nothing)."""
    if gone:
        return Change.GONE
    if before is None:
        return Change.NEW
    return Change.SAME if before == quantity else Change.CHANGED


_WHERE: dict[Change, tuple[ColumnElement[bool], ...]] = {
    Change.NEW: (PlanRow.gone.is_(False), PlanRow.before.is_(None)),
    Change.CHANGED: (PlanRow.gone.is_(False), PlanRow.before != PlanRow.quantity),
    Change.SAME: (PlanRow.gone.is_(False), PlanRow.before == PlanRow.quantity),
    Change.GONE: (PlanRow.gone.is_(True),),
}


# --- what a row says -------------------------------------------------------------------------------------------------


class Say(NamedTuple):
    """One thing that may be said of a row: its words, and when it is true of what the row knows."""

    words: Words
    holds: Callable[[dict[str, Any]], bool]


#: In this order; ``{lacking}`` and ``{quantity}`` are amounts with their unit.
SAID = (
    Say(Words("menutup semua yang kurang", "covers all that is lacking"), lambda told: told["all"]),
    Say(
        Words("menutup {quantity} dari {lacking}", "covers {quantity} of {lacking}"),
        lambda told: not told["all"] and told["lacking"] is not None,
    ),
    Say(Words("jumlah kebutuhannya belum disebut, paling sedikit satu", "nobody said how many, one at least"),
        lambda told: told["lacking"] is None),
    Say(Words("belum pernah dibantu", "never helped before"), lambda told: told["never"]),
    Say(Words("kebutuhan pertama desanya", "the first need of its village"), lambda told: told["first"]),
    Say(Words("menunggu {days} hari", "waiting for {days} days"), lambda told: told["days"] >= 60),
    Say(Words("tawaran ini juga diperlukan {rivals} kebutuhan yang masih kurang",
              "others that are still short could use it too ({rivals})"), lambda told: told["rivals"] > 0),
    Say(Words("tawaran ini juga untuk {others} perpustakaan lain", "the offer also goes to other libraries ({others})"),
        lambda told: told["others"] > 0),
    Say(Words("pilihan ke-{choice}: yang lebih cocok dipakai perpustakaan lain",
              "choice number {choice}: what fits better serves others"), lambda told: told["choice"] > 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a plan with both sides."""

    row: PlanRow
    challenge: Challenge
    library: Party
    kecamatan: str
    offer: Offer
    giver: Party
    match: Match | None
    pin: Pin | None  #: the officer's word as it is now; the plan may not know it yet

    @property
    def change(self) -> Change:
        """What became of it since the plan before."""
        return change_of(gone=self.row.gone, before=self.row.before, quantity=self.row.quantity)

    @property
    def said(self) -> list[tuple[Words, dict[str, Any]]]:
        """What speaks for it: words, and what they are filled with."""
        if self.row.gone:
            return []
        lacking = self.row.told["lacking"]
        told = {**self.row.told, "all": lacking is not None and self.row.quantity >= Decimal(str(lacking))}
        values = {**told, "quantity": self.row.quantity}
        return [(one.words, values) for one in SAID if one.holds(told)]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows somebody wants to see."""

    change: Change | None = None
    kind: Category | None = None
    page: int = 1


def rows(session: Session, plan: Plan, wish: Wish, *, most: int | None = PER_PAGE) -> list[Row]:
    """A plan's rows, an offer after the other."""
    taker, giver, village, place = aliased(Party), aliased(Party), aliased(Region), aliased(Region)
    found = (
        select(PlanRow, Challenge, taker, place.name, Offer, giver, Match, Pin)
        .select_from(PlanRow)
        .join(Challenge, Challenge.id == PlanRow.challenge_id)
        .join(Offer, Offer.id == PlanRow.offer_id)
        .join(taker, taker.id == whose(Challenge))
        .join(giver, giver.id == whose(Offer))
        .outerjoin(village, village.code == taker.region_code)
        .outerjoin(place, place.code == func.substr(village.code, 1, 8))
        .outerjoin(Match, Match.id == PlanRow.match_id)
        .outerjoin(Pin, _live_pin())
        .where(*_wanted(plan, wish))
        .order_by(PlanRow.gone, Challenge.category, Offer.id, PlanRow.quantity.desc(), Challenge.id)
    )
    if most is not None:
        found = found.limit(most).offset(most * (max(wish.page, 1) - 1))
    return [Row(row[0], row[1], row[2], row[3] or "", *row[4:]) for row in session.execute(found)]


def _live_pin() -> ColumnElement[bool]:
    return (Pin.challenge_id == PlanRow.challenge_id) & (Pin.offer_id == PlanRow.offer_id) & Pin.dropped_at.is_(None)


def _wanted(plan: Plan, wish: Wish) -> tuple[ColumnElement[bool], ...]:
    where: tuple[ColumnElement[bool], ...] = (PlanRow.plan_id == plan.id,)
    if wish.change is not None:
        where = (*where, *_WHERE[wish.change])
    if wish.kind is not None:
        where = (*where, Challenge.category == wish.kind)
    return where


def count(session: Session, plan: Plan, wish: Wish) -> int:
    """How many rows answer a wish."""
    found = select(func.count()).select_from(PlanRow).join(Challenge, Challenge.id == PlanRow.challenge_id)
    return session.scalar(found.where(*_wanted(plan, wish))) or 0


def kinds(session: Session, plan: Plan) -> dict[Category, int]:
    """Rows by category, those that are gone left out."""
    found = select(Challenge.category, func.count()).select_from(PlanRow)
    found = found.join(Challenge, Challenge.id == PlanRow.challenge_id)
    held = found.where(PlanRow.plan_id == plan.id, PlanRow.gone.is_(False)).group_by(Challenge.category)
    numbers = {row[0]: row[1] for row in session.execute(held)}
    return {kind: numbers[kind] for kind in Category if kind in numbers}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many rows, libraries, givers a plan speaks of."""

    rows: int
    libraries: int
    givers: int


def reach(session: Session, plan: Plan) -> Reach:
    """Whom a plan reaches."""
    found = select(func.count(), func.count(whose(Challenge).distinct()), func.count(whose(Offer).distinct()))
    found = found.select_from(PlanRow).join(Challenge, Challenge.id == PlanRow.challenge_id)
    found = found.join(Offer, Offer.id == PlanRow.offer_id).where(PlanRow.plan_id == plan.id, PlanRow.gone.is_(False))
    return Reach(*session.execute(found).one())


def pins_since(session: Session, plan: Plan) -> int:
    """Of how many pairs the officer's word is another than when the plan was worked out."""
    then = (Pin.made_at <= plan.made_at) & (Pin.dropped_at.is_(None) | (Pin.dropped_at > plan.made_at))
    rows = select(Pin).where(Pin.office_id == plan.office_id, then | Pin.dropped_at.is_(None))
    before: dict[tuple[int, int], Decimal | None] = {}
    now: dict[tuple[int, int], Decimal | None] = {}
    for pin in session.scalars(rows.order_by(Pin.id)):
        key = pin.challenge_id, pin.offer_id
        if pin.made_at <= plan.made_at:
            before[key] = pin.quantity
        if pin.dropped_at is None:
            now[key] = pin.quantity
    return sum(before.get(key, -1) != now.get(key, -1) for key in before.keys() | now.keys())


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin with its pair."""

    pin: Pin
    challenge: Challenge
    library: Party
    offer: Offer
    giver: Party


def pinned(session: Session, office: Office) -> list[Pinned]:
    """Every pin in force, what is kept first; those of pairs that became proposals speak no more."""
    taker, giver = aliased(Party), aliased(Party)
    found = (
        select(Pin, Challenge, taker, Offer, giver)
        .select_from(Pin)
        .join(Challenge, Challenge.id == Pin.challenge_id)
        .join(Offer, Offer.id == Pin.offer_id)
        .join(taker, taker.id == whose(Challenge))
        .join(giver, giver.id == whose(Offer))
        .where(Pin.office_id == office.id, Pin.dropped_at.is_(None), ~settled())
        .order_by(Pin.keep.desc(), Pin.id)
    )
    return [Pinned(*row) for row in session.execute(found)]


# --- who stays short -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A challenge that stays short, and why."""

    gap: PlanGap
    challenge: Challenge
    library: Party
    kecamatan: str
    offer: Offer | None
    giver: Party | None

    @property
    def reason(self) -> GapReason:
        """Why it gets no more."""
        return GapReason(self.gap.reason)

    @property
    def missing(self) -> list[FactCode]:
        """What has to be settled first."""
        bits = int(self.gap.told.get("missing", 0))
        return [fact for place, fact in enumerate(FactCode) if bits >> place & 1]


def gaps(session: Session, plan: Plan, *, empty: bool, page: int = 1, most: int | None = PER_PAGE) -> list[Gap]:
    """Challenges that stay short, by kecamatan and library; *empty*: only of libraries that get nothing at all."""
    village, place = aliased(Region), aliased(Region)
    found = (
        select(PlanGap, Challenge, Party, place.name)
        .select_from(PlanGap)
        .join(Challenge, Challenge.id == PlanGap.challenge_id)
        .join(Party, Party.id == whose(Challenge))
        .outerjoin(village, village.code == Party.region_code)
        .outerjoin(place, place.code == func.substr(village.code, 1, 8))
        .where(PlanGap.plan_id == plan.id)
        .order_by(func.substr(Party.region_code, 1, 8), Party.name, Challenge.id)
    )
    if empty:
        found = found.where(Party.id.not_in(_served(plan)))
    if most is not None:
        found = found.limit(most).offset(most * (max(page, 1) - 1))
    listed = session.execute(found).all()
    offers = _offers(session, {row[0].told["offer_id"] for row in listed if "offer_id" in row[0].told})
    return [
        Gap(gap, challenge, party, name or "", *offers.get(gap.told.get("offer_id"), (None, None)))
        for gap, challenge, party, name in listed
    ]


def _served(plan: Plan) -> Any:
    """Libraries to which the plan gives something, or to whom something is proposed or promised."""
    given = select(PlanRow.challenge_id).where(PlanRow.plan_id == plan.id, PlanRow.gone.is_(False))
    live = select(Match.challenge_id).where(
        Match.office_id == plan.office_id, Match.state.in_([MatchState.PROPOSED, MatchState.AGREED])
    )
    return select(whose(Challenge)).where(or_(Challenge.id.in_(given), Challenge.id.in_(live)))


def count_gaps(session: Session, plan: Plan, *, empty: bool) -> int:
    """How many challenges stay short."""
    found = select(func.count()).select_from(PlanGap).join(Challenge, Challenge.id == PlanGap.challenge_id)
    found = found.where(PlanGap.plan_id == plan.id)
    if empty:
        found = found.where(whose(Challenge).not_in(_served(plan)))
    return session.scalar(found) or 0


def empty_handed(session: Session, plan: Plan) -> int:
    """How many libraries with an open challenge get nothing."""
    found = select(func.count(whose(Challenge).distinct())).select_from(PlanGap)
    found = found.join(Challenge, Challenge.id == PlanGap.challenge_id).where(PlanGap.plan_id == plan.id)
    return session.scalar(found.where(whose(Challenge).not_in(_served(plan)))) or 0


def _offers(session: Session, wanted: set[int]) -> dict[int | None, tuple[Offer, Party]]:
    found = select(Offer, Party).select_from(Offer).join(Party, Party.id == whose(Offer))
    return {offer.id: (offer, giver) for offer, giver in session.execute(found.where(Offer.id.in_(wanted)))}


# --- what is lacking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lack:
    """What stays unmet of one unit in one kecamatan."""

    unit: str
    every: Every | None
    kecamatan: str
    amount: Decimal
    challenges: int
    unnumbered: int  #: of them, those nobody put a number to


@dataclass(frozen=True, slots=True)
class Lacks:
    """What stays unmet of one unit in all of the district, the largest lack first."""

    unit: str
    every: Every | None
    rows: Sequence[Lack]

    @property
    def category(self) -> Category:
        """The challenge's kind."""
        return UNITS[self.unit].category

    @property
    def amount(self) -> Decimal:
        """In all of the district."""
        return sum((row.amount for row in self.rows), Decimal(0))

    @property
    def challenges(self) -> int:
        """How many challenges it is spread over."""
        return sum(row.challenges for row in self.rows)


def shortage(session: Session, plan: Plan) -> list[Lacks]:
    """What stays unmet after the plan, by unit and kecamatan."""
    told = plan.shortage.get("rows", [])
    wanted = {row[2] for row in told}
    names = dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(wanted))).all())
    by_kind: dict[tuple[str, Every | None], list[Lack]] = defaultdict(list)
    for unit, rhythm, place, amount, challenges, unnumbered in told:
        every = Every(rhythm) if rhythm else None
        lack = Lack(unit, every, names.get(place, ""), Decimal(str(amount)), challenges, unnumbered)
        by_kind[unit, every].append(lack)
    order = list(UNITS)
    return [
        Lacks(*kind, sorted(found, key=lambda one: (-one.amount, one.kecamatan)))
        for kind, found in sorted(by_kind.items(), key=lambda one: (order.index(one[0][0]), one[0][1] or ""))
    ]
