"""Version 14, November 2026: what this PC found of its own disk, and what came of it."""

from __future__ import annotations

VERSION = 14

STATEMENTS = (
    # `first` and `last` are numbers of own operations; `last` is missing where nobody knows it.
    # `is_over` is 0 while what the disk lost is still to be looked for in the file put `aside`.
    """CREATE TABLE disk_finding (
        number INTEGER PRIMARY KEY,
        found_ms INTEGER NOT NULL,
        sort TEXT NOT NULL CHECK (sort IN ('taken_up', 'missing', 'put_right')),
        actions INTEGER NOT NULL DEFAULT 0,
        first INTEGER,
        last INTEGER,
        copied_ms INTEGER,
        aside TEXT NOT NULL DEFAULT '',
        has_drafts INTEGER NOT NULL DEFAULT 1,
        is_over INTEGER NOT NULL DEFAULT 1
    )""",
    """CREATE TRIGGER disk_finding_stays BEFORE DELETE ON disk_finding
    BEGIN SELECT RAISE(ABORT, 'a finding is never deleted'); END""",
)
