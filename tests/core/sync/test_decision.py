from __future__ import annotations

import pytest

from sonar_core.sync.decision import Decision, held_back, repeated, whose
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import OpKind
from tests.core.sync.clinic import PATIENT, STAY, Pc, identifier, level, suite


def test_held_back_says_why_and_has_no_effect():
    decision = held_back(Reason.MISSING_PARENT, identifier(9))
    assert (decision.verdict, decision.reason) == (Verdict.QUARANTINED, Reason.MISSING_PARENT)
    assert (decision.detail, decision.version, decision.versions) == (identifier(9), 0, ())


@pytest.mark.parametrize(
    ("first", "op", "again"),
    [
        (Verdict.APPLIED, OpKind.RECORD, Verdict.DUPLICATE),
        (Verdict.MERGED, OpKind.EDIT, Verdict.DUPLICATE),
        (Verdict.DUPLICATE, OpKind.RECORD, Verdict.DUPLICATE),
        (Verdict.CONFLICT, OpKind.EDIT, Verdict.CONFLICT),
        (Verdict.APPLIED, OpKind.RESOLVE, Verdict.APPLIED),
        (Verdict.QUARANTINED, OpKind.RECORD, Verdict.QUARANTINED),
        (Verdict.REFUSED, OpKind.RECORD, Verdict.REFUSED),
    ],
)
def test_an_operation_sent_again_in_another_incarnation_has_no_second_effect(first, op, again):
    decided = Decision(verdict=first, reason=Reason.NONE, detail="d", version=3)
    found = repeated(decided, op)
    assert (found.verdict, found.detail, found.version, found.versions) == (again, "d", 3, ())


@pytest.mark.parametrize(
    ("kind", "fields", "owner"),
    [
        ("Patient", {}, ("own", None)),
        ("Patient", {"patient": "p", "episode": "e"}, ("own", None)),
        ("CustodyEpisode", {"patient": "p"}, ("p", "own")),
        ("Note", {"patient": "p", "episode": "e"}, ("p", "e")),
        ("Note", {"patient": "p", "episode": None}, ("p", None)),
        ("AllergyStatus", {"patient": "p", "episode": "e"}, ("p", None)),
        ("Practitioner", {"patient": "p", "episode": "e"}, (None, None)),
    ],
)
def test_a_row_is_whose_its_own_fields_say(kind, fields, owner):
    assert whose(kind, "own", fields) == owner


def test_versions_of_a_record_are_counted_without_a_gap():
    centre, one, two = suite()
    centre.take_all(one.record(level(2)), two.record(level(3)), Pc("three").record(level(4)))
    counted: dict[str, list[int]] = {}
    for version in centre.log:
        counted.setdefault(version.id, []).append(version.version)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in counted.values())
    assert counted[centre.conflicts()[0].id] == [1, 2]
    assert counted[PATIENT.id] == counted[STAY.id] == [1]
