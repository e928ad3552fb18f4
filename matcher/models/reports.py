"""What is lacked and what is offered, and what a giver will not do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.models.base import Base
from matcher.models.parties import Party
from matcher.vocabulary import (
    Category,
    Every,
    Mode,
    Provenance,
    ReportState,
    RuleKind,
    Source,
    Strategy,
    Urgency,
)


class Challenge(Base):
    """One shortage of one library."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity > 0", "quantity_positive"),
        CheckConstraint("have IS NULL OR have >= 0", "have_not_negative"),
        CheckConstraint("starts IS NULL OR ends IS NULL OR starts <= ends", "starts_before_ends"),
        CheckConstraint("(state = 'closed') = (closed_because IS NOT NULL)", "closed_for_a_reason"),
        Index("ix_challenge_desk", "office_id", "state", "category"),
        Index("ix_challenge_ref", "office_id", "ref"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True, comment="K-0123")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    category: Mapped[Category]
    title: Mapped[str] = mapped_column(String(200), comment="one sentence")
    quantity: Mapped[Decimal | None] = mapped_column(comment="in unit, per every; empty: nobody said")
    unit: Mapped[str] = mapped_column(String(16))
    have: Mapped[Decimal | None] = mapped_column(comment="what there is already, in unit")
    every: Mapped[Every | None]
    starts: Mapped[dt.date | None]
    ends: Mapped[dt.date | None]
    urgency: Mapped[Urgency | None]
    story: Mapped[str] = mapped_column(Text, default="")
    not_wanted: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="", comment="columns of an import nobody knew; office only")
    valid_until: Mapped[dt.date | None]
    confirmed_on: Mapped[dt.date | None] = mapped_column(comment="last time somebody said it still holds")
    reported_at: Mapped[dt.datetime]
    source: Mapped[Source]
    ref: Mapped[str | None] = mapped_column(String(80), comment="its name in somebody else's list")
    provenance: Mapped[Provenance | None]
    state: Mapped[ReportState]
    closed_because: Mapped[str | None] = mapped_column(String(32))
    version: Mapped[int] = mapped_column()

    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Offer(Base):
    """What can be given; an offer of mode *experience* is a library's success story."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity > 0", "quantity_positive"),
        CheckConstraint("unit_price IS NULL OR unit_price > 0", "price_positive"),
        CheckConstraint("starts IS NULL OR ends IS NULL OR starts <= ends", "starts_before_ends"),
        CheckConstraint("share_min IS NULL OR share_max IS NULL OR share_min <= share_max", "shares_in_order"),
        CheckConstraint("answer_days > 0", "answer_window"),
        CheckConstraint("(state = 'closed') = (closed_because IS NOT NULL)", "closed_for_a_reason"),
        Index("ix_offer_desk", "office_id", "state", "category"),
        Index("ix_offer_ref", "office_id", "ref"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True, comment="T-0045")
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), comment="empty: national")
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    category: Mapped[Category]
    mode: Mapped[Mode]
    title: Mapped[str] = mapped_column(String(200), comment="one sentence")
    words: Mapped[str] = mapped_column(Text, default="", comment="what was said")
    quantity: Mapped[Decimal | None] = mapped_column(comment="in unit, per every; empty: belum ditentukan")
    unit: Mapped[str] = mapped_column(String(16))
    unit_price: Mapped[Decimal | None] = mapped_column(comment="Rp for one unit of goods that the money buys")
    every: Mapped[Every | None]
    starts: Mapped[dt.date | None]
    ends: Mapped[dt.date | None]
    area: Mapped[list[str]] = mapped_column(default=list, comment="region codes it reaches; empty: everywhere")
    online: Mapped[bool] = mapped_column(default=False, comment="can be given over the line")
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(default=list, comment="[{fact, op, value}]")
    share_min: Mapped[Decimal | None] = mapped_column(comment="smallest part for one library, in unit")
    share_max: Mapped[Decimal | None] = mapped_column(comment="largest part for one library, in unit")
    answer_days: Mapped[int] = mapped_column(default=14)
    follow_on_cost: Mapped[str] = mapped_column(Text, default="", comment="what it will cost the library later")
    notes: Mapped[str] = mapped_column(Text, default="", comment="columns of an import nobody knew; office only")
    valid_until: Mapped[dt.date | None]
    paused_until: Mapped[dt.date | None]
    strategy: Mapped[Strategy | None] = mapped_column(comment="of a success story")
    made_at: Mapped[dt.datetime]
    source: Mapped[Source]
    ref: Mapped[str | None] = mapped_column(String(80), comment="its name in somebody else's list")
    provenance: Mapped[Provenance | None]
    state: Mapped[ReportState]
    closed_because: Mapped[str | None] = mapped_column(String(32))
    version: Mapped[int] = mapped_column()

    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Rule(Base):
    """What a giver will not do, learned from a refusal; never suggested against it again."""

    __tablename__ = "rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True, comment="the giver")
    kind: Mapped[RuleKind]
    library_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    made_at: Mapped[dt.datetime]
    retracted_at: Mapped[dt.datetime | None]
