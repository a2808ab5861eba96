"""Read the handover list."""

from __future__ import annotations

from sonar_core.board.handover import HandoverList, handover
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Desk


def read_handover(desk: Desk) -> HandoverList:
    """Return what each person leaves open, worst first, and the others."""
    board = list_board(desk)
    return handover(board.rows, desk.clock.latest_ms(), board.policy)
