"""Alembic's way in: the engine comes as an attribute, the tables from `matcher.models`."""

from __future__ import annotations

from alembic import context

from matcher import migrations
from matcher.models import Base

engine = context.config.attributes["engine"]
if engine.dialect.name == "sqlite":
    engine = engine.execution_options(writes=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        migrations.guard(connection)
    connection.commit()
