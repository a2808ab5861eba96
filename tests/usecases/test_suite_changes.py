"""Who is being moved to another suite, and who came from one, as a PC of either says it."""

from __future__ import annotations

import dataclasses

import pytest

from sonar_core.board.suite_change import ANOTHER, SuiteChange
from sonar_core.records.location import Location
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.move_cell import move_cell
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.suite_changes import coming_from
from tests.usecases.clinic import admitted
from tests.usecases.fakes import clock_of, make_desk
from tests.usecases.moves import THERE, moved_away


def tell_names(desk: Desk) -> None:
    def tell(writing) -> None:
        writing.record(Location(id=desk.site, name="Northfield"))
        writing.record(Location(id=THERE, name="Southfield"))

    desk.store.write(desk.actor, "test", tell)


def test_who_leaves_is_said_to_until_it_is_sent_whatever_cell_they_have_meanwhile():
    desk = make_desk()
    tell_names(desk)
    stays, leaves = admitted(desk), admitted(desk, cell="M9")
    move_suite(desk, leaves.episode, THERE)
    move_cell(desk, leaves.episode, "M1")
    change = SuiteChange(suite="Southfield")
    assert list_board(desk).changes == {leaves.episode: change}
    head = read_record(desk, leaves.episode)
    assert (head.change, head.is_leaving) == (change, True)
    head = read_record(desk, stays.episode)
    assert (head.change, head.is_leaving) == (None, False)


def test_a_suite_that_this_pc_was_not_told_the_name_of_is_another():
    desk = make_desk()
    found = admitted(desk)
    move_suite(desk, found.episode, THERE)
    assert list_board(desk).changes == {found.episode: SuiteChange(suite=ANOTHER)}


def test_who_came_from_another_suite_is_said_to_until_somebody_says_which_cell_they_have():
    desk = make_desk()
    found = admitted(desk)
    admitted(desk, cell="")
    moved_away(desk, found)
    tell_names(desk)
    there = dataclasses.replace(desk, site=THERE)
    came = SuiteChange(suite="Northfield", came_at=clock_of(desk).moment())
    assert list_board(there).changes == {found.episode: came}
    head = read_record(there, found.episode)
    assert (head.change, head.is_leaving) == (came, False)
    move_cell(there, found.episode, "B2")
    assert list_board(there).changes == {}
    assert read_record(there, found.episode).change == came


def test_who_has_left_is_said_to_have_gone_not_to_be_going():
    desk = make_desk()
    found = admitted(desk)
    moved_away(desk, found)
    assert list_board(desk).changes == {}
    assert read_record(desk, found.episode).change is None


def test_who_is_released_after_a_move_that_is_not_sent_is_leaving_no_more():
    desk = make_desk()
    found = admitted(desk)
    move_suite(desk, found.episode, THERE)
    release_detainee(desk, found.episode, "Home")
    assert read_record(desk, found.episode).change is None


def test_a_version_that_cannot_be_shown_hides_where_from_and_nothing_else(monkeypatch):
    desk = make_desk()
    found = admitted(desk)
    moved_away(desk, found)
    there = dataclasses.replace(desk, site=THERE)

    def look(reading):
        def history(*_):
            raise KnownError("written by a newer version")

        assert coming_from(reading, found.episode, THERE) is not None
        monkeypatch.setattr(reading, "history", history)
        return coming_from(reading, found.episode, THERE)

    assert there.store.read(look) is None


@pytest.mark.parametrize("cell", ["", "M4"])
def test_who_was_never_anywhere_else_came_from_nowhere(cell):
    desk = make_desk()
    found = admitted(desk, cell=cell)
    assert list_board(desk).changes == {}
    assert desk.store.read(lambda look: coming_from(look, found.episode, desk.site)) is None
