"""Who it is, in the words of the banner and the strip."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.patient import Gender, IdentityConfidence
from sonar_core.records.task import TaskKind
from sonar_desktop.ui.viewmodels.record_faces import (
    ASK_IDENTITY,
    alerts_of,
    badges_of,
    banner_of,
    not_told_of,
)
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.usecases.read_record import read_record
from tests.ui.conftest import START_MS
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


def head_of(story):
    return read_record(story.desk, story.admitted.episode)


def with_patient(head, **fields):
    return msgspec.structs.replace(head, patient=msgspec.structs.replace(head.patient, **fields))


@pytest.mark.parametrize(
    ("fields", "born"),
    [
        ({"birth_date": "1989-03-04"}, "04-Mar-1989 (37y)"),
        ({"birth_date": None, "stated_age": 25}, "About 25y"),
        ({"birth_date": None, "stated_age": None}, ""),
    ],
)
def test_born_is_a_date_an_age_or_not_known(story, fields, born):
    assert banner_of(with_patient(head_of(story), **fields), START_MS).born == born


def test_numbers_identity_and_gender_as_the_banner_writes_them(story):
    head = with_patient(
        head_of(story),
        nhs_number="9990417261",
        gender=Gender.UNKNOWN,
        aliases=("Con Barr", "C Barrow"),
        identity_confidence=IdentityConfidence.FINGERPRINT,
    )
    words = banner_of(head, START_MS)
    assert (words.nhs_number, words.gender) == ("999 041 7261", "")
    assert words.identity == "Fingerprint, 2 aliases"
    one = with_patient(head, aliases=("Con Barr",), nhs_number="12 not a number")
    assert banner_of(one, START_MS).identity == "Fingerprint, 1 alias"
    assert banner_of(one, START_MS).nhs_number == "12 not a number"


def test_two_versions_of_who_it_is_are_said_in_the_banner(story):
    head = msgspec.structs.replace(head_of(story), ask_identity=True)
    assert banner_of(head, START_MS).identity == ASK_IDENTITY


def test_urgent_markers_come_before_the_level_and_the_others_after(story):
    assert alerts_of(head_of(story)) == ()
    story.marker(FlagCategory.LONG_TERM_CONDITION, "Asthma")
    story.marker(FlagCategory.DRUGS, "Opioids", is_urgent=True)
    story.set_level(50, level=3, every=None)
    found = [alert.text for alert in alerts_of(head_of(story))]
    assert found == ["Opioids", "Level 3 · constant", "Asthma"]


def test_who_waited_longest_to_be_told_of_is_first(story):
    story.decide(5, FitnessPurpose.DETAINED, Fitness.FIT)
    story.decide(20, FitnessPurpose.INTERVIEWED, Fitness.NOT_FIT, reason="Drowsy")
    found = not_told_of(head_of(story), START_MS)
    assert [one.headline.partition(".")[0] for one in found] == [
        "Not fit to be interviewed",
        "Fit to be detained",
    ]
    story.tell(1, found[0].about)
    assert [one.about for one in not_told_of(head_of(story), START_MS)] == [found[1].about]


def test_a_repeat_that_is_late_says_so_on_its_tab(story):
    assert badges_of(head_of(story), START_MS) == {}

    story.task(1, "Repeat NEWS2", kind=TaskKind.REPEAT_OBSERVATIONS)
    badges = badges_of(head_of(story), START_MS)
    assert badges == {Tab.PLAN: "1", Tab.OBSERVATIONS: "due 14:33"}
    later = badges_of(head_of(story), START_MS + 120_000)
    assert later[Tab.OBSERVATIONS] == "late 14:33"
