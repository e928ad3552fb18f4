"""Reports that wait to be checked, and whom and what place a report may be written down for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.models import Challenge, Offer, Office, Party, Region, whose
from matcher.vocabulary import ReportState

PER_PAGE = 30

# --- reports that came in --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incoming:
    """A report with whoever wrote it and where they are."""

    report: Challenge | Offer
    party: Party
    place: str


def incoming(
    session: Session, office_id: int, state: ReportState = ReportState.SUBMITTED, *, most: int = PER_PAGE
) -> list[Incoming]:
    """Challenges, then offers, of the office in *state*, oldest first; at most *most* of each."""
    return [*_incoming(session, Challenge, office_id, state, most), *_incoming(session, Offer, office_id, state, most)]


def _incoming(session: Session, table: Any, office_id: int, state: ReportState, most: int) -> list[Incoming]:
    rows = session.execute(
        select(table, Party, Region.name)
        .select_from(table)
        .join(Party, Party.id == whose(table))
        .outerjoin(Region, Party.region_code == Region.code)
        .where(table.office_id == office_id, table.state == state)
        .order_by(table.id)
        .limit(most)
    )
    return [Incoming(report, party, place or "") for report, party, place in rows]


# --- who can be chosen in a form -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A party to choose, under the kecamatan it lies in."""

    id: int
    name: str
    village: str
    kecamatan: str


def libraries(session: Session, office_id: int) -> list[Named]:
    """The office's libraries, by kecamatan and name."""
    return _named(session, office_id, Party.sector.is_(None))


def givers(session: Session, office_id: int) -> list[Named]:
    """Everybody who may give: the office's stakeholders, by name."""
    return sorted(_named(session, office_id, Party.sector.is_not(None)), key=lambda row: row.name)


def _named(session: Session, office_id: int, kind: Any) -> list[Named]:
    found = session.execute(
        select(Party.id, Party.name, Party.region_code, Region.name)
        .outerjoin(Region, Party.region_code == Region.code)
        .where(Party.office_id == office_id, Party.merged_into_id.is_(None), Party.retired_at.is_(None), kind)
    ).all()
    names = _names_above(session, found)
    rows = [Named(row[0], row[1], row[3] or "", names.get(_above(row[2]), "")) for row in found]
    return sorted(rows, key=lambda row: (row.kecamatan, row.name, row.id))


def _names_above(session: Session, rows: Iterable[Any]) -> dict[str, str]:
    codes = {_above(row[2]) for row in rows}
    return dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(codes))).all())


def whereabouts(session: Session, parties: Iterable[Party]) -> dict[int, str]:
    """The name of the place of each party; empty where it is unknown."""
    codes = {party.id: party.region_code for party in parties}
    names = dict(session.execute(select(Region.code, Region.name).where(Region.code.in_(set(codes.values())))).all())
    return {party_id: names.get(code or "", "") for party_id, code in codes.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """A kecamatan with its villages, as (code, name)."""

    code: str
    name: str
    villages: list[tuple[str, str]]


def places(session: Session, office: Office) -> list[Place]:
    """The kecamatan of the office's kabupaten with their villages, by name."""
    rows = session.execute(
        select(Region.code, Region.name, Region.level).where(Region.code.startswith(f"{office.region_code}."))
    ).all()
    found = {row.code: Place(row.code, row.name, []) for row in rows if row.level == "kecamatan"}
    for row in rows:
        if row.level == "village" and _above(row.code) in found:
            found[_above(row.code)].villages.append((row.code, row.name))
    for place in found.values():
        place.villages.sort(key=lambda pair: pair[1])
    return sorted(found.values(), key=lambda place: place.name)


def _above(code: str | None) -> str:
    return ".".join((code or "").split(".")[:3])
