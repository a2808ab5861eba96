from __future__ import annotations

import pytest

from sonar_core.roles import TABLE, Duty
from tests.usecases.duties import DUTIES, INTENTS, WITHOUT_A_DUTY, check_kinds


def test_every_use_case_that_writes_asks_the_table_of_roles():
    assert INTENTS.keys() - DUTIES.keys() <= WITHOUT_A_DUTY
    assert set(DUTIES.values()) == {duty for duty in Duty if TABLE[duty].writes}


def test_a_use_case_that_wrote_what_its_duty_does_not_would_be_found():
    with pytest.raises(AssertionError):
        check_kinds("write_note", {"Note", "Flag"})
