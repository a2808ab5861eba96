from __future__ import annotations

import pytest

from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.patient import Gender, Patient
from sonar_core.records.referral import Referral
from sonar_core.records.registry import allergy_status_id
from sonar_desktop.usecases.admit_detainee import Person, admit_detainee
from sonar_desktop.usecases.inputs import RoleError
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.usecases.clinic import admitted, arrival, problems_of
from tests.usecases.fakes import AUDITOR, SITE, all_shown, clock_of, make_desk, shown, store_of


def test_a_person_brought_in_is_on_the_board_of_this_suite_at_once():
    desk = make_desk()
    found = admitted(desk)
    stay = shown(desk, CustodyEpisode, found.episode)
    assert (stay.site, stay.cell, stay.status) == (SITE, "M4", EpisodeStatus.OPEN)
    assert shown(desk, Patient, found.patient).family == "Barrow"
    referral = shown(desk, Referral, found.referral)
    assert (referral.requested_by, referral.target_minutes) == ("Sgt Marsh", 60)
    assert [row.episode for row in list_board(desk).rows] == [found.episode]


def test_nobody_has_asked_about_allergies_when_a_person_comes_in():
    desk = make_desk()
    found = admitted(desk)
    status = shown(desk, AllergyStatus, allergy_status_id(found.patient))
    assert status.status is AllergyKnowledge.NOT_RECORDED
    assert (status.reviewed_at, status.reviewed_by) == (None, None)


def test_no_level_of_observation_is_set_before_a_person_decides_one():
    desk = make_desk()
    admitted(desk)
    assert all_shown(desk, CareLevel) == []


def test_admitting_is_one_user_action():
    desk = make_desk()
    admitted(desk)
    headers = [header for header, _ in store_of(desk).state.waiting]
    assert [header.kind for header in headers] == [
        "Patient",
        "CustodyEpisode",
        "AllergyStatus",
        "Referral",
    ]
    assert len({header.txn_id for header in headers}) == 1
    assert {header.intent for header in headers} == {"admit_detainee"}


def test_who_was_here_before_keeps_what_is_known_of_their_allergies():
    desk = make_desk()
    first = admitted(desk)
    review_allergies(desk, first.patient, AllergyKnowledge.NONE_KNOWN)
    again = admitted(
        desk, person=None, known_patient=first.patient, custody_record_number="NF/3502"
    )
    assert again.patient == first.patient
    assert again.episode != first.episode
    status = shown(desk, AllergyStatus, allergy_status_id(first.patient))
    assert status.status is AllergyKnowledge.NONE_KNOWN


def test_a_person_who_gives_no_name_can_be_admitted():
    desk = make_desk()
    found = admitted(desk, person=Person(stated_age=25, gender=Gender.MALE))
    assert shown(desk, Patient, found.patient).family == ""


def test_what_is_missing_is_said_beside_each_field_and_nothing_is_written():
    desk = make_desk()
    wrong = arrival(
        desk,
        person=Person(family="Barrow", birth_date="2031-01-01", stated_age=130),
        custody_record_number=" ",
        requested_by="",
        reasons=(),
        target_minutes=0,
        arrived_at=clock_of(desk).in_minutes(13 * 60),
    )
    assert problems_of(lambda: admit_detainee(desk, wrong)) == {
        "birth_date": "Date of birth must be a date that has passed, as 04-Mar-1989.",
        "stated_age": "Age must be 0 to 120.",
        "custody_record_number": "Enter the custody record number.",
        "arrived_at": "15-Nov-2026 03:32 is in the future. It is 14-Nov-2026 14:32 now.",
        "requested_by": "Enter who asked.",
        "reasons": "Choose a reason.",
        "target_minutes": "The target must be 1 minute or more.",
    }
    assert store_of(desk).state.waiting == []


def test_a_date_of_birth_is_judged_by_the_later_of_the_pc_s_clock_and_the_server_s():
    desk = make_desk()
    desk.clock.hear(clock_of(desk).in_minutes(5 * 366 * 24 * 60).utc_ms)
    admit_detainee(desk, arrival(desk, person=Person(family="Barrow", birth_date="2031-01-01")))
    assert all_shown(desk, Patient)[0].birth_date == "2031-01-01"


@pytest.mark.parametrize("born", ["04/03/1989", "1989-13-01"])
def test_a_date_of_birth_that_is_no_date_is_refused(born):
    desk = make_desk()
    wrong = arrival(desk, person=Person(family="Barrow", birth_date=born))
    assert "birth_date" in problems_of(lambda: admit_detainee(desk, wrong))


def test_somebody_must_be_named_even_if_unknown():
    desk = make_desk()
    wrong = arrival(desk, person=None)
    said = problems_of(lambda: admit_detainee(desk, wrong))
    assert said == {"person": "Enter who it is, or Unknown."}


def test_an_auditor_reads_and_does_not_admit():
    desk = make_desk(actor=AUDITOR)
    with pytest.raises(RoleError) as refused:
        admit_detainee(desk, arrival(desk))
    assert refused.value.user_message == (
        "Your role cannot do this. A nurse, paramedic or doctor can."
    )
    assert store_of(desk).state.waiting == []


def test_the_draft_of_the_form_is_gone_once_the_person_is_admitted():
    desk = make_desk()
    keep_draft(desk, record="form-1", form="referral", episode=None, body=b"x", place="cell")
    admitted(desk, draft="form-1")
    assert my_drafts(desk) == []
