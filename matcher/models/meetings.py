"""Meeting days: who comes, when they talk, and the officer's word on single talks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from matcher.models.base import Base
from matcher.vocabulary import (
    Answer,
    EventKind,
    EventState,
    Provenance,
)


class Event(Base):
    """A meeting day, a visit, a hand-over; its schedule is in slots of one length (empty: as is usual)."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    kind: Mapped[EventKind]
    name: Mapped[str] = mapped_column(String(160))
    day: Mapped[dt.date]
    place: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[EventState]
    provenance: Mapped[Provenance | None]
    first_start: Mapped[str | None] = mapped_column(String(5), comment="HH:MM of the first slot")
    slot_minutes: Mapped[int | None]
    slots: Mapped[int | None] = mapped_column(comment="how many talks follow one another")
    breaks: Mapped[list[Any] | None] = mapped_column(comment="[[after so many slots, minutes] ...]")
    tables: Mapped[int | None] = mapped_column(comment="empty: one for everybody who sits at one")
    least: Mapped[int | None] = mapped_column(comment="talks every library is to have")
    seats: Mapped[int | None] = mapped_column(comment="libraries at one table at once")


class Attendance(Base):
    """A party at an event, or invited to it."""

    __tablename__ = "attendance"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    people: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(160), default="", comment="in which role")
    provenance: Mapped[Provenance | None]
    answer: Mapped[Answer] = mapped_column(default=Answer.YES, server_default=Answer.YES.value)
    arrives: Mapped[str | None] = mapped_column(String(5), comment="HH:MM; empty: from the beginning")
    leaves: Mapped[str | None] = mapped_column(String(5), comment="HH:MM; empty: to the end")
    most: Mapped[int | None] = mapped_column(comment="talks at most; empty: as is usual")
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), comment="whose people speak for it")


class Timetable(Base):
    """Who talks to whom and when at an event: drafts and, used last, the one in use; moments, not a state."""

    __tablename__ = "timetable"
    __table_args__ = (UniqueConstraint("event_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    cells: Mapped[list[Any]] = mapped_column(comment="[{library, partner, slot, table, challenge, offer, score} ...]")
    reserves: Mapped[list[Any]] = mapped_column(comment="the same without slot and table, best first")
    figures: Mapped[dict[str, Any]] = mapped_column(comment="points, the most there could be, waiting, who is without")
    used_at: Mapped[dt.datetime | None] = mapped_column(comment="since when it is the one in use")
    dropped_at: Mapped[dt.datetime | None] = mapped_column(comment="when the draft was set aside")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class TalkPin(Base):
    """What a person wants of a pair at an event: that it talks (in a slot, or at any time), or that it does not."""

    __tablename__ = "talk_pin"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    library_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    slot: Mapped[int | None] = mapped_column(comment="from 0; empty: at any time")
    keep: Mapped[bool] = mapped_column(comment="no: the two are not to meet")
    made_at: Mapped[dt.datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    dropped_at: Mapped[dt.datetime | None]
