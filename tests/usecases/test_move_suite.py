from __future__ import annotations

from sonar_core.ids import slot
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import make_desk, shown

THERE = slot("site", "southfield")


def test_who_is_moved_is_there_and_leaves_the_cell_behind():
    desk = make_desk()
    found = admitted(desk)
    assert move_suite(desk, found.episode, THERE)[0] is not None
    stay = shown(desk, CustodyEpisode, found.episode)
    assert (stay.site, stay.cell) == (THERE, "")
    assert move_suite(desk, found.episode, THERE)[0] is None


def test_who_has_left_is_not_moved():
    desk = make_desk()
    found = admitted(desk)
    release_detainee(desk, found.episode, "Home")
    assert move_suite(desk, found.episode, THERE)[0] is None


def test_nobody_is_moved_to_no_suite():
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: move_suite(desk, found.episode, " "))
    assert said == {"site": "Enter the suite."}
