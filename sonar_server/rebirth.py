"""A new incarnation for a device whose disk was copied or put back to an earlier state."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import structlog

from sonar_core.ids import to_bytes
from sonar_core.sync.messages import BeginAnew, BegunAnew
from sonar_server.central import Central
from sonar_server.errors import RefusedError, bad_request
from sonar_server.store import incarnations, incidents
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident
from sonar_server.store.operations import FIRST_INCARNATION, Author
from sonar_server.store.places import Device

NEW_INCARNATION: Final = "new_incarnation"
_LAST_INCARNATION: Final = 2**31
_LAST_SEQ: Final = 2**53

_log: Final = structlog.get_logger()


def begin_anew(central: Central, device: Device, asked: BeginAnew) -> BegunAnew:
    """Give the device a number that it never had, and keep an incident of it.

    Its operations from `first_seq` on come under the new number. Raises RefusedError for
    numbers that no device has, for another device's request, and where the operation before is not
    held here: what goes on after it would hide from the device that it was lost.
    """
    if asked.device != device.id:
        raise bad_request("the request is another device's")
    if not (
        FIRST_INCARNATION <= asked.incarnation < _LAST_INCARNATION
        and 1 <= asked.first_seq <= _LAST_SEQ
    ):
        raise bad_request("no device has that incarnation or operation")
    if asked.after is not None and asked.after.op_seq != asked.first_seq - 1:
        raise bad_request("an incarnation goes on after the operation before its first")
    parent = Author(
        site_id=to_bytes(device.site), device=to_bytes(device.id), incarnation=asked.incarnation
    )
    now_ms = central.now_ms()

    def work(transaction: Transaction) -> int:
        after = asked.after
        if after is not None and not incarnations.last_held(transaction, parent, (after,)):
            raise RefusedError(
                HTTPStatus.CONFLICT,
                "operations_missing",
                "this server does not hold the operation before",
            )
        number = incarnations.give(transaction, parent, asked.first_seq)
        happened = Incident(
            id=central.new_id(),
            at_ms=now_ms,
            kind=NEW_INCARNATION,
            detail=(
                f"device {device.id} ({device.name}) was copied or put back to an earlier state: "
                f"incarnation {number} instead of {asked.incarnation}, "
                f"from operation {asked.first_seq} on"
            ),
        )
        incidents.note(transaction, device.site, happened)
        return number

    number = central.database.run(work)
    _log.warning(NEW_INCARNATION, device=device.id, incarnation=number, parent=asked.incarnation)
    return BegunAnew(
        device=device.id,
        incarnation=number,
        parent=asked.incarnation,
        first_seq=asked.first_seq,
        server_ms=now_ms,
    )
