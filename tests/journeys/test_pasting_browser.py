"""From a pasted chat to an open need and an answer, in a real Chromium: with and without scripts, by keys, for axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from matcher.models import Challenge, Offer
from web.folder import Folder

CHAT = """\
12/03/25 08.14 - Bu Siti: Assalamualaikum bu, saya Siti dari perpusdes Bunga Padi desa Pasawahan kec Cicurug.
Kami butuh 3 unit printer, sekarang cuma ada 1 printer yg jalan, mohon bulan ini ya bu.
12/03/25 08.15 - +62 812-3456-7890: Kami dari Koperasi Sejahtera Abadi siap bantu beberapa komputer
12/03/25 08.15 - Pak Dedi: siap bu, terima kasih
"""
MINUTES = (
    "Kendala:\n1. Laptop hanya satu dan sering mati\nMitra yang hadir: akademisi (Universitas Linggabuana).\n"
    "Tanggapan mitra:\n1. Bank Jabar siap memberikan dana Rp10.000.000 untuk Perpusdes Bunga Padi."
)
PHONE = {"viewport": {"width": 360, "height": 740}}
DESK = {"viewport": {"width": 1366, "height": 768}}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture
def pasted(as_officer: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page as the officer and paste a text."""

    def opened(text: str = CHAT, kind: str = "messages", **options: Any) -> Any:
        page = as_officer("/tempel", **options)
        page.check(f"input[value={kind}]")
        page.get_by_label("Tempel di sini").fill(text)
        page.get_by_role("button", name="Baca").click()
        page.wait_for_url("**/tempel/*")
        return page

    return opened


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_chat_becomes_an_open_need_and_an_answer(pasted: Any, folder: Folder, scripts: bool) -> None:
    page = pasted(java_script_enabled=scripts, **PHONE)
    page.get_by_label("Berapa yang dibutuhkan?").fill("2")
    page.get_by_role("button", name="Simpan dan buka").click()
    page.wait_for_selector("#balasan")
    with folder.reading() as session:
        need = session.scalars(select(Challenge).order_by(Challenge.id.desc())).first()
    assert need is not None
    assert need.quantity == 2
    assert need.code in page.locator("#balasan textarea").input_value()
    assert page.locator("#balasan [data-copies]").is_visible() is scripts

    page.get_by_label("Nama mitra baru").fill("Koperasi Sejahtera Abadi")
    page.get_by_label("Unsur").select_option("private")
    page.get_by_role("button", name="Simpan dan buka").click()
    page.wait_for_selector("text=Semua sudah selesai.")
    assert page.get_by_role("link", name="Kirim lewat WhatsApp").get_attribute("href").startswith("https://wa.me/62812")
    with folder.reading() as session:
        offer = session.scalars(select(Offer).order_by(Offer.id.desc())).first()
    assert offer is not None
    assert offer.quantity is None


def test_the_way_is_gone_by_keys_alone(pasted: Any, folder: Folder) -> None:
    page = pasted(**DESK)
    page.get_by_role("button", name="Sisihkan").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=disisihkan")
    page.get_by_role("button", name="Ambil lagi").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**buka=1**")
    page.locator("select[name=library]").focus()
    for _ in range(40):
        if page.evaluate("document.activeElement.textContent.includes('Simpan dan buka')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#balasan")


def test_unsure_fields_differ_without_colour(pasted: Any) -> None:
    page = pasted("Kami kekurangan komputer", **PHONE)
    frames = page.locator(".part.note")
    assert frames.count() >= 2
    for number in range(frames.count()):
        assert "periksa" in frames.nth(number).inner_text()
    assert page.locator(".part.note").first.evaluate("node => getComputedStyle(node).borderLeftStyle") == "double"


@pytest.mark.parametrize(
    ("text", "kind", "screen", "scheme"),
    [(CHAT, "messages", PHONE, "dark"), (MINUTES, "minutes", DESK, "light")],
    ids=["chat on a dark phone", "minutes at a light desk"],
)
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(
    pasted: Any, text: str, kind: str, screen: dict[str, Any], scheme: str
) -> None:
    page = pasted(text, kind, color_scheme=scheme, **screen)
    drafts = page.locator("li.box").count()
    for number in range(1, drafts + 1):
        page.goto(f"{page.url.split('?')[0].split('#')[0]}?buka={number}")
        page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
        found = Axe().run(page, options=WCAG).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"][:160]) for fault in found] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="Tempel teks lain").click()
    page.wait_for_url("**/tempel")
    assert Axe().run(page, options=WCAG).response["violations"] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
