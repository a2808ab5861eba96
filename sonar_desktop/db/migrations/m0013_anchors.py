"""Version 13, November 2026: how far the server has countersigned this PC's chain."""

from __future__ import annotations

VERSION = 13

STATEMENTS = (
    """CREATE TABLE anchor (
        incarnation INTEGER NOT NULL PRIMARY KEY,
        op_seq INTEGER NOT NULL,
        body BLOB NOT NULL,
        signature BLOB NOT NULL
    ) STRICT""",
)
