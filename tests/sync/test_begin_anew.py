"""An exchange whose PC was copied or put back: when it asks for another incarnation."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.messages import BeginAnew, BegunAnew, End
from sonar_desktop.sync.errors import RefusedError, RubbishError
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import GoneBack, Outgoing, Position
from tests.sync.test_exchange import HEAD, Behind, PutBack, Server, Store, exchange_of


class Copied(Store):
    """A store whose numbers another store uses too."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = [(1, 2)]
        self.begun: list[BegunAnew] = []
        self.is_over = False
        self.last_seq = 2

    def position(self) -> Position:
        return msgspec.structs.replace(super().position(), last_seq=self.last_seq)

    def outgoing(self, most, bytes_, after=0) -> Outgoing:
        batch = super().outgoing(most, bytes_, after)
        return msgspec.structs.replace(batch, is_over=self.is_over)

    def to_begin_anew(self) -> BeginAnew:
        return BeginAnew(protocol=1, device="d", incarnation=1, first_seq=1)

    def begin_anew(self, begun) -> Changed:
        self.begun.append(begun)
        self.is_over = False
        return Changed(outbox=True)


class Giving(Server):
    """A server that gives incarnations, and refuses so many pushes before."""

    def __init__(self, *refusals: str) -> None:
        super().__init__(HEAD)
        self.refusals = list(refusals)
        self.has = 0

    def push(self, push):
        if self.refusals:
            raise RefusedError(self.refusals.pop())
        return super().push(push)

    def pull(self, _pull):
        yield End(heads=self.heads, server_ms=77, op_seq=self.has)

    def begin_anew(self, asked):
        self.has = 0
        return BegunAnew(
            device=asked.device,
            incarnation=2,
            parent=asked.incarnation,
            first_seq=asked.first_seq,
            server_ms=1,
        )


def test_a_server_that_holds_other_entries_under_our_numbers_gives_us_others():
    store, server = Copied(), Giving("device_forked")
    exchange = exchange_of(store, server)
    exchange.run()
    assert [one.incarnation for one in store.begun] == [2]
    assert exchange.incarnation == 2
    assert server.pushed == [(1, 2)]
    assert store.contact_ms == 77


def test_a_second_fork_in_one_exchange_is_left_to_the_next():
    store = Copied()
    with pytest.raises(RefusedError):
        exchange_of(store, Giving("device_forked", "device_forked")).run()
    assert len(store.begun) == 1


def test_what_was_written_in_an_incarnation_that_is_over_is_not_sent_under_this_one():
    store, server = Copied(), Giving()
    store.is_over = True
    exchange_of(store, server).run()
    assert len(store.begun) == 1
    assert server.pushed == [(1, 2)]


def test_a_server_that_has_more_of_this_pc_than_it_wrote_shows_that_it_was_put_back():
    store, server = Copied(), Giving()
    store.batches, server.has = [], 3
    exchange_of(store, server).run()
    assert len(store.begun) == 1


def test_what_was_written_during_the_exchange_is_nobody_elses():
    store, server = Copied(), Giving()
    store.batches, server.has = [], 3
    found = store.position()
    store.last_seq = 3
    assert exchange_of(store, server).pull(found) == 77
    assert store.begun == []


@pytest.mark.parametrize(
    "changes", [{"device": "x"}, {"parent": 7}, {"first_seq": 9}, {"incarnation": 1}]
)
def test_an_incarnation_that_was_not_asked_for_is_not_taken(changes):
    store, server = Copied(), Giving("device_forked")
    give = server.begin_anew
    server.begin_anew = lambda asked: msgspec.structs.replace(give(asked), **changes)
    with pytest.raises(RubbishError):
        exchange_of(store, server).run()
    assert store.begun == []


def test_a_server_that_never_gave_our_incarnation_lost_what_was_sent_in_it():
    class Both(Behind, Copied):
        """A copied store that a server took entries from before it was put back."""

        def go_back(self, to) -> GoneBack:
            assert self.begun == [], "what was lost is looked for first"
            return msgspec.structs.replace(super().go_back(to), is_over=True)

    class LostAndGiving(PutBack, Giving):
        """A server that was put back, and gives incarnations."""

        def pull(self, pull):
            return Giving.pull(self, pull)

    store, server = Both(), LostAndGiving(HEAD)
    server.refusals = ["incarnation_unknown"]
    exchange_of(store, server).run()
    assert store.went is not None
    assert [one.incarnation for one in store.begun] == [2]
    assert server.pushed == [(1, 2)]


def test_a_server_that_lacks_what_came_before_is_reconciled_with_first():
    class Both(Behind, Copied):
        """A copied store that a server took entries from before it was put back."""

        def go_back(self, to) -> GoneBack:
            return msgspec.structs.replace(super().go_back(to), is_over=True)

    class LostAndGiving(PutBack, Giving):
        """A server that was put back, and gives an incarnation after what it holds alone."""

        def pull(self, pull):
            return Giving.pull(self, pull)

        def begin_anew(self, asked):
            if store.went is None:
                raise RefusedError("operations_missing")
            return Giving.begin_anew(self, asked)

    store, server = Both(), LostAndGiving(HEAD)
    server.refusals = ["device_forked"]
    exchange_of(store, server).run()
    assert store.went is not None
    assert [one.incarnation for one in store.begun] == [2]
    assert server.pushed == [(1, 2)]


def test_going_back_may_take_a_new_incarnation():
    class Both(Behind, Copied):
        """A copied store opposite a server that was put back."""

        def go_back(self, to) -> GoneBack:
            return msgspec.structs.replace(super().go_back(to), is_over=True)

    class LostAndGiving(PutBack, Giving):
        """A server that was put back, and gives incarnations."""

    store, server = Both(), LostAndGiving(HEAD)
    store.batches = []
    exchange = exchange_of(store, server)
    exchange.run()
    assert (exchange.given_back, exchange.incarnation) == (3, 2)
