"""An officer brings in the old Excel, in a real Chromium: paste, repair, save, the same again, take back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import func, select

from matcher.models import Challenge
from matcher.vocabulary import ReportState
from web.folder import Folder

PHONE = {"viewport": {"width": 360, "height": 740}}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
MESSY = """Daftar kebutuhan perpustakaan desa, Maret 2015\t\t\t\t
\t\t\t\t
Nama Perpus\tDesa\tKebutuhan\tJml\tHP
Perpusdes Harapan\tTonjong\tKomputer untuk belajar anak\t5 bh\t081234567801
\t\t\t\t
Perpusdes Citra\tCitepus\tDana rak buku\tRp 5.000.000\t081234567802
Perpusdes Ceria\tLoji\tLaptop untuk pelatihan warga\ttiga\t+62 812-3456-7803
\tLoji\tBuku cerita anak\t40 eks\t
Perpusdes Melati\tCimajja\tBuku resep dan pertanian\t25\t081234567804
Perpusdes Anggrek\tCikiray\tPrinter untuk surat desa\ttgia\t081234567806
Perpusdes Kenanga\tCikelat\tKomputer\tsekian-sekian\t
"""


def open_needs(folder: Folder) -> int:
    with folder.reading() as session:
        rows = select(func.count()).select_from(Challenge).where(Challenge.state == ReportState.OPEN)
        return session.scalar(rows) or 0


def paste(page: Any) -> None:
    page.fill("#pasted", MESSY)
    page.get_by_role("button", name="Periksa barisnya").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_old_excel_comes_in_with_six_presses_and_its_repairs(
    as_officer: Callable[..., Any], folder: Folder, scripts: bool
) -> None:
    before = open_needs(folder)
    page = as_officer("/impor", java_script_enabled=scripts, **PHONE)
    presses = 2  # open, paste
    paste(page)
    presses += 1
    if page.url.endswith("/kolom"):
        page.get_by_role("button", name="Sudah benar").click()
        presses += 1
    page.get_by_role("button", name="Terima semua perbaikan").click()
    presses += 1
    page.get_by_role("button", name="baris baik").click()
    presses += 1
    assert presses <= 6
    good = open_needs(folder) - before
    assert good == 5
    assert f"{good} tersimpan, 2 menunggu perbaikan" in page.inner_text(".note.good")

    for row, told in ((8, "Perpusdes Ceria"), (11, "4")):
        field = page.locator(f"#baris-{row} input[aria-invalid=true]").first
        field.fill(told)
        field.press("Enter")
        page.wait_for_url(f"**/impor/*dari={row}*")
        assert page.url.endswith(f"#baris-{row}")
        assert "baru" in page.inner_text(f"#baris-{row}")
        assert 0 <= page.locator(f"#baris-{row}").bounding_box()["y"] < 740
    page.get_by_role("button", name="Simpan 2 baris baik").click()
    assert open_needs(folder) == before + 7
    saved = page.url

    page.goto(saved.rsplit("/", 1)[0])
    paste(page)
    assert page.inner_text("p[role=status]").startswith("0 baru, 0 berubah")

    page.goto(saved)
    page.get_by_role("link", name="Batalkan impor ini").click()
    assert "7 ditutup" in page.inner_text("main")
    page.get_by_role("button", name="Batalkan impor ini").click()
    page.wait_for_url("**/impor/*")
    assert open_needs(folder) == before


def test_a_file_is_chosen_and_its_columns_are_put_right_by_keyboard(
    as_officer: Callable[..., Any], folder: Folder, tmp_path: Path
) -> None:
    file = tmp_path / "daftar lama.csv"
    file.write_text("Perpustakaan;Desa;Yang diminta;Jumlah\nPerpusdes Harapan;Tonjong;Komputer;3\n", encoding="utf-8")
    page = as_officer("/impor")
    page.set_input_files("#file", str(file))
    page.get_by_label("Kebutuhan perpustakaan").check()
    page.get_by_role("button", name="Periksa barisnya").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/kolom")
    page.get_by_label("Yang diminta").focus()
    page.keyboard.type("Kebutuhan")
    page.get_by_role("button", name="Sudah benar").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Simpan 1 baris baik").focus()
    before = open_needs(folder)
    page.keyboard.press("Enter")
    page.wait_for_selector(".note.good")
    assert open_needs(folder) == before + 1


@pytest.mark.parametrize("size", [(360, 740), (1366, 768)], ids=["phone", "desk"])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(as_officer: Callable[..., Any], size: tuple[int, int]) -> None:
    page = as_officer("/impor", viewport={"width": size[0], "height": size[1]})
    found, wide = {}, []

    def examine() -> None:
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        faults = Axe().run(page, options=WCAG).response["violations"]
        found.update({f"{page.url} {fault['id']}": fault["nodes"][0]["html"][:200] for fault in faults})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(page.url)

    examine()
    paste(page)
    examine()
    here = page.url.removesuffix("/kolom")
    for place in ("/kolom", "/batal", ""):
        page.goto(here + place)
        examine()
    page.get_by_role("button", name="baris baik").click()
    page.wait_for_selector(".note.good")
    examine()
    page.goto(f"{here}/batal")
    examine()
    assert (found, wide) == ({}, [])
