"""What comes in: tables, pasted texts, what an office means by a heading, examples to learn from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from matcher.models.base import Base


class Import(Base):
    """A table that was sent in: its cells while it is looked at, and what taking it in has done.

    Moments, not a state: looked at since `made_at`, taken since `taken_at`, taken back since `undone_at`.
    """

    __tablename__ = "import"
    __table_args__ = (CheckConstraint("undone_at IS NULL OR taken_at IS NOT NULL", "taken_before_undone"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16), comment="what its rows are: challenges, offers, libraries ...")
    name: Mapped[str] = mapped_column(String(200), comment="the file's name, as sent; only shown")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), comment="of headings and cells: the same table is known again")
    headings: Mapped[list[str]] = mapped_column(comment="as they stand in the table")
    columns: Mapped[dict[str, Any]] = mapped_column(comment="position → [code of the heading, whether that is settled]")
    cells: Mapped[list[Any]] = mapped_column(
        comment="[[row number, [cell ...]] ...]; personal; emptied after seven days"
    )
    repairs: Mapped[dict[str, Any]] = mapped_column(comment="row number → {column: what it is to say}; personal")
    decisions: Mapped[dict[str, Any]] = mapped_column(comment="row number → new, add or skip, where it is like another")
    entered: Mapped[dict[str, Any]] = mapped_column(comment="row number → code that it became; not taken in again")
    acts: Mapped[list[str]] = mapped_column(comment="acts of the log in which rows entered")
    before: Mapped[dict[str, Any]] = mapped_column(comment="values the log keeps out, as they were, for taking back")
    counts: Mapped[dict[str, Any]] = mapped_column(comment="rows new, changed, the same, left to repair")
    taken_at: Mapped[dt.datetime | None]
    undone_at: Mapped[dt.datetime | None]


class ColumnChoice(Base):
    """What an office means by a heading of its own tables; the next table with it needs no question."""

    __tablename__ = "column_choice"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    heading: Mapped[str] = mapped_column(String(120), primary_key=True, comment="without case, blanks and marks")
    code: Mapped[str] = mapped_column(String(40), comment="our heading; empty: not to be read")


class SavedText(Base):
    """A text that was pasted in, and what became of each item read in it."""

    __tablename__ = "saved_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16), comment="messages or minutes")
    text: Mapped[str] = mapped_column(Text, comment="personal; emptied seven days after the last item is settled")
    items: Mapped[list[dict[str, Any]]] = mapped_column(comment="as read: one plain value an item; personal")
    settled: Mapped[dict[str, Any]] = mapped_column(comment="item's number → the code it became; empty: set aside")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    settled_at: Mapped[dt.datetime | None] = mapped_column(comment="when the last of its drafts was settled")


class Example(Base):
    """A text as a person of the office read it, for the reader to learn from; names and numbers are struck out."""

    __tablename__ = "example"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    labels: Mapped[dict[str, Any]] = mapped_column(comment="kind, categories, sector, quantities, places, urgency")
    corrected: Mapped[bool] = mapped_column(comment="whether the reading had said otherwise")
    made_at: Mapped[dt.datetime]
