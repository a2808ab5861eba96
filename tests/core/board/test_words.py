from __future__ import annotations

from datetime import date

import msgspec
import pytest

from sonar_core.board.suite_change import SuiteChange
from sonar_core.board.words import (
    age_text,
    fitness_sentence,
    fitness_text,
    full_name,
    leaving_words,
    moved_words,
    name_text,
    revoked_words,
    rouse_plan,
    short_name,
    who_text,
)
from sonar_core.moments import moment_at
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.patient import Gender
from sonar_core.records.site_move import SiteMove, Suite
from tests.core.board.custody import NOW, patient, row, stay


@pytest.mark.parametrize(
    ("family", "given", "title", "gender", "text"),
    [
        ("Barrow", "Connor", "Mr", Gender.MALE, "BARROW, Connor (Mr)"),
        ("Barrow", "", "", Gender.MALE, "BARROW"),
        ("", "Connor", "", Gender.MALE, "Connor"),
        ("", "", "Mr", Gender.MALE, "Unknown male"),
        ("", "", "", Gender.UNKNOWN, "Unknown person"),
    ],
)
def test_names_are_written_as_the_nhs_writes_them(family, given, title, gender, text):
    assert full_name(family, given, title, gender) == text


@pytest.mark.parametrize(
    ("born", "stated", "text"),
    [
        ("1989-03-04", None, "37y"),
        (None, 25, "About 25y"),
        (None, None, "Age not known"),
        ("2030-01-01", None, "Age not known"),
    ],
)
def test_an_age_is_said_only_as_far_as_it_is_known(born, stated, text):
    assert age_text(born, stated, date(2026, 11, 14)) == text


def test_the_second_line_is_age_gender_and_record_number():
    assert who_text(row(), NOW) == "37y M · NF/3417"
    bare = row(
        patient=patient(birth_date=None, gender=Gender.UNKNOWN),
        episode=stay(custody_record_number=""),
    )
    assert who_text(bare, NOW) == "Age not known"


def test_the_queue_writes_the_cell_and_the_family_name():
    assert (name_text(row()), short_name(row())) == ("BARROW, Connor (Mr)", "M4 BARROW")
    unnamed = row(patient=patient(family="", given=""), episode=stay(cell=""))
    assert short_name(unnamed) == "Unknown male"
    assert short_name(row(patient=patient(family=""))) == "M4 Connor"


@pytest.mark.parametrize(
    ("purpose", "outcome", "board", "sentence"),
    [
        (
            FitnessPurpose.INTERVIEWED,
            Fitness.NOT_FIT,
            "NOT FIT: interview",
            "Not fit to be interviewed",
        ),
        (FitnessPurpose.DETAINED, Fitness.FIT, "Fit to detain", "Fit to be detained"),
        (
            FitnessPurpose.DETAINED,
            Fitness.FIT_WITH_CONDITIONS,
            "Fit with conditions",
            "Fit to be detained with conditions",
        ),
        (
            FitnessPurpose.CHARGED,
            Fitness.FIT_WITH_CONDITIONS,
            "Fit with conditions: charge",
            "Fit to be charged with conditions",
        ),
        (
            FitnessPurpose.RELEASED,
            Fitness.DEFERRED,
            "Deferred: release",
            "Decision deferred: fit to be released",
        ),
    ],
)
def test_a_decision_reads_the_same_on_board_and_record(purpose, outcome, board, sentence):
    assert fitness_text(purpose, outcome) == board
    assert fitness_sentence(purpose, outcome) == sentence


def test_the_plan_is_said_in_words():
    assert rouse_plan(30, rouse=True) == "Rouse every 30 min"
    assert rouse_plan(60, rouse=False) == "Visit every 60 min"
    assert rouse_plan(None, rouse=False) == "Constant"


def test_a_pc_that_may_hold_everything_says_nothing_of_it():
    assert revoked_words(()) == ""
    assert "Look on another PC" in revoked_words(("clinical", "medicines"))


def test_where_somebody_was_moved_is_said_with_when():
    move = SiteMove(
        id="m",
        patient="p1",
        stay="e1",
        suites=(Suite(site="s2", name="Southfield"),),
        moved_at=moment_at(NOW, "Europe/London"),
    )
    assert moved_words(move) == (
        "Moved to Southfield, 14-Nov-2026 14:32. What is written there does not come to this PC."
    )
    either = msgspec.structs.replace(
        move, suites=(*move.suites, Suite(site="s3", name="Eastfield"))
    )
    assert moved_words(either) == (
        "Moved to Southfield or Eastfield, 14-Nov-2026 14:32. Somebody has to decide which."
    )


def test_where_somebody_is_going_is_said_with_who_looks_after_them():
    assert leaving_words(SuiteChange(suite="Southfield")) == (
        "Moved to Southfield on this PC. It is not sent yet, and nobody there knows of it: look "
        "after them until it is."
    )
