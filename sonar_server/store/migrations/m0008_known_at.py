"""Version 8: people whose rows more than one site holds, because they moved."""

from __future__ import annotations

VERSION = 8

STATEMENTS = (
    """
    CREATE TABLE known_at (
        site_id bytea NOT NULL,
        patient bytea NOT NULL,
        PRIMARY KEY (site_id, patient)
    )
    """,
    "CREATE INDEX known_at_patient ON known_at (patient)",
)
