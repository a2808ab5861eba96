from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from sonar_core.forms.answers import complete_answers
from sonar_core.forms.definition import NOT_ASKED, ItemKind
from sonar_core.forms.loader import load_form
from sonar_core.moments import moment_at
from sonar_core.records.assessment import Assessment
from sonar_desktop.ui.viewmodels.assessment_entry import (
    AssessmentEntry,
    answers_of,
    as_answered,
    flaw_of,
)
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry

FORM = load_form(
    (
        Path(__file__).parents[3] / "resources/questionnaires/custody-initial-assessment-0.1.json"
    ).read_bytes()
)
NOW_MS = 1_794_666_720_000
CLOCK = {
    "now_ms": NOW_MS,
    "latest_ms": NOW_MS,
    "zone": "Europe/London",
    "today": date(2026, 11, 14),
}


def test_what_is_typed_and_wrong_is_no_answer_and_stays_typed():
    entry = AssessmentEntry().with_text("alcohol-units", "many")
    assert answers_of(FORM, entry, **CLOCK) == {}
    assert flaw_of(FORM.item("alcohol-units"), entry, **CLOCK).is_refused
    assert entry.text("alcohol-units") == "many"


def test_choices_texts_and_times_become_answers():
    time = TimeEntry(typed="unknown", typed_ms=CLOCK["now_ms"])
    entry = (
        AssessmentEntry()
        .with_choice("drugs-24h", ("yes",))
        .with_text("alcohol-units", "12")
        .with_time("drugs-last-used", time)
    )
    assert answers_of(FORM, entry, **CLOCK) == {
        "drugs-24h": ("yes",),
        "alcohol-units": (12,),
        "drugs-last-used": ("unknown",),
    }
    assert flaw_of(FORM.item("drugs-24h"), entry, **CLOCK) is None
    assert msgspec.json.decode(msgspec.json.encode(entry), type=AssessmentEntry) == entry


def test_what_is_emptied_is_gone():
    entry = AssessmentEntry().with_choice("q", ("yes",)).with_text("t", "x")
    emptied = entry.with_choice("q", ()).with_text("t", "")
    emptied = emptied.with_time("w", TimeEntry(typed=" ", typed_ms=0))
    assert emptied == AssessmentEntry()


TIMES = ("2026-11-13T21:40:00+00:00", "2026-10-25T01:30:00+01:00", "2026-11-14T09:00:00+00:00~")
"""At night, in the hour that came twice, and about when."""


def signed(answers) -> Assessment:
    return Assessment(
        id="a",
        patient="p",
        performed_at=moment_at(NOW_MS, "Europe/London"),
        recorded_by="u",
        questionnaire=FORM.url,
        questionnaire_version=FORM.version,
        answers=complete_answers(FORM, answers),
        answered=0,
        relevant=0,
    )


def test_whatever_was_signed_is_the_same_when_it_is_signed_again_as_it_opens():
    times = [item.link_id for item in FORM.walk() if item.kind is ItemKind.DATE_TIME]
    answers = dict(zip(times, ((one,) for one in (*TIMES, "unknown") * 3), strict=False))
    for item in FORM.walk():
        if item.options:
            answers[item.link_id] = (item.options[0].code,)
        elif item.kind in {ItemKind.STRING, ItemKind.TEXT}:
            answers[item.link_id] = ("Two lines\nof words",)
    answers["alcohol-units"] = (12,)
    assert len(answers) > 100
    opened = as_answered(FORM, signed(answers))
    assert complete_answers(FORM, answers_of(FORM, opened, **CLOCK)) == signed(answers).answers


def test_what_was_left_blank_is_blank_again():
    record = signed({})
    assert (NOT_ASKED,) in record.answers.values()
    assert as_answered(FORM, record).chosen == {}
