from __future__ import annotations

import pytest

from sonar_core.forms.loader import ORDINAL_VALUE, load_form
from sonar_core.forms.scores import group_scores
from tests.core.forms.forms_for_tests import (
    choice,
    coded,
    extension,
    group,
    question,
    questionnaire,
    when,
)


def _scored(link_id, **more):
    item = choice(link_id, "none", "some", "much", "not-asked", **more)
    for option, weight in zip(item["answerOption"], (0, 1, 5), strict=False):
        option["extension"] = [extension(ORDINAL_VALUE, valueDecimal=weight)]
    return item


FORM = load_form(
    questionnaire(
        choice("asked"),
        group("scale", _scored("sweat"), _scored("aches", repeats=True), question("words")),
        group("hidden", _scored("tears"), enableWhen=[when("asked", "=", **coded("yes"))]),
        group("plain", choice("well")),
    )
)


@pytest.mark.parametrize(
    ("answers", "scores"),
    [
        ({}, {}),
        ({"sweat": ("much",)}, {}),
        ({"sweat": ("much",), "aches": ("not-asked",)}, {}),
        ({"sweat": ("much",), "aches": ("of another version",)}, {}),
        ({"sweat": ("none",), "aches": ("none",)}, {"scale": 0}),
        ({"sweat": ("much",), "aches": ("some",), "well": ("yes",)}, {"scale": 6}),
        ({"sweat": ("none",), "aches": ("some", "much")}, {"scale": 6}),
        ({"tears": ("much",)}, {}),
        ({"tears": ("much",), "asked": ("yes",)}, {"hidden": 5}),
    ],
)
def test_a_group_has_a_total_only_when_every_scored_question_is_answered(answers, scores):
    assert group_scores(FORM, answers) == scores


def test_an_answer_without_a_weight_leaves_no_total():
    answers = {"sweat": ("none",), "aches": ("none",)}
    item = _scored("sweat")
    item["answerOption"].append(
        {"valueCoding": {"system": "urn:test", "code": "cannot-tell", "display": "Cannot tell"}}
    )
    form = load_form(questionnaire(group("scale", item, _scored("aches"))))

    assert group_scores(form, answers) == {"scale": 0}
    assert group_scores(form, answers | {"sweat": ("cannot-tell",)}) == {}
