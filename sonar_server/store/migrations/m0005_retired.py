"""Version 5: stays that have left the PCs, and rows that were logged again when one came back."""

from __future__ import annotations

VERSION = 5

STATEMENTS = (
    """
    CREATE TABLE retired (
        site_id bytea NOT NULL,
        episode bytea NOT NULL,
        patient bytea NOT NULL,
        PRIMARY KEY (site_id, episode)
    )
    """,
    "CREATE INDEX retired_patient ON retired (site_id, patient)",
    """
    CREATE TABLE again (
        site_id bytea NOT NULL,
        scope_id text NOT NULL,
        seq bigint NOT NULL,
        commit_no bigint NOT NULL,
        of_seq bigint NOT NULL,
        PRIMARY KEY (site_id, scope_id, seq)
    )
    """,
)
