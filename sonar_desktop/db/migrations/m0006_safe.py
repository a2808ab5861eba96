"""Version 6, November 2026: how far this PC's own operations were safe, and since when."""

from __future__ import annotations

VERSION = 6

STATEMENTS = (
    # Up to `op_seq` every own operation had its verdict, its row was here, and the server had said
    # that it could lose none of them. A line a day, by the server's clock and by this PC's.
    """CREATE TABLE safe_point (
        op_seq INTEGER NOT NULL PRIMARY KEY,
        server_ms INTEGER NOT NULL,
        own_ms INTEGER NOT NULL
    )""",
)
