"""Lines of the devices' access logs about one patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sonar_core.records.access_event import AccessEvent
from sonar_server.store.database import Transaction, read_all

# By the index of a scope's patients: one look for each device of the site.
_ABOUT: Final = (
    "SELECT scope_id, body, provenance FROM record WHERE site_id = %(site)s "
    "AND scope_id = ANY(%(scopes)s) AND patient = %(patient)s AND kind = %(kind)s "
    "ORDER BY at_ms DESC, seq DESC LIMIT %(most)s"
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One line as it is stored: the scope of its device, the event's bytes and who wrote it."""

    scope: str
    body: bytes
    provenance: bytes


def about(
    transaction: Transaction, site: bytes, scopes: list[str], patient: bytes, most: int
) -> list[Look]:
    """Return at most so many lines about a patient in these scopes of a site: the last written."""
    rows = read_all(
        transaction,
        _ABOUT,
        {
            "site": site,
            "scopes": scopes,
            "patient": patient,
            "kind": AccessEvent.__name__,
            "most": most,
        },
    )
    return [Look(scope=scope, body=body, provenance=written) for scope, body, written in rows]
