"""Papers: PDF and Word say the same facts, people's words come out literally, and personal values are never kept."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from matcher import log, papers, partnership
from matcher.models import Challenge, Party
from matcher.papers import Signer
from matcher.vocabulary import AgreementKind
from tests.builders import world
from tests.papers import of_docx, of_pdf, squeezed
from web import documents, in_words

CONTENT = {
    "paper": "commitment",
    "code": "A-0001",
    "draft": False,
    "number": "041/12/Perpus/2015",
    "day": "2015-03-26",
    "place": "Kantor Perpustakaan Daerah Kabupaten Sukabumi",
    "event": {"name": "Peer Learning Meeting", "day": "2015-03-26", "place": "Aula"},
    "valid_until": "2015-12-31",
    "office": {
        "name": "Kantor Perpustakaan Daerah Kabupaten Sukabumi",
        "place": "Sukabumi",
        "letterhead": ["PEMERINTAH KABUPATEN SUKABUMI", "KANTOR PERPUSTAKAAN DAERAH"],
        "region": "Kabupaten Sukabumi",
    },
    "parties": [
        {"id": 1, "side": "giver", "name": "Yayasan Contoh", "sector": "foundation", "village": "", "kecamatan": "",
         "kabupaten": "Kota Sukabumi"},
        {"id": 2, "side": "taker", "name": "Perpustakaan Desa Bunga Padi", "sector": None, "village": "Pasawahan",
         "kecamatan": "Cicurug", "kabupaten": "Kabupaten Sukabumi"},
    ],
    "lines": [
        {"code": "J-0001", "challenge": "K-0001", "offer": "T-0011", "taker": 2, "giver": 1, "title": "Komputer kurang",
         "category": "computers", "mode": "goods", "quantity": "3", "unit": "unit", "offer_quantity": "3",
         "offer_unit": "unit", "every": None, "starts": None, "ends": None, "due": "2015-06-30",
         "conditions": [{"fact": "room", "op": ">=", "value": 1}, {"fact": "titles", "op": ">=", "value": 100}],
         "follow_on_cost": ""},
        {"code": "J-0002", "challenge": "K-0002", "offer": "T-0012", "taker": 2, "giver": 1, "title": "Dana kurang",
         "category": "funds", "mode": "money", "quantity": "500000", "unit": "rp", "offer_quantity": "500000",
         "offer_unit": "rp", "every": "month", "starts": "2015-04-01", "ends": "2016-03-31", "due": None,
         "conditions": [], "follow_on_cost": "Setelah setahun dibayar desa."},
    ],
}  # fmt: skip
PEOPLE = {2: Signer("Siti Aminah", "Pengelola", "H. Dadang Suryana")}
FACTS = (
    "PEMERINTAH KABUPATEN SUKABUMI", "KANTOR PERPUSTAKAAN DAERAH", "BERITA ACARA KOMITMEN", "041/12/Perpus/2015",
    "Kamis, tanggal dua puluh enam bulan Maret tahun dua ribu lima belas (26-03-2015)", "Yayasan Contoh (Yayasan)",
    "Desa Pasawahan, Kecamatan Cicurug, Kabupaten Sukabumi", "PIHAK PERTAMA", "PIHAK KEDUA", "Komputer (barang)",
    "3 unit", "Rp500.000 per bulan", "Rp500.000 (lima ratus ribu rupiah) per bulan", "Syarat: ruang sendiri dan",
    "paling sedikit 100 judul buku", "Setelah setahun dibayar desa.", "paling lambat 30 Juni 2015",
    "1 April 2015 s.d. 31 Maret 2016", "J-0001", "K-0002", "T-0011", "31 Desember 2015",
    "Undang-Undang Nomor 43 Tahun 2007", "Sukabumi, 26 Maret 2015", "Mengetahui", "Kepala Desa Pasawahan",
    "Kepala Kantor Perpustakaan Daerah Kabupaten Sukabumi", "Siti Aminah", "H. Dadang Suryana", "NIP.",
    "A-0001-v1 · sidik 1a2b3c4d",
)  # fmt: skip


def drawn(content, people=PEOPLE):
    return documents.sections(content, code="A-0001-v1", digest="1a2b3c4d5e6f", people=people)


def pdf_text(found):
    return of_pdf(documents.as_pdf(found))


def docx_text(found):
    return of_docx(documents.as_docx(found))


DRAWERS = {"pdf": pdf_text, "docx": docx_text}


@pytest.fixture(params=DRAWERS)
def read(request):
    return DRAWERS[request.param]


# --- the same facts --------------------------------------------------------------------------------------------------


def test_both_files_say_every_fact_of_the_commitment(read):
    text = read(drawn(CONTENT))
    assert [fact for fact in FACTS if squeezed(fact) not in text] == []


def test_a_draft_says_so_on_every_page_and_a_paper_in_force_does_not(read):
    assert "RANCANGAN" not in read(drawn(CONTENT))
    assert "RANCANGAN" in read(drawn({**CONTENT, "draft": True}))


def test_the_draft_mark_stands_on_each_page_of_the_pdf():
    reader = PdfReader(BytesIO(documents.as_pdf(drawn({**CONTENT, "draft": True}))))
    assert len(reader.pages) > 1
    assert all("RANCANGAN" in squeezed(page.extract_text()) for page in reader.pages)
    assert [f"halaman{n}dari{len(reader.pages)}" in squeezed(page.extract_text())
            for n, page in enumerate(reader.pages, 1)] == [True] * len(reader.pages)  # fmt: skip


def test_what_is_not_known_becomes_a_dotted_line(read):
    bare = {**CONTENT, "number": "", "day": None, "event": None, "valid_until": None}
    text = read(drawn(bare, people={}))
    assert "Nomor:......" in text
    assert "Padahariini,......" in text
    assert "(.........." in text
    assert "None" not in text


def test_money_for_goods_says_how_many_and_what_they_are_worth(read):
    content = copy.deepcopy(CONTENT)
    content["lines"][0] |= {"mode": "money", "offer_quantity": "15000000", "offer_unit": "rp"}
    text = read(drawn(content))
    assert squeezed("Uang untuk komputer") in text
    assert squeezed("senilai Rp15.000.000") in text
    assert squeezed("Rp15.000.000 (lima belas juta rupiah)") in text


def test_a_paper_without_lines_is_still_a_paper(read):
    assert "BERITAACARAKOMITMEN" in read(drawn({**CONTENT, "lines": [], "parties": []}))


# --- hostile words ---------------------------------------------------------------------------------------------------

HOSTILE = (
    '#read("/etc/passwd")', "{{7*191}}", "{% for x in y %}", "<b>tebal</b>", "$x^2$ *bold* _it_ = heading", "#panic()",
    "<w:p>", "&amp; & < >", '"]); #import "x"', "Ruang 📚 baca", "مكتبة القرية", "A" * 300, "../../etc/passwd",
    "@label <label>", "\\u{1F4DA} \\ // /* */", "'; DROP TABLE match; --",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_peoples_words_come_out_literally(read, words):
    content = copy.deepcopy(CONTENT)
    content["lines"][0]["title"] = words
    content["parties"][1]["name"] = f"Perpustakaan {words}"
    text = read(drawn(content))
    if read is docx_text or words.isascii():  # which signs a PDF can show depends on the fonts of the computer
        assert text.count(squeezed(words)) >= 3
    assert "1337" not in text  # 7 times 191
    assert "root:" not in text


@settings(max_examples=25)
@given(st.text(max_size=200))
def test_no_text_at_all_breaks_a_drawer(words):
    content = copy.deepcopy(CONTENT)
    content["lines"][1]["follow_on_cost"] = words
    content["number"] = words
    found = drawn(content)
    assert PdfReader(BytesIO(documents.as_pdf(found))).pages
    Document(BytesIO(documents.as_docx(found)))


def test_a_very_long_word_stays_inside_its_cell():
    content = copy.deepcopy(CONTENT)
    content["lines"][0]["title"] = "W" * 120
    reached = []

    def visit(text, _matrix, place, _font, _size):
        if text.strip():
            reached.append(place[4])

    for page in PdfReader(BytesIO(documents.as_pdf(drawn(content)))).pages:
        page.extract_text(visitor_text=visit)
    assert "W" * 120 in pdf_text(drawn(content))
    assert max(reached) < 595 - 40  # points: A4 is 595 wide


# --- the files -------------------------------------------------------------------------------------------------------


def test_the_same_paper_gives_the_same_bytes():
    assert documents.as_pdf(drawn(CONTENT)) == documents.as_pdf(drawn(CONTENT))
    assert documents.as_docx(drawn(CONTENT)) == documents.as_docx(drawn(CONTENT))


def test_the_pdf_is_a4_tagged_titled_and_carries_its_fonts():
    reader = PdfReader(BytesIO(documents.as_pdf(drawn(CONTENT))))
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert reader.metadata.title == "Berita Acara Komitmen A-0001-v1"
    assert reader.trailer["/Root"]["/Lang"].lower().startswith("id")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_word_file_can_be_edited_and_holds_no_macro():
    body = documents.as_docx(drawn(CONTENT))
    names = zipfile.ZipFile(BytesIO(body)).namelist()
    assert not [name for name in names if "vba" in name.lower() or name.endswith(".bin")]
    tables = Document(BytesIO(body)).tables
    assert any("Komputer (barang)" in cell.text for table in tables for row in table.rows for cell in row.cells)


# --- numbers and days in words ---------------------------------------------------------------------------------------

WORDS = {
    0: "nol", 7: "tujuh", 10: "sepuluh", 11: "sebelas", 12: "dua belas", 20: "dua puluh", 26: "dua puluh enam",
    100: "seratus", 111: "seratus sebelas", 200: "dua ratus", 999: "sembilan ratus sembilan puluh sembilan",
    1000: "seribu", 1015: "seribu lima belas", 2015: "dua ribu lima belas", 11_000: "sebelas ribu",
    100_000: "seratus ribu", 1_000_000: "satu juta", 1_500_000: "satu juta lima ratus ribu",
    15_000_000: "lima belas juta", 1_000_000_000: "satu miliar", 10**12: "satu triliun",
}  # fmt: skip


@pytest.mark.parametrize("value", WORDS)
def test_a_number_is_written_as_indonesians_write_it(value):
    assert in_words.number(value) == WORDS[value]


@given(st.integers(0, in_words.LARGEST), st.integers(0, in_words.LARGEST))
def test_two_numbers_never_share_their_words(one, other):
    assert (in_words.number(one) == in_words.number(other)) == (one == other)


@pytest.mark.parametrize(("value", "text"), [("0", "0"), ("1200", "1.200"), ("0.125", "0,125"), ("15E6", "15.000.000")])
def test_a_figure_has_points_for_thousands_and_a_comma(value, text):
    assert in_words.figure(Decimal(value)) == text


# --- from the rows to the paper --------------------------------------------------------------------------------------


@pytest.fixture
def agreed(session):
    """A world with one line agreed under a commitment record that is still a draft."""
    w = world(session)
    challenge, offer = w.challenge(), w.offer()
    w.refresh()
    line = w.propose(challenge, offer)
    w.consent(line)
    paper = partnership.draft_agreement(
        session, office_id=w.office.id, kind=AgreementKind.COMMITMENT, by=w.officer, at=w.at
    )
    partnership.agree(session, line.id, by=w.officer, at=w.at, agreement_id=paper.id)
    session.flush()
    return w, paper, line


def test_the_kept_content_holds_the_lines_and_no_personal_value(agreed):
    w, agreement, line = agreed
    session = w.session
    party = session.get(Party, session.get(Challenge, line.challenge_id).party_id)
    party.contact_name, party.contact_phone, party.head_name = "Siti Rahasia", "081234567890", "Dadang Rahasia"
    party.private_note = "catatan rahasia"
    paper = papers.issue_paper(
        session, agreement, papers.commitment_content(session, agreement, at=w.at), by=w.officer, at=w.at
    )
    assert [row["code"] for row in paper.content["lines"]] == [line.code]
    assert not re.search("rahasia|0812", json.dumps(paper.content), re.IGNORECASE)
    assert paper.digest == log.digest(paper.content)
    found = documents.sections(
        paper.content, code=paper.code, digest=paper.digest, people=papers.signers(session, agreement)
    )
    for read in DRAWERS.values():
        text = read(found)
        assert "SitiRahasia" in text
        assert "DadangRahasia" in text
        assert "0812" not in text
        assert "RANCANGAN" in text


def test_the_same_rows_are_the_same_version_and_signing_makes_a_new_one(agreed):
    w, agreement, _line = agreed
    at = w.at

    def issue(moment):
        content = papers.commitment_content(w.session, agreement, at=moment)
        return papers.issue_paper(w.session, agreement, content, by=w.officer, at=moment)

    assert issue(at).version == issue(at + dt.timedelta(days=3)).version == 1
    partnership.sign(w.session, agreement, signed_on=at.date(), by=w.officer, at=at, number="7/BA/2015")
    signed = issue(at)
    assert (signed.version, signed.content["draft"], signed.content["number"]) == (2, False, "7/BA/2015")
