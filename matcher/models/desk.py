"""The web's own: accounts, sessions, brakes, forms that were sent, texts that wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from matcher.models.base import Base
from matcher.policy import Role
from matcher.vocabulary import (
    MessageKind,
)


class Account(Base):
    """A person of the office."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(80), unique=True, comment="what is typed to sign in")
    password_hash: Mapped[str] = mapped_column(String(160))
    role: Mapped[Role]
    keys: Mapped[bool] = mapped_column(default=True, server_default=true(), comment="single-key shortcuts on")
    disabled_at: Mapped[dt.datetime | None]


class WebSession(Base):
    """A signed-in browser; the token itself is never stored."""

    __tablename__ = "web_session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]


class Throttle(Base):
    """Failed attempts under one key within one window."""

    __tablename__ = "throttle"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    since: Mapped[dt.datetime]


class RequestKey(Base):
    """A form that was sent, and the answer it got: the same request twice is one request."""

    __tablename__ = "request_key"
    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(400))
    at: Mapped[dt.datetime]


class Message(Base):
    """A WhatsApp text waiting for the officer to send it."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    kind: Mapped[MessageKind]
    values: Mapped[dict[str, Any]] = mapped_column(comment="fills the text; no personal values")
    match_id: Mapped[int | None] = mapped_column(ForeignKey("match.id"), index=True)
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenge.id"))
    made_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    dropped_at: Mapped[dt.datetime | None]
