"""What anybody may read without an account: needs, libraries and proven help; never a contact, never a private note."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from matcher import balance, lines
from matcher.balance import NOTHING, Line
from matcher.errors import NotFound
from matcher.models import Challenge, Fact, Log, Match, Offer, Office, Party, Region
from matcher.vocabulary import (
    Category,
    CloseReason,
    Every,
    FactCode,
    FactKind,
    MatchState,
    Mode,
    Move,
    PartyKind,
    Provenance,
    ReportState,
    Sector,
    Strategy,
    Subject,
    Term,
    Urgency,
    Verification,
)

PAGE = 24  #: cards on one page
THANKS_DAYS = 90  #: how long a met need is still shown, with thanks
PEERS = 4  #: neighbours shown beside a need
LATEST = 3  #: proven lines on the first page

_KECAMATAN = 8  #: characters of a kecamatan's code, 32.02.16
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
class Tale:
    """A success somebody is ready to tell."""

    code: str
    title: str
    words: str
    category: Category
    strategy: Strategy | None
    library: str
    slug: str
    village: str
    provenance: Provenance | None
    km: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One agreed line, without anybody's contact."""

    giver: str
    sector: Sector | None
    quantity: Decimal | None
    state: MatchState
    arrived: Decimal
    due: dt.date | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is known of a library, what is known to be missing, and what nobody has said."""

    holds: list[FactCode] = field(default_factory=list)
    numbers: list[tuple[FactCode, float]] = field(default_factory=list)
    lacks: list[FactCode] = field(default_factory=list)
    unknown: list[FactCode] = field(default_factory=list)
    as_of: dt.date | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One need with everything its page shows."""

    card: Card
    story: str
    not_wanted: str
    have: Decimal | None
    starts: dt.date | None
    ends: dt.date | None
    reported_at: dt.datetime
    promises: list[Promise]
    readiness: Readiness
    successes: list[Tale]
    peers: list[Tale]


@dataclass(frozen=True, slots=True)
class Library:
    """One library with everything its page shows."""

    name: str
    slug: str
    about: str
    village: str
    kecamatan: str
    provenance: Provenance | None
    needs: list[Card]
    successes: dict[Strategy | None, list[Tale]]
    readiness: Readiness


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
    live = [line for line in of_challenge if line.mode is not Mode.EXPERIENCE and (line.ends is None or line.ends >= day)]
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
class _Lines:
    """The lines of an office by challenge, and the libraries that ever got something."""

    of_challenge: dict[int, list[Line]]
    helped: frozenset[int]


def _lines(session: Session, office: Office, *where: Any) -> _Lines:
    pairs = lines.read(session, Match.office_id == office.id, Match.state.in_(_COUNTING), *where)
    arrived = {match.challenge_id for match, line in pairs if line.delivered > 0}
    owners = select(Challenge.party_id).where(Challenge.id.in_(arrived)) if arrived else None
    helped = frozenset(session.scalars(owners)) if owners is not None else frozenset()
    return _Lines(lines.grouped(pairs, "challenge_id"), helped)


# --- the list --------------------------------------------------------------------------------------------------------

_Village, _District = aliased(Region), aliased(Region)


def _cards(office: Office) -> Select[Any]:
    """Challenges with their library and place; one row each."""
    c = Challenge
    return (
        select(
            c.id, c.code, c.category, c.title, c.unit, c.every, c.urgency, c.quantity, c.reported_at, c.state, c.party_id,
            c.closed_because, c.provenance, Party.name.label("library"), Party.slug, Party.region_code,
            _Village.name.label("village"), _District.name.label("kecamatan"),
        )  # fmt: skip
        .join(Party, c.party_id == Party.id)
        .outerjoin(_Village, Party.region_code == _Village.code)
        .outerjoin(_District, func.substr(Party.region_code, 1, _KECAMATAN) == _District.code)
        .where(c.office_id == office.id)
    )


def _shown(day: dt.date) -> Any:
    """What anybody may see: open and not expired, or met not long ago."""
    still = or_(Challenge.valid_until.is_(None), Challenge.valid_until >= day)
    since = dt.datetime.combine(day - dt.timedelta(days=THANKS_DAYS), dt.time.min, dt.UTC)
    closing = and_(Log.subject == Subject.CHALLENGE, Log.subject_id == Challenge.id, Log.event == Move.CLOSE.value)
    lately = select(Log.seq).where(closing, Log.at >= since).exists()
    met = and_(Challenge.state == ReportState.CLOSED, Challenge.closed_because == CloseReason.MET.value, lately)
    return or_(and_(Challenge.state == ReportState.OPEN, still), met)


def _card(row: Row[Any], known: _Lines, day: dt.date) -> Card:
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
        + " " + func.coalesce(_Village.name, "") + " " + func.coalesce(_District.name, "")
    )  # fmt: skip
    return [said.contains(word, autoescape=True) for word in words.lower().split()[:8]]


def _all(session: Session, office: Office, words: str, day: dt.date) -> tuple[list[Card], dict[int, str]]:
    """Every card that may be shown and speaks of *words*, and the kecamatan of each by its id."""
    rows = session.execute(_cards(office).where(_shown(day), *_speaks_of(words)).order_by(Challenge.id)).all()
    known = _lines(session, office)
    return [_card(row, known, day) for row in rows], {row.id: (row.region_code or "")[:_KECAMATAN] for row in rows}


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


# --- one need --------------------------------------------------------------------------------------------------------


def need(session: Session, office: Office, code: str, *, at: dt.datetime) -> Need:
    """One need by its code; NotFound where it may not be seen."""
    day = lines.today(at)
    row = session.execute(_cards(office).where(Challenge.code == code.strip().upper())).first()
    told = session.get(Challenge, row.id) if row is not None else None
    if row is None or told is None or not _may_be_read(row):
        raise NotFound(kind="challenge", id=code)
    card = _card(row, _lines(session, office, _of_library(row.party_id)), day)
    return Need(
        card=card, story=told.story, not_wanted=told.not_wanted, have=told.have, starts=told.starts, ends=told.ends,
        reported_at=told.reported_at, promises=_promises(session, row.id), readiness=readiness(session, row.party_id),
        successes=_tales(session, office, Offer.party_id == row.party_id),
        peers=_peers(session, office, card, row.party_id, row.region_code),
    )  # fmt: skip


def _may_be_read(row: Row[Any]) -> bool:
    """Open needs, and met ones for as long as somebody keeps the address."""
    return row.state is ReportState.OPEN or row.closed_because == CloseReason.MET.value


def _of_library(party_id: int) -> Any:
    return Match.challenge_id.in_(select(Challenge.id).where(Challenge.party_id == party_id))


def _promises(session: Session, challenge_id: int) -> list[Promise]:
    """Agreed and finished lines of a challenge; experience is no promise of goods."""
    pairs = lines.read(
        session, Match.challenge_id == challenge_id, Match.state.in_((MatchState.AGREED, MatchState.DONE)),
        Match.mode != Mode.EXPERIENCE,
    )  # fmt: skip
    givers = select(Offer.id, Party.name, Party.sector).join(Party, Offer.party_id == Party.id)
    names = {
        row.id: row for row in session.execute(givers.where(Offer.id.in_({match.offer_id for match, _ in pairs})))
    }
    return [
        Promise(
            names[match.offer_id].name, names[match.offer_id].sector, match.quantity, match.state, line.delivered, match.due
        )
        for match, line in pairs
    ]


def readiness(session: Session, party_id: int) -> Readiness:
    """The latest fact of each code, sorted into what holds, what is lacking, and what nobody has said."""
    told = select(Fact).where(Fact.party_id == party_id, Fact.retracted_at.is_(None)).order_by(Fact.as_of, Fact.id)
    latest = {fact.code: fact for fact in session.scalars(told)}
    yes_no = [code for code in FactCode if code.kind is FactKind.YES_NO]
    return Readiness(
        holds=[code for code in yes_no if code in latest and latest[code].value],
        numbers=[(code, latest[code].value) for code in FactCode if code in latest and code.kind is FactKind.NUMBER],
        lacks=[code for code in yes_no if code in latest and not latest[code].value],
        unknown=[code for code in FactCode if code not in latest],
        as_of=max((fact.as_of for fact in latest.values()), default=None),
        provenance=next((fact.provenance for fact in latest.values() if fact.provenance), None),
    )


# --- successes -------------------------------------------------------------------------------------------------------


def _told(office: Office) -> Select[Any]:
    """Open success stories of verified libraries."""
    return (
        select(
            Offer.code, Offer.title, Offer.words, Offer.category, Offer.strategy, Offer.provenance,
            Party.name.label("library"), Party.slug, _Village.name.label("village"), _Village.lat, _Village.lon,
        )  # fmt: skip
        .join(Party, Offer.party_id == Party.id)
        .outerjoin(_Village, Party.region_code == _Village.code)
        .where(
            Offer.office_id == office.id, Offer.mode == Mode.EXPERIENCE, Offer.state == ReportState.OPEN,
            Party.verification == Verification.VERIFIED, Party.kind == PartyKind.LIBRARY,
        )  # fmt: skip
    )


def _tale(row: Row[Any], km: float | None = None) -> Tale:
    return Tale(
        row.code, row.title, row.words, row.category, row.strategy, row.library, row.slug, row.village or "",
        row.provenance, km,
    )  # fmt: skip


def _tales(session: Session, office: Office, *where: Any) -> list[Tale]:
    return [_tale(row) for row in session.execute(_told(office).where(*where).order_by(Offer.id))]


def _peers(session: Session, office: Office, card: Card, party_id: int, region_code: str | None) -> list[Tale]:
    """Other libraries' successes of the same kind, nearest first."""
    rows = session.execute(_told(office).where(Offer.category == card.category, Offer.party_id != party_id)).all()
    here = session.get(Region, region_code) if region_code else None
    tales = [_tale(row, _km(here, row)) for row in rows]
    return sorted(tales, key=lambda tale: (tale.km is None, tale.km or 0.0, tale.code))[:PEERS]


def _km(here: Region | None, row: Row[Any]) -> float | None:
    """Kilometres over the ground (haversine) between a place and a row with coordinates; None where one is unknown."""
    if here is None or here.lat is None or here.lon is None or row.lat is None or row.lon is None:
        return None
    a, b, c, d = (math.radians(part) for part in (here.lat, here.lon, row.lat, row.lon))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(h, 1.0)))


# --- a library -------------------------------------------------------------------------------------------------------


def library(session: Session, office: Office, slug: str, *, at: dt.datetime) -> Library:
    """One library by the name in its address; NotFound where there is none, or where it was merged into another."""
    day = lines.today(at)
    mine = Party.office_id == office.id, Party.slug == slug, Party.kind == PartyKind.LIBRARY, Party.merged_into_id.is_(None)
    party = session.scalar(select(Party).where(*mine))
    if party is None:
        raise NotFound(kind="party", id=slug)
    known = _lines(session, office, _of_library(party.id))
    rows = session.execute(_cards(office).where(Challenge.party_id == party.id, _shown(day)).order_by(Challenge.id))
    village, kecamatan = _place(session, party.region_code)
    return Library(
        name=party.name, slug=party.slug, about=party.about, village=village, kecamatan=kecamatan,
        provenance=party.provenance, needs=[_card(row, known, day) for row in rows],
        successes=_by_strategy(_tales(session, office, Offer.party_id == party.id)),
        readiness=readiness(session, party.id),
    )  # fmt: skip


def _place(session: Session, code: str | None) -> tuple[str, str]:
    """Names of a village and of the kecamatan around it."""
    if code is None:
        return "", ""
    codes = (code, code[:_KECAMATAN])
    names = dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(codes))).tuples())
    return names.get(code, ""), names.get(codes[1], "")


def _by_strategy(tales: Iterable[Tale]) -> dict[Strategy | None, list[Tale]]:
    grouped: dict[Strategy | None, list[Tale]] = {strategy: [] for strategy in Strategy}
    for tale in tales:
        grouped.setdefault(tale.strategy, []).append(tale)
    return grouped


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


def _latest(session: Session, office: Office) -> list[Done]:
    """Lines that were carried out, the newest first."""
    giver = aliased(Party)
    rows = session.execute(
        select(
            Challenge.code, Challenge.title, giver.name.label("giver"), Party.name.label("library"), Party.slug,
            Match.quantity, Challenge.unit, Match.every, Match.closed_at, Match.occurred_on, Challenge.provenance,
        )  # fmt: skip
        .join(Challenge, Match.challenge_id == Challenge.id)
        .join(Party, Challenge.party_id == Party.id)
        .join(Offer, Match.offer_id == Offer.id)
        .join(giver, Offer.party_id == giver.id)
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
