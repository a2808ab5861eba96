"""Open a record: who looked at whom is written down."""

from __future__ import annotations

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.usecases.acting import existing, now
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def open_record(desk: Desk, episode: str) -> tuple[str, Changed]:
    """Write the line of the access log; return its id. Any role that can see the record may."""

    def act(writing: Writing) -> str:
        stay = existing(writing, CustodyEpisode, episode)
        event = AccessEvent(
            id=desk.ids.new(),
            action=AccessAction.OPENED_RECORD,
            recorded_at=now(desk),
            user=desk.actor.user,
            patient=stay.patient,
            episode=stay.id,
        )
        writing.record(event)
        return event.id

    return desk.store.write(desk.actor, "open_record", act)
