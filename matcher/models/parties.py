"""Places and people: regions, offices, libraries and stakeholders, what is known of their readiness."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from matcher.models.base import Base
from matcher.vocabulary import (
    FactCode,
    PartyKind,
    Provenance,
    Sector,
    Source,
    Verification,
)


class Region(Base):
    """A province, kabupaten, kecamatan or village under its Kemendagri code; names are not keys."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(String(13), primary_key=True, comment="Kemendagri code, 32.02.16.2005")
    name: Mapped[str] = mapped_column(String(80), index=True)
    level: Mapped[str] = mapped_column(String(9), comment="province, kabupaten, kecamatan or village")
    lat: Mapped[float | None] = mapped_column(comment="degrees north")
    lon: Mapped[float | None] = mapped_column(comment="degrees east")


class Office(Base):
    """A district library office."""

    __tablename__ = "office"
    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    letterhead: Mapped[str] = mapped_column(Text, default="", comment="lines of the letterhead")
    place: Mapped[str] = mapped_column(String(80), default="", comment="where its papers are signed")
    frozen_on: Mapped[dt.date | None] = mapped_column(comment="the demo's day; real offices have none")
    cycle_starts: Mapped[list[str]] = mapped_column(
        default=lambda: ["01-01", "05-01", "09-01"], comment="month-day on which a cycle begins"
    )
    unit_prices: Mapped[dict[str, float]] = mapped_column(
        default=dict, comment="category → Rp for one unit, when money buys goods and the offer names no price"
    )


class Party(Base):
    """A library or a stakeholder; personal values live here and nowhere else."""

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint("(kind = 'library') = (sector IS NULL)", "givers_have_a_sector"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", "not_merged_into_itself"),
        UniqueConstraint("office_id", "slug"),
        Index("ix_party_ref", "office_id", "ref"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    kind: Mapped[PartyKind]
    sector: Mapped[Sector | None]
    name: Mapped[str] = mapped_column(String(160))
    slug: Mapped[str] = mapped_column(String(80), comment="name in an address")
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    verification: Mapped[Verification] = mapped_column(default=Verification.UNVERIFIED)
    about: Mapped[str] = mapped_column(Text, default="", comment="public, in its own words")
    contact_name: Mapped[str] = mapped_column(String(120), default="", comment="personal")
    contact_title: Mapped[str] = mapped_column(String(120), default="", comment="jabatan; personal")
    contact_phone: Mapped[str] = mapped_column(String(32), default="", comment="personal")
    head_name: Mapped[str] = mapped_column(String(120), default="", comment="village head; personal")
    private_note: Mapped[str] = mapped_column(Text, default="", comment="the office's own")
    ref: Mapped[str | None] = mapped_column(String(80), comment="its name in somebody else's list")
    provenance: Mapped[Provenance | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True)
    retired_at: Mapped[dt.datetime | None] = mapped_column(comment="when the import that brought it was taken back")

    region: Mapped[Region | None] = relationship(lazy="raise_on_sql")


def family(party_id: int) -> Select[int]:
    """Ids of a party and of all that were merged into it: whatever belongs to one of them belongs to it."""
    return select(Party.id).where(or_(Party.id == party_id, Party.merged_into_id == party_id))


def whose(row: Any) -> ScalarSelect[int]:
    """Id of the party that a row with a ``party_id`` belongs to: its own, or the one that was merged into."""
    own = aliased(Party)
    owner = select(func.coalesce(own.merged_into_id, own.id)).where(own.id == row.party_id)
    return owner.correlate_except(own).scalar_subquery()


class Fact(Base):
    """What is known of a library's readiness; the latest *as of* wins, a retracted one counts no more."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_party_code", "party_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    code: Mapped[FactCode]
    value: Mapped[float] = mapped_column(comment="a number; yes is 1, no is 0")
    as_of: Mapped[dt.date]
    source: Mapped[Source]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    recorded_at: Mapped[dt.datetime]
    retracted_at: Mapped[dt.datetime | None]
    provenance: Mapped[Provenance | None]
