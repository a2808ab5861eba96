"""Version 2: where the database was when it was served last, and what happened to it.

A restored or promoted database differs from the one that was served before it; the server gives its
scopes a new epoch then. `incident` is for the operator: nothing in it is about a patient.
"""

from __future__ import annotations

VERSION = 2

STATEMENTS = (
    """
    CREATE TABLE whereabouts (
        site_id bytea NOT NULL,
        place text NOT NULL,
        PRIMARY KEY (site_id)
    )
    """,
    """
    CREATE TABLE incident (
        site_id bytea NOT NULL,
        incident_id bytea NOT NULL,
        at_ms bigint NOT NULL,
        kind text NOT NULL,
        detail text NOT NULL,
        PRIMARY KEY (site_id, incident_id)
    )
    """,
)
