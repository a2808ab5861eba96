"""Version 5, November 2026: stays that leave this PC, and places of the log without their rows."""

from __future__ import annotations

VERSION = 5

STATEMENTS = (
    # A stay that the log of a scope says has left: its rows do not count from `seq` on, and are
    # gone once `is_gone`. The line stays, so that a restored server's log can be followed.
    """CREATE TABLE retired (
        scope TEXT NOT NULL,
        episode BLOB NOT NULL,
        patient BLOB NOT NULL,
        seq INTEGER NOT NULL,
        is_gone INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (scope, episode)
    ) WITHOUT ROWID""",
    "CREATE INDEX retired_leaving ON retired (episode) WHERE is_gone = 0",
    # Where this PC stood: without the rows of a stay, the chain does not follow from the rest.
    """CREATE TABLE place (
        scope TEXT NOT NULL,
        commit_no INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        chain BLOB NOT NULL,
        PRIMARY KEY (scope, commit_no)
    ) WITHOUT ROWID""",
    # One line once more was about to leave than the logs explain: nothing leaves from then on.
    """CREATE TABLE removal_freeze (
        at_ms INTEGER NOT NULL,
        kinds TEXT NOT NULL
    )""",
    """INSERT INTO place (scope, commit_no, seq, chain)
    SELECT scope, commit_no, seq, chain FROM cursor WHERE commit_no > 0""",
)
