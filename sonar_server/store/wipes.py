"""Orders to wipe a PC, what a PC out of use says it still has, and the parcels that came of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.sync.wiping import AskOrder, Parcel, SignedOrder, WipeOrder
from sonar_server.store.database import Transaction
from sonar_server.store.places import Device
from sonar_server.store.schema import left_on, parcel, wipe_order


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a PC said of itself last: when (UTC ms), and what of it no server has."""

    at_ms: int
    waiting: int
    oldest_ms: int | None
    drafts: int


@dataclass(frozen=True, kw_only=True)
class Wipe:
    """An order that was not withdrawn; `done_ms` is when the PC's parcel came."""

    order_id: str
    issued_ms: int
    signed: SignedOrder
    done_ms: int | None


def add(transaction: Transaction, device: Device, order: WipeOrder, signed: SignedOrder) -> None:
    """Keep a new order."""
    values = insert(wipe_order).values(
        **_of(device),
        order_id=to_bytes(order.order_id),
        issued_ms=order.issued_ms,
        body=signed.order,
        signature=signed.signature,
    )
    transaction.execute(values)


def standing(transaction: Transaction, device: Device) -> Wipe | None:
    """Return the order that stands for a device, held until the transaction ends."""
    query = (
        select(wipe_order)
        .filter_by(**_of(device))
        .where(wipe_order.c.withdrawn_ms.is_(None))
        .with_for_update()
    )
    row = transaction.execute(query).first()
    return None if row is None else _wipe(row)


def all_standing(transaction: Transaction) -> dict[str, Wipe]:
    """Return every order that was not withdrawn, by its device."""
    query = select(wipe_order).where(wipe_order.c.withdrawn_ms.is_(None))
    return {from_bytes(row.device): _wipe(row) for row in transaction.execute(query)}


def withdraw(transaction: Transaction, device: Device, now_ms: int) -> None:
    """Take back the order that stands for a device, if one does."""
    still = update(wipe_order).filter_by(**_of(device)).where(wipe_order.c.withdrawn_ms.is_(None))
    transaction.execute(still.values(withdrawn_ms=now_ms))


def keep_left(transaction: Transaction, device: Device, said: AskOrder, now_ms: int) -> None:
    """Keep what a device says it still has, in place of what it said before."""
    told = {"at_ms": now_ms, "waiting": said.waiting, "oldest_ms": said.oldest_ms}
    told["drafts"] = said.drafts
    values = insert(left_on).values(**_of(device), **told)
    transaction.execute(
        values.on_conflict_do_update(index_elements=["site_id", "device"], set_=told)
    )


def left(transaction: Transaction) -> dict[str, Left]:
    """Return what each device said of itself last, by its id."""
    return {
        from_bytes(row.device): Left(
            at_ms=row.at_ms, waiting=row.waiting, oldest_ms=row.oldest_ms, drafts=row.drafts
        )
        for row in transaction.execute(select(left_on))
    }


def keep_parcel(transaction: Transaction, device: Device, came: Parcel, now_ms: int) -> None:
    """Keep a parcel for good, and that its order was obeyed; one that is known changes nothing."""
    values = insert(parcel).values(
        **_of(device),
        order_id=to_bytes(came.order_id),
        sha256=hashlib.sha256(came.sealed).digest(),
        received_ms=now_ms,
        sealed=came.sealed,
    )
    transaction.execute(values.on_conflict_do_nothing())
    open_ = update(wipe_order).filter_by(**_of(device), order_id=to_bytes(came.order_id))
    transaction.execute(open_.where(wipe_order.c.done_ms.is_(None)).values(done_ms=now_ms))


def parcels(transaction: Transaction, device: Device) -> list[bytes]:
    """Return what a device has left, sealed, in the order it came."""
    query = select(parcel.c.sealed).filter_by(**_of(device)).order_by(parcel.c.received_ms)
    return [bytes(sealed) for sealed in transaction.scalars(query)]


def _of(device: Device) -> dict[str, Any]:
    return {"site_id": to_bytes(device.site), "device": to_bytes(device.id)}


def _wipe(row: Any) -> Wipe:
    return Wipe(
        order_id=from_bytes(row.order_id),
        issued_ms=row.issued_ms,
        signed=SignedOrder(order=bytes(row.body), signature=bytes(row.signature)),
        done_ms=row.done_ms,
    )
