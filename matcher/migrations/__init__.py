"""Schema versions: up, down, and where a database stands; Alembic called directly."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

_SCRIPTS = "matcher:migrations"

#: Tables whose rows are never changed or removed, by nobody.
APPEND_ONLY = ("log", "proof")


class Unguarded(Exception):
    """A table of the trace could be changed: its triggers are missing."""


def _config(engine: Engine | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.attributes["engine"] = engine
    return config


def head() -> str:
    """The newest version this code knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    return found or ""


def known() -> set[str]:
    """Every version this code knows."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current(engine: Engine) -> str | None:
    """The version a database stands at; None where it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_empty(engine: Engine) -> bool:
    """Whether the database holds no table at all."""
    return not inspect(engine).get_table_names()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database to *revision*, in one transaction."""
    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take a database back to *revision*."""
    command.downgrade(_config(engine), revision)


def check(engine: Engine) -> None:
    """Raise where the tables and the code differ (`alembic check`), or where the trace could be changed."""
    if missing := unguarded(engine):  # first: whatever runs the migrations puts them back
        raise Unguarded(", ".join(missing))
    command.check(_config(engine))


# --- append-only -----------------------------------------------------------------------------------------------------


def unguarded(engine: Engine) -> list[str]:
    """Names of the triggers of the trace that are missing."""
    with engine.connect() as connection:
        return sorted(_guards(connection) - _standing(connection))


def guard(connection: Connection) -> None:
    """Put back the triggers of the trace: a migration that rebuilds a table on SQLite drops them with the old one."""
    for name in sorted(_guards(connection) - _standing(connection)):
        table, _, verb = name.partition("_")
        if connection.dialect.name == "sqlite":
            verb = verb.removeprefix("no_").upper()
            connection.execute(text(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ))  # fmt: skip
        else:
            connection.execute(text(
                f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ))  # fmt: skip


def _guards(connection: Connection) -> set[str]:
    """Names of the triggers that the tables there are must have."""
    tables = set(inspect(connection).get_table_names()) & set(APPEND_ONLY)
    endings = ("no_update", "no_delete") if connection.dialect.name == "sqlite" else ("append_only",)
    return {f"{table}_{ending}" for table in tables for ending in endings}


def _standing(connection: Connection) -> set[str]:
    catalogue = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"}
    rows = connection.execute(text(catalogue.get(connection.dialect.name, "SELECT tgname FROM pg_trigger")))
    return set(rows.scalars())
