"""What every test may ask for: a migrated database on SQLite and on PostgreSQL, and a browser.

Where PostgreSQL or a browser cannot be had, the tests that ask for it are skipped with one line that says what installs
it; under CI that is a failure.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from tests import postgres
from web.commands.testing import find_browser

NO_BROWSER = (
    "no browser: run `python3 -m web test`, which fetches one, or install Chromium (sudo apt install chromium), "
    "or set CHROMIUM_PATH"
)
# Without these, Chromium asks other hosts for updates and fails on a closed network; as root it needs --no-sandbox.
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
DATABASES = ("sqlite", "postgresql")

# The same examples on every run: a red test is the fault of the change at hand, not of chance.
settings.register_profile(
    "temu-mitra", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("temu-mitra")


def missing(why: str) -> NoReturn:
    """Skip for want of a part, or fail where nothing may be skipped."""
    if os.environ.get("CI"):
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


# --- databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL database from which others may be created."""
    try:
        with postgres.server() as address:
            yield address
    except postgres.NoPostgres as reason:
        missing(str(reason))


def _migrate(url: str) -> None:
    from matcher.migrations import upgrade
    from web.db import open_engine

    engine = open_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; each test gets a copy of it."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(_sqlite_url(path))
    return path


class Postgres:
    """Creates and drops databases on one server; asks it as rarely as it can."""

    def __init__(self, url: str) -> None:
        self.address = sa.make_url(url)
        self.engine = sa.create_engine(self.address, isolation_level="AUTOCOMMIT")

    def create(self, template: str = "template0") -> str:
        """Create a database and return its address."""
        name = f"temu_{uuid.uuid4().hex[:16]}"
        with self.engine.connect() as connection:
            # Copying files is four times faster here than writing every page to the log; known from version 15.
            known = (connection.dialect.server_version_info or (0,)) >= (15,)
            how = " STRATEGY FILE_COPY" if known else ""
            connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'{how}'))
        return self.address.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        with self.engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{sa.make_url(url).database}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Iterator[Postgres]:
    """The server, ready to create databases."""
    server = Postgres(postgres_url)
    yield server
    server.engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> Iterator[str]:
    """The name of a migrated PostgreSQL database; each test gets a copy of it."""
    url = postgres_server.create()
    _migrate(url)
    yield str(sa.make_url(url).database)
    postgres_server.drop(url)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated database on SQLite, for what need not run on both."""
    path = tmp_path / "temu-mitra.db"
    shutil.copy(sqlite_template, path)
    return _sqlite_url(path)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.create(request.getfixturevalue("postgres_template"))
    yield url
    server.drop(url)


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database without a single table, once on SQLite and once on PostgreSQL; for tests of migrations."""
    if request.param == "sqlite":
        yield _sqlite_url(tmp_path / "empty.db")
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on ``database_url``, opened the way the product opens it."""
    from web.db import open_engine

    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session on ``engine``; what the test did not commit is rolled back."""
    from web.db import sessions

    with sessions(engine)() as opened:
        yield opened


# --- the meeting -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the Sukabumi meeting; each test gets a copy of it."""
    from tests.office import make_folder

    path = tmp_path_factory.mktemp("meeting") / "data"
    make_folder(path)
    return path


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Iterator[Any]:
    """A fresh copy of the meeting, open."""
    from tests.office import copied

    opened = copied(template, tmp_path / "data")
    yield opened
    opened.close()


# --- the browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, driven by Playwright; one a worker."""
    path = find_browser()
    if not path:
        missing(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page in a context of its own; the options are those of Playwright's ``new_context``.

    When the test ends, no page may have raised an error in a script or asked a host beyond this computer.
    """
    contexts, faults = [], []

    def look(request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")):
            faults.append(f"asked another host: {request.url}")

    def opened(**options: Any) -> Any:
        context = browser.new_context(**{"locale": "id-ID", "timezone_id": "Asia/Jakarta", **options})
        contexts.append(context)
        context.on("request", look)
        context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """One page of 1366 by 768, the screen of an office."""
    return open_page(viewport={"width": 1366, "height": 768})


@pytest.fixture
def address(folder: Any) -> Iterator[str]:
    """Where the service over the folder runs."""
    from tests.office import served

    with served(folder) as found:
        yield found


@pytest.fixture
def as_officer(address: str, open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page as the officer, in a browser of its own; options as for `open_page`."""
    from tests.office import sign_in

    def opened(path: str, **options: Any) -> Any:
        page = open_page(**options)
        sign_in(page, address)
        page.goto(address + path)
        return page

    return opened
