"""The page of weights: who may press, what a stale press is told, learning in a process of its own, a damaged model."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from matcher import accounts, matching, teaching
from matcher.models import Suggestion, Weights
from matcher.policy import Role
from matcher.weighing import Learned
from tests.office import NAME, PASSWORD, Person, copied, make_folder, served, sign_in
from tests.web.test_learn_command import decide, one_sided
from tests.web.test_pages import BUDGET, faults_of
from web import lessons
from web.app import create_app
from web.folder import Folder

OFFICER = "petugas"
POINTS = {"kind": 20.0, "quantity": 10.0, "readiness": 10.0, "urgency": 10.0, "equity": 10.0, "distance": 40.0}
FIGURE = [0.05, 0.021, 0.084, 80]
CARD = {
    "decisions": {"yes": 60, "proven": 3, "wrong_kind": 37}, "silent": 4, "from": "2015-01-05", "to": "2015-03-20",
    "gain": FIGURE, "strength": 4.0, "lessons": 100, "open": 12, "first_changes": 3, "made": "2015-03-25",
    "givers_first": {"before": 4, "after": 5}, "unsaid": {"quantity": 2, "urgency": 0, "place": 1, "left": 0},
    "rankings": {
        name: dict.fromkeys(("ndcg@5", "mrr", "recall@10"), FIGURE)
        for name in ("learned", "office", "scratch", "bm25", "tfidf", "newest")
    },
    "chances": {"learned": {"brier": FIGURE, "ece": [None, None, None, 0]}, "office": {"brier": FIGURE, "ece": FIGURE}},
    "fairness": {
        "distance": {"near": FIGURE, "far": FIGURE}, "size": {"small": FIGURE}, "kecamatan": {"Ciemas": FIGURE},
    },
}  # fmt: skip


def learned(points=POINTS):
    values = tuple(float(points.get(name, 0)) for name in teaching.NAMES)
    low, high = (tuple(max(value + by, 0) for value in values) for by in (-5, 5))
    return Learned(teaching.NAMES, values, low, high, 12.0, -6.0, 4.0, 100)


def add_officer(folder):
    with folder.writing() as session:
        accounts.add_account(
            session, office_id=folder.office(session).id, name=OFFICER, password=PASSWORD, role=Role.PETUGAS,
            by=folder.system(session), at=folder.now(session),
        )  # fmt: skip


def enter(app, name=NAME):
    person = Person(app).open("/masuk")
    return person.send("/masuk", name=name, password=PASSWORD)


def propose(folder, model=None, card=CARD):
    with folder.writing() as session:
        office, by, at = folder.office(session), folder.system(session), folder.now(session)
        return teaching.propose(session, office, model or learned(), card, by=by, at=at).number


def in_force(folder):
    with folder.reading() as session:
        return matching.weights_in_force(session, folder.office(session).id)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    """The meeting with an officer beside the one who manages."""
    path = tmp_path_factory.mktemp("weights") / "data"
    make_folder(path)
    folder = Folder.open(path, make=None, announce=lambda _line: None)
    add_officer(folder)
    folder.close()
    return path


@pytest.fixture
def folder(meeting, tmp_path):
    opened = copied(meeting, tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def app(folder):
    made = create_app(folder)
    made.config["PATIENCE"] = 60  # a page waits for what changes instead of coming again
    return made


@pytest.fixture
def admin(app):
    return enter(app)


# --- looking ---------------------------------------------------------------------------------------------------------


def test_the_page_says_every_weight_in_words_and_that_they_are_100(admin):
    text = admin.open("/bobot").text
    for name in teaching.NAMES:
        assert teaching.MEANS[name].id in text
    assert "Jumlahsemuanya100" in text.replace(" ", "")
    assert "bobot awal" in text


@pytest.mark.parametrize(
    ("lang", "name", "wanted"),
    [
        (
            "id",
            "Jarak",
            ["35–45", "0,05 (0,02–0,08)", "belum dapat dinilai", "bukan yang dibutuhkan: 37", "2 kebutuhan tanpa"],
        ),
        ("en", "Distance", ["35 to 45", "0.05 (0.02 to 0.08)", "cannot be judged yet", "proven: 3", "2 needs without"]),
    ],
)
def test_a_proposal_shows_old_and_new_weights_with_ranges_and_its_card(folder, admin, lang, name, wanted):
    number = propose(folder)
    assert admin.open(f"/bobot?lang={lang}").page.xpath(f"//a[@href='/bobot/{number}']")
    text = admin.open(f"/bobot/{number}?lang={lang}").text
    [row] = admin.page.xpath(f"//tr[th[text()='{name}']][td]")[:1]
    assert [cell.text_content() for cell in row.xpath("td")] == ["10", f"40{wanted[0]}"]
    for sentence in wanted:
        assert sentence in text
    assert "None" not in text
    assert "nan" not in text.lower().split()


def test_a_version_that_is_not_there_is_not_found(admin):
    assert admin.open("/bobot/99999999999999999999").status == 404


# --- on a screen ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1366, "light")])
def test_the_pages_of_weights_stand_on_every_screen(folder, app, open_page, width, scheme):
    number = propose(folder)
    with served(folder) as address:
        page = open_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
        sign_in(page, address)
        for path in ("/bobot", f"/bobot/{number}", "/bobot/atur"):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert faults_of(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_page_of_weights_weighs_more_than_the_first_round_trip_carries(folder, admin):
    number = propose(folder)
    script = len(gzip.compress(Path("web/static/app.js").read_bytes(), 6, mtime=0))
    for path in ("/bobot", f"/bobot/{number}", "/bobot/atur"):
        answer = admin.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) + script <= BUDGET


# --- pressing --------------------------------------------------------------------------------------------------------


def test_one_press_uses_a_proposal_and_one_press_takes_it_back(folder, admin):
    number = propose(folder)
    before = in_force(folder)
    admin.open(f"/bobot/{number}").send(f"/bobot/{number}/pakai")
    assert f"Bobot nomor {number} dipakai" in admin.text
    assert in_force(folder).number == number
    with folder.reading() as session:
        assert session.scalars(select(Suggestion.weights_id).distinct()).all() == [in_force(folder).id]
    admin.send("/bobot/kembali")
    assert in_force(folder).number == before.number


def test_saying_no_to_a_proposal_keeps_the_weights_in_use(folder, app):
    officer, number = enter(app, OFFICER), propose(folder)
    before = in_force(folder).number
    officer.open(f"/bobot/{number}").send("/jangan")
    assert "tidak dipakai" in officer.text
    assert in_force(folder).number == before
    assert "Lihat apa yang akan berubah" not in officer.text


def test_an_officer_sees_the_weights_but_cannot_put_any_in_use(folder, app):
    officer, number = enter(app, OFFICER), propose(folder)
    for address in ("/bobot", f"/bobot/{number}"):
        actions = [form.action for form in officer.open(address).page.forms]
        assert not any(action.endswith(("/pakai", "/kembali", "/atur")) for action in actions)
        assert "Hanya pengelola sistem" in officer.text
    token = officer.form("/jangan").fields["csrf_token"]
    for address in (f"/bobot/{number}/pakai", "/bobot/kembali", "/bobot/atur"):
        assert officer.client.post(address, data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize("late", ["pakai", "kembali", "atur"])
def test_a_press_on_a_page_older_than_the_weights_in_use_changes_nothing_and_says_so(folder, app, late):
    one, other = enter(app), enter(app)
    first = propose(folder)
    one.open(f"/bobot/{first}").send("/pakai")
    second = propose(folder, learned({"kind": 50.0, "quantity": 50.0}))
    addresses = {"pakai": f"/bobot/{second}", "kembali": "/bobot", "atur": "/bobot/atur"}
    other.open(addresses[late])
    one.open("/bobot").send("/kembali")
    now = in_force(folder).number
    other.send(f"/{late}")
    assert other.status == 409
    assert "Orang lain mengubahnya lebih dulu" in other.text
    assert in_force(folder).number == now


def test_the_second_of_two_who_use_the_same_proposal_is_told_that_it_is_in_use(folder, app):
    one, other, number = enter(app), enter(app), propose(folder)
    one.open(f"/bobot/{number}")
    other.open(f"/bobot/{number}")
    one.send("/pakai")
    other.send("/pakai")
    assert other.status == 409
    assert f"bobot nomor {number} sekarang dipakai" in other.text


def test_a_proposal_that_was_turned_down_is_not_used_by_a_late_press(folder, app):
    one, other, number = enter(app), enter(app), propose(folder)
    before = in_force(folder).number
    other.open(f"/bobot/{number}")
    one.open(f"/bobot/{number}").send("/jangan")
    other.send("/pakai")
    assert other.status == 409
    assert in_force(folder).number == before


# --- by hand ---------------------------------------------------------------------------------------------------------


def _hand(points):
    return {name: str(points.get(name, 0)).replace(".", ",") for name in teaching.NAMES}


def test_weights_set_by_hand_are_used_at_once(folder, admin):
    admin.open("/bobot/atur").send("/bobot/atur", **_hand(POINTS | {"kind": 19.5, "quantity": 10.5}))
    assert admin.status == 200
    assert "diatur sendiri" in admin.text
    assert in_force(folder).points == POINTS | dict.fromkeys(teaching.NAMES[6:], 0.0) | {"kind": 19.5, "quantity": 10.5}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "31,5"}, "Bobot harus berjumlah 100; ini 111,5."),
        ({"kind": ""}, "Bobot harus berjumlah 100; ini 80."),
        ({"kind": "20,04"}, "Bobot harus berjumlah 100; ini 100,04."),
        ({"kind": "19,99"}, "Bobot harus berjumlah 100; ini 99,99."),
        ({"kind": "-20"}, "harus antara 0 dan 100"),
        ({"kind": "banyak"}, "Tulis angka"),
        ({"kind": "9" * 15}, "harus antara 0 dan 100"),
    ],
)
def test_weights_that_are_none_are_refused_in_a_sentence_and_nothing_typed_is_lost(folder, admin, changed, sentence):
    before = in_force(folder).number
    admin.open("/bobot/atur").send("/bobot/atur", **_hand(POINTS) | changed)
    assert admin.status == 422
    assert sentence in admin.text
    fields = dict(admin.form("/bobot/atur").form_values())
    assert fields["kind"] == changed["kind"]
    assert fields["distance"] == "40,0"
    assert in_force(folder).number == before
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Weights)) == 1


def test_the_form_can_be_filled_with_the_weights_every_office_starts_with(folder, admin):
    admin.open("/bobot/atur").send("/bobot/atur", **_hand(POINTS))
    fields = dict(admin.open("/bobot/atur?isi=awal").form("/bobot/atur").form_values())
    assert {name: float(fields[name]) for name in teaching.NAMES} == teaching.starting()


# --- damaged ---------------------------------------------------------------------------------------------------------


def _damage(folder, number, **columns):
    with folder.writing() as session:
        version = session.scalars(select(Weights).where(Weights.number == number)).one()
        for name, value in columns.items():
            setattr(version, name, value)
            flag_modified(version, name)


@pytest.mark.parametrize("learned_as", [{}, {"version": 99}, [1], {"version": 1, "names": ["kind"], "points": "x"}])
def test_a_damaged_proposal_says_so_and_the_offices_own_weights_serve(folder, admin, learned_as):
    number, before = propose(folder), in_force(folder).number
    old_form = dict(admin.open(f"/bobot/{number}").form("/pakai").form_values())
    _damage(folder, number, learned=learned_as)
    assert admin.open("/bobot").status == 200
    assert "tidak dapat dibaca" in admin.open(f"/bobot/{number}").text
    assert admin.client.post(f"/bobot/{number}/pakai", data=old_form).status_code == 422
    assert in_force(folder).number == before
    admin.send("/jangan")
    assert admin.status == 200


@pytest.mark.parametrize("card", [{}, {"lessons": "x"}, CARD | {"gain": [1, 2]}, CARD | {"rankings": {}}, []])
def test_a_card_that_cannot_be_read_hides_nothing_else(folder, admin, card):
    number = propose(folder)
    _damage(folder, number, card=card)
    assert admin.open(f"/bobot/{number}").status == 200
    assert "Sepuluh pasangan" in admin.text


def test_damaged_notes_of_the_weights_in_use_are_told_and_the_page_stands(folder, admin):
    number = propose(folder)
    admin.open(f"/bobot/{number}").send("/pakai")
    _damage(folder, number, learned={"version": 7})
    text = admin.open("/bobot").text
    assert "rentangnya tidak tampil" in text
    assert admin.open("/cocok").status == 200


POINTS_THAT_ARE_NONE = [{"kind": "banyak"}, {"kind": 30.0}, {"kind": -10.0, "equity": 110.0}, [], 7]


@pytest.mark.parametrize("points", POINTS_THAT_ARE_NONE)
def test_damaged_weights_in_use_are_told_and_those_before_them_serve(folder, admin, points):
    number = propose(folder)
    admin.open(f"/bobot/{number}").send("/pakai")
    _damage(folder, number, points=points)
    assert in_force(folder).number == 1
    assert f"Isi bobot nomor {number} tidak terbaca" in admin.open("/bobot").text
    assert "tidak dapat dipakai" in admin.open(f"/bobot/{number}").text
    assert "Sepuluh pasangan" not in admin.text
    assert [admin.open(page).status for page in ("/cocok", "/cocok/K-0001", "/bobot/atur", "/pemerataan")] == [200] * 4
    admin.open("/cocok/K-0001").send("/usulkan")
    assert admin.status == 200
    admin.open("/bobot/1").open("/bobot/atur?isi=awal").send("/bobot/atur")
    assert admin.status == 200
    assert "tidak terbaca" not in admin.text


@pytest.mark.parametrize("points", POINTS_THAT_ARE_NONE)
def test_where_no_weights_can_be_read_those_every_office_starts_with_serve(folder, admin, points):
    _damage(folder, 1, points=points)
    text = admin.open("/bobot").text
    assert "bobot awal setiap dinas" in text
    assert admin.open("/bobot/1").status == 200
    with folder.writing() as session:
        matching.refresh(session, folder.office(session), at=folder.now(session))
    page = admin.open("/cocok/K-0001").page
    (table, *_) = page.xpath("//details/table[tfoot]")
    shown = [float(cell.text_content().replace(",", ".")) for cell in table.xpath(".//tr/td[last()]")]
    assert sum(shown[:-1]) == pytest.approx(shown[-1])


# --- learning --------------------------------------------------------------------------------------------------------


def ended(app):
    """Wait until learning has ended."""
    with app.app_context():
        [work] = [work for name, work in app.extensions["works"]._works.items() if name[0] == "learn"]
    assert work.wait(300)
    return work


def test_with_nothing_to_learn_from_the_commands_one_line_is_shown(app):
    officer = enter(app, OFFICER).open("/bobot")
    officer.send("/belajar")
    ended(app)
    assert "Belum ada yang dapat dipelajari" in officer.open("/bobot").text
    assert "Nothing to learn from yet" in officer.open("/bobot?lang=en").text


def test_a_process_that_dies_is_told_in_a_sentence(app, monkeypatch):
    monkeypatch.setattr("web.lessons._command", lambda *_: [os.devnull])
    officer = enter(app, OFFICER).open("/bobot")
    officer.send("/belajar")
    ended(app)
    officer.open("/bobot")
    assert officer.status == 200
    assert "terhenti di tengah jalan" in officer.text


@pytest.mark.parametrize(
    ("gain", "sentence"),
    [
        ([0.0018, -0.0073, 0.0105, 290], "(selisih 0,002 per keputusan, rentang -0,007 sampai 0,01;"),
        ([0.0, 0.0, 0.0, 0], "Belajar dari 20 keputusan belum dapat diuji"),
        ([0.05, 0.02, 0.08, 80], "hasilnya sama dengan bobot yang dipakai sekarang"),
    ],
    ids=["not worth it", "too few", "the same"],
)
def test_learning_that_proposes_nothing_says_why_with_its_figures(app, monkeypatch, gain, sentence):
    told = json.dumps({"decisions": {"yes": 12, "wrong_kind": 8}, "gain": gain, "proposed": None})
    command = [sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(1)", told]
    monkeypatch.setattr("web.lessons._command", lambda *_: command)
    officer = enter(app, OFFICER).open("/bobot")
    officer.send("/belajar")
    ended(app)
    assert sentence in officer.open("/bobot").text


def test_the_process_learns_from_the_database_that_is_open(app, folder, monkeypatch):
    monkeypatch.setenv("TEMU_MITRA_DATABASE_URL", "postgresql://orang:rahasia@lain/lain")
    told = lessons._surroundings(folder)
    assert "TEMU_MITRA_DATABASE_URL" not in told
    command = lessons._command(folder, dt.date(2026, 1, 2))
    assert command[-4:] == ["--data", str(folder.path), "--as-of", "2026-01-02"]


def test_the_process_learns_from_postgresql_where_that_is_open(postgres_server, tmp_path):
    url = postgres_server.create()
    make_folder(tmp_path / "data", database_url=url)
    folder = Folder.open(tmp_path / "data", make=None, announce=lambda _line: None, database_url=url)
    app = create_app(folder)
    officer = enter(app).open("/bobot")
    officer.send("/belajar")
    ended(app)
    assert "Belum ada yang dapat dipelajari" in officer.open("/bobot").text
    folder.close()
    postgres_server.drop(url)


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """A district with the decisions of an officer who looks at distance alone."""
    path = tmp_path_factory.mktemp("decided") / "district"
    make_folder(path, content="district", seed=5)
    folder = Folder.open(path, make=None, announce=lambda _line: None)
    add_officer(folder)
    with folder.writing() as session:
        office, by, at = folder.office(session), folder.system(session), folder.now(session)
        matching.refresh(session, office, at=at)
        session.flush()
        decide(session, office, one_sided(), by, at)
    folder.close()
    return path


def test_two_presses_learn_once_and_the_proposal_waits_on_the_page(decided, tmp_path):
    folder = copied(decided, tmp_path / "data")
    app = create_app(folder)
    one, other = enter(app, OFFICER).open("/bobot"), enter(app).open("/bobot")
    first = dict(one.form("/belajar").form_values())
    assert one.client.post("/bobot/belajar", data=first).status_code == 303
    other.send("/belajar")
    waiting = other.client.get("/bobot")
    assert "Sedang belajar" in waiting.text
    assert int(waiting.headers["Refresh"]) > 0
    ended(app)
    assert one.client.post("/bobot/belajar", data=first).status_code == 303  # the same press, once more
    page = one.open("/bobot")
    assert "Usulan nomor 2 menunggu" in page.text
    assert "Refresh" not in one.client.get("/bobot").headers
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Weights)) == 2
    app.config["PATIENCE"] = 0
    told = one.client.get("/bobot/2")
    assert "Sedang dihitung" in told.text
    assert "Refresh" in told.headers
    app.config["PATIENCE"] = 60
    assert "Dipelajari dari 90 keputusan" in one.open("/bobot/2").text
    rows = one.page.xpath("//h2[contains(., 'pasangan')]/following-sibling::ol[1]/li")
    with folder.reading() as session:
        version = session.scalars(select(Weights).where(Weights.number == 2)).one()
        expected = teaching.moved(session, folder.office(session), version, at=folder.now(session))
    assert len(rows) == len(expected) == teaching.MOVED
    for row, pair in zip(rows, expected, strict=True):
        now, then = (str(rank) if rank else "di luar 20" for rank in (pair.rank_now, pair.rank_then))
        told = row.text_content()
        assert all(words in told for words in (pair.challenge, pair.offer, f"urutan {now}, nanti {then}"))
    folder.close()
