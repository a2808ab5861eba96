"""How an entry came to be as it is."""

from __future__ import annotations

import pytest

from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_desktop.usecases.acting import Amending
from sonar_desktop.usecases.read_history import read_history
from sonar_desktop.usecases.record_allergy import AllergyEntry, change_allergy
from tests.ui.conftest import *  # noqa: F403 the fixtures of a PC
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


def test_an_allergy_keeps_what_it_said_before(story):
    allergy = story.allergy(60)
    entry = AllergyEntry(
        substance="Penicillin", reaction="rash", severity=AllergySeverity.MILD, source="GP"
    )
    change_allergy(story.desk, allergy, entry)
    versions = read_history(story.desk, "AllergyIntolerance", allergy)
    assert [one.title for one in versions] == [
        "Allergy recorded: Penicillin, anaphylaxis",
        "Allergy recorded: Penicillin, rash",
    ]
    assert {one.who for one in versions} == {"Rhona Okafor, nurse"}


def test_a_note_amended_twice_is_one_chain_from_either_end(story):
    first = story.note(30, "One")
    second = story.note(20, "Two", amending=Amending(of=first.id, reason="Wrong word"))
    story.note(10, "Three", amending=Amending(of=second.id, reason="Wrong again"))
    story.note(5, "Another note")
    for start in (first, second):
        versions = read_history(story.desk, "Note", start.id)
        assert [one.text for one in versions] == ["One", "Two", "Three"]
        assert [one.reason for one in versions] == ["", "Wrong word", "Wrong again"]


def test_what_amends_comes_after_what_it_amends_though_the_clock_was_put_back(story):
    # Seen in the tour: of two of one moment the entry that had been amended was said to stand.
    first = story.note(20, "One")
    second = story.note(30, "Two", amending=Amending(of=first.id, reason="Wrong word"))
    story.note(40, "Three", amending=Amending(of=second.id, reason="Wrong again"))
    assert second.recorded_at.utc_ms < first.recorded_at.utc_ms
    versions = read_history(story.desk, "Note", second.id)
    assert [one.text for one in versions] == ["One", "Two", "Three"]


def test_an_entry_nobody_holds_has_no_history(story):
    assert read_history(story.desk, "Note", story.desk.ids.new()) == ()
