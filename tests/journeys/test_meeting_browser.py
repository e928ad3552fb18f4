"""The same way in a real browser: by keys at the desk, by mouse to the paper, with and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from matcher.models import Match
from matcher.vocabulary import MatchState
from tests.office import sign_in
from web.folder import Folder


def _line(folder: Folder) -> Match:
    with folder.reading() as session:
        return session.scalars(select(Match)).one()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_suggestion_becomes_a_partnership_proven_in_use(
    open_page: Any, address: str, folder: Folder, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts, viewport={"width": 360, "height": 740})
    sign_in(page, address)
    page.goto(f"{address}/cocok/K-0001")
    if scripts:
        page.keyboard.press("y")
        page.wait_for_url(lambda url: not url.endswith("K-0001"))
    else:
        page.locator("form[action$='/usulkan'] button", has_text="Usulkan").first.click()
    line = _line(folder)
    assert line.state is MatchState.PROPOSED

    page.goto(f"{address}/kemitraan/{line.code}")
    for side in ("giver", "taker"):
        form = page.locator("form[action$='/setuju']")
        form.locator(f"input[value={side}]").check()
        form.locator("[name=note]").fill("kepala desa, di audiensi")
        form.locator("button").click()
        page.wait_for_selector("text=Persetujuan dicatat")
    form = page.locator("form[action$='/sepakat']")
    form.locator("[name=paper]").select_option("commitment")
    form.locator("[name=due]").fill("2015-06-30")
    form.locator("button").click()
    page.wait_for_selector("text=Disepakati")

    page.locator("a[href^='/kesepakatan/']").first.click()
    page.locator("form[action$='/naskah'] button").click()
    with page.expect_download() as paper:
        page.get_by_role("link", name="PDF").click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")

    page.goto(f"{address}/kemitraan/{line.code}")
    form = page.locator("form[action$='/bukti']")
    form.locator("[name=working]").fill("3")
    form.locator("[name=verified]").check()
    form.get_by_role("button", name="Catat").click()
    page.wait_for_selector("text=Bukti dicatat")
    page.locator("form[action$='/selesai'] button").click()
    page.wait_for_selector("text=Selesai")
    assert _line(folder).state is MatchState.DONE
