"""Version 12, November 2026: the custody suites are among the kinds that are looked for."""

from __future__ import annotations

VERSION = 12

STATEMENTS = (
    "DROP INDEX record_kind",
    """CREATE INDEX record_kind ON record (kind) WHERE
        kind = 'Conflict' OR kind = 'CustodyEpisode' OR kind = 'Location' OR kind = 'Patient'
        OR kind = 'Practitioner' OR kind = 'PractitionerRole' OR kind = 'ScopeGrant'
        OR kind = 'SiteMove'""",
)
