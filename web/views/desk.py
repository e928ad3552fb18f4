"""The officer's desk: the day's piles, the matching desk with its decisions, the texts to send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import accounts, intake, pairs, review, standing
from matcher import lines as records
from matcher.errors import Invalid, MatcherError, NotFound, Required
from matcher.models import Challenge, Match, Message, Offer
from matcher.policy import Action
from matcher.queries import desk as queries
from matcher.queries import peers
from matcher.queries import why as reasons
from matcher.queries import work as days
from matcher.vocabulary import (
    Category,
    FactCode,
    FactKind,
    MatchState,
    Mode,
    Refusal,
    ReportState,
    RuleKind,
    Words,
)
from web import access, db, errors, suggestion_data
from web import messages as wording
from web.forms import AmountField, Clean, DayField, FilledIn, Form, Optional, StringField, TermField, TextAreaField
from web.i18n import date, lang
from web.routing import Pages

bp = Pages("desk", __name__)

#: What may be missing when a library is not ready.
MISSING = tuple(code for code in FactCode if code.kind is FactKind.YES_NO)
AGAIN_DAYS = (30, 90, 180)  #: after which a giver who cannot now is asked again; the first where nothing is said
SIDES = ("challenge", "offer")

#: What a refusal did beside refusing, said after the press.
AFTER: dict[Refusal, Words] = {
    Refusal.WRONG_KIND: Words("Dicatat sebagai pelajaran untuk urutan usulan.", "Kept as a lesson for the ranking."),
    Refusal.WRONG_QUANTITY: Words(
        "Boleh diusulkan lagi dengan jumlah lain.", "It may be proposed with another number."
    ),
    Refusal.TOO_FAR: Words("Dicatat sebagai pelajaran tentang jarak.", "Kept as a lesson about distance."),
    Refusal.RECIPIENT_NOT_READY: Words(
        "Kesiapan perpustakaan diperbarui.", "What is known of the library is brought up to date."
    ),
    Refusal.ALREADY_MET: Words(
        "Kebutuhan {challenge} diperbarui: sekarang {state}.",
        "The need {challenge} is brought up to date: {state} now.",
    ),
    Refusal.GIVER_NOT_NOW: Words(
        "Tawaran {offer} ditunda sampai {day}.", "The offer {offer} is put aside until {day}."
    ),
    Refusal.GIVER_POLICY: Words(
        "Tidak akan diusulkan lagi yang melanggar aturan ini.", "Nothing against this rule will be suggested again."
    ),
    Refusal.MORE_URGENT_ELSEWHERE: Words(
        "Dicatat sebagai pelajaran: ada yang lebih mendesak.", "Kept as a lesson: another one is more urgent."
    ),
    Refusal.WRONG_OR_DUPLICATE: Words(
        "Dikembalikan untuk diperbaiki; pesannya menunggu dikirim.",
        "Sent back for correction; the text waits to be sent.",
    ),
    Refusal.OTHER: Words("Alasannya dibaca tiap bulan.", "The reason is read every month."),
}


NO_OFFER = Words(
    "Tidak ada tawaran berkode {code}. Kode tawaran ditulis seperti T-0045.",
    "There is no offer with the code {code}. Codes of offers are written like T-0045.",
)


class ProposeForm(Form):
    """A yes to a pair."""

    offer = StringField(Words("Tawaran", "Offer"), [FilledIn(), Clean(16)])
    quantity = AmountField(Words("Jumlah", "Quantity"), [Optional()])


class RefuseForm(Form):
    """A no with its reason, and what that reason asks."""

    offer = StringField(Words("Tawaran", "Offer"), [FilledIn(), Clean(16)])
    reason = TermField(Words("Alasan", "Reason"), Refusal, validators=[FilledIn()])
    fact = TermField(Words("Yang belum ada", "What is missing"), FactCode, only=MISSING, validators=[Optional()])
    met = AmountField(Words("Berapa yang sudah ada", "How much is there already"), [Optional()])
    until = DayField(Words("Tanyakan lagi setelah", "Ask again after"), [Optional()])
    rule = TermField(Words("Aturannya", "The rule"), RuleKind, validators=[Optional()])
    instead = StringField(Words("Yang lebih mendesak", "The more urgent one"), [Clean(16)])
    side = StringField(Words("Yang salah", "Which side is wrong"), [Clean(16)])
    note = TextAreaField(Words("Catatan", "Note"), [Clean(1000)])


class NoteForm(Form):
    """A few words to whoever wrote a report."""

    note = TextAreaField(Words("Apa yang perlu dilengkapi", "What has to be completed"), [FilledIn(), Clean(1000)])


class NumberForm(Form):
    """The number a promise had not."""

    quantity = AmountField(Words("Jumlah", "Quantity"), [FilledIn()])


# --- where the officer is --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """How the officer goes through the list; carried from page to page in the address."""

    kind: Category | None
    order: queries.Order

    @property
    def query(self) -> dict[str, Any]:
        """The same as parts of an address."""
        kind = {"jenis": self.kind.value} if self.kind else {}
        return kind | ({"urut": self.order.value} if self.order is not queries.Order.WAITING else {})


def _way() -> _Way:
    kind, order = request.args.get("jenis", ""), request.args.get("urut", "")
    return _Way(
        Category(kind) if kind in list(Category) else None,
        queries.Order(order) if order in list(queries.Order) else queries.Order.WAITING,
    )


def _waiting(way: _Way) -> list[queries.Waiting]:
    return queries.waiting(db.session(), access.the_office(), by=access.actor(), at=access.now(), order=way.order)


# --- the day ---------------------------------------------------------------------------------------------------------


@bp.page("/kerja", allow=Action.READ_DESK)
def work() -> str:
    """The day's piles."""
    piles = days.piles(db.session(), access.the_office(), by=access.actor(), at=access.now())
    return render_template("desk/work.html", p=piles)


@bp.page("/kerja/tanpa-jumlah", allow=Action.READ_DESK)
def numberless(refused: tuple[str, NumberForm] | None = None) -> str:
    """Promises that nobody has put a number to, with the words that were said."""
    found = days.numberless(db.session(), access.the_office().id)
    code, form = refused or ("", None)
    return render_template("desk/numberless.html", found=found, refused=code, form=form)


@bp.action("/kerja/tanpa-jumlah/<code>", allow=Action.DECIDE)
def set_number(code: str) -> ResponseReturnValue:
    """Give an offer the number its giver now says."""
    form = NumberForm()
    offer = records.by_code(db.session(), Offer, code)
    if form.validate():
        try:
            intake.set_quantity(
                db.session(), offer, form.quantity.data or Decimal(0), by=access.actor(), at=access.now()
            )
        except Invalid as error:
            form.blame(error, "quantity")
    if form.errors:
        return numberless((offer.code, form)), 422
    flash(Words("Jumlah {code} dicatat.", "The number of {code} is recorded.").say(lang(), code=offer.code))
    return redirect(url_for("desk.numberless"), code=303)


# --- the matching desk -----------------------------------------------------------------------------------------------


@bp.page("/cocok", allow=Action.READ_DESK)
def match_desk() -> str:
    """The list to decide, its first challenge beside it."""
    way = _way()
    rows = _waiting(way)
    listing = queries.listing(db.session(), rows, kind=way.kind, page=request.args.get("hal", 1, type=int))
    first = listing.items[0].row.code if listing.items else None
    return _desk(way, listing, first, alone=False)


@bp.page("/cocok/<code>", allow=Action.READ_DESK)
def challenge(code: str) -> str:
    """One challenge with its best offers."""
    return _challenge(code)


def _challenge(code: str, form: Form | None = None) -> str:
    way = _way()
    found = review.challenge(db.session(), code, by=access.actor())
    listing = queries.listing(db.session(), _waiting(way), kind=way.kind, chosen=found.code)
    return _desk(way, listing, found.code, alone=True, form=form)


def _desk(way: _Way, listing: queries.Listing, code: str | None, *, alone: bool, form: Form | None = None) -> str:
    """The page: *alone* says that a telephone shows the challenge, not the list."""
    values: dict[str, Any] = {"one": None, "chosen": None, "rivals": [], "absence": None, "suggested": None}
    if code is not None:
        values |= _one(code, form)
    return render_template(
        "desk/desk.html", listing=listing, way=way, kinds=[kind for kind in Category if listing.kinds[kind]],
        orders=list(queries.Order), alone=alone, form=form, faults=form.faults if form else [], said=_said(),
        reasons=list(Refusal), missing=MISSING, rules=list(RuleKind), best=queries.BEST, keys=_keys(),
        again=[_day(ahead) for ahead in AGAIN_DAYS], open_state=ReportState.OPEN, **values,
    )  # fmt: skip


def _one(code: str, form: Form | None) -> dict[str, Any]:
    session, at = db.session(), access.now()
    one = queries.chosen(session, review.challenge(session, code, by=access.actor()), at=at)
    wanted = form["offer"].data if form is not None and "offer" in form else request.args.get("tawaran")
    chosen = one.pick(wanted)
    if chosen is None:
        bars = reasons.absence(session, access.the_office(), one.challenge, at=at)
        return {"one": one, "absence": suggestion_data.said(bars, lang())}
    both = pairs.Pair(one.challenge, chosen.offer, one.library, chosen.giver, access.the_office(), one.gap, chosen.left)
    return {
        "one": one, "chosen": chosen, "suggested": both.suggested,
        "rivals": queries.rivals(session, one.challenge, chosen.offer),
    }  # fmt: skip


@bp.page("/cocok/<code>/mengapa", allow=Action.READ_DESK)
def why(code: str) -> ResponseReturnValue:
    """Why a named offer is not suggested for a challenge, or which place it takes."""
    session = db.session()
    found = review.challenge(session, code, by=access.actor())
    told, wrong, answer = request.args.get("tawaran", "").strip()[:16], "", None
    try:
        if told:
            answer = reasons.why(
                session,
                access.the_office(),
                found,
                reasons.offer_of(session, access.the_office(), told),
                at=access.now(),
            )
    except NotFound:
        wrong = NO_OFFER.say(lang(), code=told)
    page = render_template(
        "desk/why.html", c=found, told=told, wrong=wrong, found=answer,
        bars=[(bar.say(lang(), date), bar.values.get("line")) for bar in answer.bars] if answer is not None else [],
    )  # fmt: skip
    return page, 404 if wrong else 200


@bp.page("/cocok/belajar/<code>", allow=Action.READ_DESK)
def learners(code: str) -> str:
    """Whose open need a library's success could help."""
    session, office = db.session(), access.the_office()
    offer = reasons.offer_of(session, office, code)
    if offer.mode is not Mode.EXPERIENCE:
        raise NotFound(kind="offer", id=code)
    return render_template(
        "desk/learners.html", offer=offer, teller=records.owner(session, offer.party_id),
        found=peers.learners(session, office, offer, at=access.now()),
    )  # fmt: skip


def _keys() -> bool:
    account = access.account()
    return account is not None and account.keys


def _day(ahead: int) -> dt.date:
    return records.today(access.now()) + dt.timedelta(days=ahead)


def _said() -> dict[str, Any]:
    """What the last press did, named by codes in the address, so that a page loaded again says the same."""
    told: dict[str, Any] = {name: request.args[name][:16] for name in ("lewat", "perbaiki") if name in request.args}
    if "sesudah" in request.args:
        outcome = queries.outcome(db.session(), access.the_office().id, request.args["sesudah"][:16])
        told |= {"outcome": outcome} | (_after(outcome) if outcome is not None else {})
    return told


def _after(outcome: queries.Outcome) -> dict[str, Any]:
    """What a refusal did: its reason, its consequence, and what the library will read of it."""
    if outcome.match.state is not MatchState.DECLINED:
        return {}
    reason, until = Refusal(outcome.match.reason or ""), outcome.offer.paused_until
    sentence = AFTER[reason].say(
        lang(),
        challenge=outcome.challenge.code,
        offer=outcome.offer.code,
        state=outcome.challenge.state.words.say(lang()),
        day=date(until) if until else "–",
    )
    return {"reason": reason, "after": sentence, "texts": _texts(outcome)}


def _texts(outcome: queries.Outcome) -> list[str]:
    """What the library will read of a refusal that has something to say to it."""
    person = access.may(Action.READ_CONTACT)
    read = [message for message in outcome.messages if message.party_id == outcome.taker.id]
    return [
        wording.text(message, outcome.taker, outcome.challenge, every=outcome.match.every, to_a_person=person)
        for message in read
    ]


# --- decisions -------------------------------------------------------------------------------------------------------


def _pair(code: str, offer_code: str) -> tuple[Challenge, Offer]:
    """Both sides of a decision; refused where somebody took it meanwhile."""
    session = db.session()
    found = review.challenge(session, code, by=access.actor())
    offer = records.by_code(session, Offer, offer_code)
    if (taken := queries.decided(session, found.id, offer.id)) is not None:
        raise taken
    return found, offer


def _decide(code: str, form: Form, act: Callable[[Challenge, Offer], Match]) -> ResponseReturnValue:
    """Carry a decision out and open the next challenge; a wrong form comes back, a stale one says who was faster."""
    way = _way()
    onward = queries.following(_waiting(way), code, way.kind)
    if not form.validate():
        return _challenge(code, form), 422
    try:
        match = act(*_pair(code, form["offer"].data))
    except Invalid as error:
        form.blame(error, "offer")
        return _challenge(code, form), 422
    except MatcherError as error:
        if error.status != 409:
            raise
        return _too_late(error, code, onward), 409
    return _onward(onward, sesudah=match.code)


def _onward(code: str | None, **told: str) -> ResponseReturnValue:
    """The next challenge, or the list where there is none."""
    query: dict[str, Any] = _way().query | told
    if code is None:
        return redirect(url_for("desk.match_desk", **query), code=303)
    return redirect(url_for("desk.challenge", code=code, _anchor="pilihan", **query), code=303)


def _too_late(error: MatcherError, code: str, onward: str | None) -> str:
    return render_template(
        "desk/too_late.html", sentence=errors.sentence(error, lang()), code=code, onward=onward, way=_way()
    )


@bp.action("/cocok/<code>/usulkan", allow=Action.DECIDE)
def propose(code: str) -> ResponseReturnValue:
    """Put the pair forward."""
    form = ProposeForm()

    def act(found: Challenge, offer: Offer) -> Match:
        quantity = intake.amount(form.quantity.data, "quantity")
        return review.propose(db.session(), found.id, offer.id, quantity=quantity, by=access.actor(), at=access.now())

    return _decide(code, form, act)


@bp.action("/cocok/<code>/tolak", allow=Action.DECIDE)
def refuse(code: str) -> ResponseReturnValue:
    """Refuse the pair, and repair what the reason points at."""
    form = RefuseForm()

    def act(found: Challenge, offer: Offer) -> Match:
        return review.refuse(
            db.session(),
            found.id,
            offer.id,
            form.reason.data,
            repair=_repair(form, found),
            by=access.actor(),
            at=access.now(),
        )

    return _decide(code, form, act)


def _repair(form: RefuseForm, found: Challenge) -> review.Repair:
    """What the reason asks beside itself; what belongs to other reasons is left out."""
    reason = form.reason.data
    if reason is Refusal.WRONG_OR_DUPLICATE and form.side.data not in SIDES:
        raise Required(field="side")
    rules = (Refusal.GIVER_POLICY, Refusal.TOO_FAR)
    return review.Repair(
        note=form.note.data or "",
        fact=form.fact.data if reason is Refusal.RECIPIENT_NOT_READY else None,
        met=_met(form) if reason is Refusal.ALREADY_MET else None,
        until=(form.until.data or _day(AGAIN_DAYS[0])) if reason is Refusal.GIVER_NOT_NOW else None,
        rule=form.rule.data if reason in rules else None,
        instead_of=_instead(form, found) if reason is Refusal.MORE_URGENT_ELSEWHERE else None,
        duplicate=form.side.data if reason is Refusal.WRONG_OR_DUPLICATE else None,
    )


def _met(form: RefuseForm) -> Decimal | None:
    return intake.amount(form.met.data, "met")


def _instead(form: RefuseForm, found: Challenge) -> int | None:
    if not form.instead.data:
        return None
    other = review.challenge(db.session(), form.instead.data, by=access.actor())
    if other.id == found.id:
        raise Invalid(field="instead")
    return other.id


@bp.action("/cocok/<code>/perbaikan", allow=Action.DECIDE)
def correction(code: str) -> ResponseReturnValue:
    """Send the challenge back to the library with what is missing."""
    form, way = NoteForm(), _way()
    onward = queries.following(_waiting(way), code, way.kind)
    if not form.validate():
        return _challenge(code, form), 422
    found = review.challenge(db.session(), code, by=access.actor())
    try:
        standing.ask_correction(db.session(), found, form.note.data, by=access.actor(), at=access.now())
    except MatcherError as error:
        return _too_late(error, code, onward), error.status
    return _onward(onward, perbaiki=found.code)


@bp.action("/cocok/<code>/lewati", allow=Action.DECIDE)
def skip(code: str) -> ResponseReturnValue:
    """Keep the challenge off this officer's list until tomorrow."""
    way = _way()
    onward = queries.following(_waiting(way), code, way.kind)
    found = review.challenge(db.session(), code, by=access.actor())
    review.snooze(db.session(), found.id, by=access.actor(), at=access.now())
    return _onward(onward, lewat=found.code)


@bp.action("/cocok/urungkan", allow=Action.DECIDE)
def undo() -> ResponseReturnValue:
    """Take back the line named in the form, else the officer's own last decision."""
    session, code = db.session(), request.form.get("line", "")[:16]
    line = records.by_code(session, Match, code) if code else None
    try:
        match = review.undo(session, match_id=line.id if line else None, by=access.actor(), at=access.now())
    except MatcherError as error:
        if error.status != 409:
            raise
        return _too_late(error, code, None), 409
    found = records.get(session, Challenge, match.challenge_id)
    return _onward(found.code, sesudah=match.code)


@bp.action("/cocok/tombol", allow=Action.READ_DESK)
def switch_keys() -> ResponseReturnValue:
    """Turn this account's single-key shortcuts on or off."""
    account = access.account()
    if account is not None:
        accounts.switch_keys(
            db.session(), account.id, on=request.form.get("on") == "1", by=access.actor(), at=access.now()
        )
    return redirect(url_for("desk.match_desk", **_way().query), code=303)


# --- texts to send ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """A text filled in, with the address that opens WhatsApp where a number is known."""

    letter: days.Letter
    text: str
    link: str


def _ready(letter: days.Letter) -> Ready:
    words = wording.text(
        letter.message, letter.party, letter.challenge, every=letter.every, experience=letter.mode is Mode.EXPERIENCE
    )
    return Ready(letter, words, wording.link(letter.party.contact_phone, words))


@bp.page("/pesan", allow=Action.READ_CONTACT)
def messages() -> str:
    """Texts that wait for the officer to send them, and the last ones sent."""
    session, office = db.session(), access.the_office()
    return render_template(
        "desk/messages.html",
        waiting=[_ready(letter) for letter in days.letters(session, office.id)],
        total=days.unsent(session, office.id),
        sent=[_ready(letter) for letter in days.letters(session, office.id, sent=True, most=10)],
    )


def _mark(message_id: int, *, sent: bool) -> ResponseReturnValue:
    session = db.session()
    message = session.get(Message, message_id)
    if message is None or message.office_id != access.the_office().id:
        raise NotFound(kind="message", id=message_id)
    review.mark_sent(session, message_id, sent=sent, by=access.actor(), at=access.now())
    return redirect(url_for("desk.messages"), code=303)


@bp.action("/pesan/<int:message_id>/terkirim", allow=Action.READ_CONTACT)
def mark_sent(message_id: int) -> ResponseReturnValue:
    """The officer sent the text."""
    return _mark(message_id, sent=True)


@bp.action("/pesan/<int:message_id>/batal", allow=Action.READ_CONTACT)
def mark_unsent(message_id: int) -> ResponseReturnValue:
    """He did not after all."""
    return _mark(message_id, sent=False)
