"""Read the timeline of a stay."""

from __future__ import annotations

from typing import Final

from sonar_core.board.timeline import TimelineEntry, timeline
from sonar_core.board.views import CopyState, RecordView
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.sync.decision import AFTER_CLOSE
from sonar_desktop.usecases.gather_stay import GatheredStay, of_stay
from sonar_desktop.usecases.ports import Desk, Seen, Standing

_NOT_SEEN_BY_SERVER: Final = frozenset({Standing.LOCAL, Standing.SENDING, Standing.HELD})


def read_timeline(desk: Desk, episode: str) -> tuple[TimelineEntry, ...]:
    """Return what happened in the stay, newest first, with what is the person's own."""
    return of_stay(desk, episode, timeline_of)


def timeline_of(found: GatheredStay) -> tuple[TimelineEntry, ...]:
    """Return the timeline from what was gathered of a stay."""
    return timeline(_views(found), found.names)


def _views(found: GatheredStay) -> list[RecordView]:
    """Return the stay's records and the person's own, each once, as the pure models take them.

    What this PC wrote after the release is marked at once, as the server will mark it.
    """
    closed_ms = None
    if found.stay.status is not EpisodeStatus.OPEN:
        ended = found.entry(found.stay.id)
        closed_ms = None if ended is None else ended.recorded_at.utc_ms
    return [
        _view(seen, (*seen.marks, *_after(seen, closed_ms)))
        for seen in found.seen
        if getattr(seen.record, "episode", None) in {None, found.stay.id}
    ]


def _after(seen: Seen, closed_ms: int | None) -> tuple[str, ...]:
    """Return the mark of an entry of a stay that the server has not seen and that is too late."""
    is_of_stay = getattr(seen.record, "episode", None) is not None
    if closed_ms is None or not is_of_stay or seen.standing not in _NOT_SEEN_BY_SERVER:
        return ()
    return (AFTER_CLOSE,) if seen.recorded_at.utc_ms > closed_ms else ()


def _view(seen: Seen, marks: tuple[str, ...]) -> RecordView:
    return RecordView(
        kind=type(seen.record).__name__,
        record=seen.record,
        author=seen.author,
        recorded_at=seen.recorded_at,
        standing=CopyState(seen.standing.value),
        marks=marks,
    )
