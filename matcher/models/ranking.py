"""Weights, and what is derived from them and from texts; derived rows may be dropped at any moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from matcher.models.base import Base
from matcher.vocabulary import (
    Subject,
)


class Weights(Base):
    """One version of an office's weights; the one used last is in force."""

    __tablename__ = "weights"
    __table_args__ = (UniqueConstraint("office_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    number: Mapped[int]
    points: Mapped[dict[str, float]] = mapped_column(comment="factor → points; they sum to 100")
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None] = mapped_column(comment="since when it is in force")
    dropped_at: Mapped[dt.datetime | None] = mapped_column(comment="when the office said no to a proposal")
    learned: Mapped[dict[str, Any] | None] = mapped_column(comment="what `weighing.Learned` knows; empty: set by hand")
    card: Mapped[dict[str, Any] | None] = mapped_column(comment="what it was learned from, how good it is, for whom")


class Suggestion(Base):
    """Derived: a scored pair nobody has decided; may be dropped and rebuilt at any moment."""

    __tablename__ = "suggestion"
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), primary_key=True, index=True)
    rank: Mapped[int] = mapped_column(comment="1 is best; peers' experience is ranked apart")
    experience: Mapped[bool] = mapped_column(comment="library to library")
    score: Mapped[float] = mapped_column(comment="points of 100")
    certainty: Mapped[float] = mapped_column(comment="share of the weight that is known")
    ready: Mapped[bool] = mapped_column(comment="no condition is known to be broken")
    factors: Mapped[str] = mapped_column(Text, comment="JSON list in the order of FACTORS; null: unknown")
    detail: Mapped[str] = mapped_column(Text, comment="JSON: what the reasons speak of")
    weights_id: Mapped[int] = mapped_column(ForeignKey("weights.id"))


class Wording(Base):
    """Derived: the words of a challenge or an offer as scoring compares them; rebuilt where `mark` differs."""

    __tablename__ = "wording"
    subject: Mapped[Subject] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(16), comment="of the text and of the way it was read")
    stems: Mapped[str] = mapped_column(Text, comment="stems, with blanks between")
    things: Mapped[str] = mapped_column(Text, comment="codes of the things it speaks of")
    apart: Mapped[str] = mapped_column(Text, comment="stems of what is not wanted; of an offer, of what it is")
    vector: Mapped[bytes] = mapped_column(LargeBinary, comment="numbers of words and letter groups, then weights")


class Snooze(Base):
    """A challenge an officer does not want to see before a day."""

    __tablename__ = "snooze"
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(80), primary_key=True)
    until: Mapped[dt.date]
