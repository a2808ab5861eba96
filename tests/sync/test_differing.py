"""What the exchange does where both sides differ at the same place."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.buckets import BUCKETS
from sonar_core.sync.healing import FoundBy, Sums
from sonar_core.sync.rows import EMPTY_DIGEST
from sonar_desktop.sync.errors import DivergedError, RefusedError
from sonar_desktop.usecases.healing_ports import Slice, Suspicion
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Position
from tests.sync.test_exchange import AT, HEAD, Server, Store, exchange_of


class Healing:
    """A store's own look at itself: no rows, and what is written down of it."""

    def __init__(self) -> None:
        self.written: list[tuple[str, object]] = []

    def look_over(self, _after) -> Slice:
        return Slice([], None)

    def suspect(self, scope, found_by) -> Changed:
        self.written.append((scope, found_by))
        return Changed()

    def postpone(self, scope) -> Changed:
        self.written.append((scope, "postponed"))
        return Changed()

    def healed(self, scope) -> Changed:
        self.written.append((scope, "healed"))
        return Changed()

    def repair(self, _at, _repair) -> Changed:
        return Changed()

    def untold(self):
        return ()


class Suspicious(Store):
    """A store that suspects, or not, that its rows are not the server's."""

    suspicions: tuple[Suspicion, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.healing = Healing()

    def position(self) -> Position:
        return msgspec.structs.replace(super().position(), suspicions=self.suspicions)


class Old(Server):
    """A server that knows no buckets."""

    def bucket_sums(self, _asked):
        raise RefusedError("bad_request")


class Summing(Server):
    """A server without rows that knows buckets."""

    def bucket_sums(self, _asked) -> Sums:
        return Sums(sums=(EMPTY_DIGEST,) * BUCKETS, server_ms=1)


def test_other_rows_at_the_same_position_are_told_and_written_down():
    store = Suspicious()
    other = msgspec.structs.replace(HEAD, digest=b"\1" * len(EMPTY_DIGEST))
    with pytest.raises(DivergedError):
        exchange_of(store, Old(other)).pull(store.position())
    assert store.healing.written == [(AT.scope, FoundBy.DIGEST), (AT.scope, "postponed")]


def test_another_history_at_the_same_position_is_not_healed():
    store = Suspicious()
    other = msgspec.structs.replace(HEAD, chain=bytes(range(32)))
    with pytest.raises(DivergedError):
        exchange_of(store, Server(other)).pull(store.position())
    assert store.healing.written == []


def test_what_was_suspected_before_is_looked_into_at_the_next_exchange():
    store = Suspicious()
    store.suspicions = (Suspicion(AT.scope, is_due=True),)
    exchange_of(store, Summing(HEAD)).run()
    assert store.healing.written == [(AT.scope, "healed")]
    assert store.contact_ms == 77


def test_a_scope_that_is_not_tried_again_yet_stays_frozen():
    store = Suspicious()
    store.suspicions = (Suspicion(AT.scope, is_due=False),)
    with pytest.raises(DivergedError):
        exchange_of(store, Summing(HEAD)).run()
    assert store.healing.written == []
