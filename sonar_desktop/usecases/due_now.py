"""What is due now, and what rings."""

from __future__ import annotations

from sonar_core.board.alarms import Alarm, alarms
from sonar_core.board.due import DueList, due_list
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Desk


def due_now(desk: Desk) -> DueList:
    """Return everybody's items: late, in 15 minutes, this hour, later."""
    board = list_board(desk)
    return due_list(board.rows, desk.clock.latest_ms(), board.policy)


def alarms_now(desk: Desk) -> tuple[Alarm, ...]:
    """Return the alarms that ring and those to come: cell, time and class only."""
    board = list_board(desk)
    return alarms(board.rows, desk.clock.latest_ms(), board.policy)
