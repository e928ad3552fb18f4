"""Sharing an offer out at the table, on a telephone in a real Chromium: with live steppers, and without scripts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from matcher import lines, standing
from matcher.models import Agreement, Challenge, Match, Offer
from matcher.policy import Actor, Role
from matcher.vocabulary import CloseReason, MatchState
from tests.builders import World
from tests.office import sign_in
from web.folder import Folder

PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def code(folder: Folder) -> str:
    """Ten computers, for which libraries short of five, four, three and two wait."""
    with folder.writing() as session:
        office = folder.office(session)
        w = World(session, office, Actor("rekan", Role.PETUGAS, office.id), folder.now(session))
        other = lines.by_code(session, Challenge, "K-0001")
        standing.close_challenge(session, other, CloseReason.WITHDRAWN, by=w.officer, at=w.at)
        now = w.at
        for place, quantity in enumerate((5, 4, 3, 2)):
            w.at = now - dt.timedelta(days=90 - place)
            w.challenge(w.library(f"Perpustakaan Desa Uji {place + 1}"), quantity=quantity)
        w.at = now
        offer: Offer = w.offer(quantity=10, title="Sepuluh komputer bekas kantor")
        w.refresh()
        return offer.code


def at_share(page: Any, address: str, code: str) -> None:
    """Sign in and walk from the day's work to the offer."""
    sign_in(page, address)
    page.locator("a[href='/bagi']").click()
    page.locator(f"a[href='/bagi/{code}']").click()
    page.wait_for_url(f"{address}/bagi/{code}")


def numbers(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".steps input", "nodes => nodes.map(node => node.value)")
    return found


def names(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".steps input", "nodes => nodes.map(node => node.name)")
    return found


def settled(page: Any, *wanted: str) -> None:
    """Wait until the fields hold these numbers."""
    page.wait_for_function(
        "wanted => [...document.querySelectorAll('.steps input')].map(node => node.value).join() === wanted",
        arg=",".join(wanted),
    )


def promised(folder: Folder) -> list[int]:
    with folder.reading() as session:
        rows = session.scalars(select(Match).where(Match.state == MatchState.AGREED).order_by(Match.challenge_id))
        return [int(match.quantity or 0) for match in rows]


def test_with_scripts_the_steppers_share_the_rest_again_at_once_and_four_lines_are_agreed(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(**PHONE)
    at_share(page, address, code)
    assert numbers(page) == ["3", "3", "2", "2"]
    first, second = names(page)[:2]
    page.evaluate("window.stayed = true")

    page.locator(f"#naik-{first}").click()
    settled(page, "4", "2", "2", "2")
    assert page.locator("#sisa").inner_text().startswith("sisa 0 unit")
    assert page.evaluate("document.activeElement.id") == f"naik-{first}"
    page.keyboard.press("Enter")
    settled(page, "5", "2", "2", "1")
    assert page.url == f"{address}/bagi/{code}?{first}=5"
    assert page.locator(f"#tetap-{first}").is_checked()

    page.locator(f"#{second}").fill("0")
    settled(page, "5", "0", "3", "2")
    assert page.evaluate("document.activeElement.id") == second
    page.keyboard.type("9")  # behind the nought, where the officer was writing: not 90
    page.wait_for_selector(f"#{second}-wrong")
    assert page.input_value(f"#{second}") == "9"
    page.locator(f"#tetap-{second}").uncheck()
    page.locator(f"#{second}").fill("")
    settled(page, "5", "2", "2", "1")

    page.locator("#sebanding").click()
    page.wait_for_selector("#sebanding[aria-pressed=true]")
    page.locator("#adil").click()
    page.wait_for_selector("#adil[aria-pressed=true]")
    assert page.evaluate("window.stayed")  # no page was loaded for all that
    page.reload()
    assert numbers(page) == ["5", "2", "2", "1"]

    page.locator("summary", has_text="Sepakati 4 baris").click()
    page.get_by_label("Siapa yang menyetujui").fill("Kepala desa dan direktur")
    page.locator("button", has_text="Sepakati semua").click()
    page.wait_for_url("**/kesepakatan/A-*")
    assert promised(folder) == [5, 2, 2, 1]
    with folder.reading() as session:
        assert len(session.scalars(select(Agreement)).all()) == 1


def test_what_was_written_at_the_table_outlives_a_press_on_a_stepper(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(**PHONE)
    at_share(page, address, code)
    page.locator("summary", has_text="Sepakati 4 baris").click()
    page.get_by_label("Siapa yang menyetujui").fill("Bu camat")
    first = names(page)[0]
    page.locator(f"#{first}").evaluate("node => node.scrollIntoView({block: 'center'})")
    page.locator(f"#turun-{first}").evaluate("node => node.click()")
    settled(page, "2", "3", "3", "2")
    assert page.get_by_label("Siapa yang menyetujui").input_value() == "Bu camat"
    page.locator("button", has_text="Sepakati semua").click()
    page.wait_for_url("**/kesepakatan/A-*")
    assert promised(folder) == [2, 3, 3, 2]


def test_without_scripts_every_press_is_a_page_and_the_lines_are_proposed_and_taken_back(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(java_script_enabled=False, **PHONE)
    at_share(page, address, code)
    first, second = (page.locator(".steps input").nth(place).get_attribute("name") for place in (0, 1))

    def shown() -> list[str | None]:
        fields = page.locator(".steps input")
        return [fields.nth(place).get_attribute("value") for place in range(fields.count())]

    with page.expect_navigation():
        page.locator(f"#naik-{first}").click()
    assert shown() == ["4", "2", "2", "2"]
    page.locator(f"#{second}").fill("4")
    with page.expect_navigation():
        page.locator("button", has_text="Hitung ulang").last.click()
    assert shown() == ["4", "4", "1", "1"]
    page.locator(f"#{second}").fill("3")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert shown() == ["4", "3", "2", "1"]
    with page.expect_navigation():
        page.locator("button", has_text="Sebanding").click()
    assert page.locator("#sebanding").get_attribute("aria-pressed") == "true"
    with page.expect_navigation():
        page.locator(".decide button", has_text="Usulkan").click()
    assert "4 baris diusulkan." in page.inner_text(".said")
    with folder.reading() as session:
        assert [int(match.quantity or 0) for match in session.scalars(select(Match).order_by(Match.challenge_id))] == [
            4, 3, 2, 1,
        ]  # fmt: skip
    with page.expect_navigation():
        page.locator(".said button").click()
    with folder.reading() as session:
        assert {match.state for match in session.scalars(select(Match))} == {MatchState.CANCELLED}


def test_a_thumb_reaches_every_stepper_and_the_two_presses_stay_in_sight(
    open_page: Any, address: str, code: str
) -> None:
    page = open_page(has_touch=True, **PHONE)
    at_share(page, address, code)
    heights = page.eval_on_selector_all(
        ".steps button, .decide button:not(.sheet button), .decide summary",
        "nodes => nodes.filter(node => node.getClientRects().length)"
        ".map(node => [node.getBoundingClientRect().height, node.getBoundingClientRect().width])",
    )
    assert min(min(pair) for pair in heights) >= 44
    page.evaluate("scrollTo(0, 400)")
    for words in ("Usulkan", "Sepakati"):
        box = page.locator(".decide .b, .decide button", has_text=words).first.bounding_box()
        assert box["y"] + box["height"] <= 740
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def proposed(folder: Folder) -> list[int]:
    with folder.reading() as session:
        return [int(match.quantity or 0) for match in session.scalars(select(Match).order_by(Match.challenge_id))]


def slowed(page: Any, code: str) -> list[Any]:
    """Hold every answer of the page's own address back; the list holds them, oldest first, to be let go."""
    held: list[Any] = []
    page.route(f"**/bagi/{code}?*", lambda route: held.append(route) if "dari=" in route.request.url else
               route.continue_())  # fmt: skip
    return held


def asked(page: Any, held: list[Any], number: int) -> None:
    """Wait until so many answers are held back."""
    for _ in range(200):
        if len(held) >= number:
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"{len(held)} of {number} asked")


def test_on_a_slow_line_no_press_takes_older_numbers_and_no_answer_swallows_what_is_typed(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(**PHONE)
    at_share(page, address, code)
    first, second = names(page)[:2]
    held = slowed(page, code)
    press = page.locator(".decide button", has_text="Usulkan")

    page.locator(f"#{first}").fill("1")
    assert press.is_disabled()  # at once, before anything was asked
    press.evaluate("node => node.click()")
    asked(page, held, 1)
    page.locator(f"#{second}").fill("2")
    held[0].continue_()  # the older answer comes in while the newer number stands in its field
    asked(page, held, 2)
    assert page.input_value(f"#{second}") == "2"
    assert press.is_disabled()
    assert proposed(folder) == []

    held[1].continue_()
    settled(page, "1", "2", "3", "2")
    assert press.is_enabled()
    press.click()
    page.wait_for_selector(".said")
    assert proposed(folder) == [1, 2, 3, 2]


def test_a_stepper_pressed_on_a_slow_line_holds_the_presses_too(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(**PHONE)
    at_share(page, address, code)
    first = names(page)[0]
    held = slowed(page, code)
    page.locator(f"#naik-{first}").click()
    asked(page, held, 1)
    assert page.locator(".decide button", has_text="Usulkan").is_disabled()
    held[0].continue_()
    settled(page, "4", "2", "2", "2")
    page.locator(".decide button", has_text="Usulkan").click()
    page.wait_for_selector(".said")
    assert proposed(folder) == [4, 2, 2, 2]


def test_without_scripts_a_press_straight_after_typing_shows_the_new_shares_first(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(java_script_enabled=False, **PHONE)
    at_share(page, address, code)
    page.locator(".steps input").first.fill("1")
    press = page.locator(".decide button", has_text="Usulkan")
    with page.expect_navigation():
        press.click()
    assert "Angkanya berubah" in page.inner_text(".errors")
    assert [page.locator(".steps input").nth(place).get_attribute("value") for place in range(4)] == list("1432")
    assert proposed(folder) == []
    with page.expect_navigation():
        press.click()
    assert proposed(folder) == [1, 4, 3, 2]


def test_what_is_wrong_comes_and_goes_with_what_is_typed(open_page: Any, address: str, code: str) -> None:
    page = open_page(**PHONE)
    at_share(page, address, code)
    title, first = page.title(), names(page)[0]

    page.locator(f"#{first}").fill("tiga")
    page.wait_for_selector(f".errors a[href='#{first}']")
    assert page.title() == f"Masalah: {title}"
    page.locator(f"#{first}").fill("1")
    page.wait_for_selector(".errors", state="detached")
    assert numbers(page) == ["1", "4", "3", "2"]
    assert page.title() == title

    page.locator("#paling").fill("abc")
    page.wait_for_selector(".errors a[href='#paling']")
    assert "Tulis angka" in page.inner_text(".errors")


def test_a_need_that_closed_while_numbers_are_typed_says_why_it_went(
    open_page: Any, address: str, folder: Folder, code: str
) -> None:
    page = open_page(**PHONE)
    at_share(page, address, code)
    first = names(page)[0]
    with folder.writing() as session:
        office = folder.office(session)
        w = World(session, office, Actor("rekan", Role.PETUGAS, office.id), folder.now(session))
        row = lines.by_code(session, Challenge, first)
        standing.close_challenge(session, row, CloseReason.MET, by=w.officer, at=w.at)
    page.locator(f"#{first}").fill("2")
    page.wait_for_selector(".errors")
    assert f"{first} tidak dapat ikut: kebutuhannya sekarang ditutup." in page.inner_text(".errors")
