from __future__ import annotations

import dataclasses

from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.usecases.clinic import admitted
from tests.usecases.fakes import make_desk, store_of


def test_the_board_stands_in_the_order_of_the_cells_m2_before_m10():
    desk = make_desk()
    for cell in ("M10", "", "F1", "M2", "m3"):
        admitted(desk, cell=cell)
    assert [row.cell for row in list_board(desk).rows] == ["F1", "M2", "m3", "M10", ""]


def test_who_was_released_is_no_longer_on_the_board():
    desk = make_desk()
    found = admitted(desk)
    release_detainee(desk, found.episode, "Home")
    assert list_board(desk).rows == ()


def test_people_of_another_suite_are_not_on_this_board():
    desk = make_desk()
    admitted(desk)
    assert list_board(dataclasses.replace(desk, site="another")).rows == ()


def test_custody_checks_are_counted_here_only_where_the_suite_said_so():
    desk = make_desk()
    assert not list_board(desk).policy.custody_checks_recorded_here
    store_of(desk).state.settings["custody_checks_recorded_here"] = "yes"
    assert list_board(desk).policy.custody_checks_recorded_here
