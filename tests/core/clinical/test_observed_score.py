from __future__ import annotations

import msgspec
import pytest

from sonar_core.clinical.observed_score import age_at, score_observations
from sonar_core.moments import moment_from_iso
from sonar_core.records.observation_set import Consciousness, News2Score, ObservationSet
from sonar_core.records.patient import Patient, Pregnancy

AT = moment_from_iso("2026-11-14T14:32:00+00:00", "Europe/London")
CONNOR = Patient(id="p", family="Barrow", given="Connor", birth_date="1989-03-04")
# The set of mock-up 04: 2 + 1 + 0 + 2 + 2 + 0 + 0.
SEVEN = ObservationSet(
    id="o",
    patient="p",
    performed_at=AT,
    recorded_at=AT,
    recorded_by="n",
    performed_by="n",
    respiratory_rate=22,
    spo2=94,
    on_oxygen=False,
    systolic_bp=98,
    diastolic_bp=58,
    pulse=114,
    consciousness=Consciousness.ALERT,
    temperature="36.3",
)


def _with(record, **changes):
    return msgspec.structs.replace(record, **changes)


def test_the_observations_of_the_picture_score_7_high():
    assert score_observations(SEVEN, CONNOR) == News2Score(
        algorithm="news2-rcp-2017/1",
        total=7,
        band="high",
        parts={
            "respiratory_rate": 2,
            "spo2": 1,
            "air_or_oxygen": 0,
            "systolic_bp": 2,
            "pulse": 2,
            "consciousness": 0,
            "temperature": 0,
        },
    )


@pytest.mark.parametrize("consciousness", Consciousness)
def test_every_level_a_record_can_hold_is_scored(consciousness):
    score = score_observations(_with(SEVEN, consciousness=consciousness), CONNOR)

    expected = 0 if consciousness is Consciousness.ALERT else 3
    assert score.parts["consciousness"] == expected


def test_scale_2_is_used_only_where_the_record_says_so():
    hypercapnic = _with(SEVEN, spo2=90)

    assert score_observations(hypercapnic, CONNOR).parts["spo2"] == 3
    assert score_observations(_with(hypercapnic, spo2_scale=2), CONNOR).parts["spo2"] == 0


@pytest.mark.parametrize("temperature", [None, "", "377", "warm"])
def test_without_a_temperature_that_is_one_there_is_no_total(temperature):
    score = score_observations(_with(SEVEN, temperature=temperature, consciousness=None), CONNOR)

    assert (score.total, score.band) == (None, None)
    assert score.missing == ("consciousness", "temperature")
    assert score.reason == "2 parts missing: consciousness, temperature"
    assert score.parts["pulse"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"pregnancy": Pregnancy.POSSIBLE},
        {"pregnancy": Pregnancy.PREGNANT},
        {"birth_date": "2010-11-15"},
        {"birth_date": None, "stated_age": 15},
    ],
)
def test_a_child_or_a_possible_pregnancy_has_values_and_no_score(change):
    score = score_observations(SEVEN, _with(CONNOR, **change))

    assert (score.total, score.band, score.parts, score.missing) == (None, None, {}, ())
    assert score.reason.startswith("NEWS2 is not for under 16s or in pregnancy.")


@pytest.mark.parametrize(
    ("change", "years"),
    [
        ({}, 37),
        ({"stated_age": 15}, 37),
        ({"birth_date": "2010-11-14"}, 16),
        ({"birth_date": None, "stated_age": 40}, 40),
        ({"birth_date": None}, None),
        ({"birth_date": "4 March"}, None),
        ({"birth_date": "2027-01-01", "stated_age": 30}, 30),
    ],
)
def test_age_is_by_date_of_birth_or_else_as_stated(change, years):
    assert age_at(_with(CONNOR, **change), AT) == years
