"""What the server holds back is opened from "held back" by keys alone, corrected and sent anew."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.ids import to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_desktop.db.outbox import outbox
from sonar_desktop.usecases.acting import Amending, Signing
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.sync_ports import is_in_contact
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.db.spoiling import behind_its_back
from tests.journeys.room_with_a_window import CTRL
from tests.journeys.test_by_keys import barrow, nurse, room_a, room_b, set_up
from tests.journeys.test_server_put_back import notes_seen
from tests.journeys.test_two_rooms import admit, agree
from tests.ui.conftest import light

__all__ = ["barrow", "light", "nurse", "room_a", "room_b"]

ENTER, TAB, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space
SPOIL = (
    "UPDATE own_op SET payload = CAST(replace(CAST(payload AS TEXT), 'Slept', 'S1ept') "
    "AS BLOB) WHERE state = 'waiting' AND kind = ?"
)
SPOIL_ALL = "UPDATE own_op SET payload = X'7B' WHERE state = 'waiting' AND kind = ?"
SPOIL_SET = (
    "UPDATE own_op SET payload = CAST(replace(CAST(payload AS TEXT), '\"pulse\":', '\"pu1se\":') "
    "AS BLOB) WHERE state = 'waiting' AND kind = ?"
)
SPOIL_DECISION = (
    "UPDATE own_op SET payload = CAST(replace(CAST(payload AS TEXT), 'Drowsy', 'Drowzy') "
    "AS BLOB) WHERE state = 'waiting' AND kind = ?"
)


def signing(room, episode, **more):
    clock = room.desk.clock
    return Signing(episode=episode, performed_at=moment_at(clock.now_ms(), clock.zone()), **more)


def database_of(room):
    return room.opened._database


def held_back(room):
    entries = database_of(room).read(lambda connection: outbox(connection, 50))
    return [entry for entry in entries if entry.is_held]


def hold_back(centre, nurse, room, write, spoil, kind) -> None:
    """Write while the server is away, spoil the bytes that wait, and let the server have them."""
    centre.kill()
    room.session.try_now()
    nurse.wait(lambda: not is_in_contact(room.session.background.latest_status))
    room.session.background.act(write, lambda _: None)
    nurse.settle()
    behind_its_back(database_of(room), spoil, kind)
    centre.start()
    room.session.try_now()
    nurse.wait(lambda: room.session.background.latest_status.waiting.held_back == 1)
    nurse.settle()


def send(nurse, room) -> None:
    room.session.try_now()
    nurse.wait(lambda: room.session.background.latest_status.waiting.operations == 0)
    nurse.settle()


@pytest.fixture
def working(centre, barrow, nurse, room_a):
    set_up(nurse, room_a, centre.code())
    return room_a


def test_a_note_held_back_is_corrected_by_keys_and_both_stand_on_the_record(
    centre, barrow, nurse, working, room_b
):
    room, episode = working, barrow.episode
    noting = Noting(signing=signing(room, episode), text="Slept all nihgt")
    hold_back(centre, nurse, room, lambda: write_note(room.desk, noting)[1], SPOIL, Note.__name__)

    nurse.press(Qt.Key.Key_Y, held=CTRL)
    nurse.sees("Press Correct and send again. It opens as it was typed")
    nurse.press(SPACE)
    nurse.settle()
    nurse.sees("Why is the note amended?")
    nurse.tab_to("Why is the note amended? (required)")
    nurse.write("Held back, spelling")
    nurse.tab_to("Note")
    assert nurse.focus.toPlainText() == "Slept all nihgt", "it opens as it was typed"
    nurse.press(Qt.Key.Key_A, held=CTRL)
    nurse.write("Slept all night")
    nurse.press(ENTER, held=CTRL)
    nurse.settle()
    send(nurse, room)

    assert notes_seen(room, episode) == {
        "Slept all nihgt": Standing.HELD,
        "Slept all night": Standing.CENTRAL,
    }
    room_b.exchange()
    assert notes_seen(room_b, episode) == {"Slept all night": Standing.CENTRAL}
    corrected, held = [one for one in read_timeline(room.desk, episode) if one.kind == "Note"]
    if corrected.standing.value == "held":
        corrected, held = held, corrected
    assert (corrected.was, corrected.is_for_held) == (held.id, True)
    assert held.correction.by == corrected.id
    assert held.correction.reason == "Held back, spelling"
    assert room.session.background.latest_status.waiting.held_back == 0
    (entry,) = held_back(room)
    assert (entry.corrected_by, entry.is_stuck) == ("Okafor", True)
    nurse.press(Qt.Key.Key_Y, held=CTRL)
    nurse.sees("Nothing: corrected by Okafor at")
    agree(centre, room, room_b)


def test_a_set_held_back_is_corrected_in_the_observations_form(
    centre, barrow, nurse, working, room_b
):
    room, episode = working, barrow.episode
    observing = Observing(signing=signing(room, episode), measured=Measured(pulse=210))
    hold_back(
        centre,
        nurse,
        room,
        lambda: record_observations(room.desk, observing)[1],
        SPOIL_SET,
        ObservationSet.__name__,
    )
    nurse.press(Qt.Key.Key_Y, held=CTRL)
    nurse.sees("Press Correct and send again. It opens as it was typed")
    nurse.press(SPACE)
    nurse.sees("Amend observations")
    nurse.settle()
    nurse.wait(lambda: nurse.focus.accessibleName() == "Why is the entry amended?")
    nurse.write("Held back, pulse was 110")
    nurse.tab_to("Pulse, /min")
    nurse.press(Qt.Key.Key_A, held=CTRL)
    nurse.write("110")
    nurse.press(ENTER, held=CTRL)
    nurse.settle()
    send(nurse, room)

    room_b.exchange()
    seen = room_b.opened.store.read(lambda look: look.of_episode(episode, ("ObservationSet",)))
    assert [one.record.pulse for one in seen] == [110]
    assert seen[0].record.corrects == held_back(room)[0].entity
    assert room.session.background.latest_status.waiting.held_back == 0
    agree(centre, room, room_b)


def test_one_that_cannot_be_shown_says_so_and_is_not_corrected(centre, barrow, nurse, working):
    room = working
    noting = Noting(signing=signing(room, barrow.episode), text="Slept all night")
    hold_back(
        centre, nurse, room, lambda: write_note(room.desk, noting)[1], SPOIL_ALL, Note.__name__
    )
    nurse.press(Qt.Key.Key_Y, held=CTRL)
    nurse.sees("This version of SONAR cannot show what was entered.")
    nurse.sees("Every byte of it is kept on this PC and centrally.")
    assert "Correct and send again: Note" not in nurse.reads()
    (entry,) = held_back(room)
    assert f"Call support and give the number {entry.number}." in nurse.reads()


@pytest.fixture
def decided(centre, rooms):
    """Room A decided, and the server holds the decision back for good; B knows the stay."""
    a, b = rooms
    episode = admit(a).episode
    a.exchange()
    b.exchange()
    decide(a, episode, Fitness.NOT_FIT)
    behind_its_back(a.opened._database, SPOIL_DECISION, FitnessOutcome.__name__)
    a.exchange()
    return episode


def decide(room, episode, outcome):
    deciding = Deciding(
        signing=signing(room, episode),
        purpose=FitnessPurpose.DETAINED,
        outcome=outcome,
        reason="Drowsy",
    )
    return record_fitness_outcome(room.desk, deciding)[0]


def decisions(room, episode):
    return [one.record.outcome for one in read_record(room.desk, episode).decisions]


def test_a_decision_that_follows_one_held_back_does_not_wait_for_it(centre, rooms, decided):
    a, b = rooms
    again = decide(a, decided, Fitness.FIT)
    assert (again.replaces, again.corrects) == (None, held_back(a)[0].entity)
    a.exchange()
    b.exchange()
    seen = b.opened.store.read(lambda look: look.of_episode(decided, ("FitnessOutcome",)))
    assert [one.record.outcome for one in seen] == [Fitness.FIT]
    assert a.opened.sync.waiting().held_back == 0


def test_a_decision_held_back_is_struck_out_and_the_server_has_that(centre, rooms, decided):
    a, b = rooms
    (entry,) = held_back(a)
    struck = strike_out(a.desk, FitnessOutcome, entry.entity, "Wrong person, sorry")[0]
    a.exchange()
    b.exchange()
    seen = b.opened.store.read(lambda look: look.of_episode(decided, ("FitnessOutcome",)))
    assert [(one.record.id, one.record.corrects) for one in seen] == [(struck.id, entry.entity)]
    assert a.opened.sync.waiting().held_back == 0


def amend(room, episode, note, text):
    amending = Amending(of=note, reason="A word was wrong")
    noting = Noting(signing=signing(room, episode, amending=amending), text=text)
    return write_note(room.desk, noting)[0]


def test_what_was_amended_while_the_first_was_on_its_way_is_corrected_too(centre, rooms):
    a, b = rooms
    episode = admit(a).episode
    exchange_both = (a.exchange, b.exchange)
    for exchange in exchange_both:
        exchange()
    for spoil, text in ((SPOIL, "Dozed 3h"), (SPOIL_ALL, "Ate at 4")):
        first = write_note(a.desk, Noting(signing=signing(a, episode), text="Slept 1h"))[0]
        second = amend(a, episode, first.id, "Dozed 2h")
        only = f"{spoil} AND entity = ?"
        behind_its_back(a.opened._database, only, Note.__name__, to_bytes(first.id))
        a.exchange()
        assert second.replaces == first.id
        stuck = {one.entity for one in held_back(a) if one.is_stuck}
        assert stuck >= {first.id, second.id}
        assert a.opened.sync.waiting().held_back == 1, "the first was amended by the second"
        third = amend(a, episode, second.id, text)
        assert (third.replaces, third.corrects) == (None, second.id)
        for exchange in exchange_both:
            exchange()
        assert a.opened.sync.waiting().held_back == 0
    assert notes_seen(b, episode) == {"Dozed 3h": Standing.CENTRAL, "Ate at 4": Standing.CENTRAL}
