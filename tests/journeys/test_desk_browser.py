"""The desk in a real Chromium: by keys, without scripts, with keys off, on a telephone, for axe."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from matcher.models import Challenge, Fact, Match, Offer, Snooze
from matcher.vocabulary import FactCode, MatchState, Refusal, ReportState
from tests.office import Person, make_folder
from web.folder import Folder

PAGES = (
    "/masuk", "/kerja", "/cocok", "/cocok/K-0001", "/pesan", "/laporan-masuk", "/kerja/tanpa-jumlah", "/kebutuhan/baru",
    "/kebutuhan/baru?baru=1", "/tawaran/baru", "/bagi", "/bagi/T-0011", "/pemerataan",
)  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 740}}
BUDGET = 14_600


def press(page: Any, *keys: str) -> None:
    """Press keys that stay on the page."""
    for key in keys:
        page.keyboard.press(key)


def press_and_go(page: Any, key: str) -> None:
    """Press a key that sends a form or follows a link."""
    with page.expect_navigation():
        page.keyboard.press(key)


def newest(folder: Folder, table: type[Any]) -> Any:
    with folder.reading() as session:
        return session.scalars(select(table).order_by(table.id.desc())).first()


def code_of(page: Any) -> str:
    return str(page.url.split("/cocok/")[1][:6])


def test_the_officers_morning_by_keys(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/kerja")
    press_and_go(page, "1")
    assert page.url.endswith("/cocok")

    press_and_go(page, "y")
    assert newest(folder, Match).state is MatchState.PROPOSED
    assert page.evaluate("document.activeElement.id") == "pilihan"
    assert "Diusulkan" in page.inner_text(".said")

    refused = code_of(page)
    press(page, "n", "4")
    press_and_go(page, "3")
    match, fact = newest(folder, Match), newest(folder, Fact)
    assert (match.state, match.reason) == (MatchState.DECLINED, Refusal.RECIPIENT_NOT_READY)
    assert (fact.code, fact.value) == (FactCode.ROOM, 0)
    assert "Perpustakaan akan membaca" in page.inner_text(".said")

    press_and_go(page, "u")
    assert code_of(page) == refused
    assert newest(folder, Match).state is MatchState.CANCELLED
    assert newest(folder, Fact).retracted_at is not None

    press_and_go(page, "s")
    with folder.reading() as session:
        assert len(session.scalars(select(Snooze)).all()) == 1
    assert code_of(page) != refused


def test_ten_noes_take_two_presses_each(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/cocok")
    presses = 0
    for key in ("1", "2", "3", "8"):
        press(page, "n")
        press_and_go(page, key)
        presses += 2
    with folder.reading() as session:
        reasons = [match.reason for match in session.scalars(select(Match).order_by(Match.id))]
    assert (presses, reasons) == (8, ["wrong_kind", "wrong_quantity", "too_far", "more_urgent_elsewhere"])


def test_another_offer_is_picked_by_its_digit(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/cocok/K-0001")
    second = page.get_attribute('[data-key="2"]', "href").split("tawaran=")[1].split("#")[0]
    press_and_go(page, "2")
    assert f"tawaran={second}" in page.url
    press_and_go(page, "y")
    with folder.reading() as session:
        offer = session.scalars(select(Offer.code).join(Match, Match.offer_id == Offer.id)).one()
    assert offer == second


def test_j_and_k_walk_the_list_and_enter_opens(as_officer: Callable[..., Any]) -> None:
    page = as_officer("/cocok")
    items = page.eval_on_selector_all("[data-item]", "nodes => nodes.map(n => n.getAttribute('href'))")
    press(page, "j", "j", "k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == items[1]
    press_and_go(page, "Enter")
    assert page.url.endswith(items[1])


def test_keys_are_left_alone_in_fields_and_with_other_keys(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/cocok/K-0001")
    page.focus("#quantity")
    press(page, "y", "s", "n")
    assert "ysn" in page.input_value("#quantity")
    page.focus("#pilihan")
    press(page, "Control+y", "Alt+s", "Meta+n")
    assert page.url.endswith("/cocok/K-0001")
    press(page, "e")
    page.keyboard.type("y s u 1")
    assert page.input_value("#note") == "y s u 1"
    assert newest(folder, Match) is None
    assert page.evaluate("document.activeElement.id") == "note"


def test_digits_mean_the_innermost_question(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/cocok/K-0001")
    press(page, "n", "4", "9")
    assert page.url.endswith("/cocok/K-0001")
    assert newest(folder, Match) is None
    press(page, "Escape", "Escape")
    assert page.locator("details[data-scope][open]").count() == 0


def test_help_opens_with_its_key(as_officer: Callable[..., Any]) -> None:
    page = as_officer("/cocok")
    press(page, "?")
    assert page.locator("[data-help][open]").count() == 1


def test_keys_switched_off_do_nothing(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/cocok")
    press(page, "?")
    with page.expect_navigation():
        page.click(".keys button")
    press(page, "y", "s", "n", "1", "j", "?")
    page.wait_for_timeout(200)
    assert newest(folder, Match) is None
    assert page.locator(".desk kbd").count() == 0


def test_the_desk_works_without_scripts(as_officer: Callable[..., Any], folder: Folder) -> None:
    page = as_officer("/cocok/K-0001", java_script_enabled=False)
    page.click(".decide .no > summary")
    page.click("summary:has-text('penerima belum siap')")
    page.click("button[name=fact][value=electricity]")
    assert newest(folder, Fact).code is FactCode.ELECTRICITY
    assert "Ditolak" in page.inner_text(".said")
    page.click(".said button")
    assert "Diurungkan" in page.inner_text(".said")
    page.click(".decide .yes button")
    assert newest(folder, Match).state is MatchState.PROPOSED
    page.click(".decide .ask > summary")
    page.fill("#note", "Berapa luasnya?")
    page.click(".decide .ask button")
    with folder.reading() as session:
        drafts = session.scalars(select(Challenge.state).where(Challenge.state == ReportState.DRAFT)).all()
    assert len(drafts) == 1


def test_a_draft_is_kept_until_the_form_has_gone_through(as_officer: Callable[..., Any], address: str) -> None:
    page = as_officer("/kebutuhan/baru")
    page.fill("#story", "Anak-anak antre.")
    page.wait_for_selector("[data-saved]:not([hidden])")
    page.goto(f"{address}/kebutuhan/baru")
    assert page.input_value("#story") == "Anak-anak antre."
    page.select_option("#library", index=1)
    page.check("[name=category][value=staff]")
    page.click("form.fill button:has-text('Catat')")
    page.wait_for_url("**/cocok/K-0007*")
    page.goto(f"{address}/kebutuhan/baru")
    assert page.input_value("#story") == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(scheme: str, as_officer: Callable[..., Any], address: str) -> None:
    page = as_officer("/kerja", color_scheme=scheme)
    found = []
    for path in PAGES:
        page.goto(address + path)
        for fold in page.query_selector_all("details"):
            fold.evaluate("node => { node.open = true }")
        result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        found += [(path, fault["id"], fault["nodes"][0]["html"][:160]) for fault in result.response["violations"]]
    assert found == []


def test_nothing_scrolls_sideways_on_a_telephone(as_officer: Callable[..., Any], address: str) -> None:
    page = as_officer("/kerja", **PHONE)
    for path in PAGES:
        page.goto(address + path)
        for fold in page.query_selector_all("details"):
            fold.evaluate("node => { node.open = true }")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path


def test_a_telephone_shows_the_two_big_buttons_at_once(as_officer: Callable[..., Any]) -> None:
    page = as_officer("/cocok/K-0001", **PHONE)
    for selector in (".decide .yes button", ".decide .no > summary"):
        box = page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 740
        assert box["height"] >= 44


@pytest.mark.weight
@pytest.mark.parametrize("content", ["meeting", "district"])
def test_every_page_of_the_office_is_light(content: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("weight") / "data"
    make_folder(path, content)
    folder = Folder.open(path, make=None, announce=lambda _line: None)
    person = Person.at(folder).sign_in()
    script = Path(__file__).resolve().parents[2] / "web" / "static" / "app.js"
    heavy = {}
    for page in PAGES[1:]:
        weight = len(gzip.compress(person.open(page).body)) + len(gzip.compress(script.read_bytes()))
        if weight > BUDGET:
            heavy[page] = weight
    folder.close()
    assert heavy == {}
