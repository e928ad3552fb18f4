"""One need and one library as anybody may read them: story, readiness, successes, neighbours; no contacts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from matcher import lines
from matcher.errors import NotFound
from matcher.models import Challenge, Fact, Match, Offer, Office, Party, Region, family, whose
from matcher.queries.public import KECAMATAN, Card, Village, card_of, cards_of, lines_of, shown
from matcher.vocabulary import (
    Category,
    CloseReason,
    FactCode,
    FactKind,
    MatchState,
    Mode,
    PartyKind,
    Provenance,
    ReportState,
    Sector,
    Strategy,
    Verification,
)

PEERS = 4  #: neighbours shown beside a need


# --- rows ------------------------------------------------------------------------------------------------------------


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


# --- one need --------------------------------------------------------------------------------------------------------


def need(session: Session, office: Office, code: str, *, at: dt.datetime) -> Need:
    """One need by its code; NotFound where it may not be seen."""
    day = lines.today(at)
    row = session.execute(cards_of(office).where(Challenge.code == code.strip().upper())).first()
    told = session.get(Challenge, row.id) if row is not None else None
    if row is None or told is None or not _may_be_read(row):
        raise NotFound(kind="challenge", id=code)
    card = card_of(row, lines_of(session, office, _of_library(row.party_id)), day)
    return Need(
        card=card, story=told.story, not_wanted=told.not_wanted, have=told.have, starts=told.starts, ends=told.ends,
        reported_at=told.reported_at, promises=_promises(session, row.id), readiness=readiness(session, row.party_id),
        successes=_tales(session, office, Offer.party_id.in_(family(row.party_id))),
        peers=_peers(session, office, card, row.party_id, row.region_code),
    )  # fmt: skip


def _may_be_read(row: Row[Any]) -> bool:
    """Open needs, and met ones for as long as somebody keeps the address."""
    return row.state is ReportState.OPEN or row.closed_because == CloseReason.MET.value


def _of_library(party_id: int) -> Any:
    return Match.challenge_id.in_(select(Challenge.id).where(Challenge.party_id.in_(family(party_id))))


def _promises(session: Session, challenge_id: int) -> list[Promise]:
    """Agreed and finished lines of a challenge; experience is no promise of goods."""
    pairs = lines.read(
        session, Match.challenge_id == challenge_id, Match.state.in_((MatchState.AGREED, MatchState.DONE)),
        Match.mode != Mode.EXPERIENCE,
    )  # fmt: skip
    givers = select(Offer.id, Party.name, Party.sector).select_from(Offer).join(Party, Party.id == whose(Offer))
    names = {row.id: row for row in session.execute(givers.where(Offer.id.in_({match.offer_id for match, _ in pairs})))}
    return [
        Promise(
            names[match.offer_id].name,
            names[match.offer_id].sector,
            match.quantity,
            match.state,
            line.delivered,
            match.due,
        )
        for match, line in pairs
    ]


def readiness(session: Session, party_id: int) -> Readiness:
    """The latest fact of each code, sorted into what holds, what is lacking, and what nobody has said."""
    told = select(Fact).where(Fact.party_id.in_(family(party_id)), Fact.retracted_at.is_(None))
    latest = {fact.code: fact for fact in session.scalars(told.order_by(Fact.as_of, Fact.id))}
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


_TOLD = (
    Offer.code, Offer.title, Offer.words, Offer.category, Offer.strategy, Offer.provenance,
    Party.name.label("library"), Party.slug, Village.name.label("village"), Village.lat, Village.lon,
)  # fmt: skip


def _told(office: Office) -> Select[*tuple[Any, ...]]:
    """Open success stories of verified libraries."""
    return (
        select(*_TOLD)
        .select_from(Offer)
        .join(Party, Party.id == whose(Offer))
        .outerjoin(Village, Party.region_code == Village.code)
        .where(
            Offer.office_id == office.id,
            Offer.mode == Mode.EXPERIENCE,
            Offer.state == ReportState.OPEN,
            Party.verification == Verification.VERIFIED,
            Party.kind == PartyKind.LIBRARY,
        )
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
    rows = session.execute(_told(office).where(Offer.category == card.category, Party.id != party_id)).all()
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
    """One library by the name in its address, or by that of one merged into it; NotFound where there is none."""
    day = lines.today(at)
    mine = select(Party).where(Party.office_id == office.id, Party.slug == slug, Party.kind == PartyKind.LIBRARY)
    party = session.scalar(mine)
    if party is not None and party.merged_into_id is not None:
        party = lines.owner(session, party.id)
    if party is None or party.retired_at is not None:
        raise NotFound(kind="party", id=slug)
    known = lines_of(session, office, _of_library(party.id))
    rows = session.execute(cards_of(office).where(Party.id == party.id, shown(day)).order_by(Challenge.id))
    village, kecamatan = _place(session, party.region_code)
    return Library(
        name=party.name, slug=party.slug, about=party.about, village=village, kecamatan=kecamatan,
        provenance=party.provenance, needs=[card_of(row, known, day) for row in rows],
        successes=_by_strategy(_tales(session, office, Party.id == party.id)),
        readiness=readiness(session, party.id),
    )  # fmt: skip


def _place(session: Session, code: str | None) -> tuple[str, str]:
    """Names of a village and of the kecamatan around it."""
    if code is None:
        return "", ""
    codes = (code, code[:KECAMATAN])
    names = dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(codes))).all())
    return names.get(code, ""), names.get(codes[1], "")


def _by_strategy(tales: Iterable[Tale]) -> dict[Strategy | None, list[Tale]]:
    grouped: dict[Strategy | None, list[Tale]] = {strategy: [] for strategy in Strategy}
    for tale in tales:
        grouped.setdefault(tale.strategy, []).append(tale)
    return grouped
