"""What eight clients did and saw through a kill of the server, before the outside judge."""

from __future__ import annotations

import pytest

from sonar_desktop.usecases.ports import Actor
from sonar_server.central import wall_clock_ms
from tests.journeys.histories import Recording
from tests.journeys.rig import HandClock, Room, furnish
from tests.journeys.test_two_rooms import admit
from tests.server.elle.judge import judge

CLIENTS = 8
EPISODES = 3
LIAR = "tests.journeys.lying_server"


@pytest.fixture
def clients(request, centre, tmp_path):
    made: list[Room] = []
    for number in range(getattr(request, "param", CLIENTS)):
        nurse = Actor(
            user=f"0192d3a4-0000-7000-8000-{number:012x}",
            name=f"Nurse {number}",
            initials=f"N{number}",
            role="nurse",
            lease_id=None,
        )
        clock = HandClock(wall_clock_ms())
        made.append(furnish(tmp_path / f"PC{number}", centre.address, centre.code(), nurse, clock))
    yield made
    for room in made:
        room.close()


def recording_of(clients: list[Room]) -> Recording:
    recording = Recording([admit(clients[0]) for _ in range(EPISODES)])
    for room in clients:
        room.exchange()
    return recording


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param(10, id="ten rounds"),
        pytest.param(150, id="a hundred and fifty rounds", marks=pytest.mark.soak),
    ],
)
def test_what_clients_saw_through_a_kill_of_the_server_has_a_serial_order(centre, clients, rounds):
    recording = recording_of(clients)

    def kill_in_the_middle() -> None:
        with recording.outage_after(CLIENTS * rounds // 2, centre.kill):
            centre.start()

    recording.run(clients, rounds, kill_in_the_middle)
    assert recording.cut_off > 0
    assert len(recording.history) >= CLIENTS * rounds * 2
    assert judge(recording.history) == {}


@pytest.mark.parametrize("clients", [2], indirect=True, ids=["two clients"])
def test_a_server_whose_lies_each_client_believes_is_found_out(centre, clients):
    for lie, finding in (("stale", "G-single-process"), ("torn", "G-single")):
        recording = recording_of(clients)
        centre.kill()
        centre.start(LIAR, lie)
        recording.run(clients, 4, lambda: None)
        assert finding in judge(recording.history)
