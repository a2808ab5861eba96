from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.clinical.acvpu import Acvpu
from sonar_core.clinical.news2 import (
    ALGORITHM,
    MAXIMUM,
    News2Band,
    News2Input,
    News2Part,
    NotApplicable,
    explain_no_total,
    score_news2,
)

NORMAL = News2Input(
    respiratory_rate=16,
    spo2=98,
    spo2_scale=1,
    on_oxygen=False,
    systolic_bp=120,
    pulse=70,
    consciousness=Acvpu.ALERT,
    temperature_tenths=368,
)
MEASURED = st.builds(
    News2Input,
    respiratory_rate=st.integers(0, 80),
    spo2=st.integers(0, 100),
    spo2_scale=st.sampled_from([1, 2]),
    on_oxygen=st.booleans(),
    systolic_bp=st.integers(20, 320),
    pulse=st.integers(0, 300),
    consciousness=st.sampled_from(Acvpu),
    temperature_tenths=st.integers(200, 450),
)


def _with(**changes):
    return msgspec.structs.replace(NORMAL, **changes)


def _score(part, **changes):
    return score_news2(_with(**changes)).sub_scores[part]


# RCP 2017, chart 1, cell by cell: first and last value of each cell and its score.
CHART = [
    ("respiratory_rate", News2Part.RESPIRATORY_RATE, {},
     [(0, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 80, 3)]),
    ("spo2", News2Part.SPO2, {},
     [(0, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0)]),
    ("spo2", News2Part.SPO2, {"spo2_scale": 2},
     [(0, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 100, 0)]),
    ("spo2", News2Part.SPO2, {"spo2_scale": 2, "on_oxygen": True},
     [(0, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 94, 1), (95, 96, 2), (97, 100, 3)]),
    ("systolic_bp", News2Part.SYSTOLIC_BP, {},
     [(20, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 320, 3)]),
    ("pulse", News2Part.PULSE, {},
     [(0, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 300, 3)]),
    ("temperature_tenths", News2Part.TEMPERATURE, {},
     [(200, 350, 3), (351, 360, 1), (361, 380, 0), (381, 390, 1), (391, 450, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "part", "change", "cells"), CHART)
def test_every_value_scores_what_its_cell_of_the_chart_says(field, part, change, cells):
    for first, last, score in cells:
        for value in range(first, last + 1):
            assert _score(part, **change, **{field: value}) == score, (field, value)


def test_air_scores_0_and_oxygen_2():
    assert _score(News2Part.AIR_OR_OXYGEN) == 0
    assert _score(News2Part.AIR_OR_OXYGEN, on_oxygen=True) == 2


@pytest.mark.parametrize(("level", "score"), list(zip(Acvpu, [0, 3, 3, 3, 3], strict=True)))
def test_any_level_but_alert_scores_3(level, score):
    assert _score(News2Part.CONSCIOUSNESS, consciousness=level) == score


@given(MEASURED)
def test_the_total_is_the_sum_of_seven_parts_and_the_band_follows_it(observed):
    result = score_news2(observed)

    assert set(result.sub_scores) == set(News2Part)
    assert result.total == sum(result.sub_scores.values())
    assert 0 <= result.total <= MAXIMUM
    assert result.any_single_parameter_3 == (max(result.sub_scores.values()) == 3)
    if result.total >= 7:
        assert result.band is News2Band.HIGH
    elif result.total >= 5:
        assert result.band is News2Band.MEDIUM
    elif result.any_single_parameter_3:
        assert result.band is News2Band.LOW_MEDIUM
    else:
        assert result.band is News2Band.LOW
    assert explain_no_total(result) is None


@given(MEASURED, st.integers(1, 40))
def test_breathing_faster_above_the_normal_never_scores_less(observed, faster):
    slow = msgspec.structs.replace(observed, respiratory_rate=20)
    fast = msgspec.structs.replace(observed, respiratory_rate=20 + faster)

    assert score_news2(fast).total >= score_news2(slow).total


@given(MEASURED, st.integers(0, 99))
def test_on_air_a_lower_saturation_never_scores_less(observed, spo2):
    on_air = msgspec.structs.replace(observed, on_oxygen=False, spo2=spo2)
    higher = msgspec.structs.replace(on_air, spo2=spo2 + 1)

    assert score_news2(on_air).total >= score_news2(higher).total


@given(MEASURED, st.sets(st.sampled_from(News2Part), min_size=1))
def test_with_a_part_missing_there_is_no_total_and_the_part_is_named(observed, left_out):
    fields = {News2Part.AIR_OR_OXYGEN: "on_oxygen", News2Part.TEMPERATURE: "temperature_tenths"}
    gaps = {fields.get(part, part.value): None for part in left_out}

    result = score_news2(msgspec.structs.replace(observed, **gaps))

    assert (result.total, result.band) == (None, None)
    assert set(result.missing) == left_out
    assert left_out.isdisjoint(result.sub_scores)
    assert explain_no_total(result).startswith(f"{len(left_out)} part")


def test_missing_parts_are_named_in_measuring_order():
    result = score_news2(_with(temperature_tenths=None, pulse=None))

    assert explain_no_total(result) == "2 parts missing: pulse, temperature"
    assert explain_no_total(score_news2(_with(spo2=None))) == "1 part missing: oxygen saturation"


def test_on_scale_2_above_92_the_saturation_waits_for_air_or_oxygen():
    waiting = score_news2(_with(spo2_scale=2, spo2=97, on_oxygen=None))
    known = score_news2(_with(spo2_scale=2, spo2=85, on_oxygen=None))

    assert News2Part.SPO2 not in waiting.sub_scores
    assert waiting.missing == (News2Part.AIR_OR_OXYGEN,)
    assert known.sub_scores[News2Part.SPO2] == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"age_years": 15}, NotApplicable.UNDER_16),
        ({"possibly_pregnant": True}, NotApplicable.PREGNANCY),
        ({"age_years": 15, "possibly_pregnant": True, "pulse": None}, NotApplicable.UNDER_16),
    ],
)
def test_for_a_child_or_in_possible_pregnancy_there_are_values_and_no_score(change, reason):
    result = score_news2(_with(**change, respiratory_rate=30))

    assert result.not_applicable is reason
    assert (result.sub_scores, result.total, result.band) == ({}, None, None)
    assert result.any_single_parameter_3 is False
    assert explain_no_total(result) == (
        "NEWS2 is not for under 16s or in pregnancy. Record the values; no score."
    )


def test_at_16_and_with_an_age_not_known_there_is_a_score():
    assert score_news2(_with(age_years=16)).total == 0
    assert score_news2(_with(age_years=None)).total == 0


def test_the_result_names_rule_and_version():
    assert score_news2(NORMAL).algorithm == ALGORITHM == "news2-rcp-2017/1"
