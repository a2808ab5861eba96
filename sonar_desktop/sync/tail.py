"""The answer to a pull, checked frame by frame before anything of it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sonar_core.sync.intake import ChainError, EpochError, HoleError, check_tail
from sonar_core.sync.messages import Cursor, End, SnapshotFrame, TailFrame
from sonar_desktop.sync.ahead import each_ahead
from sonar_desktop.sync.errors import DivergedError, RubbishError


def checked_tail(
    frames: Iterator[TailFrame | SnapshotFrame | End], cursors: dict[str, Cursor]
) -> Iterator[tuple[TailFrame | End, list[bytes]]]:
    """Yield each frame with its rows' hashes once it follows what is held; the End has none.

    `cursors` are where this PC stands, by scope, and go on with the frames. Raises RubbishError for
    a frame that was not asked for or does not follow, DivergedError for one of another epoch.
    """
    for frame in frames:
        if isinstance(frame, End):
            yield frame, []
            continue
        if not isinstance(frame, TailFrame) or frame.cursor.scope not in cursors:
            raise RubbishError("unasked_frame")
        try:
            hashes = check_tail(frame, cursors[frame.cursor.scope])
        except EpochError as error:
            raise DivergedError(frame.cursor.scope) from error
        except (HoleError, ChainError) as error:
            raise RubbishError("bad_tail") from error
        cursors[frame.cursor.scope] = frame.cursor
        yield frame, hashes


def tail_ahead(
    frames: Iterator[tuple[TailFrame | End, list[bytes]]],
) -> Iterator[tuple[TailFrame | End, list[bytes]]]:
    """Yield frames fetched ahead; for an answer of an End alone, as most are, no thread is made."""
    first = next(frames)
    if isinstance(first[0], End):
        yield first
        yield from frames
    else:
        yield from each_ahead(chain([first], frames))
