from __future__ import annotations

import pytest

from sonar_core.records.task import Task
from sonar_desktop.usecases.acting import existing, may_record, now
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.inputs import RoleError
from tests.usecases.fakes import AUDITOR, DOCTOR, NURSE, make_desk


def test_nurses_and_doctors_record_and_auditors_read():
    may_record(NURSE)
    may_record(DOCTOR)
    with pytest.raises(RoleError):
        may_record(AUDITOR)


def test_a_record_that_is_not_here_is_our_fault_and_names_no_person():
    desk = make_desk()
    with pytest.raises(BugError) as bug:
        desk.store.read(lambda reading: existing(reading, Task, "of somebody"))
    assert str(bug.value) == "a use case names a Task that this store does not hold"


def test_now_is_the_wall_clock_of_this_pc():
    moment = now(make_desk())
    assert (moment.zone, moment.offset_minutes) == ("Europe/London", 0)
