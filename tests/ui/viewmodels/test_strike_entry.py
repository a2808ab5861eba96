"""Striking out an entry of the timeline."""

from __future__ import annotations

import pytest

from sonar_core.records.base import Replacement
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_desktop.ui.viewmodels.strike_entry import STRIKABLE, StrikeEntryForm
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit("M4", "Barrow", "Connor"))


def test_a_decision_entered_for_somebody_else_is_struck_out_with_the_reason(
    qtbot, workplace, story
):
    decided = story.decide(5, FitnessPurpose.DETAINED, Fitness.FIT)
    form = StrikeEntryForm(workplace, story.admitted.episode, "FitnessOutcome", decided.id)
    form.begin()
    form.put(reason="Short")
    form.sign()
    assert form.flaws["reason"].text == "Write why, in at least 10 characters."
    form.put(reason="It was of the man in M5")
    with qtbot.waitSignal(form.signed):
        form.sign()
    form.close()
    facts = workplace.desk.store.read(lambda reading: reading.all_of(FitnessOutcome))
    [struck] = [one for one in facts if one.replaces == decided.id]
    assert struck.replacement is Replacement.ENTERED_IN_ERROR
    assert struck.replacement_reason == "It was of the man in M5"


def test_a_decision_between_versions_is_no_entry_to_strike_out():
    assert "ConflictResolution" not in STRIKABLE
    assert "CareLevel" not in STRIKABLE
