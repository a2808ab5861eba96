"""Lines of the devices' access logs: about one patient, and what a suite answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sonar_core import bodies
from sonar_core.records.access_event import ANSWERED_FOR, AccessEvent
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_server.store.database import Transaction, read_all

# By the index of a scope's patients: one look for each device of the site.
_ABOUT: Final = (
    "SELECT scope_id, body, provenance FROM record WHERE site_id = %(site)s "
    "AND scope_id = ANY(%(scopes)s) AND patient = %(patient)s AND kind = %(kind)s "
    "ORDER BY at_ms DESC, seq DESC LIMIT %(most)s"
)
# By the same index: lines about nobody are those of who came and went, and these among them.
_EMERGENCIES: Final = (
    "SELECT scope_id, body, provenance FROM record WHERE site_id = %(site)s "
    "AND scope_id = ANY(%(scopes)s) AND patient IS NULL AND kind = %(kind)s "
    "AND EXISTS (SELECT FROM unnest(%(said)s::bytea[]) AS one WHERE position(one IN body) > 0) "
    "ORDER BY at_ms DESC, seq DESC LIMIT %(most)s"
)

_VISITORS: Final = (
    "SELECT body FROM record WHERE site_id = %(site)s AND id = ANY(%(users)s) AND kind = %(kind)s"
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
    return _looks(transaction, _ABOUT, site, scopes, most, {"patient": patient})


def emergencies(transaction: Transaction, site: bytes, scopes: list[str], most: int) -> list[Look]:
    """Return at most so many lines of `ANSWERED_FOR`, of these scopes: the last written."""
    said = [f'"action":"{action.value}"'.encode() for action in ANSWERED_FOR]
    return _looks(transaction, _EMERGENCIES, site, scopes, most, {"said": said})


def visitors(
    transaction: Transaction, site: bytes, users: list[bytes]
) -> list[UnconfirmedPractitioner]:
    """Return those of the users whom an envelope let in at a site."""
    rows = read_all(
        transaction,
        _VISITORS,
        {"site": site, "users": users, "kind": UnconfirmedPractitioner.__name__},
    )
    return [bodies.decode(body, UnconfirmedPractitioner) for (body,) in rows]


def _looks(
    transaction: Transaction,
    query: str,
    site: bytes,
    scopes: list[str],
    most: int,
    more: dict[str, bytes | list[bytes]],
) -> list[Look]:
    asked = {"site": site, "scopes": scopes, "kind": AccessEvent.__name__, "most": most}
    rows = read_all(transaction, query, asked | more)
    return [Look(scope=scope, body=body, provenance=written) for scope, body, written in rows]
