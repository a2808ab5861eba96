"""Seventy-two hours without the server: 2,000 entries, two restarts, the night with two 01:30s."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from sonar_core.records.base import Fact
from sonar_core.records.note import Note
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_core.records.task import Task, TaskKind
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.due_now import due_now
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.journeys.test_two_rooms import admit, agree

# Friday noon before the night of 24 to 25 October 2026, when 01:30 happens twice.
START_MS = int(datetime(2026, 10, 23, 12, tzinfo=UTC).timestamp() * 1000)
HOURS = 72
ENTRIES = 2_000
DETAINEES = 30
RESTARTS = (700, 1_400)


@pytest.fixture
def offline_room(rooms):
    a, _ = rooms
    a.clock.wall_ms = START_MS
    a.contact = False
    return a


def enter(room, episode: str, number: int) -> str:
    """Make one entry of a kind that depends on its number; return the record's kind."""
    signing = Signing(episode=episode, performed_at=room.clock.moment())
    if number % 4 == 0:
        measured = Measured(
            respiratory_rate=14 + number % 9,
            spo2=97,
            on_oxygen=False,
            systolic_bp=124,
            diastolic_bp=78,
            pulse=80,
            consciousness=Consciousness.ALERT,
            temperature="36.8",
        )
        record_observations(room.desk, Observing(signing=signing, measured=measured))
        return ObservationSet.__name__
    if number % 10 == 1:
        task = NewTask(what=f"Visit {number}", due_at=room.clock.moment(-90), kind=TaskKind.CHECK)
        add_task(room.desk, episode, task)
        return Task.__name__
    write_note(room.desk, Noting(signing=signing, text=f"Entry {number}"))
    return Note.__name__


def test_three_days_of_entries_survive_restarts_and_the_longest_night(centre, rooms, offline_room):
    _, b = rooms
    room = offline_room
    stays = [admit(room).episode for _ in range(DETAINEES)]
    made: dict[str, int] = {}
    shift = random.Random(3)
    for number in range(ENTRIES):
        kind = enter(room, shift.choice(stays), number)
        made[kind] = made.get(kind, 0) + 1
        room.clock.wall_ms += 2 * HOURS * 3_600_000 // ENTRIES * shift.randint(0, 2) // 2
        if number in RESTARTS:
            room.restart()
    assert room.clock.wall_ms > START_MS + (HOURS - 6) * 3_600_000

    held: dict[str, int] = {}
    offsets: set[int] = set()
    for stay in stays:
        seen = room.opened.store.read(lambda look, stay=stay: look.of_episode(stay))
        for one in seen:
            name = type(one.record).__name__
            held[name] = held.get(name, 0) + 1
        moments = [one.record.performed_at for one in seen if isinstance(one.record, Fact)]
        times = [at.utc_ms for at in moments]
        assert times == sorted(times, reverse=True)
        offsets |= {at.offset_minutes for at in moments}
        assert len(read_timeline(room.desk, stay)) >= len(moments)
    assert {kind: held[kind] for kind in made} == made
    assert offsets == {60, 0}
    assert due_now(room.desk).late
    assert sum(row.unsent for row in list_board(room.desk).rows) > 0
    assert room.opened.sync.waiting().operations >= ENTRIES

    room.contact = True
    room.exchange()
    b.exchange()
    assert room.opened.sync.waiting().operations == 0
    agree(centre, room, b)
