"""Finding how far this PC and the server still agree, after one of them was put back."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from sonar_core.sync.agreement import Search
from sonar_core.sync.messages import (
    MAX_PLACES,
    MAX_WRITTEN,
    PROTOCOL,
    Cursor,
    OwnPlace,
    Reconcile,
    Reconciled,
)
from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.usecases.sync_ports import Places, Resumption

_IN_LOG: Final = attrgetter("scope", "seq", "commit_no", "chain")
_IN_CHAIN: Final = attrgetter("op_seq")
_NOTHING_WRITTEN: Final = OwnPlace(0, 0, "")


def last_agreed(port: SyncPort, mine: Places) -> Resumption:
    """Ask the server until the last common place of each scope is known; return where to go on.

    And the last of this PC's own operations that the server holds: it holds all before that, since
    each incarnation begins after one that it held. Raises RubbishError for a place that this PC did
    not name.
    """
    searches = [Search(places, _IN_LOG) for places in mine.scopes]
    written = Search((_NOTHING_WRITTEN, *mine.written), _IN_CHAIN)
    answer = _ask(port, mine.incarnation, searches, written)
    while not (written.is_done and all(search.is_done for search in searches)):
        answer = _ask(port, mine.incarnation, searches, written)
    return Resumption(
        common=answer.common,
        op_seq=answer.op_seq,
        header_hash=answer.header_hash,
        held_seq=written.found.op_seq,
    )


def _ask(
    port: SyncPort,
    incarnation: int,
    searches: Sequence[Search[Cursor]],
    written: Search[OwnPlace],
) -> Reconciled:
    each = MAX_PLACES // max(len(searches), 1)
    asked = tuple(place for search in searches for place in search.ask(each))
    operations = tuple(one for one in written.ask(MAX_WRITTEN) if one != _NOTHING_WRITTEN)
    answer = port.reconcile(
        Reconcile(protocol=PROTOCOL, incarnation=incarnation, places=asked, written=operations)
    )
    try:
        written.learn(OwnPlace(0, answer.held_seq, ""))
        for search, common in zip(searches, answer.common, strict=True):
            search.learn(common)
    except ValueError as error:
        raise RubbishError("strange_place") from error
    return answer
