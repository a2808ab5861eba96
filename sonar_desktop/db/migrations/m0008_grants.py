"""Version 8, November 2026: scopes that were revoked from this PC, and how far their copy is."""

from __future__ import annotations

VERSION = 8

STATEMENTS = (
    # A scope of this PC's site that it may not hold; the line goes when it is granted again.
    """CREATE TABLE revoked_scope (
        scope TEXT NOT NULL PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('revoked', 'going', 'again', 'gone'))
    )""",
)
