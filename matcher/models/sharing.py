"""Plans of a district with what they give and leave short, and the officer's word on single pairs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from matcher.models.base import Base


class Plan(Base):
    """How all of a district's offers might be shared out, as worked out at one moment.

    Moments, not a state: worked out at `made_at`, put forward as proposals at `published_at`, taken back at
    `undone_at`.
    """

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        CheckConstraint("undone_at IS NULL OR published_at IS NOT NULL", "published_before_undone"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    number: Mapped[int]
    setting: Mapped[str] = mapped_column(String(16), comment="best_fit, balanced or most_even")
    day: Mapped[dt.date] = mapped_column("on_day", comment="the day it was worked out for")
    before_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), comment="the plan it is compared with")
    figures: Mapped[dict[str, Any]] = mapped_column(comment="setting → what it reaches and costs; how exact it is")
    shortage: Mapped[dict[str, Any]] = mapped_column(comment="what stays unmet, and which new offer would help most")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class PlanRow(Base):
    """So much of an offer for a challenge, in a plan; one with `gone` stood in the plan before and does no more."""

    __tablename__ = "plan_row"
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(comment="in the challenge's unit")
    offer_quantity: Mapped[Decimal] = mapped_column(comment="the same in the offer's unit")
    before: Mapped[Decimal | None] = mapped_column(comment="what the plan before gave; empty: it was not there")
    score: Mapped[float] = mapped_column(comment="points of 100")
    pinned: Mapped[bool] = mapped_column(comment="the officer keeps it as it is")
    gone: Mapped[bool] = mapped_column(default=False)
    told: Mapped[dict[str, Any]] = mapped_column(comment="what its sentence speaks of")
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"), comment="the proposal it became")


class PlanGap(Base):
    """A challenge that a plan leaves short, and why."""

    __tablename__ = "plan_gap"
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), primary_key=True)
    lacking: Mapped[Decimal | None] = mapped_column(comment="in its unit; empty: nobody said how much it needs")
    given: Mapped[Decimal] = mapped_column(comment="what the plan gives it")
    reason: Mapped[str] = mapped_column(String(16), comment="why there is no more")
    told: Mapped[dict[str, Any]] = mapped_column(comment="what its sentence speaks of")


class Pin(Base):
    """The officer's word on a pair, which every plan keeps: so much and no other number, or never."""

    __tablename__ = "pin"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity > 0", "quantity_positive"),
        CheckConstraint("keep = (quantity IS NOT NULL)", "kept_with_a_number"),
        Index("uq_pin_live", "challenge_id", "offer_id", unique=True,
              sqlite_where=text("dropped_at IS NULL"), postgresql_where=text("dropped_at IS NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    keep: Mapped[bool] = mapped_column(comment="true: Kunci, false: Jangan")
    quantity: Mapped[Decimal | None] = mapped_column(comment="in the challenge's unit, where it is kept")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    dropped_at: Mapped[dt.datetime | None]
