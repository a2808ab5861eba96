from __future__ import annotations

from sonar_core.medicines.checks import Rule
from sonar_core.records.medication_administration import DoseOutcome
from sonar_desktop.ui.viewmodels.dose_words import CHECK_TITLES, OUTCOME_TEXT, OUTCOMES


def test_every_check_has_a_title():
    assert set(CHECK_TITLES) == set(Rule)


def test_every_outcome_but_those_said_later_can_be_chosen():
    later = {DoseOutcome.VOMITED, DoseOutcome.ENTERED_IN_ERROR}
    assert set(OUTCOMES) == set(DoseOutcome) - later
    assert set(OUTCOME_TEXT) == set(OUTCOMES)
