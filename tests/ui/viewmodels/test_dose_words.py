from __future__ import annotations

from sonar_core.medicines.checks import Rule
from sonar_core.moments import moment_at
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_desktop.ui.viewmodels.dose_words import (
    CHECK_TITLES,
    OUTCOME_TEXT,
    OUTCOMES,
    as_given,
)


def test_every_check_has_a_title():
    assert set(CHECK_TITLES) == set(Rule)


def test_every_outcome_but_those_said_later_can_be_chosen():
    later = {DoseOutcome.VOMITED, DoseOutcome.ENTERED_IN_ERROR}
    assert set(OUTCOMES) == set(DoseOutcome) - later
    assert set(OUTCOME_TEXT) == {*OUTCOMES, DoseOutcome.VOMITED}


def test_a_prescriber_s_word_opens_in_its_three_fields_and_is_read_back_anew():
    record = MedicationAdministration(
        id="d",
        patient="p",
        performed_at=moment_at(5, "Europe/London"),
        recorded_by="u",
        request="r",
        medicine="Dihydrocodeine",
        strength="30 mg",
        code=DoseOutcome.GIVEN,
        override_reason="Marek, Lena, by phone, read back: Give it, read back: all of it",
    )
    texts = as_given(record)
    assert (texts.prescriber, texts.how) == ("Marek, Lena", "by phone")
    assert (texts.words, texts.read_back) == ("Give it, read back: all of it", False)
