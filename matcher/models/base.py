"""What all tables share: names of constraints, exact amounts, moments with their zone, closed lists as codes."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    MetaData,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from matcher.policy import Role
from matcher.vocabulary import (
    AgreementKind,
    AgreementState,
    Answer,
    CancelReason,
    Category,
    EventKind,
    EventState,
    Every,
    FactCode,
    MatchState,
    MessageKind,
    Mode,
    Move,
    PartyKind,
    ProofKind,
    Provenance,
    Refusal,
    ReportState,
    RuleKind,
    Sector,
    ShortReason,
    Source,
    Strategy,
    Subject,
    Term,
    Urgency,
    Verification,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A moment; SQLite forgets the zone, so it is given back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Store UTC; a moment without a zone is refused."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give the zone back."""
        del dialect
        return None if value is None else value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value


class Amount(TypeDecorator[Decimal]):
    """An exact quantity: stored as whole thousandths, so that sums agree on every database to the last digit."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> int | None:
        """Decimal → thousandths; finer amounts are rounded half to even."""
        del dialect
        if value is None:
            return None
        return int((Decimal(str(value)) * 1000).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Thousandths → Decimal, without trailing noughts."""
        del dialect
        if value is None:
            return None
        whole, rest = divmod(int(value), 1000)
        return Decimal(whole) if rest == 0 else Decimal(value) / 1000


def _codes(terms: type[Term]) -> list[str]:
    return [term.value for term in terms]


def _term(terms: type[Term]) -> Enum:
    return Enum(terms, values_callable=_codes, native_enum=False, create_constraint=False, length=32)


_TERMS: tuple[type[Term], ...] = (
    AgreementKind, AgreementState, Answer, CancelReason, Category, Every, EventKind, EventState, FactCode, MatchState,
    MessageKind, Mode, Move, PartyKind, ProofKind, Provenance, Refusal, ReportState, Role, RuleKind, Sector,
    ShortReason, Source, Strategy, Subject, Urgency, Verification,
)  # fmt: skip


class Base(DeclarativeBase):
    """What all tables share: names of constraints, and how Python's types are stored."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain class attribute
        dt.datetime: UTCDateTime(),
        Decimal: Amount(),
        dict[str, Any]: JSON(),
        dict[str, float]: JSON(),
        list[str]: JSON(),
        list[Any]: JSON(),
        list[dict[str, Any]]: JSON(),
        **{terms: _term(terms) for terms in _TERMS},
    }
