"""The log with the end of its chain, and the numbers that codes are given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    Index,
    String,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.models.base import Base
from matcher.policy import Role
from matcher.vocabulary import (
    Subject,
)


class Log(Base):
    """One row a change, in the change's own transaction, chained by hashes; never edited."""

    __tablename__ = "log"
    __table_args__ = (Index("ix_log_subject", "subject", "subject_id"), Index("ix_log_act", "act"))
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    by: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role]
    act: Mapped[str] = mapped_column(String(32), comment="one person's one action; its rows are undone together")
    subject: Mapped[Subject]
    subject_id: Mapped[int]
    event: Mapped[str] = mapped_column(String(40), comment="the move, or what was done")
    changes: Mapped[dict[str, Any]] = mapped_column(comment="field → [before, after]; personal fields by name only")
    reason: Mapped[str | None] = mapped_column(String(32))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class LogHead(Base):
    """The end of the chain; one row, locked while the chain grows."""

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Counter(Base):
    """The last number given to a kind of code."""

    __tablename__ = "counter"
    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    value: Mapped[int]


def next_codes(session: Session, prefix: str, count: int = 1) -> list[str]:
    """Take *count* fresh codes such as ``K-0123``; the counter's row is locked until the transaction ends."""
    counter = session.scalar(select(Counter).where(Counter.prefix == prefix).with_for_update())
    if counter is None:
        counter = Counter(prefix=prefix, value=0)
        session.add(counter)
    first = counter.value + 1
    counter.value += count
    return [f"{prefix}-{number:04d}" for number in range(first, first + count)]
