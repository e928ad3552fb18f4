"""The pages of the plan: worked out beside the request, pinned, put forward, taken back; what a stale press is told."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from matcher import accounts, intake, pins, plans, review, standing
from matcher.intake import Gift, Report
from matcher.models import Challenge, Match, Message, Offer, Party, Pin, Plan, PlanRow
from matcher.policy import Role
from matcher.vocabulary import Category, CloseReason, MatchState, Mode, PartyKind, ReportState
from tests.office import PASSWORD, Person, copied, make_folder, served, sign_in
from tests.web.test_pages import BUDGET, faults_of
from web.app import create_app

PAGES = ("/rencana", "/rencana/1", "/rencana/1/kosong?lihat=semua", "/rencana/1/kekurangan", "/rencana/kunci",
         "/rencana/1/terbitkan")  # fmt: skip


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    path = tmp_path_factory.mktemp("plans") / "data"
    make_folder(path)
    return path


@pytest.fixture
def folder(meeting, tmp_path):
    opened = copied(meeting, tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def app(folder):
    made = create_app(folder)
    made.config["PATIENCE"] = 60
    return made


@pytest.fixture
def officer(app):
    return Person(app).sign_in()


def work_out(person, cara="balanced"):
    return person.open("/rencana").send("/rencana/susun", cara=cara)


def many(folder, table):
    with folder.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def row_of(person, code):
    return next(row for row in person.page.xpath("//tbody/tr[@id]") if row.get("id").startswith(code))


def press(person, code, word):
    """Press the button with *word* (its value's first) on a row of the plan."""
    [button] = row_of(person, code).xpath(f".//button[starts-with(@value, '{word} ')]")
    return person.send("/rencana/kunci", press=("kata", button.get("value")))


# --- working out -----------------------------------------------------------------------------------------------------


def test_the_plan_of_the_meeting_says_who_gets_what_and_why(officer):
    assert "Semua tawaran terbuka dibagi sekaligus" in officer.open("/rencana").text
    work_out(officer)
    assert officer.status == 200
    assert "Rencana pembagian 1" in officer.text
    assert "Setiap desa yang punya tawaran cocok mendapat sesuatu." in officer.text
    assert "Terbukti: tidak ada rencana dengan cara ini yang lebih baik." in officer.text
    row = row_of(officer, "K-0001").text_content()
    for words in ("3 unit", "AMIK BSI", "menutup semua yang kurang", "belum pernah dibantu"):
        assert words in row
    for words in ("paling cocok", "seimbang", "paling merata", "Sepersepuluh terbawah", "Bantuan tak terpakai"):
        assert words in officer.text
    assert "None" not in officer.text


def test_every_way_is_one_press_away_and_beside_the_plan_before(officer):
    work_out(officer)
    officer.send("/rencana/susun", press=("cara", "most_even"))
    assert "Rencana pembagian 2" in officer.text
    assert "tetap 6" in officer.text
    assert officer.open("/rencana?lihat=new").page.xpath("//tbody/tr[@id]") == []
    assert "Ini rencana lama" in officer.open("/rencana/1").text


def test_the_same_press_twice_is_one_plan(folder, officer):
    officer.open("/rencana")
    form = dict(officer.form("/susun").form_values())
    for _ in range(2):
        officer.client.post("/rencana/susun", data=form)
        officer.open("/rencana")
    assert many(folder, Plan) == 1


def test_a_long_work_says_how_far_it_is_and_can_be_stopped(folder, app, monkeypatch):
    app.config["PATIENCE"] = 0.05
    officer, go, real = Person(app).sign_in(), threading.Event(), plans.work_out
    told = []

    def slow(*args, watch, **options):
        def wait(done, total):
            told.append((done, total))
            watch(done, total)
            go.wait(30)
            watch(done, total)

        return real(*args, watch=wait, **options)

    monkeypatch.setattr(plans, "work_out", slow)
    work_out(officer)
    assert "Rencana sedang dikerjakan" in officer.text
    assert officer.client.get("/rencana").headers["Refresh"]
    at_once = officer.send("/rencana/berhenti").text  # it may end before it has told anything
    app.config["PATIENCE"] = 60
    go.set()
    assert "Dihentikan. Rencana terakhir tetap." in at_once + officer.open("/rencana").text
    assert many(folder, Plan) == 0
    assert {total for _, total in told} <= {plans.STAGES}


def test_where_nothing_is_open_a_sentence_says_so(folder, officer):
    with folder.writing() as session:
        by, at = folder.system(session), folder.now(session)
        for row in session.scalars(select(Challenge)):
            if row.state.value == "open":
                standing.close_challenge(session, row, CloseReason.MET, by=by, at=at)
    work_out(officer)
    assert "Belum ada yang dapat direncanakan: tidak ada Kebutuhan yang terbuka." in officer.text
    assert many(folder, Plan) == 0


def test_a_plan_that_is_not_there_is_not_found(officer):
    for address in ("/rencana/7", "/rencana/7/kosong", "/rencana/7/kekurangan", "/rencana/7/terbitkan"):
        assert officer.open(address).status == 404


@pytest.mark.parametrize("address", ["/rencana", "/rencana/1/kosong"])
@pytest.mark.parametrize("page", ["999999999999999999", "9" * 25, "-1", "x"])
def test_a_page_beyond_the_last_is_no_fault(officer, address, page):
    work_out(officer)
    assert officer.open(f"{address}?hal={page}").status == 200


def test_numbers_no_plan_can_have_are_not_found(officer):
    assert officer.open(f"/rencana/{'9' * 25}").status == 404


def test_what_became_of_a_press_is_told_to_who_pressed(folder, app, officer):
    with folder.writing() as session:
        accounts.add_account(
            session, office_id=folder.office(session).id, name="lain", password=PASSWORD, role=Role.PETUGAS,
            by=folder.system(session), at=folder.now(session),
        )  # fmt: skip
    work_out(officer)
    officer.open("/rencana/1/terbitkan")
    officer.client.post("/rencana/1/terbitkan", data=dict(officer.form("/terbitkan").form_values()))
    other = Person(app).open("/masuk").send("/masuk", name="lain", password=PASSWORD)
    assert "6 usulan dibuat" not in other.open("/rencana").text
    assert "6 usulan dibuat" in officer.open("/rencana").text


def test_a_plan_can_be_taken_back_after_a_newer_one_was_worked_out(officer):
    work_out(officer)
    publish(officer)
    work_out(officer)
    assert "Rencana 1 sudah diterbitkan sebelum ini." in officer.text
    officer.open("/rencana/1").send("/rencana/1/urungkan")
    assert "6 usulan diurungkan" in officer.text


def test_an_old_draft_says_that_its_rows_are_gone(officer):
    for _ in range(plans.KEPT_DRAFTS + 1):
        work_out(officer)
    for address in ("/rencana/1", "/rencana/1/kosong"):
        assert "Baris rencana lama ini tidak disimpan lagi." in officer.open(address).text


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_sees_nothing_of_it(app, officer, address):
    work_out(officer)
    visitor = Person(app).open(address)
    assert visitor.address.startswith("/masuk")


# --- pins ------------------------------------------------------------------------------------------------------------


def test_a_row_is_kept_or_ruled_out_by_one_press_and_let_go_by_another(folder, officer):
    work_out(officer)
    press(officer, "K-0001", "kunci")
    assert "K-0001 dengan T-0012 dikunci." in officer.text
    assert "1 kunci berubah sejak rencana ini dihitung." in officer.text
    press(officer, "K-0003", "jangan")
    assert len(officer.open("/rencana/kunci").page.xpath("//main//li[@id]")) == 2
    work_out(officer)
    assert "dikunci" in row_of(officer, "K-0001").text_content()
    assert not [row for row in officer.page.xpath("//tbody/tr[@id]") if row.get("id") == "K-0003-T-0016"
                and "hilang" not in row.text_content()]  # fmt: skip
    officer.open("/rencana/kunci").send("/rencana/kunci", press=("kata", "lepas K-0001 T-0012"))
    with folder.reading() as session:
        assert [pin.keep for pin in pins.in_force(session, folder.office(session))] == [False]


def test_a_kept_number_is_the_number_on_the_row(folder, officer):
    """0.125 of a month's rupiah is an eighth, not 125."""
    work_out(officer)
    with folder.writing() as session:
        session.scalars(select(Challenge).where(Challenge.code == "K-0005")).one().unit = "day"
    officer.send("/rencana/kunci", press=("kata", "kunci K-0005 T-0013 0.125"))
    with folder.reading() as session:
        assert session.scalars(select(Pin.quantity)).one() == Decimal("0.125")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("kunci K-0001 T-0012 0", 422), ("kunci K-0001 T-0012 -2", 404), ("kunci K-0001 T-0012 0.5", 422),
        ("kunci K-0001 T-0012 0.0001", 404), ("kunci K-0001 T-0012 1e5000", 404),
        ("kunci K-0001 T-0012 1e-5000", 404), ("kunci K-0001 T-0012", 404),
        ("kunci K-0001 T-0012 banyak", 404), ("kunci K-0001 T-0012 nan", 404), ("hapus K-0001 T-0012", 404),
        ("lepas K-0001 T-9999", 404), ("jangan", 404), ("", 404),
    ],
)  # fmt: skip
def test_a_word_that_says_nothing_is_refused_and_nothing_is_pinned(folder, officer, word, status):
    work_out(officer)
    officer.send("/rencana/kunci", press=("kata", word))
    assert officer.status == status
    assert many(folder, Pin) == 0


def test_pins_that_contradict_are_named_and_the_last_plan_stays(folder, officer):
    work_out(officer)
    with folder.writing() as session:
        office, by, at = folder.office(session), folder.system(session), folder.now(session)
        ours = session.scalars(select(Challenge).where(Challenge.code == "K-0001")).one()
        theirs = session.scalars(select(Offer).where(Offer.code == "T-0012")).one()
        pins.keep(session, office, ours.id, theirs.id, Decimal(9), by=by, at=at)
    work_out(officer)
    assert "Kuncinya tidak dapat dipenuhi bersama" in officer.text
    assert "K-0001 ↔ T-0012" in officer.text
    assert "Rencana pembagian 1" in officer.text
    assert many(folder, Plan) == 1


def test_a_press_leads_back_to_the_page_it_was_made_on_and_nowhere_else(officer):
    work_out(officer)
    officer.open("/rencana?jenis=computers")
    press(officer, "K-0001", "kunci")
    assert officer.address.startswith("/rencana?jenis=computers")
    token = officer.form("/susun").fields["csrf_token"]
    for back in ("https://example.org/rencana", "//example.org", "/rencana\\@example.org", "/rencana\r\nX: y"):
        data = {"csrf_token": token, "kata": "lepas K-0001 T-0012", "kembali": back}
        answer = officer.client.post("/rencana/kunci", data=data)
        assert answer.location.startswith("/rencana#")


# --- what stays ------------------------------------------------------------------------------------------------------


def _without_students(folder):
    """The meeting where nobody offers what K-0006 lacks."""
    with folder.writing() as session:
        row = session.scalars(select(Offer).where(Offer.code == "T-0019")).one()
        standing.withdraw_offer(session, row, by=folder.system(session), at=folder.now(session))


def test_who_stays_short_and_what_is_lacking_where_is_told(folder, officer):
    _without_students(folder)
    work_out(officer)
    assert "Tidak ada: semua perpustakaan mendapat sesuatu." in officer.open("/rencana/1/kosong").text
    officer.open("/rencana/1/kosong?lihat=semua")
    assert "K-0006" in officer.text
    assert "dihitung dengan satuan lain" in officer.text
    officer.open("/rencana/1/kekurangan")
    assert "Tenaga pengelola: 2 orang" in officer.text
    assert "Untuk menutup tenaga pengelola di" in officer.text
    assert "Satu tawaran baru yang paling menolong" in officer.text


def test_the_plan_and_what_stays_short_come_out_as_excel(folder, officer):
    _without_students(folder)
    work_out(officer)
    for what, code, column in (("rencana", "K-0001", "Alasan"), ("rencana-kurang", "K-0006", "Alasan")):
        answer = officer.client.get(f"/unduh/{what}.xlsx?nomor=1")
        [sheet] = load_workbook(io.BytesIO(answer.data)).worksheets
        rows = list(sheet.iter_rows(values_only=True))
        assert code in [row[0] for row in rows]
        assert all(row[rows[0].index(column)] for row in rows[1:])
    assert officer.open("/unduh/rencana.xlsx?nomor=9").status == 404


# --- putting forward -------------------------------------------------------------------------------------------------


def publish(person, number=1):
    return person.open(f"/rencana/{number}/terbitkan").send("/terbitkan")


def test_a_plan_is_put_forward_after_a_look_and_taken_back_by_one_press(folder, officer):
    work_out(officer)
    officer.open("/rencana/1/terbitkan")
    assert "6 baris menjadi usulan: 5 perpustakaan" in officer.text
    publish(officer)
    assert "6 usulan dibuat" in officer.text
    assert "Diterbitkan 27 Maret 2015" in officer.text
    with folder.reading() as session:
        proposed = select(func.count()).select_from(Match).where(Match.state == MatchState.PROPOSED)
        before = session.scalar(proposed)
    officer.open("/rencana").send("/rencana/1/urungkan")
    assert "6 usulan diurungkan" in officer.text
    with folder.reading() as session:
        assert session.scalar(proposed) == before - 6


def test_after_a_text_went_out_it_cannot_be_taken_back(folder, officer):
    work_out(officer)
    publish(officer)
    with folder.writing() as session:
        text = session.scalars(select(Message).where(Message.sent_at.is_(None)).order_by(Message.id.desc())).first()
        review.mark_sent(session, text.id, by=folder.system(session), at=folder.now(session))
    officer.open("/rencana").send("/rencana/1/urungkan")
    assert officer.status == 409
    assert "tidak dapat diurungkan" in officer.text


def test_two_officers_who_put_the_same_plan_forward_make_it_once(folder, app, officer):
    other = Person(app).sign_in()
    work_out(officer)
    other.open("/rencana/1/terbitkan")
    publish(officer)
    made = many(folder, Match)
    other.send("/terbitkan")
    assert "Rencana 1 sudah diterbitkan" in other.text
    assert many(folder, Match) == made


def test_a_row_closed_meanwhile_is_left_out_and_named(folder, officer):
    work_out(officer)
    officer.open("/rencana/1/terbitkan")
    with folder.writing() as session:
        row = session.scalars(select(Challenge).where(Challenge.code == "K-0001")).one()
        standing.close_challenge(session, row, CloseReason.MET, by=folder.system(session), at=folder.now(session))
    officer.send("/terbitkan")
    assert "5 usulan dibuat" in officer.text
    assert "Tidak diusulkan: K-0001 ↔ T-0012" in officer.text


def test_only_the_newest_plan_is_put_forward(officer):
    work_out(officer)
    officer.open("/rencana/1/terbitkan")
    work_out(officer)
    old = Person(officer.client.application).sign_in()
    assert "Ini rencana lama" in old.open("/rencana/1/terbitkan").text
    token = old.form("/keluar").fields["csrf_token"]
    old.client.post("/rencana/1/terbitkan", data={"csrf_token": token})
    assert "Rencana 1 sudah lama" in old.open("/rencana").text


# --- on a screen -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A plan of sixty rows: more than one page, some short, some with nothing."""
    path = tmp_path_factory.mktemp("crowded") / "data"
    make_folder(path)
    folder = copied(path, tmp_path_factory.mktemp("crowd") / "data")
    with folder.writing() as session:
        office, by, at = folder.office(session), folder.system(session), folder.now(session)
        libraries = session.scalars(select(Party).where(Party.kind == PartyKind.LIBRARY)).all()
        givers = session.scalars(select(Party).where(Party.kind == PartyKind.STAKEHOLDER)).all()
        for number in range(60):
            kind = (Category.COMPUTERS, Category.BOOKS, Category.SPACE)[number % 3]
            unit = {Category.BOOKS: "copy", Category.SPACE: "piece"}.get(kind, "unit")
            for library in libraries[number % len(libraries) :][:1]:
                report = Report(kind, title=f"Kebutuhan yang panjang namanya nomor {number}", quantity=4, unit=unit)
                intake.report_challenge(session, library, report, by=by, at=at, state=ReportState.OPEN)
            if number % 4 == 0:
                gift = Gift(kind, Mode.GOODS, title=f"Tawaran nomor {number}", quantity=9, unit=unit)
                intake.make_offer(session, givers[number % len(givers)], gift, by=by, at=at, state=ReportState.OPEN)
        draft = plans.work_out(session, office, plans.DEFAULT, at=at)
        plans.keep_plan(session, office, draft, by=by, at=at)
    yield folder
    folder.close()


@pytest.mark.weight
def test_no_page_of_the_plan_weighs_more_than_the_first_round_trip_carries(crowded):
    assert many(crowded, PlanRow) > 20
    officer = Person(create_app(crowded)).sign_in()
    script = len(gzip.compress(Path("web/static/app.js").read_bytes(), 6, mtime=0))
    for path in PAGES:
        answer = officer.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert len(answer.data) + script <= BUDGET, path


@pytest.mark.parametrize(("width", "scheme", "lang"), [(360, "dark", "id"), (1366, "light", "en")])
def test_the_pages_of_the_plan_stand_on_every_screen(crowded, open_page, width, scheme, lang):
    with served(crowded) as address:
        page = open_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
        sign_in(page, address, lang)
        for path in PAGES:
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert faults_of(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_without_scripts_a_plan_is_made_pinned_and_put_forward_on_a_small_telephone(meeting, tmp_path, open_page):
    folder = copied(meeting, tmp_path / "data")
    with served(folder) as address:
        page = open_page(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        sign_in(page, address)
        page.goto(f"{address}/rencana")
        page.click("text=Susun rencana")
        page.wait_for_selector("text=Siapa mendapat apa", timeout=60_000)
        page.click("#K-0001-T-0012 button:has-text('Kunci')")
        assert page.locator("text=K-0001 dengan T-0012 dikunci.").count() == 1
        page.click("text=Terbitkan sebagai usulan")
        page.click("button:has-text('Buat 6 usulan')")
        page.wait_for_selector("text=6 usulan dibuat", timeout=60_000)
    folder.close()


# --- the command -----------------------------------------------------------------------------------------------------


def command(folder_path, *words):
    done = subprocess.run(
        [sys.executable, "-m", "web", "plan", "--data", str(folder_path), *words], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_command_prints_the_plan_with_its_proof(meeting, tmp_path):
    folder = copied(meeting, tmp_path / "data")
    folder.close()
    code, out, _ = command(tmp_path / "data", "--check")
    assert code == 0
    assert "Dapat dijalankan: tidak ada batas yang dilanggar" in out
    assert "Terbukti yang terbaik" in out
    assert "K-0001 Perpustakaan Desa Cahaya Ilmu <- T-0012 AMIK BSI: 3 unit" in out
    code, again, _ = command(tmp_path / "data", "--json", "--knob", "most_even")
    told = json.loads(again)
    assert (code, told["setting"], told["proof"]["faults"]) == (0, "most_even", [])
    assert {row["challenge"] for row in told["rows"]} >= {"K-0001", "K-0002"}
    assert told == json.loads(command(tmp_path / "data", "--json", "--knob", "most_even")[1])


def test_the_command_says_in_one_line_what_contradicts(meeting, tmp_path):
    folder = copied(meeting, tmp_path / "data")
    with folder.writing() as session:
        office, by, at = folder.office(session), folder.system(session), folder.now(session)
        ours = session.scalars(select(Challenge).where(Challenge.code == "K-0001")).one()
        theirs = session.scalars(select(Offer).where(Offer.code == "T-0012")).one()
        pins.keep(session, office, ours.id, theirs.id, Decimal(9), by=by, at=at)
    folder.close()
    code, out, told = command(tmp_path / "data")
    assert (code, out) == (2, "")
    assert "Kuncinya tidak dapat dipenuhi bersama" in told
    assert "cannot be kept together" in told
    assert len(told.strip().splitlines()) == 1
