"""Starting the service and caring for its data: one clear line for what is wrong, and a doctor that finds what is."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from matcher import accounts, matching, migrations, partnership, review
from matcher.models import Offer, Suggestion
from matcher.policy import Actor, Role
from matcher.vocabulary import AgreementKind, Mode, Side
from web import db
from web.cli import parse, run
from web.folder import DATABASE, Folder

ROOT = Path(__file__).resolve().parents[2]
HERE = {name: value for name, value in os.environ.items() if not name.startswith("TEMU_MITRA_")}
HERE |= {"PYTHONPATH": str(ROOT), "TEMU_MITRA_NO_BOOTSTRAP": "1"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the meeting, made once."""
    path = tmp_path_factory.mktemp("serving") / "data"
    Folder.open(path, make="meeting", announce=lambda _line: None).close()
    return path


@pytest.fixture
def path(made, tmp_path):
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "web", *arguments],
        cwd=ROOT, env=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def serving(*arguments):
    """The lines a running service printed until it was ready."""
    running = started("serve", *arguments)
    try:
        said = []
        while not (said and "Ctrl+C" in said[-1]):
            line = running.stdout.readline()
            assert line, running.stderr.read()
            said.append(line)
        yield said
    finally:
        running.terminate()
        running.communicate(timeout=10)


def command(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "web", *arguments], cwd=ROOT, env=HERE, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def fetched(port, page="/"):
    with urlopen(f"http://127.0.0.1:{port}{page}", timeout=20) as answer:
        return answer.status, answer.headers, answer.read().decode()


# --- serve -----------------------------------------------------------------------------------------------------------


def test_the_first_start_makes_the_meeting_says_how_to_sign_in_and_serves(tmp_path):
    port = free_port()
    with serving("--port", str(port), "--data", str(tmp_path / "data")) as said:
        text = "".join(said)
        assert f"http://127.0.0.1:{port}/" in text
        assert re.search(r"Kata sandi / password: \w{4}-\w{4}-\w{4}-\w{4}\n", text)
        assert str(tmp_path / "data") in text
        status, headers, page = fetched(port)
    assert status == 200
    assert "Temu Mitra" in page
    assert "waitress" not in (headers.get("Server") or "").lower()


def test_the_second_start_shows_its_first_page_and_no_password(path):
    port = free_port()
    with serving("--port", str(port), "--data", str(path)) as said:
        assert fetched(port)[0] == 200
    assert not any("password:" in line for line in said)


def test_the_password_of_the_first_start_opens_the_desk(tmp_path):
    folder = Folder.open(tmp_path / "data", make="meeting", announce=lambda _line: None)
    with folder.writing() as session:
        name, word, at = folder.first.name, folder.first.password, folder.now(session)
        assert accounts.check(session, name, word, address="127.0.0.1", at=at).role is Role.ADMIN
    folder.close()


def test_a_busy_port_is_one_line_that_names_the_option_and_makes_no_folder(tmp_path):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, out, err = command("serve", "--port", str(port), "--data", str(tmp_path / "data"))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert f"port {port}" in err
    assert "--port" in err
    assert not (tmp_path / "data").exists()


def test_a_bad_setting_stops_the_start_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "web", "--data", str(tmp_path / "data")], cwd=ROOT, capture_output=True, text=True,
        check=False, env={**HERE, "TEMU_MITRA_PORT": "eighty"},
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "TEMU_MITRA_PORT" in done.stderr


def test_serving_loads_no_machine_learning():
    heavy = (
        "{'sklearn', 'scipy', 'alembic', 'typst', 'docx', 'openpyxl'} & {name.split('.')[0] for name in sys.modules}"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, web.app; print(sorted({heavy}))"],
        cwd=ROOT, env=HERE, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# --- init, migrate, password -----------------------------------------------------------------------------------------


def called(capsys, *arguments):
    code = run(parse(arguments))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_init_makes_an_empty_folder_once_and_refuses_to_overwrite_it(capsys, tmp_path):
    code, out, _ = called(capsys, "init", "--empty", "--data", str(tmp_path / "data"))
    assert (code, out.count("password:")) == (0, 1)
    code, out, err = called(capsys, "init", "--meeting", "--data", str(tmp_path / "data"))
    assert (code, out) == (2, "")
    assert "tidak ditimpa" in err


def test_migrate_names_the_schema(capsys, path):
    code, out, _ = called(capsys, "migrate", "--data", str(path))
    assert (code, migrations.head() in out) == (0, True)


def test_a_new_password_replaces_the_old_one(capsys, path):
    _, first, _ = called(capsys, "password", "--data", str(path))
    code, second, _ = called(capsys, "password", "dinas", "--data", str(path))
    old, new = (re.search(r"password: (\S+)", text).group(1) for text in (first, second))
    folder = Folder.open(path, make=None)
    with folder.reading() as session:
        at = folder.now(session)
        assert accounts.check(session, "dinas", old, address="here", at=at) is None
        assert accounts.check(session, "dinas", new, address="here", at=at) is not None
    folder.close()
    assert code == 0


def test_a_password_for_nobody_is_refused_with_the_names_there_are(capsys, path):
    code, _, err = called(capsys, "password", "nobody", "--data", str(path))
    assert (code, "dinas" in err) == (2, True)


# --- doctor ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def agreed(path):
    """The folder with one line agreed and partly delivered."""
    folder = Folder.open(path, make=None)
    with folder.writing() as session:
        by, at = Actor("dinas", Role.PETUGAS, folder.office(session).id), folder.now(session)
        pair = session.scalars(
            select(Suggestion)
            .join(Offer, Suggestion.offer_id == Offer.id)
            .where(Offer.mode == Mode.GOODS, Offer.quantity.is_not(None))
            .order_by(Suggestion.score.desc())
        ).first()
        match = review.propose(session, pair.challenge_id, pair.offer_id, by=by, at=at)
        for side in (Side.GIVER, Side.TAKER):
            partnership.consent(session, match.id, side, by=by, at=at, note="disampaikan di rapat")
        paper = partnership.draft_agreement(session, office_id=match.office_id, kind=AgreementKind.ORAL, by=by, at=at)
        partnership.agree(session, match.id, by=by, at=at, agreement_id=paper.id)
    folder.close()
    return path


def test_the_doctor_finds_nothing_in_a_sound_folder(capsys, agreed):
    folder = Folder.open(agreed, make=None)
    with folder.writing() as session:
        matching.refresh(session, folder.office(session), at=folder.now(session))
    folder.close()
    code, out, _ = called(capsys, "doctor", "--data", str(agreed))
    assert (code, [line for line in out.splitlines() if not line.startswith("ok")]) == (0, [])


TO_ONESELF = """
INSERT INTO suggestion
SELECT c.id, o.id, s.rank, s.experience, s.score, s.certainty, s.ready, s.factors, s.detail, s.weights_id
FROM challenge c JOIN offer o ON o.party_id = c.party_id JOIN suggestion s ON s.challenge_id = c.id
WHERE NOT EXISTS (SELECT 1 FROM suggestion t WHERE t.challenge_id = c.id AND t.offer_id = o.id) LIMIT 1
"""
HARMS = {
    "a line's number": ("UPDATE match SET quantity = quantity - 1000", "isi sama dengan jejak"),
    "a line beyond its offer": ("UPDATE match SET offer_quantity = 99000000", "tawaran tidak melebihi"),
    "a line's state": ("UPDATE match SET state = 'done', closed_at = proposed_at", "keadaan sama dengan jejak"),
    "a consent taken away": ("UPDATE match SET consent_taker_quantity = 0", "persetujuan"),
    "an offer's number": ("UPDATE offer SET quantity = quantity + 1000 WHERE quantity IS NOT NULL", "isi sama"),
    "a row of the log": (
        "DROP TRIGGER log_no_update; UPDATE log SET by = 'orang lain' WHERE seq = 5", "rantai jejak",
    ),
    "the end of the log": ("DROP TRIGGER log_no_delete; DELETE FROM log WHERE seq > 20", "rantai jejak"),
    "a trigger": ("DROP TRIGGER proof_no_update", "skema"),
    "a score": ("UPDATE suggestion SET score = score + 1", "nilai sama dengan jumlah"),
    "a suggestion to oneself": (TO_ONESELF, "pasangan yang boleh"),
    "a loose reference": ("PRAGMA foreign_keys=OFF; UPDATE match SET offer_id = 9999", "rujukan"),
    "a key everybody reads": (None, "kunci rahasia"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_the_doctor_finds_what_was_changed_by_hand(capsys, agreed, harm):
    statements, told = HARMS[harm]
    if statements is None:
        (agreed / "secret-key").chmod(0o644)
    else:
        raw = db.driver.connect(agreed / DATABASE)
        raw.executescript(statements)
        raw.commit()
        raw.close()
    code, out, _ = called(capsys, "doctor", "--data", str(agreed))
    assert code == 1
    assert any(line.startswith("SALAH") and told in line for line in out.splitlines()), out


def test_the_doctor_changes_nothing(capsys, path):
    before = (path / DATABASE).read_bytes()
    called(capsys, "doctor", "--data", str(path))
    assert (path / DATABASE).read_bytes() == before


def test_the_doctor_examines_postgresql_too(capsys, postgres_server, tmp_path, monkeypatch):
    url = postgres_server.create()
    monkeypatch.setenv("TEMU_MITRA_DATABASE_URL", url.replace("postgresql+psycopg", "postgresql"))
    assert called(capsys, "init", "--empty", "--data", str(tmp_path))[0] == 0
    code, out, _ = called(capsys, "doctor", "--data", str(tmp_path))
    assert (code, "PostgreSQL" in out) == (0, True), out
    postgres_server.drop(url)
