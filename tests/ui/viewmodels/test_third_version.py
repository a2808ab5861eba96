from __future__ import annotations

import pytest

from sonar_core.records.fitness_outcome import Fitness
from sonar_desktop.ui.viewmodels.third_version import form_of, read_third, texts_from

ORDER = {
    "medicine": "Codeine",
    "ingredients": ["codeine"],
    "dose": "30",
    "unit": "mg",
    "route": "oral",
    "authority": "pgd",
    "authorised_by": "014",
    "as_needed": False,
    "due_times": ["08:00", "20:00"],
    "interval_minutes": 240,
    "maximum_24h": "120",
}


def test_only_what_is_never_mixed_has_a_third_form():
    assert form_of("AllergyIntolerance") == ()
    assert {one.name for one in form_of("CareLevel")} >= {"level", "rouse", "instructions"}


def test_a_fitness_decision_starts_empty_and_an_order_from_a_side():
    assert set(texts_from("FitnessOutcome", {"outcome": "fit"}).values()) == {""}
    texts = texts_from("MedicationRequest", ORDER)
    assert (texts["due_times"], texts["as_needed"], texts["interval_minutes"]) == (
        "08:00, 20:00",
        "no",
        "240",
    )


def test_an_order_is_checked_as_any_order(workplace):
    texts = texts_from("MedicationRequest", ORDER) | {"dose": "15", "due_times": "09:00"}
    third = read_third(workplace.desk, "MedicationRequest", ORDER, texts, "episode")
    assert third.problems == ()
    assert (third.values["dose"], third.values["due_times"]) == ("15", ["09:00"])
    assert third.values["medicine"] == "Codeine"
    wrong = texts | {"dose": "much", "unit": "ug"}
    third = read_third(workplace.desk, "MedicationRequest", ORDER, wrong, "episode")
    assert dict(third.problems) == {
        "dose": "Dose must be a number above 0.",
        "unit": "Write the unit in full: units, micrograms.",
    }


def test_a_level_keeps_the_rest_of_the_side_it_started_from(workplace):
    base = {"level": 2, "check_every_minutes": 30, "rouse": True, "reason": "x", "patient": "p"}
    texts = texts_from("CareLevel", base) | {"level": "3", "check_every_minutes": ""}
    third = read_third(workplace.desk, "CareLevel", base, texts, "episode")
    assert third.problems == ()
    assert (third.values["patient"], third.values["level"]) == ("p", 3)
    assert third.values["check_every_minutes"] is None


@pytest.mark.parametrize("outcome", list(Fitness))
def test_a_fitness_decision_is_one_of_the_four(workplace, outcome):
    texts = {"outcome": outcome.value, "conditions": "AA present", "reason": "Seen"}
    base = {"purpose": "interviewed"}
    third = read_third(workplace.desk, "FitnessOutcome", base, texts, "episode")
    assert third.problems == ()
    assert third.decision.outcome is outcome
