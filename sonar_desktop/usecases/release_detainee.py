"""Release a detainee from custody, or hand them over to another place."""

from __future__ import annotations

from sonar_core.moments import Moment, moment_at
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def release_detainee(
    desk: Desk,
    episode: str,
    released_to: str,
    *,
    released_at: Moment | None = None,
    is_transfer: bool = False,
) -> tuple[str | None, Changed]:
    """End the stay; return the operation's id, None where it had ended.

    Without a time it ends now by the later of the PC's clock and the server's: a PC that runs
    behind may show an hour before they arrived. Raises InputError without where they went or for
    a time before they arrived, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)
    at = released_at or moment_at(desk.clock.latest_ms(), desk.clock.zone())
    status = EpisodeStatus.TRANSFERRED if is_transfer else EpisodeStatus.RELEASED

    def act(writing: Writing) -> str | None:
        stay = existing(writing, CustodyEpisode, episode)
        if stay.status is not EpisodeStatus.OPEN:
            return None
        problems = Problems()
        problems.require("released_to", released_to, "where they went")
        problems.happened("released_at", at, desk.clock)
        if at.utc_ms < stay.arrived_at.utc_ms:
            problems.add("released_at", "This is before they arrived.")
        problems.raise_if_any()
        changes = {"status": status, "released_at": at, "released_to": released_to.strip()}
        return writing.edit(CustodyEpisode, episode, changes)

    return desk.store.write(desk.actor, "release_detainee", act)
