"""Warning markers."""

from __future__ import annotations

import pytest

from sonar_core.records.flag import FlagCategory
from sonar_desktop.ui.viewmodels.markers import EndForm, MarkerForm, marker_lines
from sonar_desktop.usecases.read_record import read_record
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def form(workplace, story):
    made = MarkerForm(workplace, story.admitted.episode)
    made.patient = story.admitted.patient
    yield made
    made.close()


@pytest.fixture
def ending(workplace, story):
    made = EndForm(workplace, story.admitted.episode)
    yield made
    made.close()


def lines_of(story):
    return marker_lines(read_record(story.desk, story.admitted.episode))


def test_a_marker_is_recorded_once_it_says_what_to_know(qtbot, form, story):
    form.open()
    form.sign()
    assert set(form.flaws) == {"category", "text"}
    form.put(category=FlagCategory.VIOLENCE, text="Spits", is_urgent=True)
    with qtbot.waitSignal(form.signed):
        form.sign()
    line = lines_of(story)[0]
    assert (line.category, line.text, line.is_urgent) == (FlagCategory.VIOLENCE, "Spits", True)


def test_a_marker_ends_with_a_reason(qtbot, ending, story):
    marker = story.marker(FlagCategory.INFECTION, "Cough")
    ending.begin(marker, "Cough")
    ending.put(reason="Gone")
    ending.sign()
    assert "at least 10" in ending.flaws["reason"].text
    ending.put(reason="Tested negative today")
    with qtbot.waitSignal(ending.signed):
        ending.sign()
    assert lines_of(story) == ()
