"""Engines and sessions: SQLite as it must be set, writers that queue, readers that never wait."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from matcher.models import Counter, Region
from tests.builders import world
from web import db
from web.db import open_engine, sessions


@pytest.fixture
def opened(sqlite_url):
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


SETTINGS = {
    "journal_mode": "wal" if db.wal_is_safe() else "truncate", "synchronous": 2 if db.wal_is_safe() else 3,
    "foreign_keys": 1, "busy_timeout": db.BUSY_MS, "mmap_size": 0, "trusted_schema": 0,
}  # fmt: skip


@pytest.mark.parametrize("pragma", SETTINGS)
@pytest.mark.parametrize("writes", [False, True])
def test_sqlite_runs_in_the_safe_configuration(opened, pragma, writes):
    with sessions(opened, writes=writes)() as session:
        assert session.scalar(text(f"PRAGMA {pragma}")) == SETTINGS[pragma]


def test_a_write_ahead_log_is_used_only_where_several_processes_may_share_one():
    assert db.wal_is_safe() == (db.sqlite_version() >= (3, 51, 3))


def test_the_sqlite_in_use_is_not_the_standard_library_s(opened):
    assert opened.dialect.dbapi.__name__.startswith("pysqlite3")
    assert db.sqlite_version() == tuple(opened.dialect.dbapi.sqlite_version_info)


def test_a_reader_never_waits_for_a_writer_and_sees_what_was_committed(opened):
    with sessions(opened)() as writer:
        writer.execute(text("UPDATE counter SET value = 41 WHERE prefix = 'K'"))
        started = time.monotonic()
        with sessions(opened, writes=False)() as reader:
            assert reader.scalar(select(Counter.value).where(Counter.prefix == "K")) == 0
        assert time.monotonic() - started < 1
        writer.commit()
    with sessions(opened, writes=False)() as reader:
        assert reader.scalar(select(Counter.value).where(Counter.prefix == "K")) == 41


def test_a_reader_sees_one_moment_however_long_it_reads(opened):
    with sessions(opened, writes=False)() as reader:
        assert reader.scalar(select(Counter.value).where(Counter.prefix == "K")) == 0
        with sessions(opened)() as writer:
            writer.execute(text("UPDATE counter SET value = 7 WHERE prefix = 'K'"))
            writer.commit()
        assert reader.scalar(select(Counter.value).where(Counter.prefix == "K")) == 0


def add(maker, times, faults):
    try:
        for _ in range(times):
            with maker() as session:
                counter = session.get_one(Counter, "K", with_for_update=True)
                counter.value += 1
                session.commit()
    except Exception as error:
        faults.append(error)


def test_threads_that_write_queue_and_no_write_is_lost(engine):
    faults = []
    threads = [threading.Thread(target=add, args=(sessions(engine), 25, faults)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    with sessions(engine)() as session:
        assert session.get_one(Counter, "K").value == 100


WRITER = """
import sys
from tests.web.test_db import add
from web.db import open_engine, sessions
faults = []
add(sessions(open_engine(sys.argv[1])), 25, faults)
sys.exit(str(faults) if faults else 0)
"""


def test_processes_that_write_queue_and_no_write_is_lost(database_url):
    root = Path(__file__).parents[2]
    running = [subprocess.Popen([sys.executable, "-c", WRITER, database_url], cwd=root) for _ in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    engine = open_engine(database_url)
    with sessions(engine)() as session:
        assert session.get_one(Counter, "K").value == 75
    engine.dispose()


def writes_again(engine):
    """A writer gets its turn: nobody holds the lock."""
    faults = []
    thread = threading.Thread(target=add, args=(sessions(engine), 1, faults), daemon=True)
    thread.start()
    thread.join(5)
    return not thread.is_alive() and not faults


def test_a_begin_that_fails_lets_the_next_writer_in(opened, sqlite_url):
    outsider = sa.create_engine(sqlite_url, module=db.driver)
    with opened.connect() as connection:  # the pooled connection shall not wait its full time
        connection.execute(text("PRAGMA busy_timeout = 50"))
    with outsider.connect() as stubborn:
        stubborn.exec_driver_sql("BEGIN IMMEDIATE")
        with sessions(opened)() as session, pytest.raises(OperationalError, match="locked"):
            session.execute(text("SELECT 1"))
        stubborn.exec_driver_sql("ROLLBACK")
    outsider.dispose()
    assert writes_again(opened)


def test_a_lock_file_that_cannot_be_made_lets_the_next_writer_in(tmp_path, sqlite_url):
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "temu.db"
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), path)
    engine = open_engine(f"sqlite:///{path.as_posix()}")
    lock = path.with_name(path.name + ".writer")
    lock.mkdir()  # something else lies where the lock file belongs
    with pytest.raises(OSError), sessions(engine)() as session:
        session.execute(text("SELECT 1"))
    lock.rmdir()
    assert writes_again(engine)
    engine.dispose()


@pytest.mark.parametrize("ending", ["commit", "rollback", "close", "fault in a statement", "fault at commit"])
def test_however_a_writer_ends_the_next_one_gets_its_turn(opened, ending):
    session = sessions(opened)()
    session.execute(text("UPDATE counter SET value = 5 WHERE prefix = 'T'"))
    if ending == "commit":
        session.commit()
    elif ending == "rollback":
        session.rollback()
    elif ending == "fault in a statement":
        with pytest.raises(IntegrityError):
            session.execute(text("INSERT INTO counter (prefix, value) VALUES ('T', 1)"))
    elif ending == "fault at commit":
        session.add(Counter(prefix="K", value=1))
        with pytest.raises(IntegrityError):
            session.commit()
    session.close()
    assert writes_again(opened)


def test_what_was_not_committed_is_gone(engine):
    with sessions(engine)() as session:
        world(session)
    with sessions(engine)() as session:
        assert session.scalars(select(Region)).all() == []


def test_a_pool_of_readers_and_writers_keeps_no_lock_between_transactions(opened):
    for _ in range(30):
        with sessions(opened)() as writer:
            writer.execute(text("UPDATE counter SET value = value + 1 WHERE prefix = 'A'"))
            writer.commit()
            writer.execute(text("UPDATE counter SET value = value + 1 WHERE prefix = 'A'"))
            writer.commit()
        with sessions(opened, writes=False)() as reader:
            reader.scalar(text("SELECT 1"))
    assert writes_again(opened)


def test_a_writer_who_never_gets_a_turn_is_told_so(sqlite_url, monkeypatch):
    monkeypatch.setattr(db, "LONGEST_WAIT", 0.2)
    opened = db.open_engine(sqlite_url)
    with db.sessions(opened)() as first, db.sessions(opened)() as second:
        first.connection()
        with pytest.raises(sa.exc.TimeoutError):
            second.connection()
    opened.dispose()
