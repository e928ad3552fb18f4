"""What comes in: offices, parties, what is known of them, challenges and offers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matcher import balance, lines, log, wordings
from matcher.errors import (
    BadText,
    EndsBeforeStart,
    Invalid,
    NotAChoice,
    NotPossible,
    OutOfRange,
    Required,
    TooLong,
    UnknownPlace,
)
from matcher.factors import PRIOR_POINTS
from matcher.models import (
    Attendance,
    Challenge,
    Event,
    Fact,
    Offer,
    Office,
    Party,
    Region,
    Weights,
    next_codes,
)
from matcher.policy import Action, Actor, require
from matcher.vocabulary import (
    DEFAULT_UNIT,
    UNITS,
    Category,
    EventKind,
    Every,
    FactCode,
    FactKind,
    Mode,
    Move,
    Operator,
    PartyKind,
    Provenance,
    ReportState,
    Sector,
    Source,
    Strategy,
    Urgency,
    Verification,
)

MOST = Decimal(10) ** 12  #: the largest quantity anybody may mean (a million million rupiah)
LONGEST_TEXT = 5000
LONGEST_TITLE = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


# --- values ----------------------------------------------------------------------------------------------------------


def clean(value: str | None, field: str, *, most: int = LONGEST_TEXT, required: bool = False) -> str:
    """One text, composed (NFC) and trimmed.

    Raises
    ------
    BadText
        It holds NUL, control characters, half surrogates or marks that turn the direction of writing.
    TooLong, Required
        More than *most* characters; nothing where something must be.
    """
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > most:
        raise TooLong(field=field, most=most, length=len(text))
    if _CONTROL.search(text):
        raise BadText(field=field)
    text = unicodedata.normalize("NFC", text).strip()
    if required and not text:
        raise Required(field=field)
    return text


def amount(value: Decimal | float | None, field: str, *, zero: bool = False) -> Decimal | None:
    """One quantity, exact to the thousandth; OutOfRange outside (0, MOST]."""
    if value is None:
        return None
    number = Decimal(str(value))
    if not number.is_finite() or number > MOST or number < 0 or (number == 0 and not zero):
        raise OutOfRange(field=field, value=str(value), least="0" if zero else "> 0", most=MOST)
    return number.quantize(Decimal("0.001")).normalize() + 0


def _unit(category: Category, unit: str | None) -> str:
    code = unit or DEFAULT_UNIT[category]
    if code not in UNITS or UNITS[code].category is not category:
        raise NotAChoice(field="unit", value=code)
    return code


def _dates(first: dt.date | None, last: dt.date | None) -> None:
    if first is not None and last is not None and last < first:
        raise EndsBeforeStart(field="ends", first=first, last=last)


def slug(name: str) -> str:
    """A name as it stands in an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:70] or "pihak"


# --- offices and places ----------------------------------------------------------------------------------------------


def add_regions(session: Session, regions: Iterable[tuple[str, str, str, float | None, float | None]]) -> int:
    """Store regions ``(code, name, level, lat, lon)`` that are not there yet; returns how many were new."""
    known = set(session.scalars(select(Region.code)))
    columns = ("code", "name", "level", "lat", "lon")
    fresh = [dict(zip(columns, row, strict=True)) for row in regions if row[0] not in known]
    if fresh:
        session.execute(insert(Region), fresh)
    return len(fresh)


def open_office(
    session: Session, *, region_code: str, name: str, by: Actor, at: dt.datetime, letterhead: str = "", place: str = "",
    frozen_on: dt.date | None = None, unit_prices: Mapping[Category, float] | None = None,
) -> Office:  # fmt: skip
    """Set up a district library office with the usual weights in force."""
    if session.get(Region, region_code) is None:
        raise UnknownPlace(field="region_code", value=region_code)
    office = Office(
        region_code=region_code, name=clean(name, "name", most=160, required=True), letterhead=letterhead, place=place,
        frozen_on=frozen_on, unit_prices={category.value: price for category, price in (unit_prices or {}).items()},
    )  # fmt: skip
    session.add(office)
    session.flush()
    weights = Weights(office_id=office.id, number=1, points=dict(PRIOR_POINTS), made_at=at, used_at=at)
    session.add(weights)
    log.record(session, office, "open", by=by, at=at, changes={"name": [None, name]})
    log.record(session, weights, "use", by=by, at=at, changes={"points": [None, weights.points]})
    return office


# --- parties and facts -----------------------------------------------------------------------------------------------


def _free_slug(session: Session, office_id: int, name: str) -> str:
    stem = slug(name)
    taken = set(
        session.scalars(
            select(Party.slug).where(Party.office_id == office_id, Party.slug.startswith(stem, autoescape=True))
        )
    )
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def register_party(
    session: Session, *, office_id: int, kind: PartyKind, name: str, by: Actor, at: dt.datetime,
    sector: Sector | None = None, region_code: str | None = None, about: str = "",
    verification: Verification = Verification.UNVERIFIED, ref: str | None = None, contact_name: str = "",
    contact_title: str = "", contact_phone: str = "", provenance: Provenance | None = None, slug: str | None = None,
) -> Party:  # fmt: skip
    """Note a library or a stakeholder; givers need a sector, libraries have none."""
    require(by, Action.REPORT, office_id=office_id)
    if (kind is PartyKind.LIBRARY) != (sector is None):
        raise Required(field="sector") if sector is None else Invalid(field="sector")
    if region_code is not None and session.get(Region, region_code) is None:
        raise UnknownPlace(field="region_code", value=region_code)
    name = clean(name, "name", most=160, required=True)
    party = Party(
        office_id=office_id, kind=kind, sector=sector, name=name, slug=slug or _free_slug(session, office_id, name),
        region_code=region_code, verification=verification, about=clean(about, "about"), ref=ref, provenance=provenance,
        contact_name=clean(contact_name, "contact_name", most=120),
        contact_title=clean(contact_title, "contact_title", most=120),
        contact_phone=clean(contact_phone, "contact_phone", most=32),
    )  # fmt: skip
    session.add(party)
    log.record(session, party, "register", by=by, at=at, changes={
        "kind": [None, kind], "sector": [None, sector], "region_code": [None, region_code],
        "verification": [None, verification], "contact_phone": [None, None],
    })  # fmt: skip
    return party


def change_party(session: Session, party_id: int, *, by: Actor, at: dt.datetime, **values: Any) -> Party:
    """Correct what is written of a party; the log names personal fields and keeps their values out."""
    party = lines.get(session, Party, party_id)
    require(by, Action.REPORT, office_id=party.office_id, party_id=party.id)
    changes = log.set_fields(party, values)
    if changes:
        log.record(session, party, "change", by=by, at=at, changes=changes)
    return party


def record_fact(
    session: Session, party: Party, code: FactCode, value: float, *, as_of: dt.date, by: Actor, at: dt.datetime,
    source: Source = Source.WEB, verified: bool = False, provenance: Provenance | None = None,
) -> Fact:  # fmt: skip
    """Note something known of a party's readiness; yes is 1, no is 0."""
    require(by, Action.REPORT, office_id=party.office_id, party_id=party.id)
    if code.kind is FactKind.YES_NO and value not in (0, 1):
        raise NotAChoice(field=code.value, value=value)
    if not 0 <= value <= 10**6:
        raise OutOfRange(field=code.value, value=value, least=0, most=10**6)
    if party in session.new:
        session.flush()  # a fact points at its party's id
    fact = Fact(
        party_id=party.id, code=code, value=value, as_of=as_of, source=source, recorded_at=at, provenance=provenance,
        verified_by=by.name if verified else None,
    )  # fmt: skip
    session.add(fact)
    log.record(session, fact, "record", by=by, at=at, changes={code.value: [None, value], "party_id": [None, party.id]})
    return fact


def current_facts(session: Session, party_ids: Sequence[int]) -> dict[int, dict[FactCode, Fact]]:
    """The facts that hold, by party and code: the latest *as of* wins, then the latest recorded.

    What is known of one party is known of all that were merged with it.
    """
    into = lines.merged(session)
    owners = {party_id: into.get(party_id, party_id) for party_id in party_ids}
    found: dict[int, dict[FactCode, Fact]] = {owner: {} for owner in owners.values()}
    told_of = [*found, *(party_id for party_id, owner in into.items() if owner in found)]
    rows = session.scalars(
        select(Fact).where(Fact.party_id.in_(told_of), Fact.retracted_at.is_(None)).order_by(Fact.as_of, Fact.id)
    )
    for fact in rows:
        found[into.get(fact.party_id, fact.party_id)][fact.code] = fact
    return {party_id: found[owner] for party_id, owner in owners.items()}


#: A fact that answers a whole category of challenges once it is so.
_SETTLES = {FactCode.ROOM: (Category.SPACE, "room"), FactCode.INTERNET: (Category.INTERNET, "point")}


def settled(session: Session, office_id: int) -> list[tuple[Challenge, FactCode]]:
    """Open challenges that what is known now seems to answer (a room of its own): to be closed, if it agrees."""
    rows = session.scalars(
        select(Challenge)
        .where(Challenge.office_id == office_id, Challenge.state == ReportState.OPEN)
        .order_by(Challenge.id)
    ).all()
    known = current_facts(session, list({row.party_id for row in rows}))
    found = []
    for row in rows:
        for code, answered in _SETTLES.items():
            fact = known[row.party_id].get(code)
            if (
                fact is not None
                and fact.value
                and (row.category, row.unit) == answered
                and fact.recorded_at > row.reported_at
            ):
                found.append((row, code))
    return found


# --- challenges and offers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What a library says it lacks."""

    category: Category
    title: str = ""
    quantity: Decimal | float | None = None
    unit: str | None = None
    have: Decimal | float | None = None
    every: Every | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    urgency: Urgency | None = None
    story: str = ""
    not_wanted: str = ""
    notes: str = ""
    valid_until: dt.date | None = None
    source: Source = Source.WEB
    ref: str | None = None
    provenance: Provenance | None = None
    reported_at: dt.datetime | None = None  #: None: when it is written down

    def columns(self) -> dict[str, Any]:
        """The report as columns of `Challenge`, checked."""
        _dates(self.starts, self.ends)
        title, story = clean(self.title, "title", most=LONGEST_TITLE), clean(self.story, "story")
        return {
            **_fields(self, "" if self.reported_at else "reported_at"),
            "title": title or _first_sentence(story) or self.category.words.id,
            "story": story,
            "not_wanted": clean(self.not_wanted, "not_wanted"),
            "notes": clean(self.notes, "notes"),
            "quantity": amount(self.quantity, "quantity"),
            "have": amount(self.have, "have", zero=True),
            "unit": _unit(self.category, self.unit),
            "ref": clean(self.ref, "ref", most=80) or None,
        }


@dataclass(frozen=True, slots=True)
class Gift:
    """What a giver says can be given."""

    category: Category
    mode: Mode = Mode.GOODS
    title: str = ""
    words: str = ""
    quantity: Decimal | float | None = None
    unit: str | None = None
    unit_price: Decimal | float | None = None
    every: Every | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    area: Sequence[str] = ()
    online: bool = False
    conditions: Sequence[tuple[FactCode, Operator, float]] = field(default_factory=tuple)
    share_min: Decimal | float | None = None
    share_max: Decimal | float | None = None
    answer_days: int = 14
    follow_on_cost: str = ""
    notes: str = ""
    valid_until: dt.date | None = None
    strategy: Strategy | None = None
    source: Source = Source.WEB
    ref: str | None = None
    provenance: Provenance | None = None
    made_at: dt.datetime | None = None  #: None: when it is written down

    def columns(self) -> dict[str, Any]:
        """The gift as columns of `Offer`, checked."""
        _dates(self.starts, self.ends)
        title, words = clean(self.title, "title", most=LONGEST_TITLE), clean(self.words, "words")
        smallest, largest = amount(self.share_min, "share_min"), amount(self.share_max, "share_max")
        if smallest is not None and largest is not None and largest < smallest:
            raise OutOfRange(field="share_max", value=largest, least=smallest, most=MOST)
        if not 1 <= self.answer_days <= 365:
            raise OutOfRange(field="answer_days", value=self.answer_days, least=1, most=365)
        return {
            **_fields(self, "" if self.made_at else "made_at"),
            "title": title or _first_sentence(words) or self.category.words.id,
            "words": words,
            "follow_on_cost": clean(self.follow_on_cost, "follow_on_cost"),
            "notes": clean(self.notes, "notes"),
            "quantity": amount(self.quantity, "quantity"),
            "unit_price": amount(self.unit_price, "unit_price"),
            "share_min": smallest,
            "share_max": largest,
            "unit": _unit(self.category, self.unit),
            "ref": clean(self.ref, "ref", most=80) or None,
            "area": list(self.area),
            "conditions": [
                {"fact": fact.value, "op": operator.value, "value": float(value)}
                for fact, operator, value in self.conditions
            ],
        }


def as_told(row: Challenge | Offer) -> Report | Gift:
    """What a stored row says, to be said again with something changed."""
    kind: type[Report | Gift] = Gift if isinstance(row, Offer) else Report
    values = {column.name: getattr(row, column.name) for column in fields(kind)}
    if isinstance(row, Offer):
        values["conditions"] = tuple(
            (FactCode(part["fact"]), Operator(part["op"]), float(part["value"])) for part in row.conditions
        )
    return kind(**values)


def _fields(told: Report | Gift, without: str) -> dict[str, Any]:
    """What is told, field by field but for one; `dataclasses.asdict` would copy every value."""
    return {name: getattr(told, name) for name in told.__slots__ if name != without}


def _first_sentence(text: str) -> str:
    sentence = re.split(r"(?<=[.!?])\s|\n", text, maxsplit=1)[0].strip()
    return sentence if len(sentence) <= 120 else sentence[:117].rsplit(" ", 1)[0] + "…"


_FIRST_MOVE = {ReportState.OPEN: Move.OPEN, ReportState.SUBMITTED: Move.SUBMIT, ReportState.DRAFT: Move.RECORD}


def report_challenges(
    session: Session, reports: Sequence[tuple[Party, Report]], *, by: Actor, at: dt.datetime,
    state: ReportState = ReportState.SUBMITTED,
) -> list[Challenge]:  # fmt: skip
    """Note what libraries lack, many at once; each gets its code."""
    columns = [report.columns() for _, report in reports]
    codes = next_codes(session, "K", len(reports)) if reports else []
    made = []
    for (party, _), values, code in zip(reports, columns, codes, strict=True):
        require(by, Action.REPORT, office_id=party.office_id, party_id=party.id)
        when = {"reported_at": at, "confirmed_on": lines.today(values.get("reported_at", at))}
        challenge = Challenge(code=code, office_id=party.office_id, party=party, **{**when, **values})
        session.add(challenge)
        log.move(session, challenge, _FIRST_MOVE[state], by=by, at=at, changes=_said(values))
        made.append(challenge)
    wordings.remember(session, made)
    return made


def report_challenge(
    session: Session,
    party: Party,
    report: Report,
    *,
    by: Actor,
    at: dt.datetime,
    state: ReportState = ReportState.SUBMITTED,
) -> Challenge:
    """Note one shortage of one library."""
    return report_challenges(session, [(party, report)], by=by, at=at, state=state)[0]


def make_offers(
    session: Session, gifts: Sequence[tuple[Party, Gift]], *, by: Actor, at: dt.datetime,
    state: ReportState = ReportState.SUBMITTED, national: bool = False,
) -> list[Offer]:  # fmt: skip
    """Note what can be given, many at once; *national* offers belong to no office."""
    columns = [gift.columns() for _, gift in gifts]
    codes = next_codes(session, "T", len(gifts)) if gifts else []
    made = []
    for (party, _), values, code in zip(gifts, columns, codes, strict=True):
        require(by, Action.REPORT, office_id=party.office_id, party_id=party.id)
        offer = Offer(
            code=code, office_id=None if national else party.office_id, party=party, **{"made_at": at, **values}
        )
        session.add(offer)
        log.move(session, offer, _FIRST_MOVE[state], by=by, at=at, changes=_said(values))
        made.append(offer)
    wordings.remember(session, made)
    return made


def make_offer(
    session: Session, party: Party, gift: Gift, *, by: Actor, at: dt.datetime,
    state: ReportState = ReportState.SUBMITTED, national: bool = False,
) -> Offer:  # fmt: skip
    """Note one offer."""
    return make_offers(session, [(party, gift)], by=by, at=at, state=state, national=national)[0]


_TELLING = ("category", "mode", "quantity", "unit", "every", "valid_until", "area")


def _said(values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The values of a new row that its log row tells."""
    return {name: [None, values[name]] for name in _TELLING if values.get(name)}


_KEPT = frozenset({"source", "provenance", "ref"})  #: how a row came in does not change with its contents


def change_report(
    session: Session, row: Challenge | Offer, new: Report | Gift, *, by: Actor, at: dt.datetime
) -> dict[str, list[Any]]:
    """Write *new* over a challenge or an offer; returns what changed (nothing: nothing is logged).

    Raises
    ------
    OutOfRange
        Less than what its lines hold already: these are lowered or cancelled first.
    NotPossible
        Another kind, unit or rhythm while promises are counted in the present one.
    """
    require(by, Action.REPORT, office_id=row.office_id, party_id=row.party_id)
    values = check_change(session, row, new)
    changes = log.set_fields(row, values)
    if changes:
        told = {name: pair for name, pair in changes.items() if name != "notes"}
        log.record(session, row, "change", by=by, at=at, changes=told)
        wordings.remember(session, [row])
    return changes


def check_change(session: Session, row: Challenge | Offer, new: Report | Gift) -> dict[str, Any]:
    """What `change_report` would write of *new* over *row*; raises as it does, and writes nothing."""
    values = {name: value for name, value in new.columns().items() if name not in _KEPT}
    _still_fits(session, row, values)
    return values


def _still_fits(session: Session, row: Challenge | Offer, values: Mapping[str, Any]) -> None:
    """What is promised or given stays possible: no number below it, no other way of counting it."""
    row = lines.get(session, type(row), row.id, lock=True)
    offered = isinstance(row, Offer)
    held = lines.of_offer(session, row.id) if offered else lines.of_challenge(session, row.id)
    most = balance.peak(held, part=balance.hold if offered else balance.cover)
    if most <= 0:
        return
    quantity = values.get("quantity", row.quantity)
    if quantity is not None and quantity < most and quantity != row.quantity:
        raise OutOfRange(field="quantity", value=quantity, least=most, most=MOST)
    for name in _COUNTED_BY:
        if name in values and values[name] != getattr(row, name):
            raise NotPossible(subject=log.SUBJECTS[type(row)], move="change", state=row.state, id=row.code, field=name)


#: How a row's quantities are counted; fixed as soon as a promise rests on them.
_COUNTED_BY = ("category", "mode", "unit", "every")


def set_quantity(session: Session, offer: Offer, quantity: Decimal, *, by: Actor, at: dt.datetime) -> None:
    """Give a promise the number it had not, or another one that is not below what its lines hold."""
    require(by, Action.REPORT, office_id=offer.office_id, party_id=offer.party_id)
    _still_fits(session, offer, {"quantity": quantity})
    if changes := log.set_fields(offer, {"quantity": amount(quantity, "quantity")}):
        log.record(session, offer, "change", by=by, at=at, changes=changes)


# --- events ----------------------------------------------------------------------------------------------------------


def plan_event(
    session: Session, *, office_id: int, kind: EventKind, name: str, day: dt.date, place: str, by: Actor,
    at: dt.datetime, provenance: Provenance | None = None,
) -> Event:  # fmt: skip
    """Note a meeting day."""
    require(by, Action.REPORT, office_id=office_id)
    event = Event(
        office_id=office_id, kind=kind, name=clean(name, "name", most=160, required=True), day=day, place=place,
        provenance=provenance,
    )  # fmt: skip
    session.add(event)
    log.move(session, event, Move.RECORD, by=by, at=at, changes={"day": [None, day]})
    return event


def attend(
    session: Session, event: Event, party: Party, *, by: Actor, at: dt.datetime, people: int | None = None,
    note: str = "", provenance: Provenance | None = None,
) -> Attendance:  # fmt: skip
    """Note that a party was at an event."""
    require(by, Action.REPORT, office_id=event.office_id)
    session.flush()
    row = Attendance(event_id=event.id, party_id=party.id, people=people, note=note, provenance=provenance)
    session.add(row)
    log.record(session, row, "attend", by=by, at=at, changes={"party_id": [None, party.id], "people": [None, people]})
    return row
