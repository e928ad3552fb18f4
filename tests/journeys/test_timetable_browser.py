"""Day 2 planned in a real Chromium: without scripts on a telephone, and by keyboard at the office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matcher import timetabling
from matcher.models import Event
from web.folder import Folder

DAY = "/kegiatan/2"
PHONE = {"viewport": {"width": 360, "height": 740}}


def cells(folder: Folder) -> dict[tuple[int, int], int]:
    with folder.reading() as session:
        now = timetabling.newest(session, session.get_one(Event, 2))
        return {(cell["library"], cell["partner"]): cell["slot"] for cell in now.cells} if now else {}


def test_day_two_is_planned_used_and_repaired_without_scripts_on_a_telephone(
    as_officer: Callable[..., Any], folder: Folder
) -> None:
    page = as_officer(DAY, java_script_enabled=False, **PHONE)
    page.click("text=Rencana >> nth=-1")
    page.click("text=Susun rencana")
    page.wait_for_selector("table.plan", timeout=20_000)
    page.click("text=Pakai rencana")
    assert "dipakai" in page.inner_text("main")
    before = cells(folder)
    page.click("td a >> nth=0")
    assert "Mendukung" in page.inner_text("#sel")
    page.click("#sel button:has-text('Kunci')")
    assert "Dikunci" in page.inner_text(".said")
    page.goto(page.url.split("/rencana")[0] + "?jenis=stakeholder")
    page.click("button[aria-label='Tidak: KAHMI']")
    assert "KAHMI: tidak hadir" in page.inner_text(".said")
    after = cells(folder)
    assert set(before) - set(after) == {pair for pair in before if pair not in after}
    assert len(before) - len([pair for pair in before if pair in after]) == 1
    assert all(after[pair] == slot for pair, slot in before.items() if pair in after)
    page.click("text=Rencana >> nth=-1")
    assert "1 hilang" in page.inner_text("main")


def test_a_talk_is_moved_by_keyboard_alone(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer(f"{DAY}/rencana", viewport={"width": 1366, "height": 768})
    page.locator("button", has_text="Susun rencana").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("table.plan", timeout=20_000)
    before = cells(folder)
    page.locator("td a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#jam")
    pair = tuple(int(part) for part in page.url.split("sel=")[1].split("#")[0].split("-"))
    page.locator("#jam").focus()
    page.keyboard.press("End")
    wanted = int(page.input_value("#jam"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "pindah"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    moved = cells(folder)
    assert moved[pair] == wanted
    assert {key: slot for key, slot in moved.items() if key != pair} == {
        key: slot for key, slot in before.items() if key != pair
    }


def test_breaks_are_set_a_line_each_without_scripts_on_a_telephone(as_officer: Callable[..., Any]) -> None:
    page = as_officer(DAY, java_script_enabled=False, **PHONE)
    page.click("text=Ubah jadwal")
    page.get_by_label("Istirahat").fill("2: 10\nsiang")
    page.click("text=Simpan jadwal")
    page.click("[role=alert] a[href='#breaks']")
    field = page.get_by_label("Istirahat")
    assert field.input_value() == "2: 10\nsiang"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    field.fill("2: 10\n4: 60")
    page.click("text=Simpan jadwal")
    page.click("text=Ubah jadwal")
    assert page.get_by_label("Istirahat").input_value() == "setelah 2: 10 menit\nsetelah 4: 60 menit"
