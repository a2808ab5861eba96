"""Version 13: what the server has countersigned of each device's chain."""

from __future__ import annotations

VERSION = 13

STATEMENTS = (
    """
    CREATE TABLE anchor (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        incarnation bigint NOT NULL,
        op_seq bigint NOT NULL,
        body bytea NOT NULL,
        signature bytea NOT NULL,
        PRIMARY KEY (site_id, device, incarnation, op_seq)
    )
    """,
)
