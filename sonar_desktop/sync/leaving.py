"""Having stays that are over leave this PC, a few in each transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import SyncStore


def let_go(
    store: SyncStore,
    agreed: Mapping[str, int],
    ask: Callable[[], None],
    changed: Callable[[Changed], None],
) -> bool:
    """Take off the disk what can go; return whether removal is frozen on this PC.

    `ask` fetches the server's horizon, once, where some wait for it alone.
    """
    gone = store.let_go(agreed)
    if gone.waits_for_horizon:
        changed(gone.changed)
        ask()
        gone = store.let_go(agreed)
    while gone.stays:
        changed(gone.changed)
        gone = store.let_go(agreed)
    return gone.is_frozen
