"""Libraries and stakeholders: the list, one of each, what may be the same, merged and taken apart again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import duplicates, intake, merging
from matcher import lines as records
from matcher.errors import MatcherError, NotFound
from matcher.models import Challenge, Offer, Party
from matcher.policy import Action
from matcher.queries import parties as queries
from matcher.queries import reports as reported
from matcher.queries.parties import Wish
from matcher.vocabulary import FactCode, PartyKind, ReportState, Words
from web import access, db
from web.forms import Clean, FilledIn, Form, Optional, SelectField, StringField
from web.i18n import lang
from web.routing import Pages

bp = Pages("parties", __name__)

PILE = 4  #: likely pairs shown above the list
CHOICES = 12  #: parties offered to merge with


class PartyForm(Form):
    """What the office writes of a party."""

    name = StringField(Words("Nama", "Name"), [FilledIn(), Clean(160)])
    village = SelectField(Words("Desa", "Village"), validators=[Optional()], validate_choice=False)
    contact_name = StringField(Words("Nama kontak", "Contact"), [Clean(120)])
    contact_title = StringField(Words("Jabatan", "Position"), [Clean(120)])
    contact_phone = StringField(Words("Nomor HP", "Telephone"), [Clean(32)])


def numbers_of_pages(page: int, pages: int) -> list[int | None]:
    """First, last, and two around the page; None where some are left out."""
    wanted = sorted({1, pages, *range(max(page - 2, 1), min(page + 2, pages) + 1)})
    shown: list[int | None] = []
    for number in wanted:
        shown += [None, number] if shown and number - (shown[-1] or 0) > 1 else [number]
    return shown


# --- the list --------------------------------------------------------------------------------------------------------


def _wish() -> Wish:
    told = request.args
    kind = told.get("jenis", "")
    return Wish(
        kind=PartyKind(kind) if kind in list(PartyKind) else None,
        kecamatan=told.get("kec", "").strip()[:8],
        words=" ".join(told.get("q", "").split())[:80],
        page=told.get("hal", 1, type=int),
    )


@bp.page("/pihak", allow=Action.READ_DESK)
def listing() -> str:
    """Libraries and stakeholders with what stands of each; first those that may be one."""
    session, office, wish = db.session(), access.the_office(), _wish()
    found = queries.listing(session, office, wish)
    pairs = duplicates.likely(session, office.id)
    shown = pairs[:PILE]
    known = {row.id: row for row in queries.some(session, office, [i for pair in shown for i in pair[:2]])}
    return render_template(
        "parties/list.html", found=found, wish=wish, kinds=PartyKind, pages=numbers_of_pages(found.page, found.pages),
        pairs=[(known[pair.one], known[pair.other], pair.why) for pair in shown], waiting=len(pairs),
        asked=len(FactCode),
    )  # fmt: skip


# --- one party -------------------------------------------------------------------------------------------------------


def _party(party_id: int) -> Party:
    return queries.find(db.session(), access.the_office(), party_id)


def _one(party: Party, form: PartyForm | None = None) -> str:
    session, office = db.session(), access.the_office()
    found = queries.whole(session, office, party, at=access.now())
    twins = duplicates.likely(session, office.id, party_id=party.id)
    other = {pair.other if pair.one == party.id else pair.one: pair.why for pair in twins[:PILE]}
    return render_template(
        "parties/one.html", p=found, twins=[(row, other[row.id]) for row in queries.some(session, office, other)],
        form=form or PartyForm(formdata=None, obj=party, village=party.region_code or ""),
        places=reported.places(session, office), closed=ReportState.CLOSED, wrong=form is not None,
    )  # fmt: skip


@bp.page("/pihak/<int:party_id>", allow=Action.READ_DESK)
def one(party_id: int) -> ResponseReturnValue:
    """One party with all that is its; a merged one leads to the one that stands for it."""
    party = _party(party_id)
    if party.merged_into_id is not None:
        return redirect(url_for("parties.one", party_id=party.merged_into_id))
    return _one(party)


@bp.action("/pihak/<int:party_id>", allow=Action.READ_CONTACT)
def change(party_id: int) -> ResponseReturnValue:
    """Correct what is written of a party."""
    form, party = PartyForm(), _party(party_id)
    known = {code for place in reported.places(db.session(), access.the_office()) for code, _ in place.villages}
    village = form.village.data if form.village.data in known else party.region_code
    if not form.validate():
        return _one(party, form), 422
    names = ("name", "contact_name", "contact_title", "contact_phone")
    values = {name: form[name].data or "" for name in names}
    intake.change_party(
        db.session(), party.id, by=access.actor(), at=access.now(), region_code=village, **values
    )  # fmt: skip
    return _said(Words("{name} diperbarui.", "{name} is brought up to date."), party)


def _said(words: Words, party: Party, **values: Any) -> ResponseReturnValue:
    flash(words.say(lang(), **{"name": party.name} | values))
    return redirect(url_for("parties.one", party_id=party.id), code=303)


# --- two parties that are one ----------------------------------------------------------------------------------------


def _asked(field: str = "dengan") -> Party | None:
    told = request.values.get(field, "")
    return _party(int(told)) if told.isdigit() and len(told) < 12 else None


def _merge_page(party: Party, other: Party | None, refused: str = "") -> str:
    """Both side by side; before that, whom to choose from."""
    session, office = db.session(), access.the_office()
    words = " ".join(request.args.get("q", "").split())[:80]
    choices: list[queries.Known] = []
    if other is None:
        likely = duplicates.likely(session, office.id, party_id=party.id)
        ids = [pair.other if pair.one == party.id else pair.one for pair in likely]
        named = queries.listing(session, office, Wish(kind=party.kind, words=words)).rows if words else []
        choices = [*queries.some(session, office, ids), *(row for row in named if row.id not in ids)]
    sides = [] if other is None else [queries.whole(session, office, side, at=access.now()) for side in (party, other)]
    return render_template(
        "parties/merge.html", party=party, sides=sides, words=words, refused=refused,
        choices=[row for row in choices if row.id != party.id][:CHOICES],
    )  # fmt: skip


@bp.page("/pihak/<int:party_id>/gabung", allow=Action.READ_DESK)
def check(party_id: int) -> str:
    """Look at both before they are merged."""
    return _merge_page(_party(party_id), _asked())


@bp.action("/pihak/<int:party_id>/gabung", allow=Action.DECIDE)
def merge(party_id: int) -> ResponseReturnValue:
    """Let this party stand for the other one."""
    party, other = _party(party_id), _asked()
    if other is None:
        return _merge_page(party, None), 422
    try:
        kept = merging.merge_parties(db.session(), party, other, by=access.actor(), at=access.now())
    except MatcherError as error:
        return _merge_page(party, other, _sentence(error)), error.status
    return _said(Words("{other} digabungkan ke {name}.", "{other} is merged into {name}."), kept, other=other.name)


def _sentence(error: MatcherError) -> str:
    from web import errors  # noqa: PLC0415 - web.errors reads the pages' frame

    return errors.sentence(error, lang())


@bp.action("/pihak/<int:party_id>/pisah", allow=Action.DECIDE)
def unmerge(party_id: int) -> ResponseReturnValue:
    """Let a merged party stand for itself again."""
    other = _party(party_id)
    kept = merging.unmerge_parties(db.session(), other, by=access.actor(), at=access.now())
    return _said(Words("{other} dipisahkan lagi.", "{other} is taken apart again."), kept, other=other.name)


@bp.action("/pihak/<int:party_id>/berbeda", allow=Action.DECIDE)
def different(party_id: int) -> ResponseReturnValue:
    """Remember that two parties are not the same."""
    party, other = _party(party_id), _asked()
    if other is None:
        raise NotFound(kind="party")
    duplicates.tell_apart(db.session(), party, other, by=access.actor(), at=access.now())
    flash(Words("Dicatat: keduanya berbeda.", "Noted: they are not the same.").say(lang()))
    return redirect(url_for("parties.listing"), code=303)


# --- two reports that are one ----------------------------------------------------------------------------------------


def _report(code: str) -> Challenge | Offer:
    table: type[Challenge | Offer] = Offer if code.strip().upper().startswith("T") else Challenge
    found = records.by_code(db.session(), table, code)
    if found.office_id != access.the_office().id:
        raise NotFound(kind=table.__tablename__, id=code)
    return found


def _reports_page(row: Challenge | Offer, refused: str = "") -> str:
    session = db.session()
    wanted = request.values.get("dengan", "").strip().upper()
    others = queries.alike(session, row)
    other = next((one for one in others if one.code == wanted), None)
    return render_template(
        "parties/reports.html", row=row, other=other, others=others, refused=refused,
        owner=records.owner(session, row.party_id), into=merging.merged_with(session, row),
        back=_page_of(row),
    )  # fmt: skip


def _page_of(row: Challenge | Offer) -> str:
    """Where a report is looked at."""
    if isinstance(row, Challenge):
        return url_for("desk.challenge", code=row.code)
    return url_for("parties.one", party_id=row.party_id)


@bp.page("/gabung/<code>", allow=Action.READ_DESK)
def check_reports(code: str) -> str:
    """Look at two reports before one is closed as a duplicate of the other."""
    return _reports_page(_report(code))


@bp.action("/gabung/<code>", allow=Action.DECIDE)
def merge_reports(code: str) -> ResponseReturnValue:
    """Close the other report as a duplicate of this one."""
    kept, other = _report(code), _report(request.form.get("dengan", ""))
    try:
        merging.merge_reports(
            db.session(), kept, other, by=access.actor(), at=access.now(), add_up="jumlahkan" in request.form
        )
    except MatcherError as error:
        return _reports_page(kept, _sentence(error)), error.status
    said = Words("{other} ditutup sebagai ganda dari {code}.", "{other} is closed as a duplicate of {code}.")
    flash(said.say(lang(), code=kept.code, other=other.code))
    return redirect(_page_of(kept), code=303)


_APART: dict[bool | None, Words] = {
    None: Words("{code} berdiri sendiri lagi.", "{code} stands for itself again."),
    True: Words(
        "{code} berdiri sendiri lagi; jumlah {kept} kembali seperti semula.",
        "{code} stands for itself again; {kept} has its old number.",
    ),
    False: Words(
        "{code} berdiri sendiri lagi. Jumlah {kept} sudah berubah atau dijanjikan, jadi tetap: periksa.",
        "{code} stands for itself again. The number of {kept} was changed or promised since, so it stays: check it.",
    ),
}


@bp.action("/gabung/<code>/pisah", allow=Action.DECIDE)
def unmerge_reports(code: str) -> ResponseReturnValue:
    """Let a duplicate stand for itself again."""
    apart = merging.unmerge_reports(db.session(), _report(code), by=access.actor(), at=access.now())
    flash(_APART[apart.lowered].say(lang(), code=apart.other.code, kept=apart.kept.code))
    return redirect(_page_of(apart.other), code=303)
