from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels.sparks import sparks_of
from sonar_desktop.usecases.read_observations import read_observations
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


def test_each_trend_stands_over_the_range_that_scores_nothing(story):
    story.observe(5, 16, 98, 122, 88, "36.8")
    ranges = {
        one.name: one.normal
        for one in sparks_of(read_observations(story.desk, story.admitted.episode))
    }
    assert ranges == {
        "Resp rate": (12.0, 20.0),
        "SpO2": (96.0, 100.0),
        "Systolic": (111.0, 219.0),
        "Pulse": (51.0, 90.0),
        "Temp": (36.1, 38.0),
    }
