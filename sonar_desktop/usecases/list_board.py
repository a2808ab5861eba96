"""List the board: everybody in custody here, by cell."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from sonar_core.board.policy import BoardPolicy
from sonar_core.board.rows import BoardRow, decode
from sonar_core.board.suite_change import SuiteChange
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.board_policy import board_policy
from sonar_desktop.usecases.ports import Desk, Reading
from sonar_desktop.usecases.suite_changes import changes_on_board

_PARTS: Final = re.compile(r"(\d+)")


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of this site, by cell, and what the suite settled. `present` makes the words.

    `revoked` are the kinds of scope that this PC may not hold. `changes` are by stay the moves
    between suites that are to be known: who is leaving, and who came and has no cell here yet.
    """

    rows: tuple[BoardRow, ...]
    policy: BoardPolicy
    revoked: tuple[str, ...] = ()
    changes: dict[str, SuiteChange] = {}


def list_board(desk: Desk) -> Board:
    """Return the board as this PC knows it."""
    require(desk.actor, Duty.READ)
    return desk.store.read(lambda reading: read_board(reading, desk.site))


def read_board(reading: Reading, site: str) -> Board:
    """Return the board within one look at the store."""
    rows = [row for row in map(decode, reading.board()) if row.is_at(site)]
    return Board(
        rows=tuple(sorted(rows, key=by_cell)),
        policy=board_policy(reading),
        revoked=reading.revoked(),
        changes=changes_on_board(reading, rows, site),
    )


def by_cell(row: BoardRow) -> tuple[bool, tuple[tuple[int, int, str], ...], str]:
    """Return the key that orders M2 before M10, and people without a cell last."""
    parts = tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part.casefold())
        for part in _PARTS.split(row.cell)
        if part
    )
    return not row.cell, parts, row.episode
