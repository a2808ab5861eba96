"""Read the handover list."""

from __future__ import annotations

import msgspec

from sonar_core.board.handover import HandoverList, handover
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Desk


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """The list, and the kinds of scope that this PC may not hold: who is missing it cannot know."""

    list: HandoverList
    revoked: tuple[str, ...]


def read_handover(desk: Desk) -> Handover:
    """Return what each person leaves open, worst first, and the others."""
    board = list_board(desk)
    found = handover(board.rows, desk.clock.latest_ms(), board.policy)
    return Handover(list=found, revoked=board.revoked)
