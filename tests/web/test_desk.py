"""The officer's desk over HTTP: piles, reasons, decisions with their consequences, undo, races, forms, texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import accounts, log, review, standing
from matcher.models import Challenge, Fact, Log, Match, Message, Offer, Party, Rule, Snooze, Suggestion
from matcher.policy import Actor, Role
from matcher.scoring import DETAIL, FLAGS
from matcher.vocabulary import FactCode, MatchState, Mode, Refusal, ReportState
from tests.office import Person, make_folder
from web import messages
from web.folder import Folder
from web.views.desk import AFTER

OTHER = "rekan"


@pytest.fixture
def officer(folder: Folder) -> Person:
    return Person.at(folder).sign_in()


def one(folder: Folder, table: type[Any], *where: Any) -> Any:
    with folder.reading() as session:
        return session.scalars(select(table).where(*where).order_by(sa.inspect(table).primary_key[0].desc())).first()


def challenge(folder: Folder, code: str) -> Challenge:
    return one(folder, Challenge, Challenge.code == code)


def colleague(session: Session, folder: Folder) -> Actor:
    return Actor(OTHER, Role.PETUGAS, folder.office(session).id)


def best(folder: Folder, code: str) -> int:
    """The offer that the desk shows first."""
    with folder.reading() as session:
        found = session.scalar(
            select(Suggestion.offer_id)
            .join(Challenge, Challenge.id == Suggestion.challenge_id)
            .where(Challenge.code == code, Suggestion.rank == 1, Suggestion.experience.is_(False))
        )
    assert found is not None
    return found


def said(officer: Person) -> str:
    return " ".join(officer.page.xpath("string(//*[contains(@class, 'said')])").split())


def refuse(officer: Person, reason: Refusal, **values: str) -> Person:
    """Press the reason's button; *values* are those of the fold beside it."""
    page = officer.page
    for form in page.forms:
        fields = dict(form.form_values())
        buttons = {(b.get("name"), b.get("value")) for b in form.xpath(".//button")} - {(None, None)}
        named = {item for item in values.items() if item[0] not in form.fields and item[1]}
        ours = (form.action or "").split("?")[0].endswith("/tolak") and fields.get("reason") == reason.value
        if ours and named <= buttons and set(values) <= set(form.fields) | {name for name, _ in buttons}:
            data = {**fields, **values}
            officer._keep(officer.client.post(form.action, data=data, follow_redirects=True))
            return officer
    raise AssertionError(f"no press for {reason} {values}")


# --- seeing ----------------------------------------------------------------------------------------------------------


def test_the_day_shows_what_is_to_do_with_its_numbers(officer: Person) -> None:
    officer.open("/kerja")
    piles = {
        a.get("href"): " ".join(a.text_content().split())
        for a in officer.page.xpath("//ul[contains(@class,'piles')]//a")
    }
    assert piles["/cocok"].startswith("6 ")
    assert piles["/pesan"].startswith("0 ")
    assert piles["/kerja/tanpa-jumlah"].startswith("1 ")
    officer.open("/cocok").send("/usulkan", quantity="1")
    piles = {a.get("href"): " ".join(a.text_content().split()) for a in officer.open("/kerja").page.xpath("//main//a")}
    assert piles["/pesan"].startswith("2 ")
    assert piles["/kemitraan?status=waiting"].startswith("1 ")


def test_the_desk_says_for_against_and_unknown_with_live_remainders(officer: Person) -> None:
    text = officer.open("/cocok/K-0001").text
    for words in ("Mendukung:", "Kurang:", "Belum diketahui:", "sisa 4 unit", "bereskan dulu: SK pengelola", "15 km"):
        assert words in text
    assert re.search(r"\b(sangat cocok|cocok|mungkin)\b", text)


def test_the_points_shown_add_up_to_the_score_shown(officer: Person) -> None:
    officer.open("/cocok/K-0001?lang=en")
    tables = officer.page.xpath("//li[contains(@class,'offer')]//table")
    assert len(tables) == 3
    for table in tables:
        points = [Decimal(cell.text_content()) for cell in table.xpath("./tbody/tr/td[3]")]
        assert sum(points) == Decimal(table.xpath("string(./tfoot//b)"))


def test_every_row_of_the_example_says_where_it_comes_from(officer: Person) -> None:
    officer.open("/cocok/K-0001")
    assert officer.page.xpath("//header//*[contains(@class,'from')]/text()") == ["diturunkan dari artikel"]
    for offer in officer.page.xpath("//li[contains(@class,'offer')]"):
        assert offer.xpath(".//*[contains(@class,'from')]/text()") == ["ilustrasi"]


def test_another_offer_can_be_chosen_by_its_link(officer: Person) -> None:
    officer.open("/cocok/K-0001")
    link = officer.page.xpath("//li[contains(@class,'offer')]//a[contains(@href,'tawaran=')]/@href")[0]
    officer.open(link)
    chosen = officer.form("/usulkan", having="quantity")
    assert dict(chosen.form_values())["offer"] in link


def test_peers_who_solved_it_are_asked_in_their_own_section(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001")
    form = officer.page.xpath("//h3[contains(., 'Perpustakaan')]/following::form")[0]
    officer._keep(officer.client.post(form.action, data=dict(form.form_values()), follow_redirects=True))
    match = one(folder, Match)
    assert (match.mode, match.quantity, match.state) == (Mode.EXPERIENCE, None, MatchState.PROPOSED)
    assert "berbagi pengalaman" in said(officer)


def test_a_peer_says_how_far_it_is_and_whether_it_was_asked_often_enough(folder: Folder, officer: Person) -> None:
    def peer() -> str:
        (box,) = officer.open("/cocok/K-0002").page.xpath("//li[contains(., 'Bunga Padi')][.//form]")
        return str(" ".join(box.text_content().split()))

    assert re.search(r"· \d+ km", peer())
    assert "cukup sering" not in peer()
    with folder.writing() as session:
        offer = session.scalars(select(Offer).where(Offer.code == "T-0006")).one()
        for row in session.scalars(select(Suggestion).where(Suggestion.offer_id == offer.id)):
            told = json.loads(row.detail)
            told[DETAIL.index("flags")] += 1 << FLAGS.index("full")
            row.detail = json.dumps(told)
    assert "sudah cukup sering diminta bercerita" in peer()


def test_a_fresh_need_without_offers_says_why_nothing_is_suggested(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:
        for offer in session.scalars(select(Offer).where(Offer.state == ReportState.OPEN)):
            standing.pause_offer(session, offer, by=folder.system(session), at=folder.now(session))
    officer.open("/kebutuhan/baru").send(
        "/kebutuhan/baru", library=_library(folder), category="internet", quantity="2", story="Sinyal tidak ada."
    )
    assert officer.status == 200
    assert officer.page.xpath("//article//*[contains(@class,'empty')]")


def test_another_offices_challenge_does_not_exist(officer: Person) -> None:
    assert officer.open("/cocok/K-9999").status == 404


# --- deciding --------------------------------------------------------------------------------------------------------


def test_a_yes_proposes_the_number_filled_in_and_opens_the_next(folder: Folder, officer: Person) -> None:
    officer.open("/cocok")
    first = officer.page.xpath("string(//ol//a[@aria-current]/@href)").rsplit("/", 1)[-1]
    form = officer.form("/usulkan", having="quantity")
    filled = dict(form.form_values())["quantity"].replace(".", "")
    officer.send("/usulkan", quantity=filled)
    match = one(folder, Match)
    assert match.state is MatchState.PROPOSED
    assert match.quantity == Decimal(filled)
    assert match.challenge_id == challenge(folder, first).id
    assert first not in officer.address.split("?")[0]
    assert "Diusulkan" in said(officer)
    assert first not in [a.get("href").rsplit("/", 1)[-1] for a in officer.page.xpath("//nav//ol//a")]


def test_a_part_proposed_leaves_the_need_on_the_list(officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/usulkan", quantity="1")
    assert "/cocok/K-0001" in [a.get("href") for a in officer.page.xpath("//nav//ol//a")]
    assert "1 unit" in officer.open("/cocok/K-0001").text


def test_proposed_quantities_show_beside_what_is_left(officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/usulkan", quantity="1")
    officer.open("/kerja")
    offer = officer.open("/kemitraan/J-0001").text
    assert "sisa" in offer.lower()


@pytest.mark.parametrize("quantity", ["tiga", "0", "-1", "1e9", "9" * 20])
def test_a_number_nobody_can_mean_comes_back_with_what_was_typed(
    quantity: str, folder: Folder, officer: Person
) -> None:
    officer.open("/cocok/K-0001").send("/usulkan", quantity=quantity)
    assert officer.status == 422
    assert officer.page.xpath("//*[contains(@class,'errors')]//a/@href") == ["#quantity"]
    assert officer.page.get_element_by_id("quantity").get("value") == quantity
    assert one(folder, Match) is None


@pytest.mark.parametrize("reason", [reason for reason in Refusal if reason not in (
    Refusal.RECIPIENT_NOT_READY, Refusal.WRONG_OR_DUPLICATE, Refusal.OTHER)])  # fmt: skip
def test_a_no_is_one_press_and_says_what_it_did(reason: Refusal, folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), reason)
    match = one(folder, Match)
    assert (match.state, match.reason) == (MatchState.DECLINED, reason.value)
    assert reason.words.id in said(officer)
    assert AFTER[reason].id.split("{")[0] in said(officer)
    assert log.verify(one_session(folder)) is None


def one_session(folder: Folder) -> Session:
    from web.db import sessions

    return sessions(folder.engine, writes=False)()


def test_every_refusal_has_words_for_what_it_did() -> None:
    assert set(AFTER) == set(Refusal)


def test_not_ready_writes_the_fact_down_and_shows_what_the_library_reads(folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), Refusal.RECIPIENT_NOT_READY, fact="room")
    fact = one(folder, Fact)
    assert (fact.code, fact.value) == (FactCode.ROOM, 0)
    assert "ruang sendiri" in said(officer)
    assert "Perpustakaan akan membaca" in said(officer)
    assert "bereskan dulu: ruang sendiri" in officer.open("/cocok/K-0001").text


def test_not_ready_without_the_fact_comes_back(folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), Refusal.RECIPIENT_NOT_READY, fact="")
    assert officer.status == 422
    assert one(folder, Match) is None


def test_partly_met_lowers_the_need(folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), Refusal.ALREADY_MET, met="1")
    found = challenge(folder, "K-0001")
    assert (found.state, found.quantity) == (ReportState.OPEN, 2)


def test_met_closes_the_need_and_undo_opens_it_again(folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), Refusal.ALREADY_MET)
    assert challenge(folder, "K-0001").state is ReportState.CLOSED
    officer.send("/urungkan", line="J-0001")
    assert challenge(folder, "K-0001").state is ReportState.OPEN
    assert "/cocok/K-0001" in officer.address
    assert "Diurungkan" in said(officer)


def test_a_giver_who_cannot_now_is_asked_again_after_a_day(folder: Folder, officer: Person) -> None:
    offer_id = best(folder, "K-0001")
    officer.open("/cocok/K-0001")
    day = officer.page.xpath("//button[@name='until']/@value")[0]
    refuse(officer, Refusal.GIVER_NOT_NOW, until=day)
    offer = one(folder, Offer, Offer.id == offer_id)
    assert (offer.state, offer.paused_until.isoformat()) == (ReportState.PAUSED, day)


def test_a_givers_rule_is_kept_for_the_kecamatan(folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), Refusal.GIVER_POLICY, rule="not_district")
    rule = one(folder, Rule)
    assert rule.region_code == "32.02.10"


def test_more_urgent_elsewhere_remembers_which(folder: Folder, officer: Person) -> None:
    with folder.writing() as session:  # a second challenge the same offer could serve
        party = session.scalars(select(Party).where(Party.name.contains("Bunga Padi"))).one()
        other = _second(session, folder, party)
    officer.open("/cocok/K-0001")
    refuse(officer, Refusal.MORE_URGENT_ELSEWHERE, instead=other)
    assert one(folder, Match).instead_of_id == challenge(folder, other).id


def _second(session: Session, folder: Folder, party: Party) -> str:
    from matcher import intake, matching
    from matcher.intake import Report
    from matcher.vocabulary import Category

    at, by = folder.now(session), folder.system(session)
    made = intake.report_challenge(
        session,
        party,
        Report(Category.COMPUTERS, title="Komputer untuk kursus", quantity=2),
        state=ReportState.OPEN,
        by=by,
        at=at,
    )
    session.flush()
    matching.refresh(session, folder.office(session), at=at)
    return made.code


@pytest.mark.parametrize(("side", "table"), [("challenge", Challenge), ("offer", Offer)])
def test_wrong_data_goes_back_to_the_side_that_is_wrong(
    side: str, table: type[Any], folder: Folder, officer: Person
) -> None:
    offer_id = best(folder, "K-0001")
    refuse(officer.open("/cocok/K-0001"), Refusal.WRONG_OR_DUPLICATE, side=side)
    where = Offer.id == offer_id if side == "offer" else Challenge.code == "K-0001"
    assert one(folder, table, where).state is ReportState.DRAFT


def test_other_needs_words(folder: Folder, officer: Person) -> None:
    refuse(officer.open("/cocok/K-0001"), Refusal.OTHER, note=" ")
    assert officer.status == 422
    refuse(officer, Refusal.OTHER, note="gudangnya kebanjiran")
    assert one(folder, Match).reason_note == "gudangnya kebanjiran"


def test_a_correction_is_asked_with_words_and_waits_as_a_text(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/perbaikan", note="")
    assert officer.status == 422
    officer.send("/perbaikan", note="Berapa ukuran ruangnya?")
    assert challenge(folder, "K-0001").state is ReportState.DRAFT
    assert "Berapa ukuran ruangnya?" in officer.open("/pesan").text
    officer.open("/laporan-masuk").send("/K-0001/kirim")
    officer.send("/K-0001/buka")
    assert challenge(folder, "K-0001").state is ReportState.OPEN


def test_skipping_keeps_it_off_my_list_and_on_my_colleagues(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/lewati")
    assert "/cocok/K-0001" not in [a.get("href") for a in officer.page.xpath("//nav//ol//a")]
    assert one(folder, Snooze).by == "dinas"
    assert "/cocok/K-0001" in [a.get("href") for a in _sign_in(folder).open("/cocok").page.xpath("//nav//ol//a")]


def _sign_in(folder: Folder) -> Person:
    """Another officer of the same office."""
    with folder.writing() as session:
        accounts.add_account(
            session, office_id=folder.office(session).id, name=OTHER, password="lain-lain-lain", role=Role.PETUGAS,
            by=folder.system(session), at=folder.now(session),
        )  # fmt: skip
    person = Person.at(folder)
    return person.open("/masuk").send("/masuk", name=OTHER, password="lain-lain-lain")


def test_undo_takes_the_last_decision_back_until_a_text_went_out(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    officer.send("/urungkan")
    assert one(folder, Match).state is MatchState.CANCELLED
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    officer.open("/pesan").send("/terkirim")
    officer.open("/cocok").send("/urungkan")
    assert officer.status == 409
    assert "sudah terkirim" in officer.text
    assert one(folder, Match).state is MatchState.PROPOSED


def test_nothing_to_undo_is_said_kindly(officer: Person) -> None:
    officer.open("/cocok").send("/urungkan")
    assert officer.status == 409
    assert "Tidak ada keputusan" in officer.text


# --- two officers ----------------------------------------------------------------------------------------------------


def test_the_second_of_two_officers_is_told_who_decided_and_when(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001")
    with folder.writing() as session:
        review.propose(
            session,
            challenge(folder, "K-0001").id,
            best(folder, "K-0001"),
            by=colleague(session, folder),
            at=folder.now(session),
        )
    officer.send("/usulkan", quantity="3")
    assert officer.status == 409
    for words in ("J-0001", "diusulkan", OTHER, "2015"):
        assert words in officer.text
    onward = officer.page.xpath("//main//a[contains(@class,'b')]/@href")[0]
    assert officer.open(onward).status == 200


def test_a_stale_refusal_does_not_overturn_a_colleagues_yes(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001")
    stale = officer.body
    other = _sign_in(folder)
    other.open("/cocok/K-0001").send("/usulkan", quantity="3")
    officer.body = stale
    refuse(officer, Refusal.WRONG_KIND)
    assert officer.status == 409
    assert OTHER in officer.text
    assert one(folder, Match).state is MatchState.PROPOSED


def test_the_same_form_twice_is_one_decision(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001")
    form = officer.form("/usulkan", having="quantity")
    data = dict(form.form_values())
    first = officer.client.post(form.action, data=data)
    second = officer.client.post(form.action, data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with folder.reading() as session:
        assert session.scalar(select(sa.func.count()).select_from(Match)) == 1


# --- keys, way -------------------------------------------------------------------------------------------------------


def test_keys_can_be_switched_off_and_on(folder: Folder, officer: Person) -> None:
    assert officer.open("/cocok").page.xpath("//*[@data-keys]")
    officer.send("/tombol", on="0")
    page = officer.open("/cocok").page
    assert not page.xpath("//*[@data-keys or @data-key or @aria-keyshortcuts]")
    assert one(folder, Log).event == "change"
    officer.send("/tombol", on="1")
    assert officer.open("/cocok").page.xpath("//*[@data-keys]")


def test_the_kind_and_the_order_stay_along_the_way(officer: Person) -> None:
    officer.open("/cocok?jenis=books&urut=cocok")
    assert [a.get("href").split("?")[0] for a in officer.page.xpath("//nav//ol//a")] == ["/cocok/K-0003"]
    form = officer.form("/lewati")
    assert "jenis=books" in form.action
    assert "urut=cocok" in form.action


@pytest.mark.parametrize("query", [
    "?jenis=batu", "?urut=acak", "?hal=0", "?hal=-3", "?hal=999999999999", "?tawaran=T-9", "?sesudah=J-9999",
    "?lewat=%3Cb%3E",
])  # fmt: skip
def test_a_crooked_address_still_shows_the_desk(query: str, officer: Person) -> None:
    assert officer.open(f"/cocok{query}").status == 200
    assert officer.open(f"/cocok/K-0001{query}").status == 200
    assert b"<b>" not in officer.body.split(b"said", 1)[-1][:400]


def test_all_decided_is_a_real_empty_state(folder: Folder, officer: Person) -> None:
    for _ in range(6):
        officer.open("/cocok").send("/lewati")
    assert "Semua sudah diputuskan hari ini" in officer.open("/cocok").text


# --- forms of the office ---------------------------------------------------------------------------------------------


def _library(folder: Folder, name: str = "Cahaya Ilmu") -> str:
    return str(one(folder, Party, Party.name.contains(name)).id)


def test_a_need_written_down_opens_with_its_suggestions(folder: Folder, officer: Person) -> None:
    officer.open("/kebutuhan/baru").send(
        "/kebutuhan/baru", library=_library(folder, "Bunga Padi"), category="computers", quantity="2", urgency="month",
        story="Anak SD antre memakai satu komputer setiap sore.",
    )  # fmt: skip
    assert officer.status == 200
    assert officer.address.startswith("/cocok/K-0007")
    assert officer.page.xpath("//li[contains(@class,'offer')]")
    made = challenge(folder, "K-0007")
    assert (made.quantity, made.unit, made.title) == (2, "unit", "Anak SD antre memakai satu komputer setiap sore.")


def test_a_need_for_a_library_that_is_new_makes_the_library(folder: Folder, officer: Person) -> None:
    officer.open("/kebutuhan/baru?baru=1").send(
        "/kebutuhan/baru", name="Perpustakaan Desa Tunas", village="32.02.16.2005", category="books", quantity="1.500"
    )
    assert officer.address.startswith("/cocok/K-0007")
    assert one(folder, Party).name == "Perpustakaan Desa Tunas"
    assert challenge(folder, "K-0007").quantity == 1500


def test_a_wrong_need_comes_back_with_what_was_typed_and_each_line_leads_to_its_field(
    folder: Folder, officer: Person
) -> None:
    officer.open("/kebutuhan/baru").send(
        "/kebutuhan/baru", library="", category="books", quantity="banyak", story="Cerita <b>kami</b>", ends="kapan"
    )
    assert officer.status == 422
    targets = officer.page.xpath("//*[contains(@class,'errors')]//a/@href")
    assert targets == ["#quantity", "#ends"]
    for target in targets:
        assert officer.page.get_element_by_id(target[1:]) is not None
    assert officer.page.get_element_by_id("quantity").get("value") == "banyak"
    assert officer.page.get_element_by_id("story").text.strip() == "Cerita <b>kami</b>"
    assert officer.page.xpath("//input[@name='category' and @checked]/@value") == ["books"]
    officer.send("/kebutuhan/baru", quantity="10", ends="")
    assert officer.status == 422
    assert officer.page.xpath("//*[contains(@class,'errors')]//a/@href") == ["#library"]
    assert one(folder, Challenge).code == "K-0006"


@pytest.mark.parametrize("wrong", [
    {"unit": "mbps"}, {"quantity": "0"}, {"quantity": "-3"}, {"have": "-1"}, {"story": "a\x00b"}, {"library": "999999"},
    {"category": "batu"}, {"title": "x" * 201},
])  # fmt: skip
def test_each_wrong_field_of_a_need_is_named(wrong: dict[str, str], folder: Folder, officer: Person) -> None:
    values = {"library": _library(folder), "category": "books", "quantity": "10", "story": "x"} | wrong
    officer.open("/kebutuhan/baru").send("/kebutuhan/baru", **values)
    assert officer.status == 422
    field = next(iter(wrong))
    assert officer.page.xpath("//*[contains(@class,'errors')]//a/@href") == [f"#{field}"]
    assert one(folder, Challenge).code == "K-0006"


def test_the_same_need_sent_twice_is_one(folder: Folder, officer: Person) -> None:
    officer.open("/kebutuhan/baru")
    data = {**dict(officer.form("/kebutuhan/baru").form_values()), "library": _library(folder), "category": "books"}
    first, second = (officer.client.post("/kebutuhan/baru", data=data) for _ in range(2))
    assert first.location == second.location
    assert one(folder, Challenge).code == "K-0007"
    assert officer.client.post("/kebutuhan/baru", data={**data, "category": "funds"}).status_code == 422


def test_an_offer_written_down_is_matched(folder: Folder, officer: Person) -> None:
    giver = str(one(folder, Party, Party.name == "IGI").id)
    officer.open("/tawaran/baru").send(
        "/tawaran/baru", giver=giver, category="computers", mode="goods", title="5 laptop untuk perpustakaan",
        quantity="5", conditions=["room"], area=["32.02.10"],
    )  # fmt: skip
    assert officer.status == 200, officer.text
    made = one(folder, Offer)
    assert (made.quantity, made.area, made.conditions[0]["fact"]) == (5, ["32.02.10"], "room")
    assert "5 laptop untuk perpustakaan" in officer.open("/cocok/K-0001").text


def test_an_offer_without_a_number_waits_for_one(folder: Folder, officer: Person) -> None:
    officer.open("/kerja/tanpa-jumlah")
    assert "Jumlahnya belum tahu" in officer.text
    code = one(folder, Offer, Offer.quantity.is_(None), Offer.mode != Mode.EXPERIENCE).code
    officer.send(f"/{code}", quantity="nol")
    assert officer.status == 422
    officer.send(f"/{code}", quantity="250")
    assert one(folder, Offer, Offer.code == code).quantity == 250
    assert "Semua" in officer.open("/kerja/tanpa-jumlah").text or not officer.page.xpath("//blockquote")


def test_reports_are_opened_sent_back_or_not_taken_in(folder: Folder, officer: Person) -> None:
    from matcher import intake
    from matcher.intake import Report
    from matcher.vocabulary import Category

    with folder.writing() as session:
        party = session.scalars(select(Party).where(Party.name.contains("Cahaya Ilmu"))).one()
        for title in ("Rak rusak", "Ganda", "Kurang jelas"):
            intake.report_challenge(
                session, party, Report(Category.SPACE, title=title), by=folder.system(session), at=folder.now(session)
            )
    assert "Rak rusak" in officer.open("/laporan-masuk").text
    officer.send("/K-0007/buka")
    officer.open("/laporan-masuk").send("/K-0008/tolak", note="")
    assert officer.status == 422
    officer.send("/K-0008/tolak", note="Sudah ada di K-0004")
    officer.send("/K-0009/perbaikan", note="Ruang yang mana?")
    states = [challenge(folder, f"K-000{number}").state for number in (7, 8, 9)]
    assert states == [ReportState.OPEN, ReportState.REFUSED, ReportState.DRAFT]


# --- texts -----------------------------------------------------------------------------------------------------------


def test_texts_open_whatsapp_with_the_contacts_name_and_can_be_marked(folder: Folder, officer: Person) -> None:
    from matcher import intake

    with folder.writing() as session:
        giver = session.get_one(Offer, best(folder, "K-0001")).party_id
        intake.change_party(
            session,
            giver,
            contact_name="Pak Uji",
            contact_phone="0812-3456-7890",
            by=folder.system(session),
            at=folder.now(session),
        )
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    officer.open("/pesan")
    link = officer.page.xpath("//a[contains(@href,'wa.me')]/@href")
    assert len(link) == 1
    assert link[0].startswith("https://wa.me/6281234567890?text=Pak%20Uji%2C")
    text = officer.page.xpath("//textarea/text()")[0]
    assert "3 unit" in text
    assert "{" not in text
    officer.send("/terkirim")
    assert one(folder, Message, Message.sent_at.is_not(None)) is not None
    officer.send("/batal")
    assert one(folder, Message, Message.sent_at.is_not(None)) is None


def test_every_text_is_filled_in_both_languages(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    refuse(officer.open("/cocok/K-0003"), Refusal.RECIPIENT_NOT_READY, fact="rack")
    refuse(officer.open("/cocok/K-0002"), Refusal.GIVER_NOT_NOW)
    officer.open("/cocok/K-0006").send("/perbaikan", note="Berapa orang?")
    for lang in ("id", "en"):
        texts = officer.open(f"/pesan?lang={lang}").page.xpath("//textarea/text()")
        assert len(texts) >= 5
        assert not [text for text in texts if "{" in text or "–" in text or "None" in text]


@pytest.mark.parametrize(("phone", "number"), [
    ("0812-3456-7890", "6281234567890"), ("+62 812 3456 7890", "6281234567890"), ("812 3456 7890", "6281234567890"),
    ("0062 812 3456 7890", "6281234567890"), ("", ""), ("-", ""), ("123", ""), ("telepon kantor", ""), ("9" * 40, ""),
])  # fmt: skip
def test_numbers_are_written_as_whatsapp_wants_them(phone: str, number: str) -> None:
    assert messages.number(phone) == number


def test_who_may_not_see_contacts_sees_no_texts(folder: Folder, officer: Person) -> None:
    officer.open("/cocok/K-0001").send("/usulkan", quantity="3")
    visitor = Person.at(folder).open("/pesan")
    assert visitor.address.startswith("/masuk")


# --- how much it costs -----------------------------------------------------------------------------------------------


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        told.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _asked(folder: Folder, address: str) -> int:
    person = Person.at(folder).sign_in().open(address)
    with counted(folder.engine) as told:
        person.open(address)
    assert person.status == 200
    return len(told)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    path = tmp_path_factory.mktemp("district") / "data"
    make_folder(path, "district", seed=7)
    opened = Folder.open(path, make=None, announce=lambda _line: None)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "address", ["/kerja", "/cocok", "/cocok/K-0001", "/pesan", "/laporan-masuk", "/kebutuhan/baru"]
)
def test_a_district_asks_the_database_no_more_often_than_the_meeting(
    address: str, folder: Folder, district: Folder
) -> None:
    assert _asked(district, address) == _asked(folder, address)


def test_the_desk_of_a_district_shows_thirty_needs_at_a_time(district: Folder) -> None:
    person = Person.at(district).sign_in().open("/cocok")
    assert person.page.xpath("count(//nav//ol/li)") == 30
