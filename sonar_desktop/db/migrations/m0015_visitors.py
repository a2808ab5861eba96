"""Version 15, November 2026: whom a sealed envelope let in is among the kinds looked for."""

from __future__ import annotations

VERSION = 15

STATEMENTS = (
    "DROP INDEX record_kind",
    """CREATE INDEX record_kind ON record (kind) WHERE
        kind = 'Conflict' OR kind = 'CustodyEpisode' OR kind = 'Location' OR kind = 'Patient'
        OR kind = 'Practitioner' OR kind = 'PractitionerRole' OR kind = 'ScopeGrant'
        OR kind = 'SiteMove' OR kind = 'UnconfirmedPractitioner'""",
)
