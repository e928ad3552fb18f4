"""The page *Pemerataan* over HTTP: its numbers, the libraries behind each of them, the same as Excel."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal

import openpyxl
import pytest

from matcher import partnership
from matcher.policy import Actor, Role
from matcher.vocabulary import FactCode
from tests.builders import World
from tests.office import Person, make_folder
from web.folder import Folder


@pytest.fixture
def officer(folder):
    """The meeting; one more library was helped long ago, one in this cycle, nobody knows where a third one lies."""
    with folder.writing() as session:
        office = folder.office(session)
        w = World(session, office, Actor("rekan", Role.PETUGAS, office.id), folder.now(session))
        w.library("Perpustakaan Tanpa Alamat", region_code=None)
        for name, days in (("Perpustakaan Lama", 500), ("Perpustakaan Baru", 5)):
            need = w.challenge(w.library(name, region_code="32.02.16.2005", facts={FactCode.VISITORS: 40}), quantity=4)
            partnership.record_old(
                session, need, w.offer(), Decimal(2), occurred_on=w.day - dt.timedelta(days=days), by=w.officer,
                at=w.at,
            )  # fmt: skip
    return Person.at(folder).sign_in()


def listed(officer):
    """The libraries of the list at the end of the page."""
    return [" ".join(node.text_content().split()) for node in officer.page.xpath("//table[last()]//tbody//th//a")]


def groups(officer, title):
    """The rows of a table as texts."""
    rows = officer.page.xpath(f"//caption[.='{title}']/..//tbody//tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in rows]


def test_the_page_says_how_many_were_never_helped_and_by_which_groups(officer):
    officer.open("/pemerataan")
    assert "6 dari 8 perpustakaan belum pernah dibantu." in officer.text
    cicurug = next(row for row in groups(officer, "Menurut kecamatan") if row[0] == "Cicurug")
    assert cicurug[1] == "1 dari 3 belum"
    assert ["tempatnya belum diketahui", "1 dari 1 belum"] in [row[:2] for row in groups(officer, "Menurut kecamatan")]
    assert any(row[0] == "tempatnya belum diketahui" for row in groups(officer, "Menurut jarak dari dinas"))
    sizes = {row[0].split(":")[0]: row[1] for row in groups(officer, "Menurut ukuran perpustakaan")}
    assert sizes["kecil"] == "0 dari 2 belum"


def test_every_bar_says_the_same_as_the_numbers_beside_it(officer):
    officer.open("/pemerataan")
    for title in ("Menurut kecamatan", "Menurut jarak dari dinas", "Menurut ukuran perpustakaan"):
        for row in officer.page.xpath(f"//caption[.='{title}']/..//tbody//tr"):
            never, everybody = map(int, re.findall(r"\d+", row.xpath("string(td[1])")))
            label = row.xpath(".//svg/@aria-label")[0]
            assert label == f"{everybody - never} dari {everybody} pernah dibantu"
            width = sum(float(part.rstrip("%")) for part in row.xpath(".//svg/rect/@width"))
            assert width == pytest.approx(100 * (everybody - never) / everybody, abs=0.01)


def test_each_number_leads_to_the_libraries_behind_it(officer):
    officer.open("/pemerataan")
    links = officer.page.xpath("//table[position() < last()]//tbody//a[contains(@href, 'daftar')]")
    assert len(links) > 8
    for link in [(node.get("href"), node.text_content()) for node in links]:
        officer.open(link[0].split("#")[0])
        count = officer.page.xpath("string(//*[@id='daftar']/following-sibling::p[1]//*[@role='status'])")
        if told := re.match(r"(\d+) dari (\d+) belum", link[1]):
            assert count == f"{told[1]} perpustakaan", link
        if told := re.match(r"(\d+) perpustakaan", link[1]):
            assert count == f"{told[1]} perpustakaan", link


def test_the_list_names_its_filters_and_who_is_owed_most_comes_first(officer):
    officer.open("/pemerataan?bantu=pernah")
    assert listed(officer) == ["Perpustakaan Lama", "Perpustakaan Baru"]
    assert "bantuan terakhir" in officer.text
    officer.open("/pemerataan?kec=32.02.16&bantu=belum")
    named = officer.page.xpath("//*[@id='daftar']/following-sibling::p[1]/span[@class='tag']/text()")
    assert named == ["Cicurug", "belum pernah dibantu"]
    assert officer.open("/pemerataan?kec=99.99.99").text.count("Tidak ada perpustakaan yang cocok") == 1


def test_help_over_time_stands_in_cycles(officer):
    officer.open("/pemerataan")
    rows = groups(officer, "Perpustakaan yang dibantu tiap putaran")
    assert rows[0][0] == "1 September 2013"
    assert rows[-1][0] == "1 Januari 2015"
    assert rows[-1][1] == "1 perpustakaan (1 untuk pertama kali)"
    assert [row[2] for row in rows][-1] == "2 dari 8"


def test_the_list_comes_as_excel_with_the_same_filters(officer):
    href = officer.open("/pemerataan?bantu=pernah").page.xpath("//a[contains(@href, 'pemerataan.xlsx')]/@href")[0]
    book = openpyxl.load_workbook(io.BytesIO(officer.client.get(href).data))
    rows = list(book.active.iter_rows(values_only=True))
    names = [row[1] for row in rows[1:]]
    assert names == ["Perpustakaan Lama", "Perpustakaan Baru"]
    columns = dict(zip(rows[0], rows[1], strict=True))
    assert columns["Dijanjikan (%)"] == columns["Tiba (%)"] == 50
    assert 0 < columns["Didahulukan (0–1)"] < 1
    everybody = openpyxl.load_workbook(io.BytesIO(officer.client.get("/unduh/pemerataan.xlsx").data))
    assert everybody.active.max_row == 9


def test_the_way_there_and_how_it_is_counted_are_said(officer):
    assert officer.open("/kerja").page.xpath("//a[@href='/pemerataan']")
    assert "pemerataan, 10 poin dari 100" in officer.open("/pemerataan").text


@pytest.mark.parametrize(
    "query", ["kec=%27", "jarak=7&ukuran=z&bantu=x", "siklus=2015-13-01", "siklus=0000-00-00", "hal=-3", "hal=99999"]
)
def test_what_is_no_filter_filters_nothing_and_breaks_nothing(officer, query):
    assert officer.open(f"/pemerataan?{query}").status == 200


def test_an_office_without_libraries_is_told_how_to_begin(tmp_path):
    make_folder(tmp_path / "leer", "empty")
    folder = Folder.open(tmp_path / "leer", make=None, announce=lambda _line: None)
    assert "Belum ada perpustakaan terdaftar" in Person.at(folder).sign_in().open("/pemerataan").text
    folder.close()
