from __future__ import annotations

import pytest
from msgspec.structs import replace

from sonar_core.records.task import Task
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require, require_to_write
from sonar_desktop.usecases.errors import NotHereError
from sonar_desktop.usecases.inputs import RoleError
from tests.usecases.fakes import NURSE, make_desk


def test_who_looks_after_people_records():
    require(NURSE, Duty.RUN_STAY)
    require_to_write(NURSE, "Note")


def test_a_role_of_a_newer_program_is_left_to_its_server():
    newer = replace(NURSE, role="of a newer program")
    require(newer, Duty.RUN_STAY)
    require_to_write(newer, "Note")


@pytest.mark.parametrize("role", ["manager", "auditor", "administrator"])
def test_who_does_not_look_after_people_reads(role):
    with pytest.raises(RoleError) as said:
        require(replace(NURSE, role=role), Duty.RUN_STAY)
    assert said.value.user_message == "Your role cannot do this. A nurse, paramedic or doctor can."


def test_an_entry_is_corrected_by_those_who_may_write_one():
    technician = replace(NURSE, role="pharmacy_technician")
    require_to_write(technician, "Note")
    with pytest.raises(RoleError):
        require_to_write(technician, "FitnessOutcome")


def test_of_a_record_that_is_not_here_a_sentence_says_that_nothing_was_saved():
    desk = make_desk()
    with pytest.raises(NotHereError) as said:
        desk.store.read(lambda reading: existing(reading, Task, "of somebody"))
    assert "Nothing was saved by this; what you typed is still here." in said.value.user_message
    assert str(said.value) == ""


def test_now_is_the_wall_clock_of_this_pc():
    moment = now(make_desk())
    assert (moment.zone, moment.offset_minutes) == ("Europe/London", 0)
