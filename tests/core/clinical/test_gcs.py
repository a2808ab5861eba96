from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.clinical.gcs import EYE, MOTOR, VERBAL, GcsBand, score_gcs
from sonar_core.clinical.refusal import ClinicalRefusal

EYES, VERBALS, MOTORS = (st.none() | st.integers(1, most) for most in (4, 5, 6))


@pytest.mark.parametrize(
    ("parts", "total", "band"),
    [
        ((1, 1, 1), 3, GcsBand.SEVERE),
        ((2, 2, 4), 8, GcsBand.SEVERE),
        ((2, 3, 4), 9, GcsBand.MODERATE),
        ((4, 3, 5), 12, GcsBand.MODERATE),
        ((4, 4, 5), 13, GcsBand.MILD),
        ((4, 5, 6), 15, GcsBand.MILD),
    ],
)
def test_the_band_changes_at_9_and_13(parts, total, band):
    eye, verbal, motor = parts

    result = score_gcs(eye=eye, verbal=verbal, motor=motor)

    assert (result.total, result.band) == (total, band)


@given(EYES, VERBALS, MOTORS)
def test_a_total_is_the_sum_of_three_parts_and_never_of_fewer(eye, verbal, motor):
    result = score_gcs(eye=eye, verbal=verbal, motor=motor)

    if None in {eye, verbal, motor}:
        assert (result.total, result.band) == (None, None)
        assert "=" not in result.display
        assert result.display.count("NT") == len(result.not_testable) > 0
    else:
        assert result.total == eye + verbal + motor
        assert result.display == f"E{eye} V{verbal} M{motor} = {result.total}/15"
        assert result.not_testable == ()


def test_the_parts_that_could_not_be_tested_are_named():
    result = score_gcs(eye=None, verbal=None, motor=5)

    assert result.display == "ENT VNT M5"
    assert result.not_testable == ("eye", "verbal")


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ((0, 5, 6), "Eye response must be 1 to 4, or NT."),
        ((5, 5, 6), "Eye response must be 1 to 4, or NT."),
        ((4, 6, 6), "Verbal response must be 1 to 5, or NT."),
        ((None, None, 7), "Motor response must be 1 to 6, or NT."),
        ((4, 5, -1), "Motor response must be 1 to 6, or NT."),
    ],
)
def test_a_response_outside_its_part_is_refused(parts, sentence):
    eye, verbal, motor = parts

    with pytest.raises(ClinicalRefusal) as refusal:
        score_gcs(eye=eye, verbal=verbal, motor=motor)

    assert str(refusal.value) == sentence


def test_the_words_of_the_scale_are_those_of_the_glasgow_approach():
    assert EYE == {4: "Spontaneous", 3: "To sound", 2: "To pressure", 1: "None"}
    assert VERBAL == {5: "Orientated", 4: "Confused", 3: "Words", 2: "Sounds", 1: "None"}
    assert list(MOTOR) == [6, 5, 4, 3, 2, 1]
