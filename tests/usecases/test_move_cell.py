from __future__ import annotations

from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.move_cell import move_cell
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import make_desk


def test_a_move_is_on_the_board_and_moving_to_the_same_cell_writes_nothing():
    desk = make_desk()
    found = admitted(desk)
    assert move_cell(desk, found.episode, " F2 ")[0] is not None
    assert list_board(desk).rows[0].cell == "F2"
    assert move_cell(desk, found.episode, "F2")[0] is None


def test_nobody_is_moved_to_no_cell():
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: move_cell(desk, found.episode, " "))
    assert said == {"cell": "Enter the cell."}
