"""Bringing the store's tables up to this program, step by step, with a copy kept before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from sqlcipher3 import dbapi2

from sonar_desktop.db.errors import StoreTooNewError
from sonar_desktop.db.migrations import (
    m0001_first,
    m0002_unheld,
    m0003_incarnation,
    m0004_incidents,
    m0005_retired,
    m0006_safe,
    m0007_lifted,
    m0008_grants,
    m0009_moved,
    m0010_correcting,
    m0011_few,
    m0012_suites,
    m0013_anchors,
    m0014_disk,
    m0015_visitors,
)


class Migration(Protocol):
    """One step: the version it leads to, and the statements that do it."""

    @property
    def VERSION(self) -> int:  # noqa: N802 the constant of a migration module
        """Return the version that the store has afterwards."""

    @property
    def STATEMENTS(self) -> Sequence[str]:  # noqa: N802 the constant of a migration module
        """Return the statements, run in one transaction."""


MIGRATIONS: Final[tuple[Migration, ...]] = (
    m0001_first,
    m0002_unheld,
    m0003_incarnation,
    m0004_incidents,
    m0005_retired,
    m0006_safe,
    m0007_lifted,
    m0008_grants,
    m0009_moved,
    m0010_correcting,
    m0011_few,
    m0012_suites,
    m0013_anchors,
    m0014_disk,
    m0015_visitors,
)


def version_of(connection: dbapi2.Connection) -> int:
    """Return the version of the store's tables, 0 for a new file."""
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'store_version'"
    ).fetchone()
    if not found[0]:
        return 0
    return int(connection.execute("SELECT version FROM store_version").fetchone()[0])


def migrate(
    connection: dbapi2.Connection,
    keep_copy: Callable[[int], None],
    migrations: Sequence[Migration] = MIGRATIONS,
) -> None:
    """Run the steps that the store has not had; `keep_copy` is called before, with its version.

    All steps are one transaction: after a stop the store is wholly old or wholly new. Raises
    StoreTooNewError, with nothing touched, for a store that a newer program has used.
    """
    present = version_of(connection)
    if present > migrations[-1].VERSION:
        raise StoreTooNewError
    ahead = [step for step in migrations if present < step.VERSION]
    if not ahead:
        return
    if present:
        keep_copy(present)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not present:
            connection.execute("CREATE TABLE store_version (version INTEGER NOT NULL)")
            connection.execute("INSERT INTO store_version (version) VALUES (0)")
        for step in ahead:
            for statement in step.STATEMENTS:
                connection.execute(statement)
            connection.execute("UPDATE store_version SET version = ?", (step.VERSION,))
        connection.execute("COMMIT")
    except BaseException:
        # A full disk ends the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
