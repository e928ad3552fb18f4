"""Lines from proposal to proof, the agreements that group them, their papers."""

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
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.models.base import Base
from matcher.models.reports import Challenge, Offer
from matcher.vocabulary import (
    AgreementKind,
    AgreementState,
    Every,
    MatchState,
    Mode,
    ProofKind,
    ShortReason,
)

_CONSENTS = "consent_giver_at IS NOT NULL AND consent_taker_at IS NOT NULL"
_PAPER = (
    "consent_office_at IS NOT NULL AND agreement_id IS NOT NULL AND quantity IS NOT NULL AND offer_quantity IS NOT NULL"
)


class Match(Base):
    """One line between a challenge and an offer, from proposal through commitment to delivery."""

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint(
            f"state NOT IN ('agreed', 'done') OR recorded OR ({_CONSENTS} AND (mode = 'experience' OR ({_PAPER})))",
            "agreed_means_consents_and_agreement",
        ),
        CheckConstraint("state NOT IN ('declined', 'cancelled') OR reason IS NOT NULL", "ended_for_a_reason"),
        CheckConstraint("reason <> 'other' OR reason_note <> ''", "other_needs_words"),
        CheckConstraint("quantity IS NULL OR quantity > 0", "quantity_positive"),
        CheckConstraint("offer_quantity IS NULL OR offer_quantity > 0", "offer_quantity_positive"),
        CheckConstraint("starts IS NULL OR ends IS NULL OR starts <= ends", "starts_before_ends"),
        CheckConstraint("(state IN ('done', 'declined', 'cancelled')) = (closed_at IS NOT NULL)", "ended_at_a_time"),
        CheckConstraint("NOT recorded OR occurred_on IS NOT NULL", "recorded_has_its_day"),
        Index("uq_match_live", "challenge_id", "offer_id", unique=True,
              sqlite_where=text("state = 'proposed'"), postgresql_where=text("state = 'proposed'")),
        Index("ix_match_offer", "offer_id", "state"),
        Index("ix_match_challenge", "challenge_id", "state"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True, comment="J-0007")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    mode: Mapped[Mode] = mapped_column(comment="the offer's, as it was: says which consents are needed")
    quantity: Mapped[Decimal | None] = mapped_column(comment="in the challenge's unit; empty: no number yet")
    offer_quantity: Mapped[Decimal | None] = mapped_column(comment="the same in the offer's unit")
    every: Mapped[Every | None]
    starts: Mapped[dt.date | None]
    ends: Mapped[dt.date | None]
    due: Mapped[dt.date | None]
    answer_by: Mapped[dt.date | None] = mapped_column(comment="last day of the answer window")
    consent_office_at: Mapped[dt.datetime | None]
    consent_office_quantity: Mapped[Decimal | None]
    consent_giver_at: Mapped[dt.datetime | None]
    consent_giver_quantity: Mapped[Decimal | None]
    consent_taker_at: Mapped[dt.datetime | None]
    consent_taker_quantity: Mapped[Decimal | None]
    consent_note: Mapped[str] = mapped_column(Text, default="", comment="who said yes for whom, and where")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    score: Mapped[float | None] = mapped_column(comment="points of 100, as the decision saw it")
    factors: Mapped[dict[str, Any] | None] = mapped_column(comment="the frozen suggestion: factors, detail, weights")
    weights_id: Mapped[int | None] = mapped_column(ForeignKey("weights.id"))
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("challenge.id"), comment="the more urgent one")
    waiver: Mapped[str] = mapped_column(Text, default="", comment="why more than needed is agreed")
    reason: Mapped[str | None] = mapped_column(String(32))
    reason_note: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    recorded: Mapped[bool] = mapped_column(default=False, comment="an old partnership, entered afterwards")
    occurred_on: Mapped[dt.date | None]
    ref: Mapped[str | None] = mapped_column(String(80), comment="its name in somebody else's list")
    state: Mapped[MatchState]
    version: Mapped[int] = mapped_column()

    challenge: Mapped[Challenge] = relationship(lazy="raise_on_sql", foreign_keys=[challenge_id])
    offer: Mapped[Offer] = relationship(lazy="raise_on_sql")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise_on_sql")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Agreement(Base):
    """What groups lines: a spoken word, a commitment record, a draft for the legal bureau."""

    __tablename__ = "agreement"
    __table_args__ = (CheckConstraint("state = 'draft' OR signed_on IS NOT NULL", "in_force_since_a_day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True, comment="A-0003")
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    kind: Mapped[AgreementKind]
    number: Mapped[str] = mapped_column(String(80), default="", comment="nomor surat")
    place: Mapped[str] = mapped_column(String(80), default="")
    signed_on: Mapped[dt.date | None]
    valid_until: Mapped[dt.date | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    state: Mapped[AgreementState]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Proof(Base):
    """An observed fact about a line; never edited, corrections are rows."""

    __tablename__ = "proof"
    __table_args__ = (
        CheckConstraint("kind = 'correction' OR quantity >= 0", "only_corrections_are_negative"),
        CheckConstraint("(kind = 'verification') = (verifies_id IS NOT NULL)", "verification_of_a_proof"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), index=True)
    kind: Mapped[ProofKind]
    on: Mapped[dt.date] = mapped_column("on_day")
    period: Mapped[dt.date | None] = mapped_column(comment="first day of the period, where the line recurs")
    quantity: Mapped[Decimal] = mapped_column(comment="in the challenge's unit")
    working: Mapped[Decimal | None] = mapped_column(comment="of them in working order")
    users: Mapped[int | None] = mapped_column(comment="people a month")
    why_different: Mapped[ShortReason | None]
    note: Mapped[str] = mapped_column(Text, default="")
    verifies_id: Mapped[int | None] = mapped_column(ForeignKey("proof.id"))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[dt.datetime]


class Paper(Base):
    """One version of a printed paper; names of people are filled in when it is drawn and stand nowhere here."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("agreement_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(String(24), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(comment="the rows the paper shows, without personal values")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of content")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
