"""The district's plan: working it out beside the request, its rows with pins, who stays short, putting it forward."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import lines as records
from matcher import matching, pins, plans
from matcher.errors import MatcherError, NotFound
from matcher.models import Challenge, Offer, Office, Plan
from matcher.policy import Action, Actor
from matcher.queries import plans as queries
from matcher.queries.plans import Change, Wish
from matcher.vocabulary import UNITS, Category, Every, Words
from web import access, background, db, forms, plan_words, waiting
from web.background import Watch, Work
from web.folder import Folder
from web.i18n import amount, number, say
from web.routing import KEY_FIELD, Pages

bp = Pages("plans", __name__)

_AGAIN = 2  #: seconds until a page that waits is loaded anew

_STOPPED = Words("Dihentikan. Rencana terakhir tetap.", "Stopped. The last plan stays.")
_BROKEN = Words(
    "Terhenti di tengah jalan. Tidak ada yang berubah; tekan sekali lagi.",
    "It ended half-way. Nothing was changed; press once more.",
)
_PUBLISHED = Words(
    "{proposed} usulan dibuat; pesannya menunggu di Pesan. Dapat diurungkan sampai ada pesan yang terkirim.",
    "{proposed} proposals made; their texts wait to be sent. This can be undone until a text went out.",
)
_NOTHING = Words(
    "Tidak satu baris pun masih dapat diusulkan. Hitung ulang rencananya.",
    "Not one row can be proposed any more. Work the plan out again.",
)
_LEFT_OUT = Words("Tidak diusulkan: {pair}: {why}", "Not proposed: {pair}: {why}")
_TAKEN_BACK = Words("{count} usulan diurungkan; rencana ini draf lagi.", "{count} proposals taken back; a draft again.")
_MORE = Words("dan {count} baris lagi", "and {count} more rows")
_LAST_PAGE = 10_000
_MOST_NUMBER = 2**31 - 1  #: a database holds no larger number of a plan
_SHOWN = 5  #: rows that were left out and are named


# --- works beside the request ----------------------------------------------------------------------------------------


Said = tuple[Callable[[], str], ...]  #: sentences, spoken when a page shows them: a thread knows no language


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a work: the press it answers, and sentences for the page."""

    key: str
    said: Said = ()


def _name(what: str) -> tuple[str, int]:
    return what, access.the_office().id


def _begin(
    what: str, total: int, write: Callable[[Session, Office, Actor, dt.datetime, Any, Watch], Said],
    prepare: Callable[[Session, Office, dt.datetime, Watch], Any] | None = None,
) -> None:  # fmt: skip
    """Begin a work in a thread: *prepare* reads while nobody waits, *write* is one transaction; once a press."""
    works, name, key = background.works(), _name(what), request.form.get(KEY_FIELD, "")[:64]
    found = works.get(name)
    if found is not None and found.over and key and found.result and found.result.key == key:
        return
    folder: Folder = current_app.extensions["folder"]
    actor, at, office_id = access.actor(), access.now(), access.the_office().id

    def run(watch: Watch) -> _Done:
        draft = None
        if prepare is not None:
            with folder.reading() as own:
                draft = prepare(own, own.get_one(Office, office_id), at, watch)
        with folder.writing() as own:
            said = write(own, own.get_one(Office, office_id), actor, at, draft, watch)
            watch(total, total)  # the last chance to stop before it is committed
            return _Done(key, said)

    works.start(name, total, run, alone=True, anew=True).owner = actor.name


def _outcome(*whats: str) -> tuple[Work | None, str, list[str]]:
    """The work that goes on, or what went wrong with the one that ended, or what it said."""
    works = background.works()
    for what in whats:
        name: Hashable = _name(what)
        work = works.get(name)
        if work is None:
            continue
        if not waiting.written(work):
            return work, "", []
        if work.owner != access.actor().name:
            continue  # another person pressed, who is told when he looks
        if work.error is not None:
            works.forget(name)
            return None, waiting.trouble(work.error, stopped=_STOPPED, broken=_BROKEN), []
        if work.result.said:
            said, work.result = work.result.said, _Done(work.result.key)
            return None, "", [sentence() for sentence in said]
    return None, "", []


# --- looking ---------------------------------------------------------------------------------------------------------


def _wish() -> Wish:
    change, kind = request.args.get("lihat", ""), request.args.get("jenis", "")
    return Wish(
        Change(change) if change in list(Change) else None,
        Category(kind) if kind in list(Category) else None,
        _page_number(),
    )


def _page_number() -> int:
    """The page in the address; what is none is the first, and none is beyond the last there can be."""
    return min(max(request.args.get("hal", 1, type=int), 1), _LAST_PAGE)


@bp.page("/rencana", allow=Action.READ_DESK)
def plan() -> ResponseReturnValue:
    """The newest plan, or the way to the first."""
    work, trouble, said = _outcome("plan", "publish")
    if work is not None:
        return _waiting(work)
    for sentence in said:
        flash(sentence)
    newest = plans.newest(db.session(), access.the_office())
    return _page(newest, trouble)


@bp.page("/rencana/<int:plan_number>", allow=Action.READ_DESK)
def one(plan_number: int) -> ResponseReturnValue:
    """One plan of those that were worked out."""
    return _page(_plan(plan_number))


def _plan(plan_number: int) -> Plan:
    if plan_number > _MOST_NUMBER:
        raise NotFound
    return plans.by_number(db.session(), access.the_office(), plan_number)


def _waiting(work: Work) -> Response:
    page = Response(render_template("plans/wait.html", work=work))
    page.headers["Refresh"] = str(_AGAIN)
    return page


def _page(chosen: Plan | None, trouble: str = "") -> str:
    session, office, wish = db.session(), access.the_office(), _wish()
    if chosen is None:
        return render_template("plans/first.html", settings=plans.SETTINGS, trouble=trouble)
    values: dict[str, Any] = {
        "rows": queries.rows(session, chosen, wish), "total": queries.count(session, chosen, wish),
        "kinds": queries.kinds(session, chosen), "pins": queries.pins_since(session, chosen),
        "newest": plans.newest(session, office), "empty": queries.empty_handed(session, chosen),
    }  # fmt: skip
    values |= {
        "before": plans.standing_before(session, chosen), "forgotten": plans.forgotten(session, chosen),
        "figures": chosen.figures["settings"], "mine": chosen.figures["settings"][chosen.setting],
        "proof": chosen.figures["proof"], "changes": chosen.figures.get("changes"), "stands": plans.stands(chosen),
    }  # fmt: skip
    return render_template(
        "plans/plan.html", plan=chosen, wish=wish, settings=plans.SETTINGS, Change=Change, trouble=trouble,
        sentence=plan_words.why_planned, per_page=queries.PER_PAGE, **values,
    )  # fmt: skip


@bp.page("/rencana/<int:plan_number>/kosong", allow=Action.READ_DESK)
def gaps(plan_number: int) -> str:
    """Who gets nothing, or not all, and why."""
    session, chosen = db.session(), _plan(plan_number)
    every, page = request.args.get("lihat") == "semua", _page_number()
    return render_template(
        "plans/gaps.html", plan=chosen, gaps=queries.gaps(session, chosen, empty=not every, page=page), every=every,
        total=queries.count_gaps(session, chosen, empty=not every), page=page, per_page=queries.PER_PAGE,
        why=plan_words.why_short, libraries=queries.empty_handed(session, chosen),
        forgotten=plans.forgotten(session, chosen),
    )  # fmt: skip


@bp.page("/rencana/<int:plan_number>/kekurangan", allow=Action.READ_DESK)
def shortage(plan_number: int) -> str:
    """What stays unmet after the plan, as the next thing to ask for."""
    chosen = _plan(plan_number)
    lacks = queries.shortage(db.session(), chosen)
    return render_template(
        "plans/shortage.html", plan=chosen, lacks=lacks, offers=chosen.shortage.get("offers", []), text=_asks(lacks),
        kind_of=lambda unit: UNITS[unit].category, rhythm=lambda code: Every(code) if code else None,
    )  # fmt: skip


_ASK = Words(
    "Untuk menutup {kind} di {place}: {amount} ({count} kebutuhan)",
    "To close {kind} in {place}: {amount} ({count} needs)",
)


def _asks(lacks: list[queries.Lacks]) -> str:
    """The largest lacks as lines of a text for advocacy."""
    rows = [(one, row) for one in lacks for row in one.rows[:3] if row.amount]
    return "\n".join(
        say(_ASK, kind=say(one.category).lower(), place=row.kecamatan or "–", count=number(row.challenges),
            amount=amount(row.amount, row.unit, row.every))
        for one, row in rows
    )  # fmt: skip


# --- working out -----------------------------------------------------------------------------------------------------


@bp.signal("/rencana/susun", allow=Action.DECIDE)
def work_out() -> ResponseReturnValue:
    """Work a plan out beside the request; the last one stays until it is done."""
    code = request.form.get("cara", plans.DEFAULT.code)
    setting = next((one for one in plans.SETTINGS if one.code == code), plans.DEFAULT)

    def prepare(own: Session, office: Office, at: dt.datetime, watch: Watch) -> plans.Draft:
        return plans.work_out(own, office, setting, at=at, watch=watch)

    def write(own: Session, office: Office, by: Actor, at: dt.datetime, draft: Any, _watch: Watch) -> Said:
        plans.keep_plan(own, office, draft, by=by, at=at)
        return ()

    _begin("plan", plans.STAGES, write, prepare)
    return redirect(url_for(".plan"), code=303)


@bp.signal("/rencana/berhenti", allow=Action.DECIDE)
def stop() -> ResponseReturnValue:
    """Stop what is being worked out or put forward; nothing of it is kept."""
    for what in ("plan", "publish"):
        work = background.works().get(_name(what))
        if work is not None and not work.over:
            work.stop()
    return redirect(url_for(".plan"), code=303)


# --- pins ------------------------------------------------------------------------------------------------------------


@bp.page("/rencana/kunci", allow=Action.READ_DESK)
def pinned() -> str:
    """Every pin in force."""
    return render_template("plans/pins.html", pins=queries.pinned(db.session(), access.the_office()))


@bp.action("/rencana/kunci", allow=Action.DECIDE)
def pin() -> ResponseReturnValue:
    """Keep a pair with its number, rule it out, or let go of it: one button is one word on one pair.

    A button's value is the word, both codes and, where it is kept, the number: ``kunci K-0001 T-0005 3``.
    """
    session, office = db.session(), access.the_office()
    word, challenge, offer, quantity = _word(request.form.get("kata", ""))
    by, at = access.actor(), access.now()
    if word == "lepas":
        pins.release(session, office, challenge.id, offer.id, by=by, at=at)
    else:
        pins.keep(session, office, challenge.id, offer.id, quantity if word == "kunci" else None, by=by, at=at)
    flash(say(_WORDS[word], challenge=challenge.code, offer=offer.code))
    back = request.form.get("kembali", "")
    place = back if back.startswith("/rencana") and back.isprintable() and "\\" not in back else url_for(".plan")
    return redirect(f"{place}#{challenge.code}-{offer.code}", code=303)


_WORDS = {
    "kunci": Words("{challenge} dengan {offer} dikunci.", "{challenge} with {offer} is kept."),
    "jangan": Words(
        "{challenge} dengan {offer} ditandai Jangan. Hitung ulang agar rencana mengikutinya.",
        "{challenge} with {offer} is ruled out. Work the plan out again to see it followed.",
    ),
    "lepas": Words("{challenge} dengan {offer} dilepas.", "{challenge} with {offer} is free again."),
}


def _word(told: str) -> tuple[str, Challenge, Offer, Decimal | None]:
    """What a button says; NotFound where it says nothing that is there."""
    word, challenge, offer, *amounts = (*told.split(), "", "", "")
    if word not in _WORDS or (word == "kunci") != bool(amounts[0]):
        raise NotFound
    session = db.session()
    ours = records.by_code(session, Challenge, challenge[:16])
    theirs = records.by_code(session, Offer, offer[:16])
    return word, ours, theirs, _told_number(amounts[0]) if amounts[0] else None


def _told_number(told: str) -> Decimal:
    """The number on a button, as the page wrote it: a point before the decimals, nothing between thousands."""
    if not re.fullmatch(r"\d{1,13}(\.\d{1,3})?", told, re.ASCII):
        raise NotFound
    return Decimal(told)


# --- putting forward -------------------------------------------------------------------------------------------------


@bp.page("/rencana/<int:plan_number>/terbitkan", allow=Action.DECIDE)
def before_publishing(plan_number: int) -> str:
    """What putting the plan forward will do."""
    session, chosen = db.session(), _plan(plan_number)
    newest = plans.newest(session, access.the_office())
    return render_template(
        "plans/publish.html", plan=chosen, newest=newest, stands=plans.stands(chosen),
        reach=queries.reach(session, chosen), kinds=queries.kinds(session, chosen),
        pins=queries.pins_since(session, chosen),
    )  # fmt: skip


@bp.signal("/rencana/<int:plan_number>/terbitkan", allow=Action.DECIDE)
def publish(plan_number: int) -> ResponseReturnValue:
    """Put every row forward as a proposal, beside the request: all of them in one press, or none."""
    plan_id = _plan(plan_number).id

    def write(own: Session, office: Office, by: Actor, at: dt.datetime, _draft: Any, watch: Watch) -> Said:
        done = plans.publish(own, own.get_one(Plan, plan_id), by=by, at=at, watch=watch)
        matching.follow(own, office, at=at)
        return _published(own, done)

    _begin("publish", queries.reach(db.session(), _plan(plan_number)).rows, write)
    return redirect(url_for(".plan"), code=303)


def _published(session: Session, done: plans.Published) -> Said:
    """What became of the rows, in a few sentences."""
    said = [partial(_say, _PUBLISHED, proposed=done.proposed) if done.proposed else partial(_say, _NOTHING)]
    for row, error in done.left_out[:_SHOWN]:
        ours, theirs = session.get_one(Challenge, row.challenge_id), session.get_one(Offer, row.offer_id)
        said.append(partial(_say, _LEFT_OUT, error, pair=f"{ours.code} ↔ {theirs.code}"))
    if (more := len(done.left_out) - _SHOWN) > 0:
        said.append(partial(_say, _MORE, count=more))
    return tuple(said)


def _say(words: Words, error: MatcherError | None = None, **values: Any) -> str:
    told = {name: number(value) if isinstance(value, int) else value for name, value in values.items()}
    return say(words, **told, **({"why": forms.say(error)} if error is not None else {}))


@bp.action("/rencana/<int:plan_number>/urungkan", allow=Action.DECIDE)
def take_back(plan_number: int) -> ResponseReturnValue:
    """Take back every proposal of the plan, as long as no text about one went out."""
    session, chosen = db.session(), _plan(plan_number)
    try:
        count = plans.take_back(session, chosen, by=access.actor(), at=access.now())
    except MatcherError as error:
        session.rollback()
        return _page(_plan(plan_number), forms.say(error)), error.status
    flash(say(_TAKEN_BACK, count=number(count)))
    return redirect(url_for(".plan"), code=303)
