from __future__ import annotations

import msgspec

from sonar_core.records.patient import Patient, Pregnancy
from sonar_desktop.usecases.score_observations import Measured, live_score
from tests.usecases.clinic import MEASURED
from tests.usecases.fakes import FakeClock

BARROW = Patient(id="p", family="Barrow", given="Connor", birth_date="1989-03-04")


def test_the_score_while_typing_is_that_of_the_picture():
    score = live_score(MEASURED, BARROW, FakeClock().moment())
    assert (score.total, score.band, score.reason) == (6, "medium", "")


def test_two_parts_missing_make_no_total_and_are_named():
    typed = msgspec.structs.replace(MEASURED, pulse=None, temperature=None)
    score = live_score(typed, BARROW, FakeClock().moment())
    assert score.total is None
    assert score.reason == "2 parts missing: pulse, temperature"


def test_a_possible_pregnancy_has_values_and_no_score():
    patient = msgspec.structs.replace(BARROW, pregnancy=Pregnancy.POSSIBLE)
    score = live_score(MEASURED, patient, FakeClock().moment())
    assert (score.total, score.parts) == (None, {})


def test_nothing_typed_yet_has_seven_parts_missing():
    assert len(live_score(Measured(), BARROW, FakeClock().moment()).missing) == 7
