from __future__ import annotations

import pytest

from sonar_core import bodies
from sonar_core.records.known_part import known_part
from sonar_core.records.patient import IdentityConfidence, Patient
from sonar_core.records.registry import REGISTRY

PATIENT = REGISTRY["Patient"]


def body(**changed: object) -> bytes:
    plain = bodies.fields_of(bodies.encode(Patient(id="p", family="TESTER", given="Ada")))
    return bodies.encode({**plain, **changed})


def test_what_a_newer_program_wrote_is_left_out_and_the_rest_is_read():
    found = known_part(PATIENT, body(identity_confidence="iris", phone="07700", shoe_size=42))
    assert found is not None
    read = bodies.decode(found, Patient)
    assert (read.family, read.phone) == ("TESTER", "07700")
    assert read.identity_confidence is IdentityConfidence.SELF_STATED
    assert bodies.fields_of(found)["shoe_size"] == 42


@pytest.mark.parametrize(
    "raw", [b"no body", b"[]", body(family={"a": "name of a form to come"}), body(id=7)]
)
def test_what_is_no_record_without_it_is_not_guessed_at(raw):
    assert known_part(PATIENT, raw) is None
