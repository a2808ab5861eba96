"""Version 2, November 2026: what the server had and lost, and how far it said it was safe."""

from __future__ import annotations

VERSION = 2

STATEMENTS = (
    # Versions taken from a log that has lost them since: shown until their operation is back.
    """CREATE TABLE unheld (
        kind TEXT NOT NULL,
        id BLOB NOT NULL,
        version INTEGER NOT NULL,
        scope TEXT NOT NULL,
        seq INTEGER NOT NULL,
        commit_no INTEGER NOT NULL,
        patient BLOB,
        episode BLOB,
        at_ms INTEGER NOT NULL,
        body BLOB NOT NULL,
        provenance BLOB NOT NULL,
        row_hash BLOB NOT NULL,
        operation TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX unheld_id ON unheld (id, version, operation)",
    "CREATE INDEX unheld_operation ON unheld (operation)",
    """CREATE TRIGGER unheld_is_final BEFORE UPDATE ON unheld
    BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END""",
    """CREATE TRIGGER unheld_stays BEFORE DELETE ON unheld
    WHEN NOT EXISTS (SELECT 1 FROM purge)
    BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END""",
    """CREATE TABLE horizon (
        scope TEXT NOT NULL PRIMARY KEY,
        seq INTEGER NOT NULL
    )""",
)
