"""Two rooms whose entries held apart and break a rule together: one answer, the same in both."""

from __future__ import annotations

import pytest

from sonar_core.medicines.recheck import BrokenRule
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.records.task import Task
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.answer_recheck import answer_recheck
from sonar_desktop.usecases.due_now import alarms_now, due_now
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.journeys.rig import Room
from tests.journeys.test_two_rooms import admit, agree


def ordered(room: Room, episode: str) -> MedicationRequest:
    ordering = Ordering(
        episode=episode,
        medicine="Paracetamol",
        strength="500 mg",
        ingredients=("paracetamol",),
        dose="1000",
        unit="mg",
        route="oral",
        authority=SupplyRoute.PGD,
        authorised_by="PGD 12",
        as_needed=True,
        interval_minutes=240,
        maximum_24h="4000",
        start_at=room.clock.moment(60),
    )
    return order_medicine(room.desk, ordering)[0]


def give(room: Room, order: MedicationRequest) -> None:
    giving = Giving(
        signing=Signing(episode=order.episode, performed_at=room.clock.moment()),
        request=order.id,
        code=DoseOutcome.GIVEN,
        dose="1000",
        identity_confirmed=True,
    )
    give_medicine(room.desk, giving)


def broken(room: Room) -> list[BrokenRule]:
    (row,) = list_board(room.desk).rows
    return [line.rule for line in row.broken]


def asked(room: Room, episode: str) -> list[Task]:
    tasks = read_record(room.desk, episode).tasks
    return [task for task in tasks if not task.created_by and task.done_at is None]


@pytest.fixture
def apart(centre, rooms):
    """Both rooms know the order; then the network goes."""
    a, b = rooms
    admitted = admit(a)
    review_allergies(a.desk, admitted.patient, AllergyKnowledge.NONE_KNOWN)
    order = ordered(a, admitted.episode)
    for room in (a, b):
        room.exchange()
    centre.kill()
    for room in (a, b):
        with pytest.raises(OfflineError):
            room.exchange()
    return admitted, order


def meet(centre, a, b):
    centre.start()
    for room in (a, b, a):
        room.address = centre.address
        room.exchange()


def test_two_doses_too_near_ring_in_both_rooms_until_one_answers(centre, rooms, apart):
    a, b = rooms
    admitted, order = apart
    give(a, order)
    for room in rooms:
        room.clock.pass_minutes(40)
    give(b, order)
    assert broken(a) == broken(b) == []

    meet(centre, a, b)
    assert broken(a) == broken(b) == [BrokenRule.INTERVAL]
    (task,) = asked(a, admitted.episode)
    assert asked(b, admitted.episode) == [task]
    for room in rooms:
        assert [item.source for item in due_now(room.desk).check] == [task.id]
        assert any(alarm.due_ms == task.due_at.utc_ms for alarm in alarms_now(room.desk))
        room.restart()
        assert broken(room) == [BrokenRule.INTERVAL], "nobody had to be looking"

    answer_recheck(a.desk, admitted.episode, task.id, "Seen and well, next dose tomorrow")
    assert broken(a) == []
    assert broken(b) == [BrokenRule.INTERVAL]
    a.exchange()
    b.exchange()
    assert broken(b) == []
    done = next(one for one in read_record(b.desk, admitted.episode).tasks if one.id == task.id)
    assert (done.done_by, done.done_note) == (a.actor.user, "Seen and well, next dose tomorrow")
    agree(centre, a, b)


def test_an_allergy_written_in_one_room_is_asked_about_in_the_other_where_the_dose_was_given(
    centre, rooms, apart
):
    a, b = rooms
    admitted, order = apart
    give(a, order)
    record_allergy(b.desk, admitted.patient, AllergyEntry(substance="Paracetamol"))
    meet(centre, a, b)
    assert broken(a) == broken(b) == [BrokenRule.ALLERGY, BrokenRule.ALLERGY]

    # Both answer for the same, without seeing each other: nobody's words are lost.
    centre.kill()
    for room in rooms:
        for task in asked(room, admitted.episode):
            answer_recheck(
                room.desk, admitted.episode, task.id, f"Seen by {room.actor.initials} now"
            )
    meet(centre, a, b)
    assert broken(a) == broken(b) == []
    for room in rooms:
        done = [one for one in read_record(room.desk, admitted.episode).tasks if one.done_by]
        assert [len(one.also_done) for one in done] == [1, 1]
    agree(centre, a, b)
