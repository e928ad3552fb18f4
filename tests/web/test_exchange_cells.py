"""Cells and headings: what people write is understood, what is no value is refused, and no text becomes a formula."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.vocabulary import Category, Every, FactCode, Mode, Operator, Sector, Strategy, Urgency
from web import numerals
from web.exchange import cells, sheets, writing
from web.exchange.cells import Unreadable
from web.exchange.headings import HEADINGS, KINDS, assign, example, guess, header, key, known, of_kind, recognise

# --- headings ---


@pytest.mark.parametrize("kind", KINDS)
def test_every_heading_is_recognised_in_any_case_and_punctuation_and_means_one_column(kind):
    for heading in of_kind(kind):
        for name in heading.words:
            for spelling in (
                name,
                name.upper(),
                f" {name.lower()} *",
                name.replace(" ", "_"),
                f"{name} (lihat panduan)",
            ):
                assert recognise(spelling, kind) is heading


@pytest.mark.parametrize("heading", HEADINGS, ids=lambda heading: f"{heading.code}-{next(iter(heading.examples))}")
def test_every_heading_says_what_it_means_in_both_languages(heading):
    assert heading.words.id
    assert heading.words.en
    assert len(heading.means.id) > 10
    assert len(heading.means.en) > 10
    assert heading.means.id != heading.means.en


def test_every_fact_has_a_column_of_its_own():
    assert {heading.fact for heading in of_kind("challenges")} - {None} == set(FactCode)


def test_words_are_compared_without_case_accents_and_marks():
    assert key(" Café_Désa (2) ") == "cafedesa2"
    assert len(example("challenges")) == len(header("challenges", "id"))


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Perpustakan", "party"), ("Nama Perpus", "party"), ("Keb.", "title"), ("Jml", "quantity"),
        ("Jml yg dibutuhkan", "quantity"), ("No HP/WA", "contact_phone"), ("Nomor Telepon", "contact_phone"),
        ("Tgl Pelaporan", "reported"), ("Desa (alamat)", "village"), ("Kecamatn", "kecamatan"),
        ("Kebutuhan utama", "title"), ("Yang dibutuhkan jumlah", "quantity"), ("Warna cat", None), ("xyz", None),
        ("Sumber", None),
    ],
)  # fmt: skip
def test_headings_are_guessed_from_words_in_any_order_shortened_or_misspelt(heading, code):
    found = guess(heading, "challenges")
    assert (found.code if found else None) == code


def test_of_two_columns_that_may_mean_the_same_the_surer_one_gets_it_and_the_other_is_kept_as_a_note():
    assert assign(["Kebutuhn", "Kebutuhan", "No", "xyz"], "challenges") == [
        ("keep", False), ("title", True), ("", True), ("keep", False)
    ]  # fmt: skip


# --- what was meant --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reads", "cell", "fix"),
    [
        (cells.amount, "3o", "30"), (cells.amount, "2l unit", "21 unit"), (cells.amount, "tgia unit", "3 unit"),
        (cells.amount, "lma", "5"), (cells.amount, "abc", None), (cells.amount, "-4", None),
        (lambda cell: cells.choice(cell, Category), "Kompter", "Komputer"),
        (lambda cell: cells.choice(cell, Category), "bku", "Koleksi buku"),
        (lambda cell: cells.choice(cell, Category), "xyz", None),
        (lambda cell: cells.unit(cell, Category.BOOKS), "eksemplr", "eksemplar"),
        (lambda cell: cells.unit(cell, Category.BOOKS), "dus", None),
        (cells.date, "31 Desmber 2026", "31 desember 2026"), (cells.date, "31/02/2026", None),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told_with_what_was_meant(reads, cell, fix):
    with pytest.raises(Unreadable) as refused:
        reads(cell)
    assert refused.value.fix == fix
    if fix is not None:
        reads(fix)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("tiga", "3"), ("tiga unit", "3 unit"), ("lima ratus ribu/bulan", "500000 per bulan"), ("3 unit", None),
        ("abc", None), ("secukupnya", None), (3, None), ("", None),
    ],
)  # fmt: skip
def test_a_number_in_words_is_told_in_figures(cell, said):
    assert cells.spelled_out(cell) == said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("+62 812-3456-7890", "081234567890"), (81234567890, "081234567890"), (81234567890.0, "081234567890"),
        ("62812 3456 7890", "081234567890"), ("0812.3456.7890", "081234567890"), ("(0266) 221234", "(0266) 221234"),
        ("0812-3456-7890 / 0813-1111-2222", "0812-3456-7890 / 0813-1111-2222"), ("-", ""), (None, ""),
    ],
)  # fmt: skip
def test_a_mobile_number_is_one_number_however_it_is_written(cell, said):
    assert cells.phone(cell) == said


def test_what_is_no_telephone_number_is_told():
    with pytest.raises(Unreadable):
        cells.phone("belum ada")


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "amount", "unit", "every"),
    [
        ("3", 3, "", None), (3.5, "3.5", "", None), ("3 unit", 3, "unit", None), ("3unit", 3, "unit", None),
        ("tiga unit", 3, "unit", None), ("tiga (3) unit", 3, "unit", None), ("dua puluh lima buah", 25, "buah", None),
        ("Rp 5.000.000", 5_000_000, "rp", None), ("Rp15.000.000,-", 15_000_000, "rp", None),
        ("Rp. 1.500.000,00", 1_500_000, "rp", None), ("5 jt", 5_000_000, "rp", None),
        ("1,5 juta", 1_500_000, "rp", None), ("1.5jt", 1_500_000, "rp", None), ("300k", 300_000, "rp", None),
        ("500rb/bulan", 500_000, "", Every.MONTH), ("Rp 500.000 per bulan", 500_000, "rp", Every.MONTH),
        ("1 hari seminggu", 1, "hari", Every.WEEK), ("1/4 hari per minggu", "0.25", "hari", Every.WEEK),
        ("3-4 unit", 3, "unit", None), ("Rp700 ribu sampai Rp1 juta", 700_000, "rp", None), ("10-20 juta", 10_000_000,
        "rp", None),
        ("sekitar 500", 500, "", None), ("7x8 m", 56, "m2", None), ("1,500,000", 1_500_000, "", None), ("2.5", "2.5",
        "", None),
        ("1.1250", "1.125", "", None), ("41.431", 41_431, "", None), ("-", None, "", None), ("", None, "", None),
        ("puluhan", None, "", None), ("belum ditentukan", None, "", None), ("10 Mbps", 10, "mbps", None),
        ("Rp 12 M", 12_000_000_000, "rp", None), ("2 persons per year", 2, "persons", Every.YEAR),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(said, amount, unit, every):
    found = cells.amount(said)
    assert found.amount == (None if amount is None else Decimal(str(amount)))
    if unit:
        assert found.unit == unit
    assert found.every is every


@pytest.mark.parametrize(
    "said", ["abc", "-3", "unit", "1.2.3,4", float("nan"), float("inf"), dt.date(2026, 4, 3), "9" * 40, "1e9"]
)
def test_what_is_no_amount_is_refused_with_a_cure(said):
    with pytest.raises(Unreadable) as refused:
        cells.amount(said)
    assert refused.value.cure.id
    assert refused.value.cure.en


@pytest.mark.parametrize(
    "said",
    [
        "2026-12-31", "31/12/2026", "31-12-2026", "31.12.2026", "31/12/26", "31 Desember 2026", "31 des 2026",
        "12/31/2026",
        "31 December 2026", "December 31, 2026", "Kamis, 31 Desember 2026", "2026-12-31 00:00:00", " 2026 ",
        "Desember 2026",
        46387, 46387.0, " 46387", dt.date(2026, 12, 31), dt.datetime(2026, 12, 31, 8, 0), 2026,
    ],
)  # fmt: skip
def test_days_are_read_as_people_and_spreadsheets_write_them(said):
    assert cells.date(said, last=True) == dt.date(2026, 12, 31)


@pytest.mark.parametrize("said", ["31/2/2026", "akhir tahun", "13/13/2026", "0", "99999999"])
def test_what_is_no_day_is_refused(said):
    with pytest.raises(Unreadable):
        cells.date(said)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("ya", True), ("Y", True), ("yes", True), ("ada", True), (1, True), (" 1", True), (True, True), ("✓", True),
        ("900 VA", True),
        ("sudah ada", True), ("tidak", False), ("Tdk", False), ("no", False), ("belum", False), ("belum ada", False),
        (0, False),
        (False, False), ("tidak ada", False), ("", None), ("-", None), ("?", None), ("tidak tahu", None), (None, None),
    ],
)  # fmt: skip
def test_yes_and_no_are_read_as_people_write_them_and_unknown_stays_unknown(said, value):
    assert cells.yes_no(said) is value


@pytest.mark.parametrize("terms", [Category, Mode, Sector, Every, Urgency, Strategy])
def test_every_choice_is_known_by_its_code_and_its_words_in_both_languages(terms):
    for term in terms:
        for spelling in (term.value, term.words.id, term.words.en, term.words.en.upper()):
            assert (cells.every if terms is Every else lambda cell: cells.choice(cell, terms))(spelling) is term


def test_conditions_are_read_from_words_signs_and_numbers_and_the_rest_is_kept():
    said = (
        "ruang sendiri; listrik; judul >= 100; minimal 2 komputer baik, SK pengelola = ya; tidak ada internet; "
        "ada surat camat"
    )
    found, other = cells.conditions(said)
    assert found == [
        (FactCode.ROOM, Operator.AT_LEAST, 1), (FactCode.ELECTRICITY, Operator.AT_LEAST, 1),
        (FactCode.TITLES, Operator.AT_LEAST, 100), (FactCode.COMPUTERS, Operator.AT_LEAST, 2),
        (FactCode.SK, Operator.AT_LEAST, 1), (FactCode.INTERNET, Operator.AT_MOST, 0),
    ]  # fmt: skip
    assert other == ["ada surat camat"]


def test_facts_in_one_cell_are_read_by_name():
    assert cells.facts("listrik=ya; ruang=tidak; judul buku: 480; internet; tidak ada rak") == {
        FactCode.ELECTRICITY: 1, FactCode.ROOM: 0, FactCode.TITLES: 480, FactCode.INTERNET: 1, FactCode.RACK: 0,
    }  # fmt: skip


@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_any_number_written_out_reads_back_as_itself(value):
    assert cells.digits(numerals.plain(value)) == value


# --- texts ---


PAYLOADS = (
    "=1+1",
    "+62812",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "'=1",
    "' =1",
    "''+1",
    "=cmd|' /C calc'!A0",
    "_x0041_",
    "\u00a0=1",
    "﹦1",
)


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_cell_of_a_csv_begins_like_a_formula_and_the_text_comes_back(text):
    guarded = writing.guard(text)
    assert guarded.lstrip("\u00a0 ")[:1] not in "=+-@\t\r＝＋－＠" or text == "_x0041_"
    assert writing.unguard(guarded) == text


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=60))
@settings(max_examples=30)
def test_any_text_survives_both_kinds_of_file_and_is_never_a_formula(text):
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("csv", "xlsx"):
            path = Path(folder) / f"x.{suffix}"
            writing.write(path, ["Kode", "Kebutuhan"], [["K-1", f"{text}."], ["K-2", text]], title="x")
            back = sheets.read(path, lambda names: known(names, "challenges"))
            assert [cells.text(row[1]) if len(row) > 1 else "" for _, row in back.rows] == [
                f"{text}.".replace("\u00a0", " ").strip(), text.replace("\u00a0", " ").strip()
            ]  # fmt: skip
        for line in openpyxl.load_workbook(Path(folder) / "x.xlsx").active.iter_rows():
            assert all(cell.data_type != "f" for cell in line)


@given(st.text(max_size=20), st.sampled_from("=+-@\t＝"))
def test_guard_and_unguard_are_each_others_inverse(text, sign):
    for said in (text, sign + text, "'" + sign + text, "'" + text):
        assert writing.unguard(writing.guard(said)) == said
