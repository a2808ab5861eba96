"""Version 11, November 2026: an index of the kinds that are looked for by themselves, of no others.

An entry for each of a person's observations and doses was written, sealed and never looked up.
"""

from __future__ import annotations

VERSION = 11

STATEMENTS = (
    "DROP INDEX record_kind",
    """CREATE INDEX record_kind ON record (kind) WHERE
        kind = 'Conflict' OR kind = 'CustodyEpisode' OR kind = 'Patient' OR kind = 'Practitioner'
        OR kind = 'PractitionerRole' OR kind = 'ScopeGrant' OR kind = 'SiteMove'""",
)
