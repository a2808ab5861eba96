from __future__ import annotations

import pytest

from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.admit_detainee import Person
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.usecases.clinic import admitted
from tests.usecases.fakes import Server, clock_of, make_desk, store_of, sync
from tests.usecases.moves import gone, moved_away


@pytest.mark.parametrize(
    "text", ["barr", "BARROW con", "NF/3417", "9990417261", "m4 barrow", "barrow, connor"]
)
def test_a_person_is_found_by_name_number_or_cell(text):
    desk = make_desk()
    found = admitted(desk)
    admitted(desk, person=Person(family="Begum"), cell="M2", custody_record_number="NF/1")
    (one,) = find_person(desk, text)
    assert (one.episode, one.name, one.cell) == (found.episode, "BARROW, Connor (Mr)", "M4")
    assert one.through_alias == ""


def test_an_alias_finds_the_person_and_says_that_it_is_one():
    desk = make_desk()
    admitted(desk)
    (one,) = find_person(desk, "farrow")
    assert (one.name, one.through_alias) == ("BARROW, Connor (Mr)", "Mick Farrow")


def test_released_people_are_found_after_those_in_custody_and_not_by_their_old_cell():
    desk = make_desk()
    first = admitted(desk)
    release_detainee(desk, first.episode, "Home")
    second = admitted(
        desk,
        person=None,
        known_patient=first.patient,
        arrived_at=clock_of(desk).moment(1),
        cell="F1",
    )
    found = find_person(desk, "barrow")
    assert [one.episode for one in found] == [second.episode, first.episode]
    assert found[1].status is EpisodeStatus.RELEASED
    assert find_person(desk, "m4") == ()


def test_one_letter_finds_nobody():
    desk = make_desk()
    admitted(desk)
    assert find_person(desk, " b ") == ()


def test_a_stay_whose_person_has_not_come_yet_is_left_out():
    desk = make_desk()
    stay = CustodyEpisode(
        id="e1",
        patient="not here",
        site=desk.site,
        custody_record_number="NF/9",
        arrived_at=clock_of(desk).moment(),
    )
    desk.store.write(desk.actor, "test", lambda writing: writing.record(stay))
    assert find_person(desk, "NF/9") == ()
    person = Patient(id="not here", family="Late", given="")
    desk.store.write(desk.actor, "test", lambda writing: writing.record(person))
    assert [one.name for one in find_person(desk, "NF/9")] == ["LATE"]


def test_who_was_moved_away_is_found_with_where_they_are():
    desk = make_desk()
    away, here = admitted(desk), admitted(desk, cell="F1")
    moved_away(desk, away)
    found = find_person(desk, "barrow")
    assert [(one.episode, one.moved_to) for one in found] == [
        (here.episode, ""),
        (away.episode, "Southfield"),
    ]


def test_who_was_moved_away_is_found_when_the_stay_has_left_this_pc():
    desk = make_desk()
    away = admitted(desk)
    moved_away(desk, away)
    gone(desk, away)
    (found,) = find_person(desk, "farrow")
    assert (found.patient, found.episode) == (away.patient, away.episode)
    assert (found.moved_to, found.arrived_ms) == ("Southfield", None)
    assert (found.name, found.through_alias) == ("BARROW, Connor (Mr)", "Mick Farrow")
    assert find_person(desk, "nobody") == ()


def over_and_gone(desk, count=1):
    """People who were released, and whose stays have left this PC since."""
    people = [admitted(desk, custody_record_number=f"NF/{number}") for number in range(count)]
    for one in people:
        release_detainee(desk, one.episode, "Home")
    sync(Server(), desk)
    for one in people:
        gone(desk, one)
    return people


@pytest.mark.parametrize("text", ["barrow", "connor barr", "farrow", "9990417261"])
def test_who_was_here_before_is_found_when_no_stay_of_theirs_is_on_this_pc(text):
    """They would be booked in as somebody new, whose allergies nobody knows."""
    desk = make_desk()
    (before,) = over_and_gone(desk)
    (found,) = find_person(desk, text)
    assert (found.patient, found.episode, found.status) == (before.patient, None, None)
    assert (found.name, found.arrived_ms, found.moved_to) == ("BARROW, Connor (Mr)", None, "")
    assert found.through_alias == ("Mick Farrow" if text == "farrow" else "")
    assert find_person(desk, "nobody") == ()


def test_who_was_here_before_comes_after_all_stays_and_once():
    desk = make_desk()
    _, again = over_and_gone(desk, count=2)
    here = admitted(
        desk, person=None, known_patient=again.patient, custody_record_number="NF/3", cell="F1"
    )
    other = admitted(desk, cell="F2", custody_record_number="NF/4")
    release_detainee(desk, other.episode, "Home")
    stays = [one.episode for one in find_person(desk, "barrow")]
    assert stays == [here.episode, other.episode, None]


def test_nobody_is_said_to_have_no_stay_here_that_only_a_newer_program_can_show():
    desk = make_desk()
    over_and_gone(desk)
    store_of(desk).state.unreadable = ("CustodyEpisode",)
    assert find_person(desk, "barrow") == ()
