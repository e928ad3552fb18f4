"""All tables and the rules that hold between their rows; states change only through `matcher.log.move`."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    ScalarSelect,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship
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


# --- places and people -----------------------------------------------------------------------------------------------


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


# --- what is lacked and what is offered ------------------------------------------------------------------------------


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


# --- lines -----------------------------------------------------------------------------------------------------------

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


# --- ranking ---------------------------------------------------------------------------------------------------------


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


# --- sharing out -----------------------------------------------------------------------------------------------------


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


class Snooze(Base):
    """A challenge an officer does not want to see before a day."""

    __tablename__ = "snooze"
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(80), primary_key=True)
    until: Mapped[dt.date]


# --- the log ---------------------------------------------------------------------------------------------------------


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


# --- what comes in ---------------------------------------------------------------------------------------------------


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


# --- the web's own ---------------------------------------------------------------------------------------------------


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


# --- codes -----------------------------------------------------------------------------------------------------------


def next_codes(session: Session, prefix: str, count: int = 1) -> list[str]:
    """Take *count* fresh codes such as ``K-0123``; the counter's row is locked until the transaction ends."""
    counter = session.scalar(select(Counter).where(Counter.prefix == prefix).with_for_update())
    if counter is None:
        counter = Counter(prefix=prefix, value=0)
        session.add(counter)
    first = counter.value + 1
    counter.value += count
    return [f"{prefix}-{number:04d}" for number in range(first, first + count)]
