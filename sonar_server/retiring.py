"""Letting released people's stays leave the PCs: by rule, by the server's clock, in the log.

The server keeps every row. Once its log says that a stay has left, no digest and no first sync
covers it, and each PC lets go of it as soon as that PC can prove that it loses nothing.
"""

from __future__ import annotations

from threading import Event, Thread
from typing import Final, Self

import structlog

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.retirement import Retirement
from sonar_core.sync.retirement import RULE, is_due
from sonar_server.central import Central
from sonar_server.own_rows import first_version
from sonar_server.scopes import Territory
from sonar_server.store import log, places, retirements
from sonar_server.store.database import Transaction
from sonar_server.store.errors import StoreError
from sonar_server.store.log import Entry
from sonar_server.store.places import Site
from sonar_server.store.retirements import Stay

EVERY_SECONDS: Final = 600
PATIENTS_AT_ONCE: Final = 20
"""So many people's stays are retired in one transaction, which holds their scopes' locks."""
_INTENT: Final = "retire"
_KINDS: Final = (ScopeKind.CLINICAL, ScopeKind.MEDICINES)

_log: Final = structlog.get_logger()


def retire_due(central: Central) -> int:
    """Retire every stay that is due; return how many."""
    return sum(_retire_of(central, site) for site in central.database.run(places.sites))


def _retire_of(central: Central, site: Site) -> int:
    run, site_id = central.database.run, to_bytes(site.id)
    patients = run(lambda transaction: retirements.patients_all_released(transaction, site_id))
    count = 0
    for start in range(0, len(patients), PATIENTS_AT_ONCE):
        some = patients[start : start + PATIENTS_AT_ONCE]
        if run(lambda transaction, some=some: _due(transaction, central, site_id, some)):  # type: ignore[misc]
            count += run(lambda transaction, some=some: _retire(transaction, central, site, some))  # type: ignore[misc]
    return count


def _due(
    transaction: Transaction, central: Central, site_id: bytes, patients: list[bytes]
) -> list[Stay]:
    """Return the stays to retire: all of a person's at once, none while one is in dispute."""
    now_ms = central.now_ms()
    found: list[Stay] = []
    for stays in retirements.stays_of(transaction, site_id, patients).values():
        newest = max(stay.newest_received_ms for stay in stays)
        may_leave = all(stay.is_over and not stay.is_disputed for stay in stays)
        if may_leave and is_due(newest, now_ms):
            found += stays
    return found


def _retire(transaction: Transaction, central: Central, site: Site, patients: list[bytes]) -> int:
    """Retire what is still due once nobody else can append to the scopes."""
    site_id = to_bytes(site.id)
    territory = Territory(device="", site=site.id, organisation=site.organisation)
    keys = [territory.key(kind) for kind in _KINDS]
    heads = log.heads(transaction, keys, lock=True)
    stays = _due(transaction, central, site_id, patients)
    if not stays:
        return 0
    for key in keys:
        for stay in (stay for stay in stays if stay.hashes[key.name]):
            heads[key].retire(_retirement(central, stay), stay.hashes[key.name])
    retirements.keep(transaction, site_id, stays)
    log.write_heads(transaction, heads.values())
    return len(stays)


def _retirement(central: Central, stay: Stay) -> Entry:
    patient, episode = from_bytes(stay.patient), from_bytes(stay.episode)
    retirement = Retirement(id=central.new_id(), patient=patient, episode=episode, rule=RULE)
    return first_version(
        central, retirement, intent=_INTENT, zone="UTC", patient=patient, episode=episode
    )


class Retiring:
    """Retires what is due now and then, on a thread of its own, until the block ends."""

    def __init__(self, central: Central) -> None:
        """Take the server; nothing begins yet."""
        self._central = central
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sonar-retiring", daemon=True)

    def __enter__(self) -> Self:
        """Begin; the first time is at once."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End after the transaction under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if count := retire_due(self._central):
                    _log.info("stays_retired", count=count)
            except StoreError as error:
                _log.warning("retiring_failed", error=type(error).__name__)
            self._stopped.wait(EVERY_SECONDS)
