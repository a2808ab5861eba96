"""What is gathered of a stay: each record once, with what is disputed and what was set aside."""

from __future__ import annotations

from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.gather_stay import of_stay
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted
from tests.usecases.fakes import make_desk, signing


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
