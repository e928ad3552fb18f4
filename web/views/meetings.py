"""Meeting days: the list, who comes and when, and the timetable with its presses; working it out runs beside them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import log, meeting_day, meetings, timetabling
from matcher.errors import MatcherError, NotAChoice, NotFound, OutOfRange
from matcher.meeting_day import Pair
from matcher.meetings import Schedule
from matcher.models import Event, Timetable
from matcher.policy import Action
from matcher.queries import meetings as queries
from matcher.vocabulary import Answer, EventKind, PartyKind, Redrawn, Words
from web import access, background, db, waiting
from web.background import Watch, Work
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
    say,
)
from web.i18n import lang
from web.routing import KEY_FIELD, Pages

bp = Pages("meetings", __name__)

_AGAIN = 2  #: seconds until that page is loaded anew

_PLANNED = Words("Kegiatan dicatat. Undang dulu yang perlu hadir.", "The meeting is noted. Now invite who should come.")
_BREAK = Words("setelah {after}: {long} menit", "after {after}: {long} minutes")
_HOURS = Words("Jadwal disimpan.", "The schedule is saved.")
_INVITED = Words("{count} diundang.", "{count} invited.")
_ANSWERED = Words("{name}: {answer}.", "{name}: {answer}.")
_REPAIRED = Words(
    "Rencana diperbaiki sebagai rancangan; yang lain tidak berubah.",
    "The timetable is repaired as a draft; nothing else changed.",
)
_ASKED = Words("Keduanya akan dipertemukan.", "The two will meet.")
_USED = Words("Rencana nomor {number} dipakai.", "Timetable number {number} is in use.")
_DROPPED = Words("Rancangan dikesampingkan.", "The draft is set aside.")
_STOPPED = Words("Penyusunan dihentikan. Rencana yang lama tetap.", "Stopped. The timetable before stays.")
_BROKEN = Words(
    "Penyusunan terhenti. Rencana yang lama tetap; coba lagi.", "That broke off. The timetable before stays."
)


# --- the days --------------------------------------------------------------------------------------------------------


class EventForm(Form):
    """A new meeting day; its hours are as usual until somebody changes them."""

    name = StringField(Words("Nama kegiatan", "Name"), [FilledIn(), Clean(160)])
    kind = TermField(
        Words("Jenis", "Kind"), EventKind, only=(EventKind.STAKEHOLDER, EventKind.PEER), validators=[FilledIn()]
    )
    day = DayField(Words("Tanggal", "Day"), [FilledIn()])
    place = StringField(Words("Tempat", "Place"), [Clean(120)])


def _listing(form: EventForm) -> str:
    found = queries.days(db.session(), access.the_office().id)
    return render_template("meetings/list.html", days=found, form=form)


@bp.page("/kegiatan", allow=Action.READ_DESK)
def listing() -> str:
    """The office's meeting days."""
    return _listing(EventForm(formdata=None, kind=EventKind.STAKEHOLDER))


@bp.action("/kegiatan", allow=Action.DECIDE)
def add() -> ResponseReturnValue:
    """Put a day into the calendar."""
    form = EventForm()
    if not form.validate():
        return _listing(form), 422
    event = meetings.plan(
        db.session(), office_id=access.the_office().id, kind=form.kind.data, name=form.name.data, day=form.day.data,
        place=form.place.data or "", by=access.actor(), at=access.now(),
    )  # fmt: skip
    flash(_PLANNED.say(lang()))
    return redirect(url_for(".one", event_id=event.id), code=303)


# --- one day ---------------------------------------------------------------------------------------------------------


class HoursForm(Form):
    """The hours and the hall."""

    first_start = StringField(Words("Mulai jam", "Begins at"), [FilledIn(), Clean(5)])
    slot_minutes = AmountField(Words("Menit tiap pembicaraan", "Minutes a talk"), [FilledIn()])
    slots = AmountField(Words("Berapa pembicaraan berturut-turut", "How many talks in a row"), [FilledIn()])
    tables = AmountField(Words("Jumlah meja", "Tables"), [Optional()])
    least = AmountField(Words("Paling sedikit tiap perpustakaan", "At least for each library"), [FilledIn()])
    seats = AmountField(Words("Perpustakaan di satu meja sekaligus", "Libraries at one table at once"), [FilledIn()])
    breaks = TextAreaField(Words("Istirahat", "Breaks"), [Optional()])


class AnswerForm(Form):
    """What a party answers, and when it is there."""

    answer = TermField(Words("Jawaban", "Answer"), Answer, validators=[FilledIn()])
    speaker = SelectField(Words("Yang bicara untuknya", "Who speaks for it"), coerce=int, validators=[Optional()])
    arrives = StringField(Words("Datang jam", "Comes at"), [Clean(5)])
    leaves = StringField(Words("Pulang jam", "Leaves at"), [Clean(5)])
    most = AmountField(Words("Paling banyak pembicaraan", "Talks at most"), [Optional()])


def _event(event_id: int) -> Event:
    return meetings.find(db.session(), access.the_office().id, event_id)


def _kind() -> PartyKind | None:
    told = request.args.get("jenis", "")
    return PartyKind(told) if told in list(PartyKind) else None


def _hours_form(event: Event) -> HoursForm:
    schedule = meetings.schedule_of(event)
    names = ("first_start", "slot_minutes", "slots", "tables", "least", "seats")
    told = {name: getattr(schedule, name) for name in names}
    told["first_start"] = _dotted(schedule.first_start)
    told["breaks"] = "\n".join(_BREAK.say(lang(), after=after, long=long) for after, long in schedule.breaks)
    return HoursForm(formdata=None, data=told)


def _dotted(hour: str | None) -> str:
    """An hour as this page's language writes it."""
    return "" if hour is None else hour.replace(":", ".") if lang() == "id" else hour


def _one(event: Event, form: HoursForm | None = None) -> str:
    session, kind = db.session(), _kind()
    found = queries.people(session, event, kind=kind, page=_asked("hal") or 1)
    return render_template(
        "meetings/one.html", event=event, people=found, kind=kind, page=found.page, pages=_numbers(found.pages),
        waiting=queries.to_invite(session, event), form=form or _hours_form(event), wrong=form is not None,
        schedule=meetings.schedule_of(event), dotted=_dotted, kinds=PartyKind, answers=Answer,
        now=timetabling.newest(session, event),
    )  # fmt: skip


def _asked(name: str) -> int | None:
    """A number in the address; None for what is none."""
    told = request.args.get(name, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else None


def _numbers(pages: int) -> list[int]:
    return list(range(1, min(pages, 40) + 1))


@bp.page("/kegiatan/<int:event_id>", allow=Action.READ_DESK)
def one(event_id: int) -> str:
    """Who comes, what they answer, and the hours."""
    return _one(_event(event_id))


@bp.action("/kegiatan/<int:event_id>/jadwal", allow=Action.DECIDE)
def hours(event_id: int) -> ResponseReturnValue:
    """Change the hours and the hall."""
    form, event = HoursForm(), _event(event_id)
    if form.validate():
        try:
            meetings.set_schedule(db.session(), event, _schedule(form), by=access.actor(), at=access.now())
        except MatcherError as error:
            form.blame(error, "first_start")
    if form.errors or form.faults:
        db.session().rollback()
        return _one(_event(event_id), form), 422
    flash(_HOURS.say(lang()))
    return redirect(url_for(".one", event_id=event_id), code=303)


def _schedule(form: HoursForm) -> Schedule:
    numbers = {name: _whole(form, name) for name in ("slot_minutes", "slots", "tables", "least", "seats")}
    breaks = meetings.read_breaks(form.breaks.data or "")
    first = meetings.an_hour(form.first_start.data, "first_start")
    return Schedule(
        first or "", numbers["slot_minutes"] or 0, numbers["slots"] or 0, breaks, numbers["tables"],
        numbers["least"] or 0, numbers["seats"] or 0,
    )  # fmt: skip


def _whole(form: Form, name: str) -> int | None:
    """A whole number that was typed; OutOfRange for halves and for what no field holds."""
    value: Decimal | None = form[name].data
    if value is None:
        return None
    if value != value.to_integral_value() or abs(value) > 10**6:
        raise OutOfRange(least=0, most=1000, field=name)
    return int(value)


@bp.action("/kegiatan/<int:event_id>/undang", allow=Action.DECIDE)
def invite(event_id: int) -> ResponseReturnValue:
    """Put everybody on the list who has something to talk about."""
    session, event = db.session(), _event(event_id)
    waiting, wish = queries.to_invite(session, event), request.form.get("siapa", "")
    wanted = [one for kind, ids in waiting.items() if wish in ("", kind.value) for one in ids]
    count = meetings.invite(session, event, wanted, by=access.actor(), at=access.now())
    flash(_INVITED.say(lang(), count=count))
    return redirect(url_for(".one", event_id=event_id), code=303)


# --- answers ---------------------------------------------------------------------------------------------------------


@bp.action("/kegiatan/<int:event_id>/jawab", allow=Action.DECIDE)
def answer(event_id: int) -> ResponseReturnValue:
    """One press beside a name: comes, is represented, does not come."""
    event = _event(event_id)
    party, _, code = request.form.get("jawab", "").partition("-")
    if not party.isascii() or not party.isdecimal() or len(party) >= 10 or code not in list(Answer):
        raise NotAChoice(value=code[:40])
    _answer(event, int(party), Answer(code))
    back = {name: value for name, value in request.args.items() if name in ("jenis", "hal")}
    return redirect(url_for(".one", event_id=event_id, **back), code=303)  # type: ignore[arg-type]


def _answer(event: Event, party_id: int, said: Answer, **values: Any) -> None:
    """Write the answer down; where a timetable stands, repair it."""
    session, by, at = db.session(), access.actor(), access.now()
    meetings.answer(session, event, party_id, said, by=by, at=at, **values)
    told = _ANSWERED.say(lang(), name=queries.guest(session, event, party_id).name, answer=said.words.say(lang()))
    before = timetabling.newest(session, event)
    old = None if before is None else (before.number, before.made_at, len(before.cells))
    try:
        after = timetabling.mend(session, event, by=by, at=at)
    except MatcherError as error:  # the answer holds all the same; what contradicts it is said
        flash(told)
        flash(say(error), "bad")
        return
    mended = after is not None and (after.number, after.made_at, len(after.cells)) != old
    flash(f"{told} {_REPAIRED.say(lang())}" if mended else told)


def _guest_page(event: Event, party_id: int, form: AnswerForm) -> str:
    guest = queries.guest(db.session(), event, party_id)
    meet = queries.could_meet(db.session(), event, guest)
    return render_template("meetings/guest.html", event=event, guest=guest, form=form, meet=meet)


def _speakers(form: AnswerForm, event: Event, party_id: int) -> AnswerForm:
    themselves = Words("mereka sendiri", "they themselves").say(lang())
    form.speaker.choices = [(0, themselves), *queries.others(db.session(), event, party_id)]
    return form


@bp.page("/kegiatan/<int:event_id>/pihak/<int:party_id>", allow=Action.READ_DESK)
def guest(event_id: int, party_id: int) -> str:
    """What a party answered, when it is there, who speaks for it."""
    event = _event(event_id)
    said = meetings.attendance(db.session(), event, party_id)
    told = {
        "answer": said.answer, "speaker": said.speaker_id or 0, "most": said.most, "arrives": _dotted(said.arrives),
        "leaves": _dotted(said.leaves),
    }  # fmt: skip
    return _guest_page(event, party_id, _speakers(AnswerForm(formdata=None, data=told), event, party_id))


@bp.action("/kegiatan/<int:event_id>/pihak/<int:party_id>", allow=Action.DECIDE)
def set_guest(event_id: int, party_id: int) -> ResponseReturnValue:
    """Write all of it down."""
    event = _event(event_id)
    form = _speakers(AnswerForm(), event, party_id)
    if form.validate():
        try:
            _answer(
                event, party_id, form.answer.data, most=_whole(form, "most"), speaker_id=form.speaker.data or None,
                arrives=meetings.an_hour(form.arrives.data, "arrives"),
                leaves=meetings.an_hour(form.leaves.data, "leaves"),
            )  # fmt: skip
        except MatcherError as error:
            form.blame(error, "answer")
    if form.errors or form.faults:
        db.session().rollback()
        return _guest_page(_event(event_id), party_id, form), 422
    return redirect(url_for(".one", event_id=event_id), code=303)


@bp.action("/kegiatan/<int:event_id>/pihak/<int:party_id>/minta", allow=Action.DECIDE)
def ask(event_id: int, party_id: int) -> ResponseReturnValue:
    """Ask that a party meets one that it would not meet by itself; the timetable makes room for that."""
    session, event = db.session(), _event(event_id)
    told = queries.guest(session, event, party_id)
    other = _told("dengan")
    pair = (party_id, other) if told.kind is PartyKind.LIBRARY else (other, party_id)
    try:
        made = timetabling.ask(session, event, pair, by=access.actor(), at=access.now())
    except MatcherError as error:
        session.rollback()
        return _plan_page(_event(event_id), say(error)), error.status
    flash(_ASKED.say(lang()))
    back = {} if made is None else {"sel": f"{pair[0]}-{pair[1]}"}
    return redirect(url_for(".plan", event_id=event_id, **back), code=303)  # type: ignore[arg-type]


# --- the timetable ---------------------------------------------------------------------------------------------------


@bp.page("/kegiatan/<int:event_id>/rencana", allow=Action.READ_DESK)
def plan(event_id: int) -> ResponseReturnValue:
    """The newest timetable beside the one in use; while it is worked out, how far that is."""
    event = _event(event_id)
    trouble, work = _under_way(event_id)
    if work is not None:
        response = Response(render_template("meetings/wait.html", event=event, work=work))
        response.headers["Refresh"] = str(_AGAIN)
        return response
    return _plan_page(event, trouble)


def _plan_page(event: Event, trouble: str = "") -> str:
    session = db.session()
    now, used = timetabling.newest(session, event), timetabling.in_use(session, event)
    by_person, page, slot = request.args.get("baris") == "orang", _asked("hal") or 1, _asked("jam")
    chosen = _pair(request.args.get("sel", ""))
    sheet = now and queries.sheet(session, event, now, used, by_person=by_person, page=page, slot=slot)
    talk = queries.talk(session, event, now, chosen) if now and chosen else None
    keep = [(name, request.args[name]) for name in ("baris", "jam", "hal") if name in request.args]
    return render_template(
        "meetings/plan.html", event=event, sheet=sheet, talk=talk, by_person=by_person, slot=slot,
        page=sheet.page if sheet else 1, pages=_numbers(sheet.pages) if sheet else [], trouble=trouble,
        dotted=_dotted, redrawn=Redrawn, query="".join(f"{name}={value}&" for name, value in keep if value.isalnum()),
    )  # fmt: skip


def _pair(told: str) -> Pair | None:
    """``12-70`` → the ids of library and partner."""
    parts = told.split("-")
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts):
        return int(parts[0]), int(parts[1])
    return None


# --- working it out --------------------------------------------------------------------------------------------------


@bp.signal("/kegiatan/<int:event_id>/susun", allow=Action.DECIDE)
def work_out(event_id: int) -> ResponseReturnValue:
    """Work a timetable out beside the request; it becomes the draft.  The same press twice is one."""
    event, folder, actor, at = _event(event_id), current_app.extensions["folder"], access.actor(), access.now()
    key, last_one = request.form.get(KEY_FIELD, "")[:64], background.works().get(_work_name(event_id))
    if key and last_one is not None and last_one.over and last_one.result == key:
        return redirect(url_for(".plan", event_id=event_id), code=303)

    def task(watch: Watch) -> str:
        with folder.reading() as own:
            last, _ = log.head(own)
            day = meeting_day.see(own, own.get_one(Event, event_id), at=at)
        found = timetabling.work_out(day, watch=watch)
        with folder.writing() as own:
            mine = own.get_one(Event, event_id)
            if log.head(own)[0] != last:  # somebody wrote meanwhile: what was looked at may hold no longer
                day = meeting_day.see(own, mine, at=at)
                found = timetabling.work_out(day, watch=watch)
            timetabling.store(own, mine, day, found, by=actor, at=at)
            watch(1, 1)  # the last chance to stop before it is committed
        return key

    background.works().start(_work_name(event.id), 1, task, alone=True, anew=True)
    return redirect(url_for(".plan", event_id=event_id), code=303)


def _work_name(event_id: int) -> tuple[str, int]:
    return "timetable", event_id


def _under_way(event_id: int) -> tuple[str, Work | None]:
    """What went wrong with working it out, and the work where it goes on."""
    work = background.works().get(_work_name(event_id))
    if work is None or work.asked:
        return "", None
    if not waiting.written(work):
        return "", work
    work.asked = True  # what came of it is told once
    return waiting.trouble(work.error, stopped=_STOPPED, broken=_BROKEN), None


@bp.signal("/kegiatan/<int:event_id>/henti", allow=Action.DECIDE)
def stop(event_id: int) -> ResponseReturnValue:
    """Stop working it out; nothing of it is kept."""
    work = background.works().get(_work_name(_event(event_id).id))
    if work is not None and not work.over:
        work.stop()
    return redirect(url_for(".plan", event_id=event_id), code=303)


@bp.action("/kegiatan/<int:event_id>/perbaiki", allow=Action.DECIDE)
def mend(event_id: int) -> ResponseReturnValue:
    """Repair the newest timetable: only what can no longer be is touched."""
    try:
        timetabling.mend(db.session(), _event(event_id), by=access.actor(), at=access.now())
    except MatcherError as error:
        db.session().rollback()
        return _plan_page(_event(event_id), say(error)), error.status
    flash(_REPAIRED.say(lang()))
    return redirect(url_for(".plan", event_id=event_id), code=303)


# --- presses ---------------------------------------------------------------------------------------------------------


def _told(name: str) -> int:
    """A number that a form brought; -1 for what is none."""
    told = request.form.get(name, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1


@bp.action("/kegiatan/<int:event_id>/pakai", allow=Action.DECIDE)
def use(event_id: int) -> ResponseReturnValue:
    """Put the draft in use."""
    try:
        made = timetabling.use(
            db.session(), _event(event_id), _told("nomor"), version=_told("versi"), by=access.actor(), at=access.now()
        )
    except MatcherError as error:
        db.session().rollback()
        return _plan_page(_event(event_id), say(error)), error.status
    flash(_USED.say(lang(), number=made.number))
    return redirect(url_for(".plan", event_id=event_id), code=303)


@bp.action("/kegiatan/<int:event_id>/buang", allow=Action.DECIDE)
def discard(event_id: int) -> ResponseReturnValue:
    """Set the draft aside."""
    timetabling.discard(db.session(), _event(event_id), _told("nomor"), by=access.actor(), at=access.now())
    flash(_DROPPED.say(lang()))
    return redirect(url_for(".plan", event_id=event_id), code=303)


def _move(event: Event, pair: Pair, **who: Any) -> Timetable:
    return timetabling.move(db.session(), event, pair, _told("jam"), **who)


def _swap(event: Event, pair: Pair, **who: Any) -> Timetable:
    if (other := _pair(request.form.get("dengan", ""))) is None:
        raise NotFound(kind="talk", id="")
    return timetabling.swap(db.session(), event, pair, other, **who)


def _lock(event: Event, pair: Pair, **who: Any) -> object:
    return timetabling.lock(db.session(), event, pair, **who)


def _let_go(event: Event, pair: Pair, **who: Any) -> None:
    meetings.let_go(db.session(), event, *pair, **who)


def _ban(event: Event, pair: Pair, **who: Any) -> Timetable | None:
    return timetabling.ban(db.session(), event, pair, **who)


def _cancel(event: Event, pair: Pair, **who: Any) -> Timetable:
    return timetabling.cancel(db.session(), event, pair, **who)


def _fill(event: Event, pair: Pair, **who: Any) -> Timetable:
    return timetabling.fill(db.session(), event, pair, _told("jam"), **who)


#: What can be done with one cell: the press, and what is said afterwards.
PRESSES: dict[str, tuple[Callable[..., object], Words]] = {
    "pindah": (_move, Words("Dipindah.", "Moved.")),
    "tukar": (_swap, Words("Ditukar.", "Changed places.")),
    "kunci": (_lock, Words("Dikunci: tidak akan dipindah.", "Locked: it will not move.")),
    "lepas": (_let_go, Words("Kunci dilepas.", "Released.")),
    "jangan": (_ban, Words("Tidak akan dipertemukan; jamnya diisi cadangan.", "They will not meet; reserves fill in.")),
    "batal": (_cancel, Words("Dibatalkan; jamnya kosong.", "Cancelled; the time is free.")),
    "isi": (_fill, Words("Diisi.", "Filled.")),
}


@bp.action("/kegiatan/<int:event_id>/sel", allow=Action.DECIDE)
def press(event_id: int) -> ResponseReturnValue:
    """One press on one cell; everything else stays where it is."""
    event, pair = _event(event_id), _pair(request.form.get("sel", ""))
    name = request.form.get("aksi", "")
    if pair is None or name not in PRESSES:
        raise NotAChoice(value=name[:40])
    act, words = PRESSES[name]
    try:
        act(event, pair, by=access.actor(), at=access.now())
    except MatcherError as error:
        db.session().rollback()
        return _plan_page(_event(event_id), say(error)), error.status
    flash(words.say(lang()))
    back = {part: value for part, value in request.args.items() if part in ("baris", "jam", "hal")}
    if name in ("pindah", "tukar", "kunci", "lepas"):
        back["sel"] = f"{pair[0]}-{pair[1]}"
    return redirect(url_for(".plan", event_id=event_id, **back), code=303)  # type: ignore[arg-type]
