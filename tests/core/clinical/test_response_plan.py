from __future__ import annotations

import pytest

from sonar_core.clinical.news2 import News2Band
from sonar_core.clinical.response_plan import DEFAULT_PLAN, response_to


@pytest.mark.parametrize(
    ("band", "minutes", "tells"),
    [
        (News2Band.LOW, None, False),
        (News2Band.LOW_MEDIUM, 60, False),
        (News2Band.MEDIUM, 30, True),
        (News2Band.HIGH, 15, True),
        (None, 60, False),
    ],
)
def test_each_band_has_its_repeat_and_says_whether_custody_is_told(band, minutes, tells):
    response = response_to(band)
    assert response.repeat_minutes == minutes
    assert response.tells_custody is tells
    assert response.text.endswith(".")


def test_every_band_has_a_line_and_the_plan_does_not_claim_a_clinician_signed_it():
    assert set(DEFAULT_PLAN.bands) == set(News2Band)
    assert DEFAULT_PLAN.clinically_signed_off is False
