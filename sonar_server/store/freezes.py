"""PCs on which nothing leaves the disk until an operator has looked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import to_bytes
from sonar_server.store.database import Transaction
from sonar_server.store.places import Device
from sonar_server.store.schema import removal_freeze


def keep(transaction: Transaction, device: Device, at_ms: int) -> bool:
    """Note a freeze by the device's name for it; return whether it was not known."""
    values = insert(removal_freeze).values(**_of(device), at_ms=at_ms)
    return bool(transaction.execute(values.on_conflict_do_nothing()).rowcount)


def lifted(transaction: Transaction, device: Device, asked: Collection[int]) -> list[int]:
    """Return which of these an operator has lifted."""
    query = (
        select(removal_freeze.c.at_ms)
        .filter_by(**_of(device))
        .where(removal_freeze.c.lifted_ms.is_not(None))
    )
    return list(transaction.scalars(query.where(removal_freeze.c.at_ms.in_(asked))))


def lift(transaction: Transaction, device: Device, now_ms: int) -> list[int]:
    """Lift whatever a device has told of; return what that was, by the device's names for it."""
    still = (
        update(removal_freeze).filter_by(**_of(device)).where(removal_freeze.c.lifted_ms.is_(None))
    )
    return list(
        transaction.scalars(still.values(lifted_ms=now_ms).returning(removal_freeze.c.at_ms))
    )


def _of(device: Device) -> dict[str, Any]:
    return {"site_id": to_bytes(device.site), "device": to_bytes(device.id)}
