from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.sync.errors import DivergedError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Departed, Position
from tests.sync.test_differing import Healing, Old
from tests.sync.test_exchange import AT, HEAD, Server, Store, exchange_of


class Leaving(Store):
    """A store with stays to let go, in steps; the first answer waits for the horizon."""

    def __init__(self, *answers: Departed) -> None:
        super().__init__()
        self.answers = list(answers)
        self.agreed: list[dict[str, int]] = []

    def position(self) -> Position:
        return msgspec.structs.replace(super().position(), is_leaving=True)

    def let_go(self, agreed) -> Departed:
        self.agreed.append(dict(agreed))
        return self.answers.pop(0)


def test_stays_leave_in_steps_at_the_place_that_was_compared():
    told = []
    some = Changed(episodes=frozenset({"e"}))
    store = Leaving(Departed(stays=2, changed=some), Departed(stays=1, changed=some), Departed())
    server = Server(HEAD)
    exchange = Exchange(port=server, store=store, report=lambda *_: None, changed=told.append)
    exchange.run()
    assert store.agreed == [{AT.scope: AT.seq}] * 3
    assert told == [some, some]
    assert (server.pushed, exchange.is_removal_frozen) == ([], False)


def test_the_horizon_is_asked_for_where_a_stay_waits_for_it():
    store = Leaving(Departed(waits_for_horizon=True), Departed(stays=1), Departed())
    server = Server(HEAD)
    exchange_of(store, server).run()
    assert server.pushed == [()]
    assert store.answers == []


def test_a_frozen_removal_is_told_and_stops_nothing():
    store = Leaving(Departed(is_frozen=True))
    exchange = exchange_of(store, Server(HEAD))
    exchange.run()
    assert exchange.is_removal_frozen
    assert store.contact_ms == 77


def test_nothing_leaves_where_both_sides_differ():
    store = Leaving()
    store.healing = Healing()
    with pytest.raises(DivergedError):
        exchange_of(store, Old(msgspec.structs.replace(HEAD, digest=b"\x01" * 16))).run()
    assert store.agreed == []
