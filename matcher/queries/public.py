"""What anybody may read without an account: the list of needs with its filters, and the gap in numbers; no contacts."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from matcher import balance, lines
from matcher.balance import NOTHING, Line
from matcher.models import Challenge, Log, Match, Offer, Office, Party, Region, whose
from matcher.vocabulary import (
    Category,
    CloseReason,
    Every,
    MatchState,
    Mode,
    Move,
    Provenance,
    ReportState,
    Subject,
    Term,
    Urgency,
)

PAGE = 24  #: cards on one page
THANKS_DAYS = 90  #: how long a met need is still shown, with thanks
LATEST = 3  #: proven lines on the first page

KECAMATAN = 8  #: characters of a kecamatan's code, 32.02.16
_WIB = dt.timezone(dt.timedelta(hours=7))
_COUNTING = (MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED)
_KINDS = {Urgency.MONTH: 0, Urgency.QUARTER: 1, Urgency.YEAR: 2, None: 3}


class Standing(Term):
    """How far a need has come, as the public sees it; always computed."""

    LACKING = "lacking", "masih dibutuhkan", "still needed"
    PROMISED = "promised", "sudah dijanjikan", "promised in full"
    MET = "met", "terpenuhi", "met"


class Sort(Term):
    """In which order needs are listed."""

    WAITING = "waiting", "paling lama menunggu", "longest waiting"
    URGENT = "urgent", "paling mendesak", "most urgent"
    NEARLY = "nearly", "hampir lengkap", "nearly complete"
    NEWEST = "newest", "terbaru", "newest"


# --- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a need has come, in its own unit and per its own period: promised includes arrived includes proven."""

    need: Decimal | None
    promised: Decimal = NOTHING
    arrived: Decimal = NOTHING
    proven: Decimal = NOTHING
    working: Decimal | None = None  #: of what arrived, where somebody counted

    @property
    def lacking(self) -> Decimal | None:
        """What nobody has promised yet; None: nobody said how much is needed."""
        return None if self.need is None else max(self.need - self.promised, NOTHING)

    @property
    def standing(self) -> Standing:
        """Lacking, promised in full, or met."""
        if self.need is None or self.promised < self.need:
            return Standing.LACKING
        return Standing.MET if self.proven >= self.need else Standing.PROMISED


@dataclass(frozen=True, slots=True)
class Card:
    """One need in a list."""

    id: int
    code: str
    category: Category
    title: str
    unit: str
    every: Every | None
    urgency: Urgency | None
    library: str
    slug: str
    village: str
    kecamatan: str
    waiting: int  #: days since it was reported
    progress: Progress
    standing: Standing
    never_helped: bool
    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor filters by."""

    categories: frozenset[Category] = frozenset()
    urgencies: frozenset[Urgency] = frozenset()
    kecamatan: str = ""
    never_helped: bool = False
    words: str = ""
    standing: Standing = Standing.LACKING
    sort: Sort = Sort.WAITING
    page: int = 1


@dataclass(frozen=True, slots=True)
class Facets:
    """How many needs each option would leave under the other filters."""

    categories: Counter[Category]
    urgencies: Counter[Urgency | None]
    kecamatan: list[tuple[str, str, int]]  #: code, name, count; by name
    standings: Counter[Standing]
    never_helped: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of needs with what surrounds it."""

    cards: list[Card]
    total: int
    page: int
    pages: int
    facets: Facets
    narrowest: str = ""  #: where nothing was found: the filter that would leave most when dropped


@dataclass(frozen=True, slots=True)
class Strand:
    """One category on the first page: how many needs, and the gap in the unit most of them use."""

    category: Category
    needs: int
    gap: Decimal | None
    unit: str
    every: Every | None
    mixed: bool  #: some of its needs are counted in another unit


@dataclass(frozen=True, slots=True)
class Done:
    """Help that arrived and was seen to work."""

    code: str
    title: str
    giver: str
    library: str
    slug: str
    quantity: Decimal | None
    unit: str
    every: Every | None
    on: dt.date
    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: the gap in numbers, and what was proven last."""

    needs: int
    villages: int
    strands: list[Strand]
    latest: list[Done]
    illustrative: bool  #: some of what is shown was made up


# --- progress --------------------------------------------------------------------------------------------------------


def progress(need: Decimal | None, of_challenge: Sequence[Line], day: dt.date) -> Progress:
    """How far a need has come: promised from *day* on, arrived and proven among the lines that still count.

    A line that recurs counts per period: what came, spread over the periods begun.
    """
    if not of_challenge:
        return Progress(need)
    given = (line for line in of_challenge if line.mode is not Mode.EXPERIENCE)
    live = [line for line in given if line.ends is None or line.ends >= day]
    arrived = sum((_per_period(line, line.delivered, day) for line in live), NOTHING)
    proven = sum((_per_period(line, line.verified, day) for line in live), NOTHING)
    promised = max(balance.peak(live, since=day, part=balance.cover), arrived)
    counted = [line.working for line in live if line.working is not None]
    return Progress(need, promised, arrived, min(proven, arrived), sum(counted, NOTHING) if counted else None)


def _per_period(line: Line, came: Decimal, day: dt.date) -> Decimal:
    if line.every is None or line.starts is None or line.quantity is None:
        return came
    begun = max(balance.periods_complete(line.starts, line.every, day) + 1, 1)
    return min((came / begun).quantize(Decimal("0.001")), line.quantity)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of an office by challenge, and the libraries that ever got something."""

    of_challenge: dict[int, list[Line]]
    helped: frozenset[int]


def lines_of(session: Session, office: Office, *where: Any) -> Lines:
    """The lines of an office that count, read in three queries; *where* narrows them."""
    pairs = lines.read(session, Match.office_id == office.id, Match.state.in_(_COUNTING), *where)
    return Lines(lines.grouped(pairs, "challenge_id"), frozenset(lines.helped(session, pairs)))


# --- the list --------------------------------------------------------------------------------------------------------

Village, District = aliased(Region), aliased(Region)


_COLUMNS = (
    Challenge.id, Challenge.code, Challenge.category, Challenge.title, Challenge.unit, Challenge.every,
    Challenge.urgency, Challenge.quantity, Challenge.reported_at, Challenge.state, Party.id.label("party_id"),
    Challenge.closed_because, Challenge.provenance, Party.name.label("library"), Party.slug, Party.region_code,
    Village.name.label("village"), District.name.label("kecamatan"),
)  # fmt: skip


def cards_of(office: Office) -> Select[*tuple[Any, ...]]:
    """Challenges with their library and place; one row each."""
    return (
        select(*_COLUMNS)
        .select_from(Challenge)
        .join(Party, Party.id == whose(Challenge))
        .outerjoin(Village, Party.region_code == Village.code)
        .outerjoin(District, func.substr(Party.region_code, 1, KECAMATAN) == District.code)
        .where(Challenge.office_id == office.id)
    )


def shown(day: dt.date) -> Any:
    """What anybody may see: open and not expired, or met not long ago."""
    still = or_(Challenge.valid_until.is_(None), Challenge.valid_until >= day)
    since = dt.datetime.combine(day - dt.timedelta(days=THANKS_DAYS), dt.time.min, _WIB)
    closing = and_(Log.subject == Subject.CHALLENGE, Log.subject_id == Challenge.id, Log.event == Move.CLOSE.value)
    lately = select(Log.seq).where(closing, Log.at >= since).exists()
    met = and_(Challenge.state == ReportState.CLOSED, Challenge.closed_because == CloseReason.MET.value, lately)
    return or_(and_(Challenge.state == ReportState.OPEN, still), met)


def card_of(row: Row[Any], known: Lines, day: dt.date) -> Card:
    """A row of `cards_of` with what its lines say on *day*."""
    come = progress(row.quantity, known.of_challenge.get(row.id, ()), day)
    standing = Standing.MET if row.state is ReportState.CLOSED else come.standing
    return Card(
        row.id, row.code, row.category, row.title, row.unit, row.every, row.urgency, row.library, row.slug,
        row.village or "", row.kecamatan or "", max((day - lines.today(row.reported_at)).days, 0), come, standing,
        row.party_id not in known.helped, row.provenance,
    )  # fmt: skip


def _speaks_of(words: str) -> list[Any]:
    """Every word typed stands somewhere in the need, its library or its place."""
    said = func.lower(
        Challenge.title + " " + Challenge.story + " " + Challenge.code + " " + Party.name
        + " " + func.coalesce(Village.name, "") + " " + func.coalesce(District.name, "")
    )  # fmt: skip
    return [said.contains(word, autoescape=True) for word in words.lower().split()[:8]]


def _all(session: Session, office: Office, words: str, day: dt.date) -> tuple[list[Card], dict[int, str]]:
    """Every card that may be shown and speaks of *words*, and the kecamatan of each by its id."""
    rows = session.execute(cards_of(office).where(shown(day), *_speaks_of(words)).order_by(Challenge.id)).all()
    known = lines_of(session, office)
    return [card_of(row, known, day) for row in rows], {row.id: (row.region_code or "")[:KECAMATAN] for row in rows}


def needs(session: Session, office: Office, wish: Wish, *, at: dt.datetime) -> Found:
    """The needs that answer *wish*, one page of them, with counts for every other choice."""
    cards, places = _all(session, office, wish.words, lines.today(at))
    fits = _Fits(wish, places)
    found = sorted((card for card in cards if fits(card)), key=_ORDERS[wish.sort])
    pages = max(math.ceil(len(found) / PAGE), 1)
    page = min(max(wish.page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    narrowest = "" if found else _narrowest(cards, wish, places)
    return Found(shown, len(found), page, pages, _facets(cards, fits, places), narrowest)


def every_need(session: Session, office: Office, wish: Wish, *, at: dt.datetime) -> list[Card]:
    """All needs that answer *wish*, for machines."""
    cards, places = _all(session, office, wish.words, lines.today(at))
    fits = _Fits(wish, places)
    return sorted((card for card in cards if fits(card)), key=_ORDERS[wish.sort])


_ORDERS: dict[Sort, Any] = {
    Sort.WAITING: lambda card: (-card.waiting, card.id),
    Sort.URGENT: lambda card: (_KINDS[card.urgency], -card.waiting, card.id),
    Sort.NEARLY: lambda card: (_share_left(card.progress), -card.waiting, card.id),
    Sort.NEWEST: lambda card: (card.waiting, -card.id),
}


def _share_left(come: Progress) -> float:
    """Share still lacking of what has begun; needs nobody began come last."""
    if come.need is None or not come.promised:
        return 2.0
    return float((come.lacking or NOTHING) / come.need)


@dataclass(frozen=True, slots=True)
class _Fits:
    """Whether a card answers a wish, with one of its filters left out where asked."""

    wish: Wish
    places: dict[int, str]

    def __call__(self, card: Card, without: str = "") -> bool:
        wish = self.wish
        checks = {
            "categories": not wish.categories or card.category in wish.categories,
            "urgencies": not wish.urgencies or card.urgency in wish.urgencies,
            "kecamatan": not wish.kecamatan or self.places[card.id] == wish.kecamatan,
            "never_helped": not wish.never_helped or card.never_helped,
            "standing": card.standing is wish.standing,
        }
        return all(held for name, held in checks.items() if name != without)


def _facets(cards: Sequence[Card], fits: _Fits, places: dict[int, str]) -> Facets:
    here = Counter(places[card.id] for card in cards if fits(card, "kecamatan"))
    names = {places[card.id]: card.kecamatan for card in cards}
    return Facets(
        categories=Counter(card.category for card in cards if fits(card, "categories")),
        urgencies=Counter(card.urgency for card in cards if fits(card, "urgencies")),
        kecamatan=sorted(((code, name, here[code]) for code, name in names.items() if name), key=lambda row: row[1]),
        standings=Counter(card.standing for card in cards if fits(card, "standing")),
        never_helped=sum(card.never_helped for card in cards if fits(card, "never_helped")),
    )


_DROPS = ("categories", "urgencies", "kecamatan", "never_helped", "standing")


def _narrowest(cards: Sequence[Card], wish: Wish, places: dict[int, str]) -> str:
    """The filter that would leave most when dropped; empty where dropping one helps nothing."""
    fits = _Fits(wish, places)
    left = {name: sum(fits(card, name) for card in cards) for name in _DROPS}
    best = max(left, key=lambda name: left[name])
    return best if left[best] else ""


# --- the first page --------------------------------------------------------------------------------------------------


def home(session: Session, office: Office, *, at: dt.datetime) -> Home:
    """The gap of the district in numbers, and the help proven last."""
    cards, _ = _all(session, office, "", lines.today(at))
    open_ones = [card for card in cards if card.standing is Standing.LACKING]
    latest = _latest(session, office)
    shown = {*(card.provenance for card in open_ones), *(done.provenance for done in latest)}
    return Home(
        needs=len(open_ones), villages=len({card.slug for card in open_ones}),
        strands=[_strand(category, open_ones) for category in Category if category is not Category.OTHER],
        latest=latest, illustrative=bool(shown & {Provenance.INVENTED, Provenance.DERIVED}),
    )  # fmt: skip


def _strand(category: Category, cards: Collection[Card]) -> Strand:
    """The needs of a category, and their gap in the unit that most of them use."""
    mine = [card for card in cards if card.category is category]
    counted = Counter((card.unit, card.every) for card in mine if card.progress.lacking is not None)
    if not counted:
        return Strand(category, len(mine), None, "", None, mixed=False)
    (unit, every), count = counted.most_common(1)[0]
    gaps = [card.progress.lacking or NOTHING for card in mine if (card.unit, card.every) == (unit, every)]
    return Strand(category, len(mine), sum(gaps, NOTHING), unit, every, mixed=count < len(mine))


Giver = aliased(Party)
_PROVEN = (
    Challenge.code, Challenge.title, Giver.name.label("giver"), Party.name.label("library"), Party.slug,
    Match.quantity, Challenge.unit, Match.every, Match.closed_at, Match.occurred_on, Challenge.provenance,
)  # fmt: skip


def _latest(session: Session, office: Office) -> list[Done]:
    """Lines that were carried out, the newest first."""
    rows = session.execute(
        select(*_PROVEN)
        .select_from(Match)
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Party, Party.id == whose(Challenge))
        .join(Offer, Match.offer_id == Offer.id)
        .join(Giver, Giver.id == whose(Offer))
        .where(Match.office_id == office.id, Match.state == MatchState.DONE, Match.mode != Mode.EXPERIENCE)
        .order_by(Match.closed_at.desc(), Match.id.desc())
        .limit(LATEST)
    )
    return [
        Done(
            row.code, row.title, row.giver, row.library, row.slug, row.quantity, row.unit, row.every,
            row.occurred_on or lines.today(row.closed_at), row.provenance,
        )
        for row in rows
    ]  # fmt: skip


def without(wish: Wish, name: str) -> Wish:
    """The same wish with one of its filters dropped."""
    return replace(wish, **{name: getattr(Wish(), name)}, page=1)
