"""Files to download: whose they are, what stands in them, and that they come filled with what the page shows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import accounts, intake
from matcher.intake import Report
from matcher.models import Challenge, Log, Message, Party
from matcher.policy import Actor, Role
from matcher.queries import trace
from matcher.vocabulary import AgreementKind, Category, FactCode, MatchState, Subject
from tests.builders import World, another_office, world
from tests.office import PASSWORD, Person
from web.exchange import outgoing, taking
from web.exchange.headings import KINDS, header, is_example, known
from web.folder import Folder

FILES = [f"/unduh/{name}.{ending}" for name in outgoing.NAMES for ending in ("xlsx", "csv")] + ["/unduh/semua.xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


@contextmanager
def telling(folder: Folder) -> Iterator[World]:
    """The meeting, to add rows to."""
    with folder.writing() as session:
        office = folder.office(session)
        yield World(session, office, Actor("petugas", Role.PETUGAS, office.id), folder.now(session))


def download(person: Person, address: str) -> bytes:
    response = person.client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.data


def book(person: Person, address: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(download(person, address)))


def rows(person: Person, address: str) -> list[dict[str, Any]]:
    """The rows of a file's only sheet, by heading."""
    headings, *found = book(person, address).active.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in found]


def proposed(folder: Folder) -> str:
    """A proposal with its texts waiting; its code."""
    with telling(folder) as w:
        line = w.propose(w.challenge(w.library("Perpustakaan Wangi", contact_name="Ibu Rahasia")), w.offer(), 1)
        return line.code


# --- whose they are --------------------------------------------------------------------------------------------------


def test_the_offices_files_are_for_the_office_alone(folder: Folder) -> None:
    with folder.writing() as session:
        accounts.add_account(
            session, office_id=folder.office(session).id, name="pendamping", password=PASSWORD, role=Role.FASILITATOR,
            by=folder.system(session), at=folder.now(session),
        )  # fmt: skip
    visitor, helper = Person.at(folder), Person.at(folder)
    helper.open("/masuk").send("/masuk", name="pendamping", password=PASSWORD)
    for address in [*FILES, *(f"/templat/{kind}.xlsx" for kind in KINDS)]:
        answer = visitor.client.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/masuk"), address
        assert helper.client.get(address).status_code == 403, address


def test_every_file_says_what_it_is_and_what_day_it_is_of_and_is_kept_by_no_browser(officer: Person) -> None:
    for address in FILES:
        answer = officer.client.get(address)
        name = re.fullmatch(r"/unduh/(.+)\.(xlsx|csv)", address)
        assert name is not None
        stem = "temu-mitra" if name[1] == "semua" else name[1]
        assert answer.headers["Content-Disposition"] == f"attachment; filename={stem}-2015-03-27.{name[2]}"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.mimetype == (XLSX if name[2] == "xlsx" else "text/csv")


@pytest.mark.parametrize(
    "address",
    ["/unduh/rahasia.xlsx", "/unduh/kebutuhan.pdf", "/unduh/semua.csv", "/kebutuhan.pdf", "/templat/rahasia.xlsx",
     "/templat/challenges.csv"],
)  # fmt: skip
def test_a_file_that_there_is_not_is_not_found(officer: Person, address: str) -> None:
    assert officer.client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["ending=pdf", "what=x&kind=y", "status=x&jenis=y", "hal=-1", "jenis=books&jenis=books", "_external=1"]
)
def test_filters_that_mean_nothing_break_nothing(officer: Person, query: str) -> None:
    for address in ("/kebutuhan", "/kebutuhan.xlsx", "/kemitraan", "/unduh/kemitraan.xlsx", "/unduh/saran.csv"):
        assert officer.client.get(f"{address}?{query}").status_code == 200, address


# --- what stands in them ---------------------------------------------------------------------------------------------


def test_all_tables_come_as_one_workbook_with_a_sheet_each_and_the_code_first(officer: Person) -> None:
    sheets_ = book(officer, "/unduh/semua.xlsx").worksheets
    assert [sheet.title for sheet in sheets_] == [
        "Kebutuhan", "Tawaran", "Perpustakaan", "Mitra", "Kemitraan", "Saran", "Laporan masuk", "Pesan", "Kesepakatan",
        "Rencana pembagian", "Yang masih kurang", "Pemerataan", "Jejak",
    ]  # fmt: skip
    assert {sheet.freeze_panes for sheet in sheets_} == {"B2"}
    assert [sheet["A2"].value for sheet in sheets_[:4]] == [
        "K-0001", "T-0001", "perpustakaan-desa-bunga-padi", "dinas-pendidikan",
    ]  # fmt: skip


def test_both_languages_name_sheets_and_headings(officer: Person) -> None:
    sheet = book(officer, "/unduh/tawaran.xlsx?lang=en").active
    assert sheet.title == "Offers"
    assert [cell.value for cell in sheet[1]] == header("offers", "en", out=True)


def test_suggestions_go_out_with_their_score_in_words_and_only_of_the_kind_asked_for(officer: Person) -> None:
    found = rows(officer, "/unduh/saran.xlsx?jenis=funds")
    assert {row["Jenis"] for row in found} == {"Dana operasional"}
    best = found[0]
    assert (best["Kebutuhan"], best["Mitra"], best["Kecocokan"]) == ("K-0005", "Bank Jabar", "sangat cocok")
    assert "jarak tidak masalah" in best["Mendukung"]
    assert isinstance(best["Skor"], float)
    assert any("+" in (row["Menaikkan skor"] or "") for row in rows(officer, "/unduh/saran.xlsx"))
    everything = rows(officer, "/unduh/saran.xlsx")
    offers = Counter(row["Kebutuhan"] for row in everything if row["Bentuk"] != "Pengalaman")
    assert max(offers.values()) == 3
    officer.open("/cocok?jenis=funds")
    assert "/unduh/saran.xlsx?jenis=funds" in officer.page.xpath("//a/@href")


def test_partnerships_go_out_with_the_status_the_page_shows(folder: Folder, officer: Person) -> None:
    code = proposed(folder)
    assert [row["Kode"] for row in rows(officer, "/unduh/kemitraan.xlsx?status=waiting")] == [code]
    assert rows(officer, "/unduh/kemitraan.xlsx?status=overdue") == []
    officer.open("/kemitraan?status=waiting")
    assert "/unduh/kemitraan.xlsx?status=waiting" in officer.page.xpath("//a/@href")


def test_libraries_and_givers_go_out_with_the_filters_of_their_page(folder: Folder, officer: Person) -> None:
    found = rows(officer, "/unduh/perpustakaan.xlsx?kec=32.02.16&q=bunga")
    assert [row["Perpustakaan"] for row in found] == ["Perpustakaan Desa Bunga Padi"]
    assert rows(officer, "/unduh/mitra.xlsx?q=bunga") == []
    officer.open("/pihak?q=bunga&jenis=library")
    links = [href for href in officer.page.xpath("//a/@href") if href.startswith("/unduh/perpustakaan.xlsx")]
    assert rows(officer, links[0]) == found


def test_texts_that_wait_go_out_without_anybodys_name_or_number(folder: Folder, officer: Person) -> None:
    code = proposed(folder)
    found = rows(officer, "/unduh/pesan.xlsx")
    assert {row["Usulan"] for row in found} == {code}
    with folder.reading() as session:
        assert len(found) == session.scalar(sa.select(sa.func.count()).select_from(Message))
    assert any("Perpustakaan Wangi" in row["Pesan"] for row in found)
    assert not [row for row in found if "Rahasia" in str(row)]


def test_new_reports_go_out_with_who_sent_them_and_when(folder: Folder, officer: Person) -> None:
    with telling(folder) as w:
        intake.report_challenge(
            w.session, w.library("Perpustakaan Wangi"), Report(category=Category.BOOKS, quantity=3, title="Buku"),
            by=w.officer, at=w.at,
        )  # fmt: skip
    found = rows(officer, "/unduh/laporan-masuk.xlsx")
    assert [(row["Dari"], row["Isi"], row["Jumlah"], row["Masuk"].date().isoformat()) for row in found] == [
        ("Perpustakaan Wangi", "Buku", 3, "2015-03-27")
    ]


def test_agreements_go_out_with_their_lines_and_givers(folder: Folder, officer: Person) -> None:
    with telling(folder) as w:
        offer = w.offer(w.giver("PT Maju"))
        paper = w.paper(AgreementKind.COMMITMENT, number="421/07")
        lines = [w.agreed(w.challenge(), offer, 1, agreement_id=paper.id).code for _ in range(2)]
        w.paper()
    first, second = rows(officer, "/unduh/kesepakatan.xlsx")
    assert (first["Nomor surat"], first["Jumlah janji"], first["Janji"], first["Mitra"]) == (
        "421/07", 2, ", ".join(lines), "PT Maju",
    )  # fmt: skip
    assert (second["Jumlah janji"], second["Mitra"]) == (0, None)


def test_the_trace_goes_out_in_words_with_codes_and_numbers_and_no_personal_value(
    folder: Folder, officer: Person
) -> None:
    code = proposed(folder)
    found = rows(officer, "/unduh/jejak.xlsx")
    with folder.reading() as session:
        assert len(found) == session.scalar(sa.select(sa.func.count()).select_from(Log))
    assert [row["Nomor"] for row in found] == list(range(1, len(found) + 1))
    last = next(row for row in found if row["Kode"] == code and row["Kejadian"] == "diusulkan")
    assert (last["Tentang"], last["Menjadi"], last["Siapa"]) == (
        Subject.MATCH.words.id, MatchState.PROPOSED.words.id, "petugas",
    )  # fmt: skip
    assert not [row for row in found if "Rahasia" in str(row)]


def test_the_trace_of_one_office_tells_nothing_of_another(session: Session) -> None:
    w = world(session)
    other = another_office(w)
    for one in (w, other):
        line = one.agreed(one.challenge(), one.offer(), 1)
        one.prove(line, 1, verified=True)
        one.know(one.library(), FactCode.ROOM)
    session.commit()
    ours, theirs = ({row.row.seq for row in trace.changes(session, one.office)} for one in (w, other))
    assert not ours & theirs
    assert ours | theirs == set(session.scalars(sa.select(Log.seq)))


def test_no_file_for_anybody_carries_a_contact_a_note_or_a_telephone_number(folder: Folder, officer: Person) -> None:
    planted = {
        "contact_phone": "081234567890", "contact_name": "Ibu Rahasia", "private_note": "catatan rahasia",
        "head_name": "Pak Rahasia", "contact_title": "Kepala Rahasia",
    }  # fmt: skip
    proposed(folder)
    with folder.writing() as session:
        for party in session.scalars(sa.select(Party)):
            for name, value in planted.items():
                setattr(party, name, value)
        for challenge in session.scalars(sa.select(Challenge)):
            challenge.notes = "hubungi 081299998888"
    for address in ("/kebutuhan.csv", "/kebutuhan.xlsx", *FILES):
        body = download(officer, address)
        text = body.decode("utf-8-sig") if address.endswith("csv") else _text(body)
        assert "ahasia" not in text, address
        assert "081234567890" not in text, address
        if address.startswith("/kebutuhan"):
            assert "081299998888" not in text, address


def _text(body: bytes) -> str:
    return "\n".join(
        str(cell)
        for sheet in openpyxl.load_workbook(io.BytesIO(body)).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    )


# --- the public list -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?jenis=books&jenis=funds", "?q=komputer", "?kec=32.02.16&tahap=lacking"])
def test_anybody_may_have_the_public_list_with_the_filters_of_its_page(folder: Folder, query: str) -> None:
    visitor = Person.at(folder)
    told = list(csv.DictReader(io.StringIO(download(visitor, f"/kebutuhan.csv{query}").decode("utf-8-sig"))))
    visitor.open(f"/kebutuhan{query}")
    shown = [href.rsplit("/", 1)[1] for href in visitor.page.xpath("//li[contains(@class,'card')]//h2/a/@href")]
    assert [row["Kode"] for row in told] == shown
    assert [row["Kode"] for row in rows(visitor, f"/kebutuhan.xlsx{query}")] == shown
    if shown:
        links = [href for href in visitor.page.xpath("//a/@href") if href.startswith("/kebutuhan.xlsx")]
        assert [row["Kode"] for row in rows(visitor, links[0])] == shown


def test_the_public_list_tells_what_is_promised_arrived_and_still_lacking(folder: Folder) -> None:
    with telling(folder) as w:
        need = w.challenge(w.library(), quantity=3, title="Laptop")
        w.prove(w.agreed(need, w.offer(), 2), 1)
        code = need.code
    row = next(row for row in rows(Person.at(folder), "/kebutuhan.xlsx") if row["Kode"] == code)
    assert [row[name] for name in ("Dibutuhkan", "Dijanjikan", "Tiba", "Terbukti", "Masih kurang")] == [3, 2, 1, 0, 1]


# --- templates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_read_as_its_own_kind_and_its_example_is_not_taken_in(
    folder: Folder, officer: Person, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "templat.xlsx"
    path.write_bytes(download(officer, f"/templat/{kind}.xlsx"))
    table = taking.read(path, kind)
    assert known(table.headings, kind) == len(table.headings)
    place = {name: number for number, name in enumerate(table.headings)}
    names = [words for words in header(kind, "id") if words in ("Perpustakaan", "Mitra")]
    (_, row), *others = table.rows
    assert others == []
    assert is_example(kind, row[place["Kode"]], row[place[names[0]]])
    with folder.writing() as session:
        outcome = taking.take(
            session, folder.office(session), kind, table, by=folder.system(session), at=folder.now(session)
        )
        assert (outcome.touched, outcome.verdicts) == (False, [])


def test_an_example_that_was_written_over_is_a_row_like_any_other() -> None:
    assert is_example("libraries", "contoh", "Perpustakaan Desa Cahaya Ilmu")
    assert not is_example("libraries", "CONTOH", "Perpustakaan Desa Melati")
    assert not is_example("libraries", "", "Perpustakaan Desa Cahaya Ilmu")


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_templates_drop_downs_hold_words_that_the_import_reads(
    officer: Person, tmp_path: Path, kind: str, lang: str
) -> None:
    template = book(officer, f"/templat/{kind}.xlsx?lang={lang}")
    sheet, guide, choices = template.worksheets
    assert choices.sheet_state == "hidden"
    lists = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            start, end = re.findall(r"\$([A-Z]+)\$(\d+)", rule.formula1)
            cells = choices[f"{start[0]}{start[1]}:{end[0]}{end[1]}"]
            lists[sheet[f"{str(rule.sqref).split(':')[0].rstrip('0123456789')}1"].value] = [
                row[0].value for row in cells
            ]
    assert all(all(found) for found in lists.values())
    category, village = ("Jenis", "Desa") if lang == "id" else ("Category", "Village")
    assert "Pasawahan" in lists[village]
    if kind in ("challenges", "offers", "partnerships"):
        assert lists[category] == [term.words.say(lang) for term in Category]
    told = [row[0] for row in guide.iter_rows(values_only=True) if row[0]]
    assert set(cell.value for cell in sheet[1]) <= set(told)  # noqa: C401 - a generator reads better here
    prompts = [rule.prompt for rule in sheet.data_validations.dataValidation]
    assert len(prompts) == len(list(sheet[1]))
    assert all(0 < len(prompt) <= 255 for prompt in prompts)


def test_every_choice_of_a_template_is_understood_when_it_comes_back(
    folder: Folder, officer: Person, tmp_path: Path
) -> None:
    path = tmp_path / "templat.xlsx"
    template = book(officer, "/templat/offers.xlsx")
    sheet, _, choices = template.worksheets
    place = {cell.value: cell.column for cell in sheet[1]}
    listed = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in choices.iter_cols()}
    for row in range(2, 8):
        values = {
            "Kode": None,
            "Mitra": "PT Maju",
            "Tawaran": f"Hibah {row}",
            "Jumlah": 3,
            "Satuan": None,
            "Syarat": None,
        }
        for name in ("Unsur", "Bentuk", "Jenis", "Desa", "Kecamatan", "Strategi"):
            values[name] = listed[name][row % len(listed[name])] if name not in ("Desa", "Strategi") else None
        for name, value in values.items():
            sheet.cell(row, place[name]).value = value
    template.save(path)
    with folder.reading() as session:
        outcome = taking.look(
            session, folder.office(session), "offers", taking.read(path, "offers"), by=folder.system(session),
            at=folder.now(session),
        )  # fmt: skip
    unread = [one.say("id") for one in outcome.problems if one.column.id in listed]
    assert unread == []


# --- how much they ask -----------------------------------------------------------------------------------------------


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", [*outgoing.NAMES, "semua"])
def test_a_longer_list_asks_the_database_no_more_often(folder: Folder, officer: Person, name: str) -> None:
    def asked() -> int:
        with counted(folder.engine) as told:
            download(officer, f"/unduh/{name}.xlsx")
        return len(told)

    with telling(folder) as w:
        w.agreed(w.challenge(), w.offer(), 1)
    asked()
    before = asked()
    with telling(folder) as w:
        for _ in range(6):
            w.agreed(w.challenge(w.library(facts={FactCode.ROOM: 1.0, FactCode.SK: 1.0})), w.offer(), 1)
            w.propose(w.challenge(), w.offer(), 1)
    assert asked() == before
