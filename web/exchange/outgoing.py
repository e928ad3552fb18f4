"""Owns the lists that only go out: suggestions, texts to send, agreements, new reports, the trace, the public needs.

A list is a row of LISTS: what it is called, its columns, and where its rows come from; a column is its words and how
its cell is had from a row.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import lines, log, plans
from matcher.models import Offer, Office, Plan, Region
from matcher.policy import Action, Actor, require
from matcher.queries import fairness, parties, partnerships, public, reports, suggested, trace, work
from matcher.queries import plans as planned
from matcher.queries.desk import BEST
from matcher.queries.public import Wish
from matcher.vocabulary import (
    TRACE,
    UNITS,
    CancelReason,
    Category,
    CloseReason,
    EndReason,
    LineStatus,
    Mode,
    Refusal,
    ReportState,
    ShortReason,
    Term,
    Words,
)
from web import messages, plan_words
from web.exchange import giving
from web.exchange.writing import Cell, Sheet
from web.i18n import WIB

EVERYTHING = "semua"  #: the name under which all tables come as one workbook
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ALL = 100_000  #: more rows than any office has


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for: whose rows, who asks, on which day, in which language, with which filters of a page."""

    session: Session
    office: Office
    by: Actor
    at: dt.datetime
    lang: str
    filters: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, terms: type[Term], name: str) -> Any:
        """The term that a filter names; None where it names none, as on the pages."""
        code = self.filters.get(name, "")
        return terms(code) if code in list(terms) else None

    def told(self, name: str, most: int) -> str:
        """The words of a filter, at most so many letters."""
        return " ".join(self.filters.get(name, "").split())[:most]


class Column(NamedTuple):
    """One column: what it is called, and how its cell is had from a row and a language."""

    words: Words
    cell: Callable[[Any, str], Cell]


class Listing(NamedTuple):
    """One list: what it is called, its columns, its rows, and what one must be allowed to see it."""

    title: Words
    columns: tuple[Column, ...]
    rows: Callable[[Wanted], Iterable[Any]]
    allow: Action = Action.READ_DESK


def _sheet(title: Words, columns: tuple[Column, ...], rows: Iterable[Any], lang: str) -> Sheet:
    cells = ([column.cell(row, lang) for column in columns] for row in rows)
    return Sheet(title.say(lang), [column.words.say(lang) for column in columns], cells)


# --- cells -----------------------------------------------------------------------------------------------------------


def _said(term: Term | None, lang: str) -> str | None:
    return None if term is None else term.words.say(lang)


def _reasons(reasons: Iterable[Any], lang: str) -> str:
    return "; ".join(reason.say(lang) for reason in reasons)


def _moment(value: dt.datetime) -> dt.datetime:
    """A moment on the clock of western Indonesia, as a spreadsheet holds it: without a zone."""
    return value.astimezone(WIB).replace(tzinfo=None, second=0, microsecond=0)


# --- suggestions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pair:
    """One suggestion beside its challenge."""

    asked: suggested.Asked
    one: suggested.Suggested
    rank: int
    village: str


def _pairs(wanted: Wanted) -> Iterator[_Pair]:
    kind = wanted.chosen(Category, "jenis")
    names = dict(wanted.session.execute(select(Region.code, Region.name)).all())
    for asked in suggested.every_open(wanted.session, wanted.office, at=wanted.at, kind=kind, most=BEST):
        village = names.get(asked.library.region_code or "", "")
        for rank, one in enumerate(asked.suggestions, 1):
            yield _Pair(asked, one, rank, village)


_SUGGESTIONS = (
    Column(Words("Kebutuhan", "Need"), lambda row, _: row.asked.challenge.code),
    Column(Words("Isi kebutuhan", "What is needed"), lambda row, _: row.asked.challenge.title),
    Column(Words("Jenis", "Category"), lambda row, lang: _said(row.asked.challenge.category, lang)),
    Column(Words("Perpustakaan", "Library"), lambda row, _: row.asked.library.name),
    Column(Words("Desa", "Village"), lambda row, _: row.village),
    Column(Words("Urutan", "Rank"), lambda row, _: row.rank),
    Column(Words("Tawaran", "Offer"), lambda row, _: row.one.offer.code),
    Column(Words("Isi tawaran", "What is offered"), lambda row, _: row.one.offer.title),
    Column(Words("Mitra", "Giver"), lambda row, _: row.one.giver.name),
    Column(Words("Bentuk", "Form"), lambda row, lang: _said(row.one.offer.mode, lang)),
    Column(Words("Skor", "Score"), lambda row, _: round(row.one.told.score, 1)),
    Column(Words("Kecocokan", "Fit"), lambda row, lang: _said(row.one.told.band, lang)),
    Column(Words("Kepastian", "Certainty"), lambda row, lang: _said(row.one.told.certainty, lang)),
    Column(Words("Mendukung", "For"), lambda row, lang: _reasons(row.one.told.speaks_for, lang)),
    Column(Words("Kurang", "Against"), lambda row, lang: _reasons(row.one.told.against, lang)),
    Column(Words("Belum diketahui", "Not known"), lambda row, lang: _reasons(row.one.told.unknown, lang)),
    Column(Words("Menaikkan skor", "Would raise the score"), lambda row, lang: _reasons(row.one.told.raises, lang)),
)


# --- texts, reports, agreements --------------------------------------------------------------------------------------


def _letters(wanted: Wanted) -> list[work.Letter]:
    return work.letters(wanted.session, wanted.office.id, most=_ALL)


def _text(letter: work.Letter, _lang: str) -> str:
    """The text, addressed to the party: a list that leaves the house names no person."""
    experience = letter.mode is Mode.EXPERIENCE
    return messages.text(
        letter.message, letter.party, letter.challenge, every=letter.every, experience=experience, to_a_person=False
    )


_MESSAGES = (
    Column(Words("Nomor", "Number"), lambda row, _: row.message.id),
    Column(Words("Untuk", "To"), lambda row, _: row.party.name),
    Column(Words("Usulan", "Line"), lambda row, _: row.match_code),
    Column(Words("Kebutuhan", "Need"), lambda row, _: row.challenge.code if row.challenge else None),
    Column(Words("Ditulis", "Written on"), lambda row, _: lines.today(row.message.made_at)),
    Column(Words("Pesan", "Text"), _text),
)


def _incoming(wanted: Wanted) -> list[reports.Incoming]:
    session, office_id = wanted.session, wanted.office.id
    states = (ReportState.SUBMITTED, ReportState.DRAFT)
    return [one for state in states for one in reports.incoming(session, office_id, state, most=_ALL)]


def _reported(row: reports.Incoming, _lang: str) -> dt.date:
    report = row.report
    return lines.today(report.made_at if isinstance(report, Offer) else report.reported_at)


_INCOMING = (
    Column(Words("Kode", "Code"), lambda row, _: row.report.code),
    Column(Words("Status", "Status"), lambda row, lang: _said(row.report.state, lang)),
    Column(Words("Dari", "From"), lambda row, _: row.party.name),
    Column(Words("Tempat", "Place"), lambda row, _: row.place),
    Column(Words("Jenis", "Category"), lambda row, lang: _said(row.report.category, lang)),
    Column(Words("Isi", "What"), lambda row, _: row.report.title),
    Column(Words("Jumlah", "Quantity"), lambda row, _: row.report.quantity),
    Column(Words("Satuan", "Unit"), lambda row, lang: UNITS[row.report.unit].words.say(lang)),
    Column(Words("Setiap", "Every"), lambda row, lang: _said(row.report.every, lang)),
    Column(Words("Masuk", "Came in on"), _reported),
    Column(Words("Lewat", "By way of"), lambda row, lang: _said(row.report.source, lang)),
)


def _agreements(wanted: Wanted) -> list[partnerships.Signed]:
    return partnerships.agreements(wanted.session, wanted.office.id)


_AGREEMENTS = (
    Column(Words("Kode", "Code"), lambda row, _: row.agreement.code),
    Column(Words("Naskah", "Paper"), lambda row, lang: _said(row.agreement.kind, lang)),
    Column(Words("Nomor surat", "Number of the letter"), lambda row, _: row.agreement.number),
    Column(Words("Tempat", "Place"), lambda row, _: row.agreement.place),
    Column(Words("Ditandatangani", "Signed on"), lambda row, _: row.agreement.signed_on),
    Column(Words("Berlaku sampai", "Valid until"), lambda row, _: row.agreement.valid_until),
    Column(Words("Status", "Status"), lambda row, lang: _said(row.agreement.state, lang)),
    Column(Words("Jumlah janji", "Promises"), lambda row, _: len(row.lines)),
    Column(Words("Janji", "Lines"), lambda row, _: ", ".join(row.lines)),
    Column(Words("Mitra", "Givers"), lambda row, _: ", ".join(row.givers)),
)


# --- the trace -------------------------------------------------------------------------------------------------------

#: What the codes of reasons in the log read like.
_WHY: dict[str, Words] = {
    term.value: term.words for terms in (ShortReason, EndReason, CloseReason, CancelReason, Refusal) for term in terms
}


def _changes(wanted: Wanted) -> Iterator[trace.Change]:
    return trace.changes(wanted.session, wanted.office)


def _state(row: trace.Change, lang: str) -> str | None:
    """The state a change led to."""
    change = row.row.changes.get("state")
    if not change or not change[1]:
        return None
    column: Any = log.TABLES[row.row.subject].__table__.columns["state"]
    return _said(column.type.enum_class(change[1]), lang)


def _quantity(place: int) -> Callable[[trace.Change, str], Cell]:
    """The quantity before a change (0) or after it (1)."""

    def cell(row: trace.Change, _lang: str) -> Cell:
        told = row.row.changes.get("quantity")
        return Decimal(str(told[place])) if told and told[place] is not None else None

    return cell


def _why(row: trace.Change, lang: str) -> str | None:
    words = _WHY.get(row.row.reason or "")
    return None if words is None else words.say(lang)


_TRACE = (
    Column(Words("Nomor", "Number"), lambda row, _: row.row.seq),
    Column(Words("Waktu", "When"), lambda row, _: _moment(row.row.at)),
    Column(Words("Siapa", "Who"), lambda row, _: row.row.by),
    Column(Words("Sebagai", "As"), lambda row, lang: _said(row.row.role, lang)),
    Column(Words("Tentang", "About"), lambda row, lang: _said(row.row.subject, lang)),
    Column(Words("Kode", "Code"), lambda row, _: row.code),
    Column(Words("Kejadian", "What happened"), lambda row, lang: TRACE[row.row.event].say(lang)),
    Column(Words("Menjadi", "Now"), _state),
    Column(Words("Jumlah sebelumnya", "Quantity before"), _quantity(0)),
    Column(Words("Jumlah sesudahnya", "Quantity after"), _quantity(1)),
    Column(Words("Alasan", "Reason"), _why),
)


# --- the plan --------------------------------------------------------------------------------------------------------


def _plan(wanted: Wanted) -> Plan | None:
    """The plan of the number in the address, or the newest."""
    number = wanted.filters.get("nomor", "")
    if number.isascii() and number.isdecimal() and len(number) < 10:
        return plans.by_number(wanted.session, wanted.office, int(number))
    return plans.newest(wanted.session, wanted.office)


def _planned(wanted: Wanted) -> list[planned.Row]:
    plan = _plan(wanted)
    return [] if plan is None else planned.rows(wanted.session, plan, planned.Wish(), most=None)


def _short(wanted: Wanted) -> list[planned.Gap]:
    plan = _plan(wanted)
    return [] if plan is None else planned.gaps(wanted.session, plan, empty=False, most=None)


_PLAN = (
    Column(Words("Kebutuhan", "Need"), lambda row, _: row.challenge.code),
    Column(Words("Tawaran", "Offer"), lambda row, _: row.offer.code),
    Column(Words("Jenis", "Category"), lambda row, lang: _said(row.challenge.category, lang)),
    Column(Words("Perpustakaan", "Library"), lambda row, _: row.library.name),
    Column(Words("Kecamatan", "Subdistrict"), lambda row, _: row.kecamatan),
    Column(Words("Mitra", "Giver"), lambda row, _: row.giver.name),
    Column(Words("Jumlah", "Quantity"), lambda row, _: row.row.quantity),
    Column(Words("Satuan", "Unit"), lambda row, lang: UNITS[row.challenge.unit].words.say(lang)),
    Column(Words("Setiap", "Every"), lambda row, lang: _said(row.challenge.every, lang)),
    Column(Words("Dari tawaran", "Of the offer"), lambda row, _: row.row.offer_quantity),
    Column(Words("Satuan tawaran", "Unit of the offer"), lambda row, lang: UNITS[row.offer.unit].words.say(lang)),
    Column(Words("Jumlah sebelumnya", "Quantity before"), lambda row, _: row.row.before),
    Column(
        Words("Beda dengan rencana sebelumnya", "Beside the plan before"), lambda row, lang: _said(row.change, lang)
    ),
    Column(Words("Dikunci", "Kept"), lambda row, lang: giving.YES_NO[row.row.pinned].say(lang)),
    Column(Words("Skor", "Score"), lambda row, _: round(row.row.score, 1)),
    Column(Words("Alasan", "Reason"), plan_words.why_planned),
    Column(Words("Usulan", "Line"), lambda row, _: row.match.code if row.match else None),
)
_SHORT = (
    Column(Words("Kebutuhan", "Need"), lambda row, _: row.challenge.code),
    Column(Words("Jenis", "Category"), lambda row, lang: _said(row.challenge.category, lang)),
    Column(Words("Perpustakaan", "Library"), lambda row, _: row.library.name),
    Column(Words("Kecamatan", "Subdistrict"), lambda row, _: row.kecamatan),
    Column(Words("Masih kurang", "Still lacking"), lambda row, _: row.gap.lacking),
    Column(Words("Satuan", "Unit"), lambda row, lang: UNITS[row.challenge.unit].words.say(lang)),
    Column(Words("Mendapat", "Gets"), lambda row, _: row.gap.given),
    Column(Words("Alasan", "Reason"), plan_words.why_short),
)


# --- fairness --------------------------------------------------------------------------------------------------------


def fair_wish(told: Mapping[str, str]) -> fairness.Wish:
    """Which libraries the address of the page *Pemerataan* names; what is no choice of it names nothing."""
    cycle = told.get("siklus", "")
    return fairness.Wish(
        kecamatan=told.get("kec", "")[:8],
        distance=told.get("jarak", "") if told.get("jarak") in {one.code for one in fairness.DISTANCES} else "",
        size=told.get("ukuran", "") if told.get("ukuran") in {one.code for one in fairness.SIZES} else "",
        helped={"belum": False, "pernah": True}.get(told.get("bantu", "")),
        cycle=dt.date.fromisoformat(cycle) if _DAY.fullmatch(cycle) and _is_day(cycle) else None,
    )


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fair(wanted: Wanted) -> list[fairness.Library]:
    found = fairness.fairness(wanted.session, wanted.office, at=wanted.at)
    return found.some(fair_wish(wanted.filters))


def _bracket(scale: tuple[fairness.Bracket, ...], name: str) -> Callable[[Any, str], Cell]:
    words = {one.code: one.words for one in scale}
    return lambda row, lang: words[getattr(row, name)].say(lang)


def _percent(name: str) -> Callable[[Any, str], Cell]:
    """The mean share of a library's needs, in percent; empty where it has none."""
    return lambda row, _: row.cover.percent(name) if row.cover.needs else None


_FAIRNESS = (
    Column(Words("Kode", "Code"), lambda row, _: row.slug),
    Column(Words("Perpustakaan", "Library"), lambda row, _: row.name),
    Column(Words("Desa", "Village"), lambda row, _: row.village),
    Column(Words("Kecamatan", "Subdistrict"), lambda row, _: row.place),
    Column(Words("Jarak dari dinas (km)", "Kilometres from the office"),
           lambda row, _: None if row.km is None else round(row.km, 1)),
    Column(Words("Kelompok jarak", "Distance"), _bracket(fairness.DISTANCES, "distance")),
    Column(Words("Ukuran", "Size"), _bracket(fairness.SIZES, "size")),
    Column(Words("Menunggu sejak", "Waiting since"), lambda row, _: row.since),
    Column(Words("Terakhir dibantu", "Last helped"), lambda row, _: row.helped),
    Column(Words("Kebutuhan terbuka", "Open needs"), lambda row, _: row.needs),
    Column(Words("Dijanjikan (%)", "Promised (%)"), _percent("promised")),
    Column(Words("Tiba (%)", "Arrived (%)"), _percent("arrived")),
    Column(Words("Terbukti (%)", "Proven (%)"), _percent("proven")),
    Column(Words("Didahulukan (0–1)", "Owed (0–1)"), lambda row, _: round(row.neglect, 3)),
)  # fmt: skip


# --- what anybody may have -------------------------------------------------------------------------------------------

_NEEDS = (
    Column(Words("Kode", "Code"), lambda card, _: card.code),
    Column(Words("Jenis", "Category"), lambda card, lang: _said(card.category, lang)),
    Column(Words("Kebutuhan", "Need"), lambda card, _: card.title),
    Column(Words("Perpustakaan", "Library"), lambda card, _: card.library),
    Column(Words("Desa", "Village"), lambda card, _: card.village),
    Column(Words("Kecamatan", "Subdistrict"), lambda card, _: card.kecamatan),
    Column(Words("Dibutuhkan", "Needed"), lambda card, _: card.progress.need),
    Column(Words("Dijanjikan", "Promised"), lambda card, _: card.progress.promised),
    Column(Words("Tiba", "Arrived"), lambda card, _: card.progress.arrived),
    Column(Words("Terbukti", "Proven"), lambda card, _: card.progress.proven),
    Column(Words("Masih kurang", "Still lacking"), lambda card, _: card.progress.lacking),
    Column(Words("Satuan", "Unit"), lambda card, lang: UNITS[card.unit].words.say(lang)),
    Column(Words("Setiap", "Every"), lambda card, lang: _said(card.every, lang)),
    Column(Words("Mendesak", "Urgency"), lambda card, lang: _said(card.urgency, lang)),
    Column(Words("Tahap", "Stage"), lambda card, lang: _said(card.standing, lang)),
    Column(Words("Menunggu (hari)", "Waiting (days)"), lambda card, _: card.waiting),
    Column(
        Words("Belum pernah dibantu", "Never helped before"),
        lambda card, lang: giving.YES_NO[card.never_helped].say(lang),
    ),
    Column(Words("Asal data", "Where the data is from"), lambda card, lang: _said(card.provenance, lang)),
)


def needs(session: Session, office: Office, wish: Wish, *, at: dt.datetime, lang: str) -> Sheet:
    """The public list of needs that answer *wish*: what the cards show, nothing of anybody's contact."""
    return _sheet(giving.TITLES["challenges"], _NEEDS, public.every_need(session, office, wish, at=at), lang)


# --- all of them -----------------------------------------------------------------------------------------------------

#: Name in an address → the kind of table that also comes in again.
KINDS = {
    "kebutuhan": "challenges", "tawaran": "offers", "perpustakaan": "libraries", "mitra": "stakeholders",
    "kemitraan": "partnerships",
}  # fmt: skip
LISTS: dict[str, Listing] = {
    "saran": Listing(Words("Saran", "Suggestions"), _SUGGESTIONS, _pairs),
    "laporan-masuk": Listing(Words("Laporan masuk", "New reports"), _INCOMING, _incoming),
    "pesan": Listing(Words("Pesan", "Texts to send"), _MESSAGES, _letters, Action.READ_CONTACT),
    "kesepakatan": Listing(Words("Kesepakatan", "Agreements"), _AGREEMENTS, _agreements),
    "rencana": Listing(Words("Rencana pembagian", "Sharing plan"), _PLAN, _planned),
    "rencana-kurang": Listing(Words("Yang masih kurang", "Who stays short"), _SHORT, _short),
    "pemerataan": Listing(Words("Pemerataan", "Equity"), _FAIRNESS, _fair),
    "jejak": Listing(Words("Jejak", "Trace"), _TRACE, _changes),
}
NAMES = (*KINDS, *LISTS)  #: every table of the office, in the order of the workbook that holds all of them


def table(wanted: Wanted, name: str) -> Sheet:
    """One of the office's tables by its name in an address.

    Raises
    ------
    KeyError
        There is no such table.
    NotAllowed, NotFound
        Not for this person, or another office's.
    """
    if name in KINDS:
        return giving.table(
            wanted.session, wanted.office, KINDS[name], by=wanted.by, at=wanted.at, lang=wanted.lang,
            status=wanted.chosen(LineStatus, "status"),
            wish=parties.Wish(kecamatan=wanted.told("kec", 8), words=wanted.told("q", 80)),
        )  # fmt: skip
    found = LISTS[name]
    for action in (Action.EXPORT, found.allow):
        require(wanted.by, action, office_id=wanted.office.id)
    return _sheet(found.title, found.columns, found.rows(wanted), wanted.lang)


def everything(wanted: Wanted) -> Iterator[Sheet]:
    """All tables of the office, one after the other."""
    return (table(wanted, name) for name in NAMES)
