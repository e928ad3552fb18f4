"""Schema versions: up, down, and where a database stands; Alembic called directly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is read only where a schema changes: what a start asks (where does the database stand?) must be quick.

_SCRIPTS = "matcher:migrations"
_VERSIONS = Path(__file__).parent / "versions"

#: Tables whose rows are never changed or removed, by nobody.
APPEND_ONLY = ("log", "proof")


class Unguarded(Exception):
    """A table of the trace could be changed: its triggers are missing."""


def _config(engine: Engine | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.attributes["engine"] = engine
    return config


def _in_order() -> list[str]:
    return sorted(script.name.partition("_")[0] for script in _VERSIONS.glob("[0-9]*.py"))


def head() -> str:
    """The newest version this code knows; each script's name begins with its version."""
    return _in_order()[-1]


def known() -> set[str]:
    """Every version this code knows."""
    return set(_in_order())


def current(engine: Engine) -> str | None:
    """The version a database stands at; None where it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def is_empty(engine: Engine) -> bool:
    """Whether the database holds no table at all."""
    return not inspect(engine).get_table_names()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database to *revision*, in one transaction."""
    from alembic import command

    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take a database back to *revision*."""
    from alembic import command

    command.downgrade(_config(engine), revision)


def check(engine: Engine) -> None:
    """Raise where the tables and the code differ (`alembic check`), or where the trace could be changed."""
    if missing := unguarded(engine):  # first: whatever runs the migrations puts them back
        raise Unguarded(", ".join(missing))
    from alembic import command

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
            body = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            connection.execute(text(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {body}"))
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
