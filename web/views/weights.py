"""The office's weights: those in force, learning from decisions, the proposal with its card, setting them by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import log, matching, teaching
from matcher.errors import DamagedWeights, MatcherError, NotFound, OutOfRange
from matcher.models import Office, Weights
from matcher.policy import Action
from matcher.teaching import Moved
from matcher.vocabulary import Words
from matcher.weighing import Learned
from web import access, background, db, forms, lessons, model_card, waiting
from web.background import Watch, Work
from web.forms import AmountField, Form
from web.i18n import number, say
from web.routing import KEY_FIELD, Pages

bp = Pages("weights", __name__)

_AGAIN = 3  #: seconds until a page that waits is loaded anew
ALL = 100  #: what weights sum to

_USED = Words(
    "Bobot nomor {number} dipakai. Semua saran sudah dihitung ulang.",
    "Weights number {number} are in use. Every suggestion was worked out anew.",
)
_UNREADABLE = Words(
    "Isi bobot ini tidak terbaca, jadi tidak dapat dipakai.", "These weights cannot be read, so they cannot be used."
)
_DROPPED = Words("Usulan nomor {number} tidak dipakai.", "Proposal number {number} is not used.")


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A factor with its points; *now* are those in force, *low* to *high* the range where it was learned."""

    words: Words
    means: Words
    points: float
    now: float
    low: float | None = None
    high: float | None = None


def _rows(version: Weights, now: Weights, learned: Learned | None) -> list[Row]:
    ranges = dict(zip(learned.names, zip(learned.low, learned.high, strict=True), strict=True)) if learned else {}
    return [
        Row(
            teaching.words_of(name), teaching.MEANS[name], _points(version, name), _points(now, name),
            *ranges.get(name, (None, None)),
        )
        for name in teaching.NAMES
    ]  # fmt: skip


def _points(version: Weights, name: str) -> float:
    """A stored weight; what cannot be read counts nothing here, and is refused before it is used."""
    try:
        found = float(version.points.get(name, 0))
    except (AttributeError, TypeError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def _known(version: Weights) -> tuple[Learned | None, str]:
    """What a version knows of itself; where that or its points are damaged, the sentence that says so."""
    if not matching.can_serve(version):
        return None, say(_UNREADABLE)
    try:
        return teaching.known_of(version), ""
    except DamagedWeights as error:
        return None, forms.say(error)


def _told(answer: lessons.Answer | None) -> str:
    """What came of learning, in the page's language."""
    if answer is None:
        return ""
    return say(answer.words, **{name: number(value) for name, value in answer.figures.items()})


def _again(page: str, *, waits: bool) -> Response:
    """A page; one that *waits* for something comes again by itself."""
    response = Response(page)
    if waits:
        response.headers["Refresh"] = str(_AGAIN)
    return response


@bp.page("/bobot", allow=Action.READ_DESK)
def weights() -> ResponseReturnValue:
    """The weights in force, what waits for a yes, and every version."""
    return _overview()


def _overview(trouble: str = "") -> Response:
    session, office = db.session(), access.the_office()
    current = matching.weights_in_force(session, office.id)
    learned, damaged = _known(current)
    learning, answer = lessons.under_way(office.id), lessons.answer(office.id)
    page = render_template(
        "weights/overview.html", current=current, rows=_rows(current, current, learned), damaged=damaged,
        broken=matching.damaged_weights(session, office.id), learning=learning, answer=answer, told=_told(answer),
        trouble=trouble, proposal=teaching.proposal(session, office), before=teaching.before(session, office),
        versions=teaching.versions(session, office),
    )  # fmt: skip
    return _again(page, waits=learning and not trouble)


@bp.page("/bobot/<int:version_number>", allow=Action.READ_DESK)
def version(version_number: int) -> ResponseReturnValue:
    """One version beside the one in force: what would change, and its card."""
    return _version_page(_version(version_number))


def _version(version_number: int) -> Weights:
    found = [one for one in teaching.versions(db.session(), access.the_office()) if one.number == version_number]
    if not found:
        raise NotFound
    return found[0]


def _version_page(chosen: Weights, trouble: str = "") -> Response:
    session, office = db.session(), access.the_office()
    current = matching.weights_in_force(session, office.id)
    learned, damaged = _known(chosen)
    usable = chosen.id != current.id and chosen.dropped_at is None and not damaged
    moved = _moved(chosen, current) if usable else []
    waits = isinstance(moved, Work)
    page = render_template(
        "weights/version.html", version=chosen, current=current, rows=_rows(chosen, current, learned), damaged=damaged,
        usable=usable, moved=None if waits else moved, card=model_card.read(chosen.card), trouble=trouble,
    )  # fmt: skip
    return _again(page, waits=waits and not trouble)


def _moved(chosen: Weights, current: Weights) -> list[Moved] | Work:
    """The pairs whose order would change most; the work under way where that takes longer than a person waits."""
    session, at, works = db.session(), access.now(), background.works()
    folder, office_id, version_id = current_app.extensions["folder"], chosen.office_id, chosen.id
    last, _ = log.head(session)

    def task(_watch: Watch) -> tuple[int, list[Moved]]:
        with folder.reading() as own:
            now_last, _ = log.head(own)
            office = own.get_one(Office, office_id)
            return now_last, teaching.moved(own, office, own.get_one(Weights, version_id), at=at)

    name = ("moved", version_id, current.id, at.date())
    found = works.get(name)
    old = found is not None and found.over and not found.asked and (found.error or found.result[0] != last)
    work = works.start(name, 1, task, alone=True, anew=bool(old))
    if not waiting.over(work):
        work.asked = True  # somebody waits for it: shown once, even where the records have moved on meanwhile
        return work
    work.asked = False
    if work.error is not None:
        works.forget(name)
        raise work.error
    pairs: list[Moved] = work.result[1]
    return pairs


# --- learning --------------------------------------------------------------------------------------------------------


@bp.signal("/bobot/belajar", allow=Action.DECIDE)
def learn() -> ResponseReturnValue:
    """Learn from the decisions in a process of its own; it writes its proposal itself."""
    lessons.begin(access.the_office().id, request.form.get(KEY_FIELD, "")[:64])
    return redirect(url_for(".weights"), code=303)


# --- deciding --------------------------------------------------------------------------------------------------------


def _seen() -> int | None:
    """The number of the weights that were in force on the page that was pressed."""
    told = request.form.get("sekarang", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else None


@bp.action("/bobot/<int:version_number>/pakai", allow=Action.SETTINGS)
def use(version_number: int) -> ResponseReturnValue:
    """Put a version in force."""
    session, chosen = db.session(), _version(version_number)
    try:
        teaching.use(session, access.the_office(), chosen, by=access.actor(), at=access.now(), seen=_seen())
    except MatcherError as error:
        session.rollback()
        return _version_page(_version(version_number), forms.say(error)), error.status
    return _done(_USED, chosen)


@bp.action("/bobot/<int:version_number>/jangan", allow=Action.DECIDE)
def drop(version_number: int) -> ResponseReturnValue:
    """Say no to a proposal."""
    session, chosen = db.session(), _version(version_number)
    try:
        teaching.drop(session, chosen, by=access.actor(), at=access.now())
    except MatcherError as error:
        session.rollback()
        return _version_page(_version(version_number), forms.say(error)), error.status
    return _done(_DROPPED, chosen)


@bp.action("/bobot/kembali", allow=Action.SETTINGS)
def back() -> ResponseReturnValue:
    """Put the weights in force again that were in force before."""
    session = db.session()
    try:
        earlier = teaching.back(session, access.the_office(), by=access.actor(), at=access.now(), seen=_seen())
    except MatcherError as error:
        session.rollback()
        return _overview(forms.say(error)), error.status
    return _done(_USED, earlier)


def _done(words: Words, chosen: Weights) -> ResponseReturnValue:
    flash(say(words, number=number(chosen.number)))
    return redirect(url_for(".weights"), code=303)


# --- by hand ---------------------------------------------------------------------------------------------------------


def _label(words: Words) -> Words:
    return Words(words.id.capitalize(), words.en.capitalize())


HandForm: type[Form] = type(
    "HandForm", (Form,), {name: AmountField(_label(teaching.words_of(name))) for name in teaching.NAMES}
)


def _hand_page(form: Any, total: float | None, trouble: str = "") -> str:
    current = matching.weights_in_force(db.session(), access.the_office().id)
    fields = [(form[name], teaching.MEANS[name]) for name in teaching.NAMES]
    return render_template("weights/hand.html", form=form, fields=fields, current=current, total=total, trouble=trouble)


@bp.page("/bobot/atur", allow=Action.SETTINGS)
def by_hand() -> str:
    """A number a factor: those in force, or those every office starts with."""
    current = matching.weights_in_force(db.session(), access.the_office().id)
    start = request.args.get("isi") == "awal"
    points = teaching.starting() if start else {name: _points(current, name) for name in teaching.NAMES}
    return _hand_page(HandForm(formdata=None, data=points), sum(points.values()))


@bp.action("/bobot/atur", allow=Action.SETTINGS)
def set_by_hand() -> ResponseReturnValue:
    """Put weights in force that a person wrote down."""
    form, session = HandForm(), db.session()
    form.validate()
    points = {name: float(form[name].data or 0) for name in teaching.NAMES}
    for name, value in points.items():
        if not 0 <= value <= ALL:
            form.blame(OutOfRange(least=0, most=ALL, field=name), name)
    total = sum(points.values())
    if form.faults:
        return _hand_page(form, total), 422
    try:
        made = teaching.set_by_hand(
            session, access.the_office(), points, by=access.actor(), at=access.now(), seen=_seen()
        )
    except MatcherError as error:
        session.rollback()
        return _hand_page(form, total, forms.say(error)), error.status
    return _done(_USED, made)
