"""Version 6: PCs on which nothing leaves the disk; what is held back, found without the rest."""

from __future__ import annotations

VERSION = 6

STATEMENTS = (
    """
    CREATE TABLE removal_freeze (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        at_ms bigint NOT NULL,
        lifted_ms bigint,
        PRIMARY KEY (site_id, device, at_ms)
    )
    """,
    "CREATE INDEX op_held ON op (received_ms) WHERE verdict = 'quarantined'",
    "DROP INDEX op_newer",
)
