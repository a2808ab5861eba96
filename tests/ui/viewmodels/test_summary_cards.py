"""The Summary's cards in words."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.board.severity import Severity
from sonar_core.moments import moment_at
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.task import TaskOwner
from sonar_desktop.ui.viewmodels.summary_cards import (
    day_time,
    fitness_lines,
    instructions_of,
    level_sentence,
    medicine_lines,
    score_card,
    task_faces,
)
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.read_observations import read_observations
from sonar_desktop.usecases.read_record import read_record
from tests.ui.conftest import START_MS, ZONE
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


def head_of(story):
    return read_record(story.desk, story.admitted.episode)


def card_of(story, now_ms=START_MS):
    return score_card(read_observations(story.desk, story.admitted.episode), now_ms)


def test_nobody_has_measured_yet():
    card = score_card((), START_MS)
    assert (card.total, card.headline, card.detail) == (None, "Not scored", "No observations yet")
    assert card.sparks == ()


def test_the_score_stands_with_the_numbers_before_it(story):
    story.observe(94, 16, 98, 122, 88, "36.8")
    assert card_of(story).headline == "Low"
    story.observe(30, 21, 94, 104, 112, "36.4")
    card = card_of(story)
    assert (card.total, card.band, card.headline) == (6, "medium", "Medium, rising")
    assert card.detail == "14:02 · SpO2 scale 1 · was 0 at 12:58"
    story.observe(10, 16, 98, 122, 88, "36.8")
    assert card_of(story).headline == "Low, falling"
    story.observe(5, 16, 98, 122, 88, "36.8")
    assert card_of(story).headline == "Low, the same"


def test_a_set_that_is_not_complete_has_no_total_and_hides_nothing(story):
    story.observe(94, 21, 94, 104, 112, "36.4")
    observed = read_observations(story.desk, story.admitted.episode)
    part = msgspec.structs.replace(
        observed[0],
        pulse=None,
        news2=msgspec.structs.replace(
            observed[0].news2, total=None, band=None, reason="Pulse is missing."
        ),
    )
    card = score_card((*observed, part), START_MS)
    assert (card.total, card.headline) == (None, "Not scored")
    assert "Pulse is missing." in card.detail
    assert "was 6 at 12:58" in card.detail
    pulse = next(one for one in card.sparks if one.name == "Pulse")
    assert (pulse.value, pulse.values) == ("–", (112.0,))


def test_an_old_score_says_how_old(story):
    story.observe(5, 16, 98, 122, 88, "36.8")
    card = card_of(story, START_MS + 12 * 3_600_000)
    assert card.is_stale
    assert "12hr 5min old" in card.detail


def test_a_decision_says_whether_custody_was_told(story):
    lines = fitness_lines(head_of(story), START_MS)
    assert [line.state for line in lines] == ["Not assessed"] * 4
    decided = story.decide(20, FitnessPurpose.CHARGED, Fitness.NOT_FIT, reason="Drowsy")
    charged = fitness_lines(head_of(story), START_MS)[2]
    assert (charged.purpose, charged.state, charged.is_act) == ("Charged", "NOT FIT", True)
    assert charged.detail == "Custody officer not told · 20min"
    story.tell(10, decided.id, read_back=False)
    charged = fitness_lines(head_of(story), START_MS)[2]
    assert (charged.is_act, charged.detail) == (False, "Told Sgt Marsh 14:22, not read back")


def test_instructions_say_whether_they_were_read_back(story):
    assert instructions_of(head_of(story)).about == ""
    level = story.set_level(60)
    # The officer told of a decision was not told of the level, and it says of what they were not.
    story.tell(55, story.decide(58, FitnessPurpose.DETAINED, Fitness.NOT_FIT, reason="x").id)
    untold = instructions_of(head_of(story))
    assert (untold.level, untold.read_back) == ("Level 2, intermittent", "")
    assert untold.untold == "Custody not told of level 2 yet"
    story.tell(50, level)
    told = instructions_of(head_of(story))
    assert (told.read_back, told.is_right) == ("Read back by Sgt Marsh 13:42", True)
    story.set_level(20, level=3, every=None)
    changed = instructions_of(head_of(story))
    assert changed.read_back == "Changed since Sgt Marsh 13:42 was told"
    assert not changed.is_right
    story.tell(10, level, read_back=False)
    assert instructions_of(head_of(story)).read_back == "Told Sgt Marsh 14:22, not read back"


def test_medicines_due_come_before_those_when_needed(story):
    story.order(60, "Salbutamol", strength="100 mcg", as_needed=True, indication="Wheeze")
    story.order(58, "Dihydrocodeine", due_times=("14:45",))
    head = head_of(story)
    chart = read_chart(story.desk, story.admitted.episode)
    lines = medicine_lines(chart, head.row, START_MS, ZONE)
    assert [line.name for line in lines] == ["Dihydrocodeine 30 mg", "Salbutamol 100 mcg"]
    assert [line.detail for line in lines] == ["Due 14:45", "When needed, Wheeze"]
    late = medicine_lines(chart, head.row, START_MS + 3_600_000, ZONE)[0]
    assert (late.detail, late.severity) == ("Late, due 14:45", Severity.LATE)
    assert medicine_lines(chart, None, START_MS, ZONE) == ()


def test_tasks_name_who_acts(story):
    story.task(30, "Ring the pharmacy", TaskOwner.CUSTODY)
    face = task_faces(head_of(story).tasks, START_MS)[0]
    assert (face.time, face.what, face.owner, face.is_late) == (
        "15:02",
        "Ring the pharmacy",
        "Custody",
        False,
    )


def test_another_day_is_said():
    assert day_time(moment_at(START_MS, ZONE), START_MS) == "14:32"
    assert day_time(moment_at(START_MS - 86_400_000, ZONE), START_MS) == "13-Nov 14:32"


def test_the_level_in_one_sentence(story):
    story.set_level(60)
    assert level_sentence(head_of(story).care) == (
        "Level 2 observation, intermittent: rouse every 30 min."
    )
    story.set_level(50, level=4, every=None)
    assert level_sentence(head_of(story).care) == "Level 4 observation, close."
