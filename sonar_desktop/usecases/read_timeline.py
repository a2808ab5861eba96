"""Read the timeline of a stay."""

from __future__ import annotations

from sonar_core.board.timeline import TimelineEntry, timeline
from sonar_core.board.views import CopyState, RecordView
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.usecases.acting import existing
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading, Seen


def read_timeline(desk: Desk, episode: str) -> tuple[TimelineEntry, ...]:
    """Return what happened in the stay, newest first, with what is the person's own."""

    def look(reading: Reading) -> tuple[TimelineEntry, ...]:
        return timeline(views_of(reading, episode), people(reading, desk.actor))

    return desk.store.read(look)


def views_of(reading: Reading, episode: str) -> list[RecordView]:
    """Return the stay's records and the person's own, each once, as the pure models take them."""
    stay = existing(reading, CustodyEpisode, episode)
    return [
        view_of(seen)
        for seen in reading.of_patient(stay.patient)
        if getattr(seen.record, "episode", None) in {None, episode}
    ]


def view_of(seen: Seen) -> RecordView:
    """Return a record as the pure models take it."""
    return RecordView(
        kind=type(seen.record).__name__,
        record=seen.record,
        author=seen.author,
        recorded_at=seen.recorded_at,
        standing=CopyState(seen.standing.value),
        marks=seen.marks,
    )
