from __future__ import annotations

import pytest

from sonar_core.records.task import Task
from sonar_desktop.usecases.acting import existing, may_record, now
from sonar_desktop.usecases.errors import NotHereError
from sonar_desktop.usecases.inputs import RoleError
from tests.usecases.fakes import AUDITOR, DOCTOR, NURSE, make_desk


def test_nurses_and_doctors_record_and_auditors_read():
    may_record(NURSE)
    may_record(DOCTOR)
    with pytest.raises(RoleError):
        may_record(AUDITOR)


def test_of_a_record_that_is_not_here_a_sentence_says_that_nothing_was_saved():
    desk = make_desk()
    with pytest.raises(NotHereError) as said:
        desk.store.read(lambda reading: existing(reading, Task, "of somebody"))
    assert "Nothing was saved by this; what you typed is still here." in said.value.user_message
    assert str(said.value) == ""


def test_now_is_the_wall_clock_of_this_pc():
    moment = now(make_desk())
    assert (moment.zone, moment.offset_minutes) == ("Europe/London", 0)
