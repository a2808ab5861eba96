from __future__ import annotations

import pytest

from sonar_core.clinical.acvpu import Acvpu
from sonar_core.clinical.news2 import News2Band, News2Input, score_news2
from sonar_core.clinical.response_plan import DEFAULT_PLAN, response_to


def result(**changes):
    normal = {
        "respiratory_rate": 16,
        "spo2": 97,
        "spo2_scale": 1,
        "on_oxygen": False,
        "systolic_bp": 120,
        "pulse": 70,
        "consciousness": Acvpu.ALERT,
        "temperature_tenths": 368,
    }
    return score_news2(News2Input(**(normal | changes)))


@pytest.mark.parametrize(
    ("changes", "minutes", "tells"),
    [
        ({}, None, False),
        ({"consciousness": Acvpu.VOICE}, 60, False),
        ({"respiratory_rate": 22, "spo2": 93, "pulse": 95}, 30, True),
        ({"respiratory_rate": 26, "spo2": 91, "pulse": 95}, 15, True),
        ({"pulse": None}, 60, False),
    ],
)
def test_each_band_has_its_repeat_and_says_whether_custody_is_told(changes, minutes, tells):
    response = response_to(result(**changes))
    assert response.repeat_minutes == minutes
    assert response.tells_custody is tells


def test_every_band_has_a_line_and_the_plan_does_not_claim_a_clinician_signed_it():
    assert set(DEFAULT_PLAN.bands) == set(News2Band)
    assert DEFAULT_PLAN.clinically_signed_off is False
    assert response_to(result(pulse=None)) is DEFAULT_PLAN.without_total
