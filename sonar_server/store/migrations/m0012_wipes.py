"""Version 12: orders to wipe a PC, what a PC out of use says it has, and what it left sealed."""

from __future__ import annotations

VERSION = 12

STATEMENTS = (
    """
    CREATE TABLE wipe_order (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        order_id bytea NOT NULL,
        issued_ms bigint NOT NULL,
        body bytea NOT NULL,
        signature bytea NOT NULL,
        withdrawn_ms bigint,
        done_ms bigint,
        PRIMARY KEY (site_id, device, order_id)
    )
    """,
    """
    CREATE TABLE left_on (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        at_ms bigint NOT NULL,
        waiting bigint NOT NULL,
        oldest_ms bigint,
        drafts bigint NOT NULL,
        PRIMARY KEY (site_id, device)
    )
    """,
    """
    CREATE TABLE parcel (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        order_id bytea NOT NULL,
        sha256 bytea NOT NULL,
        received_ms bigint NOT NULL,
        sealed bytea NOT NULL,
        PRIMARY KEY (site_id, device, order_id, sha256)
    )
    """,
)
