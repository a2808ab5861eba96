"""Version 4, November 2026: when this PC's copy was not the server's, and what stood there then."""

from __future__ import annotations

VERSION = 4

STATEMENTS = (
    # One line each time; healing is next tried, and the server told, at these times.
    """CREATE TABLE incident (
        id TEXT NOT NULL PRIMARY KEY,
        scope TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        found_ms INTEGER NOT NULL,
        found_by TEXT NOT NULL,
        records INTEGER NOT NULL DEFAULT 0,
        healed_ms INTEGER,
        tries INTEGER NOT NULL DEFAULT 0,
        heal_ms INTEGER NOT NULL,
        tell_ms INTEGER NOT NULL,
        is_told INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE UNIQUE INDEX incident_open ON incident (scope) WHERE healed_ms IS NULL",
    """CREATE TRIGGER incident_stays BEFORE DELETE ON incident
    BEGIN SELECT RAISE(ABORT, 'an incident is never deleted'); END""",
    # Rows as they were found: what somebody may have read and acted on.
    """CREATE TABLE spoilt (
        kind TEXT,
        id BLOB,
        version INTEGER,
        scope TEXT,
        seq INTEGER,
        commit_no INTEGER,
        patient BLOB,
        episode BLOB,
        at_ms INTEGER,
        body BLOB,
        provenance BLOB,
        row_hash BLOB,
        incident TEXT NOT NULL REFERENCES incident (id)
    )""",
    """CREATE TRIGGER spoilt_is_final BEFORE UPDATE ON spoilt
    BEGIN SELECT RAISE(ABORT, 'what was found is never changed'); END""",
    """CREATE TRIGGER spoilt_stays BEFORE DELETE ON spoilt
    BEGIN SELECT RAISE(ABORT, 'what was found is never deleted'); END""",
    """CREATE TABLE self_check (
        only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
        checked_ms INTEGER NOT NULL
    )""",
)
