"""Libraries and stakeholders as the office reads them: the list with its filters, one of each whole, likely twins.

The number of queries does not depend on how many there are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from matcher import lines
from matcher.errors import NotFound
from matcher.models import Challenge, Fact, Match, Offer, Office, Party, Proof, Region, family
from matcher.queries import partnerships
from matcher.queries.partnerships import Row
from matcher.vocabulary import (
    FactCode,
    MatchState,
    PartyKind,
    ProofKind,
    ReportState,
    Sector,
    Verification,
)

PAGE = 24
KECAMATAN = 8  #: characters of a kecamatan's code, 32.02.16
_NEWEST = 30  #: lines shown of one party

Village, District = aliased(Region), aliased(Region)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the officer filters by."""

    kind: PartyKind | None = None
    kecamatan: str = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Known:
    """One party in the list."""

    id: int
    kind: PartyKind
    sector: Sector | None
    name: str
    verification: Verification
    village: str
    kecamatan: str
    needs: int = 0
    offers: int = 0
    helped: dt.date | None = None  #: when something last arrived, as giver or as taker
    facts: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of parties, with the kecamatan to choose from."""

    rows: list[Known]
    total: int
    page: int
    pages: int
    kecamatan: list[tuple[str, str]]


def standing(office: Office) -> tuple[Any, ...]:
    """Parties of the office that stand for themselves and were not taken back."""
    return (Party.office_id == office.id, Party.merged_into_id.is_(None), Party.retired_at.is_(None))


def _told() -> Select[*tuple[Any, ...]]:
    columns = (Party.id, Party.kind, Party.sector, Party.name, Party.verification)
    return (
        select(*columns, func.coalesce(Village.name, ""), func.coalesce(District.name, ""))
        .select_from(Party)
        .outerjoin(Village, Party.region_code == Village.code)
        .outerjoin(District, func.substr(Party.region_code, 1, KECAMATAN) == District.code)
    )


def listing(session: Session, office: Office, wish: Wish) -> Listing:
    """The parties that answer *wish*, by name, one page of them."""
    where = [*standing(office), *_filters(wish)]
    total = session.scalar(select(func.count()).select_from(_told().where(*where).subquery())) or 0
    pages = max(math.ceil(total / PAGE), 1)
    page = min(max(wish.page, 1), pages)
    rows = _told().where(*where).order_by(func.lower(Party.name), Party.id).limit(PAGE).offset((page - 1) * PAGE)
    return Listing(_counted(session, [Known(*row) for row in session.execute(rows)]), total, page, pages, _around(
        session, office
    ))  # fmt: skip


def ids(office: Office, wish: Wish) -> Select[int]:
    """Ids of all parties that answer *wish*, to choose rows of them by."""
    return _told().with_only_columns(Party.id).where(*standing(office), *_filters(wish))


def _filters(wish: Wish) -> list[Any]:
    where: list[Any] = [] if wish.kind is None else [Party.kind == wish.kind]
    if wish.kecamatan:
        where.append(or_(Party.region_code == wish.kecamatan, Party.region_code.startswith(f"{wish.kecamatan}.")))
    if words := wish.words.lower().split()[:8]:
        merged = aliased(Party)
        other_names = select(merged.merged_into_id).where(
            merged.merged_into_id.is_not(None), *(_says(func.lower(merged.name), word) for word in words)
        )
        said = func.lower(Party.name + " " + func.coalesce(Village.name, ""))
        where.append(or_(and_(*(_says(said, word) for word in words)), Party.id.in_(other_names)))
    return where


def _says(text: Any, word: str) -> Any:
    return text.contains(word, autoescape=True)


def _around(session: Session, office: Office) -> list[tuple[str, str]]:
    """The kecamatan of the office, by name."""
    mine = (Region.code.startswith(f"{office.region_code}."), Region.level == "kecamatan")
    rows = session.execute(select(Region.code, Region.name).where(*mine).order_by(Region.name))
    return [(row.code, row.name) for row in rows]


def some(session: Session, office: Office, ids: Iterable[int]) -> list[Known]:
    """The office's parties of those ids, in their order, as the list shows them; unknown ones are left out."""
    wanted = list(dict.fromkeys(ids))
    rows = session.execute(_told().where(*standing(office), Party.id.in_(wanted)))
    found = {row[0]: Known(*row) for row in rows}
    return _counted(session, [found[party_id] for party_id in wanted if party_id in found])


def _counted(session: Session, rows: Sequence[Known]) -> list[Known]:
    """The same rows with what stands and what is known of each."""
    ids = [row.id for row in rows]
    needs = _count(session, ids, Challenge, func.count(), Challenge.state == ReportState.OPEN)
    offers = _count(session, ids, Offer, func.count(), Offer.state == ReportState.OPEN)
    facts = _count(session, ids, Fact, func.count(Fact.code.distinct()), Fact.retracted_at.is_(None))
    helped = {**_helped(session, ids, Offer, Match.offer_id), **_helped(session, ids, Challenge, Match.challenge_id)}
    return [
        Known(
            row.id, row.kind, row.sector, row.name, row.verification, row.village, row.kecamatan,
            needs.get(row.id, 0), offers.get(row.id, 0), helped.get(row.id), facts.get(row.id, 0),
        )
        for row in rows
    ]  # fmt: skip


def _count(session: Session, ids: Sequence[int], table: Any, what: Any, *where: Any) -> dict[int, int]:
    """Party → how many of its rows satisfy *where*; rows of merged parties count for the kept one."""
    own = aliased(Party)
    owner = func.coalesce(own.merged_into_id, own.id)
    rows = select(owner, what).select_from(table).join(own, table.party_id == own.id)
    return dict(session.execute(rows.where(owner.in_(ids), *where).group_by(owner)).all())


def _helped(session: Session, ids: Sequence[int], side: Any, column: Any) -> dict[int, dt.date]:
    """Party → the last day on which something arrived on a line of its."""
    own = aliased(Party)
    owner = func.coalesce(own.merged_into_id, own.id)
    counting = (MatchState.AGREED, MatchState.DONE, MatchState.CANCELLED)
    rows = (
        select(owner, func.max(func.coalesce(Proof.on, Match.occurred_on)))
        .select_from(Match)
        .join(side, column == side.id)
        .join(own, side.party_id == own.id)
        .outerjoin(Proof, and_(Proof.match_id == Match.id, Proof.kind == ProofKind.HANDOVER))
        .where(owner.in_(ids), Match.state.in_(counting))
        .group_by(owner)
    )
    return {party_id: day for party_id, day in session.execute(rows) if day is not None}


# --- one party -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """One party with all that is its."""

    party: Party
    village: str
    kecamatan: str
    facts: list[tuple[FactCode, Fact | None]]
    needs: list[Challenge]
    offers: list[Offer]
    lines: list[Row]
    merged: list[Party]


def find(session: Session, office: Office, party_id: int) -> Party:
    """The office's party of that id; NotFound where it is another office's or was taken back."""
    party = lines.get(session, Party, party_id)
    if party.office_id != office.id or party.retired_at is not None:
        raise NotFound(kind="party", id=party_id)
    return party


def whole(session: Session, office: Office, party: Party, *, at: dt.datetime) -> Whole:
    """Everything about *party*, and about what was merged into it."""
    mine = family(party.id)
    village, kecamatan = _place(session, party.region_code)
    told = select(Fact).where(Fact.party_id.in_(mine), Fact.retracted_at.is_(None)).order_by(Fact.as_of, Fact.id)
    known = {fact.code: fact for fact in session.scalars(told)}
    needs = select(Challenge).where(Challenge.party_id.in_(mine)).order_by(Challenge.id.desc())
    offers = select(Offer).where(Offer.party_id.in_(mine)).order_by(Offer.id.desc())
    of_party = or_(
        Match.challenge_id.in_(select(Challenge.id).where(Challenge.party_id.in_(mine))),
        Match.offer_id.in_(select(Offer.id).where(Offer.party_id.in_(mine))),
    )
    rows = partnerships.rows(session, office.id, lines.today(at), of_party, Match.state != MatchState.DECLINED)
    return Whole(
        party, village, kecamatan, _facts(party, known),
        list(session.scalars(needs)), list(session.scalars(offers)), rows[: -_NEWEST - 1 : -1],
        list(session.scalars(select(Party).where(Party.id.in_(mine), Party.id != party.id).order_by(Party.id))),
    )  # fmt: skip


def _facts(party: Party, known: dict[FactCode, Fact]) -> list[tuple[FactCode, Fact | None]]:
    """What is asked of every library, with what is known of it."""
    return [(code, known.get(code)) for code in FactCode] if party.kind is PartyKind.LIBRARY else []


def _place(session: Session, code: str | None) -> tuple[str, str]:
    rows = select(Region.code, Region.name).where(Region.code.in_([code or "", (code or "")[:KECAMATAN]]))
    names = {row.code: row.name for row in session.execute(rows)}
    village = names.get(code or "", "")
    return village, names.get((code or "")[:KECAMATAN], "") if code and code.count(".") > 2 else ""


# --- what may be merged ----------------------------------------------------------------------------------------------


def alike(session: Session, row: Challenge | Offer) -> Sequence[Challenge | Offer]:
    """Other open reports of the same party and kind, newest first: what *row* may be merged with."""
    table: Any = type(row)
    owner = lines.owner(session, row.party_id)
    rows = select(table).where(table.party_id.in_(family(owner.id)), table.category == row.category, table.id != row.id)
    standing = (ReportState.OPEN, ReportState.PAUSED)
    return session.scalars(rows.where(table.state.in_(standing)).order_by(table.id.desc()).limit(20)).all()
