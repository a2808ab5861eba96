"""Move a detainee to another custody suite: the stay goes on there."""

from __future__ import annotations

from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def move_suite(desk: Desk, episode: str, site: str) -> tuple[str | None, Changed]:
    """Record the suite, by its id; return the operation's id, None where they are there or gone.

    The cell is left behind: whoever takes them in there says which they have. Raises InputError
    without a suite, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)
    problems = Problems()
    problems.require("site", site, "the suite")
    problems.raise_if_any()

    def act(writing: Writing) -> str | None:
        stay = existing(writing, CustodyEpisode, episode)
        if stay.status is not EpisodeStatus.OPEN or stay.site == site:
            return None
        return writing.edit(CustodyEpisode, episode, {"site": site, "cell": ""})

    return desk.store.write(desk.actor, "move_suite", act)
