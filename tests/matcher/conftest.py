"""What tests of the domain may ask for beside the databases."""

from __future__ import annotations

import pytest

from web.db import open_engine, sessions


@pytest.fixture
def sqlite_engine(sqlite_url):
    """An engine on SQLite alone, for what need not run on both."""
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_session(sqlite_engine):
    """A session on SQLite alone."""
    with sessions(sqlite_engine)() as opened:
        yield opened


@pytest.fixture
def postgres_session(postgres_server, postgres_template):
    """A session on PostgreSQL, beside one on SQLite."""
    url = postgres_server.create(postgres_template)
    engine = open_engine(url)
    with sessions(engine)() as opened:
        yield opened
    engine.dispose()
    postgres_server.drop(url)
