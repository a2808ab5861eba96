"""Rows that the server itself writes into a log: nobody's operation stands behind them."""

from __future__ import annotations

from sonar_core import bodies
from sonar_core.moments import moment_at
from sonar_core.records.base import Record
from sonar_core.records.registry import kind_of
from sonar_core.sync import clock
from sonar_core.sync.decision import NewVersion
from sonar_core.sync.rows import Provenance
from sonar_server.central import Central
from sonar_server.store.log import Entry


def first_version(
    central: Central,
    record: Record,
    *,
    intent: str,
    zone: str,
    patient: str | None = None,
    episode: str | None = None,
) -> Entry:
    """Return a record's first version, written now by the server in this time zone."""
    now_ms = central.now_ms()
    kind = kind_of(record)
    return Entry(
        version=NewVersion(
            kind=kind.name,
            id=record.id,
            version=1,
            patient=patient,
            episode=episode,
            at_ms=now_ms,
            body=bodies.encode(record),
            provenance=Provenance(
                operation=central.new_id(),
                author=central.organisation.server_id,
                device=central.organisation.server_id,
                intent=intent,
                recorded_at=moment_at(now_ms, zone),
                received_ms=now_ms,
                hlc=clock.tick(clock.ZERO, now_ms),
                groups=tuple(group.name for group in kind.groups),
            ),
        )
    )
