"""Schema versions: up, down, and where a database stands; Alembic called directly."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

_SCRIPTS = "matcher:migrations"


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
    """Raise where the tables and the code differ (`alembic check`)."""
    command.check(_config(engine))
