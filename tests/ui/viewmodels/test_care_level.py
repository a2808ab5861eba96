"""The level of observation: set by a person, with its definition on the screen."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.conflict import Alternative, Conflict
from sonar_core.records.registry import care_level_id
from sonar_desktop.ui.viewmodels.care_level import DEFINITIONS, CareForm, care_face
from sonar_desktop.usecases.read_record import read_record
from tests.ui.conftest import LENA, START_MS
from tests.ui.screens.patient_story import Story


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def form(workplace, story):
    made = CareForm(workplace, story.admitted.episode)
    yield made
    made.close()


def face_of(story):
    return care_face(read_record(story.desk, story.admitted.episode), START_MS)


def test_nobody_set_a_level(story):
    assert face_of(story).level is None


def test_a_level_stands_with_its_definition(story):
    story.set_level(60)
    face = face_of(story)
    assert (face.level, face.name, face.plan) == (2, "Intermittent", "Rouse every 30 min")
    assert face.definition == DEFINITIONS[2]
    assert face.who == "Rhona Okafor, nurse, 13:32"
    assert face.sides == ()


def test_the_usual_interval_is_offered_and_may_be_changed(qtbot, form, story):
    form.begin(face_of(story))
    form.choose_level(2)
    assert (form.entry.every, form.entry.rouse) == ("30", True)
    assert form.definition == DEFINITIONS[2]
    form.put(every="20", reason="Opioids today", instructions="Rouse him.\n\nCall the nurse.")
    form.type_review("+2h")
    assert form.review_echo == "14-Nov-2026 16:32"
    with qtbot.waitSignal(form.signed):
        form.sign()
    care = read_record(story.desk, story.admitted.episode).care
    assert (care.level, care.check_every_minutes, care.rouse) == (2, 20, True)
    assert care.instructions == ("Rouse him.", "Call the nurse.")
    assert care.review_at.utc_ms == START_MS + 7_200_000


def test_constant_has_no_interval_and_no_rousing(qtbot, form, story):
    form.begin(face_of(story))
    form.choose_level(3)
    assert form.entry.every == "constant"
    form.put(reason="Tried to tie a ligature", rouse=True)
    with qtbot.waitSignal(form.signed):
        form.sign()
    care = read_record(story.desk, story.admitted.episode).care
    assert (care.check_every_minutes, care.rouse) == (None, False)


def test_what_holds_is_not_typed_again_but_the_reason_is(qtbot, form, story):
    story.set_level(60)
    form.begin(face_of(story))
    assert (form.entry.level, form.entry.every, form.entry.reason) == (2, "30", "")
    assert form.entry.instructions.startswith("Rouse every 30 minutes.")
    form.sign()
    qtbot.waitUntil(lambda: "reason" in form.flaws)


@pytest.mark.parametrize("every", ["", "half an hour", "-5", "30.5", "٣٠"])
def test_an_interval_that_is_none_is_refused(form, story, every):
    form.begin(face_of(story))
    form.choose_level(1)
    form.put(every=every, reason="Settled")
    form.sign()
    assert form.flaws["check_every_minutes"].text == "Enter minutes from 1 to 1440, or constant."


def test_no_level_and_a_review_in_the_past_are_refused(form, story):
    form.begin(face_of(story))
    form.put(reason="Settled", every="30")
    form.type_review("14-Nov-2026 09:00")
    form.sign()
    assert form.flaws["level"].text == "Choose a level from 1 to 4."
    assert "has passed" in form.flaws["review_at"].text


def test_two_versions_are_both_shown_and_the_safer_is_in_use(story):
    story.set_level(60)
    head = read_record(story.desk, story.admitted.episode)
    plain = msgspec.to_builtins(head.care)
    sides = tuple(
        Alternative(
            operation=f"op{number}",
            values={**plain, "level": level, "check_every_minutes": every},
            author=LENA.user,
            device="d",
            recorded_at=head.care.set_at,
            offline=False,
        )
        for number, (level, every) in enumerate([(2, 30), (1, 60)])
    )
    conflict = Conflict(
        id="c",
        patient=head.patient.id,
        episode=head.stay.id,
        entity_kind="CareLevel",
        entity=care_level_id(head.stay.id),
        group="level",
        base=1,
        alternatives=sides,
    )
    face = care_face(msgspec.structs.replace(head, conflicts=(conflict,)), START_MS)
    assert [(side.text, side.is_in_use) for side in face.sides] == [
        ("Level 2 observation, intermittent: rouse every 30 min.", True),
        ("Level 1 observation, general: rouse every 60 min.", False),
    ]
