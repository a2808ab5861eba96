"""Finding how far this PC and the server still agree, after one of them was put back."""

from __future__ import annotations

from collections.abc import Sequence

from sonar_core.sync.agreement import Search
from sonar_core.sync.messages import MAX_PLACES, PROTOCOL, Reconcile, Reconciled
from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.usecases.sync_ports import Places, Resumption


def last_agreed(port: SyncPort, mine: Places) -> Resumption:
    """Ask the server until the last common place of each scope is known; return where to go on.

    Raises RubbishError for a place that this PC did not name.
    """
    searches = [Search(places) for places in mine.scopes]
    answer = _ask(port, mine, searches)
    while not all(search.is_done for search in searches):
        answer = _ask(port, mine, searches)
    return Resumption(
        common=answer.common,
        op_seq=answer.op_seq,
        header_hash=answer.header_hash,
        held_seq=answer.held_seq,
    )


def _ask(port: SyncPort, mine: Places, searches: Sequence[Search]) -> Reconciled:
    each = MAX_PLACES // max(len(searches), 1)
    asked = tuple(place for search in searches for place in search.ask(each))
    answer = port.reconcile(
        Reconcile(
            protocol=PROTOCOL, incarnation=mine.incarnation, places=asked, written=mine.written
        )
    )
    try:
        for search, common in zip(searches, answer.common, strict=True):
            search.learn(common)
    except ValueError as error:
        raise RubbishError("strange_place") from error
    return answer
