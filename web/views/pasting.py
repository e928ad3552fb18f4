"""Texts pasted in: a chat or minutes, read into drafts that the officer corrects, saves or sets aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import BooleanField, RadioField

from matcher import drafting, intake
from matcher.drafting import Settling
from matcher.duplicates import Similar
from matcher.errors import MatcherError, Required
from matcher.intake import Gift, Report
from matcher.models import Challenge, Message, Party, Region, SavedText
from matcher.policy import Action
from matcher.queries import reports as queries
from matcher.text.drafts import Draft, meant
from matcher.vocabulary import (
    Category,
    Certainty,
    Every,
    Mode,
    PartyKind,
    Sector,
    Strategy,
    Urgency,
    Words,
    graded,
)
from web import access, db
from web import messages as wording
from web.forms import (
    Clean,
    FilledIn,
    Form,
    Optional,
    SelectField,
    StringField,
    TermField,
    TextAreaField,
)
from web.i18n import say
from web.routing import Pages
from web.views.reports import GiftForm, NeedForm, chosen_party, offer_units, register, term

bp = Pages("pasting", __name__)

PER_PAGE = 25  #: drafts shown as rows at a time
OTHERS = 10  #: messages that are neither, shown at a time
MOST_BYTES = 2 * 10**6  #: of a form with a text in it: what is too long is told so in words up to here
MOST_CHOICES = 80  #: parties in one list; an office with more is searched
KINDS = {
    "challenge": Words("kebutuhan", "need"), "offer": Words("tawaran", "offer"),
    "success": Words("keberhasilan", "success"),
}  # fmt: skip
#: What a marked word says.
MARKS = {
    "party": Words("siapa", "who"), "giver": Words("pemberi", "giver"), "quantity": Words("jumlah", "amount"),
    "have": Words("sudah ada", "there already"), "place": Words("tempat", "place"),
    "category": Words("jenis", "kind"), "urgency": Words("kapan", "when"), "kind": Words("maksud", "meaning"),
}  # fmt: skip


# --- forms -----------------------------------------------------------------------------------------------------------


class PasteForm(Form):
    """A text to read, and what kind of text it is."""

    kind = RadioField(Words("Ini apa?", "What is it?"), validate_choice=False, choices=[])
    text = TextAreaField(Words("Tempel di sini", "Paste it here"))


_KEEP = Words("Simpan nomor ini sebagai kontaknya", "Keep this number as their contact")


class NeedDraft(NeedForm):
    """A need as it was read, to be corrected."""

    keep = BooleanField(_KEEP)
    village = StringField(Words("Desa", "Village"), [Clean(120)])


class GiftDraft(GiftForm):
    """An offer as it was read, to be corrected."""

    keep = BooleanField(_KEEP)
    only = BooleanField(Words("Hanya untuk perpustakaan ini", "Only for this library"))


class StoryDraft(Form):
    """A success as it was read: what a library can tell others."""

    keep = BooleanField(_KEEP)
    library = SelectField(Words("Perpustakaan", "Library"), validators=[Optional()], validate_choice=False)
    name = StringField(Words("Nama perpustakaan baru", "Name of the new library"), [Clean(160)])
    village = StringField(Words("Desa", "Village"), [Clean(120)])
    category = TermField(
        Words("Menjawab kekurangan apa?", "Which lack did it answer?"), Category, validators=[FilledIn()]
    )
    strategy = TermField(Words("Lewat apa?", "By which way?"), Strategy, validators=[Optional()])
    title = StringField(Words("Satu kalimat", "One sentence"), [FilledIn(), Clean(intake.LONGEST_TITLE)])
    words = TextAreaField(Words("Ceritanya", "The story"), [Clean(intake.LONGEST_TEXT)])


AnyForm = NeedDraft | GiftDraft | StoryDraft
FORMS: dict[str, type[AnyForm]] = {"challenge": NeedDraft, "offer": GiftDraft, "success": StoryDraft}


# --- pasting ---------------------------------------------------------------------------------------------------------


_WHAT = {
    drafting.MESSAGES: Words("Pesan WhatsApp: satu, atau seluruh obrolan", "WhatsApp messages: one, or a whole chat"),
    drafting.MINUTES: Words("Notulen pertemuan atau artikel", "Minutes of a meeting, or an article"),
}


def _paste_page(form: PasteForm) -> str:
    form.kind.choices = [(code, say(words)) for code, words in _WHAT.items()]
    recent = [(saved, len(drafting.waiting(saved))) for saved in drafting.recent(db.session(), access.the_office().id)]
    return render_template("pasting/paste.html", form=form, recent=recent)


@bp.page("/tempel", allow=Action.READ_DESK)
def paste() -> str:
    """An empty sheet to paste on, and the texts pasted last."""
    return _paste_page(PasteForm(formdata=None, kind=drafting.MESSAGES))


@bp.action("/tempel", allow=Action.DECIDE, most=MOST_BYTES)
def read() -> ResponseReturnValue:
    """Read what was pasted into drafts."""
    form, session, now = PasteForm(), db.session(), access.now()
    drafting.forget(session, at=now)
    try:
        kind = form.kind.data or drafting.MESSAGES
        saved = drafting.paste(session, access.the_office(), kind, form.text.data or "", by=access.actor(), at=now)
    except MatcherError as error:
        form.blame(error, "text")
        session.rollback()
        return _paste_page(form), error.status
    return redirect(url_for("pasting.text", text_id=saved.id), code=303)


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; *said* names the fields it speaks for, *unsure* that one of them is to be checked."""

    words: str
    said: str = ""
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A draft with the names around it, and what became of it: None it waits, empty it was set aside."""

    item: Draft
    party: str
    receiver: str
    code: str | None

    @property
    def checks(self) -> bool:
        """Whether something in it is to be looked at."""
        return any(self.item.unsure(name) for name in ("party", "category", "quantity", "kind"))


@dataclass(frozen=True, slots=True)
class Answer:
    """The text that goes back to whoever wrote, with the address that opens WhatsApp where a number is known."""

    number: int
    code: str
    text: str
    link: str


@bp.page("/tempel/<int:text_id>", allow=Action.READ_DESK)
def text(text_id: int) -> str:
    """What was read in a text: one draft open, the others as rows."""
    saved = drafting.of_office(db.session(), access.the_office().id, text_id)
    drafts = {item.number: item for item in drafting.items(saved)}
    wanted, kind = _number("buka"), request.args.get("jenis", "")
    opened = drafts.get(wanted) if wanted else _next(saved, _number("sesudah"))
    if opened is None or opened.kind == "stakeholder" or saved.settled.get(str(opened.number)):
        return _text_page(saved, None, None)
    if opened.kind == "neither" and kind not in FORMS:
        kind = "challenge"
    opened = meant(opened, kind, saved.text) if kind in FORMS else opened
    return _text_page(saved, opened, _filled(opened))


def _number(name: str) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 5 else 0


def _next(saved: SavedText, after: int = 0) -> Draft | None:
    """The draft to look at next: the first that waits behind *after*, else the first that waits."""
    waiting = drafting.waiting(saved)
    return next((item for item in waiting if item.number > after), waiting[0] if waiting else None)


def _text_page(saved: SavedText, opened: Draft | None, form: AnyForm | None, like: Similar | None = None) -> str:
    items = drafting.items(saved)
    drafts = [item for item in items if item.kind in FORMS or str(item.number) in saved.settled]
    if opened is not None and opened.number not in {item.number for item in drafts}:
        drafts.append(opened)
    listed = {item.number for item in drafts}
    others = [item for item in items if item.kind == "neither" and item.number not in listed]
    page = _page_of(drafts, opened)
    rows = _rows(saved, drafts[(page - 1) * PER_PAGE : page * PER_PAGE])
    more = _number("lain") or 1
    if form is not None and opened is not None:
        _dress(form)
    return render_template(
        "pasting/text.html", saved=saved, rows=rows, opened=opened, form=form, like=like, kinds=KINDS,
        counts={kind: sum(item.kind == kind for item in drafts) for kind in KINDS},
        left=len(drafting.waiting(saved)), pages=_pages(len(drafts), PER_PAGE), page=page,
        others=[(item, saved.text[item.start : item.end]) for item in others[(more - 1) * OTHERS : more * OTHERS]],
        other_count=len(others), other_pages=_pages(len(others), OTHERS), more=more, unfold=bool(_number("lain")),
        pieces=_pieces(saved.text, opened) if opened else (), choices=_choices(opened, form) if opened else [],
        stakeholders=_stakeholders([item for item in items if item.kind == "stakeholder"]),
        answer=_answer(items, saved, _number("sesudah")), heard=_heard(saved.text, opened) if opened else {},
        receiver=_name_of(opened.receiver) if opened else "",
    )  # fmt: skip


def _pages(count: int, size: int) -> list[int]:
    return list(range(1, -(-count // size) + 1))


def _page_of(drafts: Sequence[Draft], opened: Draft | None) -> int:
    """The page that was asked for, else the one on which the open draft stands."""
    if asked := _number("hal"):
        return asked
    numbers = [item.number for item in drafts]
    at = numbers.index(opened.number) if opened is not None and opened.number in numbers else 0
    return at // PER_PAGE + 1


def _rows(saved: SavedText, drafts: Sequence[Draft]) -> list[Row]:
    ids = {party for item in drafts for party in (item.party, item.receiver) if party is not None}
    found = db.session().execute(select(Party.id, Party.name).where(Party.id.in_(ids))).all() if ids else ()
    names: dict[int | None, str] = {row.id: row.name for row in found}
    return [
        Row(
            item, names.get(item.party, item.name), names.get(item.receiver, ""),
            saved.settled.get(str(item.number)),
        )
        for item in drafts
    ]  # fmt: skip


def _name_of(party_id: int | None) -> str:
    party = db.session().get(Party, party_id) if party_id is not None else None
    return party.name if party is not None else ""


def _pieces(text: str, item: Draft) -> list[Piece]:
    """The draft's words cut where they speak for a field."""
    found, at = [], item.start
    for fields, start, end in item.marks:
        names = fields.split()
        said = " · ".join(say(MARKS[name]) for name in names if name in MARKS)
        found += [Piece(text[at:start]), Piece(text[start:end], said, any(item.unsure(name) for name in names))]
        at = end
    return [*found, Piece(text[at : item.end])]


@dataclass(frozen=True, slots=True)
class Heard:
    """Which words a field was read from, and how sure that is."""

    words: str
    certainty: Certainty
    unsure: bool


def _heard(text: str, item: Draft) -> dict[str, Heard]:
    """What the fields of a draft were read from."""
    said: dict[str, str] = {}
    for fields, start, end in item.marks:
        for name in fields.split():
            said.setdefault(name, text[start:end])
    said.setdefault("party", said.get("giver", "") if item.kind == "offer" else said.get("place", ""))
    sure = {"urgency": 0.9, **item.sure} if "urgency" in said else item.sure
    return {name: Heard(said.get(name, ""), graded(Certainty, sure[name]), item.unsure(name)) for name in sure}


def _stakeholders(items: Sequence[Draft]) -> dict[Sector, list[Draft]]:
    """Those named in minutes, by sector."""
    found: dict[Sector, list[Draft]] = {}
    for item in items:
        if item.sector:
            found.setdefault(Sector(item.sector), []).append(item)
    return found


def _answer(items: Sequence[Draft], saved: SavedText, number: int) -> Answer | None:
    """The text for the sender of a draft that was saved just now."""
    item = next((item for item in items if item.number == number), None)
    if item is None or item.message is None:
        return None
    row = (
        db.session()
        .execute(
            select(Message, Party, Challenge)
            .join(Party, Message.party_id == Party.id)
            .outerjoin(Challenge, Message.challenge_id == Challenge.id)
            .where(Message.id == item.message, Message.office_id == access.the_office().id)
        )
        .one_or_none()
    )
    if row is None:
        return None
    words = wording.text(row.Message, row.Party, row.Challenge, to_a_person=not item.telephone)
    link = wording.link(item.telephone or row.Party.contact_phone, words)
    return Answer(number, saved.settled.get(str(number), ""), words, link)


# --- the open draft --------------------------------------------------------------------------------------------------


def _filled(item: Draft) -> AnyForm:
    """The form of a draft, filled with what was read."""
    read: dict[str, Any] = {
        "category": Category(item.category) if item.category else None, "title": item.title,
        "quantity": _decimal(item.quantity), "have": _decimal(item.have), "unit": item.unit or "",
        "every": item.every or "", "urgency": term(Urgency, item.urgency), "name": item.name,
    }  # fmt: skip
    if item.kind == "challenge":
        return NeedDraft(formdata=None, library=str(item.party or ""), village=_place(item), story=item.story, **read)
    read |= {"words": item.story}
    if item.kind == "offer":
        return GiftDraft(
            formdata=None, giver=str(item.party or ""), sector=item.sector or "", mode=term(Mode, item.mode),
            only=item.receiver is not None, **read,
        )  # fmt: skip
    return StoryDraft(
        formdata=None, library=str(item.party or ""), village=_place(item), strategy=term(Strategy, item.strategy),
        **read,
    )  # fmt: skip


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _place(item: Draft) -> str:
    """A village with its kecamatan, as people write it and `drafting.village` reads it back."""
    if item.village is None:
        return item.place
    codes = (item.village, item.village.rsplit(".", 1)[0])
    names = dict(db.session().execute(select(Region.code, Region.name).where(Region.code.in_(codes))).all())
    return f"{names.get(codes[0], '')}, Kec. {names.get(codes[1], '')}"


def _dress(form: AnyForm) -> None:
    """Give the lists of the form their choices."""
    if not isinstance(form, StoryDraft):
        offer_units(form)
    if isinstance(form, GiftDraft):
        form.sector.choices = [("", "–"), *((sector.value, say(sector)) for sector in Sector)]


def _choices(item: Draft, form: AnyForm | None) -> list[queries.Named]:
    """Parties to choose from; where the office knows very many, those that may be meant or were searched for."""
    session, office = db.session(), access.the_office()
    found = queries.givers(session, office.id) if item.kind == "offer" else queries.libraries(session, office.id)
    if len(found) <= MOST_CHOICES:
        return found
    chosen = {str(item.party), str((form.giver if isinstance(form, GiftDraft) else form.library).data)} if form else ""
    around = {one.kecamatan for one in found if str(one.id) in chosen and one.kecamatan}
    sought = request.values.get("cari", "").strip().casefold() or item.name.casefold()
    near = [
        one
        for one in found
        if str(one.id) in chosen
        or one.kecamatan in around
        or (sought and sought in f"{one.name} {one.village}".casefold())
    ]
    return near[:MOST_CHOICES]


# --- settling --------------------------------------------------------------------------------------------------------


@bp.action("/tempel/<int:text_id>/<int:number>/simpan", allow=Action.DECIDE)
def save(text_id: int, number: int) -> ResponseReturnValue:
    """Write a corrected draft down and open it; ask first where it looks like something that stands already."""
    session = db.session()
    held = drafting.settling(session, text_id, number, by=access.actor())
    kind = request.form.get("kind", "")
    if held.code or kind not in FORMS:
        return _onward(held)
    item, form = meant(held.item, kind, held.saved.text), FORMS[kind]()
    if not form.validate():
        return _text_page(held.saved, item, form), 422
    try:
        party, report = _told(form, held)
        if form.keep.data and item.telephone:
            phone = {"contact_phone": item.telephone}
            intake.change_party(session, party.id, by=access.actor(), at=access.now(), **phone)
        like = drafting.similar(session, held.saved.office_id, party.id, report, at=access.now())
        wish = request.form.get("mirip", "")
        if like is not None and wish not in (like.code, "baru"):
            session.rollback()
            return _text_page(held.saved, item, form, like), 409
        if like is not None and wish == like.code:
            code = drafting.add_to(session, held, like.code, party, report, by=access.actor(), at=access.now())
        else:
            code = drafting.save(session, held, party, report, by=access.actor(), at=access.now())
    except MatcherError as error:
        form.blame(error, "giver" if kind == "offer" else "library")
        session.rollback()
        return _text_page(held.saved, item, form), error.status
    flash(say(Words("{code} dicatat.", "{code} is written down."), code=code))
    return _onward(held)


def _onward(held: Settling) -> ResponseReturnValue:
    """Back to the text, at the draft that waits next."""
    after = held.item.number
    upcoming = _next(held.saved, after)
    anchor = f"n{upcoming.number}" if upcoming is not None and held.item.message is None else None
    return redirect(url_for("pasting.text", text_id=held.saved.id, sesudah=after, _anchor=anchor), code=303)


def _told(form: AnyForm, held: Settling) -> tuple[Party, Report | Gift]:
    """Who says what, as the officer left it."""
    if isinstance(form, NeedDraft):
        return _library(form), Report(
            category=form.category.data, title=form.title.data, quantity=form.quantity.data,
            unit=form.unit.data or None, have=form.have.data, every=term(Every, form.every.data),
            urgency=form.urgency.data, story=form.story.data, source=held.source,
        )  # fmt: skip
    if isinstance(form, GiftDraft):
        return _giver(form), Gift(
            category=form.category.data, mode=form.mode.data, title=form.title.data, words=form.words.data,
            quantity=form.quantity.data, unit=form.unit.data or None, every=term(Every, form.every.data),
            area=_area(held.item) if form.only.data else (), source=held.source,
        )  # fmt: skip
    return _library(form), Gift(
        category=form.category.data, mode=Mode.EXPERIENCE, title=form.title.data, words=form.words.data,
        strategy=form.strategy.data, source=held.source,
    )  # fmt: skip


def _library(form: NeedDraft | StoryDraft) -> Party:
    """The chosen library, or a new one in its village."""
    if form.library.data:
        return chosen_party(form.library.data, PartyKind.LIBRARY, "library")
    if not (form.name.data or "").strip():
        raise Required(field="library")
    place = drafting.village(db.session(), access.the_office(), form.village.data or "")
    return register(PartyKind.LIBRARY, form.name.data, region_code=place)


def _giver(form: GiftDraft) -> Party:
    if form.giver.data:
        return chosen_party(form.giver.data, PartyKind.STAKEHOLDER, "giver")
    if not (form.name.data or "").strip():
        raise Required(field="giver")
    sector = term(Sector, form.sector.data)
    if sector is None:
        raise Required(field="sector")
    return register(PartyKind.STAKEHOLDER, form.name.data, sector=sector)


def _area(item: Draft) -> list[str]:
    """The village of the library a promise was made to."""
    party = db.session().get(Party, item.receiver) if item.receiver is not None else None
    return [party.region_code] if party is not None and party.region_code else []


@bp.action("/tempel/<int:text_id>/<int:number>/lewati", allow=Action.DECIDE)
def set_aside(text_id: int, number: int) -> ResponseReturnValue:
    """Nothing to write down in this one."""
    held = drafting.settling(db.session(), text_id, number, by=access.actor())
    drafting.set_aside(db.session(), held, at=access.now())
    return _onward(held)


@bp.action("/tempel/<int:text_id>/<int:number>/pulihkan", allow=Action.DECIDE)
def restore(text_id: int, number: int) -> ResponseReturnValue:
    """Take up again what was set aside."""
    held = drafting.settling(db.session(), text_id, number, by=access.actor())
    drafting.restore(db.session(), held)
    return redirect(url_for("pasting.text", text_id=text_id, buka=number, _anchor=f"n{number}"), code=303)


@bp.action("/tempel/<int:text_id>/mitra", allow=Action.DECIDE)
def register_stakeholders(text_id: int) -> ResponseReturnValue:
    """Register one of those named in minutes, or all that are not known yet."""
    session, wish = db.session(), request.form.get("siapa", "")
    saved = drafting.of_office(session, access.the_office().id, text_id)
    all_of_them = [item.number for item in drafting.items(saved) if item.kind == "stakeholder"]
    numbers = [int(wish)] if wish.isdecimal() and len(wish) < 5 else all_of_them
    made = drafting.register_stakeholders(session, text_id, numbers, by=access.actor(), at=access.now())
    names = ", ".join(party.name for party in made)
    said = Words("{count} mitra didaftarkan: {names}.", "{count} partners registered: {names}.")
    if made:
        flash(say(said, count=len(made), names=names))
    return redirect(url_for("pasting.text", text_id=text_id, _anchor="mitra"), code=303)
