"""The suggestions of one challenge to take along: data and a sheet that say what the desk and the commands say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from matcher import matching, standing, teaching
from matcher.factors import FACTORS
from matcher.models import Challenge, Offer, Party
from matcher.policy import Actor, Role
from matcher.vocabulary import Category, CloseReason
from tests.builders import World, another_office
from tests.office import Person, make_folder, served
from tests.papers import of_docx, of_pdf, squeezed
from web import cli
from web.folder import Folder

SECRETS = {
    "contact_name": "Ibu Rahasia", "contact_title": "Jabatan Rahasia", "contact_phone": "081234567890",
    "head_name": "Kades Rahasia", "private_note": "Catatan rahasia",
}  # fmt: skip
READERS = {"pdf": of_pdf, "docx": of_docx}
CODES = [f"K-000{number}" for number in range(1, 7)]


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


@pytest.fixture
def both(empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """The meeting, once on SQLite and once on PostgreSQL, open; commands over it find the same database."""
    url = empty_database_url if empty_database_url.startswith("postgresql") else None
    make_folder(tmp_path / "data", database_url=url)
    if url is not None:
        monkeypatch.setenv("TEMU_MITRA_DATABASE_URL", url.replace("postgresql+psycopg", "postgresql"))
    folder = Folder.open(tmp_path / "data", make=None, database_url=url)
    yield folder
    folder.close()


def printed(folder: Folder, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What `match --json` prints over the folder."""
    capsys.readouterr()
    assert cli.run(cli.parse(["match", "--json", *words, "--data", str(folder.path)])) == 0
    return capsys.readouterr().out


def world_of(folder: Folder, session: Any) -> World:
    office = folder.office(session)
    return World(session, office, Actor("dinas", Role.PETUGAS, office.id), folder.now(session))


def elsewhere(folder: Folder) -> str:
    """The code of a challenge of another office."""
    with folder.writing() as session:
        w = another_office(world_of(folder, session))
        return w.challenge(w.library(region_code=None)).code


# --- data ------------------------------------------------------------------------------------------------------------


def test_the_data_of_every_challenge_is_what_the_command_prints_on_both_databases(
    both: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = Person.at(both).sign_in()
    for lang in ("id", "en"):
        pages = "".join(officer.open(f"/cocok/{code}.json?lang={lang}").body.decode() for code in CODES)
        assert pages == printed(both, capsys, "--lang", lang)
    for one in json.loads(officer.open("/cocok/K-0001.json").body)["suggestions"]:
        assert round(sum(one["parts"].values()), 1) == one["score"]


def test_a_challenge_without_suggestions_says_why_as_the_command_does(
    folder: Folder, officer: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    with folder.writing() as session:
        w = world_of(folder, session)
        for offer in session.scalars(select(Offer)).all():
            standing.pause_offer(session, offer, by=w.officer, at=w.at)
        closed = session.scalars(select(Challenge).where(Challenge.code == "K-0002")).one()
        standing.close_challenge(session, closed, CloseReason.MET, by=w.officer, at=w.at)
        matching.refresh(session, w.office, at=w.at)
    for code in ("K-0001", "K-0002"):
        for lang in ("id", "en"):
            page = officer.open(f"/cocok/{code}.json?lang={lang}").body.decode()
            assert page == printed(folder, capsys, "--challenge", code, "--lang", lang)
            assert json.loads(page)["why"]


def test_data_is_json_that_nobody_between_keeps(officer: Person) -> None:
    answer = officer.client.get("/cocok/k-0001.json")
    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["challenge"]["code"] == "K-0001"


@pytest.mark.parametrize("code", ["K-9999", "T-0001", "²", "'; --", "K-" + "9" * 40])
def test_a_challenge_that_is_not_there_is_a_plain_sentence_of_json(officer: Person, code: str) -> None:
    answer = officer.client.get(f"/cocok/{code}.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.get_json() == {
        "error": f"Tidak ada kebutuhan berkode {code[:16]}. Kode kebutuhan ditulis seperti K-0001."
    }
    english = officer.client.get(f"/cocok/{code}.json?lang=en").get_json()["error"]
    assert english.startswith("There is no need with the code")


def test_another_offices_challenge_does_not_exist(folder: Folder, officer: Person) -> None:
    code = elsewhere(folder)
    assert officer.client.get(f"/cocok/{code}.json").get_json()["error"].startswith("Tidak ada kebutuhan")


def test_a_visitor_is_led_to_the_sign_in_page_and_back(folder: Folder) -> None:
    visitor = Person.at(folder)
    assert visitor.open("/cocok/K-0001.json").address == "/masuk?next=/cocok/K-0001.json"


def test_the_data_tell_no_contact_and_no_private_note(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        session.execute(sa.update(Party).values(**SECRETS))
        for table in (Challenge, Offer):
            session.execute(sa.update(table).values(notes="Kolom rahasia"))
    for code in CODES:
        told = officer.open(f"/cocok/{code}.json").body.decode()
        assert not [secret for secret in (*SECRETS.values(), "Kolom rahasia") if secret in told]


# --- the sheet -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=READERS)
def ending(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sheet(person: Person, code: str, ending: str, lang: str = "id") -> str:
    """What the sheet says, squeezed."""
    answer = person.client.get(f"/cocok/{code}/lembar.{ending}?lang={lang}")
    assert answer.status_code == 200
    return READERS[ending](answer.data)


def text_of(tree: Any) -> str:
    return " ".join(tree.text_content().split())


def shown(person: Person, code: str, offer: str, lang: str) -> Any:
    """An offer as the desk shows it in full."""
    (found,) = person.open(f"/cocok/{code}?tawaran={offer}&lang={lang}").page.xpath(
        "//li[contains(@class, 'offer')][@aria-current='true']"
    )
    return found


def offers(person: Person, code: str) -> list[str]:
    """The offers of a challenge in the order of the desk, from its data."""
    told = json.loads(person.open(f"/cocok/{code}.json").body)["suggestions"]
    return [one["offer"]["code"] for one in told if not one["experience"]]


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("code", CODES)
def test_the_sheet_says_of_each_offer_what_the_desk_says(officer: Person, ending: str, code: str, lang: str) -> None:
    said = sheet(officer, code, ending, lang)
    rows: list[list[str]] = []
    for offer in offers(officer, code)[:5]:
        desk = shown(officer, code, offer, lang)
        band, sure = desk.xpath("./div[1]/span/span")
        wanted = [f"{offer} {text_of(desk.xpath('.//h4')[0])}", text_of(desk.xpath("./p[1]/span[1]")[0])]
        wanted.append(f"{text_of(band)}, {text_of(sure)} ({desk.xpath('string(.//tfoot//b)')}")
        wanted += [text_of(line) for line in desk.xpath("./ul[contains(@class, 'why')]/li")]
        assert [sentence for sentence in wanted if squeezed(sentence) not in said] == []
        cells = [[text_of(cell) for cell in row] for row in desk.xpath(".//tbody/tr")]
        rows = [[*row, cell[-1]] for row, cell in zip(rows or [cell[:2] for cell in cells], cells, strict=True)]
    assert len(rows) == len(FACTORS)
    assert [row for row in rows if squeezed("".join(row)) not in said] == []


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_column_of_the_table_adds_up_to_the_score(officer: Person, lang: str) -> None:
    for code in CODES:
        body = officer.client.get(f"/cocok/{code}/lembar.docx?lang={lang}").data
        (table,) = [
            one for one in Document(BytesIO(body)).tables if len(one.rows) > 2 and one.style.name == "Table Grid"
        ]
        head, *rows, last = [[cell.text for cell in row.cells] for row in table.rows]
        assert [name.split()[-1] for name in head[2:]] == offers(officer, code)[:5]
        for column in range(2, len(head)):
            parts = [Decimal(row[column].replace(",", ".")) for row in rows]
            assert sum(parts) == Decimal(last[column].replace(",", ".")) > 0
        assert sum(Decimal(row[1]) for row in rows) == 100


@pytest.mark.parametrize(
    ("lang", "facts"),
    [
        ("id", ("LEMBAR SARAN", "Kode: K-0001 · 27 Maret 2015 · Bobot nomor 1", "Kurang 3 unit; punya 1 unit.",
                "menunggu 2 hari · perlu: 3 bulan · belum pernah dibantu", "Keputusan dinas",
                "Diusulkan: tawaran nomor ...", "Tidak diusulkan, karena: ...", "Petugas yang memutuskan",
                "Sukabumi, ...", "NIP. ...", "sisa 4 unit",
                "Di atasnya ada yang skornya lebih rendah", "T-0003 Komputer dan internet", "24 km")),
        ("en", ("SUGGESTION SHEET", "Code: K-0001 · 27 March 2015 · Weights number 1", "Lacks 3 units; has 1 unit.",
                "waiting for 2 days · needed: within 3 months", "What the office decides", "Proposed: offer number ...",
                "Not proposed, because: ...", "The officer who decides", "Sukabumi, ...", "NIP. ...", "4 units left",
                "One above it has a lower score", "T-0003 Komputer dan internet", "24 km away")),
    ],
)  # fmt: skip
def test_the_sheet_tells_the_need_the_day_the_weights_and_leaves_room_to_decide(
    officer: Person, ending: str, lang: str, facts: tuple[str, ...]
) -> None:
    said = sheet(officer, "K-0001", ending, lang)
    both = (
        "Komputer kurang",
        "Perpustakaan Desa Cahaya Ilmu, Desa Cikembar, Kec. Cikembar",
        "KANTOR PERPUSTAKAAN DAERAH",
    )
    assert [fact for fact in (*both, *facts) if squeezed(fact) not in said] == []


def test_an_english_sheet_keeps_no_indonesian_label(officer: Person, ending: str) -> None:
    said = sheet(officer, "K-0001", ending, "en")
    labels = (
        "Kebutuhan:",
        "Pemberi:",
        "Kecocokan",
        "Mendukung",
        "Belum diketahui",
        "Jumlah",
        "Bobot",
        "halaman",
        "Nomor",
    )
    assert [label for label in labels if squeezed(label) in said] == []


def test_new_weights_are_named_on_the_next_sheet(folder: Folder, officer: Person, ending: str) -> None:
    with folder.writing() as session:
        w = world_of(folder, session)
        points = dict(matching.weights_in_force(session, w.office.id).points)
        points |= {"distance": points["distance"] - 5, "readiness": points["readiness"] + 5}
        teaching.set_by_hand(session, w.office, points, by=Actor("dinas", Role.ADMIN, w.office.id), at=w.at)
    assert squeezed("Bobot nomor 2") in sheet(officer, "K-0001", ending)


def test_a_sheet_shows_five_offers_at_most_and_is_one_sheet_of_paper(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        w = world_of(folder, session)
        for _ in range(4):
            w.offer(w.giver(region_code="32.02"), category=Category.COMPUTERS)
        matching.refresh(session, w.office, at=w.at)
    assert len(offers(officer, "K-0001")) == 7
    body = officer.client.get("/cocok/K-0001/lembar.pdf").data
    told = of_pdf(body)
    assert [code for code in offers(officer, "K-0001") if f"Tawaran:{code}" in told] == offers(officer, "K-0001")[:5]
    assert len(PdfReader(BytesIO(body)).pages) <= 2  # both sides


def test_a_need_without_an_offer_says_why_as_the_desk_does(folder: Folder, officer: Person, ending: str) -> None:
    with folder.writing() as session:
        w = world_of(folder, session)
        for offer in session.scalars(select(Offer)).all():
            standing.pause_offer(session, offer, by=w.officer, at=w.at)
        matching.refresh(session, w.office, at=w.at)
    said = sheet(officer, "K-0001", ending)
    sentences = [text_of(line) for line in officer.open("/cocok/K-0001").page.xpath("//*[@class='empty']//li")]
    assert sentences
    assert all(squeezed(sentence) in said for sentence in sentences)
    assert "Bobot" not in said


def test_the_sheet_tells_no_contact_and_no_private_note(folder: Folder, officer: Person, ending: str) -> None:
    with folder.writing() as session:
        session.execute(sa.update(Party).values(**SECRETS))
        for table in (Challenge, Offer):
            session.execute(sa.update(table).values(notes="Kolom rahasia"))
    for code in CODES:
        said = sheet(officer, code, ending)
        assert not [secret for secret in (*SECRETS.values(), "Kolom rahasia") if squeezed(secret) in said]


@pytest.mark.parametrize("words", ['#read("/etc/passwd")', "{{7*191}}", "<w:p>&amp;", "$x^2$ *bold*", "A" * 150])
def test_peoples_words_stand_on_the_sheet_as_they_are(folder: Folder, officer: Person, ending: str, words: str) -> None:
    with folder.writing() as session:
        session.execute(sa.update(Offer).values(title=words))
        session.execute(sa.update(Challenge).values(title=words, story=words, not_wanted=words))
        session.execute(sa.update(Party).values(name=words))
    said = sheet(officer, "K-0001", ending)
    assert said.count(squeezed(words)) >= 7
    assert "1337" not in said  # 7 times 191


@pytest.mark.parametrize(("lang", "region"), [("id", "id-ID"), ("en", "en-GB")])
def test_the_files_can_be_read_aloud_in_their_language(officer: Person, lang: str, region: str) -> None:
    pdf = officer.client.get(f"/cocok/K-0001/lembar.pdf?lang={lang}")
    reader = PdfReader(BytesIO(pdf.data))
    root = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith(lang)
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert reader.metadata.title.endswith(" K-0001")
    word = Document(BytesIO(officer.client.get(f"/cocok/K-0001/lembar.docx?lang={lang}").data))
    assert word.core_properties.language == region


def test_the_same_rows_give_the_same_files_under_a_name_with_code_and_day(officer: Person, ending: str) -> None:
    one, other = (officer.client.get(f"/cocok/k-0001/lembar.{ending}") for _ in range(2))
    assert one.data == other.data
    assert one.headers["Content-Disposition"] == f"attachment; filename=lembar-saran-k-0001-2015-03-27.{ending}"
    assert one.headers["Cache-Control"] == "no-store"


def test_a_sheet_of_nothing_is_not_there(folder: Folder, officer: Person, ending: str) -> None:
    for code in ("K-9999", "T-0001", elsewhere(folder)):
        assert officer.open(f"/cocok/{code}/lembar.{ending}").status == 404
        assert "Yang dicari tidak ada, atau bukan milik Anda." in officer.text
    assert officer.open("/cocok/K-0001/lembar.exe").status == 404


def test_a_visitor_gets_no_sheet(folder: Folder, ending: str) -> None:
    assert Person.at(folder).open(f"/cocok/K-0001/lembar.{ending}").address.startswith("/masuk")


def test_the_desk_leads_to_both_files_on_a_small_telephone_without_scripts(folder: Folder, open_page: Any) -> None:
    from tests.office import NAME, PASSWORD

    page = open_page(viewport={"width": 360, "height": 740}, java_script_enabled=False, accept_downloads=True)
    with served(folder) as address:
        page.goto(f"{address}/masuk")
        page.fill("[name=name]", NAME)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.goto(f"{address}/cocok/K-0001")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for ending, words in (("pdf", "PDF untuk dicetak"), ("docx", "Word untuk disunting")):
            with page.expect_download() as waited:
                page.locator("p", has_text="Lembar saran").get_by_text(words).click()
            assert waited.value.suggested_filename == f"lembar-saran-k-0001-2015-03-27.{ending}"
            assert "sama-samakomputer" in READERS[ending](Path(waited.value.path()).read_bytes())
