"""What stands in the database, for an operator: how many, how far, how old; no contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sonar_core.ids import from_bytes
from sonar_server.store.database import Transaction, read_all

_ROWS: Final = (
    "SELECT site_id, sum(head_seq)::int8, max(epoch) FROM scope "
    "WHERE scope_id NOT LIKE 'device/%%' GROUP BY site_id"
)
_DEVICES: Final = (
    "SELECT d.device, d.site_id, s.organisation_id FROM device d "
    "JOIN site s ON s.site_id = d.site_id WHERE d.revoked_ms IS NULL ORDER BY d.device"
)
_HELD: Final = "SELECT count(*), min(received_ms) FROM op WHERE verdict = 'quarantined'"
_INCIDENTS: Final = "SELECT kind, count(*) FROM incident GROUP BY kind"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands: `rows` has for each device in use how many rows its scopes have.

    `oldest_held_ms` is when the oldest operation came that is held back (UTC ms).
    """

    rows: dict[str, int]
    epoch: int
    held_back: int
    oldest_held_ms: int | None
    incidents: dict[str, int]


def look(transaction: Transaction) -> Standing:
    """Return how it stands now."""
    scopes = read_all(transaction, _ROWS, {})
    rows = {owner: int(count) for owner, count, _ in scopes}
    held_back, oldest = read_all(transaction, _HELD, {})[0]
    return Standing(
        rows={
            from_bytes(device): rows.get(site, 0) + rows.get(organisation, 0)
            for device, site, organisation in read_all(transaction, _DEVICES, {})
        },
        epoch=max((epoch for _, _, epoch in scopes), default=0),
        held_back=held_back,
        oldest_held_ms=oldest,
        incidents=dict(read_all(transaction, _INCIDENTS, {})),
    )
