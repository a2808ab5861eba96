"""Version 7: the scopes that were granted or revoked, as the log of the reference scope says."""

from __future__ import annotations

VERSION = 7

STATEMENTS = (
    """
    CREATE TABLE scope_grant (
        site_id bytea NOT NULL,
        holder bytea NOT NULL,
        scope text NOT NULL,
        is_granted boolean NOT NULL,
        PRIMARY KEY (site_id, holder, scope)
    )
    """,
)
