from __future__ import annotations

from pathlib import Path

import pytest

from sonar_core.clinical.safety import SAFER_VALUES, SaferRule, row_of, safer_value
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.care_level import CareLevel
from sonar_core.records.kinds import MergePolicy
from sonar_core.records.registry import REGISTRY

ONE, BOTH, STOP = SaferRule.USE_ONE, SaferRule.BOTH_APPLY, SaferRule.STOP


def _at(utc_ms):
    return {"utc_ms": utc_ms, "zone": "Europe/London", "offset_minutes": 0, "precision": "exact"}


def _level(level, every, *, rouse=False):
    return {"level": level, "check_every_minutes": every, "rouse": rouse}


CASES = [
    ("AllergyStatus", "status", [{"status": "none_known"}, {"status": "known"}], ONE, 1),
    ("AllergyStatus", "status", [{"status": "none_known"}, {"status": "not_recorded"}], ONE, 1),
    ("AllergyStatus", "status", [{"status": "unavailable"}, {"status": "none_known"}], ONE, 0),
    ("AllergyStatus", "status", [{"status": "known"}, {"status": "known"}], ONE, 0),
    ("AllergyStatus", "status", [{"status": "known"}, {"status": "of a newer form"}], STOP, None),
    ("AllergyStatus", "status", [{}, {"status": "known"}], STOP, None),
    (
        "AllergyIntolerance", "allergy",
        [{"status": "entered_in_error", "severity": "severe", "substance": "penicillin"},
         {"status": "active", "severity": "mild", "substance": "penicillin"}], ONE, 1,
    ),
    (
        "AllergyIntolerance", "allergy",
        [{"status": "active", "severity": "moderate", "substance": "Penicillin "},
         {"status": "active", "severity": "unknown", "substance": "penicillin"}], ONE, 1,
    ),
    (
        "AllergyIntolerance", "allergy",
        [{"status": "active", "severity": "life_threatening", "substance": "penicillin"},
         {"status": "active", "severity": "mild", "substance": "ibuprofen"}], BOTH, None,
    ),
    (
        "AllergyIntolerance", "allergy",
        [{"status": "active", "severity": "mild", "substance": "penicillin", "reaction": "rash"},
         {"status": "active", "severity": "mild", "substance": "penicillin"}], BOTH, None,
    ),
    ("CareLevel", "level", [_level(1, 60), _level(2, 30)], ONE, 1),
    ("CareLevel", "level", [_level(2, 30), _level(2, 15), _level(2, 20)], ONE, 1),
    ("CareLevel", "level", [_level(3, 15), _level(3, None)], ONE, 1),
    ("CareLevel", "level", [_level(2, 30), _level(2, 30, rouse=True)], ONE, 1),
    ("CareLevel", "level", [_level(2, 30), _level(2, 30)], ONE, 0),
    ("CareLevel", "level", [_level(2, 30), {"level": 2, "rouse": True}], STOP, None),
    ("CareLevel", "level", [_level("two", 30), _level(2, 30)], STOP, None),
    ("FitnessOutcome", "any", [{"outcome": "fit"}, {"outcome": "not_fit"}], ONE, 1),
    ("FitnessOutcome", None, [{"outcome": "deferred"}, {"outcome": "fit_with_conditions"}], ONE, 0),
    ("FitnessOutcome", None, [{"outcome": "fit_with_conditions"}, {"outcome": "fit"}], ONE, 0),
    ("FitnessOutcome", None, [{"outcome": "not_fit"}, {"outcome": "not_fit"}], ONE, 0),
    (
        "FitnessOutcome", None,
        [{"outcome": "fit_with_conditions", "conditions": ["rest"]},
         {"outcome": "fit_with_conditions", "conditions": ["appropriate adult"]}], BOTH, None,
    ),
    ("MedicationRequest", "order", [{"status": "stopped"}, {"status": "active"}], STOP, None),
    ("MedicationAdministration", None, [{"outcome": "G"}, {"outcome": "G"}], BOTH, None),
    (
        "Flag", "flag",
        [{"status": "inactive", "is_urgent": True}, {"status": "active", "is_urgent": False}],
        ONE, 1,
    ),
    (
        "Flag", "flag",
        [{"status": "active", "is_urgent": False, "category": "drugs", "text": "Heroin"},
         {"status": "active", "is_urgent": True, "category": "drugs", "text": "heroin"}], ONE, 1,
    ),
    (
        "Flag", "flag",
        [{"status": "active", "is_urgent": False, "category": "drugs", "text": "Heroin"},
         {"status": "active", "is_urgent": True, "category": "alcohol", "text": "Heroin"}],
        BOTH, None,
    ),
    ("Patient", "identity", [{"family": "Barrow"}, {"family": "Barlow"}], STOP, None),
    ("Patient", "pregnancy", [{"pregnancy": "not_asked"}, {"pregnancy": "possible"}], ONE, 1),
    ("CustodyEpisode", "custody", [{"status": "released"}, {"status": "open"}], ONE, 1),
    ("CustodyEpisode", "custody", [{"status": "open"}, {"status": "open"}], BOTH, None),
    ("Referral", "request", [{"urgency": "routine"}, {"urgency": "emergency"}], ONE, 1),
    ("Referral", "requested_at", [{"requested_at": _at(5)}, {"requested_at": _at(4)}], ONE, 1),
    ("Referral", "requested_at", [{"requested_at": _at(5)}, {"requested_at": None}], STOP, None),
    ("Referral", "seen", [{"seen_at": _at(5)}, {"seen_at": None}], ONE, 1),
    ("Referral", "arrived", [{"arrived_at": _at(5)}, {"arrived_at": _at(9)}], ONE, 1),
    ("Referral", "accepted", [{"accepted_at": _at(5)}, {"accepted_by": "a nurse"}], STOP, None),
    ("Referral", "closed", [{"closed_at": None}, {"closed_at": _at(9)}], ONE, 0),
    ("Referral", "closed", [{"closed_at": {"utc_ms": "9"}}, {"closed_at": None}], STOP, None),
    ("Task", "task", [{"due_at": _at(9)}, {"due_at": _at(5)}], ONE, 1),
    ("Task", "task", [{"due_at": _at(9)}, {"due_at": _at(9)}], BOTH, None),
    ("ObservationSet", None, [{"pulse": 70}, {"pulse": 90}], BOTH, None),
    ("Assessment", None, [{}, {}], BOTH, None),
    ("OutcomeTold", None, [{}, {}], BOTH, None),
    ("Note", None, [{"text": "a"}, {"text": "b"}], BOTH, None),
    ("AllergyStatus", "of a newer program", [{"status": "known"}], STOP, None),
    ("KindOfANewerProgram", "any", [{}, {}], STOP, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "group", "alternatives", "rule", "index"), CASES)
def test_the_most_cautious_version_stands_until_a_person_decides(
    kind, group, alternatives, rule, index
):
    answer = safer_value(kind, group, alternatives)

    assert (answer.rule, answer.index) == (rule, index)
    assert answer.safer
    assert answer.reason


@pytest.mark.parametrize(("kind", "group", "alternatives", "rule", "index"), CASES)
def test_the_order_in_which_versions_arrived_changes_nothing(
    kind, group, alternatives, rule, index
):
    turned = safer_value(kind, group, alternatives[::-1])

    assert turned.rule is rule
    if index is not None:
        assert alternatives[::-1][turned.index] == alternatives[index]


def test_record_values_compare_as_their_json_does():
    answer = safer_value(
        "AllergyStatus",
        "status",
        [{"status": AllergyKnowledge.NONE_KNOWN}, {"status": AllergyKnowledge.KNOWN}],
    )

    assert (answer.rule, answer.index) == (ONE, 1)


def test_a_dispute_without_versions_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="at least one version"):
        safer_value("CareLevel", "level", [])


def test_every_group_that_never_merges_by_itself_has_a_line_of_its_own():
    disputed = {
        (kind.name, group.name)
        for kind in REGISTRY.values()
        for group in kind.groups
        if group.policy is MergePolicy.CLINICAL
    }

    assert disputed == {(row.kind, row.group) for row in SAFER_VALUES if row.group is not None}
    assert set(CareLevel.__struct_fields__) >= {"level", "check_every_minutes", "rouse"}


def test_the_safety_document_gives_the_order_and_the_reason_of_each_line():
    document = " ".join(
        (Path(__file__).parents[3] / "docs/safety/clinical-rules.md").read_text().split()
    )

    for row in [*SAFER_VALUES, row_of("", None)]:
        name = f"{row.kind}.{row.group}" if row.group else row.kind or "anything else"
        assert f"| {name} | {row.safer} | {row.reason} |" in document
