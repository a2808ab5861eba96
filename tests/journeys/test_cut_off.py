"""Journey (c): the answer to a push is cut off at every byte, and nothing is lost or done twice."""

from __future__ import annotations

import itertools

import pytest

from sonar_core.sync.messages import MAX_OPERATIONS, MAX_PUSH_BYTES
from sonar_desktop.sync.errors import OfflineError, RubbishError
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.journeys.cutting_relay import CuttingRelay
from tests.journeys.test_two_rooms import admit, agree


@pytest.fixture
def relay(centre):
    made = CuttingRelay(centre.address)
    yield made
    made.close()


def notes_at_the_centre(centre) -> int:
    return sum(row[1] == "Note" for rows in centre.rows().values() for row in rows)


def test_an_answer_cut_off_anywhere_loses_nothing_and_repeats_nothing(centre, rooms, relay):
    a, b = rooms
    admitted = admit(a)
    a.exchange()
    b.exchange()

    def write(room, number: int) -> None:
        signing = Signing(episode=admitted.episode, performed_at=room.clock.moment())
        write_note(room.desk, Noting(signing=signing, text=f"Note {number}"))

    with a.exchanging(relay.address) as of_a, b.exchanging(relay.address) as of_b:
        write(a, 0)
        of_a.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
        size = relay.answer_size
        assert size > 100
        # In turn: one PC alone would ask more often than a PC may in a minute.
        in_turn = itertools.cycle(((a, of_a), (b, of_b)))
        for cut_after, (room, exchange) in zip(range(size), in_turn, strict=False):
            write(room, cut_after + 1)
            relay.cut_after = cut_after
            with pytest.raises((OfflineError, RubbishError)):
                exchange.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
            assert room.opened.sync.waiting().operations == 1
            relay.cut_after = None
            exchange.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
            assert room.opened.sync.waiting().operations == 0
    assert notes_at_the_centre(centre) == size + 1
    for room in (a, b, a):
        room.exchange()
    agree(centre, a, b)
