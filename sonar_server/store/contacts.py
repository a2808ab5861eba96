"""What was heard of each device: when last, how much, and what of it is held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sonar_core.ids import from_bytes
from sonar_server.store.database import Transaction, read_all

_HEARD: Final = """
    SELECT d.device,
        (SELECT max(n.at_ms) FROM nonce n WHERE n.site_id = d.site_id AND n.device = d.device),
        (SELECT max(c.last_seq) FROM device_chain c
         WHERE c.site_id = d.site_id AND c.device = d.device),
        (SELECT count(*) FROM op o WHERE o.site_id = d.site_id AND o.device = d.device
         AND o.verdict = 'quarantined')
    FROM device d
"""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """When a device last asked for anything (UTC ms), its last operation, how many are held back.

    `last_ms` is None for one that asked for nothing since it was enrolled.
    """

    last_ms: int | None
    last_seq: int
    held_back: int


def all_of(transaction: Transaction) -> dict[str, Contact]:
    """Return what was heard of each device, by its id."""
    return {
        from_bytes(device): Contact(last_ms=last_ms, last_seq=last_seq or 0, held_back=held_back)
        for device, last_ms, last_seq, held_back in read_all(transaction, _HEARD, {})
    }
