"""Read the timeline of a stay."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.board.timeline import TimelineEntry, timeline
from sonar_core.board.views import CopyState, RecordView
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.sync.decision import AFTER_CLOSE
from sonar_desktop.usecases.acting import existing
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading, Seen, Standing

_NOT_SEEN_BY_SERVER: Final = frozenset({Standing.LOCAL, Standing.SENDING, Standing.HELD})


def read_timeline(desk: Desk, episode: str) -> tuple[TimelineEntry, ...]:
    """Return what happened in the stay, newest first, with what is the person's own."""

    def look(reading: Reading) -> tuple[TimelineEntry, ...]:
        return timeline(views_of(reading, episode), people(reading, desk.actor))

    return desk.store.read(look)


def views_of(reading: Reading, episode: str) -> list[RecordView]:
    """Return the stay's records and the person's own, each once, as the pure models take them.

    What this PC wrote after the release is marked at once, as the server will mark it.
    """
    stay = existing(reading, CustodyEpisode, episode)
    closed_ms = None
    if stay.status is not EpisodeStatus.OPEN:
        ended = reading.seen(CustodyEpisode.__name__, episode)
        closed_ms = None if ended is None else ended.recorded_at.utc_ms
    return [
        msgspec.structs.replace(view_of(seen), marks=(*seen.marks, *_after(seen, closed_ms)))
        for seen in reading.of_patient(stay.patient)
        if getattr(seen.record, "episode", None) in {None, episode}
    ]


def _after(seen: Seen, closed_ms: int | None) -> tuple[str, ...]:
    """Return the mark of an entry of a stay that the server has not seen and that is too late."""
    is_of_stay = getattr(seen.record, "episode", None) is not None
    if closed_ms is None or not is_of_stay or seen.standing not in _NOT_SEEN_BY_SERVER:
        return ()
    return (AFTER_CLOSE,) if seen.recorded_at.utc_ms > closed_ms else ()


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
