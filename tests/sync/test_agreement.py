from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.messages import (
    MAX_PLACES,
    MAX_WRITTEN,
    Cursor,
    OwnPlace,
    Reconcile,
    Reconciled,
)
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.sync.agreement import last_agreed
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.usecases.sync_ports import Places

WRITTEN = tuple(OwnPlace(1, number, f"{number:02x}") for number in range(7, 500))


def places(scope: str, count: int) -> tuple[Cursor, ...]:
    return tuple(
        Cursor(
            scope=scope,
            epoch=1,
            seq=number,
            commit_no=number,
            chain=FIRST_CHAIN if number == 0 else number.to_bytes(32),
        )
        for number in range(count + 1)
    )


class Server:
    """A server that knows the first commits of each scope."""

    def __init__(self, held: int = 0, **known: int) -> None:
        self.known, self.held = known, held
        self.questions: list[Reconcile] = []

    def reconcile(self, question: Reconcile) -> Reconciled:
        self.questions.append(question)
        common = {
            place.scope: msgspec.structs.replace(place, epoch=9)
            for place in question.places
            if place.commit_no <= self.known[place.scope]
        }
        return Reconciled(
            common=tuple(common.values()),
            op_seq=5,
            header_hash="ff",
            server_ms=1,
            held_seq=max(
                (one.op_seq for one in question.written if one.op_seq <= self.held), default=0
            ),
        )


def test_the_last_place_that_both_know_is_found_in_each_scope():
    mine = Places(incarnation=3, scopes=(places("a", 2000), places("b", 1)), written=WRITTEN)
    server = Server(held=321, a=1234, b=0)
    found = last_agreed(server, mine)
    assert [(one.scope, one.epoch, one.commit_no) for one in found.common] == [
        ("a", 9, 1234),
        ("b", 9, 0),
    ]
    assert (found.op_seq, found.header_hash) == (5, "ff")
    assert {one.incarnation for one in server.questions} == {3}
    assert all(len(one.places) <= MAX_PLACES for one in server.questions)


@pytest.mark.parametrize("held", [0, 7, 8, 321, 499])
def test_the_last_own_operation_that_the_server_holds_is_found(held):
    server = Server(held=held, a=1)
    found = last_agreed(server, Places(incarnation=3, scopes=(places("a", 1),), written=WRITTEN))
    assert found.held_seq == held
    assert len(server.questions) <= 3
    named = {one for question in server.questions for one in question.written}
    assert named <= {*WRITTEN}
    assert all(len(one.written) <= MAX_WRITTEN for one in server.questions)


def test_an_operation_that_was_not_asked_about_is_not_believed():
    class Liar(Server):
        def reconcile(self, question: Reconcile) -> Reconciled:
            return msgspec.structs.replace(super().reconcile(question), held_seq=3)

    with pytest.raises(RubbishError):
        last_agreed(Liar(a=1), Places(incarnation=1, scopes=(places("a", 1),), written=WRITTEN))


@pytest.mark.parametrize("answered", ["another place", "a scope too few"])
def test_a_place_that_was_not_asked_about_is_not_believed(answered):
    at = places("a", 1)[-1]
    strange = (msgspec.structs.replace(at, seq=99),) if answered == "another place" else ()

    class Liar(Server):
        def reconcile(self, _question: Reconcile) -> Reconciled:
            return Reconciled(common=strange, op_seq=0, header_hash="", server_ms=1)

    with pytest.raises(RubbishError):
        last_agreed(Liar(), Places(incarnation=1, scopes=(places("a", 1),), written=()))
