from __future__ import annotations

import msgspec
import pytest

from sonar_core.moments import moment_at
from sonar_desktop.ui.viewmodels.conflict_words import (
    Speaker,
    moment_in,
    unreadable_words,
    when_text,
)

AT = moment_at(1_794_666_720_000, "Europe/London")
PLAIN = msgspec.to_builtins(AT)


@pytest.mark.parametrize(
    ("kind", "name", "value", "said"),
    [
        ("CareLevel", "level", 3, "Level 3 constant"),
        ("CareLevel", "check_every_minutes", None, "Constant"),
        ("CareLevel", "check_every_minutes", 30, "30 min"),
        ("CareLevel", "rouse", True, "Yes"),
        ("AllergyStatus", "status", "none_known", "No known allergies"),
        ("AllergyIntolerance", "severity", "life_threatening", "Life threatening"),
        ("AllergyIntolerance", "reaction", "", "Nothing entered"),
        ("Referral", "accepted_by", "u1", "Rhona Okafor"),
        ("Task", "due_at", PLAIN, "14-Nov-2026 14:32"),
        ("FitnessOutcome", "conditions", ["Breaks", "AA present"], "Breaks; AA present"),
        ("MedicationRequest", "count", 4, "4"),
        ("ObservationSet", "measured", {"pulse": 80}, "Pulse 80"),
    ],
)
def test_a_value_is_said_as_the_clinic_says_it(kind, name, value, said):
    assert Speaker(kind=kind, names={"u1": "Rhona Okafor"}).value(name, value) == said


def test_a_field_and_a_thing_have_plain_names():
    speaker = Speaker(kind="CareLevel")
    assert speaker.label("reason") == "Why"
    assert speaker.label("review_at") == "Review at"
    assert speaker.changed_headline == "Level of observation was changed in two places"
    plural = Speaker(kind="AllergyStatus")
    assert plural.changed_headline == "Allergies were changed in two places"
    assert Speaker(kind="NewKind").thing == "Record"


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (
            "AllergyIntolerance",
            {"substance": "Penicillin", "reaction": "rash", "severity": "mild", "source": "He"},
            "Allergy to Penicillin, rash (mild). Source: He.",
        ),
        (
            "AllergyIntolerance",
            {"substance": "Latex", "status": "refuted", "status_reason": "tested"},
            "Struck out: allergy to Latex: tested.",
        ),
        (
            "AllergyStatus",
            {"status": "known", "reviewed_at": PLAIN},
            "Known allergies. Reviewed 14-Nov-2026 14:32.",
        ),
        (
            "CareLevel",
            {
                "level": 2,
                "check_every_minutes": 30,
                "rouse": True,
                "reason": "Drunk",
                "instructions": ["Rouse him"],
            },
            "Level 2 intermittent, rouse every 30 min. Why: Drunk. Instructions: Rouse him.",
        ),
        (
            "FitnessOutcome",
            {"purpose": "detained", "outcome": "fit_with_conditions", "conditions": ["AA"]},
            "Fit to be detained with conditions: AA.",
        ),
        (
            "MedicationRequest",
            {
                "medicine": "Codeine",
                "strength": "30 mg",
                "form": "tablet",
                "dose": "30",
                "unit": "mg",
                "route": "oral",
                "as_needed": True,
                "due_times": ["08:00"],
                "interval_minutes": 270,
                "maximum_24h": "240",
            },
            (
                "Codeine 30 mg tablet: 30 mg oral, when needed, at 08:00,"
                " at least 4hr 30min apart, at most 240 mg in 24hr."
            ),
        ),
        (
            "MedicationRequest",
            {
                "medicine": "Codeine",
                "dose": "30",
                "unit": "mg",
                "route": "oral",
                "status": "stopped",
                "status_reason": "drowsy",
            },
            "Codeine: 30 mg oral. Stopped: drowsy.",
        ),
        ("Note", {"text": "Slept", "patient": "p", "reply": ""}, "Text: Slept."),
        ("CareLevel", {"reason": "only this"}, "Why: only this."),
        ("AllergyIntolerance", {"substance": ""}, ""),
        ("FitnessOutcome", {"purpose": "new"}, "Purpose: New."),
        ("MedicationRequest", {"dose": "5"}, "Dose: 5."),
    ],
)
def test_a_whole_version_reads_as_the_record_will_say_it(kind, values, said):
    assert Speaker(kind=kind).whole(values) == said


def test_the_short_form_is_the_first_sentence():
    speaker = Speaker(kind="CareLevel")
    values = {"level": 3, "check_every_minutes": None, "reason": "Head-banging"}
    assert speaker.short(values) == "Level 3 constant."
    assert speaker.short({"level": 1, "check_every_minutes": 60}) == (
        "Level 1 general, visit every 60 min."
    )


def test_a_moment_is_found_only_where_there_is_one():
    assert moment_in(PLAIN) == AT
    assert moment_in({"utc_ms": "soon"}) is None
    assert moment_in("14:32") is None


def test_another_day_is_said_with_its_date():
    earlier = moment_at(AT.utc_ms - 86_400_000, AT.zone)
    assert when_text(AT, AT) == "14:32"
    assert when_text(earlier, AT) == "13-Nov-2026 14:32"


def test_a_conflict_that_cannot_be_shown_says_where_it_is_and_what_to_do():
    assert unreadable_words(()) == ("", "")
    head, text = unreadable_words(("M4",))
    assert head == "1 conflict cannot be shown: update this PC"
    assert text.startswith("In M4. A newer version of SONAR wrote what differs.")
    head, text = unreadable_words(("", "M4", "F2"))
    assert head == "3 conflicts cannot be shown: update this PC"
    assert text.startswith("In F2, M4. ")
