from __future__ import annotations

import pytest

from sonar_core.moments import moment_at
from sonar_desktop.ui.viewmodels.conflict_faces import detail_of, items_of, joined
from sonar_desktop.usecases.read_inbox import read_inbox
from tests.ui.conftest import ZONE
from tests.ui.disputes import Disputes


@pytest.fixture
def disputes(seed, hand_clock, encrypted_store, background, tmp_path):
    made = Disputes(
        seed=seed, clock=hand_clock, store=encrypted_store, background=background, folder=tmp_path
    )
    yield made
    made.close()


def faces(disputes):
    inbox = read_inbox(disputes.here)
    now = moment_at(disputes.clock.now_ms(), ZONE)
    return {
        one.open.conflict.entity_kind: detail_of(one, inbox.names, now) for one in inbox.waiting
    }


def test_the_inbox_names_cells_and_never_people(disputes):
    disputes.levels(disputes.admit())
    inbox = read_inbox(disputes.here)
    (item,) = items_of(inbox, moment_at(disputes.clock.now_ms(), ZONE))
    assert (item.cell, item.detail) == ("M11", "2 versions · since 14:32")
    assert "JACKSON" not in f"{item.title} {item.detail} {item.chip}"


def test_an_allergy_of_the_patient_stands_at_the_cell_where_they_are_now(disputes):
    disputes.allergies(disputes.admit("M8", "FERREIRA", "Joao"))
    inbox = read_inbox(disputes.here)
    assert {one.cell for one in inbox.waiting} == {"M8"}
    assert all(one.episode is not None for one in inbox.waiting)


def test_each_version_says_who_where_and_when(disputes):
    disputes.outcomes(disputes.admit())
    detail = faces(disputes)["FitnessOutcome"]
    rhona = next(one for one in detail.versions if one.who == "Rhona Okafor")
    assert (rhona.role, rhona.initials, rhona.is_offline) == ("Nurse", "RO", True)
    assert rhona.times == "Happened 14:29 · Written 14:32 · reached the server 14:32"
    assert rhona.place == "PC ending 00D1"
    assert detail.after == (
        "Sam Petrie and Rhona Okafor will see your decision. Both versions stay in the history."
    )


def test_both_pcs_offline_are_both_named(disputes):
    disputes.other.is_in_contact = False
    disputes.levels(disputes.admit())
    story = faces(disputes)["CareLevel"].story
    assert "Sam Petrie’s and Rhona Okafor’s PCs were offline" in story


def test_fields_that_are_the_same_are_folded_away(disputes):
    disputes.allergies(disputes.admit("M8", "FERREIRA", "Joao"))
    detail = faces(disputes)["AllergyIntolerance"]
    assert ("Caused by", "Penicillin") in detail.same
    assert not detail.can_write_third
    assert detail.is_line_by_line


def test_joined_texts_say_each_thing_once(disputes):
    disputes.allergies(disputes.admit("M8", "FERREIRA", "Joao"))
    one = next(
        one
        for one in read_inbox(disputes.here).waiting
        if one.open.conflict.entity_kind == "AllergyIntolerance"
    )
    assert joined("substance", one.open.sides) == "Penicillin"
    assert set(joined("reaction", one.open.sides).split("; ")) == {
        "rash as a child",
        "throat closed",
    }
