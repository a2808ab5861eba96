from __future__ import annotations

from sonar_core.moments import moment_at
from sonar_core.records.observation_set import News2Score
from sonar_desktop.ui.viewmodels.observation_score import (
    band_of,
    following,
    is_for_this_person,
    score_face,
)

NOW = moment_at(1_794_666_720_000, "Europe/London")
HIGH = News2Score(algorithm="a", total=7, band="high", parts={"pulse": 2})
HALF = News2Score(
    algorithm="a",
    total=None,
    band=None,
    parts={},
    missing=("pulse",),
    reason="1 part missing: pulse",
)
NEVER = News2Score(algorithm="a", total=None, band=None, parts={}, reason="NEWS2 is not for it.")


def test_a_total_has_its_band_word_plan_and_tone():
    face = score_face(HIGH, [], is_empty=False)
    assert (face.headline, face.tone, face.course) == ("High", "danger", "")
    assert face.plan.startswith("Emergency response.")


def test_without_a_total_the_missing_parts_are_named_and_no_grade_is_given():
    face = score_face(HALF, [], is_empty=False)
    assert (face.headline, face.detail, face.tone) == ("Not scored", "1 part missing: pulse.", "")
    assert band_of(HALF) is None
    assert is_for_this_person(HALF)
    assert not is_for_this_person(NEVER)
    assert score_face(NEVER, [], is_empty=False).detail == "NEWS2 is not for it."


def test_what_follows_is_said_before_signing():
    what = following(HIGH, repeat=NOW, done=(), left_open=(), tells=True, now=NOW)
    assert what.text == (
        "When you sign: the board marks it; the task “tell custody officer” is set;"
        " the task “repeat observations” is set for 14:32."
    )
    nothing = following(HALF, repeat=None, done=(), left_open=(), tells=False, now=NOW)
    assert nothing.text == "When you sign, no task follows."
