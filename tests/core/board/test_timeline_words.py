from __future__ import annotations

import pytest

from sonar_core.board.severity import Severity
from sonar_core.board.timeline_said import Category
from sonar_core.board.timeline_words import say
from sonar_core.records.allergy_intolerance import AllergySeverity, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.assessment import Assessment
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.note import NoteCategory
from sonar_core.records.outcome_told import ToldHow
from sonar_core.records.referral import ReferralReason
from sonar_core.records.task import AlsoDone, TaskOwner, TaskStatus
from tests.core.board.custody import (
    allergy,
    at,
    care,
    flag,
    in_,
    note,
    outcome,
    patient,
    referral,
    resolution,
    stay,
    task,
    told,
)


def words(record):
    (said,) = say(record)
    return said.title, said.text


def test_an_outcome_says_why_until_when_and_when_it_is_reviewed():
    record = outcome(conditions=("With an adult",), valid_until=in_(208), review_at=in_(88))
    assert words(record) == (
        "Outcome: Not fit to be interviewed",
        "Drowsy · With an adult · Until 18:00 · Review 16:00",
    )


@pytest.mark.parametrize(
    ("decision", "severity"),
    [
        (Fitness.NOT_FIT, Severity.LATE),
        (Fitness.DEFERRED, Severity.SOON),
        (Fitness.FIT_WITH_CONDITIONS, Severity.SOON),
        (Fitness.FIT, Severity.OK),
    ],
)
def test_how_urgent_an_outcome_looks_follows_what_it_says(decision, severity):
    (said,) = say(outcome(outcome=decision, purpose=FitnessPurpose.RELEASED))
    assert said.severity is severity


def test_a_telling_says_whom_how_and_that_it_was_read_back():
    record = told(how=ToldHow.TELEPHONE, words="Not before 16:00")
    assert words(record) == (
        "Told Custody officer Sgt Marsh",
        "Telephone · Read back and right · Not before 16:00",
    )
    (without,) = say(told(read_back=False, told_to_role=""))
    assert (without.title, without.severity) == ("Told Sgt Marsh", Severity.SOON)
    assert without.category is Category.CUSTODY


def test_an_assessment_says_how_much_was_answered_and_its_scores():
    record = Assessment(
        id="a1",
        patient="p1",
        performed_at=at(5),
        recorded_at=at(5),
        recorded_by="okafor",
        performed_by="okafor",
        questionnaire="q",
        questionnaire_version="1",
        answers={},
        scores={"fast_alcohol": 4, "cows": 9},
        answered=36,
        relevant=38,
    )
    assert words(record) == (
        "Initial assessment signed",
        "36 of 38 questions · cows 9 · fast alcohol 4",
    )


@pytest.mark.parametrize(
    ("category", "title", "where"),
    [
        (NoteCategory.CLINICAL, "Note", Category.CLINICAL),
        (NoteCategory.TELEPHONE_ADVICE, "Telephone advice", Category.CLINICAL),
        (NoteCategory.HANDOVER, "Handover note", Category.CLINICAL),
        (NoteCategory.CUSTODY, "Note from custody", Category.CUSTODY),
    ],
)
def test_a_note_says_what_it_is_for_and_keeps_its_words(category, title, where):
    (said,) = say(note(category=category))
    assert (said.title, said.text, said.category) == (title, "Slept", where)


def test_a_referral_tells_its_times_against_the_target():
    record = referral(
        requested_at=at(111),
        accepted_at=at(109),
        seen_at=at(94),
        closed_at=at(60),
        reasons=(ReferralReason.INTOXICATION, ReferralReason.MENTAL_HEALTH),
        detail="Slurring",
    )
    assert words(record) == (
        "Referral: intoxication, mental health",
        "Requested 12:41, accepted 12:43, seen 12:58, 17min of 60min, closed 13:32 · Slurring",
    )
    assert words(referral())[1] == "Requested 13:58"
    assert words(referral(seen_at=at(20), target_minutes=None))[1] == (
        "Requested 13:58, seen 14:12, 14min"
    )


def test_an_allergy_is_red_and_struck_out_once_it_does_not_stand():
    record = allergy(severity=AllergySeverity.LIFE_THREATENING, source="Detainee")
    (said,) = say(record)
    assert (said.title, said.text) == (
        "Allergy recorded: Penicillin, anaphylaxis",
        "Life threatening · Detainee",
    )
    assert (said.severity, said.is_struck_out) == (Severity.LATE, False)
    (struck,) = say(allergy(status=AllergyStanding.REFUTED, reaction="", status_reason="No harm"))
    assert struck.is_struck_out
    assert (struck.title, struck.text) == ("Allergy recorded: Penicillin", "Unknown · No harm")


def test_no_known_allergies_is_an_entry_and_not_recorded_is_none():
    status = AllergyStatus(
        id="as",
        patient="p1",
        status=AllergyKnowledge.NONE_KNOWN,
        reviewed_at=at(5),
        reviewed_by="okafor",
    )
    (said,) = say(status)
    assert (said.title, said.at, said.by) == ("No known allergies", at(5), "okafor")
    for knowledge in (AllergyKnowledge.KNOWN, AllergyKnowledge.NOT_RECORDED):
        assert say(AllergyStatus(id="as", patient="p1", status=knowledge)) == ()


def test_a_level_says_its_plan_why_and_the_instructions():
    record = care(instructions=("Call 999 if he cannot be woken.",))
    assert words(record) == (
        "Level 2 observation: intermittent",
        "Rouse every 30 min · Opioids · Call 999 if he cannot be woken.",
    )


def test_watching_all_the_time_is_said_once():
    record = care(level=3, check_every_minutes=None, rouse=False)
    assert words(record) == ("Level 3 observation: constant", "Opioids")


def test_a_marker_says_what_it_warns_of():
    assert words(flag(category=FlagCategory.SELF_HARM)) == (
        "Warning marker: self harm",
        "Opioids today",
    )
    (urgent,) = say(flag(is_urgent=True))
    assert urgent.severity is Severity.LATE


def test_a_task_is_an_entry_once_somebody_said_what_came_of_it():
    other = AlsoDone(status=TaskStatus.DONE, done_at=at(1), done_by="shah", done_note="")
    nobody = AlsoDone(status=TaskStatus.CANCELLED, done_at=None, done_by=None, done_note="")
    record = task(
        at(10),
        status=TaskStatus.DONE,
        done_at=at(2),
        done_by="okafor",
        done_note="6 again",
        also_done=(other, nobody),
    )
    (said,) = say(record)
    assert (said.title, said.text) == (
        "Task done: Repeat NEWS2",
        "Due 14:22 · 6 again · Also by shah",
    )
    assert (said.at, said.by, said.category) == (at(2), "okafor", Category.CLINICAL)
    (custody,) = say(
        task(at(10), owner=TaskOwner.CUSTODY, status=TaskStatus.CANCELLED, done_at=at(1))
    )
    assert (custody.title, custody.category) == (
        "Task cancelled: Repeat NEWS2",
        Category.CUSTODY,
    )
    assert say(task(at(10))) == ()


def test_an_answer_to_a_recheck_names_no_due_time():
    answered = task(at(5), "Check: given twice?", created_by="", status=TaskStatus.DONE)
    assert words(answered) == ("Task done: Check: given twice?", "")


def test_a_decision_on_a_conflict_says_what_differed_and_why():
    assert words(resolution("o1")) == ("Decided: outcome differs", "Seen together")
    assert words(resolution(None, entity_kind="Newer"))[0] == "Decided: versions differ"


def test_who_it_is_and_that_they_are_here_is_the_banners_business():
    assert say(patient()) == ()
    assert say(stay()) == ()
