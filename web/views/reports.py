"""What comes in and what the office writes down itself: reports to check, new needs, new offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectMultipleField

from matcher import duplicates, intake, standing
from matcher import lines as records
from matcher.duplicates import Similar
from matcher.errors import MatcherError, NotFound, Required
from matcher.intake import Gift, Report
from matcher.models import Challenge, Offer, Party
from matcher.policy import Action
from matcher.queries import reports as queries
from matcher.vocabulary import (
    MATCHED,
    UNITS,
    Category,
    Every,
    FactCode,
    FactKind,
    Mode,
    Operator,
    PartyKind,
    ReportState,
    Sector,
    Urgency,
    Verification,
    Words,
)
from web import access, db
from web.forms import (
    AmountField,
    Clean,
    DayField,
    FilledIn,
    Form,
    Optional,
    SelectField,
    StringField,
    TermField,
    TextAreaField,
)
from web.i18n import lang
from web.routing import Pages

bp = Pages("reports", __name__)

#: What a giver may ask of a library before giving.
ASKED = tuple(code for code in FactCode if code.kind is FactKind.YES_NO)
#: Forms in which a stakeholder helps; experience is told by libraries.
GIVEN = tuple(mode for mode in Mode if mode is not Mode.EXPERIENCE)


# --- forms -----------------------------------------------------------------------------------------------------------


def _known(label: Words) -> Any:
    """A choice among what the page lists, or nothing."""
    return SelectField(label, validators=[Optional()], validate_choice=False)


class NeedForm(Form):
    """A need the office writes down for a library."""

    library = _known(Words("Perpustakaan", "Library"))
    name = StringField(Words("Nama perpustakaan baru", "Name of the new library"), [Clean(160)])
    village = _known(Words("Desa", "Village"))
    category = TermField(Words("Apa yang kurang?", "What is lacking?"), Category, validators=[FilledIn()])
    quantity = AmountField(Words("Berapa yang dibutuhkan?", "How much is needed?"), [Optional()])
    unit = _known(Words("Satuan", "Unit"))
    every = _known(Words("Seberapa sering", "How often"))
    have = AmountField(Words("Sekarang sudah ada berapa?", "How much is there now?"), [Optional()])
    urgency = TermField(Words("Kapan dibutuhkan?", "Needed by when?"), Urgency, validators=[Optional()])
    title = StringField(Words("Satu kalimat", "One sentence"), [Clean(intake.LONGEST_TITLE)])
    story = TextAreaField(Words("Ceritanya", "The story"), [Clean(intake.LONGEST_TEXT)])
    not_wanted = StringField(Words("Yang tidak diterima", "What is not wanted"), [Clean(500)])
    ends = DayField(Words("Berlaku sampai", "Needed until"), [Optional()])


class GiftForm(Form):
    """An offer the office writes down for a giver."""

    giver = _known(Words("Mitra", "Partner"))
    name = StringField(Words("Nama mitra baru", "Name of the new partner"), [Clean(160)])
    sector = _known(Words("Unsur", "Sector"))
    category = TermField(
        Words("Untuk jenis apa?", "For which kind of need?"), Category, validators=[FilledIn()], only=MATCHED
    )
    mode = TermField(Words("Dalam bentuk apa?", "In which form?"), Mode, validators=[FilledIn()], only=GIVEN)
    title = StringField(Words("Satu kalimat", "One sentence"), [FilledIn(), Clean(intake.LONGEST_TITLE)])
    words = TextAreaField(Words("Yang dikatakan mitra", "What the partner said"), [Clean(intake.LONGEST_TEXT)])
    quantity = AmountField(Words("Jumlah", "Quantity"), [Optional()])
    unit = _known(Words("Satuan", "Unit"))
    every = _known(Words("Seberapa sering", "How often"))
    unit_price = AmountField(Words("Harga satuan barang (Rp)", "Price of one piece (Rp)"), [Optional()])
    share_max = AmountField(Words("Paling banyak untuk satu perpustakaan", "At most for one library"), [Optional()])
    conditions = SelectMultipleField(
        Words("Syarat bagi perpustakaan", "What the library must have"), validate_choice=False
    )
    area = SelectMultipleField(Words("Hanya untuk kecamatan", "Only for these kecamatan"), validate_choice=False)
    online = BooleanField(Words("Dapat diberikan lewat internet", "Can be given over the internet"))
    valid_until = DayField(Words("Berlaku sampai", "Open until"), [Optional()])


_USUAL = Words("satuan biasa", "the usual unit")
_ONCE = Words("sekali", "once")


def offer_units(form: NeedForm | GiftForm) -> None:
    """Units under their categories, and how often."""
    units: dict[str, list[tuple[str, str]]] = {_USUAL.say(lang()): [("", "–")]}
    for unit in UNITS.values():
        units.setdefault(unit.category.words.say(lang()), []).append((unit.code, unit.words.say(lang())))
    form.unit.choices = units
    form.every.choices = [("", _ONCE.say(lang())), *((every.value, every.words.say(lang())) for every in Every)]


def term(terms: Any, value: str | None) -> Any:
    """The member of *terms* with that code; None where nothing was chosen or nobody knows it."""
    return terms(value) if value in list(terms) else None


# --- a need ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """What has to be settled before a form is saved: a report it may repeat, or parties its new one may be."""

    similar: Similar | None = None
    named: Sequence[Party] = ()


def _again(asked: _Asked | None) -> dict[str, Any]:
    """What a form's page shows of what is asked, and which party was settled on before."""
    asked = asked or _Asked()
    places = queries.whereabouts(db.session(), asked.named)
    settled = "" if asked.named else request.form.get("pihak", "")[:12]
    return {"similar": asked.similar, "named": asked.named, "whereabouts": places, "settled": settled}


def _like_named(kind: PartyKind, name: str | None, region_code: str | None) -> list[Party]:
    """The parties that a new name may mean, unless the officer said that it is none of them."""
    if request.form.get("baru") != "1" or not (name or "").strip() or request.form.get("pihak") == "baru":
        return []
    found = duplicates.of_party(db.session(), access.the_office().id, kind, name or "", region_code)[:3]
    return [] if request.form.get("pihak") in {str(party.id) for party in found} else found


def _added(party: Party, new: Report | Gift) -> Challenge | Offer | None:
    """The report that the officer said *new* belongs to, raised by it; None where it is to stand for itself."""
    chosen = request.form.get("mirip", "")
    if chosen in ("", "baru"):
        return None
    row = _report_of(chosen)
    if records.owner(db.session(), row.party_id) is not party or isinstance(row, Offer) is not isinstance(new, Gift):
        raise NotFound(id=chosen)
    told = new.words if isinstance(new, Gift) else new.story
    quantity = None if new.quantity is None else Decimal(str(new.quantity))
    return duplicates.add_to(
        db.session(), row.code, quantity, unit=new.unit, told=told, by=access.actor(), at=access.now()
    )


def _repeated(party: Party, new: Report | Gift) -> Similar | None:
    """What *new* may repeat, where the officer has not been asked yet."""
    new.columns()  # what cannot be saved is said first
    if request.form.get("mirip") == "baru":
        return None
    return duplicates.of_report(db.session(), access.the_office().id, party.id, new, at=access.now())


_MORE = Words("{code} ditambah dan dipastikan masih berlaku.", "{code} is raised and confirmed.")


def _need_page(form: NeedForm, asked: _Asked | None = None) -> str:
    """The form; the list of libraries, or where the library is new the list of villages."""
    session, office = db.session(), access.the_office()
    fresh = request.values.get("baru") == "1"
    offer_units(form)
    return render_template(
        "reports/need.html", form=form, fresh=fresh,
        libraries=[] if fresh else queries.libraries(session, office.id),
        places=queries.places(session, office) if fresh else [], **_again(asked),
    )  # fmt: skip


@bp.page("/kebutuhan/baru", allow=Action.REPORT)
def new_challenge() -> str:
    """An empty form for a need."""
    chosen = request.args.get("perpustakaan", "")
    return _need_page(NeedForm(formdata=None, library=chosen))


@bp.action("/kebutuhan/baru", allow=Action.DECIDE)
def write_challenge() -> ResponseReturnValue:
    """Write the need down and open it: its suggestions are there when its page opens."""
    form = NeedForm()
    if not form.validate():
        return _need_page(form), 422
    try:
        if named := _like_named(PartyKind.LIBRARY, form.name.data, form.village.data):
            return _need_page(form, _Asked(named=named)), 409
        library, report = _library(form), _report(form)
        challenge = _added(library, report)
        said = _MORE if challenge is not None else Words("{code} dicatat.", "{code} is written down.")
        if challenge is None and (similar := _repeated(library, report)) is not None:
            return _need_page(form, _Asked(similar)), 409
        if challenge is None:
            challenge = intake.report_challenge(
                db.session(), library, report, state=ReportState.OPEN, by=access.actor(), at=access.now()
            )
        db.session().flush()
    except MatcherError as error:
        form.blame(error, "library")
        db.session().rollback()
        return _need_page(form), error.status
    flash(said.say(lang(), code=challenge.code))
    return redirect(
        url_for("desk.challenge", code=challenge.code, tercatat=_draft("need"), _anchor="pilihan"), code=303
    )


def _draft(name: str) -> str:
    """The name under which the browser kept the form's draft; the next page drops it."""
    return f"{name}-new" if request.form.get("baru") == "1" else name


def _library(form: NeedForm) -> Party:
    """The chosen library, or a new one in its village."""
    if request.form.get("baru") != "1":
        return chosen_party(form.library.data, PartyKind.LIBRARY, "library")
    if (meant := request.form.get("pihak", "")) not in ("", "baru"):
        return chosen_party(meant, PartyKind.LIBRARY, "name")
    if not (form.name.data or "").strip():
        raise Required(field="name")
    if not form.village.data:
        raise Required(field="village")
    return register(PartyKind.LIBRARY, form.name.data, region_code=form.village.data)


def register(kind: PartyKind, name: str, **values: Any) -> Party:
    """A new party of the office, which the officer answers for."""
    party = intake.register_party(
        db.session(),
        office_id=access.the_office().id,
        kind=kind,
        name=name,
        verification=Verification.VERIFIED,
        by=access.actor(),
        at=access.now(),
        **values,
    )
    db.session().flush()
    return party


def chosen_party(chosen: str | None, kind: PartyKind, field: str) -> Party:
    """The office's party of that number and kind."""
    if not chosen or not chosen.isdigit() or len(chosen) > 12:
        raise Required(field=field)
    party = db.session().get(Party, int(chosen))
    ours = party is not None and party.office_id == access.the_office().id and party.kind is kind
    if party is None or not ours or party.merged_into_id is not None or party.retired_at is not None:
        raise Required(field=field)
    return party


def _report(form: NeedForm) -> Report:
    return Report(
        category=form.category.data, title=form.title.data, quantity=form.quantity.data, unit=form.unit.data or None,
        have=form.have.data, every=term(Every, form.every.data), urgency=form.urgency.data, story=form.story.data,
        not_wanted=form.not_wanted.data, valid_until=form.ends.data,
    )  # fmt: skip


# --- an offer --------------------------------------------------------------------------------------------------------


def _gift_page(form: GiftForm, asked: _Asked | None = None) -> str:
    session, office = db.session(), access.the_office()
    fresh = request.values.get("baru") == "1"
    offer_units(form)
    form.conditions.choices = [(code.value, code.words.say(lang())) for code in ASKED]
    form.sector.choices = [("", "–"), *((sector.value, sector.words.say(lang())) for sector in Sector)]
    return render_template(
        "reports/offer.html", form=form, fresh=fresh, places=queries.places(session, office),
        givers=[] if fresh else queries.givers(session, office.id), **_again(asked),
    )  # fmt: skip


@bp.page("/tawaran/baru", allow=Action.REPORT)
def new_offer() -> str:
    """An empty form for an offer."""
    return _gift_page(GiftForm(formdata=None))


_MATCHED = Words("Tawaran {code} dicatat dan ikut dicocokkan.", "The offer {code} is written down and matched.")


@bp.action("/tawaran/baru", allow=Action.DECIDE)
def write_offer() -> ResponseReturnValue:
    """Write the offer down and open it."""
    form = GiftForm()
    if not form.validate():
        return _gift_page(form), 422
    try:
        if named := _like_named(PartyKind.STAKEHOLDER, form.name.data, None):
            return _gift_page(form, _Asked(named=named)), 409
        giver, gift = _giver(form), _gift(form)
        offer = _added(giver, gift)
        said = _MORE if offer is not None else _MATCHED
        if offer is None and (similar := _repeated(giver, gift)) is not None:
            return _gift_page(form, _Asked(similar)), 409
        if offer is None:
            offer = intake.make_offer(
                db.session(), giver, gift, state=ReportState.OPEN, by=access.actor(), at=access.now()
            )
        db.session().flush()
    except MatcherError as error:
        form.blame(error, "giver")
        db.session().rollback()
        return _gift_page(form), error.status
    flash(said.say(lang(), code=offer.code))
    return redirect(url_for("desk.work", tercatat=_draft("offer")), code=303)


def _giver(form: GiftForm) -> Party:
    if request.form.get("baru") != "1":
        return chosen_party(form.giver.data, PartyKind.STAKEHOLDER, "giver")
    if (meant := request.form.get("pihak", "")) not in ("", "baru"):
        return chosen_party(meant, PartyKind.STAKEHOLDER, "name")
    if not (form.name.data or "").strip():
        raise Required(field="name")
    sector = term(Sector, form.sector.data)
    if sector is None:
        raise Required(field="sector")
    return register(PartyKind.STAKEHOLDER, form.name.data, sector=sector)


def _gift(form: GiftForm) -> Gift:
    known = {place.code for place in queries.places(db.session(), access.the_office())}
    asked = [code for code in ASKED if code.value in (form.conditions.data or [])]
    return Gift(
        category=form.category.data,
        mode=form.mode.data,
        title=form.title.data,
        words=form.words.data,
        quantity=form.quantity.data,
        unit=form.unit.data or None,
        unit_price=form.unit_price.data,
        every=term(Every, form.every.data),
        area=sorted(known.intersection(form.area.data or [])),
        online=form.online.data,
        share_max=form.share_max.data,
        conditions=tuple((code, Operator.AT_LEAST, 1.0) for code in asked),
        valid_until=form.valid_until.data,
    )


# --- checking what came in -------------------------------------------------------------------------------------------


class NoteForm(Form):
    """What is missing, or why not."""

    note = TextAreaField(Words("Catatan", "Note"), [FilledIn(), Clean(1000)])


def _incoming(refused: str = "", form: NoteForm | None = None) -> str:
    session, office = db.session(), access.the_office()
    return render_template(
        "reports/incoming.html", refused=refused, form=form, waiting=queries.incoming(session, office.id),
        drafts=queries.incoming(session, office.id, ReportState.DRAFT),
    )  # fmt: skip


@bp.page("/laporan-masuk", allow=Action.READ_DESK)
def incoming() -> str:
    """Reports that wait to be checked, and those sent back."""
    return _incoming()


def _report_of(code: str) -> Challenge | Offer:
    """The office's need or offer of that code."""
    table: type[Challenge | Offer] = Offer if code.upper().startswith("T") else Challenge
    found = records.by_code(db.session(), table, code)
    if found.office_id is not None and found.office_id != access.the_office().id:
        raise NotFound(kind=table.__tablename__, id=code)
    return found


def _back(code: str, said: Words) -> ResponseReturnValue:
    flash(said.say(lang(), code=code))
    return redirect(url_for("reports.incoming"), code=303)


@bp.action("/laporan-masuk/<code>/buka", allow=Action.DECIDE)
def open_report(code: str) -> ResponseReturnValue:
    """Let a checked report be seen and matched."""
    row = _report_of(code)
    standing.open_report(db.session(), row, by=access.actor(), at=access.now())
    return _back(row.code, Words("{code} dibuka dan ikut dicocokkan.", "{code} is open and matched."))


@bp.action("/laporan-masuk/<code>/perbaikan", allow=Action.DECIDE)
def send_back(code: str) -> ResponseReturnValue:
    """Send a report back with what is missing."""
    form = NoteForm()
    if not form.validate():
        return _incoming(code, form), 422
    row = _report_of(code)
    standing.ask_correction(db.session(), row, form.note.data, by=access.actor(), at=access.now())
    return _back(
        row.code, Words("Perbaikan {code} diminta; pesannya menunggu dikirim.", "{code} is sent back; the text waits.")
    )


@bp.action("/laporan-masuk/<code>/tolak", allow=Action.DECIDE)
def refuse_report(code: str) -> ResponseReturnValue:
    """Do not take a report in."""
    form = NoteForm()
    if not form.validate():
        return _incoming(code, form), 422
    row = _report_of(code)
    standing.refuse_report(db.session(), row, form.note.data, by=access.actor(), at=access.now())
    return _back(row.code, Words("{code} tidak diterima.", "{code} is not taken in."))


@bp.action("/laporan-masuk/<code>/kirim", allow=Action.DECIDE)
def submit(code: str) -> ResponseReturnValue:
    """A report that was sent back is complete now: check it again."""
    row = _report_of(code)
    standing.submit(db.session(), row, by=access.actor(), at=access.now())
    return _back(row.code, Words("{code} siap diperiksa lagi.", "{code} is ready to be checked again."))
