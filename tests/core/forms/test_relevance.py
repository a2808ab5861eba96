from __future__ import annotations

import pytest

from sonar_core.forms.loader import UNIT, load_form
from sonar_core.forms.relevance import given, relevant_items
from tests.core.forms.forms_for_tests import (
    choice,
    coded,
    extension,
    group,
    question,
    questionnaire,
    when,
)

MILLIMETRES = extension(UNIT, valueCoding={"code": "mm", "display": "mm"})


def _shown(asked, condition, values):
    form = load_form(questionnaire(asked, question("shown", enableWhen=[condition])))
    return "shown" in relevant_items(form, {"q": values} if values is not None else {})


CHOICE = choice("q", "yes", "no", "not-asked", repeats=True)
AGE, SIZE = question("q", "integer"), question("q", "quantity", extension=[MILLIMETRES])
DAY, TIME = question("q", "date"), question("q", "dateTime")
TALL = {"answerQuantity": {"value": 9.5, "code": "mm"}}


@pytest.mark.parametrize(
    ("asked", "condition", "values", "shown"),
    [
        (CHOICE, when("q", "=", **coded("yes")), ("yes",), True),
        (CHOICE, when("q", "=", **coded("yes")), ("no",), False),
        (CHOICE, when("q", "=", **coded("yes")), ("no", "yes"), True),
        (CHOICE, when("q", "=", **coded("yes")), None, False),
        (CHOICE, when("q", "!=", **coded("yes")), ("no",), True),
        (CHOICE, when("q", "!=", **coded("yes")), ("yes", "no"), False),
        (CHOICE, when("q", "!=", **coded("yes")), None, True),
        (CHOICE, when("q", "!=", **coded("yes")), ("not-asked",), True),
        (CHOICE, when("q", "exists", answerBoolean=True), ("no",), True),
        (CHOICE, when("q", "exists", answerBoolean=True), ("not-asked",), False),
        (CHOICE, when("q", "exists", answerBoolean=True), None, False),
        (CHOICE, when("q", "exists", answerBoolean=False), (), True),
        (AGE, when("q", ">", answerInteger=9), (10,), True),
        (AGE, when("q", ">", answerInteger=9), (9,), False),
        (AGE, when("q", ">=", answerInteger=9), (9,), True),
        (AGE, when("q", "<", answerInteger=9), (9,), False),
        (AGE, when("q", "<", answerInteger=9), (8,), True),
        (AGE, when("q", "<=", answerInteger=9), (9,), True),
        (AGE, when("q", "<=", answerInteger=9), (10,), False),
        (AGE, when("q", "<", answerInteger=9), None, False),
        (SIZE, when("q", ">", **TALL), ("10",), True),
        (SIZE, when("q", "=", **TALL), ("9.50",), True),
        (SIZE, when("q", "<", **TALL), ("10",), False),
        (DAY, when("q", ">=", answerDate="2026-01-31"), ("2026-02-01",), True),
        (DAY, when("q", ">=", answerDate="2026-01-31"), ("2026-01-30",), False),
        (TIME, when("q", "exists", answerBoolean=True), ("unknown",), True),
        (question("q", "boolean"), when("q", "=", answerBoolean=True), (True,), True),
        (question("q", "boolean"), when("q", "=", answerBoolean=True), (False,), False),
        (question("q"), when("q", "=", answerString="x"), ("x",), True),
    ],
)
def test_a_question_appears_when_its_condition_holds(asked, condition, values, shown):
    assert _shown(asked, condition, values) is shown


def test_all_conditions_or_any_one():
    both = [when("a", "=", **coded("yes")), when("b", "=", **coded("yes"))]
    form = load_form(
        questionnaire(
            choice("a"),
            choice("b"),
            question("every", enableWhen=both, enableBehavior="all"),
            question("some", enableWhen=both, enableBehavior="any"),
        )
    )

    assert relevant_items(form, {"a": ("yes",)}) == {"a", "b", "some"}
    assert relevant_items(form, {"a": ("yes",), "b": ("yes",)}) == {"a", "b", "every", "some"}


def test_what_stands_in_a_hidden_group_is_hidden_and_a_hidden_answer_opens_nothing():
    form = load_form(
        questionnaire(
            choice("a"),
            group("g", choice("b"), enableWhen=[when("a", "=", **coded("yes"))]),
            question("c", enableWhen=[when("b", "=", **coded("yes"))]),
        )
    )

    assert relevant_items(form, {"a": ("no",), "b": ("yes",)}) == {"a"}
    assert relevant_items(form, {"a": ("yes",), "b": ("yes",)}) == {"a", "g", "b", "c"}


def test_not_asked_is_no_answer():
    assert given({"a": ("not-asked",), "b": ("yes",)}, "a") == ()
    assert given({"a": ("not-asked",), "b": ("yes",)}, "b") == ("yes",)
    assert given({}, "c") == ()
