"""What is gathered of a stay: each record once, with what is disputed and what was set aside."""

from __future__ import annotations

import dataclasses

import pytest

from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.errors import MovedError, NotHereError
from sonar_desktop.usecases.gather_stay import of_stay
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted
from tests.usecases.fakes import make_desk, signing
from tests.usecases.moves import THERE, gone, moved_away


def test_the_persons_records_are_there_once_and_those_of_the_stay_apart():
    desk = make_desk()
    first = admitted(desk)
    write_note(desk, Noting(signing=signing(desk, first.episode), text="In the first stay"))
    allergy, _ = record_allergy(desk, first.patient, AllergyEntry(substance="Penicillin"))
    again = admitted(desk, person=None, known_patient=first.patient)
    found = of_stay(desk, again.episode, lambda gathered: gathered)
    identifiers = [one.record.id for one in found.seen]
    assert len(identifiers) == len(set(identifiers))
    assert found.get(AllergyIntolerance, allergy) is not None
    assert found.get(Patient, allergy) is None
    assert found.get(Patient, "nobody") is None
    assert "Note" not in {type(one.record).__name__ for one in found.here}
    assert found.stay.id == again.episode
    assert found.row is not None
    assert found.row.episode == again.episode
    assert found.names[desk.actor.user] == "R Okafor, nurse"
    assert (found.disputes, found.lost) == ((), frozenset())


def test_after_the_release_there_is_no_row_of_the_board():
    desk = make_desk()
    stay = admitted(desk)
    release_detainee(desk, stay.episode, "Home")
    found = of_stay(desk, stay.episode, lambda gathered: gathered)
    assert found.row is None
    assert found.entry(stay.episode) is not None
    assert isinstance(found.stay, CustodyEpisode)


def test_who_is_being_moved_is_known_here_alone_until_it_is_sent():
    desk = make_desk()
    stay = admitted(desk)
    found = of_stay(desk, stay.episode, lambda gathered: gathered)
    assert (found.move, found.is_leaving) == (None, False)
    move_suite(desk, stay.episode, THERE)
    found = of_stay(desk, stay.episode, lambda gathered: gathered)
    assert (found.move, found.is_leaving) == (None, True)


def test_who_was_moved_is_where_the_server_says():
    desk = make_desk()
    stay = admitted(desk)
    moved_away(desk, stay)
    found = of_stay(desk, stay.episode, lambda gathered: gathered)
    assert found.move is not None
    assert [suite.name for suite in found.move.suites] == ["Southfield"]
    assert not found.is_leaving
    back = dataclasses.replace(desk, site=THERE)
    assert of_stay(back, stay.episode, lambda gathered: gathered).move is None
    release_detainee(desk, stay.episode, "Home")
    assert of_stay(desk, stay.episode, lambda gathered: gathered).move is None


def test_a_stay_that_has_left_says_where_to():
    desk = make_desk()
    stay = admitted(desk)
    moved_away(desk, stay)
    gone(desk, stay)
    with pytest.raises(MovedError) as said:
        of_stay(desk, stay.episode, lambda gathered: gathered)
    assert said.value.user_message.startswith("Moved to Southfield, 14-Nov-2026 14:32.")
    with pytest.raises(NotHereError):
        of_stay(desk, stay.patient, lambda gathered: gathered)
