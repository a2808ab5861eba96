"""What a first sync asks for, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from sonar_core.sync.intake import hashes_of
from sonar_core.sync.messages import (
    PROTOCOL,
    End,
    Phase,
    Snapshot,
    SnapshotFrame,
    SnapshotPart,
    TailFrame,
)
from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.usecases.sync_ports import Part, SyncStore, Taken, Unfinished

_ROWS_A_REQUEST: Final = 20_000
"""A first sync asks for about this many rows at a time, so that a PC which is revoked gets little
more: a stream that has begun is not stopped."""

_Counted = tuple[SnapshotPart, int]
"""What is asked for, and about how many rows it has."""


def asked(port: SyncPort, store: SyncStore, items: Sequence[Unfinished]) -> Iterator[Part]:
    """Ask for the first phase of every scope, then the next: the board comes before the rest."""
    # The scope with most of it last: a line of the board is then made once, whole.
    items = sorted(items, key=lambda item: sum(each.board_rows for each in item.board))
    wanted = (
        one for of in (_unattached, _of_board, _of_rest) for item in items for one in of(item)
    )
    for parts in _together(wanted):
        frames = port.snapshot(Snapshot(protocol=PROTOCOL, parts=parts))
        for frame, hashes in _checked_snapshot(frames, len(parts)):
            part = parts[frame.part]
            taken = Taken(scope=part.scope, rows=frame.rows, hashes=hashes)
            yield Part(store.pack(taken), part.phase, frame.patients)


def _unattached(item: Unfinished) -> Iterator[_Counted]:
    if item.unattached:
        yield SnapshotPart(scope=item.scope, phase=Phase.UNATTACHED), 0


def _of_board(item: Unfinished) -> Iterator[_Counted]:
    counts = ((each.patient, each.board_rows) for each in item.board)
    return _in_groups(item.scope, Phase.BOARD, counts)


def _of_rest(item: Unfinished) -> Iterator[_Counted]:
    """Yield what is asked for after the board, in the manifest's order.

    All of those who have nothing on the board is asked for as such: the server need not look which
    of their rows are.
    """
    for is_on_board, some in groupby(item.other, key=lambda each: each.board_rows > 0):
        phase = Phase.OTHER if is_on_board else Phase.WHOLE
        counts = ((each.patient, each.other_rows) for each in some)
        yield from _in_groups(item.scope, phase, counts)


def _in_groups(scope: str, phase: Phase, counts: Iterable[tuple[bytes, int]]) -> Iterator[_Counted]:
    """Yield these patients, so many at a time that their rows are about _ROWS_A_REQUEST."""
    patients: list[bytes] = []
    rows = 0
    for patient, count in counts:
        patients.append(patient)
        rows += count
        if rows >= _ROWS_A_REQUEST:
            yield SnapshotPart(scope=scope, phase=phase, patients=tuple(patients)), rows
            patients, rows = [], 0
    if patients:
        yield SnapshotPart(scope=scope, phase=phase, patients=tuple(patients)), rows


def _together(wanted: Iterable[_Counted]) -> Iterator[tuple[SnapshotPart, ...]]:
    """Yield what one request asks for: parts in their order, of about _ROWS_A_REQUEST rows."""
    parts: list[SnapshotPart] = []
    rows = 0
    for part, count in wanted:
        if parts and rows + count > _ROWS_A_REQUEST:
            yield tuple(parts)
            parts, rows = [], 0
        parts.append(part)
        rows += count
    if parts:
        yield tuple(parts)


def _checked_snapshot(
    frames: Iterator[TailFrame | SnapshotFrame | End], parts: int
) -> Iterator[tuple[SnapshotFrame, list[bytes]]]:
    for frame in frames:
        if isinstance(frame, TailFrame):
            raise RubbishError("unasked_frame")
        if isinstance(frame, SnapshotFrame):
            if not 0 <= frame.part < parts:
                raise RubbishError("unasked_frame")
            yield frame, hashes_of(frame.rows)
