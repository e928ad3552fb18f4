"""The data folder and the settings: made whole or not at all, brought up to date with a copy, refused in one line."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from matcher import log, migrations
from matcher.models import Account, Office, Party, Region, Suggestion, Weights
from web import db, settings
from web.failure import Failure
from web.folder import DATABASE, KEY, Folder, is_there

ROOT = Path(__file__).resolve().parents[2]
OPEN = """
import sys
from pathlib import Path
from web.folder import Folder
print("begin", flush=True)
Folder.open(Path(sys.argv[1]), make=sys.argv[2], announce=lambda line: print(line, flush=True)).close()
"""


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for row in settings.SETTINGS:
        monkeypatch.delenv(row.variable, raising=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the meeting in it, and what was said while it was made."""
    path, said = tmp_path_factory.mktemp("made") / "data", []
    Folder.open(path, make="meeting", announce=said.append).close()
    return path, said


@pytest.fixture
def path(made, tmp_path):
    """A copy of the meeting's folder, to do harm to."""
    shutil.copytree(made[0], tmp_path / "data")
    return tmp_path / "data"


def run_sql(path, *statements):
    engine = db.open_engine(f"sqlite:///{path / DATABASE}")
    with engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def everything_below(path):
    return {file.relative_to(path): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def opening(path, make):
    return subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path), make],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_fresh_folder_holds_the_meeting_with_suggestions_and_one_account(made):
    path, said = made
    folder = Folder.open(path, make=None)
    with folder.reading() as session:
        office = folder.office(session)
        assert office.region_code == "32.02"
        assert office.frozen_on == dt.date(2015, 3, 27)
        assert session.scalars(select(Account.name)).all() == ["dinas"]
        assert session.scalar(select(func.count()).select_from(Suggestion)) > 0
        assert session.scalar(select(func.count()).select_from(Weights)) == 1
        assert log.verify(session) is None
    folder.close()
    assert any("dinas" in line for line in said)


def test_the_password_is_shown_once_and_stored_nowhere(made):
    path, said = made
    passwords = [line.split(": ")[1] for line in said if "password" in line]
    assert len(passwords) == 1
    assert all(passwords[0].encode() not in content for content in everything_below(path).values())


def test_every_province_and_kabupaten_and_the_villages_of_the_offices_own_are_known(made):
    folder = Folder.open(made[0], make=None)
    with folder.reading() as session:
        count = dict(session.execute(select(Region.level, func.count()).group_by(Region.level)).all())
        villages = session.scalar(
            select(func.count()).where(Region.level == "village", Region.code.startswith("32.02."))
        )
    folder.close()
    assert (count["province"], count["kabupaten"], villages) == (34, 514, 386)


def test_key_database_and_folder_are_for_the_owner_alone(made):
    modes = [stat.S_IMODE(file.stat().st_mode) for file in (made[0], made[0] / KEY, made[0] / DATABASE)]
    assert modes == [0o700, 0o600, 0o600]


def test_opening_again_says_nothing_and_keeps_the_key(path):
    before, said = (path / KEY).read_text(), []
    folder = Folder.open(path, make="meeting", announce=said.append)
    folder.close()
    assert (said, folder.first, folder.secret_key) == ([], None, before.strip())


def test_an_empty_folder_may_be_there_already_and_is_filled(tmp_path):
    (tmp_path / "data").mkdir()
    folder = Folder.open(tmp_path / "data", make="empty", announce=lambda _line: None)
    with folder.reading() as session:
        assert folder.office(session).frozen_on is None
        assert session.scalar(select(func.count()).select_from(Party)) == 0
    folder.close()


def test_without_a_wish_to_make_it_a_missing_folder_is_refused_and_stays_missing(tmp_path):
    with pytest.raises(Failure, match="belum ada"):
        Folder.open(tmp_path / "data", make=None)
    assert list(tmp_path.iterdir()) == []
    assert not is_there(tmp_path / "data")


def test_a_folder_with_somebody_elses_files_is_left_alone(tmp_path):
    (tmp_path / "surat.docx").write_text("penting")
    with pytest.raises(Failure, match="berkas lain"):
        Folder.open(tmp_path, make="meeting")
    assert [file.name for file in tmp_path.iterdir()] == ["surat.docx"]


def test_a_folder_with_data_is_not_overwritten_when_a_fresh_one_is_asked_for(path):
    before = everything_below(path)
    with pytest.raises(Failure, match="tidak ditimpa"):
        Folder.open(path, make="meeting", fresh=True)
    assert everything_below(path).keys() - {Path(f"{DATABASE}.writer")} == before.keys()


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="tidak dapat ditulisi"):
        Folder.open(tmp_path / "file" / "data", make="empty")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_what_fails_while_it_is_made_leaves_nothing_behind(tmp_path):
    def fail(_line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Folder.open(tmp_path / "data", make="meeting", announce=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_start_killed_while_it_makes_the_folder_leaves_none_and_the_next_one_makes_it(tmp_path):
    path = tmp_path / "data"
    running = opening(path, "empty")
    while not running.stdout.readline().startswith("Menyiapkan"):
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert not path.exists()
    folder = Folder.open(path, make="empty", announce=lambda _line: None)
    assert folder.first is not None
    folder.close()


def test_two_starts_at_once_make_one_folder_and_one_password(tmp_path):
    both = [opening(tmp_path / "data", "empty") for _ in range(2)]
    said = [running.communicate() for running in both]
    assert [running.returncode for running in both] == [0, 0], said
    assert sum("password" in out for out, _ in said) == 1
    folder = Folder.open(tmp_path / "data", make=None)
    with folder.reading() as session:
        assert session.scalar(select(func.count()).select_from(Office)) == 1
    folder.close()


# --- refusing --------------------------------------------------------------------------------------------------------

HARMS = {
    "empty": lambda _content: b"",
    "text": lambda _content: b"ini bukan basis data\n" * 500,
    "picture": lambda _content: b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "cut in the middle": lambda content: content[: len(content) // 2],
    "a page of noughts": lambda content: content[:8192] + bytes(4096) + content[12288:],
    "a page of noise": lambda content: content[:16384] + bytes(range(256)) * 16 + content[20480:],
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_file_that_is_no_database_or_damaged_is_refused_in_one_line_and_kept(path, harm):
    file = path / DATABASE
    file.write_bytes(harm(file.read_bytes()))
    before = file.read_bytes()
    with pytest.raises(Failure) as refusal:
        Folder.open(path, make="meeting", announce=lambda _line: None)
    assert "\n" not in str(refusal.value)
    assert "cadangan" in str(refusal.value)
    assert file.read_bytes() == before


def test_a_newer_schema_is_refused_and_untouched(path):
    run_sql(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Failure, match="lebih baru"):
        Folder.open(path, make="meeting")
    assert not (path / "cadangan").exists()


def test_another_programs_database_is_refused(tmp_path):
    run_sql(tmp_path, "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY)")
    with pytest.raises(Failure, match="bukan basis data Temu Mitra"):
        Folder.open(tmp_path, make="meeting")


# --- bringing up to date ---------------------------------------------------------------------------------------------


def test_an_older_schema_is_brought_up_after_a_copy_was_put_aside_and_said(path):
    engine = db.open_engine(f"sqlite:///{path / DATABASE}")
    migrations.downgrade(engine)
    engine.dispose()
    said = []
    folder = Folder.open(path, make="empty", announce=said.append)
    assert migrations.current(folder.engine) == migrations.head()
    folder.close()
    (kept,) = (path / "cadangan").iterdir()
    assert str(kept) in said[0]
    copy = db.open_engine(f"sqlite:///{kept}")
    assert sa.inspect(copy).get_table_names() == ["alembic_version"]
    copy.dispose()


def test_an_older_schema_is_only_named_where_nothing_may_change(path):
    engine = db.open_engine(f"sqlite:///{path / DATABASE}")
    migrations.downgrade(engine)
    engine.dispose()
    with pytest.raises(Failure, match="web migrate"):
        Folder.open(path, make=None, upgrade=False)
    assert not (path / "cadangan").exists()


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def test_the_same_on_both_databases(empty_database_url, tmp_path):
    url = empty_database_url if empty_database_url.startswith("postgresql") else None
    folder = Folder.open(tmp_path / "data", make="empty", announce=lambda _line: None, database_url=url)
    with folder.writing() as session:
        folder.office(session).place = "Cibadak"
    folder.close()
    again = Folder.open(tmp_path / "data", make=None, database_url=url)
    with again.reading() as session:
        assert again.office(session).place == "Cibadak"
    again.close()
    assert (folder.first is None, again.first is None) == (False, True)
    assert is_there(tmp_path / "data", database_url=url)


def test_on_postgresql_what_fails_while_it_is_made_leaves_no_table(postgres_server, tmp_path):
    url = postgres_server.create()

    def fail(_line):
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        Folder.open(tmp_path, make="empty", announce=fail, database_url=url)
    engine = sa.create_engine(url)
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    postgres_server.drop(url)


def test_a_postgresql_that_does_not_answer_is_refused_without_its_password(tmp_path):
    with pytest.raises(Failure) as refusal:
        Folder.open(tmp_path, make="empty", database_url="postgresql+psycopg://dinas:rahasia@127.0.0.1:1/temu")
    assert "tidak dapat dibuka" in str(refusal.value)
    assert "rahasia" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


# --- sessions and the day --------------------------------------------------------------------------------------------


def test_what_fails_in_the_middle_of_writing_leaves_nothing(path):
    folder = Folder.open(path, make=None)

    def fail():
        with folder.writing() as session:
            folder.office(session).place = "Nowhere"
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with folder.reading() as session:
        assert folder.office(session).place == "Sukabumi"
    folder.close()


def test_the_moment_is_the_frozen_day_or_the_one_asked_for_in_western_indonesia(path):
    zone = dt.timezone(dt.timedelta(hours=7))
    folder = Folder.open(path, make=None)
    with folder.reading() as session:
        frozen, asked = folder.now(session), folder.now(session, dt.date(2016, 2, 29))
    folder.close()
    assert frozen.astimezone(zone).date() == dt.date(2015, 3, 27)
    assert asked.astimezone(zone).date() == dt.date(2016, 2, 29)
    assert frozen.utcoffset() == dt.timedelta(0)


# --- settings --------------------------------------------------------------------------------------------------------

GOOD = {
    "TEMU_MITRA_PORT": ("8080", 8080),
    "TEMU_MITRA_HOST": ("0.0.0.0", "0.0.0.0"),
    "TEMU_MITRA_PROXIES": ("1", 1),
    "TEMU_MITRA_PUBLIC_URL": ("https://mitra.example.org/", "https://mitra.example.org"),
    "TEMU_MITRA_DATABASE_URL": ("postgres://a:b@c/d", "postgresql+psycopg://a:b@c/d"),
    "TEMU_MITRA_SECRET_KEY": ("x" * 32, "x" * 32),
}
BAD = {
    "TEMU_MITRA_PORT": ("0", "65536", "80a", "-1", "8 0"),
    "TEMU_MITRA_HOST": ("http://here", "a b"),
    "TEMU_MITRA_PROXIES": ("-1", "many"),
    "TEMU_MITRA_PUBLIC_URL": (
        "mitra.example.org",
        "ftp://x",
        "https://",
        "http://a:b@c",
        "http://x:port",
        "http://x?y",
    ),
    "TEMU_MITRA_DATABASE_URL": ("sqlite:///x", "mysql://x", "postgresql://", "here"),
    "TEMU_MITRA_SECRET_KEY": ("short",),
}


@pytest.mark.parametrize("variable", GOOD)
def test_a_setting_is_read(variable):
    text, value = GOOD[variable]
    row = next(row for row in settings.SETTINGS if row.variable == variable)
    assert getattr(settings.read({variable: text}), row.name) == value
    assert getattr(settings.read({variable: " "}), row.name) == row.default


@pytest.mark.parametrize(("variable", "text"), [(name, text) for name, texts in BAD.items() for text in texts])
def test_a_bad_setting_is_refused_in_one_line_that_names_it(variable, text):
    with pytest.raises(Failure) as refusal:
        settings.read({variable: text})
    assert str(refusal.value).startswith(variable)
    assert "\n" not in str(refusal.value)
    row = next(row for row in settings.SETTINGS if row.variable == variable)
    assert not (row.secret and text in str(refusal.value).replace(row.wanted.id, "").replace(row.wanted.en, ""))


def test_every_setting_has_its_words_in_both_languages_and_a_field():
    assert [row.name for row in settings.SETTINGS] == list(settings.Settings.__dataclass_fields__)
    assert all(row.words.id and row.words.en and row.words.id != row.words.en for row in settings.SETTINGS)
    assert all(row.variable.startswith("TEMU_MITRA_") for row in settings.SETTINGS)


# --- versions --------------------------------------------------------------------------------------------------------


def test_the_versions_read_from_the_names_of_the_scripts_are_those_alembic_knows():
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(ROOT / "matcher" / "migrations"))
    assert migrations.known() == {script.revision for script in scripts.walk_revisions()}
    assert [migrations.head()] == scripts.get_heads()
