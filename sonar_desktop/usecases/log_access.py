"""Write a line of the access log: who came, left or was refused, and who looked at whom."""

from __future__ import annotations

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def log_access(
    desk: Desk, action: AccessAction, episode: str | None = None
) -> tuple[AccessEvent, Changed]:
    """Write the line, about a stay where the action has one; return it. Any role may."""

    def act(writing: Writing) -> AccessEvent:
        stay = None if episode is None else existing(writing, CustodyEpisode, episode)
        event = AccessEvent(
            id=desk.ids.new(),
            action=action,
            recorded_at=now(desk),
            user=desk.actor.user,
            patient=None if stay is None else stay.patient,
            episode=episode,
        )
        writing.record(event)
        return event

    return desk.store.write(desk.actor, action.value, act)


def disclose_text(desk: Desk, episode: str) -> tuple[AccessEvent, Changed]:
    """Write down that text of a record was copied for somebody outside SONAR. Raises RoleError."""
    require(desk.actor, Duty.DISCLOSE)
    return log_access(desk, AccessAction.DISCLOSED, episode)
