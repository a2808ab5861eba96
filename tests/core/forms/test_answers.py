from __future__ import annotations

import pytest
from hypothesis import given as with_any
from hypothesis import strategies as st

from sonar_core.forms.answers import (
    AnswerProblem,
    AnswerState,
    answer_states,
    answered_moment,
    check_answers,
    check_item,
    complete_answers,
    count_answers,
    moment_answer,
)
from sonar_core.forms.loader import (
    DETAIL,
    MAX_DECIMALS,
    MAX_VALUE,
    MIN_VALUE,
    SHORT_TEXT,
    UNIT,
    load_form,
)
from sonar_core.moments import Precision, moment_at
from tests.core.forms.forms_for_tests import (
    choice,
    coded,
    extension,
    group,
    question,
    questionnaire,
    when,
)

LOW, HIGH = extension(MIN_VALUE, valueInteger=1), extension(MAX_VALUE, valueInteger=99)
WHOLE = extension(MAX_DECIMALS, valueInteger=0)
MILLIMETRES = extension(UNIT, valueCoding={"code": "mm", "display": "mm"})
FORM = load_form(
    questionnaire(
        group(
            "first",
            choice("drugs", "yes", "no", "will-not-say", "not-asked"),
            group(
                "more",
                question("what", required=True, extension=[extension(DETAIL, valueBoolean=True)]),
                choice("how"),
                enableWhen=[when("drugs", "=", **coded("yes"))],
            ),
        ),
        group("second", question("words", "text"), choice("well")),
    )
)


def _problem(kind, value, *extensions, **more):
    item = choice("a", **more) if kind == "choice" else question("a", kind, **more)
    short = extension(SHORT_TEXT, valueString="Size")
    form = load_form(questionnaire(item | {"extension": [short, *extensions]}))
    values = value if isinstance(value, tuple) else (value,)
    return check_item(form.item("a"), values)


@pytest.mark.parametrize(
    ("kind", "value", "extensions"),
    [
        ("boolean", False, ()),
        ("choice", "yes", ()),
        ("choice", "not-asked", ()),
        ("string", "x" * 2000, ()),
        ("text", "two\nlines", ()),
        ("integer", 0, ()),
        ("integer", 99, (LOW, HIGH)),
        ("decimal", "-1.2345", ()),
        ("decimal", "5", (LOW,)),
        ("quantity", "98.9", (MILLIMETRES, HIGH)),
        ("date", "2026-02-28", ()),
        ("dateTime", "2026-10-25T01:30:00+01:00", ()),
        ("dateTime", "2026-10-25T01:30:00+00:00~", ()),
        ("dateTime", "unknown", ()),
        ("string", (), ()),
    ],
)
def test_an_answer_that_fits_has_no_problem(kind, value, extensions):
    assert _problem(kind, value, *extensions) is None


@pytest.mark.parametrize(
    ("kind", "value", "extensions", "text"),
    [
        ("boolean", "yes", (), "Size is yes or no."),
        ("choice", "maybe", (), "Size offers no such answer."),
        ("choice", True, (), "Size must be text."),
        ("string", 7, (), "Size must be text."),
        ("string", "  ", (), "Size must be text."),
        ("integer", "7", (), "Size must be a whole number."),
        ("integer", True, (), "Size must be a whole number."),
        ("integer", 100, (LOW, HIGH), "Size must be 1 to 99."),
        ("integer", 0, (LOW,), "Size must be 1 or more."),
        ("integer", 100, (HIGH,), "Size must be 99 or less."),
        ("decimal", "much", (), "Size must be a number."),
        ("decimal", "1e3", (), "Size must be a number."),
        ("decimal", "NaN", (), "Size must be a number."),
        ("decimal", "٣", (), "Size must be a number."),
        ("decimal", "1.23456", (), "Size must have at most 4 decimals."),
        ("decimal", "1.5", (WHOLE,), "Size must have no decimals."),
        ("quantity", "99.1", (MILLIMETRES, LOW, HIGH), "Size must be 1 to 99 mm."),
        ("date", "28/02/2026", (), "Size must be a date, as 14-Nov-2026."),
        ("date", "2026-02-29", (), "Size must be a date, as 14-Nov-2026."),
        ("dateTime", "11:30", (), "Size must be a date and time."),
        ("dateTime", "2026-10-25T01:30:00", (), "Size must be a date and time."),
        ("integer", (1, 2), (), "Size takes one answer."),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_fit_has_a_plain_sentence(kind, value, extensions, text):
    assert _problem(kind, value, *extensions) == text


def test_too_many_characters_are_counted_for_the_user():
    assert _problem("string", "x" * 43, maxLength=40) == ("Size holds 40 characters. Take 3 away.")
    assert _problem("text", "x" * 40, maxLength=40) is None


def test_several_choices_may_be_given_where_the_form_says_so():
    assert _problem("choice", ("yes", "no"), repeats=True) is None
    assert _problem("choice", ("yes", "yes"), repeats=True) == (
        "Size has answers that do not go together."
    )
    assert _problem("choice", ("yes", "not-asked"), repeats=True) == (
        "Size has answers that do not go together."
    )


@pytest.mark.parametrize(
    ("kind", "short", "text"),
    [
        ("string", "Last drink", "Enter last drink."),
        ("string", "GP name", "Enter GP name."),
        ("choice", "Level of concern", "Choose level of concern."),
        ("boolean", "Told", "Choose told."),
    ],
)
def test_a_required_answer_is_asked_for_by_its_short_name(kind, short, text):
    item = choice("a") if kind == "choice" else question("a", kind)
    name = extension(SHORT_TEXT, valueString=short)
    form = load_form(questionnaire(item | {"required": True, "extension": [name]}))

    assert check_item(form.item("a"), ()) == text
    assert check_item(form.item("a"), ("not-asked",)) == text


def test_problems_come_in_the_order_of_asking_and_hidden_answers_wait():
    answers = {"drugs": ("yes",), "how": ("swum",), "well": ("green",), "of-another-form": ("x",)}

    assert check_answers(FORM, answers) == (
        AnswerProblem(link_id="of-another-form", text="This form has no such question."),
        AnswerProblem(link_id="what", text="Enter what."),
        AnswerProblem(link_id="how", text="How offers no such answer."),
        AnswerProblem(link_id="well", text="Well offers no such answer."),
    )
    assert check_answers(FORM, {"drugs": ("no",), "how": ("swum",)}) == ()


def test_a_hidden_answer_is_kept_and_marked_as_not_relevant():
    hidden = {"drugs": ("no",), "what": ("heroin",), "words": ("fine",), "well": ("not-asked",)}

    assert answer_states(FORM, hidden) == {
        "drugs": AnswerState.ANSWERED,
        "what": AnswerState.NOT_RELEVANT,
        "how": AnswerState.NOT_RELEVANT,
        "words": AnswerState.ANSWERED,
        "well": AnswerState.NOT_ASKED,
    }
    assert complete_answers(FORM, hidden)["what"] == ("heroin",)
    assert answer_states(FORM, hidden | {"drugs": ("yes",)})["what"] is AnswerState.ANSWERED


def test_blank_coded_questions_are_signed_as_not_asked():
    assert complete_answers(FORM, {"drugs": ("yes",), "words": ()}) == {
        "drugs": ("yes",),
        "how": ("not-asked",),
        "well": ("not-asked",),
    }
    assert complete_answers(FORM, {"drugs": ("no",)}) == {
        "drugs": ("no",),
        "well": ("not-asked",),
    }


def test_the_count_is_of_relevant_questions_and_leaves_details_out():
    first, second = FORM.items

    empty, open_, full = (
        {},
        {"drugs": ("yes",)},
        {"drugs": ("yes",), "what": ("x",), "how": ("no",)},
    )

    def count(answers, section=None):
        found = count_answers(FORM, answers, section)
        return found.answered, found.relevant, found.unanswered

    assert (count(empty), count(empty, first), count(empty, second)) == (
        (0, 3, 3),
        (0, 1, 1),
        (0, 2, 2),
    )
    assert (count(open_), count(open_, first)) == ((1, 4, 3), (1, 2, 1))
    assert count(full, first) == (2, 2, 0)
    assert count({"drugs": ("not-asked",)}, first) == (0, 1, 1)


@with_any(st.integers(0, 4_102_444_800), st.sampled_from(Precision))
def test_a_moment_comes_back_from_its_answer(seconds, precision):
    moment = moment_at(seconds * 1000, "Europe/London", precision)

    back = answered_moment(moment_answer(moment), "Europe/London")

    assert back == (None if precision is Precision.UNKNOWN else moment)


VALUES = st.lists(
    st.sampled_from(["yes", "no", "not-asked", "x", ""]) | st.integers() | st.booleans(), max_size=2
).map(tuple)


@with_any(st.dictionaries(st.sampled_from(["drugs", "what", "how", "words", "well"]), VALUES))
def test_signing_never_loses_or_changes_an_answer(answers):
    complete = complete_answers(FORM, answers)

    assert {name: complete[name] for name, values in answers.items() if values} == {
        name: values for name, values in answers.items() if values
    }
    assert complete_answers(FORM, complete) == complete
    assert count_answers(FORM, complete) == count_answers(FORM, answers)
