"""Sharing an offer out: the split with its steppers, proposed or agreed in one press; the offers several wait for.

Everything the officer chose stands in the address: which split, who takes part, the numbers written by hand.  One form
holds those numbers and both presses, so a press that comes before they were worked out is noticed and refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from matcher import intake, sharing
from matcher.errors import CannotShare, Invalid, MatcherError, NotANumber, NotFound
from matcher.models import Offer
from matcher.policy import Action
from matcher.queries import desk, partnerships, scarce, why
from matcher.shares import Row, Sharing
from matcher.vocabulary import AgreementKind, Category, MatchState, Words
from web import access, db, forms
from web.forms import Clean, DayField, FilledIn, Form, Optional, SelectField, StringField, TermField, read_number
from web.i18n import amount, in_field, lang
from web.numerals import plain
from web.routing import Pages
from web.views.desk import NO_OFFER
from web.views.parties import numbers_of_pages

bp = Pages("sharing", __name__)

PER_PAGE = 24
MOST = 400  #: numbers read from one address
_LONGEST = 20_000  #: characters of an address that a press carries along
PAPERS = (AgreementKind.ORAL, AgreementKind.COMMITMENT)
EVERY_KIND = "semua"
CHANGED = Words(
    "Angkanya berubah sesudah terakhir dihitung. Belum ada yang dicatat: lihat pembagian yang baru, lalu tekan lagi.",
    "The numbers changed after they were last worked out. Nothing is recorded yet: see the new shares, press again.",
)
_CODE = re.compile(r"K-\d{4,9}")
_PAIR = re.compile(r"(K-\d{4,9})_(\d{1,15}(?:\.\d{1,3})?)")


class AgreeForm(Form):
    """What was said at the table: who said yes, where, and which paper it goes on."""

    event = SelectField(Words("Dikatakan di", "Said at"), coerce=int, validators=[Optional()])
    note = StringField(Words("Siapa yang menyetujui", "Who said yes"), [Clean(300)])
    kind = TermField(Words("Dicatat sebagai", "Recorded as"), AgreementKind, only=PAPERS, validators=[FilledIn()])
    due = DayField(Words("Paling lambat tiba", "To arrive by"), [Optional()])


# --- what the address says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """How the officer wants it shared out."""

    proportional: bool = False
    kind: Category | None = None
    every_kind: bool = False
    ready_only: bool = False
    most: str = ""  #: as typed
    page: int = 1
    written: dict[str, str] = field(default_factory=dict)  #: code of a challenge → its share as typed

    @property
    def query(self) -> dict[str, Any]:
        """The same as parts of an address, shortest form."""
        told: dict[str, Any] = {"cara": "sebanding"} if self.proportional else {}
        if self.kind or self.every_kind:
            told["jenis"] = EVERY_KIND if self.every_kind else self.kind and self.kind.value
        told |= ({"siap": "1"} if self.ready_only else {}) | ({"paling": self.most} if self.most else {})
        return told | ({"hal": self.page} if self.page > 1 else {}) | self.written


def _told() -> MultiDict[str, str]:
    """What stands in the form, or in the address where none was sent."""
    return request.form if "dari" in request.form else _stood()


def _stood() -> MultiDict[str, str]:
    """The address of the page; a press carries along that of the page it stood on."""
    if request.method == "GET":
        return request.args
    return MultiDict(parse_qsl(request.form.get("alamat", "")[:_LONGEST], keep_blank_values=True))


def _wish(told: MultiDict[str, str]) -> Wish:
    kind = told.get("jenis", "")
    page = (told.getlist("hal") or ["1"])[-1]
    return Wish(
        proportional=(told.getlist("cara") or [""])[-1] == "sebanding",
        kind=Category(kind) if kind in list(Category) else None,
        every_kind=kind == EVERY_KIND,
        ready_only="siap" in told,
        most=" ".join(told.get("paling", "").split())[:12],
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        written=_written(told),
    )


def _written(told: MultiDict[str, str]) -> dict[str, str]:
    """The numbers of the address: all of them, or of a form that was just sent those ticked or typed anew."""
    typed = {code: " ".join(text.split())[:20] for code, text in told.items() if _CODE.fullmatch(code)}
    typed = dict(list(typed.items())[:MOST])
    if "dari" not in told:
        return typed
    shown, ticked = _pairs(told["dari"]), told.getlist("tetap")
    typed |= _stepped(told, typed)
    kept = {}
    for code, text in typed.items():
        value = _number(text)
        changed = code not in shown or value is None or value != shown[code]
        if text and (changed or code in ticked):
            kept[code] = text if value is None else plain(value)
    return kept


def _stepped(told: MultiDict[str, str], typed: dict[str, str]) -> dict[str, str]:
    """What a press on plus or minus makes of a row's number: ``naik=K-0001_1``."""
    for name, sign in (("naik", 1), ("turun", -1)):
        for code, step in _pairs(told.get(name, "")).items():
            value = max((_number(typed.get(code, "")) or Decimal(0)) + sign * step, Decimal(0))
            return {code: plain(value)}
    return {}


def _changed() -> bool:
    """Whether the form that came with a press asks for another split than the one its page showed."""
    if "dari" not in request.form:
        return False
    now, before, shown = _wish(request.form), _wish(_stood()), _pairs(request.form["dari"])
    known = {code: _number(text) for code, text in before.written.items()}
    news = {code: _number(text) for code, text in now.written.items()}
    # A tick beside the number that was shown changes nothing: what is fixed is what was seen.
    news = {code: value for code, value in news.items() if code in known or value is None or value != shown.get(code)}
    return (news, _who(now)) != (known, _who(before))


def _who(wish: Wish) -> tuple[object, ...]:
    return wish.proportional, wish.kind or wish.every_kind, wish.ready_only, wish.most


def _pairs(text: str) -> dict[str, Decimal]:
    """``K-0001_3*K-0002_0.25`` as code → number."""
    return {code: Decimal(value) for code, value in _PAIR.findall(text)[: MOST * 10]}


def _number(text: str) -> Decimal | None:
    """A number as people write it; None: it is none."""
    try:
        return intake.amount(read_number(text), "quantity", zero=True)
    except MatcherError:
        return None


# --- the page --------------------------------------------------------------------------------------------------------


class Seen(NamedTuple):
    """One row as it is shown: what stands in its field, what is wrong with it, why it gets nothing."""

    row: Row
    text: str
    wrong: str
    note: str


@bp.page("/bagi", allow=Action.READ_DESK)
def offers() -> str:
    """Offers that several libraries wait for."""
    found = scarce.awaited(db.session(), access.the_office(), at=access.now())
    pages = max(math.ceil(len(found) / PER_PAGE), 1)
    page = min(max(request.args.get("hal", 1, type=int), 1), pages)
    return render_template(
        "sharing/offers.html", rows=found[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(found), page=page,
        pages=numbers_of_pages(page, pages),
    )  # fmt: skip


@bp.page("/bagi/<code>", allow=Action.READ_DESK)
def share(code: str) -> ResponseReturnValue:
    """One offer shared out; a form that was sent leads to the short address that says the same."""
    return _short(code) if "dari" in request.args else _page(code)


@bp.signal("/bagi/<code>", allow=Action.READ_DESK)
def work_out(code: str) -> ResponseReturnValue:
    """The same without scripts; what was written for the agreement stays, and never stands in an address."""
    form = AgreeForm()
    if form.note.data or form.event.data or form.due.data:
        return _page(code, form=form)
    return _short(code)


def _short(code: str) -> ResponseReturnValue:
    return redirect(url_for("sharing.share", code=code, **_wish(_told()).query), code=303)


def _offer(code: str) -> Offer:
    return why.offer_of(db.session(), access.the_office(), code)


def _page(
    code: str, status: int = 200, *, trouble: MatcherError | str = "", form: AgreeForm | None = None
) -> ResponseReturnValue:
    """The page with what was chosen; *trouble* is why a press was refused."""
    try:
        offer = _offer(code)
    except NotFound:
        sentence = NO_OFFER.say(lang(), code=code[:16])
        return render_template("sharing/barred.html", offer=None, sentence=sentence, cure=""), 404
    wish = _wish(_told())
    try:
        shared, unread = _shared(offer, wish)
    except CannotShare as error:
        cure = str(error.values["hindrance"])
        return render_template("sharing/barred.html", offer=offer, sentence=forms.say(error), cure=cure), status
    faults = [*_troubles(trouble), *unread.items(), *((code, forms.say(error)) for code, error in shared.faults)]
    wrong = dict(reversed(faults))
    faults = [(code, text if code in text or not _CODE.fullmatch(code) else f"{code}: {text}") for code, text in faults]
    faults = list(dict.fromkeys(faults))
    rows = sorted(shared.rows, key=lambda row: not (row.share or row.fixed))
    pages = max(math.ceil(len(rows) / PER_PAGE), 1)
    page = min(max(wish.page, 1), pages)
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    agree = form or AgreeForm(formdata=None, kind=AgreementKind.ORAL)
    events = partnerships.events(db.session(), access.the_office().id)
    agree.event.choices = [(0, "–"), *((event.id, event.name) for event in events)]
    here = {row.challenge.code for row in shown}
    html = render_template(
        "sharing/share.html", s=shared, wish=wish, rows=[_seen(row, wish, wrong) for row in shown], faults=faults,
        told=[*faults, *(form.faults if form else [])], agree=agree, opened=form is not None, said=_said(shared),
        elsewhere={code: text for code, text in wish.written.items() if code not in here}, every_kind=EVERY_KIND,
        chosen=urlencode(_as_sent(wish, shared)), shown=_compact(shown), served=_compact(shared.served), page=page,
        pages=numbers_of_pages(page, pages),
    )  # fmt: skip
    return html, status


def _as_sent(wish: Wish, shared: Sharing) -> dict[str, Any]:
    """The address as the page's form says it: of kind and conditions only what it has a field for."""
    absent = {"jenis"} if shared.offer.conditions else {"jenis", "siap"}
    told = {name: value for name, value in wish.query.items() if name not in absent}
    return told | ({"jenis": shared.kind or EVERY_KIND} if len(shared.kinds) > 1 else {})


def _troubles(trouble: MatcherError | str) -> list[tuple[str, str]]:
    if isinstance(trouble, str):
        return [("bagian", trouble)] if trouble else []
    return [(trouble.field or "bagian", forms.say(trouble))]


def _shared(offer: Offer, wish: Wish) -> tuple[Sharing, dict[str, str]]:
    """The split, and the sentences for what was typed and is no number."""
    numbers, unread = {}, {}
    for code, text in wish.written.items():
        try:
            numbers[code] = intake.amount(read_number(text), code, zero=True) or Decimal(0)
        except MatcherError as error:
            unread[code] = forms.say(error)
            numbers[code] = Decimal(0)
    most = None
    if wish.most:
        most = int(wish.most) if wish.most.isascii() and wish.most.isdecimal() else None
        if not most:
            unread["paling"] = forms.say(NotANumber(value=wish.most))
    found = sharing.share_out(
        db.session(), access.the_office(), offer, at=access.now(), proportional=wish.proportional, kind=wish.kind,
        every_kind=wish.every_kind, ready_only=wish.ready_only, most=most, fixed=numbers,
    )  # fmt: skip
    return found, unread


def _seen(row: Row, wish: Wish, wrong: dict[str, str]) -> Seen:
    code = row.challenge.code
    typed = wish.written.get(code, "") if wrong.get(code) else ""
    value = _number(typed) if typed else row.share
    text = typed if value is None else in_field(value)
    return Seen(row, text, wrong.get(code, ""), row.note.say(lang(), amount) if row.note is not None else "")


def _compact(rows: list[Row]) -> str:
    """The shares of some rows in one word, for a form to carry."""
    return "*".join(f"{row.challenge.code}_{row.share.normalize():f}" for row in rows)


def _said(shared: Sharing) -> dict[str, Any]:
    """What the last press did: the lines proposed together with the one the address names."""
    code = request.args.get("sesudah", "")[:16]
    outcome = desk.outcome(db.session(), access.the_office().id, code) if code else None
    if outcome is None or outcome.match.state not in (MatchState.PROPOSED, MatchState.CANCELLED):
        return {}
    moment = outcome.match.proposed_at
    alive = [one for one in shared.standing if one.match.proposed_at == moment]
    return {"line": outcome.match, "count": len(alive)}


# --- the presses -----------------------------------------------------------------------------------------------------


def _pressed(code: str) -> tuple[Offer, dict[str, Decimal]]:
    return _offer(code), _pairs(request.form.get("baris", ""))


def _refused(code: str, error: MatcherError, form: AgreeForm | None = None) -> ResponseReturnValue:
    """The page again with the reason on top; nothing was written, nothing that was typed is lost."""
    db.session().rollback()
    if form is not None and error.field in form:
        form.blame(error, "note")
        return _page(code, error.status, form=form)
    return _page(code, error.status, trouble=error, form=form)


@bp.action("/bagi/<code>/usulkan", allow=Action.DECIDE)
def propose(code: str) -> ResponseReturnValue:
    """Propose every line that was seen, in one press."""
    offer, shares = _pressed(code)
    if _changed():
        return _page(code, Invalid.status, trouble=CHANGED.say(lang()))
    try:
        made = sharing.propose_shares(
            db.session(), access.the_office(), offer, shares, by=access.actor(), at=access.now()
        )
    except MatcherError as error:
        if error.status not in (409, 422):
            raise
        return _refused(code, error)
    return redirect(url_for("sharing.share", code=code, sesudah=made[0].code), code=303)


@bp.action("/bagi/<code>/sepakati", allow=Action.AGREE)
def agree(code: str) -> ResponseReturnValue:
    """Agree every line that was seen, as it was said at the table."""
    offer, shares = _pressed(code)
    form = AgreeForm()
    known = partnerships.events(db.session(), access.the_office().id)
    form.event.choices = [(0, "–"), *((event.id, event.name) for event in known)]
    if not form.validate() or _changed():
        return _page(code, Invalid.status, form=form, trouble=CHANGED.say(lang()) if _changed() else "")
    try:
        made = sharing.agree_shares(
            db.session(), access.the_office(), offer, shares, kind=form.kind.data, note=form.note.data or "",
            event_id=form.event.data or None, due=form.due.data, by=access.actor(), at=access.now(),
        )  # fmt: skip
    except MatcherError as error:
        if error.status not in (409, 422):
            raise
        return _refused(code, error, form)
    return redirect(url_for("partnerships.agreement", code=made.code), code=303)
