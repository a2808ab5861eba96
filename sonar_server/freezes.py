"""PCs on which nothing leaves the disk: told by the PC, lifted by an operator who has looked."""

from __future__ import annotations

from typing import Final

import structlog

from sonar_core.ids import is_id, slot, to_bytes
from sonar_core.sync.healing import MOST_INCIDENTS, Freeze
from sonar_server.administration import AdministrationError
from sonar_server.central import Central
from sonar_server.errors import bad_request
from sonar_server.operators import Word
from sonar_server.store import freezes, incidents, places
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident
from sonar_server.store.places import Device

FROZEN: Final = "removal_frozen"
LIFTED: Final = "removal_lifted"
_HIGHEST: Final = 1 << 53
_MOST_KINDS: Final = 1000
"""So many characters name all kinds that there are several times over."""

_log: Final = structlog.get_logger()


def keep(central: Central, device: Device, told: tuple[Freeze, ...]) -> tuple[int, ...]:
    """Keep the freezes that a device tells of, each as an incident; return which are lifted.

    Raises RefusedError for what is no freeze.
    """
    if not told:
        return ()
    if len(told) > MOST_INCIDENTS or not all(map(_is_sound, told)):
        raise bad_request("that is no list of freezes")
    now_ms = central.now_ms()

    def write(transaction: Transaction) -> tuple[list[Freeze], list[int]]:
        new = [one for one in told if freezes.keep(transaction, device, one.at_ms)]
        for one in new:
            incidents.note(transaction, device.site, _incident(device, one, now_ms))
        return new, freezes.lifted(transaction, device, [one.at_ms for one in told])

    new, lifted = central.database.run(write)
    for _ in new:
        _log.warning(FROZEN, device=device.id)
    return tuple(lifted)


def lift(central: Central, device: str, word: Word) -> int:
    """Let stays leave a PC again, which learns it when it asks next; return how many freezes ended.

    Raises AdministrationError when no such PC has told of one.
    """
    now_ms = central.now_ms()

    def write(transaction: Transaction) -> int:
        found = places.find_device(transaction, to_bytes(device)) if is_id(device) else None
        ended = [] if found is None else freezes.lift(transaction, found, now_ms)
        if found is None or not ended:
            raise AdministrationError(
                f"no PC {device!r} has told that nothing leaves it: see `sonar-server incidents`"
            )
        happened = Incident(
            id=central.new_id(),
            at_ms=now_ms,
            kind=LIFTED,
            detail=f"device {found.id} ({found.name}) may let stays go again: {word.said}",
        )
        incidents.note(transaction, found.site, happened)
        return len(ended)

    return central.database.run(write)


def _is_sound(told: Freeze) -> bool:
    is_text = told.kinds.isprintable() and len(told.kinds) <= _MOST_KINDS
    return 0 <= told.at_ms < _HIGHEST and is_text


def _incident(device: Device, told: Freeze, now_ms: int) -> Incident:
    return Incident(
        id=slot("freeze", device.id, str(told.at_ms)),
        at_ms=now_ms,
        kind=FROZEN,
        detail=f"device {device.id} ({device.name}): more was about to leave it than the logs "
        f"explain ({told.kinds}); nothing leaves it until `sonar-server removal lift`",
    )
