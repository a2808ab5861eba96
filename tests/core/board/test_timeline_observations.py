from __future__ import annotations

from sonar_core.board.severity import Severity
from sonar_core.board.timeline_observations import said_of_observations
from sonar_core.records.observation_set import Consciousness
from tests.core.board.custody import observed, score

PARTS = {
    "respiratory_rate": 2,
    "spo2": 1,
    "air_or_oxygen": 0,
    "systolic_bp": 1,
    "pulse": 2,
    "consciousness": 0,
    "temperature": 0,
}
VALUES = {
    "respiratory_rate": 21,
    "spo2": 94,
    "on_oxygen": False,
    "systolic_bp": 104,
    "diastolic_bp": 62,
    "pulse": 112,
    "consciousness": Consciousness.ALERT,
    "temperature": "36.4",
}


def test_each_value_stands_with_its_sub_score_as_in_the_picture_of_the_record():
    said = said_of_observations(observed("a", 30, news2=score(6, "medium", parts=PARTS), **VALUES))
    assert said.title == "Observations: NEWS2 6, medium"
    assert said.text == (
        "RR 21 (2) · SpO2 94 % (1) · air (0) · BP 104/62 (1) · pulse 112 (2)"
        " · Alert (0) · 36.4 °C (0)"
    )
    assert said.severity is Severity.SOON


def test_without_a_total_the_reason_is_said_and_what_was_refused():
    news2 = score(None, None, parts={}, reason="1 part missing: pulse")
    said = said_of_observations(observed("a", 5, news2=news2, refused=("pulse", "peak_flow")))
    assert said.title == "Observations: NEWS2 not scored"
    assert said.text == "Refused: pulse, peak flow · 1 part missing: pulse"


def test_a_set_that_is_not_for_news2_shows_its_values():
    said = said_of_observations(
        observed(
            "a",
            5,
            news2=None,
            glucose="5.8",
            pain=0,
            peak_flow=310,
            pupils="equal",
            gcs_eye=4,
            gcs_verbal=5,
            gcs_motor=6,
            notes="Before food",
        )
    )
    assert said.title == "Observations"
    assert said.text == (
        "glucose 5.8 mmol/L · pain 0 of 10 · peak flow 310 L/min · pupils equal"
        " · GCS E4 V5 M6 · Before food"
    )
    assert said.severity is Severity.OK


def test_oxygen_scale_and_half_a_blood_pressure_are_said_as_they_are():
    said = said_of_observations(
        observed(
            "a",
            5,
            news2=score(7, "high", parts={}),
            spo2=90,
            spo2_scale=2,
            on_oxygen=True,
            oxygen_litres="2.0",
            systolic_bp=100,
        )
    )
    assert said.text == "SpO2 90 %, scale 2 · oxygen 2.0 L/min · BP 100/–"
    assert said.severity is Severity.ACT
    assert said_of_observations(observed("b", 5, news2=None, on_oxygen=True)).text == "oxygen"
