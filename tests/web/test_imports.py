"""Tables that come in over HTTP: columns, verdicts, cures, saving what is good, taking back, files to refuse."""

from __future__ import annotations

import gzip
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from matcher.models import Challenge, Import, Office, Party
from matcher.vocabulary import ReportState
from tests.office import Person, make_folder
from web.app import create_app
from web.folder import Folder
from web.views.imports import LONG

BUDGET = 14_600
MESSY = """Daftar kebutuhan perpustakaan desa, Maret 2015\t\t\t\t
\t\t\t\t
Nama Perpus\tDesa\tKebutuhan\tJml\tHP
Perpusdes Harapan\tTonjong\tKomputer untuk belajar anak\t5 bh\t081234567801
\t\t\t\t
Perpusdes Citra\tCitepus\tDana rak buku\tRp 5.000.000\t081234567802
Perpusdes Ceria\tLoji\tLaptop untuk pelatihan warga\ttiga\t+62 812-3456-7803
Perpusdes Melati\tCimajja\tBuku cerita anak\t40 eks\t081234567804
Perpusdes Kenanga\tCikelat\tKomputer\tsekian-sekian\t
Perpusdes Anggrek\tCikiray\tLemari buku\ttgia\t081234567806
"""


@pytest.fixture(scope="module")
def postgres_meeting(postgres_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A database with the meeting on PostgreSQL to copy from, and the folder that belongs to it."""
    url = postgres_server.create()
    path = tmp_path_factory.mktemp("postgres") / "data"
    make_folder(path, database_url=url)
    yield url.rsplit("/", 1)[-1].split("?")[0], path
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest) -> Iterator[Folder]:
    """The meeting, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("folder")
        return
    server = request.getfixturevalue("postgres_server")
    template, path = request.getfixturevalue("postgres_meeting")
    url = server.create(template)
    folder = Folder.open(path, make=None, announce=lambda _line: None, database_url=url)
    yield folder
    folder.close()
    server.drop(url)


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


def paste(person: Person, cells: str, kind: str = "") -> Person:
    """Paste cells on the page for tables."""
    return person.open("/impor").send("/impor", pasted=cells, kind=kind)


def upload(person: Person, body: bytes, name: str, **values: str) -> Person:
    """Choose a file on the page for tables, and send it."""
    form = person.open("/impor").form("/impor")
    data = {**dict(form.form_values()), **values, "file": FileStorage(io.BytesIO(body), filename=name)}
    edge, sent = encode_multipart(data)
    kind = f"multipart/form-data; boundary={edge}"
    person._keep(person.client.post("/impor", data=sent, content_type=kind, follow_redirects=True))
    return person


def looked_at(person: Person) -> Person:
    """Go on from the columns, where the page asks for them."""
    return person.send("/kolom") if person.address.endswith("/kolom") else person


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def counts(person: Person) -> dict[str, int]:
    """What the page says of the rows: word → how many."""
    said = " ".join(person.page.xpath("string(//p[@role='status']/b)").split())
    return {words: int(number) for number, words in re.findall(r"(\d+) ([a-z ]+)", said)}


def row(person: Person, number: int) -> str:
    return " ".join(person.page.xpath(f"string(//*[@id='baris-{number}'])").split())


def how_many(folder: Folder, table: type[Any], *where: Any) -> int:
    with folder.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def address_of(person: Person) -> str:
    """The address of the import whose page is open."""
    found = re.match(r"/impor/\d+", person.address)
    assert found is not None, person.address
    return found[0]


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_a_messy_table_is_repaired_saved_sent_again_and_taken_back(on_both: Folder) -> None:
    officer = Person.at(on_both).sign_in()
    before = how_many(on_both, Challenge)

    looked_at(paste(officer, MESSY))
    assert officer.status == 200, officer.text
    found = counts(officer)
    assert found["perlu diperbaiki"] >= 1, officer.text
    assert how_many(on_both, Challenge) == before

    officer.send("/terima")
    good = counts(officer)["baru"]
    assert good >= 4
    assert found["perlu diperbaiki"] > counts(officer)["perlu diperbaiki"]
    officer.send("/simpan")
    left = counts(officer)["perlu diperbaiki"]
    assert f"{good} tersimpan" in officer.text
    assert how_many(on_both, Challenge) == before + good
    assert left == 6 - good
    saved = address_of(officer)

    looked_at(paste(officer, MESSY))
    assert (counts(officer)["baru"], counts(officer)["berubah"]) == (0, 0)
    assert how_many(on_both, Challenge) == before + good

    officer.open(f"{saved}/batal")
    assert f"{good} ditutup" in officer.text
    officer.send("/batal")
    assert officer.status == 200
    assert how_many(on_both, Challenge, Challenge.state == ReportState.OPEN) == before
    assert "dibatalkan" in officer.open("/impor").text


def test_an_amount_in_words_is_read_and_the_row_says_how(officer: Person) -> None:
    looked_at(paste(officer, MESSY))
    assert "3" in row(officer, 7)
    assert "tiga" in row(officer, 7)


def test_an_uploaded_workbook_comes_to_the_same_page(officer: Person, folder: Folder) -> None:
    body = workbook(("Perpustakaan", "Desa", "Kebutuhan", "Jumlah"), ("Perpusdes A", "Tonjong", "Komputer", 3))
    upload(officer, body, "Dokumen/kebutuhan 2015.xlsx")
    assert officer.status == 200, officer.text
    assert "kebutuhan 2015.xlsx" in officer.text
    assert "Dokumen" not in officer.text
    assert counts(looked_at(officer))["baru"] == 1
    assert how_many(folder, Import) == 1


def test_the_same_table_sent_twice_before_it_is_saved_is_one_import(officer: Person, folder: Folder) -> None:
    paste(officer, MESSY)
    paste(officer, MESSY)
    assert how_many(folder, Import) == 1


def test_a_save_pressed_twice_saves_once(officer: Person, folder: Folder) -> None:
    looked_at(paste(officer, MESSY))
    form = officer.form("/simpan")
    data = dict(form.form_values())
    first, second = (officer.client.post(form.action, data=data) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with folder.reading() as session:
        names = [party.name for party in session.scalars(select(Party))]
    assert names.count("Perpusdes Harapan") == 1


# --- columns ---------------------------------------------------------------------------------------------------------

ODD = "Perpustakaan\tDesa\tYang diminta warga\tJumlah\nPerpusdes Harapan\tTonjong\tKomputer untuk belajar\t3\n"


def chosen(person: Person) -> dict[str, str]:
    """Heading of each column → the words chosen for it."""
    rows = person.page.xpath("//tbody/tr")
    return {" ".join(row.xpath("string(.//label)").split()): row.xpath("string(.//option[@selected])") for row in rows}


def test_a_heading_nobody_knows_is_asked_for_once_and_remembered(officer: Person) -> None:
    paste(officer, ODD, kind="challenges")
    assert officer.address.endswith("/kolom"), officer.text
    assert chosen(officer)["Desa"] == "Desa"
    assert "Komputer untuk belajar" in officer.text
    officer.send("/kolom", k2="title")
    assert counts(officer)["baru"] == 1

    paste(officer, ODD.replace("Harapan", "Melati"), kind="challenges")
    assert not officer.address.endswith("/kolom")
    assert counts(officer)["baru"] == 1
    officer.open(f"{address_of(officer)}/kolom")
    assert chosen(officer)["Yang diminta warga"] == "Kebutuhan"


def test_two_columns_with_one_meaning_are_refused_and_the_choices_stay(officer: Person) -> None:
    paste(officer, ODD, kind="challenges")
    officer.send("/kolom", k2="title", k3="title")
    assert officer.status == 422
    assert "Ada masalah" in officer.text
    assert officer.page.xpath("//section[@role='alert']//a/@href")[0].startswith("#k")
    assert chosen(officer)["Yang diminta warga"] == chosen(officer)["Jumlah"] == "Kebutuhan"


def test_a_column_that_is_not_read_leaves_no_trace(officer: Person, folder: Folder) -> None:
    paste(
        officer, "Perpustakaan\tDesa\tKebutuhan\tRahasia dapur\nPerpusdes Harapan\tTonjong\tKomputer\tjangan dibaca\n"
    )
    officer.open(f"{address_of(officer)}/kolom").send("/kolom", k3="")
    officer.send("/simpan")
    with folder.reading() as session:
        told = [str(vars(row)) for row in session.scalars(select(Challenge)).all()]
    assert not any("jangan dibaca" in row for row in told)


def test_a_wrong_guess_of_what_the_rows_are_is_put_right(officer: Person) -> None:
    paste(officer, ODD, kind="challenges")
    officer.open(f"{address_of(officer)}/kolom").send("/jenis", kind="offers")
    assert "Tawaran mitra" in officer.text
    assert officer.address.endswith("/kolom")


def test_cells_without_any_heading_ask_what_each_column_means(officer: Person) -> None:
    paste(officer, "Perpusdes Harapan\tTonjong\tKomputer untuk belajar\t3\nPerpusdes Citra\tCitepus\tLaptop\t2\n")
    assert officer.address.endswith("/kolom"), officer.text
    officer.send("/jenis", kind="challenges") if "Kebutuhan perpustakaan" not in officer.text else None
    officer.send("/kolom", k0="party", k1="village", k2="title", k3="quantity")
    assert counts(officer)["baru"] == 2, officer.text


# --- repairing -------------------------------------------------------------------------------------------------------

WRONG = "Perpustakaan\tDesa\tKebutuhan\tJumlah\n" + "".join(
    f"Perpusdes Uji {number}\tTonjong\tKomputer untuk kelas {number}\t{amount}\n"
    for number, amount in enumerate(("sekian-sekian", "3", "tgia", "2"), 1)
)


def test_a_value_is_repaired_in_place_and_the_page_comes_back_to_its_row(officer: Person) -> None:
    paste(officer, WRONG)
    assert row(officer, 2).startswith("Baris 2 · Perpusdes Uji 1")
    form = officer.form("/baris/2")
    field = next(name for name in form.fields if re.fullmatch(r"c\d+", name))
    assert form.fields[field] == "sekian-sekian"
    data = {**dict(form.form_values()), field: "4"}
    answer = officer.client.post(form.action, data=data)
    assert answer.headers["Location"].endswith("#baris-2")
    officer.open(answer.headers["Location"].split("#")[0])
    assert "baru" in row(officer, 2)
    assert len(officer.page.xpath("//*[@id='baris-2']")) == 1


def test_a_repair_that_is_wrong_too_stays_with_what_was_typed(officer: Person) -> None:
    paste(officer, WRONG)
    form = officer.form("/baris/2")
    field = next(name for name in form.fields if re.fullmatch(r"c\d+", name))
    officer.send("/baris/2", **{field: "entahlah"})
    assert officer.form("/baris/2").fields[field] == "entahlah"


def test_a_cure_is_one_press(officer: Person) -> None:
    looked_at(paste(officer, MESSY))
    presses = officer.page.xpath("//li[starts-with(@id, 'baris-')]//button[starts-with(., '→')]")
    assert presses, officer.text
    press = presses[0]
    number = int(press.xpath("ancestor::li/@id")[0].removeprefix("baris-"))
    officer.send(f"/baris/{number}", press=(press.get("name"), press.get("value")))
    assert officer.status == 200
    after = officer.page.xpath(f"//*[@id='baris-{number}']//button[@name='{press.get('name')}']")
    assert not after, row(officer, number)


def test_wrong_rows_go_out_as_excel_and_come_back_repaired(officer: Person) -> None:
    paste(officer, WRONG)
    wrong = counts(officer)["perlu diperbaiki"]
    assert wrong >= 1
    answer = officer.client.get(f"{address_of(officer)}/catatan.xlsx")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    assert sheet.max_row == 1 + wrong
    assert sheet.cell(1, 1).value == "Catatan perbaikan"
    for number in range(2, sheet.max_row + 1):
        sheet.cell(number, 5).value = 6
    file = io.BytesIO()
    book.save(file)
    upload(officer, file.getvalue(), "perlu-diperbaiki.xlsx")
    assert counts(looked_at(officer)) == {"baru": wrong, "berubah": 0, "sama": 0, "perlu diperbaiki": 0}


# --- what is like something ------------------------------------------------------------------------------------------

AGAIN = "Perpustakaan\tDesa\tKebutuhan\tJumlah\nPerpustakaan Desa Cahaya Ilmu\t\tKomputer kurang untuk belajar\t2\n"


def need(folder: Folder, code: str) -> Challenge:
    with folder.reading() as session:
        return session.scalars(select(Challenge).where(Challenge.code == code)).one()


@pytest.mark.parametrize(("press", "added", "rows"), [("add", 2, 0), ("new", 0, 1), ("skip", 0, 0)])
def test_a_row_like_one_that_stands_waits_for_a_decision(
    officer: Person, folder: Folder, press: str, added: int, rows: int
) -> None:
    amount, many = need(folder, "K-0001").quantity, how_many(folder, Challenge)
    assert amount is not None
    paste(officer, AGAIN)
    assert "Mirip K-0001" in row(officer, 2), officer.text
    assert not [form for form in officer.page.forms if form.action.endswith("/simpan")]
    officer.send("/baris/2/pilih", press=("putusan", press))
    if press != "skip":
        officer.send("/simpan")
    assert need(folder, "K-0001").quantity == amount + added
    assert how_many(folder, Challenge) == many + rows


def test_a_decision_can_be_taken_again(officer: Person) -> None:
    paste(officer, AGAIN)
    officer.send("/baris/2/pilih", press=("putusan", "skip"))
    officer.open(address_of(officer)).send("/baris/2/pilih", press=("putusan", ""))
    assert "Mirip K-0001" in row(officer, 2)


def test_a_decision_nobody_offers_is_refused(officer: Person) -> None:
    paste(officer, AGAIN)
    officer.send("/baris/2/pilih", press=("putusan", "hapus"))
    assert officer.status == 422


def test_a_changed_row_shows_what_was_and_what_comes(officer: Person, folder: Folder) -> None:
    paste(officer, "Kode\tPerpustakaan\tJumlah\nK-0001\tPerpustakaan Desa Cahaya Ilmu\t7\n", kind="challenges")
    looked_at(officer)
    item = officer.page.xpath("//*[@id='baris-2']")[0]
    assert ("3" in item.xpath("string(.//del)"), "7" in item.xpath("string(.//ins)")) == (True, True), officer.text
    officer.send("/simpan")
    assert need(folder, "K-0001").quantity == 7


# --- taking back -----------------------------------------------------------------------------------------------------


def test_a_table_that_was_not_saved_can_be_gone_on_with_or_thrown_away(officer: Person, folder: Folder) -> None:
    paste(officer, WRONG)
    address = address_of(officer)
    assert "Belum disimpan" in officer.open("/impor").text
    officer.open(f"{address}/batal").send("/batal")
    assert "Belum disimpan" not in officer.open("/impor").text
    with folder.reading() as session:
        assert not any(imp.cells for imp in session.scalars(select(Import)))


def test_an_import_that_was_taken_back_offers_nothing_to_press(officer: Person) -> None:
    paste(officer, WRONG)
    officer.send("/simpan")
    address = address_of(officer)
    officer.open(f"{address}/batal").send("/batal")
    officer.open(address)
    assert not [form for form in officer.page.forms if address in form.action]
    officer.open(f"{address}/batal")
    assert not [form for form in officer.page.forms if form.action.endswith("/batal")]


def test_an_import_of_another_office_does_not_exist(officer: Person, folder: Folder) -> None:
    paste(officer, WRONG)
    address = address_of(officer)
    with folder.writing() as session:
        mine = session.scalars(select(Office)).first()
        assert mine is not None
        told = {one.key: getattr(mine, one.key) for one in Office.__table__.columns if one.key != "id"}
        other = Office(**{**told, "region_code": "32.02.16"})
        session.add(other)
        session.flush()
        session.scalars(select(Import)).one().office_id = other.id
    for place in ("", "/kolom", "/batal", "/catatan.xlsx"):
        assert officer.client.get(address + place).status_code == 404
    token = officer.open("/impor").form("/impor").fields["csrf_token"]
    for place in ("/simpan", "/terima", "/batal", "/baris/2", "/baris/2/pilih", "/kolom", "/jenis", "/berhenti"):
        answer = officer.client.post(address + place, data={"csrf_token": token, "kind": "offers"})
        assert answer.status_code == 404, place


# --- what nobody should send -----------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 200


def temporary() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("temu-impor-*")}


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (PNG, "foto.xlsx", "gambar"), (b"%PDF-1.4 ...", "daftar.xlsx", "PDF"), (b"", "kosong.xlsx", "kosong"),
        (b"PK\x03\x04 rusak", "rusak.xlsx", "Excel"), (workbook(("a",)), "makro.xlsm", "makro"),
        (b"a,b\n" * 6_000, "panjang.csv", "terlalu panjang"),
        ((",".join(["x"] * 400) + "\n").encode() * 3, "lebar.csv", "terlalu lebar"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_on_the_same_page(
    officer: Person, folder: Folder, body: bytes, name: str, words: str
) -> None:
    before = temporary()
    upload(officer, body, name, pasted="yang sudah diketik")
    assert officer.status == 422, officer.text
    assert words in officer.page.xpath("string(//section[@role='alert'])"), officer.text
    assert officer.form("/impor").fields["pasted"].strip() == "yang sudah diketik"
    assert how_many(folder, Import) == 0
    assert temporary() <= before
    upload(
        officer, workbook(("Perpustakaan", "Kebutuhan"), ("Perpustakaan Desa Bunga Padi", "Kursi baca")), "baik.xlsx"
    )
    assert officer.status == 200, officer.text


def test_a_file_beyond_all_limits_is_refused_on_the_same_page(officer: Person, folder: Folder) -> None:
    upload(officer, b"x" * (7 * 2**20), "besar.xlsx")
    assert officer.status == 413
    assert "5 MB" in officer.page.xpath("string(//section[@role='alert'])")
    assert how_many(folder, Import) == 0


def test_a_paste_longer_than_other_forms_may_be_is_read(officer: Person) -> None:
    long = "Perpustakaan\tDesa\tKebutuhan\tCerita\n" + "".join(
        f"Perpusdes Uji {number}\tTonjong\tKomputer {number}\t{'panjang ' * 1_000}\n" for number in range(300)
    )
    assert len(long) > 2 * 10**6
    paste(officer, long)
    assert officer.status == 200, officer.text


def test_an_empty_form_says_what_to_do(officer: Person) -> None:
    officer.open("/impor").send("/impor", pasted="  ")
    assert officer.status == 422
    assert "Pilih sebuah berkas" in officer.text


def test_what_stands_in_a_table_never_becomes_part_of_the_page(officer: Person) -> None:
    nasty = "<script>alert(1)</script>"
    body = workbook(("Perpustakaan", "Desa", "Kebutuhan", nasty), (nasty, nasty, nasty, nasty))
    upload(officer, body, f"{nasty}\x00\x1b[31m.xlsx")
    pages = [officer.body]
    pages.append(officer.open(address_of(officer)).body)
    pages.append(officer.open("/impor").body)
    for page in pages:
        assert nasty.encode() not in page
        assert b"\x1b" not in page


# --- long tables -----------------------------------------------------------------------------------------------------


def long_table(rows: int) -> str:
    return "Perpustakaan\tDesa\tKebutuhan\tJumlah\n" + "".join(
        f"Perpusdes Uji {number}\tTonjong\tKomputer untuk kegiatan belajar kelompok {number}\t"
        f"{'sekian-sekian' if number % 9 == 0 else number % 7 + 1}\n"
        for number in range(rows)
    )


def arrived(person: Person) -> Person:
    """Look again, as the page says, until the work is done."""
    while person.page.xpath("//progress"):
        person.open(person.address)
    return person


def test_a_long_table_shows_how_far_it_is_and_then_its_rows(folder: Folder) -> None:
    app = create_app(folder)
    app.config["PATIENCE"] = 0
    officer = Person(app).sign_in()
    paste(officer, long_table(LONG))
    assert "Baris sedang diperiksa" in officer.text
    assert re.search(r"dari 1\.000 baris", officer.page.xpath("string(//*[@role='status'])"))
    assert officer.client.get(officer.address).headers.get("Refresh")
    app.config["PATIENCE"] = 0.2
    arrived(officer)
    assert counts(officer)["baru"] + counts(officer)["perlu diperbaiki"] == LONG
    assert counts(officer)["perlu diperbaiki"] > 0
    good = counts(officer)["baru"]
    app.config["PATIENCE"] = 0
    officer.send("/simpan")
    assert "Baris sedang disimpan" in officer.text
    app.config["PATIENCE"] = 0.2
    arrived(officer)
    assert counts(officer)["tersimpan"] == good
    assert how_many(folder, Party, Party.name.like("Perpusdes Uji %")) == good


def test_a_long_save_that_is_stopped_leaves_nothing(folder: Folder) -> None:
    app = create_app(folder)
    app.config["PATIENCE"] = 0
    officer = Person(app).sign_in()
    paste(officer, long_table(LONG))
    address = address_of(officer)
    app.config["PATIENCE"] = 0.2
    arrived(officer)
    app.config["PATIENCE"] = 0
    officer.send("/simpan").send("/berhenti")
    assert officer.address == "/impor"
    app.config["PATIENCE"] = 0.2
    arrived(officer.open(address))
    assert "tidak ada yang tersimpan" in officer.text
    assert how_many(folder, Party, Party.name.like("Perpusdes Uji %")) == 0


@pytest.mark.weight
def test_no_page_of_a_long_table_is_heavier_than_the_first_round_trip(officer: Person) -> None:
    script = len(gzip.compress(Path("web/static/app.js").read_bytes(), 6, mtime=0))
    paste(officer, long_table(999))
    address = address_of(officer)
    heavy = {}
    for place in ("", "?lihat=repair", "?lihat=new&hal=20", "/kolom", "/batal"):
        answer = officer.client.get(address + place, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        if (weight := len(answer.data) + script) > BUDGET:
            heavy[place] = weight
    assert heavy == {}
