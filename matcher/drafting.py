"""A text that was pasted in: read into drafts once, settled one by one, kept as examples, and forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import duplicates, intake, lines
from matcher.errors import NotFound, Required, SeveralPlaces, TooLong, TooMany, UnknownPlace
from matcher.intake import Gift, Report
from matcher.models import Challenge, Example, Message, Offer, Office, Party, Region, SavedText
from matcher.policy import Action, Actor, require
from matcher.text import Gazetteer, chat, drafts
from matcher.text.drafts import Draft
from matcher.text.normalise import tokenise
from matcher.text.parties import Parties
from matcher.text.parties import Party as Named
from matcher.text.personal import struck
from matcher.vocabulary import (
    DEFAULT_UNIT,
    Category,
    MessageKind,
    Mode,
    PartyKind,
    ReportState,
    Sector,
    Source,
    Verification,
)

MESSAGES, MINUTES = "messages", "minutes"
LONGEST = 100_000  #: characters of one paste
MOST_MESSAGES = 300  #: of a chat; also items of minutes
KEPT_DAYS = 7  #: after the last draft is settled
LONGEST_KEPT_DAYS = 90  #: where drafts were left lying: other people's words are not kept for ever
#: Through which door a text of each kind came.
SOURCES = {MESSAGES: Source.WHATSAPP, MINUTES: Source.MEETING}
ASIDE = ""  #: what `SavedText.settled` holds of an item that became nothing
_DRAFTS = ("challenge", "offer", "success")


# --- what an office knows --------------------------------------------------------------------------------------------


def gazetteer(session: Session, office: Office) -> Gazetteer:
    """The places of the office's kabupaten."""
    own = office.region_code
    near = or_(Region.code == own, Region.code.startswith(f"{own}."))
    rows = session.execute(select(Region.code, Region.name, Region.level, Region.lat, Region.lon).where(near))
    return Gazetteer((row.code, row.name, row.level, row.lat or 0.0, row.lon or 0.0) for row in rows)


def _parties(session: Session, office_id: int) -> Parties:
    """The office's parties; one that was merged gives its name to the one that is kept."""
    rows = session.execute(
        select(
            Party.id, Party.merged_into_id, Party.kind, Party.sector, Party.name, Party.region_code,
            Party.contact_phone, Party.contact_name,
        )
        .where(Party.office_id == office_id, Party.retired_at.is_(None))
        .order_by(Party.merged_into_id.is_not(None), Party.id)
    )  # fmt: skip
    return Parties(
        Named(
            row.merged_into_id or row.id, row.kind, row.sector, row.name, row.region_code, row.contact_phone,
            row.contact_name,
        )
        for row in rows
    )  # fmt: skip


def village(session: Session, office: Office, written: str) -> str:
    """The code of a village as people write it ("Pasawahan, Kec. Cicurug"), or of a kecamatan where only that is said.

    Raises
    ------
    Required, UnknownPlace, SeveralPlaces
        Nothing is written; nothing in the kabupaten is called so; several villages are.
    """
    written = intake.clean(written, "village", most=120, required=True)
    places = gazetteer(session, office)
    if written in places.names:
        return written
    found = places.find(tokenise(f"desa {written}")) or places.find(tokenise(written))
    if not found:
        raise UnknownPlace(field="village", value=written)
    first = next((place for place in found if place.level == "village"), found[0])
    if first.code:
        return first.code
    around = sorted({places.names.get(code.rsplit(".", 1)[0], "") for code in first.candidates})
    raise SeveralPlaces(field="village", value=first.name, count=len(first.candidates), kecamatan=around)


# --- pasting ---------------------------------------------------------------------------------------------------------


def paste(session: Session, office: Office, kind: str, text: str, *, by: Actor, at: dt.datetime) -> SavedText:
    """Read *text* (of *kind* messages or minutes) into drafts and keep both.

    Raises
    ------
    Required, TooLong, TooMany
        Nothing but blanks; more than LONGEST characters; more than MOST_MESSAGES messages or items.
    """
    require(by, Action.DECIDE, office_id=office.id)
    if len(text) > LONGEST:
        raise TooLong(field="text", most=LONGEST, length=len(text))
    text = chat.clean(text)
    if not text:
        raise Required(field="text")
    if kind not in SOURCES:
        raise Required(field="kind")
    if kind == MESSAGES and (count := len(chat.messages(text))) > MOST_MESSAGES:
        raise TooMany(field="text", count=count, most=MOST_MESSAGES)
    read = drafts.of_messages if kind == MESSAGES else drafts.of_minutes
    items = read(text, gazetteer(session, office), _parties(session, office.id))
    if kind == MINUTES and len(items) > MOST_MESSAGES:
        raise TooMany(field="text", count=len(items), most=MOST_MESSAGES)
    _recognise(session, office.id, items)
    saved = SavedText(
        office_id=office.id, kind=kind, text=text, items=[item.as_json() for item in items], settled={},
        made_at=at, made_by=by.name, settled_at=None if any(item.kind in _DRAFTS for item in items) else at,
    )  # fmt: skip
    session.add(saved)
    session.flush()
    return saved


def _recognise(session: Session, office_id: int, found: Iterable[Draft]) -> None:
    """Say which of the stakeholders named are known already, under nearly the same name."""
    named = [item for item in found if item.kind == "stakeholder" and item.party is None]
    if not named:
        return
    known = duplicates.Names(session, office_id)
    for item in named:
        item.party = next(iter(known.like(PartyKind.STAKEHOLDER, item.name, None)), None)


def items(saved: SavedText) -> list[Draft]:
    """The drafts of a text as they were read when it was pasted."""
    return [Draft(**plain) for plain in saved.items]


def of_office(session: Session, office_id: int, text_id: int, *, lock: bool = False) -> SavedText:
    """The office's text of that number; NotFound where there is none or it is another office's."""
    saved = lines.get(session, SavedText, text_id, lock=lock)
    if saved.office_id != office_id:
        raise NotFound(kind="saved_text", id=text_id)
    return saved


def recent(session: Session, office_id: int, *, most: int = 10) -> list[SavedText]:
    """The texts pasted last, newest first; those that were emptied are left out."""
    rows = select(SavedText).where(SavedText.office_id == office_id, SavedText.text != "")
    return list(session.scalars(rows.order_by(SavedText.id.desc()).limit(most)))


def waiting(saved: SavedText) -> list[Draft]:
    """The drafts nobody has settled yet."""
    return [item for item in items(saved) if item.kind in _DRAFTS and str(item.number) not in saved.settled]


# --- settling --------------------------------------------------------------------------------------------------------


class Settling(NamedTuple):
    """A draft about to be settled, under the lock of its text; *code* is what it became already, if it did."""

    saved: SavedText
    item: Draft
    code: str | None

    @property
    def source(self) -> Source:
        """Through which door it came."""
        return SOURCES[self.saved.kind]


def settling(session: Session, text_id: int, number: int, *, by: Actor) -> Settling:
    """Take a draft in hand; NotFound where there is no such draft."""
    saved = lines.get(session, SavedText, text_id, lock=True)
    require(by, Action.DECIDE, office_id=saved.office_id)
    item = next((item for item in items(saved) if item.number == number), None)
    if item is None:
        raise NotFound(kind="saved_text", id=text_id)
    return Settling(saved, item, saved.settled.get(str(number)) or None)


def similar(
    session: Session, office_id: int, party_id: int, report: Report | Gift, *, at: dt.datetime
) -> duplicates.Similar | None:
    """What stands already and may be meant again."""
    return duplicates.of_report(session, office_id, party_id, report, at=at)


def save(session: Session, held: Settling, party: Party, report: Report | Gift, *, by: Actor, at: dt.datetime) -> str:
    """Open the need, the offer or the story that a draft became; returns its code, and the same code when it has one.

    A draft of a message gets its answer: a text with the code, waiting to be sent.
    """
    if held.code:
        return held.code
    row: Challenge | Offer
    if isinstance(report, Gift):
        row = intake.make_offer(session, party, report, state=ReportState.OPEN, by=by, at=at)
    else:
        row = intake.report_challenge(session, party, report, state=ReportState.OPEN, by=by, at=at)
    return _done(session, held, row, party, report, at=at)


def add_to(
    session: Session, held: Settling, code: str, party: Party, report: Report | Gift, *, by: Actor, at: dt.datetime
) -> str:
    """The draft says more of a report that stands: raise its number; returns that report's code."""
    if held.code:
        return held.code
    told = report.words if isinstance(report, Gift) else report.story
    quantity = None if report.quantity is None else Decimal(str(report.quantity))
    row = duplicates.add_to(session, code, quantity, unit=report.unit, told=told, by=by, at=at)
    return _done(session, held, row, party, report, at=at)


def _done(
    session: Session, held: Settling, row: Challenge | Offer, party: Party, report: Report | Gift, *, at: dt.datetime
) -> str:
    session.flush()
    item = held.item
    item.kind = _kind(report)
    item.saved = _labels(item, party, report)
    if held.saved.kind == MESSAGES:
        item.message = _answer(session, row, at=at)
    _settle(session, held, row.code, at=at)
    return row.code


def _kind(report: Report | Gift) -> str:
    if isinstance(report, Gift):
        return "success" if report.mode is Mode.EXPERIENCE else "offer"
    return "challenge"


def _answer(session: Session, row: Challenge | Offer, *, at: dt.datetime) -> int:
    """The text that tells whoever wrote the message under which code it is noted."""
    needed = isinstance(row, Challenge)
    kind = MessageKind.NOTED if needed else MessageKind.NOTED_OFFER
    if isinstance(row, Offer) and row.mode is Mode.EXPERIENCE:
        kind = MessageKind.NOTED_STORY
    message = Message(
        office_id=row.office_id or 0, party_id=row.party_id, challenge_id=row.id if needed else None, made_at=at,
        kind=kind,
        values={
            "code": row.code, "category": row.category.value, "unit": row.unit,
            "amount": None if row.quantity is None else str(row.quantity), "every": row.every and row.every.value,
        },
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message.id


def set_aside(session: Session, held: Settling, *, at: dt.datetime) -> None:
    """The draft is neither need nor offer, or nothing to note; one that was saved stays saved."""
    if held.code:
        return
    held.item.saved = {**held.item.read, "kind": "neither", "categories": [], "quantities": [], "sector": None,
                       "urgency": None}  # fmt: skip
    _settle(session, held, ASIDE, at=at)


def restore(session: Session, held: Settling) -> None:
    """Take up again what was set aside."""
    if held.code or str(held.item.number) not in held.saved.settled:
        return
    if held.item.example is not None and (example := session.get(Example, held.item.example)) is not None:
        session.delete(example)
    held.item.saved = held.item.example = None
    others = {name: code for name, code in held.saved.settled.items() if name != str(held.item.number)}
    held.saved.settled, held.saved.settled_at = others, None
    _store(held.saved, [held.item])


def _settle(session: Session, held: Settling, code: str, *, at: dt.datetime) -> None:
    saved, item = held.saved, held.item
    saved.settled = {**saved.settled, str(item.number): code}
    _store(saved, [item])
    passage = [one for one in items(saved) if one.passage == item.passage and one.kind != "stakeholder"]
    if all(str(one.number) in saved.settled for one in passage):
        _learn(session, saved, passage, at=at)
    if not waiting(saved):
        saved.settled_at = at


def _store(saved: SavedText, changed: Iterable[Draft]) -> None:
    """Write drafts back; a JSON column notices a new list only."""
    new = {item.number: item.as_json() for item in changed}
    saved.items = [new.get(plain["number"], plain) for plain in saved.items]


# --- stakeholders ----------------------------------------------------------------------------------------------------


def register_stakeholders(
    session: Session, text_id: int, numbers: Sequence[int], *, by: Actor, at: dt.datetime
) -> list[Party]:
    """Register those named in minutes that the office does not know yet; returns the new ones."""
    saved = lines.get(session, SavedText, text_id, lock=True)
    require(by, Action.DECIDE, office_id=saved.office_id)
    chosen = [item for item in items(saved) if item.kind == "stakeholder" and item.number in numbers]
    made: list[Party] = []
    for item in chosen:
        if item.party is not None or item.sector is None:
            continue
        known = duplicates.of_party(session, saved.office_id, PartyKind.STAKEHOLDER, item.name, None)
        party = known[0] if known else intake.register_party(
            session, office_id=saved.office_id, kind=PartyKind.STAKEHOLDER, name=item.name, sector=Sector(item.sector),
            verification=Verification.VERIFIED, by=by, at=at,
        )  # fmt: skip
        session.flush()
        if not known:
            made.append(party)
        item.party = party.id
    _store(saved, chosen)
    return made


# --- learning --------------------------------------------------------------------------------------------------------


def _labels(item: Draft, party: Party, report: Report | Gift) -> dict[str, Any]:
    """What a person made of a draft, in the form of the labelled lines."""
    labels: dict[str, Any] = {
        "kind": _kind(report),
        "categories": [report.category.value] if report.category is not Category.OTHER else [],
        "sector": None,
        "quantities": [],
        "places": list(item.read.get("places", [])),
        "urgency": None,
    }
    if isinstance(report, Report):
        said = [("need", report.quantity), ("have", report.have)]
        labels["quantities"] = [_amount(report, role, value) for role, value in said if value is not None]
        labels["quantities"] += _uncounted(item, report, "need")
        labels["urgency"] = report.urgency and report.urgency.value
        if item.village and party.region_code and party.region_code != item.village:
            labels["places"] = [party.region_code]
    elif report.mode is Mode.EXPERIENCE:
        labels["quantities"] = item.read.get("quantities", [])
    else:
        labels["sector"] = party.sector and party.sector.value
        labels["quantities"] = [] if report.quantity is None else [_amount(report, "give", report.quantity)]
        labels["quantities"] += _uncounted(item, report, "give")
    return labels


def _uncounted(item: Draft, report: Report | Gift, role: str) -> list[dict[str, Any]]:
    """An amount that the text gives without a figure ("beberapa komputer") and that nobody has made one of."""
    if report.quantity is not None or item.quantity is not None:
        return []
    said = item.read.get("quantities", [])
    return [one for one in said if (one["category"], one["role"]) == (report.category.value, role)]


def _amount(report: Report | Gift, role: str, value: Decimal | float) -> dict[str, Any]:
    number = float(value)
    plain = {
        "category": report.category.value, "amount": int(number) if number == int(number) else number,
        "unit": report.unit or DEFAULT_UNIT[report.category], "role": role,
    }  # fmt: skip
    return plain | ({"every": report.every.value} if report.every else {})


def _learn(session: Session, saved: SavedText, passage: Sequence[Draft], *, at: dt.datetime) -> None:
    """Keep a passage whose drafts are all settled as an example, with names and numbers struck out."""
    first = passage[0]
    labels = _together([item.saved or item.read for item in passage])
    names = [first.sender, *_people(session, [item.party for item in passage if item.party])]
    example = Example(
        office_id=saved.office_id, text=struck(saved.text[first.start : first.end], names, strictly=True),
        labels=labels, corrected=_comparable(labels) != _comparable(first.read), made_at=at,
    )  # fmt: skip
    session.add(example)
    session.flush()
    for item in passage:
        item.example = example.id
    _store(saved, passage)


def _together(labels: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The labels of one passage out of those of its drafts; what was set aside adds nothing."""
    said = [one for one in labels if one["kind"] != "neither"] or list(labels[:1])
    several = {
        name: [value for at, value in enumerate(values) if value not in values[:at]]
        for name in ("categories", "quantities", "places")
        for values in [[value for one in said for value in one[name]]]
    }
    return {**said[0], **several}


def _comparable(labels: dict[str, Any]) -> Any:
    """Labels without the order in which they were said."""
    amounts = sorted(sorted(amount.items()) for amount in labels["quantities"])
    counted = [[str(part) for part in amount] for amount in amounts]
    several = (sorted(labels["categories"]), sorted(labels["places"]), counted)
    return labels["kind"], labels["sector"], labels["urgency"], several


def _people(session: Session, party_ids: Sequence[int]) -> list[str]:
    """Names of people that the office knows of these parties."""
    rows = session.execute(select(Party.contact_name, Party.head_name).where(Party.id.in_(party_ids)))
    return [name for row in rows for name in row if name]


def examples(session: Session, office_id: int) -> list[dict[str, Any]]:
    """The office's examples in the form of the labelled lines; each is a family of its own."""
    rows = session.scalars(select(Example).where(Example.office_id == office_id).order_by(Example.id))
    return [{"family": f"kantor-{row.id}", **row.labels, "text": row.text} for row in rows]


# --- forgetting ------------------------------------------------------------------------------------------------------


def forget(session: Session, *, at: dt.datetime) -> int:
    """Empty the texts whose time is over; what they became stays known by its codes. Returns how many."""
    long_ago = SavedText.settled_at < at - dt.timedelta(days=KEPT_DAYS)
    left_lying = SavedText.made_at < at - dt.timedelta(days=LONGEST_KEPT_DAYS)
    old = session.scalars(select(SavedText).where(SavedText.text != "", or_(long_ago, left_lying))).all()
    for saved in old:
        saved.text, saved.items = "", []
    return len(old)
