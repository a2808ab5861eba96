from __future__ import annotations

from pathlib import Path

import pytest

from sonar_core.records.kinds import ScopeKind, Sort
from sonar_core.records.practitioner import Role
from sonar_core.records.registry import REGISTRY
from sonar_core.roles import (
    ROLE_WORDS,
    TABLE,
    VERSION,
    WRITERS,
    Duty,
    is_known,
    may,
    may_write,
    refusal,
    refusal_to_write,
    role_word,
)

PAGE = Path(__file__).parents[2] / "docs" / "security" / "roles.md"


def rows_of_the_page():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_for_those_who_sign_it_says_what_the_table_does():
    head, _, *rows = rows_of_the_page()[: len(Duty) + 2]
    assert head[1:] == [ROLE_WORDS[role] for role in Role]
    said = {
        row[0]: {role for role, cell in zip(Role, row[1:], strict=True) if cell == "yes"}
        for row in rows
    }
    assert said == {f"`{duty}`: {TABLE[duty].words}": set(TABLE[duty].roles) for duty in Duty}
    assert all(cell in {"yes", "no"} for row in rows for cell in row[1:])


def test_the_page_names_the_version_of_the_table():
    assert f"Version {VERSION} of the table" in PAGE.read_text(encoding="utf-8")
    assert rows_of_the_page()[-1][0] == str(VERSION)


def test_every_duty_and_every_role_has_its_row_and_word():
    assert list(TABLE) == list(Duty)
    assert list(ROLE_WORDS) == list(Role)


def test_every_kind_that_people_write_of_patients_is_written_by_somebody_and_no_other():
    by_people = {
        name
        for name, kind in REGISTRY.items()
        if kind.scope in {ScopeKind.CLINICAL, ScopeKind.MEDICINES} and kind.sort is not Sort.SERVER
    }
    assert set(WRITERS) == by_people


def test_an_administrator_sees_and_writes_nothing_of_a_patient():
    assert not any(may("administrator", duty) for duty in Duty)
    assert not any(may_write("administrator", kind) for kind in WRITERS)


def test_who_only_reads_writes_nothing():
    for role in ("manager", "auditor"):
        assert may(role, Duty.READ)
        assert not any(may_write(role, kind) for kind in WRITERS)


def test_nobody_writes_what_they_may_not_read():
    for rule in TABLE.values():
        assert rule.roles <= TABLE[Duty.READ].roles


def test_a_role_that_is_not_known_may_nothing_and_is_refused_nothing():
    role = "forensic_nurse_lead"
    assert not is_known(role)
    assert not may(role, Duty.WRITE_NOTE)
    assert not may_write(role, "Note")
    assert refusal(role, Duty.WRITE_NOTE) == ""
    assert refusal_to_write(role, "Note") == ""


def test_a_kind_of_a_newer_program_is_written_by_nobody_here():
    assert not may_write("nurse", "FromANewerProgram")


@pytest.mark.parametrize(
    ("role", "duty", "words"),
    [
        ("nurse", Duty.RUN_STAY, ""),
        (
            "auditor",
            Duty.RUN_STAY,
            "Your role cannot do this. A nurse, paramedic or doctor can.",
        ),
        (
            "manager",
            Duty.GIVE_MEDICINE,
            (
                "Your role cannot do this. A nurse, paramedic, doctor, pharmacist or pharmacy "
                "technician can."
            ),
        ),
        (
            "auditor",
            Duty.DISCLOSE,
            "Your role cannot do this. A nurse, paramedic, doctor, pharmacist or manager can.",
        ),
    ],
)
def test_a_refusal_says_in_one_sentence_who_can(role, duty, words):
    assert refusal(role, duty) == words


def test_an_entry_is_corrected_by_whoever_may_write_one():
    assert refusal_to_write("pharmacist", "ObservationSet") == ""
    assert (
        refusal_to_write("pharmacist", "FitnessOutcome")
        == "Your role cannot do this. A nurse, paramedic or doctor can."
    )


def test_a_role_is_said_as_people_say_it():
    assert role_word("doctor") == "Forensic physician"
    assert role_word("pharmacy_technician") == "Pharmacy technician"
    assert role_word("forensic_nurse_lead") == "Forensic nurse lead"


def test_what_one_role_alone_may_do_is_refused_by_its_name():
    assert refusal("nurse", Duty.MAKE_ENVELOPES) == "Your role cannot do this. A manager can."
