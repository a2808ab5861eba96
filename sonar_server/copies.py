"""Devices whose copy was not the server's: kept as incidents for whoever runs the server."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import structlog

from sonar_core.ids import is_id, slot, to_bytes
from sonar_core.sync.healing import MOST_INCIDENTS, MOST_LOST, CopyIncident, LostRow
from sonar_server.central import Central
from sonar_server.errors import bad_request
from sonar_server.scopes import Territory
from sonar_server.store import incidents, log
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident

DIFFERS: Final = "copy_differs"
HEALED: Final = "copy_healed"
LOST: Final = "rows_lost"
_HIGHEST: Final = 1 << 53

_log: Final = structlog.get_logger()


def keep(central: Central, territory: Territory, told: tuple[CopyIncident, ...]) -> None:
    """Keep what a device tells, by its own ids; raise RefusedError for what is no incident."""
    if len(told) > MOST_INCIDENTS or not all(map(_is_sound, told)):
        raise bad_request("that is no list of incidents")
    now_ms = central.now_ms()
    happened = [_incident(territory, one, now_ms) for one in told]

    def write(transaction: Transaction) -> None:
        _note_all(transaction, territory.site, happened)

    central.database.run(write)
    for one in told:
        what = DIFFERS if one.healed_ms is None else HEALED
        _log.warning(what, device=territory.device, scope=one.scope, records=one.records)


def held(central: Central, territory: Territory, told: tuple[LostRow, ...]) -> tuple[str, ...]:
    """Return which of these operations' rows are held here, though a device takes them for lost.

    Of the others an incident is kept. Raises RefusedError for what is no list of rows.
    """
    if not told:
        return ()
    if len(told) > MOST_LOST or not all(is_id(row.operation) for row in told):
        raise bad_request("that is no list of rows")
    now_ms = central.now_ms()

    def look(transaction: Transaction) -> set[str]:
        records = [row.id for row in told]
        found = log.versions_of(transaction, to_bytes(territory.site), records)
        lacked = {row.operation for row in told if (row.id, row.operation) not in found}
        if lacked:
            incidents.note(transaction, territory.site, _lost(territory, lacked, now_ms))
        return lacked

    lacked = central.database.run(look)
    return tuple(sorted({row.operation for row in told} - lacked))


def _lost(territory: Territory, lacked: Collection[str], now_ms: int) -> Incident:
    return Incident(
        id=slot("lost", territory.device, min(lacked)),
        at_ms=now_ms,
        kind=LOST,
        detail=f"device {territory.device} still shows {len(lacked)} entries that this server had "
        "and lost; the PCs on which they were made send them again",
    )


def _note_all(transaction: Transaction, site: str, happened: Iterable[Incident]) -> None:
    for one in happened:
        incidents.note(transaction, site, one)


def _is_sound(told: CopyIncident) -> bool:
    numbers = (told.epoch, told.seq, told.found_ms, told.records, told.healed_ms or 0)
    return is_id(told.id) and all(0 <= number < _HIGHEST for number in numbers)


def _incident(territory: Territory, told: CopyIncident, now_ms: int) -> Incident:
    """Return it as the server keeps it: one when it was found, one when it was put right.

    Their ids are the device's alone, so that none meets another's; told again, it is the same.
    """
    kind, came_of_it = DIFFERS, "not put right yet"
    if told.healed_ms is not None:
        kind, came_of_it = HEALED, f"{told.records} records put right"
    return Incident(
        id=slot("copy", territory.device, told.id, kind),
        at_ms=now_ms,
        kind=kind,
        detail=f"device {territory.device}, {told.scope} at epoch {told.epoch}, seq {told.seq}: "
        f"found by {told.found_by}, {came_of_it}",
    )
