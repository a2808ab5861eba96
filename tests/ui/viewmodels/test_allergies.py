"""Allergies: "none known" is always somebody's word."""

from __future__ import annotations

import pytest

from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_desktop.ui.viewmodels.allergies import AllergyForm, StrikeForm, allergy_face
from sonar_desktop.usecases.read_record import read_record
from tests.ui.conftest import START_MS
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def form(workplace, story):
    made = AllergyForm(workplace, story.admitted.episode)
    made.patient = story.admitted.patient
    yield made
    made.close()


@pytest.fixture
def striking(workplace, story):
    made = StrikeForm(workplace, story.admitted.episode)
    yield made
    made.close()


def face_of(story):
    return allergy_face(read_record(story.desk, story.admitted.episode), START_MS)


def test_before_anybody_asked_it_is_not_recorded(story):
    face = face_of(story)
    assert (face.title, face.reviewed) == ("Allergies not recorded", "Nobody has asked yet")


def test_none_known_is_signed_by_who_asked(qtbot, form, story, signing):
    form.review(AllergyKnowledge.NONE_KNOWN)
    qtbot.waitUntil(lambda: face_of(story).knowledge is AllergyKnowledge.NONE_KNOWN)
    assert face_of(story).title == "No known allergies"
    assert face_of(story).reviewed == "Asked 14:32, Rhona Okafor, nurse"
    assert signing.asked == 1


def test_none_known_is_refused_while_an_allergy_stands(qtbot, form, story):
    story.allergy(60)
    form.review(AllergyKnowledge.NONE_KNOWN)
    qtbot.waitUntil(lambda: "knowledge" in form.flaws)
    assert form.flaws["knowledge"].text == "Strike out the allergies on the record first."


def test_an_allergy_is_recorded_with_how_bad_it_was(qtbot, form, story):
    form.open()
    form.put(substance="Penicillin", reaction="rash")
    form.sign()
    assert form.flaws["severity"].text == "Choose how bad it was, or Not known."
    form.put(severity=AllergySeverity.MILD, source="GP")
    with qtbot.waitSignal(form.signed):
        form.sign()
    line = face_of(story).lines[0]
    assert (line.substance, line.reaction, line.severity, line.source) == (
        "Penicillin",
        "rash",
        AllergySeverity.MILD,
        "GP",
    )
    assert face_of(story).title == "Known allergies"


def test_an_allergy_to_nothing_is_refused(form):
    form.open()
    form.put(substance=" ", severity=AllergySeverity.MILD)
    form.sign()
    assert form.flaws["substance"].text == "Enter what they are allergic to."


def test_striking_out_the_last_one_makes_nobody_say_none(qtbot, striking, story):
    allergy = story.allergy(60)
    striking.begin(allergy, "Penicillin")
    striking.put(reason="too short")
    striking.sign()
    assert "at least 10" in striking.flaws["reason"].text
    striking.put(reason="Tested at the clinic in 2024", is_refuted=True)
    with qtbot.waitSignal(striking.signed):
        striking.sign()
    assert face_of(story).knowledge is AllergyKnowledge.NOT_RECORDED
    assert face_of(story).lines == ()
