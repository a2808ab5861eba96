"""Who this PC is: one row, written at enrolment, with the place of its chain of operations."""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection, insert, select, update

from sonar_core.records.kinds import RecordKind, ScopeKind
from sonar_core.sync import clock
from sonar_core.sync.authoring import DeviceChain
from sonar_core.sync.operations import FIRST_PREV_HASH
from sonar_desktop.db import schema
from sonar_desktop.db.database import Database
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.identity_ports import PcRecord

_SCOPES: Final = msgspec.json.Decoder(tuple[str, ...])
_STORED: Final = select(*(schema.device.c[name] for name in PcRecord.__struct_fields__))
_NEXT_SEQ: Final = select(schema.device.c.next_seq)
_STAMP: Final = "SELECT hlc FROM device"


def enrolled_device(database: Database) -> PcRecord | None:
    """Return this PC's row, None before enrolment."""
    return database.read(device_of)


def enrol(database: Database, stored: PcRecord) -> None:
    """Write this PC's row, once; raise BugError when there is one."""

    def work(connection: Connection) -> None:
        if device_of(connection) is not None:
            raise BugError("this store belongs to a device already")
        values = msgspec.structs.asdict(stored)
        values["scopes"] = msgspec.json.encode(stored.scopes)
        connection.execute(
            insert(schema.device).values(
                only_one=1,
                next_seq=1,
                prev_hash=FIRST_PREV_HASH,
                hlc=clock.ZERO,
                first_seq=1,
                **values,
            )
        )

    database.write(Priority.USER, work)


def device_of(connection: Connection) -> PcRecord | None:
    """Return this PC's row as seen by a transaction."""
    row = connection.execute(_STORED).mappings().first()
    if row is None:
        return None
    return PcRecord(**{**row, "scopes": _SCOPES.decode(row["scopes"])})


def must_be_enrolled(connection: Connection) -> PcRecord:
    """Return this PC's row; raise BugError before enrolment, when nobody can act yet."""
    stored = device_of(connection)
    if stored is None:
        raise BugError("nobody can act on a PC that is not enrolled")
    return stored


def scope_of(kind: RecordKind, stored: PcRecord) -> str:
    """Return the scope that a kind's records of this PC belong to."""
    return scope_named(kind.scope, stored)


def scope_named(kind: ScopeKind, stored: PcRecord) -> str:
    """Return the name on the wire of this PC's scope of a kind."""
    if kind is ScopeKind.REFERENCE:
        return f"{stored.organisation}/{kind}"
    if kind is ScopeKind.DEVICE:
        return f"{stored.device}/{kind}"
    return f"{stored.site}/{kind}"


def keep_scopes(connection: Connection, scopes: tuple[str, ...]) -> None:
    """Write which scopes this PC fetches from now on."""
    connection.execute(update(schema.device).values(scopes=msgspec.json.encode(scopes)))


def chain_of(connection: Connection) -> DeviceChain:
    """Return where this PC's chain of operations stands."""
    table = schema.device
    columns = [table.c[name] for name in DeviceChain.__struct_fields__]
    return DeviceChain(**connection.execute(select(*columns)).mappings().one())


def last_seq(connection: Connection) -> int:
    """Return the number of the last operation written here, 0 before the first."""
    return int(connection.execute(_NEXT_SEQ).scalar_one()) - 1


def keep_chain(connection: Connection, chain: DeviceChain) -> None:
    """Write where the chain stands after a user action."""
    connection.execute(
        update(schema.device).values(
            next_seq=chain.next_seq, prev_hash=chain.prev_hash, hlc=chain.hlc
        )
    )


def see_stamp(connection: Connection, remote: str, now_ms: int) -> None:
    """Bring this PC's hybrid clock up to a stamp seen from elsewhere."""
    found = driver_connection(connection).execute(_STAMP).fetchone()
    if found is not None and (stamp := clock.receive(found[0], remote, now_ms)) != found[0]:
        connection.execute(update(schema.device).values(hlc=stamp))
