from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.healing import MOST_LOST, Freeze, LostRow, Reported
from sonar_desktop.sync.errors import DivergedError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.sync.leaving import held_after_all
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Compared, Departed, Position
from tests.sync.test_differing import Healing, Old
from tests.sync.test_exchange import AT, HEAD, Server, Store, exchange_of


class Leaving(Store):
    """A store with stays to let go, in steps; the first answer waits for the horizon."""

    def __init__(self, *answers: Departed) -> None:
        super().__init__()
        self.answers = list(answers)
        self.compared: list[Compared] = []
        self.lifted: list[int] = []

    def position(self) -> Position:
        return msgspec.structs.replace(super().position(), is_leaving=True)

    def let_go(self, compared) -> Departed:
        self.compared.append(compared)
        return self.answers.pop(0)

    def lift(self, freezes) -> None:
        self.lifted += freezes


def test_stays_leave_in_steps_at_the_place_that_was_compared():
    told = []
    some = Changed(episodes=frozenset({"e"}))
    store = Leaving(
        Departed(has_more=True, changed=some), Departed(has_more=True, changed=some), Departed()
    )
    server = Server(HEAD)
    exchange = Exchange(port=server, store=store, report=lambda *_: None, changed=told.append)
    exchange.run()
    assert store.compared == [Compared({AT.scope: AT.seq})] * 3
    assert told == [some, some]
    assert server.pushed == []


def test_the_horizon_is_asked_for_where_a_stay_waits_for_it():
    store = Leaving(Departed(waits_for_horizon=True), Departed(has_more=True), Departed())
    server = Server(HEAD)
    exchange_of(store, server).run()
    assert server.pushed == [()]
    assert store.answers == []


class Operated(Server):
    """A server whose operator has lifted some freezes, by the PC's name for each."""

    def __init__(self, *lifted: int) -> None:
        super().__init__(HEAD)
        self.lifted = lifted
        self.told: list[Freeze] = []

    def report(self, report) -> Reported:
        self.told += report.freezes
        return Reported(server_ms=1, lifted=self.lifted)


FREEZES = (Freeze(at_ms=7, kinds="Note"), Freeze(at_ms=9, kinds="Task"))


@pytest.mark.parametrize(
    ("answered", "kept"), [((), []), ((7,), [7]), ((9, 7), [7, 9]), ((9, 7, 99), [7, 9])]
)
@pytest.mark.parametrize("is_leaving", [True, False])
def test_a_frozen_removal_is_told_and_stops_nothing_until_an_operator_lifts_it(
    answered, kept, is_leaving, monkeypatch
):
    store = Leaving(Departed(freezes=FREEZES))
    at = msgspec.structs.replace(store.position(), is_leaving=is_leaving, is_removal_frozen=True)
    monkeypatch.setattr(store, "position", lambda: at)
    server = Operated(*answered)
    exchange_of(store, server).run()
    assert server.told == list(FREEZES)
    assert store.lifted == kept
    assert store.contact_ms == 77


def test_nothing_leaves_where_both_sides_differ():
    store = Leaving()
    store.healing = Healing()
    with pytest.raises(DivergedError):
        exchange_of(store, Old(msgspec.structs.replace(HEAD, digest=b"\x01" * 16))).run()
    assert store.compared == []


class Losing:
    """A store of rows taken for lost, as the healing of a copy knows it."""

    def __init__(self, count: int) -> None:
        self.rows = tuple(LostRow(number.to_bytes(16), f"op {number}") for number in range(count))
        self.lacked: set[str] = set()

    def lost(self) -> tuple[LostRow, ...]:
        return self.rows

    def lacking(self, operations) -> None:
        self.lacked.update(operations)


class Holding(Server):
    """A server that holds every third of the rows that a PC takes for lost."""

    def __init__(self) -> None:
        super().__init__(HEAD)
        self.asked: list[int] = []

    def report(self, report) -> Reported:
        assert not report.incidents
        self.asked.append(len(report.lost))
        held = tuple(row.operation for row in report.lost if row.id[-1] % 3 == 0)
        return Reported(server_ms=1, held=held)


def test_the_server_is_asked_about_rows_taken_for_lost_and_only_then(monkeypatch):
    store = Leaving(Departed(), Departed())
    store.healing = Losing(7)
    server = Holding()
    exchange_of(store, server).run()
    assert server.asked == []
    at = msgspec.structs.replace(store.position(), is_leaving=False, has_lost=True)
    monkeypatch.setattr(store, "position", lambda: at)
    exchange_of(store, server).run()
    assert server.asked == [7]
    assert store.compared[-1].held == {"op 0", "op 3", "op 6"}
    assert store.healing.lacked == {"op 1", "op 2", "op 4", "op 5"}


def test_many_rows_are_asked_about_a_message_at_a_time():
    store, server = Losing(MOST_LOST * 2 + 1), Holding()
    held = held_after_all(store, server)
    assert server.asked == [MOST_LOST, MOST_LOST, 1]
    assert len(held) + len(store.lacked) == len(store.rows)


def test_a_server_that_does_not_know_the_question_holds_none():
    class Elder(Holding):
        def report(self, report) -> Reported:
            return Reported(server_ms=1)

    store = Losing(2)
    assert held_after_all(store, Elder()) == frozenset()
    assert store.lacked == {"op 0", "op 1"}
