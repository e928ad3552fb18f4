"""From a proposal to a proven partnership: all lines, one line, one agreement with its paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from matcher import lines as records
from matcher import papers, partnership, review
from matcher.errors import MatcherError, NotFound, Required
from matcher.models import Agreement, Match
from matcher.policy import Action
from matcher.queries import partnerships as queries
from matcher.vocabulary import (
    AgreementKind,
    CancelReason,
    LineStatus,
    MatchState,
    Mode,
    ProofKind,
    ShortReason,
    Side,
    Words,
)
from web import access, db, documents
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

bp = Pages("partnerships", __name__)

#: Reasons an officer may give for ending a line; the others are the machine's cascades.
BY_HAND = (CancelReason.GIVER_CANNOT, CancelReason.TAKER_CANNOT, CancelReason.RELEASED, CancelReason.MISTAKEN)
PAPERS = (AgreementKind.COMMITMENT, AgreementKind.ORAL)


class ConsentForm(Form):
    """A yes said at the table or by telephone, written down by the office."""

    side = TermField(
        Words("Siapa yang setuju", "Who says yes"), Side, only=(Side.GIVER, Side.TAKER), validators=[FilledIn()]
    )
    quantity = AmountField(Words("Untuk berapa", "For how many"), [Optional()])
    event = SelectField(Words("Dikatakan di", "Said at"), coerce=int, validators=[Optional()])
    note = StringField(Words("Oleh siapa, dengan cara apa", "By whom, and how"), [Clean(300)])


class NumberForm(Form):
    """Another number for a proposal."""

    number = AmountField(Words("Jumlah", "Quantity"), [FilledIn()])


class AgreeForm(Form):
    """What turns accepted proposals into promises."""

    paper = SelectField(Words("Kesepakatan", "Agreement"), validators=[FilledIn()])
    due = DayField(Words("Paling lambat tiba", "To arrive by"), [Optional()])
    waiver = StringField(Words("Alasan bila melebihi kebutuhan", "Why, if it is more than needed"), [Clean(300)])


class ProofForm(Form):
    """What was seen of a promise."""

    kind = TermField(
        Words("Apa yang terlihat", "What was seen"), ProofKind, validators=[FilledIn()],
        only=(ProofKind.HANDOVER, ProofKind.CHECK, ProofKind.RETURN, ProofKind.CORRECTION),
    )  # fmt: skip
    quantity = AmountField(Words("Jumlah", "Quantity"), [FilledIn()])
    working = AmountField(Words("Yang berfungsi", "In working order"), [Optional()])
    on = DayField(Words("Tanggal", "Day"), [FilledIn()])
    note = TextAreaField(Words("Catatan", "Note"), [Clean(1000)])
    verified = BooleanField(Words("Dilihat sendiri oleh dinas (terbukti)", "Seen by the office itself (proven)"))


class PaperForm(Form):
    """Number, place and day of an agreement."""

    number = StringField(Words("Nomor surat", "Number"), [Clean(80)])
    signed_on = DayField(Words("Tanggal ditandatangani", "Signed on"), [FilledIn()])


# --- all lines -------------------------------------------------------------------------------------------------------


def _office_id() -> int:
    return access.the_office().id


def _today() -> dt.date:
    return records.today(access.now())


@bp.page("/kemitraan", allow=Action.READ_DESK)
def lines() -> str:
    """The office's lines, worst first."""
    code = request.args.get("status", "")
    status = LineStatus(code) if code in list(LineStatus) else None
    page = request.args.get("hal", 1, type=int)
    table = queries.table(db.session(), _office_id(), _today(), status=status, page=page)
    return render_template("partnerships/table.html", table=table, status=status, page=page, per_page=queries.PER_PAGE)


# --- one line --------------------------------------------------------------------------------------------------------


def _line_page(code: str, status: int = 200, **forms: Form) -> ResponseReturnValue:
    session, at = db.session(), access.now()
    found = queries.whole(session, _office_id(), code, at=at)
    consent = forms.get("consent") or ConsentForm(formdata=None, quantity=found.row.match.quantity)
    _offer_events(consent)
    agree = forms.get("agree") or AgreeForm(formdata=None, due=found.row.match.due)
    _offer_papers(agree)
    left = found.row.promised - found.row.line.delivered
    proof = forms.get("proof") or ProofForm(
        formdata=None, on=_today(), kind=ProofKind.HANDOVER, quantity=max(left, Decimal(0))
    )
    number = forms.get("number") or NumberForm(formdata=None, number=found.row.match.quantity)
    faults = [fault for form in forms.values() for fault in form.faults]
    page = render_template(
        "partnerships/line.html", whole=found, row=found.row, consent=consent, agree=agree, proof=proof, number=number,
        faults=faults, cancel_reasons=BY_HAND, short_reasons=list(ShortReason), states=MatchState, modes=Mode,
    )  # fmt: skip
    return page, status


def _offer_events(form: Form) -> None:
    days = queries.events(db.session(), _office_id())
    form["event"].choices = [(0, "–"), *((event.id, event.name) for event in days)]


def _offer_papers(form: Form) -> None:
    """An agreement that is already there, or a new one of a kind."""
    fresh = [(kind.value, f"+ {kind.words.say(lang())}") for kind in PAPERS]
    known = [
        (paper.code, f"{paper.code} · {paper.kind.words.say(lang())} {paper.number}".strip())
        for paper in queries.open_agreements(db.session(), _office_id())
    ]
    form["paper"].choices = [*known, *fresh]


@bp.page("/kemitraan/<code>", allow=Action.READ_DESK)
def line(code: str) -> ResponseReturnValue:
    """One line: both sides, who said yes, what was promised, what arrived."""
    return _line_page(code)


def _match(code: str) -> Match:
    found = records.by_code(db.session(), Match, code)
    if found.office_id != _office_id():
        raise NotFound(kind="match", id=code)
    return found


def _back(code: str, said: Words) -> Response:
    flash(said.say(lang()))
    return redirect(url_for("partnerships.line", code=code), code=303)  # type: ignore[return-value]


@bp.action("/kemitraan/<code>/setuju", allow=Action.CONSENT)
def consent(code: str) -> ResponseReturnValue:
    """Write down a side's yes."""
    form = ConsentForm()
    _offer_events(form)
    match = _match(code)
    if not form.validate():
        return _line_page(code, 422, consent=form)
    try:
        partnership.consent(
            db.session(), match.id, form.side.data, form.quantity.data, by=access.actor(), at=access.now(),
            note=form.note.data, event_id=form.event.data or None,
        )  # fmt: skip
    except Required as error:
        form.blame(error, "note")
        return _line_page(code, 422, consent=form)
    return _back(code, Words("Persetujuan dicatat.", "The yes is recorded."))


@bp.action("/kemitraan/<code>/jumlah", allow=Action.DECIDE)
def change_number(code: str) -> ResponseReturnValue:
    """Give a proposal another number."""
    form = NumberForm()
    match = _match(code)
    if not form.validate():
        return _line_page(code, 422, number=form)
    review.change_quantity(db.session(), match.id, form.number.data, by=access.actor(), at=access.now())
    return _back(code, Words("Jumlah diubah.", "The number is changed."))


def _paper_for(choice: str, event_id: int | None) -> Agreement:
    """The chosen agreement, or a new one of the chosen kind."""
    session, office = db.session(), access.office()
    if choice not in [kind.value for kind in PAPERS] or office is None:
        return records.by_code(session, Agreement, choice)
    return partnership.draft_agreement(
        session, office_id=office.id, kind=AgreementKind(choice), place=office.place, event_id=event_id,
        by=access.actor(),
        at=access.now(),
    )  # fmt: skip


@bp.action("/kemitraan/<code>/sepakat", allow=Action.AGREE)
def agree(code: str) -> ResponseReturnValue:
    """Make a proposal a promise, if the offer still has it."""
    form = AgreeForm()
    _offer_papers(form)
    match = _match(code)
    experience = match.mode is Mode.EXPERIENCE
    if not experience and not form.validate():
        return _line_page(code, 422, agree=form)
    paper = None if experience else _paper_for(form.paper.data, match.event_id)
    partnership.agree(
        db.session(), match.id, by=access.actor(), at=access.now(), agreement_id=paper.id if paper else None,
        waiver=form.waiver.data or "", due=form.due.data,
    )  # fmt: skip
    return _back(code, Words("Disepakati.", "Agreed."))


@bp.action("/kemitraan/<code>/bukti", allow=Action.AGREE)
def prove(code: str) -> ResponseReturnValue:
    """Add what was seen of a promise."""
    form = ProofForm()
    match = _match(code)
    if not form.validate():
        return _line_page(code, 422, proof=form)
    session, actor, at = db.session(), access.actor(), access.now()
    try:
        proof = partnership.prove(
            session, match.id, form.kind.data, form.quantity.data, on=form.on.data, working=form.working.data, by=actor,
            at=at, note=form.note.data,
        )  # fmt: skip
    except MatcherError as error:
        if error.field is None:
            raise
        form.blame(error, "quantity")
        return _line_page(code, 422, proof=form)
    if form.verified.data and proof.kind is ProofKind.HANDOVER:
        partnership.verify(session, proof.id, by=actor, at=at)
    return _back(code, Words("Bukti dicatat.", "The proof is recorded."))


@bp.action("/kemitraan/<code>/bukti/<int:proof_id>/terbukti", allow=Action.AGREE)
def verify(code: str, proof_id: int) -> ResponseReturnValue:
    """The office has seen what a proof says."""
    partnership.verify(db.session(), proof_id, by=access.actor(), at=access.now())
    return _back(code, Words("Terbukti.", "Proven."))


@bp.action("/kemitraan/<code>/selesai", allow=Action.AGREE)
def finish(code: str) -> ResponseReturnValue:
    """Call a line done."""
    match = _match(code)
    short = request.form.get("short", "")
    helped = {"ya": True, "tidak": False}.get(request.form.get("helped", ""))
    partnership.finish(
        db.session(), match.id, by=access.actor(), at=access.now(), helped=helped,
        short=ShortReason(short) if short in list(ShortReason) else None,
    )  # fmt: skip
    return _back(code, Words("Selesai. Terima kasih.", "Done. Thank you."))


@bp.action("/kemitraan/<code>/batal", allow=Action.AGREE)
def cancel(code: str) -> ResponseReturnValue:
    """End a line early; what did not arrive goes back to the offer."""
    match = _match(code)
    why = request.form.get("reason", "")
    if why not in list(BY_HAND):
        raise Required(field="reason")
    partnership.cancel(
        db.session(),
        match.id,
        CancelReason(why),
        by=access.actor(),
        at=access.now(),
        note=request.form.get("note", "")[:300],
    )
    return _back(code, Words("Dibatalkan; sisanya kembali ke tawaran.", "Cancelled; the rest is back with the offer."))


# --- agreements ------------------------------------------------------------------------------------------------------


def _deal_page(code: str, status: int = 200, form: PaperForm | None = None) -> ResponseReturnValue:
    found = queries.deal(db.session(), _office_id(), code, _today())
    paper = form or PaperForm(
        formdata=None, number=found.agreement.number, signed_on=found.agreement.signed_on or _today()
    )
    page = render_template("partnerships/agreement.html", deal=found, form=paper, faults=form.faults if form else [])
    return page, status


@bp.page("/kesepakatan/<code>", allow=Action.READ_DESK)
def agreement(code: str) -> ResponseReturnValue:
    """One agreement: its lines, its paper, who may join."""
    return _deal_page(code)


def _agreement(code: str) -> Agreement:
    return queries.deal(db.session(), _office_id(), code, _today()).agreement


@bp.action("/kesepakatan/<code>/tambah", allow=Action.AGREE)
def join(code: str) -> ResponseReturnValue:
    """Agree several accepted lines at once: all of them, or none."""
    found = _agreement(code)
    chosen = [_match(part).id for part in request.form.getlist("line")]
    if not chosen:
        raise Required(field="line")
    partnership.agree_together(db.session(), chosen, by=access.actor(), at=access.now(), agreement_id=found.id)
    flash(Words("{n} baris disepakati.", "{n} lines agreed.").say(lang(), n=len(chosen)))
    return redirect(url_for("partnerships.agreement", code=code), code=303)


@bp.action("/kesepakatan/<code>/sah", allow=Action.AGREE)
def sign(code: str) -> ResponseReturnValue:
    """Put an agreement in force."""
    form = PaperForm()
    if not form.validate():
        return _deal_page(code, 422, form)
    partnership.sign(
        db.session(),
        _agreement(code),
        signed_on=form.signed_on.data,
        number=form.number.data,
        by=access.actor(),
        at=access.now(),
    )
    flash(Words("Kesepakatan berlaku.", "The agreement is in force.").say(lang()))
    return redirect(url_for("partnerships.agreement", code=code), code=303)


@bp.action("/kesepakatan/<code>/naskah", allow=Action.AGREE)
def issue(code: str) -> ResponseReturnValue:
    """Keep a version of the paper as it stands now."""
    session, at = db.session(), access.now()
    found = _agreement(code)
    paper = papers.issue_paper(
        session, found, papers.commitment_content(session, found, at=at), by=access.actor(), at=at
    )
    flash(Words("Naskah {code} siap diunduh.", "Paper {code} is ready.").say(lang(), code=paper.code))
    return redirect(url_for("partnerships.agreement", code=code), code=303)


@bp.page("/kesepakatan/<code>/<int:version>.<ending>", allow=Action.READ_CONTACT)
def paper(code: str, version: int, ending: str) -> ResponseReturnValue:
    """A version of the paper as PDF or Word; names of people are filled in now."""
    found = queries.deal(db.session(), _office_id(), code, _today())
    kept = next((one for one in found.papers if one.version == version), None)
    if kept is None or ending not in documents.FORMATS:
        raise NotFound(kind="paper", id=f"{code}-{version}")
    mime, draw = documents.FORMATS[ending]
    people = papers.signers(db.session(), found.agreement)
    body = draw(documents.sections(kept.content, code=kept.code, digest=kept.digest, people=people))
    response = Response(body, mimetype=mime)
    response.headers["Content-Disposition"] = f'attachment; filename="Berita-Acara-{kept.code}.{ending}"'
    return response
