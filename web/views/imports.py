"""Tables that come in: a file or pasted cells, what their columns mean, rows looked at, repaired, saved, taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import FileField, RadioField

from matcher import log
from matcher.errors import MatcherError, Required
from matcher.models import Import, Office
from matcher.policy import Action
from matcher.vocabulary import Words
from web import access, background, db, waiting
from web.background import Watch, Work
from web.exchange import arrivals, headings, sheets, writing
from web.exchange.verdicts import Outcome, Status, Verdict
from web.forms import Form, TextAreaField, say
from web.i18n import lang
from web.routing import Pages
from web.views import exports

bp = Pages("imports", __name__)

PER_PAGE = 25
LONG = 1_000  #: rows from which a table is looked at and saved beside the request
_AGAIN = 2  #: seconds until that page is loaded anew
_MOST_SENT = 6 * 2**20  #: bytes of a form with its file
_LONGEST_NAME = 120

#: What the rows of a table are.
KINDS = {
    "challenges": Words("Kebutuhan perpustakaan", "Needs of libraries"),
    "offers": Words("Tawaran mitra", "Offers of partners"),
    "libraries": Words("Daftar perpustakaan", "List of libraries"),
    "stakeholders": Words("Daftar mitra", "List of partners"),
    "partnerships": Words("Kemitraan yang sudah terjadi", "Partnerships that have happened"),
}
#: In this order rows are shown: first what somebody has to do.
ORDER = (
    Status.REPAIR, Status.SIMILAR, Status.CHANGED, Status.NEW, Status.SAVED, Status.SKIPPED, Status.SAME,
)  # fmt: skip
_PLACE = {status: place for place, status in enumerate(ORDER)}
ASKING = (Status.REPAIR, Status.SIMILAR)  #: rows that wait for a person
GOOD = (Status.NEW, Status.CHANGED)  #: rows that a press on Save takes in

_PASTED = Words("Sel yang ditempel", "Pasted cells")
_NOTHING_SENT = Words("Pilih sebuah berkas, atau tempel sel dari Excel.", "Choose a file, or paste cells from Excel.")
_TOO_LARGE = Words(
    "Kiriman ini lebih dari 5 MB. Salin tabelnya saja ke berkas baru, tanpa gambar, lalu pilih berkas itu.",
    "This is more than 5 MB. Copy the table alone into a new file, without pictures, and choose that one.",
)
_BROKEN = Words(
    "Pekerjaan ini terhenti di tengah jalan; tidak ada yang tersimpan. Tekan sekali lagi.",
    "This ended half-way; nothing was saved. Press once more.",
)
_STOPPED = Words("Dihentikan; tidak ada yang tersimpan.", "Stopped; nothing was saved.")


def _import(import_id: int) -> Import:
    return arrivals.get(db.session(), access.the_office(), import_id)


# --- sending a table in ----------------------------------------------------------------------------------------------


class SendForm(Form):
    """A file or pasted cells, and what they are."""

    file = FileField(Words("Berkas Excel", "Excel file"))
    pasted = TextAreaField(Words("Atau tempel sel dari Excel di sini", "Or paste cells from Excel here"))
    kind = RadioField(Words("Isinya apa?", "What is in it?"), validate_choice=False, choices=[], default="")


_GUESS = Words("Tebak dari judul kolom", "Guess from the headings")


def _send_page(form: SendForm) -> str:
    form.kind.choices = [("", _GUESS.say(lang())), *((kind, words.say(lang())) for kind, words in KINDS.items())]
    earlier = arrivals.listing(db.session(), access.the_office())
    at = access.now()
    return render_template(
        "imports/send.html", form=form, kinds=KINDS, earlier=earlier,
        undoable={imp.id for imp in earlier if arrivals.may_undo(imp, at)},
    )  # fmt: skip


def _refuse_sent(form: SendForm, field: str, sentence: str, status: int = 422) -> ResponseReturnValue:
    form[field].errors = [sentence]
    return _send_page(form), status


@bp.page("/impor", allow=Action.IMPORT)
def send() -> str:
    """Choose a file or paste cells; earlier imports below."""
    return _send_page(SendForm(formdata=None))


@bp.action("/impor", allow=Action.IMPORT, most=_MOST_SENT)
def receive() -> ResponseReturnValue:
    """Read what was sent and put it aside to be looked at; nothing else is written.

    The form carries no key: the same table sent twice is one import, and the file is read before the writers' turn
    is taken, so that a file that is slow to refuse makes nobody wait.
    """
    form = SendForm()
    sent = request.files.get("file")
    if not (sent and sent.filename) and not (form.pasted.data or "").strip():
        return _refuse_sent(form, "file", _NOTHING_SENT.say(lang()))
    asked = form.kind.data if form.kind.data in KINDS else ""
    field = "file" if sent and sent.filename else "pasted"
    try:
        name, table = _read(sent, form.pasted.data or "", asked)
    except sheets.BadFile as refused:
        return _refuse_sent(form, field, _sentence(refused.words))
    kind = asked or (arrivals.guess_kind(table.headings) if any(table.headings) else "challenges")
    session, at = db.session(), access.now()
    arrivals.forget(session, at)
    imp = arrivals.stage(session, access.the_office(), kind, name, table, by=access.actor(), at=at)
    for note in table.notes:
        flash(_sentence(note), "quiet")
    return redirect(url_for(".look" if arrivals.settled(imp) else ".columns", import_id=imp.id), code=303)


def _sentence(words: Words) -> str:
    """A clause of the reader as a sentence."""
    said = words.say(lang())
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def _read(sent: FileStorage | None, pasted: str, kind: str) -> tuple[str, sheets.Table]:
    """The name and the table of what was sent; an uploaded file lies on disk only while it is read."""

    def known(names: Sequence[str]) -> int:
        return max(headings.known(names, one) for one in ([kind] if kind else headings.KINDS))

    if not (sent and sent.filename):
        return _PASTED.say(lang()), sheets.read_pasted(pasted, known)
    name = _shown_name(sent.filename)
    with tempfile.TemporaryDirectory(prefix="temu-impor-") as folder:
        path = Path(folder) / "tabel"
        sent.save(path)
        return name, sheets.read(path, known, must_know=False, name=name, limits=sheets.UPLOAD)


def _shown_name(told: str) -> str:
    """The file's own name, fit to be shown: some browsers send the whole path, some people odd signs."""
    last = told.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[-_LONGEST_NAME:] or "tabel"


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file beyond all limits: the same page, with the sentence."""
    if not access.may(Action.IMPORT):
        return redirect(url_for("session.sign_in"), code=303)
    return _refuse_sent(SendForm(formdata=None), "file", _TOO_LARGE.say(lang()), 413)


# --- what the columns mean -------------------------------------------------------------------------------------------


def _columns_page(imp: Import, chosen: dict[int, str], faults: Sequence[tuple[str, str]] = ()) -> str:
    columns = arrivals.columns(imp)
    return render_template(
        "imports/columns.html", imp=imp, kinds=KINDS, columns=columns, faults=faults, rows=len(imp.cells),
        choices=[(code, words.say(lang())) for code, words in arrivals.choices(imp.kind)],
        chosen={column.position: chosen.get(column.position, column.code) for column in columns},
    )  # fmt: skip


@bp.page("/impor/<int:import_id>/kolom", allow=Action.IMPORT)
def columns(import_id: int) -> str:
    """Each column as it stands in the table, and what it means."""
    return _columns_page(_import(import_id), {})


@bp.action("/impor/<int:import_id>/kolom", allow=Action.IMPORT)
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Keep what the columns mean, also for this office's next table with the same headings."""
    imp = _import(import_id)
    chosen = {position: value[-1] for position, value in _numbered("k").items()}
    try:
        arrivals.choose_columns(db.session(), imp, chosen)
    except MatcherError as error:
        db.session().rollback()
        return _columns_page(_import(import_id), chosen, [(_blamed(chosen), say(error))]), error.status
    return redirect(url_for(".look", import_id=imp.id), code=303)


def _numbered(letter: str) -> dict[int, list[str]]:
    """Fields of the form named by a letter and a number: number → what was sent."""
    return {
        int(name[1:]): values
        for name, values in request.form.lists()
        if name[:1] == letter and name[1:].isdecimal() and len(name) < 6
    }


def _blamed(chosen: dict[int, str]) -> str:
    """The field of the second column with a meaning that was given before, or the first field."""
    meant = [code for code in chosen.values() if code not in (headings.KEEP, headings.LEAVE)]
    seconds = (place for place, code in chosen.items() if meant.count(code) > 1)
    return f"k{max(seconds, default=min(chosen, default=0))}"


@bp.action("/impor/<int:import_id>/jenis", allow=Action.IMPORT)
def change_kind(import_id: int) -> ResponseReturnValue:
    """The rows are something else than was guessed: read the same cells so."""
    imp = _import(import_id)
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise Required(field="kind")
    arrivals.change_kind(db.session(), imp, kind)
    return redirect(url_for(".columns", import_id=imp.id), code=303)


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """Some of the rows that were looked at, in the order in which they are to be dealt with."""

    rows: list[Verdict]
    counts: dict[Status, int]
    status: Status | None  #: the only one shown
    page: int
    pages: int
    came: Verdict | None  #: the row a press was about, where it asks for nothing more
    before: int | None  #: the row it stood before

    @property
    def good(self) -> int:
        """How many rows a press on Save takes in."""
        return sum(self.counts[status] for status in GOOD)


def _listed(outcome: Outcome) -> Listed:
    wish = request.args.get("lihat", "")
    status = Status(wish) if wish in list(Status) else None
    counts = {status: outcome.count(status) for status in ORDER}
    found = [verdict for verdict in outcome.verdicts if status in (None, verdict.status)]
    found.sort(key=lambda verdict: (_PLACE[verdict.status], verdict.row))
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(request.args.get("hal", 1, type=int), 1), pages)
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    came = _came(outcome)
    return Listed(rows, counts, status, page, pages, came, _before(rows, came))


def _came(outcome: Outcome) -> Verdict | None:
    """The row that a press was about, unless it still asks for something."""
    number = request.args.get("dari", type=int)
    return next((row for row in outcome.verdicts if row.row == number and row.status not in ASKING), None)


def _before(rows: Sequence[Verdict], came: Verdict | None) -> int | None:
    """The row before which *came* stood as long as it asked for something."""
    if came is None:
        return None
    stood = _PLACE[Status.SIMILAR if came.decision else Status.REPAIR], came.row
    return next((row.row for row in rows if (_PLACE[row.status], row.row) > stood), None)


def _looked_at(imp: Import) -> Outcome | Work:
    """What the rows come to; a work under way where that takes longer than a person likes to wait."""
    session, at, works = db.session(), access.now(), background.works()
    office_id, import_id, folder = imp.office_id, imp.id, current_app.extensions["folder"]
    last, _ = log.head(session)

    def apart(watch: Watch) -> tuple[int, Outcome]:
        with folder.reading() as own:
            now_last, _ = log.head(own)
            mine = arrivals.get(own, own.get_one(Office, office_id), import_id)
            return now_last, arrivals.look(own, mine, at=at, watch=watch)

    def here(watch: Watch) -> tuple[int, Outcome]:
        return last, arrivals.look(session, imp, at=at, watch=watch)

    name = _look_name(imp, at)
    found = works.get(name)
    if found is not None and found.over and (found.error is not None or not (found.asked or found.result[0] == last)):
        works.forget(name)
    long = len(imp.cells) >= LONG
    work = works.start(name, len(imp.cells), apart if long else here, alone=long)
    if not waiting.over(work):
        work.asked = True  # somebody waits for it: shown once, even where the records have moved on meanwhile
        return work
    work.asked = False
    if work.error is not None:
        works.forget(name)
        raise work.error
    outcome: Outcome = work.result[1]
    return outcome


def _look_name(imp: Import, at: dt.datetime) -> tuple[str, int, str]:
    """A name for looking at the import as it stands: other columns, repairs or decisions are another looking."""
    told = [imp.columns, imp.repairs, imp.decisions, imp.entered, imp.kind, at.date().isoformat()]
    return "look", imp.id, hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _waiting(imp: Import, work: Work, *, saving: bool) -> Response:
    """How far a long work is; the page comes again by itself."""
    page = Response(render_template("imports/wait.html", imp=imp, work=work, saving=saving, kinds=KINDS))
    page.headers["Refresh"] = str(_AGAIN)
    return page


@bp.page("/impor/<int:import_id>", allow=Action.IMPORT)
def look(import_id: int) -> ResponseReturnValue:
    """Every row: new, changed, the same, like another, or to be repaired; nothing is written."""
    trouble, saving = _saving(import_id)
    imp = _import(import_id)
    if saving is not None:
        return _waiting(imp, saving, saving=True)
    if imp.undone_at is not None or not imp.cells:
        return render_template("imports/over.html", imp=imp, kinds=KINDS)
    found = _looked_at(imp)
    if isinstance(found, Work):
        return _waiting(imp, found, saving=False)
    return render_template(
        "imports/look.html", imp=imp, kinds=KINDS, outcome=found, listed=_listed(found), trouble=trouble, Status=Status,
        fixes=_cures(found), order=ORDER,
        may_undo=arrivals.may_undo(imp, access.now()),
    )  # fmt: skip


def _cures(outcome: Outcome) -> int:
    """How many cures a press on Accept all puts in, of those a person sees as buttons."""
    seen = (*outcome.problems, *(one for one in outcome.warnings if one.value))
    return sum(one.fix is not None and one.position >= 0 and not one.careful for one in seen)


# --- repairing -------------------------------------------------------------------------------------------------------


def _back(imp: Import, row: int | None = None) -> ResponseReturnValue:
    """To the place on the page where the press was made."""
    place: dict[str, Any] = {name: value for name in ("lihat", "hal") if (value := request.form.get(name, "")[:12])}
    if row is not None:
        place |= {"dari": row, "_anchor": f"baris-{row}"}
    return redirect(url_for(".look", import_id=imp.id, **place), code=303)


@bp.action("/impor/<int:import_id>/baris/<int:row>", allow=Action.IMPORT)
def repair(import_id: int, row: int) -> ResponseReturnValue:
    """Put right what was typed in place, or the cure whose button was pressed; fields left as they were say nothing."""
    imp = _import(import_id)
    shown = _numbered("w")
    told = {
        position: values[-1]
        for position, values in _numbered("c").items()
        if values[-1] != shown.get(position, [None])[-1]
    }
    if told:
        arrivals.repair(db.session(), imp, row, told)
    return _back(imp, row)


@bp.action("/impor/<int:import_id>/baris/<int:row>/pilih", allow=Action.IMPORT)
def decide(import_id: int, row: int) -> ResponseReturnValue:
    """A row like one that stands: add its amount, take it as new, leave it out, or decide again."""
    imp = _import(import_id)
    arrivals.decide(db.session(), imp, row, request.form.get("putusan", ""))
    return _back(imp, row)


@bp.action("/impor/<int:import_id>/terima", allow=Action.IMPORT)
def accept(import_id: int) -> ResponseReturnValue:
    """Every cure at once."""
    imp = _import(import_id)
    arrivals.accept(db.session(), imp, at=access.now())
    flash(_ACCEPTED.say(lang()))
    return _back(imp)


_ACCEPTED = Words("Perbaikan diterima.", "The cures are accepted.")


@bp.page("/impor/<int:import_id>/catatan.xlsx", allow=Action.IMPORT)
def notes(import_id: int) -> Response:
    """The rows to repair as Excel, each with what is wrong; repaired there, it can be sent in again."""
    imp = _import(import_id)
    names, rows, told = arrivals.wrong_rows(db.session(), imp, at=access.now())
    file = io.BytesIO()
    writing.notes_file(file, names, [cells for _, cells in rows], told, title=_TO_REPAIR.say(lang()), lang=lang())
    return exports.answer(file.getvalue(), _TO_REPAIR.say(lang()), "xlsx")


_TO_REPAIR = Words("Perlu diperbaiki", "To repair")


# --- saving ----------------------------------------------------------------------------------------------------------


@bp.action("/impor/<int:import_id>/simpan", allow=Action.IMPORT)
def save(import_id: int) -> ResponseReturnValue:
    """Take in the good rows; those to be repaired stay.  A long table is taken in beside the request."""
    imp, at, actor = _import(import_id), access.now(), access.actor()
    if len(imp.cells) < LONG:
        arrivals.take_in(db.session(), imp, by=actor, at=at)
        return redirect(url_for(".look", import_id=imp.id), code=303)
    folder, office_id, total = current_app.extensions["folder"], imp.office_id, len(imp.cells)

    def task(watch: Watch) -> None:
        with folder.writing() as own:
            mine = arrivals.get(own, own.get_one(Office, office_id), import_id)
            arrivals.take_in(own, mine, by=actor, at=at, watch=watch)
            watch(total, total)  # the last chance to stop before it is committed

    # Not waited for here: this request holds the writers' turn that the work needs.
    background.works().start(("save", import_id), total, task, alone=True)
    return redirect(url_for(".look", import_id=imp.id), code=303)


def _saving(import_id: int) -> tuple[str, Work | None]:
    """What went wrong with saving beside the request, and the work where it goes on."""
    works, name = background.works(), ("save", import_id)
    work = works.get(name)
    if work is None:
        return "", None
    if not waiting.written(work):
        return "", work
    works.forget(name)
    return waiting.trouble(work.error, stopped=_STOPPED, broken=_BROKEN), None


@bp.signal("/impor/<int:import_id>/berhenti", allow=Action.IMPORT)
def stop(import_id: int) -> ResponseReturnValue:
    """Stop a long work; nothing of it is kept."""
    imp = _import(import_id)
    works = background.works()
    for name in (("save", imp.id), _look_name(imp, access.now())):
        if (work := works.get(name)) is not None and not work.over:
            work.stop()
    return redirect(url_for(".send"), code=303)


# --- taking back -----------------------------------------------------------------------------------------------------


@bp.page("/impor/<int:import_id>/batal", allow=Action.IMPORT)
def before_undo(import_id: int) -> str:
    """What taking the import back will do."""
    imp = _import(import_id)
    at = access.now()
    undone = arrivals.would_undo(db.session(), imp, at=at) if arrivals.may_undo(imp, at) else None
    return render_template("imports/undo.html", imp=imp, kinds=KINDS, undone=undone)


@bp.action("/impor/<int:import_id>/batal", allow=Action.IMPORT)
def undo(import_id: int) -> ResponseReturnValue:
    """Take the import back; one that was never saved is thrown away."""
    imp = _import(import_id)
    if imp.taken_at is None:
        flash(_DISCARDED.say(lang(), name=imp.name))
        arrivals.discard(db.session(), imp, by=access.actor())
        return redirect(url_for(".send"), code=303)
    done = arrivals.undo(db.session(), imp, by=access.actor(), at=access.now())
    flash(
        _UNDONE.say(
            lang(), closed=len(done.closed), restored=len(done.restored), retired=len(done.retired),
            kept=len(done.kept),
        )
    )  # fmt: skip
    return redirect(url_for(".look", import_id=imp.id), code=303)


_DISCARDED = Words("{name} dibuang; tidak ada yang tersimpan.", "{name} is thrown away; nothing was saved.")
_UNDONE = Words(
    "Impor dibatalkan: {closed} ditutup, {restored} kembali seperti semula, {retired} pihak dikeluarkan dari daftar, "
    "{kept} tetap ada.",
    "The import is taken back: {closed} closed, {restored} as they were before, {retired} parties off the list, "
    "{kept} stay.",
)
