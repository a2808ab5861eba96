from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.forms.definition import FormItem, ItemKind, Option
from sonar_desktop.ui.forms.question import (
    ChoiceQuestion,
    ManyQuestion,
    TypedQuestion,
    make_question,
)
from sonar_desktop.ui.widgets.field import Problem, ProblemKind

OPTIONS = tuple(
    Option(code=code, system="s", display=words, plan_heading=heading, plan_line=line)
    for code, words, heading, line in (
        ("yes", "Yes", "Act now", "Tell the custody officer."),
        ("no", "No", None, None),
        ("will-not-say", "Will not say", None, None),
        ("not-asked", "Not asked", None, None),
    )
)
RED = Problem(kind=ProblemKind.REFUSED, text="Enter a number.")


def item(kind, **fields):
    return FormItem(link_id="q", kind=kind, text="Has he?", short="It", **fields)


@pytest.fixture
def ask(qtbot, light):
    def made(one):
        question = make_question(one, str)
        qtbot.addWidget(question)
        question.show()
        return question

    return made


def test_y_n_and_w_answer_the_question_that_has_the_focus(qtbot, ask):
    question = ask(item(ItemKind.CHOICE, options=OPTIONS))
    assert isinstance(question, ChoiceQuestion)
    question.stand_at(0)
    for key, code in (("w", "will-not-say"), ("n", "no"), ("y", "yes")):
        with qtbot.waitSignal(question.chosen) as caught:
            qtbot.keyClick(question.focus_target(), key)
        assert caught.args == ["q", (code,)]


def test_not_asked_is_a_choice_and_is_worded_as_yet_to_come(ask):
    question = ask(item(ItemKind.CHOICE, options=OPTIONS))
    assert question.row.pills[-1].text() == "Not asked yet"
    assert question.row.value() is None


def test_an_answer_of_concern_opens_its_local_plan_and_another_closes_it(qtbot, ask):
    question = ask(item(ItemKind.CHOICE, options=OPTIONS))
    qtbot.keyClick(question.focus_target(), "y")
    assert question.plan.is_open()
    assert question.plan_message.accessibleName() == "Act now Tell the custody officer."
    qtbot.keyClick(question.focus_target(), "n")
    assert not question.plan.is_open()


def test_true_and_false_are_asked_as_yes_and_no(qtbot, ask):
    question = ask(item(ItemKind.BOOLEAN))
    with qtbot.waitSignal(question.chosen) as caught:
        question.row.pills[1].click()
    assert caught.args == ["q", (False,)]
    question.show_answer((True,), "")
    assert question.row.value() == "true"


def test_several_answers_tick_together_and_not_asked_stands_alone(qtbot, ask):
    question = ask(item(ItemKind.CHOICE, options=OPTIONS, repeats=True))
    assert isinstance(question, ManyQuestion)
    question.pills["yes"].click()
    with qtbot.waitSignal(question.chosen) as caught:
        question.pills["no"].click()
    assert caught.args == ["q", ("yes", "no")]
    question.pills["not-asked"].click()
    assert [code for code, pill in question.pills.items() if pill.isChecked()] == ["not-asked"]


def test_a_text_is_told_as_typed_and_its_problem_stands_beside_it(qtbot, ask):
    question = ask(item(ItemKind.INTEGER, unit="units", is_required=True))
    assert isinstance(question, TypedQuestion)
    with qtbot.waitSignal(question.typed) as caught:
        qtbot.keyClick(question.focus_target(), "x")
    assert caught.args == ["q", "x"]
    question.set_problem(RED)
    assert question.focus_target().accessibleDescription() == "Enter a number."
    assert question.focus_target().accessibleName() == "Has he? (required), units"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (ItemKind.TEXT, {}),
        (ItemKind.STRING, {"suggestions": ("Heroin",)}),
        (ItemKind.DATE_TIME, {"hint": "As -3h"}),
        (ItemKind.DATE, {}),
    ],
)
def test_every_sort_of_field_shows_what_was_typed_and_takes_the_cursor_back(ask, kind, fields):
    question = ask(item(kind, **fields))
    question.show_answer((), "abc")
    question.stand_at(2)
    assert question.input.text() == "abc"
    assert question.input.cursor() == 2


def test_arrow_keys_move_between_answers(qtbot, ask):
    question = ask(item(ItemKind.CHOICE, options=OPTIONS))
    question.row.set_value("yes")
    question.activateWindow()
    qtbot.waitUntil(question.isActiveWindow)
    question.stand_at(0)
    with qtbot.waitSignal(question.chosen) as caught:
        qtbot.keyClick(question.focus_target(), Qt.Key.Key_Right)
    assert caught.args == ["q", ("no",)]
