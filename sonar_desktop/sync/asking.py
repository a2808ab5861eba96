"""What a first sync asks for, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from sonar_core.sync.intake import hashes_of
from sonar_core.sync.messages import PROTOCOL, End, Phase, Snapshot, SnapshotFrame, TailFrame
from sonar_core.sync.port import SyncPort
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.usecases.sync_ports import Part, SyncStore, Taken, Unfinished

_ROWS_A_REQUEST: Final = 20_000
"""A first sync asks for about this many rows at a time, so that a cut line costs little."""

_Request = tuple[Phase, tuple[bytes, ...]]


def asked(port: SyncPort, store: SyncStore, items: Sequence[Unfinished]) -> Iterator[Part]:
    """Ask for the first phase of every scope, then the next: the board comes before the rest.

    The next answer is asked for while the last one is still being stored.
    """
    # The scope with most of it last: a line of the board is then made once, whole.
    items = sorted(items, key=lambda item: sum(each.board_rows for each in item.board))
    for requests_of in (_unattached, _of_board, _of_rest):
        for item in items:
            for phase, patients in requests_of(item):
                request = Snapshot(
                    protocol=PROTOCOL, scope=item.scope, phase=phase, patients=patients
                )
                for frame, hashes in _checked_snapshot(port.snapshot(request)):
                    taken = Taken(scope=item.scope, rows=frame.rows, hashes=hashes)
                    yield Part(store.pack(taken), phase, frame.patients)


def _unattached(item: Unfinished) -> Iterator[_Request]:
    if item.unattached:
        yield Phase.UNATTACHED, ()


def _of_board(item: Unfinished) -> Iterator[_Request]:
    for patients in _in_groups((each.patient, each.board_rows) for each in item.board):
        yield Phase.BOARD, patients


def _of_rest(item: Unfinished) -> Iterator[_Request]:
    """Yield what is asked for after the board, in the manifest's order.

    All of those who have nothing on the board is asked for as such: the server need not look which
    of their rows are.
    """
    for is_on_board, some in groupby(item.other, key=lambda each: each.board_rows > 0):
        for patients in _in_groups((each.patient, each.other_rows) for each in some):
            yield Phase.OTHER if is_on_board else Phase.WHOLE, patients


def _in_groups(holdings: Iterable[tuple[bytes, int]]) -> Iterator[tuple[bytes, ...]]:
    """Yield the patients to ask for next, so many that their rows are about _ROWS_A_REQUEST."""
    patients: list[bytes] = []
    rows = 0
    for patient, count in holdings:
        patients.append(patient)
        rows += count
        if rows >= _ROWS_A_REQUEST:
            yield tuple(patients)
            patients, rows = [], 0
    if patients:
        yield tuple(patients)


def _checked_snapshot(
    frames: Iterator[TailFrame | SnapshotFrame | End],
) -> Iterator[tuple[SnapshotFrame, list[bytes]]]:
    for frame in frames:
        if isinstance(frame, SnapshotFrame):
            yield frame, hashes_of(frame.rows)
        elif isinstance(frame, TailFrame):
            raise RubbishError("unasked_frame")
