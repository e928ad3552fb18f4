"""Engines and sessions: SQLite in a safe and fair configuration, PostgreSQL by URL; a session a request.

Writers on SQLite queue on one lock (a thread lock, then a file lock) around ``BEGIN IMMEDIATE … COMMIT``, so that
nobody starves; readers use a plain ``BEGIN`` and never wait.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import IO, Any

from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import TimeoutError as NoTurn
from sqlalchemy.orm import Session, sessionmaker

try:
    import fcntl
except ImportError:  # Windows: BEGIN IMMEDIATE and its busy timeout alone keep writers apart
    fcntl = None  # type: ignore[assignment]

try:
    import pysqlite3.dbapi2 as driver
except ImportError:
    driver = None

#: The first SQLite without the WAL-reset corruption; older ones run without WAL.
SAFE_WAL = (3, 51, 3)
BUSY_MS = 10_000
LONGEST_WAIT = 30  #: seconds a writer waits for its turn


def sqlite_version() -> tuple[int, ...]:
    """The SQLite that is really used; (0,) where only the standard library's is there."""
    return tuple(driver.sqlite_version_info) if driver is not None else (0,)


def wal_is_safe() -> bool:
    """Whether several processes may share a write-ahead log."""
    return sqlite_version() >= SAFE_WAL


def _pragmas(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's events begin, not the driver
    cursor = connection.cursor()
    journal = ("WAL", "FULL") if wal_is_safe() else ("TRUNCATE", "EXTRA")
    for pragma in (
        f"journal_mode={journal[0]}", f"synchronous={journal[1]}", "foreign_keys=ON", f"busy_timeout={BUSY_MS}",
        "mmap_size=0", "trusted_schema=OFF",
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Writers:
    """The queue of writers before one SQLite file."""

    def __init__(self, path: str) -> None:
        self._threads = threading.Lock()
        self._path = path + ".writer"
        self._file: IO[str] | None = None

    def enter(self) -> None:
        """Wait for the turn to write."""
        if not self._threads.acquire(timeout=LONGEST_WAIT):  # a turn that is never given back must not hang a person
            raise NoTurn("writers")
        try:
            if fcntl is not None:
                self._file = Path(self._path).open("w", encoding="utf-8")  # noqa: SIM115 - held until `leave`
                fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self.leave()  # a full disk or a folder that is gone must not stop the next writer too
            raise

    def leave(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._threads.release()


def _queue_writers(engine: Engine, path: str) -> None:
    writers = _Writers(path)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            writers.enter()
            connection.info["writing"] = True
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except BaseException:
                end(connection)
                raise
        else:
            connection.exec_driver_sql("BEGIN")

    def end(connection: Connection) -> None:
        if connection.info.pop("writing", False):
            writers.leave()

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        # The driver's own commit comes after this event: do it here, so that the lock outlives it.
        try:
            connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]
        finally:
            end(connection)

    @event.listens_for(engine, "rollback")
    def rollback(connection: Connection) -> None:
        try:
            connection.connection.dbapi_connection.rollback()  # type: ignore[union-attr]
        finally:
            end(connection)


def open_engine(url: str) -> Engine:
    """An engine for *url*, configured so that what is acknowledged is kept."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed,
            pool_pre_ping=True,
            pool_size=8,
            hide_parameters=True,
            connect_args={"options": "-c lock_timeout=10s"},
        )
    options: dict[str, Any] = {"module": driver} if driver is not None else {}
    engine = create_engine(parsed, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True, **options)
    event.listen(engine, "connect", _pragmas)
    _queue_writers(engine, os.fspath(parsed.database or ""))
    return engine


def sessions(engine: Engine, *, writes: bool = True) -> sessionmaker[Session]:
    """A maker of sessions; those that write take the writers' turn when they begin."""
    bound = engine.execution_options(writes=True) if writes else engine
    return sessionmaker(bound, expire_on_commit=False)


# --- the request's session -------------------------------------------------------------------------------------------


def init_app(app: Flask, engine: Engine) -> None:
    """Give *app* its engine and close each request's session with the request."""
    app.extensions["engine"] = engine
    app.extensions["reading"] = sessions(engine, writes=False)
    app.extensions["writing"] = sessions(engine)
    app.teardown_appcontext(_close)


def session() -> Session:
    """The request's session: it reads, unless `writing` was called before."""
    if "session" not in g:
        g.session = current_app.extensions["reading"]()
    found: Session = g.session
    return found


def writing() -> Session:
    """The request's session, taking the writers' turn; what was read before is read again."""
    if "session" in g:
        g.session.close()
    g.session = current_app.extensions["writing"]()
    found: Session = g.session
    return found


def _close(_error: BaseException | None = None) -> None:
    if (found := g.pop("session", None)) is not None:
        found.close()  # rolls back what was not committed
