"""`timetable`: a meeting's talks in words and as JSON, with nobody asked anything, and their proof."""

from __future__ import annotations

import json
import shutil

import pytest

from matcher import meeting_day, meetings, timetabling
from matcher.models import Event, Party
from matcher.vocabulary import Answer
from web import cli
from web.folder import Folder


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    """The meeting's folder, made once."""
    path = tmp_path_factory.mktemp("timetable") / "meeting"
    Folder.open(path, make="meeting", announce=lambda _line: None).close()
    return path


@pytest.fixture
def data(meeting, tmp_path):
    shutil.copytree(meeting, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def timetable(data, capsys):
    """Runs `timetable` over a copy of the meeting."""

    def command(*words):
        code = cli.run(cli.parse(["timetable", *words, "--data", str(data)]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_the_second_day_of_the_meeting_is_told_without_a_question(timetable):
    code, out, _ = timetable("--check")
    assert code == 0
    assert out.startswith(
        "Peer Learning Meeting, hari kedua: audiensi dengan pemangku kepentingan, Kamis, 26 Maret 2015"
    )
    assert "Perpustakaan Desa Cahaya Ilmu × AMIK BSI: Komputer, sangat cocok (K-0001, T-0012)" in out
    assert "Terbukti dapat dijalankan" in out
    assert "selisih 0,0%" in out


def test_the_first_day_has_peer_tables(timetable):
    told = json.loads(timetable("--peer", "--json", "--check")[1])
    assert (told["event"]["kind"], told["peer"]) == ("peer", True)
    assert all(one["library"].startswith("Perpustakaan") for one in told["talks"])
    assert all(one["partner"].startswith("Perpustakaan") for one in told["talks"])
    assert told["without"] == [{"library": "Perpustakaan Desa Pelita Gunung", "why": "nothing_fits"}]
    assert told["check"]["faults"] == []


def test_json_holds_every_library_once_a_slot(timetable):
    told = json.loads(timetable("--json")[1])
    cells = [(one["library"], one["start"]) for one in told["talks"]]
    assert len(cells) == len(set(cells)) == 14
    assert len({one["library"] for one in told["talks"]}) == 5
    assert told["without"] == []
    assert {one["start"] for one in told["talks"]} <= set(told["starts"])
    for one in told["talks"]:
        assert one["challenge"].startswith("K-")
        assert one["offer"].startswith("T-")
        assert 0 < one["score"] <= 100


def test_the_same_folder_gives_the_same_timetable(timetable):
    assert timetable("--json")[1] == timetable("--json")[1]


def test_in_english(timetable):
    out = timetable("--lang", "en", "--check")[1]
    assert "strong fit" in out
    assert "Proven to hold" in out


def test_an_event_nobody_knows_is_said_in_one_line(timetable):
    code, out, err = timetable("--event", "99")
    assert (code, out) == (2, "")
    assert "tidak ada kegiatan itu" in err


def test_what_no_longer_holds_is_found_by_the_check(timetable, data):
    folder = Folder.open(data, make=None, announce=lambda _line: None)
    with folder.writing() as session:
        event, by, at = session.get_one(Event, 2), folder.system(session), folder.now(session)
        day = meeting_day.see(session, event, at=at)
        made = timetabling.store(session, event, day, timetabling.work_out(day), by=by, at=at)
        timetabling.use(session, event, made.number, by=by, at=at)
    folder.close()
    code, out, _ = timetable("--check")
    assert (code, "(dipakai)" in out) == (0, True)
    folder = Folder.open(data, make=None, announce=lambda _line: None)
    with folder.writing() as session:
        event, by, at = session.get_one(Event, 2), folder.system(session), folder.now(session)
        partner = session.get_one(Party, made.cells[0]["partner"])
        meetings.answer(session, event, partner.id, Answer.NO, by=by, at=at)
    folder.close()
    code, out, _ = timetable("--check")
    assert code == 1
    assert f" × {partner.name}, jam 0" in out
    assert "Salah: Perpustakaan" in out
    assert "not allowed" not in out
    assert f" × {partner.name}, 0" in timetable("--check", "--lang", "en")[1]
    told = json.loads(timetable("--check", "--json")[1])["check"]["faults"]
    assert {(one["why"], one["partner"]) for one in told} == {("not_allowed", partner.name)}


def test_a_kept_timetable_is_told_after_its_day_is_shortened_and_a_party_merged(timetable, data):
    folder = Folder.open(data, make=None, announce=lambda _line: None)
    with folder.writing() as session:
        event, by, at = session.get_one(Event, 2), folder.system(session), folder.now(session)
        day = meeting_day.see(session, event, at=at)
        made = timetabling.store(session, event, day, timetabling.work_out(day), by=by, at=at)
        kept = session.get_one(Party, made.cells[0]["library"])
        twin = Party(
            kind=kept.kind, name="Kembaran", slug="kembaran", office_id=kept.office_id, region_code=kept.region_code
        )
        session.add(twin)
        session.flush()
        session.get_one(Party, made.cells[0]["library"]).merged_into_id = twin.id
        meetings.set_schedule(
            session, event, meetings.Schedule(slots=1, breaks=()), by=by, at=at
        )  # fmt: skip
    folder.close()
    for words in ((), ("--check",), ("--json", "--check"), ("--check", "--lang", "en")):
        code, out, err = timetable(*words)
        assert (code, err) == (int("--check" in words), "")
        assert "Kembaran" in out
        assert "–" in out
