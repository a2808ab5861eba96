from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from sonar_core.forms.loader import load_form
from sonar_desktop.ui.viewmodels.assessment_entry import AssessmentEntry, answers_of, flaw_of
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
