"""Tables as offices write them: titles above, headings over two rows, merged cells, sums and signatures below."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests import files
from web.exchange import sheets
from web.exchange.headings import known
from web.exchange.refusals import BadFile

HEAD = ("Ref", "Perpustakaan", "Desa", "Kebutuhan", "Jumlah")
ROW = ("A1", "Perpusdes Mawar", "Sukamaju", "Komputer kurang", 3)
SECOND = ("A2", "Perpusdes Melati", "Cimaja", "Buku anak", 40)


def ours(names):
    return known(names, "challenges")


@pytest.fixture
def read(tmp_path):
    """Reads a workbook of these rows."""

    def table(*rows, must_know=True, **options):
        path = tmp_path / "a.xlsx"
        path.write_bytes(files.xlsx(rows, **options))
        return sheets.read(path, ours, must_know=must_know)

    return table


def pasted(*lines, must_know=False):
    return sheets.read_pasted("\n".join("\t".join(map(str, line)) for line in lines), ours, must_know=must_know)


# --- what is a table -------------------------------------------------------------------------------------------------


def test_a_table_is_found_below_its_title_and_knows_the_numbers_of_its_rows(read):
    found = read(["DAFTAR KEBUTUHAN 2026"], ["Kabupaten Sukabumi"], [], HEAD, ROW, [], SECOND)
    assert (found.headings, found.top) == (list(HEAD), 4)
    assert found.rows == [(5, ROW), (7, SECOND)]


def test_blank_columns_on_the_left_and_between_keep_their_places(read):
    found = read([None, *HEAD[:2], None, *HEAD[2:]], [None, *ROW[:2], None, *ROW[2:]])
    assert found.headings == ["", *HEAD[:2], "", *HEAD[2:]]
    assert found.rows == [(2, (None, *ROW[:2], None, *ROW[2:]))]


def test_of_several_sheets_the_one_that_is_known_best_is_read_and_the_others_are_named(read):
    found = read(["Petunjuk"], ["Isi lembar Data"], Data=[HEAD, ROW], Lama=[HEAD[:3], ROW[:3]])
    assert (found.sheet, found.rows, found.others) == ("Data", [(2, ROW)], ("Lama",))
    assert found.notes[0].id == "yang dibaca hanya lembar “Data”; lembar lain yang berisi tabel: Lama"


def test_a_hidden_sheet_is_read_only_where_no_other_holds_a_table(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Catatan"])
    hidden = book.create_sheet("Rahasia")
    hidden.append(HEAD)
    hidden.append(ROW)
    hidden.sheet_state = "hidden"
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert sheets.read(path, ours).sheet in {"Rahasia", "Sheet"}
    shown = book.create_sheet("Data")
    shown.append(HEAD[:4])
    shown.append(SECOND[:4])
    book.save(path)
    assert sheets.read(path, ours).sheet == "Data"


def test_hidden_rows_are_rows(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEAD, ROW, SECOND):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    book.save(tmp_path / "a.xlsx")
    assert len(sheets.read(tmp_path / "a.xlsx", ours).rows) == 2


def test_a_table_of_headings_alone_has_no_rows(read):
    assert read(HEAD).rows == []


# --- merged cells ----------------------------------------------------------------------------------------------------


def test_cells_merged_downward_say_the_same_in_every_row(read):
    found = read(
        HEAD, ROW, ("A2", None, None, "Rak", 2), ("A3", None, None, "Buku", 5), SECOND, merged=("B2:B4", "C2:C4")
    )
    assert [cells[1:3] for _, cells in found.rows] == [ROW[1:3]] * 3 + [SECOND[1:3]]


def test_a_cell_merged_over_empty_rows_makes_no_rows(read):
    assert read(HEAD, ROW, merged=("B2:B9",)).rows == [(2, ROW)]


def test_an_empty_cell_that_is_not_merged_stays_empty(read):
    assert read(HEAD, ROW, ("A2", None, None, "Rak", 2)).rows[1] == (3, ("A2", None, None, "Rak", 2))


@pytest.mark.parametrize("merged", [(), ("A2:A3", "B2:B3", "E2:E3", "C2:D2")], ids=["plain", "merged"])
def test_headings_over_two_rows_are_joined(read, merged):
    upper, lower = ("No", "Nama Perpustakaan", "Alamat", None, "Jumlah"), (None, None, "Desa", "Kecamatan", None)
    found = read(["Daftar"], upper, lower, (1, "Perpusdes Mawar", "Sukamaju", "Cikakak", 3), merged=merged)
    assert found.headings == ["No", "Nama Perpustakaan", "Desa", "Kecamatan", "Jumlah"]
    assert found.rows == [(4, (1, "Perpusdes Mawar", "Sukamaju", "Cikakak", 3))]


# --- what is no row --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Jumlah", "TOTAL", "Jumlah seluruhnya :", "Grand Total", "Sub total", "Jml."])
def test_a_row_of_sums_is_left_out_and_told_of(read, word):
    found = read(HEAD, ROW, SECOND, (word, None, None, None, 43))
    assert found.rows == [(2, ROW), (3, SECOND)]
    assert [note.id for note in found.notes] == ["baris 4 berisi jumlah, jadi tidak dibaca"]


@pytest.mark.parametrize(
    "row", [("Total Buku", "Perpusdes Mawar", "Sukamaju", "Buku", 3), ("Jumlah", "Perpusdes Mawar", None, "Buku", 3)]
)
def test_a_row_that_says_more_than_figures_is_no_row_of_sums(read, row):
    assert read(HEAD, ROW, row).rows[1] == (3, row)


def test_numbers_of_columns_and_headings_repeated_on_each_page_are_left_out(read):
    numbering = ("(1)", "(2)", "(3)", "(4)", "(5)")
    assert read(HEAD, numbering, ROW, HEAD, SECOND).rows == [(3, ROW), (5, SECOND)]


def test_a_first_row_that_happens_to_hold_numbers_is_kept(read):
    assert read(("Ref", "Perpustakaan", "Jumlah"), (1, 2, 7)).rows == [(2, (1, 2, 7))]


def test_the_signature_below_a_table_is_left_out_and_told_of(read):
    found = read(
        HEAD, ROW, SECOND, ("Jumlah", None, None, None, 43), [], [None, None, None, "Sukabumi, 27 Maret 2026"],
        [None, None, None, "Mengetahui,"], [], [None, None, None, "Drs. Contoh"], [None, None, None, "NIP. 1970"],
    )  # fmt: skip
    assert found.rows == [(2, ROW), (3, SECOND)]
    assert "baris 6–10 di bawah tabel" in " ".join(note.id for note in found.notes)


def test_rows_after_a_blank_line_are_rows_where_nobody_signs(read):
    assert len(read(HEAD, ROW, [], ("A2", "Perpusdes Melati"), ("A3", "Perpusdes Kenanga")).rows) == 3


# --- cells -----------------------------------------------------------------------------------------------------------


def test_numbers_days_moments_and_texts_stay_what_they_are(read):
    row = ("0812345", 3.0, 1.5, dt.datetime(2026, 3, 27), dt.datetime(2026, 3, 27, 8, 30), True, 81234567890, " x ")
    found = read(["Ref", "Jumlah", *HEAD[1:3], "a", "b", "c", "d"], row)
    assert found.rows == [
        (2, ("0812345", 3, 1.5, dt.date(2026, 3, 27), dt.datetime(2026, 3, 27, 8, 30), True, 81234567890, " x "))
    ]
    assert [type(cell) for cell in found.rows[0][1][:2]] == [str, int]


def test_an_error_of_excel_is_empty_and_told_of_by_its_place(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(ROW)
    book.active["C2"] = "#N/A"
    book.active["C2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    found = sheets.read(tmp_path / "a.xlsx", ours)
    assert found.rows == [(2, (*ROW[:2], None, *ROW[3:]))]
    assert [note.id for note in found.notes] == ["1 sel berisi kesalahan Excel (C2) dan dibaca sebagai kosong"]
    text = sheets.read_pasted("Ref\tDesa\tJumlah\nA1\t#REF!\t3", ours)
    assert text.rows == [(2, ("A1", None, "3"))]
    assert "B2" in text.notes[0].id


def test_the_old_excel_and_libreoffice_are_read_like_the_new_excel(tmp_path):
    for name, data in (
        ("a.xls", files.xls([HEAD, ROW, SECOND])),
        ("a.ods", files.ods(files.ods_rows(HEAD, ROW, SECOND))),
    ):
        (tmp_path / name).write_bytes(data)
        assert sheets.read(tmp_path / name, ours).rows == [(2, ROW), (3, SECOND)]


def test_what_libreoffice_repeats_to_the_end_of_the_sheet_is_nothing(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048574">{cell}</table:table-row>'
    (tmp_path / "a.ods").write_bytes(files.ods(files.ods_rows(HEAD, ROW) + rest))
    assert sheets.read(tmp_path / "a.ods", ours).rows == [(2, ROW)]


# --- csv -------------------------------------------------------------------------------------------------------------

CSV = "Ref;Perpustakaan;Jumlah\nA1;Perpusdes Mawar, Cikakak;1,5\nA2;Perpusdes Melati, Cisolok;2,5\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"],
)  # fmt: skip
def test_a_csv_is_read_in_the_encodings_of_offices_with_and_without_a_mark(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes(CSV.replace("Mawar", "Café").encode(encoding))
    assert sheets.read(tmp_path / "a.csv", ours).rows[0] == (2, ("A1", "Perpusdes Café, Cikakak", "1,5"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_may_end_its_lines_in_any_way(tmp_path, end):
    (tmp_path / "a.csv").write_bytes(CSV.replace("\n", end).encode())
    assert [cells[2] for _, cells in sheets.read(tmp_path / "a.csv", ours).rows] == ["1,5", "2,5"]


def test_a_csv_may_name_the_sign_between_its_cells(tmp_path):
    (tmp_path / "a.csv").write_text("sep=|\nRef|Desa|Jumlah\nA1;a,b|x;y,z|1;2,3\n")
    assert sheets.read(tmp_path / "a.csv", ours).rows == [(3, ("A1;a,b", "x;y,z", "1;2,3"))]


def test_commas_in_sentences_do_not_part_cells():
    found = sheets.read_pasted("Kebutuhan\nKomputer kurang, rusak, dan lambat\nBuku, rak\nListrik mati", ours)
    assert found.headings == ["Kebutuhan"]
    assert found.rows[0] == (2, ("Komputer kurang, rusak, dan lambat",))
    text = sheets.read_pasted("Mawar, baik\nMelati\nKenanga", ours)
    assert text.rows[0] == (1, ("Mawar, baik",))


def test_csv_text_may_be_pasted_as_well():
    assert sheets.read_pasted(CSV, ours).rows[0] == (2, ("A1", "Perpusdes Mawar, Cikakak", "1,5"))


# --- what is pasted --------------------------------------------------------------------------------------------------


def test_cells_copied_from_a_spreadsheet_keep_line_breaks_and_quotation_marks():
    found = sheets.read_pasted('Ref\tKebutuhan\tJumlah\r\nA1\t"Komputer ""baik""\nuntuk anak"\t3\r\n', ours)
    assert found.rows == [(2, ("A1", 'Komputer "baik"\nuntuk anak', "3"))]


def test_a_quotation_mark_that_is_only_a_letter_swallows_no_rows():
    found = sheets.read_pasted('Ref\tKebutuhan\tJumlah\nA1\t"Melati\t3\nA2\tLayar 14"\t2', ours)
    assert found.rows == [(2, ("A1", '"Melati', "3")), (3, ("A2", 'Layar 14"', "2"))]


def test_one_column_without_a_heading_is_read_with_an_empty_heading():
    found = pasted(["Perpusdes Mawar"], ["Perpusdes Melati"])
    assert (found.headings, found.top, len(found.rows)) == ([""], 0, 2)


def test_rows_without_headings_keep_their_first_row_though_a_word_of_ours_stands_in_it():
    found = pasted(("Perpusdes Mawar", "Sukamaju", "Internet", 3), ("Perpusdes Melati", "Cimaja", "Listrik", 4))
    assert (found.headings, found.top, len(found.rows)) == ([""] * 4, 0, 2)


def test_headings_that_nobody_knows_are_headings_where_figures_stand_below_them():
    found = pasted(("Entah apa", "Warna", "Banyak sekali"), ("x", "biru", "3"), ("y", "hijau", "4"))
    assert (found.headings, found.top, len(found.rows)) == (["Entah apa", "Warna", "Banyak sekali"], 1, 2)


def test_a_wrong_guess_of_the_headings_can_be_taken_back_without_losing_the_row():
    found = pasted(HEAD, ROW)
    bare = found.without_headings()
    assert (bare.headings, bare.rows[0], bare.top) == ([""] * 5, (1, HEAD), 0)
    assert bare.with_headings() == found
    assert found.with_headings() == found
    assert bare.without_headings() == bare


def test_where_a_heading_must_be_known_an_unknown_table_is_refused():
    with pytest.raises(BadFile, match="tidak ada judul kolom yang dikenal"):
        pasted(("x", "y"), (1, 2), must_know=True)


@pytest.mark.parametrize("text", ["", " \n\t\n", "\n\n"])
def test_an_empty_paste_is_refused_in_words(text):
    with pytest.raises(BadFile, match="tidak memuat satu baris pun"):
        sheets.read_pasted(text, ours)


def test_a_paste_too_large_too_wide_or_too_long_is_refused_in_words():
    for text, told in (
        ("x" * (5 * 2**20 + 1), "terlalu besar"), ("Ref" + "\tx" * 300, "terlalu lebar"),
        ("Ref\tDesa\n" + "1\tx\n" * 5_100, "terlalu panjang"), ("Ref\tDesa\n1\t" + "x" * 40_000, "baris 2"),
    ):  # fmt: skip
        with pytest.raises(BadFile, match=told):
            sheets.read_pasted(text, ours)
