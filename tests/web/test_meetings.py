"""Meetings on pages: a day noted, people invited, a timetable worked out, used, changed cell by cell, repaired."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matcher import meeting_day, meetings, timetabling
from matcher.models import Attendance, Event, Log, Party, TalkPin, Timetable
from matcher.policy import Actor, Role
from matcher.vocabulary import Answer, Category, EventKind, PartyKind
from tests.builders import World
from tests.office import Person, copied, make_folder
from tests.web.test_pages import BUDGET
from web.app import create_app
from web.folder import Folder

DAY_2 = 2  #: the second day of the meeting of 2015


@pytest.fixture
def app(folder):
    made = create_app(folder)
    made.config["PATIENCE"] = 60  # a page waits for the timetable instead of coming again
    return made


@pytest.fixture
def officer(app):
    return Person(app).sign_in()


def newest(folder, event_id=DAY_2):
    with folder.reading() as session:
        return timetabling.newest(session, session.get_one(Event, event_id))


def cells(folder, event_id=DAY_2):
    made = newest(folder, event_id)
    return {(cell["library"], cell["partner"]): (cell["slot"], cell["table"]) for cell in made.cells}


def plan(officer, event_id=DAY_2):
    """The officer on the page of a timetable that was just worked out."""
    return officer.open(f"/kegiatan/{event_id}/rencana").send("/susun")


def press(officer, name, pair, **values):
    """Press a button of one cell's box."""
    officer.open(f"/kegiatan/{DAY_2}/rencana?sel={pair[0]}-{pair[1]}")
    form = next(form for form in officer.page.forms if f'value="{name}"' in html_of(form))
    told = {**dict(form.form_values()), **values, "aksi": name}
    officer._keep(officer.client.post(f"/kegiatan/{DAY_2}/sel", data=told, follow_redirects=True))
    return officer


def html_of(form):
    from lxml import etree

    return etree.tostring(form, encoding="unicode")


# --- a day -----------------------------------------------------------------------------------------------------------


def test_a_new_day_is_noted_and_everybody_with_something_to_say_is_invited(officer, folder):
    officer.open("/kegiatan").send("/kegiatan", name="PLM 2015-2 hari 2", kind="stakeholder", day="2015-04-08")
    assert "Kegiatan dicatat" in officer.text
    officer.send("/undang")
    assert "16 diundang" in officer.text
    assert "16 belum menjawab" in officer.text
    with folder.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        said = session.scalars(select(Attendance.answer).where(Attendance.event_id == event.id)).all()
    assert (event.kind, event.day, len(said)) == (EventKind.STAKEHOLDER, dt.date(2015, 4, 8), 16)
    assert set(said) == {Answer.INVITED}


def test_a_day_without_a_name_or_date_says_what_is_missing(officer, folder):
    officer.open("/kegiatan").send("/kegiatan", name="", kind="stakeholder", day="kapan-kapan")
    assert officer.status == 422
    assert "Ada masalah" in officer.text
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 2


def test_the_schedule_is_changed_and_bad_numbers_come_back_with_a_sentence(officer, folder):
    usual = {"slot_minutes": "15", "slots": "4", "breaks": "2: 10", "least": "1", "seats": "1"}
    officer.open(f"/kegiatan/{DAY_2}").send("/jadwal", first_start="9.00", tables="", **usual)
    assert "09.00 · 09.15 · 09.40 · 09.55" in officer.text
    for name, value in (("slots", "99"), ("slots", "2,5"), ("first_start", "25.00"), ("breaks", "4: 10")):
        officer.open(f"/kegiatan/{DAY_2}").send(
            "/jadwal", **{"first_start": "9.00", "tables": "", **usual, name: value}
        )
        assert officer.status == 422, name
        assert "Ada masalah" in officer.text
    with folder.reading() as session:
        assert meetings.schedule_of(session.get_one(Event, DAY_2)).starts() == ["09:00", "09:15", "09:40", "09:55"]


def test_a_day_has_as_many_breaks_as_are_written_and_shows_them_again(officer, folder):
    usual = {"first_start": "8.00", "slot_minutes": "30", "slots": "5", "tables": "", "least": "1", "seats": "1"}
    officer.open(f"/kegiatan/{DAY_2}").send("/jadwal", **usual, breaks="1: 10\r\n3: 60")
    assert "08.00 · 08.40 · 09.10 · 10.40 · 11.10" in officer.text
    assert officer.form("/jadwal").fields["breaks"].strip().splitlines() == [
        "setelah 1: 10 menit",
        "setelah 3: 60 menit",
    ]
    assert "after 3: 60 minutes" in officer.open(f"/kegiatan/{DAY_2}?lang=en").form("/jadwal").fields["breaks"]
    officer.send("/jadwal")  # as it stands
    with folder.reading() as session:
        assert meetings.schedule_of(session.get_one(Event, DAY_2)).breaks == ((1, 10), (3, 60))


@pytest.mark.parametrize(("breaks", "sentence"), [
    ("1: 10\nmakan siang", "Istirahat baris 2, “makan siang”: tulis setelah pembicaraan ke berapa dan berapa menit"),
    ("10.00-10.15", "Istirahat baris 1, “10.00-10.15”: tulis setelah pembicaraan ke berapa"),
    ("5: 10", "Istirahat setelah pembicaraan ke-5 (10 menit) tidak bisa: paling awal setelah ke-1, paling akhir"),
    ("2: 3", "Istirahat setelah pembicaraan ke-2 (3 menit) tidak bisa"),
    ("2: 10\n2: 15", "Istirahat setelah pembicaraan ke-2 tertulis dua kali"),
])  # fmt: skip
def test_a_break_that_cannot_be_is_said_and_stays_as_typed(officer, breaks, sentence):
    usual = {"first_start": "8.00", "slot_minutes": "30", "slots": "5", "tables": "", "least": "1", "seats": "1"}
    officer.open(f"/kegiatan/{DAY_2}").send("/jadwal", **usual, breaks=breaks)
    assert officer.status == 422
    assert officer.page.xpath("string(//*[@role='alert']//a[@href='#breaks'])").startswith(sentence), officer.text
    assert officer.form("/jadwal").fields["breaks"].strip().splitlines() == breaks.splitlines()


def test_a_day_that_is_not_there_is_404(officer):
    for address in ("/kegiatan/99", "/kegiatan/99/rencana", f"/kegiatan/{DAY_2}/pihak/999"):
        assert officer.client.get(address).status_code == 404


HUGE = "9" * 25


def test_a_number_that_no_id_can_be_is_404_on_every_route(officer, app):
    for rule in app.url_map.iter_rules():
        if "<int:" in rule.rule and "GET" in rule.methods:
            for number in (HUGE, str(2**31), "9" * 5000):
                address = re.sub(r"<int:\w+>", number, rule.rule)
                assert officer.client.get(re.sub(r"<[^>]+>", "x", address)).status_code == 404, rule.rule
    assert officer.client.get(f"/kegiatan/{2**31 - 1}").status_code == 404
    assert officer.client.get(f"/kegiatan/{DAY_2}/pihak/{HUGE}").status_code == 404


def test_a_page_after_the_last_is_the_last(officer, folder):
    last = officer.open(f"/kegiatan/{DAY_2}").text
    plan(officer)
    sheet = officer.open(f"/kegiatan/{DAY_2}/rencana").text
    for number in (HUGE, "999999999", "99"):
        assert officer.client.get(f"/kegiatan/{DAY_2}?hal={number}").status_code == 200
        assert officer.client.get(f"/kegiatan/{DAY_2}/rencana?hal={number}&jam={HUGE}").status_code == 200
    assert "Bank Jabar" in last
    assert "Bank Jabar" in officer.open(f"/kegiatan/{DAY_2}?hal=99").text
    assert "Bank Jabar" in sheet
    assert "Bank Jabar" in officer.open(f"/kegiatan/{DAY_2}/rencana?hal=99").text


# --- the timetable ---------------------------------------------------------------------------------------------------


def test_a_timetable_is_worked_out_shown_and_used(officer, folder):
    officer.open(f"/kegiatan/{DAY_2}/rencana")
    assert "Susun rencana" in officer.text
    plan(officer)
    assert "rancangan 1" in officer.text
    assert "tidak ada perpustakaan yang menunggu" in officer.text
    officer.send("/pakai")
    assert "Rencana nomor 1 dipakai" in officer.text
    assert newest(folder).used_at is not None
    for address, words in (
        ("?baris=orang", ["Bunga Padi", "Bank Jabar", "meja"]), ("?jam=0", ["08.30"]),
        ("?lang=en", ["08:30", "strong fit"]),
    ):  # fmt: skip
        text = officer.open(f"/kegiatan/{DAY_2}/rencana{address}").text
        assert all(word in text for word in words)
    assert "08.50" not in "".join(
        officer.open(f"/kegiatan/{DAY_2}/rencana?jam=0&lang=id").page.xpath("//thead//text()")
    )


def test_working_out_twice_is_one_draft(officer, folder):
    plan(plan(officer))
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Timetable)) == 1


def test_the_same_press_that_arrives_late_does_not_undo_what_was_changed_since(officer, folder):
    officer.open(f"/kegiatan/{DAY_2}/rencana")
    told = dict(officer.form("/susun").form_values())
    officer._keep(officer.client.post(f"/kegiatan/{DAY_2}/susun", data=told, follow_redirects=True))
    pair = min(cells(folder))
    press(officer, "batal", pair)
    officer._keep(officer.client.post(f"/kegiatan/{DAY_2}/susun", data=told, follow_redirects=True))
    assert officer.status == 200
    assert pair not in cells(folder)
    plan(officer)
    assert pair in cells(folder)


def test_every_cell_leads_to_its_reasons(officer, folder):
    plan(officer)
    pair = min(cells(folder))
    assert officer.page.xpath(f"//td//a[contains(@href, 'sel={pair[0]}-{pair[1]}')]")
    officer.open(f"/kegiatan/{DAY_2}/rencana?sel={pair[0]}-{pair[1]}")
    assert "Mendukung:" in officer.text
    for told in ("sel=abc", "sel=1-99999999999", "sel=9-9", "jam=77", "hal=9", "baris=x", "jam=-1"):
        assert officer.client.get(f"/kegiatan/{DAY_2}/rencana?{told}").status_code == 200


def test_a_library_without_a_talk_is_named_with_the_reason(officer):
    text = plan(officer, event_id=1).text
    assert "Belum cukup pembicaraan: 1" in text
    assert "Pelita Gunung : tidak ada yang cocok" in text.replace(":", " :").replace("  ", " ")


def test_what_cannot_be_planned_is_said_in_a_sentence(officer, folder):
    officer.open("/kegiatan").send("/kegiatan", name="Hari kosong", kind="stakeholder", day="2015-04-08")
    assert "tidak ada perpustakaan atau tidak ada mitra" in plan(officer, event_id=3).text
    assert newest(folder, 3) is None
    told = {"first_start": "9.00", "slot_minutes": "15", "breaks": "", "seats": "1"}
    for values, words in (
        ({"slots": "4", "tables": "30", "least": "1"}, "ada 30 meja, tetapi hanya 11 yang duduk"),
        ({"slots": "1", "tables": "", "least": "2"}, "paling sedikit 2 pembicaraan, tetapi hanya ada 1 jam"),
    ):
        officer.open(f"/kegiatan/{DAY_2}").send("/jadwal", **told, **values)
        assert words in plan(officer).text
        assert newest(folder) is None


# --- cell by cell ----------------------------------------------------------------------------------------------------


def test_lock_move_swap_cancel_fill_and_ban_by_press(officer, folder):
    plan(officer).send("/pakai")
    before = cells(folder)
    pair = min(before)
    assert "Dikunci" in press(officer, "kunci", pair).text
    assert "Pindah ke" not in officer.text
    assert "Kunci dilepas" in press(officer, "lepas", pair).text
    press(officer, "batal", pair)
    assert pair not in cells(folder)
    assert "1 hilang" in officer.text
    form = next(form for form in officer.page.forms if dict(form.form_values()).get("sel") == f"{pair[0]}-{pair[1]}")
    told = {**dict(form.form_values()), "aksi": "isi"}
    officer._keep(officer.client.post(f"/kegiatan/{DAY_2}/sel", data=told, follow_redirects=True))
    assert "Diisi." in officer.text
    assert pair in cells(folder)
    slots = officer.open(f"/kegiatan/{DAY_2}/rencana?sel={pair[0]}-{pair[1]}").page.xpath(
        "//select[@id='jam']/option/@value"
    )
    press(officer, "pindah", pair, jam=slots[-1])
    assert cells(folder)[pair][0] == int(slots[-1])
    others = officer.page.xpath("//select[@id='dengan']/option/@value")
    press(officer, "tukar", pair, dengan=others[0])
    assert officer.status == 200
    assert "Ditukar" in officer.text
    press(officer, "jangan", pair)
    assert pair not in cells(folder)
    assert "Kunci dan larangan (1)" in officer.text
    kept = {key: value for key, value in before.items() if key not in (pair, tuple(map(int, others[0].split("-"))))}
    assert {key: cells(folder)[key] for key in kept} == kept


def test_a_press_that_cannot_be_says_why_and_changes_nothing(officer, folder):
    plan(officer)
    before = cells(folder)
    pair = min(before)
    taken = next(slot for key, (slot, _) in before.items() if key[0] == pair[0] and key != pair)
    told = {**dict(officer.form("/susun").form_values()), "sel": f"{pair[0]}-{pair[1]}", "aksi": "pindah", "jam": taken}
    answer = officer.client.post(f"/kegiatan/{DAY_2}/sel", data=told)
    assert answer.status_code == 409
    assert "sudah punya pembicaraan lain" in answer.data.decode()
    for wrong in ({"sel": "x"}, {"aksi": "terbang"}, {"jam": "zzz"}, {"aksi": "tukar", "dengan": ""},
                  {"aksi": "tukar", "dengan": told["sel"]}, {"aksi": "jangan", "sel": "999-998"},
                  {"aksi": "jangan", "sel": f"{pair[0]}-{pair[0]}"}):  # fmt: skip
        assert officer.client.post(f"/kegiatan/{DAY_2}/sel", data={**told, **wrong, "_key": ""}).status_code in (
            404,
            409,
            422,
        )
    assert cells(folder) == before


def test_a_pair_that_nothing_brings_together_is_asked_for_by_one_press(officer, folder):
    plan(officer)
    library = min(pair[0] for pair in cells(folder))
    officer.open(f"/kegiatan/{DAY_2}/pihak/{library}")
    options = officer.page.xpath("//form[contains(@action,'/minta')]//option/@value")
    other = next(int(one) for one in options if (library, int(one)) not in cells(folder))
    officer.send(f"/pihak/{library}/minta", dengan=str(other))
    assert "Keduanya akan dipertemukan" in officer.text
    assert (library, other) in cells(folder)
    officer.open(f"/kegiatan/{DAY_2}/pihak/{other}").send(f"/pihak/{other}/minta", dengan=str(library))
    with folder.reading() as session:
        assert session.scalars(select(TalkPin.keep)).all() == [True]
    told = dict(officer.open(f"/kegiatan/{DAY_2}/pihak/{library}").form("/minta").form_values())
    for wrong in ("", "9" * 30, "999999999", str(library)):
        data = {**told, "dengan": wrong, "_key": ""}
        assert officer.client.post(f"/kegiatan/{DAY_2}/pihak/{library}/minta", data=data).status_code == 404


def test_the_same_press_twice_is_one(officer, folder):
    plan(officer)
    pair = min(cells(folder))
    officer.open(f"/kegiatan/{DAY_2}/rencana?sel={pair[0]}-{pair[1]}")
    form = next(form for form in officer.page.forms if 'value="kunci"' in html_of(form))
    told = {**dict(form.form_values()), "aksi": "kunci"}
    first, second = (officer.client.post(f"/kegiatan/{DAY_2}/sel", data=told) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(TalkPin)) == 1


# --- answers ---------------------------------------------------------------------------------------------------------


def party(folder, name):
    with folder.reading() as session:
        return session.scalars(select(Party.id).where(Party.name == name)).one()


def test_a_late_no_is_one_press_and_repairs_only_what_it_touches(officer, folder):
    plan(officer).send("/pakai")
    before, bank = cells(folder), party(folder, "Bank Jabar")
    officer.open(f"/kegiatan/{DAY_2}?jenis=stakeholder").send("/jawab", press=("jawab", f"{bank}-no"))
    assert "Bank Jabar: tidak hadir" in officer.text
    assert "Rencana diperbaiki" in officer.text
    after = cells(folder)
    assert all(partner != bank for _, partner in after)
    assert {key: value for key, value in after.items() if key in before} == {
        key: value for key, value in before.items() if key[1] != bank
    }
    officer.open(f"/kegiatan/{DAY_2}/rencana")
    assert re.search(r"\d+ baru · \d+ pindah · \d+ tetap · \d+ hilang", officer.text)
    with folder.reading() as session:
        used = timetabling.in_use(session, session.get_one(Event, DAY_2))
        assert len(used.cells) == len(before)


def test_a_lock_on_somebody_who_says_no_is_named_and_the_timetable_stays(officer, folder):
    plan(officer).send("/pakai")
    bank = party(folder, "Bank Jabar")
    pair = next(pair for pair in cells(folder) if pair[1] == bank)
    press(officer, "kunci", pair)
    before = cells(folder)
    officer.open(f"/kegiatan/{DAY_2}?jenis=stakeholder").send("/jawab", press=("jawab", f"{bank}-no"))
    assert "dikunci, tetapi ada yang tidak hadir" in officer.text
    assert cells(folder) == before
    officer.open(f"/kegiatan/{DAY_2}/rencana")
    assert "Tidak lagi bisa" in officer.text
    plan(officer)
    assert "dikunci, tetapi ada yang tidak hadir" in officer.text
    assert cells(folder) == before
    press(officer, "lepas", pair)
    officer.send("/perbaiki")
    assert "Tidak lagi bisa" not in officer.text
    assert all(partner != bank for _, partner in cells(folder))


def test_when_a_party_comes_late_its_talks_move(officer, folder):
    plan(officer)
    bank = party(folder, "Bank Jabar")
    officer.open(f"/kegiatan/{DAY_2}/pihak/{bank}")
    officer.send(f"/pihak/{bank}", answer="yes", arrives="9.25", leaves="", most="", speaker="0")
    assert "datang jam 09.25" in officer.open(f"/kegiatan/{DAY_2}?jenis=stakeholder").text
    assert all(slot >= 3 for (_, partner), (slot, _) in cells(folder).items() if partner == bank)
    officer.open(f"/kegiatan/{DAY_2}/pihak/{bank}")
    officer.send(f"/pihak/{bank}", answer="yes", arrives="siang", leaves="", most="", speaker="0")
    assert officer.status == 422


def test_a_wrong_answer_changes_nothing(officer, folder):
    officer.open(f"/kegiatan/{DAY_2}")
    told = dict(officer.form("/jawab").form_values())
    for said in ("", "x-no", "1-perhaps", "99999-no", f"{'9' * 25}-yes", f"{'9' * 5000}-yes"):
        data = {**told, "jawab": said, "_key": ""}
        assert officer.client.post(f"/kegiatan/{DAY_2}/jawab", data=data).status_code in (404, 422)
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Log).where(Log.event == "answer")) == 0


# --- a large day -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template_of_a_large_day(tmp_path_factory):
    """Sixty libraries and twenty-five givers of long names."""
    path = tmp_path_factory.mktemp("large") / "data"
    make_folder(path)
    folder = Folder.open(path, make=None, announce=lambda _line: None)
    with folder.writing() as session:
        office = folder.office(session)
        w = World(session, office, Actor("petugas", Role.PETUGAS, office.id), folder.now(session))
        kinds = [kind for kind in Category if kind not in (Category.OTHER, Category.FUNDS)]
        libraries = [w.library(f"Perpustakaan Desa Cahaya Harapan Bersama {number}") for number in range(60)]
        for number, library in enumerate(libraries):
            for step in range(3):
                w.challenge(library, category=kinds[(number + step) % 5], quantity=2 + step)
        givers = [w.giver(f"Yayasan Pendidikan Anak Nusantara {number}") for number in range(25)]
        for number, giver in enumerate(givers):
            w.offer(giver, category=kinds[number % 5], quantity=40)
            w.offer(giver, category=kinds[(number + 2) % 5], quantity=40)
        w.refresh()
        day = w.day + dt.timedelta(days=7)
        event = meetings.plan(
            session, office_id=office.id, kind=EventKind.STAKEHOLDER, name="Hari besar", day=day, place="Aula",
            by=w.officer, at=w.at,
        )  # fmt: skip
        meetings.invite(session, event, [one.id for one in (*libraries, *givers)], by=w.officer, at=w.at)
        assert event.id == 3
    folder.close()
    return path


@pytest.fixture
def large(template_of_a_large_day, tmp_path):
    opened = copied(template_of_a_large_day, tmp_path / "large")
    yield opened
    opened.close()


def test_a_long_work_shows_how_far_it_is_and_can_be_stopped(large):
    app = create_app(large)
    app.config["PATIENCE"] = 0
    officer = Person(app).sign_in().open("/kegiatan/3/rencana").send("/susun")
    assert "Rencana sedang disusun" in officer.text
    assert "dari 100" in officer.text
    officer.send("/henti")
    app.config["PATIENCE"] = 60
    officer.open("/kegiatan/3/rencana")
    assert "dihentikan" in officer.text
    assert newest(large, 3) is None
    plan(officer, event_id=3)
    assert "rancangan 1" in officer.text


@pytest.mark.weight
def test_no_page_of_a_large_day_is_heavier_than_the_first_round_trip(large):
    app = create_app(large)
    app.config["PATIENCE"] = 60
    officer = plan(Person(app).sign_in(), event_id=3).send("/pakai")
    with large.writing() as session:  # locks, bans, a decline: everything a page can say stands on it
        event, by, at = session.get_one(Event, 3), large.system(session), large.now(session)
        made = timetabling.newest(session, event)
        pairs = [(cell["library"], cell["partner"]) for cell in made.cells]
        for pair in pairs[:20]:
            timetabling.lock(session, event, pair, by=by, at=at)
        for pair in pairs[30:36]:
            timetabling.ban(session, event, pair, by=by, at=at)
        meetings.answer(session, event, pairs[50][1], Answer.NO, by=by, at=at)
    script = len(gzip.compress(Path("web/static/app.js").read_bytes(), 6, mtime=0))
    seen = {}
    places = ("", "?jenis=library&hal=2", "/rencana", "/rencana?baris=orang", "/rencana?jam=3", "/rencana?hal=2",
              f"/rencana?sel={pairs[25][0]}-{pairs[25][1]}", f"/rencana?baris=orang&sel={pairs[0][0]}-{pairs[0][1]}",
              f"/pihak/{pairs[0][0]}")  # fmt: skip
    for place in places:
        answer = officer.client.get(f"/kegiatan/3{place}", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        seen[place] = len(answer.data) + script
    assert {place: weight for place, weight in seen.items() if weight > BUDGET} == {}


def test_a_page_asks_the_database_no_more_often_for_a_large_day(large, folder):
    from sqlalchemy import event as listens

    counts = {}
    for name, data, number in (("small", folder, DAY_2), ("large", large, 3)):
        app = create_app(data)
        app.config["PATIENCE"] = 60
        officer = plan(Person(app).sign_in(), event_id=number)
        asked = []
        listens.listen(data.engine, "before_cursor_execute", lambda *told, asked=asked: asked.append(told[2]))
        for place in ("", "/rencana", "/rencana?baris=orang"):
            officer.open(f"/kegiatan/{number}{place}")
        counts[name] = len(asked)
    assert counts["large"] <= counts["small"] + 1


def test_the_large_day_leaves_no_library_out(large):
    app = create_app(large)
    app.config["PATIENCE"] = 60
    plan(Person(app).sign_in(), event_id=3)
    with large.reading() as session:
        event = session.get_one(Event, 3)
        day = meeting_day.see(session, event, at=large.now(session))
        proof = timetabling.prove(day, timetabling.newest(session, event).cells)
        libraries = select(Party.id).where(Party.kind == PartyKind.LIBRARY, Party.name.like("%Harapan Bersama%"))
        wanted = set(session.scalars(libraries))
    assert (proof.faults, proof.gap) == ([], 0)
    assert {library for library, _ in cells(large, 3)} == wanted
