"""What goes out comes back in unchanged, is never a formula, and says no more than it may."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher import merging, partnership, standing
from matcher.errors import NotAllowed, NotFound
from matcher.models import Party
from matcher.policy import Actor, Role
from matcher.vocabulary import (
    CancelReason,
    Category,
    CloseReason,
    Every,
    FactCode,
    LineStatus,
    Mode,
    Operator,
    ReportState,
    Strategy,
    Urgency,
    Words,
)
from seeds import synthetic
from tests.builders import VILLAGE, World, another_office, world
from web.exchange import giving, taking, writing
from web.exchange.headings import KINDS, header
from web.exchange.verdicts import Outcome, Problem, Status

ODD = (
    "=1+1", "+62812", "-1", "@SUM(A1)", "'=1", "0012", "007", "08123456789", "1e5", "#1 dari desa", "TRUE", "ya",
    "_x0041_", "a_x000D_b", 'ia berkata "boleh"', "baris satu\nbaris dua", "a;b,c\td", "<b>&amp;</b>", "2015-03-27",
    "3/4", "1.500", "🌾 padi", "ＣＯＮＴＯＨ＝1", "null", "None", " ", "K-0001", "=cmd|' /C calc'!A0",
)  # fmt: skip


#: What a person can have typed: no half characters, no control characters but the end of a line.
WRITABLE = st.characters(
    blacklist_categories=("Cs", "Cc"),
    blacklist_characters="\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
) | st.just("\n")


def given_out(w: World, kind: str, **options: object) -> writing.Sheet:
    values = {"by": w.officer, "at": w.at, "lang": "id"} | options
    sheet = giving.table(w.session, w.office, kind, **values)  # type: ignore[arg-type]
    return writing.Sheet(sheet.title, sheet.headings, list(sheet.rows))


def column(sheet: writing.Sheet, name: str) -> list[object]:
    place = list(sheet.headings).index(name)
    return [row[place] for row in sheet.rows]


def there_and_back(w: World, kind: str, path: Path, lang: str = "id") -> Outcome:
    """Write a table to a real file, read it again, and see what taking it in would do."""
    sheet = given_out(w, kind, lang=lang)
    writing.write(path, sheet.headings, sheet.rows, title=sheet.title)
    return taking.look(w.session, w.office, kind, taking.read(path, kind), by=w.officer, at=w.at)


def all_the_same(outcome: Outcome, rows: int) -> bool:
    return (outcome.count(Status.SAME), len(outcome.verdicts), outcome.problems) == (rows, rows, [])


def district(w: World) -> None:
    """Something of everything, each with every column filled in somewhere."""
    library = w.library(
        "Perpustakaan Melati", facts={FactCode.ROOM: 1, FactCode.TITLES: 480, FactCode.RACK: 0}, ref="P-1"
    )
    far = w.library("Perpustakaan Mawar", region_code=None)
    giver = w.giver("PT Maju", about="Hibah tiap tahun", ref="S-1")
    need = w.challenge(
        library, title="Komputer", story="Kurang\ntiga.", have=Decimal(1), urgency=Urgency.MONTH, ref="A-1"
    )
    w.challenge(
        far, category=Category.FUNDS, unit="rp", quantity=500000, every=Every.MONTH, starts=w.day, not_wanted="utang"
    )
    w.challenge(library, category=Category.SPACE, unit="m2", quantity=Decimal("12.5"), valid_until=w.day)
    offer = w.offer(
        giver, share_min=1, share_max=4, area=["32.02.16"], conditions=[(FactCode.TITLES, Operator.AT_LEAST, 100.0)],
        online=True, follow_on_cost="listrik", answer_days=7, ref="M-1",
    )  # fmt: skip
    w.offer(giver, category=Category.FUNDS, mode=Mode.MONEY, unit="rp", quantity=None, unit_price=4500000)
    w.experience(far, category=Category.BOOKS, strategy=Strategy.ADVOCACY)
    line = w.agreed(need, offer, 2, due=w.day)
    w.prove(line, 1, verified=True)
    w.propose(w.challenge(far), offer, 1)
    gone = w.propose(w.challenge(library), offer, 1)
    partnership.cancel(w.session, gone.id, CancelReason.RELEASED, by=w.officer, at=w.at)
    old = w.challenge(far, title="Rak", category=Category.SPACE, unit="piece", quantity=2)
    gift = w.offer(giver, category=Category.SPACE, unit="piece", quantity=2, title="Hibah rak")
    partnership.record_old(w.session, old, gift, Decimal(2), occurred_on=dt.date(2014, 8, 14), by=w.officer, at=w.at)
    w.session.flush()


# --- there and back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_comes_back_in_unchanged_in_both_languages(
    session: Session, tmp_path: Path, kind: str, ending: str
) -> None:
    w = world(session)
    district(w)
    rows = len(list(given_out(w, kind).rows))
    assert rows > 0
    for lang in ("id", "en"):
        outcome = there_and_back(w, kind, tmp_path / f"x-{lang}.{ending}", lang)
        assert all_the_same(outcome, rows), (lang, outcome.say("id"), [one.say("id") for one in outcome.problems])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "partnerships"])
def test_a_made_up_district_comes_back_in_unchanged(sqlite_url: str, tmp_path: Path, kind: str) -> None:
    from web.db import open_engine, sessions

    engine = open_engine(sqlite_url)
    with sessions(engine)() as session:
        admin = Actor("sistem", Role.ADMIN)
        at = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
        office = synthetic.enter(session, synthetic.district(7, 60, 150, 50), by=admin, at=at)
        session.flush()
        w = World(session, office, Actor("petugas", Role.PETUGAS, office_id=office.id), at)
        rows = len(list(given_out(w, kind).rows))
        assert all_the_same(there_and_back(w, kind, tmp_path / "x.xlsx"), rows)
    engine.dispose()


@settings(max_examples=3, phases=[Phase.generate])  # an example costs two processes
@given(st.lists(st.text(WRITABLE, max_size=40), min_size=12, max_size=12))
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_any_text_comes_back_as_it_was(sqlite_url: str, tmp_path: Path, ending: str, texts: list[str]) -> None:
    from web.db import open_engine, sessions

    engine = open_engine(sqlite_url)
    with sessions(engine)() as session:
        w = world(session)
        library, giver = w.library(), w.giver()
        for number, text in enumerate([*texts, *ODD]):
            w.challenge(library, title=f"K {number}", story=text, not_wanted=text, notes=text)
            w.offer(giver, title=f"T {number}", words=text, follow_on_cost=text)
        for kind in ("challenges", "offers"):
            rows = len(list(given_out(w, kind).rows))
            outcome = there_and_back(w, kind, tmp_path / f"{kind}.{ending}")
            changed = [(verdict.row, verdict.changes) for verdict in outcome.of(Status.CHANGED)]
            assert all_the_same(outcome, rows), (changed, outcome.problems)
    engine.dispose()


# --- what stands in it -----------------------------------------------------------------------------------------------


def test_a_line_goes_out_with_both_sides_its_numbers_its_day_its_letter_and_its_state(session: Session) -> None:
    w = world(session)
    library, giver = w.library("Perpustakaan Melati"), w.giver("PT Maju")
    paper = w.paper(number="421/07", signed_on=w.day)
    line = w.agreed(w.challenge(library), w.offer(giver, title="Hibah"), 3, agreement_id=paper.id)
    w.prove(line, 2, verified=True)
    row = dict(zip(header("partnerships", "id", out=True), next(iter(given_out(w, "partnerships").rows)), strict=True))
    assert {name: row[name] for name in ("Perpustakaan", "Mitra", "Unsur", "Desa", "Bantuan", "Satuan")} == {
        "Perpustakaan": "Perpustakaan Melati", "Mitra": "PT Maju", "Unsur": "Swasta", "Desa": "Pasawahan",
        "Bantuan": "Hibah", "Satuan": "unit",
    }  # fmt: skip
    assert (row["Kode"], row["Jumlah"], row["Tiba"], row["Terbukti"]) == (line.code, 3, 2, 2)
    assert (row["Tanggal"], row["Nomor kesepakatan"], row["Status"]) == (w.day, "421/07", line.state.words.id)


def test_lines_can_be_narrowed_to_a_status_and_refused_ones_never_go_out(session: Session) -> None:
    w = world(session)
    offer = w.offer()
    waiting, agreed = w.propose(w.challenge(), offer, 1), w.agreed(w.challenge(), offer, 1, due=w.day)
    assert column(given_out(w, "partnerships"), "Kode") == [waiting.code, agreed.code]
    assert column(given_out(w, "partnerships", status=LineStatus.AWAITED), "Kode") == [agreed.code]


def test_rows_of_a_merged_party_go_out_under_the_party_it_became_and_it_goes_out_once(session: Session) -> None:
    w = world(session)
    kept, other = w.library("Perpustakaan Melati", facts={FactCode.ROOM: 1}), w.library("Perpus Melati")
    w.know(other, FactCode.TITLES, 480)
    w.challenge(other)
    merging.merge_parties(session, kept, other, by=w.officer, at=w.at)
    session.flush()
    assert column(given_out(w, "challenges"), "Perpustakaan") == ["Perpustakaan Melati"]
    libraries = given_out(w, "libraries")
    assert column(libraries, "Kode") == [kept.slug]
    assert (column(libraries, "Ruang sendiri"), column(libraries, "Judul buku")) == (["ya"], [Decimal(480)])


def test_what_was_taken_back_with_an_import_does_not_go_out(session: Session) -> None:
    w = world(session)
    party = w.library()
    w.challenge(party)
    party.retired_at = w.at
    session.flush()
    assert [list(given_out(w, kind).rows) for kind in ("libraries", "challenges")] == [[], []]


def test_no_table_carries_a_contact_or_the_offices_own_note(session: Session) -> None:
    w = world(session)
    district(w)
    secret = {"contact_name": "Ibu Rahasia", "contact_phone": "081234567890", "private_note": "catatan rahasia"}
    for party in session.query(Party):
        for name, value in {**secret, "head_name": "Pak Rahasia", "contact_title": "Kepala Rahasia"}.items():
            setattr(party, name, value)
    session.flush()
    told = [str(cell) for kind in KINDS for row in given_out(w, kind).rows for cell in row]
    assert not [cell for cell in told if "ahasia" in cell or "081234567890" in cell]


def test_an_office_exports_its_own_rows_only(session: Session) -> None:
    w = world(session)
    other = another_office(w)
    district(w)
    assert [list(given_out(other, kind).rows) for kind in KINDS] == [[]] * len(KINDS)
    for kind in KINDS:
        with pytest.raises(NotFound):
            given_out(w, kind, by=other.officer)
        with pytest.raises(NotAllowed):
            given_out(w, kind, by=Actor("tamu"))


def test_a_closed_need_goes_out_with_its_state(session: Session) -> None:
    w = world(session)
    need = w.challenge()
    standing.close_challenge(session, need, CloseReason.MISTAKEN, by=w.officer, at=w.at)
    session.flush()
    assert column(given_out(w, "challenges"), "Status") == [ReportState.CLOSED.words.id]


# --- the file --------------------------------------------------------------------------------------------------------


def _opened(*sheets: writing.Sheet) -> openpyxl.Workbook:
    file = io.BytesIO()
    writing.write_xlsx(file, sheets)
    return openpyxl.load_workbook(file)


def test_numbers_and_days_are_numbers_and_days_and_every_text_is_a_text() -> None:
    day, moment = dt.date(2015, 3, 27), dt.datetime(2015, 3, 27, 9, 30)
    row = [Decimal(1500000), Decimal("12.5"), 7, 72.6, day, moment, None, "", "#N/A", *ODD]
    sheet = _opened(writing.Sheet("x", [f"h{place}" for place in range(len(row))], [row])).active
    cells = [cell for cell in next(sheet.iter_rows(min_row=2))]  # noqa: C416 - a list is wanted
    assert [cell.value for cell in cells[:8]] == [
        1500000, 12.5, 7, 72.6, dt.datetime(2015, 3, 27), moment, None, None,
    ]  # fmt: skip
    assert [cell.number_format for cell in cells[:6]] == [
        "#,##0", "General", "General", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
    ]  # fmt: skip
    assert {cell.data_type for cell in cells[8:]} == {"s"}


def test_a_sheet_keeps_code_and_headings_in_sight_has_filters_and_columns_as_wide_as_their_texts() -> None:
    rows = [["K-0001", "kata " * 50], ["K-0002", "pendek"]]
    book = _opened(writing.Sheet("Satu", ["Kode", "Cerita"], rows), writing.Sheet("Dua: 2/3?", ["Kode"], []))
    assert book.sheetnames == ["Satu", "Dua  2 3 "]
    one, two = book.worksheets
    assert (one.freeze_panes, one.auto_filter.ref, two.auto_filter.ref) == ("B2", "A1:B3", "A1:A1")
    assert one.column_dimensions["A"].width < one.column_dimensions["B"].width <= 48
    assert one["A1"].font.b
    assert not one["A2"].font.b


def test_what_xml_cannot_hold_is_left_out_instead_of_breaking_the_file() -> None:
    sheet = _opened(writing.Sheet("x", ["a"], [["satu\x00\x0b\ud800\ufffedua"], ["x" * 40_000]])).active
    assert sheet["A2"].value == "satudua"
    assert len(sheet["A3"].value) == 32_767


def test_many_rows_are_all_there_when_they_no_longer_fit_in_memory() -> None:
    sheet = _opened(
        writing.Sheet("x", ["Kode", "Cerita"], ([f"K-{number}", "kata " * 100] for number in range(2500)))
    ).active
    assert (sheet.max_row, sheet["A2501"].value, sheet.auto_filter.ref) == (2501, "K-2499", "A1:B2501")


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    def rows() -> object:
        yield ["K-0001"]
        raise RuntimeError

    for ending in ("xlsx", "csv"):
        with pytest.raises(RuntimeError):
            writing.write(tmp_path / f"x.{ending}", ["Kode"], rows(), title="x")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


# --- what is to be repaired ------------------------------------------------------------------------------------------


def _wrong(position: int, value: str, fix: str | None = None, heading: str = "") -> Problem:
    return Problem(
        7, Words("Jumlah", "Quantity"), value, Words("tulis angka", "write a number"), position, heading, fix
    )


def test_wrong_rows_go_out_as_they_came_with_a_note_first_and_the_wrong_cells_in_colour() -> None:
    file = io.BytesIO()
    headings, rows = ["Nama Perpus", "Jml"], [["=Mawar", "tgia"], ["Melati"], ["Dahlia", 3]]
    notes = [[_wrong(1, "tgia", "3", "Jml")], [_wrong(1, "")], [_wrong(2, ""), _wrong(-1, "")]]
    writing.notes_file(file, headings, rows, notes, title="Perlu diperbaiki", lang="id")
    sheet = openpyxl.load_workbook(file).active
    told = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert told == [
        ["Catatan perbaikan", "Nama Perpus", "Jml", "Jumlah"],
        ["Jml “tgia” → 3? tulis angka", "=Mawar", "tgia", None],
        ["Jumlah: tulis angka", "Melati", None, None],
        ["Jumlah: tulis angka\nJumlah: tulis angka", "Dahlia", 3, None],
    ]
    tinted = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fill_type}
    assert tinted == {"C2", "C3", "D4"}
    assert sheet["A4"].alignment.wrap_text


def test_wrong_rows_repaired_in_their_file_come_in(session: Session, tmp_path: Path) -> None:
    w = world(session)
    headings = ["Perpustakaan", "Kode desa", "Jenis", "Kebutuhan", "Jumlah"]
    row = ["Perpustakaan Melati", VILLAGE, "Komputer", "Komputer kurang", "entah"]
    path = tmp_path / "salah.xlsx"
    with path.open("wb") as file:
        writing.notes_file(file, headings, [row], [[_wrong(4, "entah")]], title="x", lang="id")
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["F2"] = 3
    book.save(path)
    outcome = taking.look(session, w.office, "challenges", taking.read(path, "challenges"), by=w.officer, at=w.at)
    assert (outcome.count(Status.NEW), outcome.problems) == (1, [])
    taking.take(session, w.office, "challenges", taking.read(path, "challenges"), by=w.officer, at=w.at)
    assert column(given_out(w, "challenges"), "Catatan") == [""]
