"""Move a detainee to another cell."""

from __future__ import annotations

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def move_cell(desk: Desk, episode: str, cell: str) -> tuple[str | None, Changed]:
    """Record the cell; return the operation's id, None where it was that one already.

    Raises InputError without a cell, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)
    problems = Problems()
    problems.require("cell", cell, "the cell")
    problems.raise_if_any()

    def act(writing: Writing) -> str | None:
        existing(writing, CustodyEpisode, episode)
        return writing.edit(CustodyEpisode, episode, {"cell": cell.strip()})

    return desk.store.write(desk.actor, "move_cell", act)
