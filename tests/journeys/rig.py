"""Rooms with a PC and one server process: what every journey is played on.

All parts are the product's: a real server process over HTTP on a real PostgreSQL, real encrypted
stores, the real exchange. Only the rooms' clocks are moved by hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sonar_core.board.build import board_row_bytes
from sonar_core.ids import uuid7
from sonar_core.moments import Moment, moment_at
from sonar_core.sync.messages import PROTOCOL, REQUEST_DOMAIN, Enrol
from sonar_desktop.db.opened import Opened, open_pc_store
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.sync.link import ServerLink
from sonar_desktop.sync.transport import Signer, Transport
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.ports import Actor, Desk
from sonar_desktop.usecases.server_time import ServerTime
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keys import DekBox, new_dek

ZONE = "Europe/London"


@dataclass
class HandClock(ServerTime):
    """A wall clock that is moved by hand, and the monotonic one beside it."""

    wall_ms: int

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic_ms(self) -> int:
        return self.wall_ms

    def zone(self) -> str:
        return ZONE

    def pass_minutes(self, minutes: int) -> None:
        self.wall_ms += minutes * 60_000

    def moment(self, minutes_ago: int = 0) -> Moment:
        return moment_at(self.wall_ms - minutes_ago * 60_000, ZONE)


class RandomIds:
    """New ids by a room's clock."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock

    def new(self) -> str:
        return uuid7(self._clock.now_ms(), secrets.token_bytes(10))


@dataclass(kw_only=True)
class Room:
    """A medical room: one enrolled PC at which one person works."""

    folder: Path
    address: str
    clock: HandClock
    actor: Actor
    dek: DekBox
    pc: PcRecord
    contact: bool = True
    is_journalled: bool = False
    """Whether what is signed stands in a side journal too, from the next opening on."""
    opened: Opened = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Open the store, as at the start of the program."""
        self.opened = open_pc_store(
            self.folder / "client.db",
            self.dek,
            clock=self.clock,
            ids=RandomIds(self.clock),
            board_row=board_row_bytes,
            in_contact=lambda: self.contact,
            load_identity=DeviceIdentity.load,
            journal=SideJournal(self.folder / "journal", self.dek) if self.is_journalled else None,
        )

    def restart(self) -> None:
        """Close the store and open it again."""
        self.opened.close()
        self.open()

    def close(self) -> None:
        self.opened.close()
        self.dek.wipe()

    @property
    def desk(self) -> Desk:
        return Desk(
            actor=self.actor,
            store=self.opened.store,
            clock=self.clock,
            ids=RandomIds(self.clock),
            site=self.pc.site,
        )

    def exchange(self) -> None:
        """Send and fetch once; raises what stopped it."""
        with self.exchanging(self.address) as exchange:
            exchange.run()

    @contextmanager
    def exchanging(self, address: str) -> Iterator[Exchange]:
        """Give the exchange itself, with the server or whatever stands at the address."""
        identity = DeviceIdentity.load(self.pc.identity)
        transport = Transport(address)
        link = ServerLink(transport, self.clock, Signer(device=self.pc.device, sign=identity.sign))
        try:
            link.hello()
            yield Exchange(
                port=link,
                store=self.opened.sync,
                report=lambda *_: None,
                changed=lambda _: None,
            )
        finally:
            transport.close()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every version of every record this PC holds, by scope, with its bytes."""
        return held_rows(self.opened)


def held_rows(opened: Opened) -> dict[str, list[tuple[Any, ...]]]:
    """Return (seq, kind, id, version, body, provenance) of each version, by scope."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    query = (
        "SELECT scope, seq, kind, id, version, body, provenance FROM record "
        "UNION ALL SELECT scope, seq, kind, id, version, body, provenance FROM version"
    )
    rows = opened._database.read(lambda connection: connection.exec_driver_sql(query).all())
    for scope, *rest in rows:
        found.setdefault(scope, []).append(tuple(rest))
    return {scope: sorted(rest) for scope, rest in found.items()}


def furnish(folder: Path, address: str, code: str, actor: Actor, clock: HandClock) -> Room:
    """Enrol a new PC at the server and open its store."""
    folder.mkdir()
    identity = DeviceIdentity.generate()
    public = identity.public
    transport = Transport(address)
    link = ServerLink(transport, clock, None)
    link.hello()
    enrolled = link.enrol(
        Enrol(
            protocol=PROTOCOL,
            code=code,
            name=folder.name,
            sign_public=public.sign,
            seal_public=public.receive,
            proof=identity.sign(REQUEST_DOMAIN + code.encode() + public.sign + public.receive),
        )
    )
    transport.close()
    pc = PcRecord(
        device=enrolled.device,
        incarnation=1,
        site=enrolled.site,
        site_name=enrolled.site_name,
        organisation=enrolled.organisation,
        zone=enrolled.zone,
        server_id=enrolled.server_id,
        scopes=enrolled.scopes,
        identity=identity.stored(),
        lease_public=enrolled.lease_public,
        recovery_public=enrolled.recovery_public,
    )
    room = Room(folder=folder, address=address, clock=clock, actor=actor, dek=new_dek(), pc=pc)
    room.opened.enrol(pc, identity)
    return room
