from __future__ import annotations

import pytest

from sonar_core.sync.messages import SignedIn
from sonar_desktop.usecases.sign_in import initials_of, named_in


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Rhona Okafor", "RO"),
        ("Dr Lena Marek", "LM"),
        ("Prof. Anne-Marie van der Berg", "AB"),
        ("Kim", "K"),
        ("Dr", "D"),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_name_without_a_title(name, initials):
    assert initials_of(name) == initials


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"user": 3}', b"\xff"])
def test_a_lease_that_is_none_names_nobody(body):
    assert named_in(SignedIn(lease=body, signature=b"")) == ""


def test_a_lease_names_its_person_before_it_is_believed():
    assert named_in(SignedIn(lease=b'{"user": "u1", "role": "nurse"}', signature=b"")) == "u1"


@pytest.mark.parametrize("lease", [b"", b"{}", b'"\xff"', b'{"x":' + b"[" * 20_000])
def test_a_lease_that_names_nobody_or_cannot_be_read_is_nobody_s(lease):
    assert named_in(SignedIn(lease=lease, signature=b"")) == ""
