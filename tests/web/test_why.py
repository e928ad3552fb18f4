"""Why this offer and why not: one explanation on the desk, on its own page, in JSON, in a table and in a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from matcher import matching, review, standing
from matcher.models import Challenge, Match, Offer, Office
from matcher.policy import Actor, Role
from matcher.queries import suggested
from matcher.vocabulary import CloseReason, Mode, Refusal
from tests.builders import World
from tests.office import Person, copied, served, sign_in
from web import cli
from web.folder import Folder


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


@pytest.fixture
def command(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command over a copy of the meeting; gives its code, what it printed, and what it complained."""
    copied(template, tmp_path / "told").close()

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.run(cli.parse([*words, "--data", str(tmp_path / "told")]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def row(session: Any, table: type[Any], code: str) -> Any:
    return session.scalars(select(table).where(table.code == code)).one()


def actor(folder: Folder, session: Any) -> Actor:
    return Actor("dinas", Role.PETUGAS, folder.office(session).id)


# --- one explanation everywhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_desk_the_page_and_the_commands_say_the_same(
    folder: Folder, officer: Person, command: Any, lang: str
) -> None:
    with folder.reading() as session:
        (asked,) = suggested.every_open(session, folder.office(session), at=folder.now(session), code="K-0001")
        told = next(one for one in asked.suggestions if one.offer.code == "T-0011").told
        reasons = [sentence for group in told.groups for sentence in group.say(lang)]
    assert [group.code for group in told.groups] == ["for", "against", "unknown", "raise"]
    shown = [officer.open(f"/cocok/K-0001?tawaran=T-0011&lang={lang}").text]
    shown.append(officer.open(f"/cocok/K-0001/mengapa?tawaran=T-0011&lang={lang}").text)
    shown += [
        command("match", "--challenge", "K-0001", "--lang", lang)[1],
        command("match", "--challenge", "K-0001", "--lang", lang, "--json")[1],
        command("why", "K-0001", "T-0011", "--lang", lang)[1],
        command("why", "K-0001", "T-0011", "--lang", lang, "--json")[1],
    ]
    assert [[sentence for sentence in reasons if sentence not in text] for text in shown] == [[]] * len(shown)


def test_what_would_raise_the_score_stands_on_the_desk_with_its_points(officer: Person) -> None:
    text = officer.open("/cocok/K-0001").text
    assert "Menaikkan skor: SK pengelola: +5" in text


def test_match_as_json_has_its_keys_always_in_one_order(command: Any) -> None:
    keys = ["offer", "score", "band", "certainty", "for", "against", "unknown", "raise", "ready", "experience", "parts"]
    found = [json.loads(line) for line in command("match", "--json")[1].splitlines()]
    assert {tuple(one) for asked in found for one in asked["suggestions"]} == {tuple(keys)}
    assert any(one["raise"] for asked in found for one in asked["suggestions"])


def test_no_score_and_no_reason_stands_on_a_public_page(folder: Folder) -> None:
    visitor = Person.at(folder)
    for address in ("/kebutuhan/K-0001", "/kebutuhan.json"):
        text = visitor.open(address).body.decode()
        assert visitor.status == 200
        assert "Menaikkan skor" not in text
        assert "T-0011" not in text


def test_a_line_keeps_why_it_was_put_forward_whatever_changes_later(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001?tawaran=T-0012").send("/usulkan", quantity="2")
    with folder.writing() as session:
        code, score = session.execute(select(Match.code, Match.score).order_by(Match.id.desc()).limit(1)).one()
        row(session, Offer, "T-0012").quantity = 1
    page = officer.open(f"/kemitraan/{code}?lang=en").page
    fold = page.xpath("//details[starts-with(summary, 'Why this pair')]")[0]
    assert "can give 4 units, enough for 3 units" in fold.text_content()
    assert "Would raise" not in fold.text_content()
    assert float(fold.xpath("string(.//tfoot//b)")) == score


# --- why not this one ------------------------------------------------------------------------------------------------


def test_an_officer_asks_from_the_desk_and_reads_the_place_of_the_offer(officer: Person) -> None:
    form = next(form for form in officer.open("/cocok/K-0001").page.forms if (form.action or "").endswith("/mengapa"))
    assert form.method == "GET"
    text = officer.open(f"{form.action}?tawaran=11").text
    assert "Mengapa bukan T-0011?" in text
    assert "Urutan ke-3 dari 3 tawaran." in text
    assert "Dibanding yang terbaik, T-0012" in text


def test_both_columns_add_up_to_both_scores_and_their_difference(officer: Person) -> None:
    table = officer.open("/cocok/K-0001/mengapa?tawaran=T-0011&lang=en").page.xpath("//table")[0]
    for column in (2, 3, 4):
        cells = [float(cell.text_content()) for cell in table.xpath(f"./tbody/tr/*[{column}]")]
        assert round(sum(cells), 1) == float(table.xpath(f"string(./tfoot/tr/*[{column}])"))


def test_the_best_one_is_said_to_be_so_beside_the_one_after_it(officer: Person) -> None:
    text = officer.open("/cocok/K-0001/mengapa?tawaran=T-0012").text
    assert "Ini yang terbaik dari 3 tawaran." in text
    assert "Dibanding yang sesudahnya" in text


def test_an_offer_that_cannot_be_is_told_why_without_a_score(officer: Person) -> None:
    text = officer.open("/cocok/K-0001/mengapa?tawaran=T-0005").text
    assert "Tidak diusulkan karena" in text
    assert "pemberi dan penerimanya sama: Perpustakaan Desa Cahaya Ilmu" in text
    assert not officer.page.xpath("//table")


def test_a_refused_offer_says_when_and_why(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        need, offer = row(session, Challenge, "K-0001"), row(session, Offer, "T-0012")
        by, at = actor(folder, session), folder.now(session)
        review.refuse(session, need.id, offer.id, Refusal.TOO_FAR, by=by, at=at)
    text = officer.open("/cocok/K-0001/mengapa?tawaran=T-0012").text
    assert "sudah ditolak 27 Maret 2015: terlalu jauh." in text


def test_a_live_line_can_be_opened_from_the_answer(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001?tawaran=T-0012").send("/usulkan", quantity="2")
    with folder.reading() as session:
        code = session.scalars(select(Match.code).order_by(Match.id.desc()).limit(1)).one()
    page = officer.open("/cocok/K-0001/mengapa?tawaran=T-0012").page
    assert f"/kemitraan/{code}" in page.xpath("//main//a/@href")


def test_a_closed_need_still_has_its_answer(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        need, by, at = row(session, Challenge, "K-0001"), actor(folder, session), folder.now(session)
        standing.close_challenge(session, need, CloseReason.WITHDRAWN, by=by, at=at)
    assert "kebutuhan ini sudah ditutup: ditarik" in officer.open("/cocok/K-0001/mengapa?tawaran=T-0012").text


@pytest.mark.parametrize("code", ["T-9999", "K-0001", "²", "'; --", "T-" + "9" * 40])
def test_a_code_that_is_none_comes_back_with_a_sentence_beside_the_field(officer: Person, code: str) -> None:
    officer.open(f"/cocok/K-0001/mengapa?tawaran={code}")
    assert officer.status == 404
    assert "Kode tawaran ditulis seperti T-0045." in officer.text
    (field,) = officer.page.xpath("//input[@name='tawaran']")
    assert (field.get("value"), field.get("aria-invalid")) == (code[:16], "true")


def test_the_page_without_a_code_asks_for_one(officer: Person) -> None:
    officer.open("/cocok/K-0001/mengapa")
    assert officer.status == 200
    assert officer.page.xpath("//input[@name='tawaran']")


def test_rows_of_another_office_do_not_exist(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        office = folder.office(session)
        values = {name: getattr(office, name) for name in ("cycle_starts", "unit_prices")}
        other = Office(name="Dinas lain", region_code="32.04", **values)
        session.add(other)
        session.flush()
        w = World(session, other, Actor("lain", Role.PETUGAS, other.id), folder.now(session))
        need, offer = w.challenge(w.library(region_code=None)).code, w.offer(w.giver(region_code=None)).code
        national = w.offer(w.giver(region_code=None), national=True).code
    assert officer.open(f"/cocok/{need}/mengapa?tawaran=T-0012").status == 404
    assert officer.open(f"/cocok/K-0001/mengapa?tawaran={offer}").status == 404
    assert officer.open(f"/cocok/K-0001/mengapa?tawaran={national}").status == 200


def test_only_who_reads_the_desk_reads_the_answer(folder: Folder) -> None:
    visitor = Person.at(folder)
    for address in ("/cocok/K-0001/mengapa?tawaran=T-0012", "/cocok/belajar/T-0003"):
        assert visitor.open(address).address.startswith("/masuk")


def test_a_need_without_an_offer_says_on_the_desk_what_keeps_each_away(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        by, at = actor(folder, session), folder.now(session)
        for offer in session.scalars(select(Offer).where(Offer.mode != Mode.EXPERIENCE)).all():
            offer.area = ["32.02.39"]
        session.flush()
        need = row(session, Challenge, "K-0001")
        review.refuse(session, need.id, row(session, Offer, "T-0012").id, Refusal.WRONG_KIND, by=by, at=at)
        matching.refresh(session, folder.office(session), at=at)
    text = officer.open("/cocok/K-0001").text
    assert "Belum ada tawaran yang dapat diusulkan" in text
    assert "ditolak pada putaran ini: 1 tawaran" in text
    assert "di luar wilayah tawaran: 2 tawaran" in text


# --- who could learn -------------------------------------------------------------------------------------------------


def test_a_success_leads_to_the_needs_it_could_help(officer: Person) -> None:
    page = officer.open("/cocok/belajar/T-0003").page
    assert page.xpath("//main//ol//a/@href") == ["/cocok/K-0001#pilihan"]
    assert "Masih dapat diminta 2 kali" in officer.text


def test_an_offer_of_goods_teaches_nobody(officer: Person) -> None:
    assert officer.open("/cocok/belajar/T-0012").status == 404


def test_a_library_s_page_leads_there(folder: Folder, officer: Person) -> None:
    with folder.reading() as session:
        teller = row(session, Offer, "T-0003").party_id
    assert "/cocok/belajar/T-0003" in officer.open(f"/pihak/{teller}").page.xpath("//main//a/@href")


# --- the commands ----------------------------------------------------------------------------------------------------


def test_why_prints_the_place_and_the_factors_beside_the_best(command: Any) -> None:
    code, out, _ = command("why", "k-0001", "t-0011")
    assert code == 0
    assert "Urutan ke-3 dari 3: cocok, cukup yakin (72,1 dari 100)" in out
    assert "Dibanding yang terbaik, T-0012 AMIK BSI:" in out
    assert out.splitlines()[-1].split()[0] == "seluruhnya"


def test_why_as_json_says_bars_or_a_rank(command: Any) -> None:
    ranked = json.loads(command("why", "K-0001", "T-0011", "--json")[1])
    assert list(ranked) == ["challenge", "offer", "why", "rank", "of", "told", "best"]
    assert (ranked["why"], ranked["rank"], ranked["of"], ranked["best"]["code"]) == ([], 3, 3, "T-0012")
    assert round(sum(ranked["told"]["parts"].values()), 1) == ranked["told"]["score"]
    barred = json.loads(command("why", "K-0001", "T-0005", "--json", "--lang", "en")[1])
    assert barred["why"][-1] == "giver and taker are the same: Perpustakaan Desa Cahaya Ilmu"
    assert (barred["rank"], barred["told"], barred["best"]) == (None, None, None)


@pytest.mark.parametrize("words", [("K-9999", "T-0001"), ("K-0001", "T-9999"), ("T-0001", "K-0001"), ("", "")])
def test_why_about_what_is_not_there_is_one_clear_line(command: Any, words: tuple[str, str]) -> None:
    code, out, err = command("why", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_challenge_without_suggestions_says_why_in_words(command: Any, tmp_path: Path) -> None:
    folder = Folder.open(tmp_path / "told", make=None)
    with folder.writing() as session:
        by, at = folder.system(session), folder.now(session)
        for offer in session.scalars(select(Offer)).all():
            standing.pause_offer(session, offer, by=by, at=at)
        standing.close_challenge(session, row(session, Challenge, "K-0002"), CloseReason.MET, by=by, at=at)
    folder.close()
    assert "   - belum ada tawaran terbuka untuk jenis ini\n" in command("match", "--challenge", "K-0001")[1]
    assert "   - kebutuhan ini sudah ditutup: terpenuhi\n" in command("match", "--challenge", "K-0002")[1]
    told = json.loads(command("match", "--challenge", "K-0002", "--json", "--lang", "en")[1])
    assert (told["suggestions"], told["why"]) == ([], ["the need is closed: met"])


# --- in a real browser -----------------------------------------------------------------------------------------------


def test_by_keyboard_alone_on_a_small_telephone_the_question_is_asked_and_answered(
    folder: Folder, open_page: Any
) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    with served(folder) as address:
        sign_in(page, address)
        page.goto(f"{address}/cocok/K-0001")
        page.focus("#tawaran")
        page.keyboard.type("T-0011")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mengapa?tawaran=T-0011")
        assert page.locator("h1").inner_text() == "Mengapa bukan T-0011?"
        assert page.locator("table").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
