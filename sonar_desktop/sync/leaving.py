"""Having stays that are over and revoked scopes leave this PC, a little in each transaction."""

from __future__ import annotations

from collections.abc import Callable

from sonar_core.sync.healing import MOST_LOST, Freeze, Report
from sonar_core.sync.messages import PROTOCOL
from sonar_core.sync.port import SyncPort
from sonar_desktop.usecases.healing_ports import HealingStore
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Compared, SyncStore


def let_go(
    store: SyncStore,
    compared: Compared,
    ask: Callable[[], None],
    changed: Callable[[Changed], None],
) -> tuple[Freeze, ...]:
    """Take off the disk what can go; return what freezes removal on this PC.

    `ask` fetches the server's horizon, once, where some wait for it alone.
    """
    gone = store.let_go(compared)
    if gone.waits_for_horizon:
        changed(gone.changed)
        ask()
        gone = store.let_go(compared)
    while gone.has_more:
        changed(gone.changed)
        gone = store.let_go(compared)
    return gone.freezes


def held_after_all(store: HealingStore, port: SyncPort) -> frozenset[str]:
    """Tell the server which rows it lost by this PC; return the operations that it holds after all.

    A server that does not know the question names none.
    """
    asked = store.lost()
    held: set[str] = set()
    for start in range(0, len(asked), MOST_LOST):
        some = asked[start : start + MOST_LOST]
        held.update(port.report(Report(protocol=PROTOCOL, incidents=(), lost=some)).held)
    store.lacking({row.operation for row in asked} - held)
    return frozenset(held)


def tell_frozen(store: SyncStore, port: SyncPort, freezes: tuple[Freeze, ...]) -> None:
    """Tell the server of freezes, and lift those that an operator has lifted there.

    Then stays go at the next exchange, by the same rules: a breaker that trips again freezes anew.
    """
    told = port.report(Report(protocol=PROTOCOL, incidents=(), freezes=freezes))
    named = [one.at_ms for one in freezes if one.at_ms in told.lifted]
    if named:
        store.lift(named)
