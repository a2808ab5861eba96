"""The cards of the Summary show what they are given, and all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sonar_core.board.severity import Severity
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.task import TaskKind
from sonar_desktop.ui.screens.summary_cards import (
    FitnessCard,
    InstructionsCard,
    MedicinesCard,
    NewsCard,
    TasksCard,
)
from sonar_desktop.ui.viewmodels.sparks import Spark
from sonar_desktop.ui.viewmodels.summary_cards import (
    FitnessLine,
    Instructions,
    MedicineLine,
    ScoreCard,
    TaskFace,
)
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.marks import News2Mark, Sparkline
from tests.ui.screens.opened_record import texts

pytestmark = pytest.mark.usefixtures("light")


def chips(card):
    return [one.face for one in card.findChildren(Chip) if not one.isHidden()]


def test_a_score_stands_as_shape_word_and_number(qtbot):
    card = NewsCard()
    qtbot.addWidget(card)
    spark = Spark(
        name="Pulse", value="112", unit="/min", values=(88.0, 112.0), normal=(51, 90), words="Pulse"
    )
    card.show_card(ScoreCard(total=6, band="medium", headline="Medium, rising", sparks=(spark,)))
    marks = [one for one in card.findChildren(News2Mark) if not one.isHidden()]
    assert marks[0].text() == "NEWS2 6, medium"
    assert "Medium, rising" in texts(card)
    assert len([one for one in card.findChildren(Sparkline) if not one.isHidden()]) == 1


def test_the_same_score_is_not_built_again(qtbot):
    card = NewsCard()
    qtbot.addWidget(card)
    face = ScoreCard(total=0, band="low", headline="Low")
    card.show_card(face)
    before = card.findChildren(News2Mark)
    card.show_card(ScoreCard(total=0, band="low", headline="Low"))
    assert card.findChildren(News2Mark) == before


def test_filled_red_only_while_nobody_was_told(qtbot):
    card = FitnessCard()
    qtbot.addWidget(card)
    line = {"purpose": "Interviewed", "state": "NOT FIT", "outcome": Fitness.NOT_FIT, "detail": "x"}
    card.show_lines((FitnessLine(**line, is_act=True),))
    assert chips(card)[0].strong
    card.show_lines((FitnessLine(**line),))
    assert not chips(card)[0].strong


def test_a_medicine_to_check_first_says_so(qtbot):
    card = MedicinesCard()
    qtbot.addWidget(card)
    card.show_lines((), "No medicines ordered here")
    assert "No medicines ordered here" in texts(card)
    card.show_lines((), "Medicines cannot be shown: update this PC")
    assert "No medicines ordered here" not in texts(card)
    card.show_lines(
        (
            MedicineLine(
                name="Dihydrocodeine 30 mg",
                detail="Late, due 14:00",
                chip="Check first",
                severity=Severity.COPIES,
            ),
        ),
        "",
    )
    assert "Dihydrocodeine 30 mg" in texts(card)
    assert [face.text for face in chips(card)] == ["Check first"]


def test_instructions_are_numbered_and_say_who_read_them_back(qtbot):
    card = InstructionsCard()
    qtbot.addWidget(card)
    card.show_face(Instructions(), "No level of observation set")
    assert "No level of observation set" in texts(card)
    untold = "Custody not told of level 4 yet"
    bare = Instructions(about="a", level="Level 4, close", untold=untold)
    card.show_face(bare, "")
    assert "Level 4, close. No instructions written" in texts(card)
    card.show_face(replace(bare, texts=("Rouse him.", "Call the nurse.")), "")
    assert "2. Call the nurse." in texts(card)
    assert chips(card)[0].text == untold
    with qtbot.waitSignal(card.told_wanted) as told:
        card.tell.click()
    assert told.args == ["a"]
    read_back = "Read back by Sgt Marsh 13:33"
    card.show_face(Instructions(about="a", texts=("x",), read_back=read_back, is_right=True), "")
    assert card.tell.isHidden()


def test_more_tasks_than_fit_are_counted(qtbot):
    card = TasksCard()
    qtbot.addWidget(card)
    card.show_tasks((), "Nothing open")
    assert "Nothing open" in texts(card)
    tasks = tuple(
        TaskFace(
            id=str(number),
            time="14:40",
            what=f"Task {number}",
            owner="HCP",
            kind=TaskKind.OTHER,
            is_late=number == 0,
            cause="",
            is_recheck=False,
        )
        for number in range(10)
    )
    card.show_tasks(tasks, "")
    assert card.more.text() == "2 more"
