from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.clinical.ranges import (
    DEFAULT_LIMITS,
    LimitSet,
    ObservationField,
    Problem,
    ProblemKind,
    Reading,
    check_blood_pressure,
    check_value,
    format_value,
    read_typed,
)

F = ObservationField


def _read(field, typed):
    return read_typed(typed, DEFAULT_LIMITS.of(field))


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (F.RESPIRATORY_RATE, "16", 16),
        (F.RESPIRATORY_RATE, " 16.0 ", 16),
        (F.TEMPERATURE, "36.8", 368),
        (F.TEMPERATURE, "37", 370),
        (F.TEMPERATURE, "36.80", 368),
        (F.GLUCOSE, "5.8", 58),
        (F.PAIN, "0", 0),
        (F.PULSE, "070", 70),
    ],
)
def test_a_usual_value_is_read_to_its_smallest_unit(field, typed, value):
    assert _read(field, typed) == Reading(value=value, problem=None)


@pytest.mark.parametrize("typed", ["", "  "])
def test_nothing_typed_is_no_value_and_no_problem(typed):
    assert _read(F.PULSE, typed) == Reading(value=None, problem=None)


@pytest.mark.parametrize(
    ("field", "typed", "text", "guess"),
    [
        (F.TEMPERATURE, "363", "Temperature must be 20.0 to 45.0 °C. Did you mean 36.3?", "36.3"),
        (F.TEMPERATURE, "377", "Temperature must be 20.0 to 45.0 °C. Did you mean 37.7?", "37.7"),
        (F.TEMPERATURE, "98.6", "Temperature must be 20.0 to 45.0 °C. Did you mean 37.0?", "37.0"),
        (F.TEMPERATURE, "999", "Temperature must be 20.0 to 45.0 °C.", None),
        (F.GLUCOSE, "58", "Glucose must be 1.0 to 35.0 mmol/L. Did you mean 5.8?", "5.8"),
        (F.GLUCOSE, "0.9", "Glucose must be 1.0 to 35.0 mmol/L.", None),
        (F.SPO2, "101", "Oxygen saturation must be 0 to 100 %.", None),
        (F.SPO2, "970", "Oxygen saturation must be 0 to 100 %. Did you mean 97?", "97"),
        (F.PAIN, "11", "Pain must be 0 to 10.", None),
        (F.PULSE, "-70", "Pulse must be 0 to 300 /min.", None),
        (F.RESPIRATORY_RATE, "16.5", "Respiration rate must be a whole number.", None),
        (F.TEMPERATURE, "36.85", "Temperature must have one decimal at most.", None),
        (F.TEMPERATURE, "36,8", "Temperature must be a number, for example 37.5.", None),
        (F.PULSE, "7o", "Pulse must be a number, for example 107.", None),
        (F.PULSE, "１２０", "Pulse must be a number, for example 107.", None),
        (F.PULSE, "1e2", "Pulse must be a number, for example 107.", None),
        (F.PULSE, "9" * 5000, "Pulse must be a number, for example 107.", None),
    ],
)
def test_an_impossible_value_is_refused_with_a_sentence_and_perhaps_a_guess(
    field, typed, text, guess
):
    assert _read(field, typed) == Reading(
        value=None, problem=Problem(kind=ProblemKind.REFUSED, text=text, guess=guess)
    )


@pytest.mark.parametrize(
    ("field", "typed", "value", "text"),
    [
        (F.PULSE, "210", 210, "210 /min is unusual. Is it right?"),
        (F.PULSE, "0", 0, "0 /min is unusual. Is it right?"),
        (F.TEMPERATURE, "33.9", 339, "33.9 °C is unusual. Is it right?"),
        (F.SPO2, "69", 69, "69 % is unusual. Is it right?"),
    ],
)
def test_an_unusual_value_is_asked_back_and_may_stay(field, typed, value, text):
    assert _read(field, typed) == Reading(
        value=value, problem=Problem(kind=ProblemKind.ASK_BACK, text=text)
    )


def test_a_diastolic_above_the_systolic_is_offered_the_other_way_round():
    problem = check_blood_pressure(80, 120)

    assert problem.kind is ProblemKind.REFUSED
    assert problem.text == "Diastolic 120 is above systolic 80. Swapped?"
    assert problem.guess == "120/80"
    assert check_blood_pressure(120, 80) is None
    assert check_blood_pressure(80, 80) is None


def test_the_default_limits_say_that_no_clinician_has_signed_them_off():
    assert DEFAULT_LIMITS.name == "sonar-observation-limits"
    assert DEFAULT_LIMITS.version == "0.1"
    assert DEFAULT_LIMITS.clinically_signed_off is False


@pytest.mark.parametrize("field", ObservationField)
def test_every_field_has_limits_that_lie_inside_each_other(field):
    limits = DEFAULT_LIMITS.of(field)

    assert limits.lowest <= limits.usual_lowest < limits.usual_highest <= limits.highest
    assert limits.decimals in {0, 1}
    assert limits.name


def test_a_table_without_the_field_says_so():
    empty = LimitSet(name="none", version="1", clinically_signed_off=False, limits=())

    with pytest.raises(KeyError):
        empty.of(F.PULSE)


@given(st.sampled_from(ObservationField), st.integers(-9999, 9999))
def test_what_is_shown_is_read_back_as_the_same_value(field, value):
    limits = DEFAULT_LIMITS.of(field)

    reading = read_typed(format_value(value, limits), limits)

    assert reading.problem == check_value(value, limits)
    if limits.lowest <= value <= limits.highest:
        assert reading.value == value
    else:
        assert reading.value is None


@given(st.sampled_from(ObservationField), st.integers(-9999, 9999))
def test_a_guess_is_always_a_usual_value(field, value):
    limits = DEFAULT_LIMITS.of(field)

    problem = check_value(value, limits)

    if problem is not None and problem.guess is not None:
        assert read_typed(problem.guess, limits).problem is None
