"""Tables in and out: what is understood, what is refused and why, and that nothing is lost or run on the way."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import shutil
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import func, select

from matcher.models import Challenge, Fact, Import, Log, Match, Offer, Party, Suggestion
from matcher.vocabulary import (
    Category,
    FactCode,
    Mode,
    PartyKind,
    ReportState,
    Sector,
    Source,
    Strategy,
    Urgency,
    Verification,
)
from web import cli
from web.exchange import arrivals
from web.exchange.headings import KINDS, example, header
from web.folder import Folder


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Data folders made once: an empty one and the meeting."""
    base = tmp_path_factory.mktemp("folders")
    for content in ("empty", "meeting"):
        Folder.open(base / content, make=content, announce=lambda _line: None).close()
    return base


@pytest.fixture
def run(made, tmp_path, capsys):
    """Runs a command over a fresh copy of a folder; returns exit code, what was printed and what was complained."""

    def command(*words, on="empty"):
        data = tmp_path / on
        if not data.exists():
            shutil.copytree(made / on, data)
        try:
            code = cli.run(cli.parse([*map(str, words), "--data", str(data)]))
        except SystemExit as left:
            code = left.code
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


@pytest.fixture
def rows(tmp_path):
    """The rows of a table in a folder."""

    def read(what, on="empty", where=()):
        folder = Folder.open(tmp_path / on, make=None, announce=lambda _line: None)
        with folder.reading() as session:
            found = list(session.scalars(select(what).where(*where).order_by(*what.__table__.primary_key)))
        folder.close()
        return found

    return read


def table(path, *lines, delimiter=",", encoding="utf-8"):
    """A csv file of these rows."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


NEED = ("Ref", "Perpustakaan", "Desa", "Kecamatan", "Jenis", "Kebutuhan", "Jumlah")
ONE = ("A1", "Perpusdes Mawar", "Sukamaju", "Cikakak", "Komputer", "Komputer kurang", "3 unit")


# --- headings --------------------------------------------------------------------------------------------------------


def test_headings_are_printed_for_both_tables_in_both_languages_and_can_be_imported_as_they_stand(run, tmp_path):
    code, told, _ = run("import", "--headings")
    assert code == 0
    for kind in KINDS:
        shutil.rmtree(tmp_path / "empty", ignore_errors=True)
        for lang in ("id", "en"):
            line = ",".join(header(kind, lang))
            assert line in told
            sample = _line(example(kind))
            assert sample in told
            file = tmp_path / f"{kind}-{lang}.csv"
            file.write_text(f"{line}\n{sample}\n", encoding="utf-8")
            code, out, err = run("import", kind, file)
            assert (code, err) == (0, "")
            assert out.startswith("1 baru" if lang == "id" else "0 baru, 0 berubah, 1 sama")


def _line(cells):
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


# --- in --------------------------------------------------------------------------------------------------------------


def test_a_need_enters_open_with_its_library_its_facts_its_unknown_columns_as_notes_and_its_suggestions(
    run, rows, tmp_path
):
    file = table(
        tmp_path / "a.csv",
        (*NEED, "Listrik", "Judul buku", "Mendesak", "Tanggal lapor", "Warna cat", "Setiap"),
        (*ONE, "ya", "480", "bulan ini", "1/3/2026", "hijau", ""),
    )
    code, out, err = run("import", "challenges", file)
    assert (code, out, err) == (0, "1 baru, 0 berubah, 0 sama, 0 perlu diperbaiki\n", "")
    need, library = rows(Challenge)[0], rows(Party)[0]
    assert (need.ref, need.state, need.source) == ("A1", ReportState.OPEN, Source.EXCEL)
    assert (need.category, need.quantity, need.unit, need.urgency) == (Category.COMPUTERS, 3, "unit", Urgency.MONTH)
    assert need.notes == "Warna cat: hijau"
    assert need.reported_at.date() == dt.date(2026, 3, 1)
    assert (library.name, library.kind, library.region_code) == ("Perpusdes Mawar", PartyKind.LIBRARY, "32.02.03.2004")
    assert library.verification is Verification.VERIFIED
    assert {fact.code: fact.value for fact in rows(Fact)} == {FactCode.ELECTRICITY: 1, FactCode.TITLES: 480}


def test_an_offer_enters_with_its_giver_area_conditions_shares_and_windows(run, rows, tmp_path):
    file = table(
        tmp_path / "o.csv",
        ("Valid until", "Giver", "Sector", "Subdistrict", "Category", "Form", "Offer", "Words", "Quantity", "Area",
        "Conditions",
         "Smallest share", "Largest share", "Starts", "Ends", "Unit price", "Online", "Answer days", "Follow-on cost",
         "Ref"),
        ("31 December 2027", "PT Maju", "private", "Cibadak", "computers", "goods", "Laptops", "Five good ones",
        "5 units",
         "Cikakak; Desa Pasawahan (Cicurug)", "own room; book titles >= 100", "1", "3", "2027-01-01", "2027-12-31", "",
         "no", "21", "repairs", "M1"),
    )  # fmt: skip
    assert run("import", "offers", file)[0] == 0
    offer, giver = rows(Offer)[0], rows(Party)[0]
    assert (giver.name, giver.kind, giver.sector, giver.region_code) == (
        "PT Maju",
        PartyKind.STAKEHOLDER,
        Sector.PRIVATE,
        "32.02.11",
    )
    assert (offer.category, offer.mode, offer.quantity, offer.unit) == (Category.COMPUTERS, Mode.GOODS, 5, "unit")
    assert offer.area == ["32.02.03", "32.02.16.2005"]
    assert offer.conditions == [
        {"fact": "room", "op": ">=", "value": 1.0}, {"fact": "titles", "op": ">=", "value": 100.0}
    ]  # fmt: skip
    assert (offer.share_min, offer.share_max, offer.answer_days, offer.online) == (1, 3, 21, False)
    assert (offer.starts, offer.ends, offer.valid_until) == (
        dt.date(2027, 1, 1),
        dt.date(2027, 12, 31),
        dt.date(2027, 12, 31),
    )
    assert (offer.title, offer.words, offer.follow_on_cost, offer.ref) == ("Laptops", "Five good ones", "repairs", "M1")


def test_a_success_story_belongs_to_a_library_and_needs_no_sector(run, rows, tmp_path):
    head = ("Mitra", "Desa", "Kecamatan", "Jenis", "Bentuk", "Tawaran", "Strategi")
    run(
        "import",
        "offers",
        table(
            tmp_path / "o.csv",
            head,
            ("Perpusdes Mawar", "Sukamaju", "Cikakak", "ruang", "Pengalaman", "Cara kami", "Advokasi"),
        ),
    )
    offer, library = rows(Offer)[0], rows(Party)[0]
    assert (offer.mode, offer.strategy, library.kind) == (Mode.EXPERIENCE, Strategy.ADVOCACY, PartyKind.LIBRARY)


def test_money_meant_for_computers_is_entered_as_money_that_can_buy_them(run, rows, tmp_path):
    head = ("Mitra", "Unsur", "Jenis", "Tawaran", "Jumlah", "Harga satuan")
    run(
        "import",
        "offers",
        table(tmp_path / "o.csv", head, ("PT Maju", "swasta", "komputer", "CSR", "Rp 20.000.000", "5 jt")),
    )
    offer = rows(Offer)[0]
    assert (offer.category, offer.mode, offer.quantity, offer.unit) == (Category.FUNDS, Mode.MONEY, 20_000_000, "rp")
    assert offer.unit_price == 5_000_000
    assert offer.notes == "Uang untuk: Komputer"


def test_the_same_file_twice_changes_nothing_with_and_without_a_reference(run, rows, tmp_path):
    file = table(
        tmp_path / "a.csv", (*NEED, "Listrik", "Warna"), (*ONE, "ya", "biru"),
        ("", "Perpusdes Melati", "", "", "", "Buku bacaan anak masih sedikit", "puluhan", "tidak", ""),
        ("", "Perpusdes Melati", "", "", "dana", "Honor pengelola", "Rp 300.000/bulan", "tidak", ""),
    )  # fmt: skip
    assert run("import", "challenges", file)[1].startswith("3 baru, 0 berubah, 0 sama")
    before = len(rows(Log))
    assert run("import", "challenges", file)[1] == "0 baru, 0 berubah, 3 sama, 0 perlu diperbaiki\n"
    assert len(rows(Log)) == before
    assert len(rows(Party)) == 2


def test_a_dry_run_tells_every_row_and_makes_nothing(run, rows, tmp_path):
    file = table(tmp_path / "a.csv", NEED, ONE, ("A2", "", "", "", "buku", "Buku", "3"))
    code, out, err = run("import", "challenges", file, "--dry-run")
    assert code == 1
    assert out == (
        "2\tbaru\tPerpusdes Mawar · Komputer kurang · 3 unit\n3\tperlu diperbaiki\tBuku\n"
        "1 baru, 0 berubah, 0 sama, 1 perlu diperbaiki\n"
    )
    assert "Baris 3, Perpustakaan: harus diisi" in err
    assert (rows(Challenge), rows(Party), rows(Import)) == ([], [], [])


def test_what_the_command_took_in_is_listed_and_can_be_taken_back(run, rows, tmp_path):
    run("import", "challenges", table(tmp_path / "kebutuhan lama.csv", NEED, ONE))
    (made,) = rows(Import)
    assert (made.name, made.counts["new"], made.cells) == ("kebutuhan lama.csv", 1, [])
    folder = Folder.open(tmp_path / "empty", make=None, announce=lambda _line: None)
    with folder.writing() as session:
        imp = arrivals.get(session, folder.office(session), made.id)
        told = arrivals.undo(session, imp, by=folder.system(session), at=folder.now(session))
    folder.close()
    assert (told.closed, told.retired) == (["K-0001"], ["Perpusdes Mawar"])


def test_the_command_knows_every_kind_of_table():
    assert cli.TABLES == KINDS


def test_a_like_row_enters_by_the_command_and_is_told(run, tmp_path):
    run("import", "challenges", table(tmp_path / "a.csv", NEED, ONE))
    code, out, err = run(
        "import", "challenges", table(tmp_path / "b.csv", NEED[1:], (*ONE[1:5], "Butuh komputer", "2"))
    )
    assert (code, out) == (0, "1 baru, 0 berubah, 0 sama, 0 perlu diperbaiki\n")
    assert "masuk sebagai baru, tetapi mirip K-0001 (Komputer kurang)" in err


def test_rows_of_two_texts_of_one_file_about_one_library_leave_the_last_word_and_come_again_unchanged(
    run, rows, tmp_path
):
    head = (*NEED, "No. HP", "Listrik")
    file = table(
        tmp_path / "a.csv", head, (*ONE, "081111111111", "ya"),
        ("A2", *ONE[1:5], "Printer rusak", "1", "082222222222", "tidak"),
    )  # fmt: skip
    run("import", "challenges", file)
    assert rows(Party)[0].contact_phone == "082222222222"
    before = len(rows(Log))
    assert run("import", "challenges", file)[1].startswith("0 baru, 0 berubah, 2 sama")
    assert len(rows(Log)) == before


def test_a_table_of_more_rows_than_are_written_at_once_is_taken_whole(run, rows, tmp_path):
    lines = [(f"A{n}", *ONE[1:5], f"Komputer {n}", "1") for n in range(1203)]
    file = table(tmp_path / "a.csv", NEED, *lines, lines[0])
    assert run("import", "challenges", file)[1] == "1203 baru, 0 berubah, 1 sama, 0 perlu diperbaiki\n"
    assert len(rows(Party)) == 1
    assert run("import", "challenges", file)[1] == "0 baru, 0 berubah, 1204 sama, 0 perlu diperbaiki\n"


def test_the_same_reference_again_is_the_same_row_changed_where_the_file_says_otherwise(run, rows, tmp_path):
    run("import", "challenges", table(tmp_path / "a.csv", (*NEED, "Mendesak"), (*ONE, "bulan ini")))
    told = run(
        "import",
        "challenges",
        table(tmp_path / "b.csv", ("Ref", "Perpustakaan", "Jumlah"), ("A1", "Perpustakaan Desa Mawar", "5")),
    )
    assert told[1].startswith("0 baru, 1 berubah, 0 sama")
    (need,) = rows(Challenge)
    assert (need.quantity, need.title, need.category) == (5, "Komputer kurang", Category.COMPUTERS)
    assert need.urgency is Urgency.MONTH  # a column the file does not have is left alone


def test_a_fact_is_recorded_only_where_it_is_news(run, rows, tmp_path):
    head = (*NEED, "Listrik", "Internet")
    run("import", "challenges", table(tmp_path / "a.csv", head, (*ONE, "ya", "")))
    run("import", "challenges", table(tmp_path / "b.csv", head, (*ONE, "ya", "")))
    assert len(rows(Fact)) == 1
    run("import", "challenges", table(tmp_path / "c.csv", head, (*ONE, "tidak", "")))
    assert [fact.value for fact in rows(Fact)] == [1, 0]


def test_bad_rows_are_told_with_row_column_value_and_cure_while_good_ones_enter(run, rows, tmp_path):
    file = table(
        tmp_path / "a.csv", (*NEED, "Selesai"), (*ONE, ""), ("A2", "", "", "", "buku", "Buku", "3", ""),
        ("A3", "Perpusdes Mawar", "", "", "komputer", "Laptop", "-4", ""),
        ("A4", "Perpusdes Mawar", "", "", "komputer", "Laptop", "Rp 5 juta", ""),
        ("A5", "Perpusdes Mawar", "", "", "komputer", "Laptop", "2", "31/2/2027"),
        ("A6", "Perpusdes Mawar", "", "", "buku", "Buku", "10 dus", ""),
        ("A7", "Perpusdes Mawar", "", "", "", "xyz", "1", ""), ("A8", "Perpusdes Mawar", "", "", "komputer", "PC",
        "1,5", ""),
        ("A9", "Perpusdes\x07Mawar", "", "", "komputer", "PC", "1", ""),
    )  # fmt: skip
    code, out, err = run("import", "challenges", file)
    assert (code, out) == (1, "1 baru, 0 berubah, 0 sama, 8 perlu diperbaiki\n")
    for told in (
        "Baris 3, Perpustakaan: harus diisi", "Baris 4, Jumlah “-4”: tulis angka", ("Baris 5, Jumlah “Rp 5 juta”: "
        "satuan rupiah bukan"),
        "Baris 6, Selesai “31/2/2027”: tulis tanggal", ("Baris 7, Jumlah “10 dus”: satuan untuk Koleksi buku: "
        "eksemplar, judul"),
        "Baris 8, Jenis: tulis jenisnya: Komputer", "Baris 9, Jumlah “1,5”: unit tidak dapat setengah",
        "Baris 10, Perpustakaan",
    ):  # fmt: skip
        assert told in err
    assert len(rows(Challenge)) == 1


def test_problems_are_told_in_english_when_asked(run, tmp_path):
    file = table(tmp_path / "a.csv", NEED, (*ONE[:-1], "abc"))
    code, out, err = run("import", "challenges", file, "--lang", "en")
    assert (code, out) == (1, "0 new, 0 changed, 0 the same, 1 to repair\n")
    assert "Row 2, Quantity “abc”: write a number" in err


def test_an_unknown_or_ambiguous_village_never_refuses_a_row(run, rows, tmp_path):
    file = table(
        tmp_path / "a.csv", NEED, ("A1", "Perpusdes Mawar", "Sukamaju", "", "komputer", "PC", "1"),
        ("A2", "Perpusdes Melati", "Antah Berantah", "Cidahu", "komputer", "PC", "1"),
    )  # fmt: skip
    code, out, err = run("import", "challenges", file)
    assert (code, out) == (0, "2 baru, 0 berubah, 0 sama, 0 perlu diperbaiki\n")
    assert "Baris 2, Desa “Sukamaju”: ada 6 desa bernama ini; sebutkan kecamatannya" in err
    assert [party.region_code for party in rows(Party)] == [None, "32.02.17"]


def test_a_missing_category_is_read_from_the_text_and_marked(run, rows, tmp_path):
    file = table(
        tmp_path / "a.csv",
        ("Perpustakaan", "Cerita"),
        ("Perpusdes Mawar", "Komputer kami rusak, kami butuh 2 unit komputer."),
    )
    _, _, err = run("import", "challenges", file)
    (need,) = rows(Challenge)
    assert need.category is Category.COMPUTERS
    assert need.notes == "Jenis diduga dari tulisannya: Komputer"
    assert "Jenis diduga dari tulisannya: Komputer" in err


def test_a_new_giver_without_a_sector_gets_it_from_its_name_or_is_asked_for_it(run, rows, tmp_path):
    head = ("Mitra", "Jenis", "Tawaran")
    code, _, err = run(
        "import",
        "offers",
        table(tmp_path / "o.csv", head, ("Universitas Contoh", "buku", "Buku"), ("Zzz", "buku", "Buku")),
    )
    assert code == 1
    assert [party.sector for party in rows(Party)] == [Sector.ACADEMIA]
    assert "Baris 3, Unsur: mitra baru: tulis unsurnya: Birokrasi" in err


def test_libraries_of_one_name_in_two_villages_stay_two_and_a_bare_name_is_asked_about(run, rows, tmp_path):
    file = table(
        tmp_path / "a.csv", NEED, ("A1", "Perpusdes Mawar", "Sukamaju", "Cikakak", "komputer", "PC", "1"),
        ("A2", "Perpustakaan Desa Mawar", "Pasawahan", "Cicurug", "komputer", "PC", "1"),
        ("A3", "perpus mawar", "Pasawahan", "Cicurug", "buku", "Buku", "10"), ("A4", "Perpus Mawar", "", "", "buku",
        "Buku", "10"),
    )  # fmt: skip
    code, _, err = run("import", "challenges", file)
    assert code == 1
    assert "Baris 5, Perpustakaan “Perpus Mawar”: ada 2 perpustakaan bernama ini" in err
    assert len(rows(Party)) == 2


def test_a_reference_of_another_library_is_not_taken_over(run, rows, tmp_path):
    run("import", "challenges", table(tmp_path / "a.csv", NEED, ONE))
    code, _, err = run("import", "challenges", table(tmp_path / "b.csv", NEED, ("A1", "Perpusdes Lain", *ONE[2:])))
    assert code == 1
    assert "K-0001 di sini milik Perpusdes Mawar" in err
    assert [need.title for need in rows(Challenge)] == ["Komputer kurang"]


def test_one_reference_with_two_contents_in_one_file_is_asked_about(run, rows, tmp_path):
    code, out, err = run("import", "challenges", table(tmp_path / "a.csv", NEED, ONE, ONE, (*ONE[:-1], "9")))
    assert (code, out) == (1, "1 baru, 0 berubah, 1 sama, 1 perlu diperbaiki\n")
    assert "baris 2 memakai Ref yang sama" in err
    assert rows(Challenge)[0].quantity == 3


def test_an_offer_is_not_lowered_below_what_is_agreed(run, tmp_path):
    file = tmp_path / "o.csv"
    run("export", "offers", file, on="meeting")
    lines = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    data = tmp_path / "meeting"
    _agree_all(data)
    column = lines[0].index("Jumlah")
    offer = next(line for line in lines if line[0] == "T-0011")
    offer[column] = "1"
    code, _, err = run("import", "offers", table(tmp_path / "p.csv", lines[0], offer), on="meeting")
    assert code == 1
    assert "Jumlah" in err
    assert run("export", "offers", file, on="meeting")[0] == 0
    assert (
        next(line for line in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))) if line[0] == "T-0011")[
            column
        ]
        == "10"
    )


def _agree_all(data):
    """Three of the ten computers are agreed."""
    from matcher import partnership, review
    from matcher.vocabulary import AgreementKind, Side

    folder = Folder.open(data, make=None, announce=lambda _line: None)
    with folder.writing() as session:
        office, at, by = folder.office(session), folder.now(session), folder.system(session)
        need = session.scalars(select(Challenge).where(Challenge.code == "K-0001")).one()
        offer = session.scalars(select(Offer).where(Offer.code == "T-0011")).one()
        match = review.propose(session, need.id, offer.id, by=by, at=at, quantity=Decimal(3))
        session.flush()
        for side in Side:
            partnership.consent(session, match.id, side, by=by, at=at, note="di pertemuan")
        paper = partnership.draft_agreement(session, office_id=office.id, kind=AgreementKind.ORAL, by=by, at=at)
        session.flush()
        partnership.agree(session, match.id, by=by, at=at, agreement_id=paper.id)
    folder.close()


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_with_any_usual_delimiter_and_encoding(run, rows, tmp_path, delimiter, encoding):
    file = table(
        tmp_path / "a.csv", NEED, (*ONE[:5], "Café – komputer kurang", "3"), delimiter=delimiter, encoding=encoding
    )
    assert run("import", "challenges", file)[0] == 0
    assert rows(Challenge)[0].title == "Café – komputer kurang"


def test_headings_may_stand_below_a_title_in_any_order(run, rows, tmp_path):
    file = table(tmp_path / "a.csv", ("Laporan kebutuhan 2026",), (), tuple(reversed(NEED)), (), tuple(reversed(ONE)))
    assert run("import", "challenges", file)[1].startswith("1 baru")
    assert rows(Challenge)[0].quantity == 3


def test_xlsx_numbers_days_and_yes_are_read_as_such_from_the_sheet_that_holds_the_table(run, rows, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Petunjuk"])
    sheet = book.create_sheet("Data")
    sheet.append([*NEED, "Berlaku sampai", "Listrik", "Kode desa"])
    sheet.append([17, *ONE[1:2], None, None, *ONE[4:6], 3, dt.datetime(2027, 12, 31), True, 3202162005])
    book.save(tmp_path / "a.xlsx")
    code, _, err = run("import", "challenges", tmp_path / "a.xlsx")
    assert (code, err) == (0, "")
    (need,) = rows(Challenge)
    assert (need.ref, need.quantity, need.valid_until) == ("17", 3, dt.date(2027, 12, 31))
    assert rows(Party)[0].region_code == "32.02.16.2005"
    assert rows(Fact)[0].value == 1


def _xlsx(path, *, parts=(), sheet=None, drop=()):
    """A workbook with parts added, its sheet replaced, or parts dropped."""
    book = openpyxl.Workbook()
    book.active.append(list(NEED))
    book.active.append(list(ONE))
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in drop:
                new.writestr(name, sheet if sheet is not None and name.endswith("sheet1.xml") else old.read(name))
        for name, content in parts:
            new.writestr(name, content)
    return path


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{{}}</sheetData></worksheet>'
_FAR = '<row r="1"><c r="A1"><v>1</v></c><c r="{}"><v>1</v></c></row>'


def _encrypted(path):
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    )
    return path


def _binary(path, content):
    path.write_bytes(content)
    return path


HOSTILE = {
    "a picture named xlsx": (lambda d: _binary(d / "a.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 99), "bukan berkas Excel"),
    "an empty file": (lambda d: _binary(d / "a.csv", b""), "kosong"),
    "no heading of ours": (lambda d: table(d / "a.csv", ("x", "y"), (1, 2)), "tidak ada judul kolom"),
    "locked by a password": (lambda d: _encrypted(d / "a.xlsx"), "terkunci kata sandi"),
    "old Excel": (lambda d: _binary(d / "a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 99), "bentuk Excel lama"),
    "macros by name": (lambda d: _xlsx(d / "a.xlsm"), "memuat makro"),
    "macros inside": (lambda d: _xlsx(d / "a.xlsx", parts=[("xl/vbaProject.bin", b"x")]), "memuat makro"),
    "objects inside": (lambda d: _xlsx(d / "a.xlsx", parts=[("xl/embeddings/a.bin", b"x")]), "objek sisipan"),
    "another archive": (lambda d: _xlsx(d / "a.xlsx", drop=("xl/workbook.xml",)), "bukan berkas Excel"),
    "an archive cut short": (lambda d: _binary(d / "a.xlsx", _xlsx(d / "b.xlsx").read_bytes()[:900]), ("bukan berkas "
    "Excel")),
    "a bomb": (lambda d: _xlsx(d / "a.xlsx", parts=[("xl/media/a.bin", b"\0" * 101 * 2**20)]), ("mengembang terlalu "
    "besar")),
    "a dense bomb": (lambda d: _xlsx(d / "a.xlsx", parts=[("xl/a.xml", b"<a/>" * 2**22)]), "mengembang terlalu besar"),
    "entities": (lambda d: _xlsx(d / "a.xlsx", sheet='<!DOCTYPE x [<!ENTITY a "b">]>' + _SHEET.format("")),
    "bukan berkas Excel"),
    "a cell far to the right": (lambda d: _xlsx(d / "a.xlsx", sheet=_SHEET.format(_FAR.format("XFD1"))),
    "terlalu lebar"),
    "a cell far below": (lambda d: _xlsx(d / "a.xlsx", sheet=_SHEET.format(_FAR.format("A1048576"))),
    "terlalu panjang"),
    "a million columns": (lambda d: _binary(d / "a.csv", b"Ref" + b",x" * 10**6), "terlalu lebar"),
    "too many rows": (lambda d: _binary(d / "a.csv", b"Ref,Perpustakaan\n" + b"1,x\n" * 60_000), "terlalu panjang"),
    "a quotation mark left open": (lambda d: _binary(d / "a.csv", b'Ref,Perpustakaan\n"' + b"x" * 40_000),
    "tanda kutip"),
    "NUL bytes": (lambda d: _binary(d / "a.csv", b"Ref,Perpustakaan\n1,\0\n"), "bukan teks yang terbaca"),
    "no text": (lambda d: _binary(d / "a.csv", random.Random(1).randbytes(4000)), "bukan teks yang terbaca"),
    "too large": (lambda d: _binary(d / "a.csv", b"x" * (20 * 2**20 + 1)), "terlalu besar"),
    "a Word file": (lambda d: _binary(d / "a.docx", b"PK\x03\x04"), "yang dapat dibaca adalah"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_refused_in_one_line_and_makes_nothing(tmp_path, capsys, name):
    file, told = HOSTILE[name][0](tmp_path), HOSTILE[name][1]
    code = cli.run(cli.parse(["import", "challenges", str(file), "--data", str(tmp_path / "new")]))
    said = capsys.readouterr()
    assert code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not (tmp_path / "new").exists()


def test_a_missing_file_is_refused_in_one_line(run, tmp_path):
    code, _, err = run("import", "challenges", tmp_path / "no.csv")
    assert code == 2
    assert "berkas tidak ada" in err
    assert run("import", "challenges")[0] == 2


def test_the_next_good_file_is_taken_after_bad_ones(run, tmp_path):
    for name in ("a bomb", "a cell far below"):
        assert run("import", "challenges", HOSTILE[name][0](tmp_path))[0] == 2
    assert run("import", "challenges", table(tmp_path / "good.csv", NEED, ONE))[0] == 0


# --- out -------------------------------------------------------------------------------------------------------------


#: Which rows of the meeting stand in a table of each kind.
COUNTED = {
    "challenges": (Challenge,),
    "offers": (Offer,),
    "libraries": (Party, Party.kind == PartyKind.LIBRARY),
    "stakeholders": (Party, Party.kind == PartyKind.STAKEHOLDER),
    "partnerships": (Match,),
}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_comes_back_in_unchanged(run, rows, tmp_path, kind, lang, suffix):  # noqa: PLR0917
    file = tmp_path / f"x.{suffix}"
    assert run("export", kind, file, "--lang", lang, on="meeting")[0] == 0
    before = len(rows(Log, on="meeting"))
    code, out, err = run("import", kind, file, on="meeting")
    count = len(rows(COUNTED[kind][0], on="meeting", where=COUNTED[kind][1:]))
    assert (code, out, err) == (0, f"0 baru, 0 berubah, {count} sama, 0 perlu diperbaiki\n", "")
    assert len(rows(Log, on="meeting")) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_fills_another_folder_and_is_the_same_when_exported_there(run, tmp_path, kind):
    run("export", kind, tmp_path / "x.csv", on="meeting")
    assert run("import", kind, tmp_path / "x.csv")[2] == ""
    assert run("import", kind, tmp_path / "x.csv")[1].startswith("0 baru, 0 berubah")
    run("export", kind, tmp_path / "y.csv")
    ours, theirs = (
        list(csv.DictReader(io.StringIO((tmp_path / name).read_text(encoding="utf-8-sig"))))
        for name in ("x.csv", "y.csv")
    )
    for row in ours:
        row["Ref"] = row["Kode"]  # the code it had there is its reference here
    assert theirs == ours


def test_an_export_begins_with_the_code_and_holds_real_numbers_and_days_and_no_contact(run, tmp_path):
    run(
        "import",
        "challenges",
        table(tmp_path / "a.csv", (*NEED, "No. HP", "Nama kontak"), (*ONE, "081234567890", "Ibu Contoh")),
    )
    run("export", "challenges", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    found = dict(zip(head, row, strict=True))
    assert head[0] == "Kode"
    assert found["Jumlah"] == 3
    assert isinstance(found["Tanggal lapor"], dt.datetime)
    assert not {"081234567890", "Ibu Contoh"} & set(map(str, row))


def test_a_closed_row_of_another_folder_is_not_opened_by_an_import(run, rows, tmp_path):
    code, _, err = run("import", "challenges", table(tmp_path / "a.csv", (*NEED, "Status"), (*ONE, "ditutup")))
    assert code == 1
    assert "Baris 2, Status “ditutup”" in err
    assert rows(Challenge) == []


def test_an_export_to_another_suffix_or_folder_is_refused_and_leaves_no_file(run, tmp_path):
    assert run("export", "offers", tmp_path / "x.pdf", on="meeting")[0] == 2
    assert run("export", "offers", tmp_path / "no" / "x.csv", on="meeting")[0] == 2
    assert not list(tmp_path.glob("x*"))


def test_suggestions_stand_right_after_an_import(run, tmp_path):
    run("import", "challenges", table(tmp_path / "a.csv", NEED, ONE))
    run(
        "import",
        "offers",
        table(
            tmp_path / "o.csv",
            ("Mitra", "Unsur", "Jenis", "Tawaran", "Jumlah"),
            ("PT A", "swasta", "komputer", "PC", "3"),
        ),
    )
    folder = Folder.open(tmp_path / "empty", make=None)
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Suggestion)) == 1
    folder.close()
