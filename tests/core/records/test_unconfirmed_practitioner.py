from __future__ import annotations

from sonar_core.records.practitioner import Role
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner

SAM = UnconfirmedPractitioner(
    id="s",
    name="Sam Reed",
    initials="SR",
    role=Role.PARAMEDIC,
    registration="PA12345",
    witness="Sgt Hale",
    envelope=2,
)


def test_the_name_is_shown_with_the_word_that_nobody_confirmed_it():
    assert SAM.shown_name == "Sam Reed (not confirmed)"
