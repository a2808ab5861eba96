from __future__ import annotations

import pytest
from msgspec.structs import replace

from sonar_core.records.practitioner import RECORDING_ROLES
from sonar_core.records.task import Task
from sonar_desktop.usecases.acting import existing, may_record, now
from sonar_desktop.usecases.errors import NotHereError
from sonar_desktop.usecases.inputs import RoleError
from tests.usecases.fakes import NURSE, make_desk


@pytest.mark.parametrize("role", [*sorted(RECORDING_ROLES), "of a newer program"])
def test_who_looks_after_people_records(role):
    may_record(replace(NURSE, role=str(role)))


@pytest.mark.parametrize("role", ["manager", "auditor", "administrator"])
def test_who_does_not_look_after_people_reads(role):
    with pytest.raises(RoleError):
        may_record(replace(NURSE, role=role))


def test_of_a_record_that_is_not_here_a_sentence_says_that_nothing_was_saved():
    desk = make_desk()
    with pytest.raises(NotHereError) as said:
        desk.store.read(lambda reading: existing(reading, Task, "of somebody"))
    assert "Nothing was saved by this; what you typed is still here." in said.value.user_message
    assert str(said.value) == ""


def test_now_is_the_wall_clock_of_this_pc():
    moment = now(make_desk())
    assert (moment.zone, moment.offset_minutes) == ("Europe/London", 0)
