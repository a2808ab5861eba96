"""One server: its database, its keys, whose it is, and its clock."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sonar_core.ids import uuid7
from sonar_server.keys import ServerKeys
from sonar_server.lanes import Lanes
from sonar_server.meter import Meter
from sonar_server.scopes import Territory
from sonar_server.store import places
from sonar_server.store.database import Database
from sonar_server.store.places import Device, Organisation


def wall_clock_ms() -> int:
    """Return UTC milliseconds by this machine's clock."""
    return time.time_ns() // 1_000_000


class NotInitialisedError(Exception):
    """The database has no organisation yet, or another one's keys."""


@dataclass(frozen=True, kw_only=True)
class Central:
    """What every request is served with."""

    database: Database
    organisation: Organisation
    keys: ServerKeys
    now_ms: Callable[[], int] = wall_clock_ms
    meter: Meter = field(default_factory=Meter)
    lanes: Lanes = field(default_factory=Lanes)

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        return uuid7(self.now_ms(), secrets.token_bytes(10))

    def territory(self, device: Device) -> Territory:
        """Return where a device stands."""
        return Territory(
            device=device.id,
            site=device.site,
            organisation=self.organisation.id,
            revoked=device.revoked,
        )


def open_central(database: Database, keys: ServerKeys) -> Central:
    """Return the server over a database made ready by `sonar-server init`.

    Raises NotInitialisedError when there is no organisation, or its keys are not these.
    """
    organisation = database.run(places.the_organisation)
    if organisation is None:
        raise NotInitialisedError("the database has no organisation: run `sonar-server init`")
    if organisation.lease_public != keys.lease_public:
        raise NotInitialisedError("the key file does not belong to this database")
    return Central(database=database, organisation=organisation, keys=keys)
