"""Write a line of the access log: who came, left or was refused, and who looked at whom."""

from __future__ import annotations

import msgspec

from sonar_core.moments import moment_at
from sonar_core.records.access_event import MOST_TYPED, AccessAction, AccessEvent
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.ports import Actor, Changed, Desk, Writing


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


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was not let in: the person chosen, or the name that was typed; and when.

    Never what was entered to prove it.
    """

    user: str | None = None
    typed: str = ""
    at_ms: int


def nobody(user: str | None) -> Actor:
    """Return who writes of somebody who was not let in: that person, under no lease and role."""
    return Actor(user=user or "", name="", initials="", role="", lease_id=None)


def log_refusal(desk: Desk, refused: Refused) -> tuple[AccessEvent, Changed]:
    """Write that somebody was not let in, as of when it was; `desk` is that of `nobody`."""
    event = AccessEvent(
        id=desk.ids.new(),
        action=AccessAction.SIGN_IN_REFUSED,
        recorded_at=moment_at(refused.at_ms, desk.clock.zone()),
        user=refused.user,
        typed=refused.typed[:MOST_TYPED],
    )
    _, changed = desk.store.write(
        desk.actor, event.action.value, lambda writing: writing.record(event)
    )
    return event, changed


def disclose_text(desk: Desk, episode: str) -> tuple[AccessEvent, Changed]:
    """Write down that text of a record was copied for somebody outside SONAR. Raises RoleError."""
    require(desk.actor, Duty.DISCLOSE)
    return log_access(desk, AccessAction.DISCLOSED, episode)
