"""Brings a database to the newest layout, step by step, and refuses one that is newer."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from sqlalchemy import text

from sonar_server.store import roles
from sonar_server.store.database import Database, Transaction
from sonar_server.store.errors import SchemaError
from sonar_server.store.migrations import (
    m0001_first,
    m0002_whereabouts,
    m0003_newer,
    m0004_incarnations,
    m0005_retired,
    m0006_operators,
    m0007_grants,
    m0008_known_at,
    m0009_walls,
    m0010_browser_sign_in,
    m0011_accounts,
    m0012_wipes,
    m0013_anchors,
)

MIGRATIONS: Final[tuple[ModuleType, ...]] = (
    m0001_first,
    m0002_whereabouts,
    m0003_newer,
    m0004_incarnations,
    m0005_retired,
    m0006_operators,
    m0007_grants,
    m0008_known_at,
    m0009_walls,
    m0010_browser_sign_in,
    m0011_accounts,
    m0012_wipes,
    m0013_anchors,
)
NEWEST: Final[int] = MIGRATIONS[-1].VERSION


def migrate(database: Database) -> int:
    """Bring the database to NEWEST; return from which version it came (0: empty).

    Each step is one transaction, so that a step that fails leaves the version before it. The roles
    are made first, and what each may do is granted last, each time: a restored database may stand
    in a cluster without them. Raises SchemaError when the database is newer than this program.
    """
    database.run(roles.make)
    came_from = database.run(_prepare)
    for step in MIGRATIONS:
        database.run(lambda transaction, step=step: _apply(transaction, step))  # type: ignore[misc]
    database.run(roles.grant)
    return came_from


def require_newest(database: Database) -> None:
    """Raise SchemaError unless the database is laid out as this program knows it."""

    def look(transaction: Transaction) -> int:
        # A table that may not be read is one of the time before there were roles.
        can_read = "SELECT has_table_privilege(to_regclass('schema_version')::oid, 'SELECT')"
        return _version(transaction) if transaction.execute(text(can_read)).scalar() else 0

    version = database.run(look)
    if version != NEWEST:
        raise SchemaError(
            f"the database has layout {version}, this program needs {NEWEST}: "
            "run `sonar-server init`, or start a newer sonar-server"
        )


def _prepare(transaction: Transaction) -> int:
    roles.act_as_owner(transaction)
    transaction.execute(
        text(
            "CREATE TABLE IF NOT EXISTS schema_version "
            "(site_id bytea NOT NULL, version bigint NOT NULL, PRIMARY KEY (site_id, version))"
        )
    )
    version = _version(transaction)
    if version > NEWEST:
        raise SchemaError(
            f"the database has layout {version}, newer than {NEWEST} of this program: "
            "start the newer sonar-server"
        )
    return version


def _version(transaction: Transaction) -> int:
    found = transaction.execute(text("SELECT max(version) FROM schema_version")).scalar()
    return found or 0


def _apply(transaction: Transaction, step: ModuleType) -> None:
    if _version(transaction) >= step.VERSION:
        return
    roles.act_as_owner(transaction)
    for statement in step.STATEMENTS:
        transaction.execute(text(statement))
    transaction.execute(
        text("INSERT INTO schema_version (site_id, version) VALUES ('', :version)"),
        {"version": step.VERSION},
    )
