"""The schema goes up and down on both databases, matches the code, and keeps its triggers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import event, inspect, text

from matcher import log, migrations
from matcher.models import Base
from tests.builders import world
from web.db import open_engine, sessions


@pytest.fixture
def empty(empty_database_url):
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


def with_a_proof(engine):
    with sessions(engine)() as session:
        w = world(session)
        w.prove(w.agreed(w.challenge(), w.offer()), 1)
        session.commit()


def refused(engine, statement):
    with sessions(engine)() as session, pytest.raises(Exception, match="append-only"):
        session.execute(text(statement))


def is_guarded(engine):
    for statement in (
        "UPDATE log SET reason = 'x'",
        "DELETE FROM log",
        "UPDATE proof SET note = 'x'",
        "DELETE FROM proof",
    ):
        refused(engine, statement)


def rebuild(engine, table):
    """What a later migration does to a table: on SQLite it is copied into a new one and the old is dropped."""
    writing = engine.execution_options(writes=True) if engine.dialect.name == "sqlite" else engine
    with writing.connect() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(table) as batch:
            batch.alter_column({"log": "reason", "proof": "note"}[table], type_=sa.String(64), existing_nullable=False)
        connection.commit()


def test_an_empty_database_goes_up_and_stands_where_the_code_does(empty):
    assert migrations.is_empty(empty)
    assert migrations.current(empty) is None
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.head()
    assert set(inspect(empty).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    migrations.check(empty)


def test_it_goes_down_to_nothing_and_up_again(empty):
    migrations.upgrade(empty)
    with_a_proof(empty)
    migrations.downgrade(empty)
    assert set(inspect(empty).get_table_names()) == {"alembic_version"}
    migrations.upgrade(empty)
    migrations.check(empty)
    with_a_proof(empty)
    with sessions(empty)() as session:
        assert log.verify(session) is None


def test_going_up_twice_changes_nothing(empty):
    migrations.upgrade(empty)
    with_a_proof(empty)
    migrations.upgrade(empty)
    with sessions(empty)() as session:
        assert log.verify(session) is None


def test_the_trace_is_append_only_after_going_up_and_after_down_and_up(empty):
    migrations.upgrade(empty)
    with_a_proof(empty)
    is_guarded(empty)
    migrations.downgrade(empty)
    migrations.upgrade(empty)
    with_a_proof(empty)
    is_guarded(empty)


@pytest.mark.parametrize("table", ["log", "proof"])
def test_the_trace_is_append_only_again_after_a_migration_has_rebuilt_its_table(empty, table):
    migrations.upgrade(empty)
    with_a_proof(empty)
    rebuild(empty, table)
    if empty.dialect.name == "sqlite":
        assert migrations.unguarded(empty) == [f"{table}_no_delete", f"{table}_no_update"]
    migrations.upgrade(empty)
    assert migrations.unguarded(empty) == []
    is_guarded(empty)


def test_a_trace_that_could_be_changed_fails_the_check(empty):
    migrations.upgrade(empty)
    migrations.check(empty)
    writing = empty.execution_options(writes=True) if empty.dialect.name == "sqlite" else empty
    with writing.begin() as connection:
        name = "log_no_update" if empty.dialect.name == "sqlite" else "log_append_only ON log"
        connection.execute(text(f"DROP TRIGGER {name}"))
    with pytest.raises(migrations.Unguarded, match="log_"):
        migrations.check(empty)


def test_a_table_that_differs_from_the_code_is_found(empty):
    migrations.upgrade(empty)
    writing = empty.execution_options(writes=True) if empty.dialect.name == "sqlite" else empty
    with writing.begin() as connection:
        connection.execute(text("ALTER TABLE party ADD COLUMN nickname VARCHAR(20)"))
    with pytest.raises(Exception, match="nickname"):
        migrations.check(empty)


def test_an_update_that_fails_half_way_leaves_the_schema_as_it_was(empty):
    def fail(_connection, _cursor, statement, *_):
        if "CREATE TABLE suggestion" in statement:
            raise RuntimeError("the power went out")

    event.listen(empty, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError, match="power"):
        migrations.upgrade(empty)
    event.remove(empty, "before_cursor_execute", fail)
    assert migrations.is_empty(empty)
    migrations.upgrade(empty)
    migrations.check(empty)


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE match SET state = 'agreed'",
        "UPDATE match SET quantity = 0",
        "UPDATE match SET state = 'declined', closed_at = '2026-03-02 00:00:00'",
        "UPDATE match SET state = 'done'",
        "UPDATE match SET starts = '2026-03-02', ends = '2026-03-01'",
        "UPDATE challenge SET state = 'closed'",
        "UPDATE challenge SET quantity = -1",
        "UPDATE offer SET share_min = 3000, share_max = 2000",
        "UPDATE offer SET answer_days = 0",
        "UPDATE party SET sector = 'private' WHERE kind = 'library'",
        "UPDATE party SET merged_into_id = id",
        "UPDATE match SET offer_id = 99999",
    ],
)
def test_the_database_itself_refuses_a_broken_rule(engine, broken):
    with sessions(engine)() as session:
        w = world(session)
        w.propose(w.challenge(), w.offer())
        session.commit()
    from sqlalchemy.exc import IntegrityError

    with sessions(engine)() as session, pytest.raises(IntegrityError):
        session.execute(text(broken))


def test_two_live_proposals_of_one_pair_cannot_be_stored(engine):
    from sqlalchemy.exc import IntegrityError

    with sessions(engine)() as session:
        w = world(session)
        w.propose(w.challenge(), w.offer())
        session.commit()
        columns = [column.name for column in Base.metadata.tables["match"].columns if column.name not in ("id", "code")]
        names = ", ".join(columns)
        with pytest.raises(IntegrityError):
            session.execute(text(f"INSERT INTO match (code, {names}) SELECT 'J-9999', {names} FROM match"))
