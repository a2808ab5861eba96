from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.observation_set import Consciousness
from sonar_desktop.ui.viewmodels.observation_entry import (
    FIELD_ORDER,
    NUMBERS,
    ObservationEntry,
    is_refused,
    measured,
    read_number,
    value_flaws,
)
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry

LEFT = frozenset(FIELD_ORDER)


def entry(**texts):
    return ObservationEntry(texts=texts, time=TimeEntry(typed="14:32", typed_ms=0))


def test_values_come_out_in_the_units_of_the_record():
    found = measured(entry(respiratory_rate="22", temperature="36.3", glucose="5", pulse="114"))
    assert found.respiratory_rate == 22
    assert found.temperature == "36.3"
    assert found.glucose == "5.0"
    assert found.pulse == 114
    assert found.spo2 is None


def test_what_is_impossible_never_reaches_the_score_and_stays_typed():
    typed = entry(glucose="58")
    assert measured(typed).glucose is None
    assert typed.text("glucose") == "58"
    flaw = value_flaws(typed, frozenset())["glucose"]
    assert flaw.text == "Glucose must be 1.0 to 35.0 mmol/L. Did you mean 5.8?"
    assert (flaw.fix, flaw.guess) == ("Use 5.8", "5.8")


@pytest.mark.parametrize("text", ["3", "36", "36."])
def test_nobody_is_shouted_at_while_typing_the_first_digits(text):
    assert value_flaws(entry(temperature=text), frozenset()) == {}


def test_once_a_field_is_left_a_low_value_is_refused():
    assert value_flaws(entry(temperature="3"), LEFT)["temperature"].is_refused


def test_an_unusual_value_is_asked_back_and_kept_with_one_press_until_it_changes():
    typed = entry(pulse="210")
    flaw = value_flaws(typed, LEFT)["pulse"]
    assert (flaw.is_refused, flaw.fix, flaw.keep) == (False, "Change", "Keep")
    kept = msgspec.structs.replace(typed, kept=("pulse",))
    assert value_flaws(kept, LEFT) == {}
    assert "pulse" in value_flaws(kept.with_text("pulse", "211"), LEFT)


def test_a_refusal_is_a_value_not_a_missing_one():
    found = measured(entry(pulse="r", spo2="Refused"))
    assert found.refused == ("spo2", "pulse")
    assert value_flaws(entry(pulse="R"), LEFT) == {}
    assert not is_refused("rest")


def test_swapped_pressures_offer_to_be_swapped_once_both_are_left():
    typed = entry(systolic_bp="80", diastolic_bp="110")
    assert value_flaws(typed, frozenset({"systolic_bp"})) == {}
    flaw = value_flaws(typed, LEFT)["diastolic_bp"]
    assert (flaw.fix, flaw.guess) == ("Swap", "110/80")


@pytest.mark.parametrize(("text", "value"), [("4", 4), ("", None), ("5", None), ("x", None)])
def test_a_part_of_the_coma_scale_is_within_its_range(text, value):
    assert read_number(entry(gcs_eye=text), "gcs_eye").value == value
    assert ("gcs_eye" in value_flaws(entry(gcs_eye=text), LEFT)) is (text in {"5", "x"})


def test_oxygen_flow_counts_only_while_oxygen_runs():
    typed = entry(oxygen_litres="2")
    assert measured(typed).oxygen_litres is None
    assert measured(msgspec.structs.replace(typed, on_oxygen=True)).oxygen_litres == "2.0"


def test_a_draft_comes_back_as_it_was():
    typed = msgspec.structs.replace(
        entry(pulse="88"), consciousness=Consciousness.VOICE, kept=("pulse",), extras=("gcs",)
    )
    assert msgspec.json.decode(msgspec.json.encode(typed), type=ObservationEntry) == typed
    assert entry().is_empty
    assert not typed.is_empty


def test_every_number_has_a_place_in_the_order_of_the_page():
    assert set(NUMBERS) <= set(FIELD_ORDER)
