"""Version 10: who people are at the organisation's provider, and tokens that renew a lease."""

from __future__ import annotations

VERSION = 10

STATEMENTS = (
    """
    CREATE TABLE account_at (
        site_id bytea NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        user_id bytea NOT NULL,
        PRIMARY KEY (site_id, issuer, subject)
    )
    """,
    """
    CREATE TABLE session_token (
        site_id bytea NOT NULL,
        token_hash bytea NOT NULL,
        family bytea NOT NULL,
        user_id bytea NOT NULL,
        device bytea NOT NULL,
        began_ms bigint NOT NULL,
        ends_ms bigint NOT NULL,
        used_ms bigint,
        PRIMARY KEY (site_id, token_hash)
    )
    """,
    "CREATE INDEX session_token_family ON session_token (site_id, family)",
)
