"""What a first sync asks for, in which order, and what it makes of a stream that is none."""

from __future__ import annotations

import pytest

from sonar_core.sync.messages import Cursor, End, Holding, Phase, SnapshotFrame, TailFrame
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.sync.asking import _ROWS_A_REQUEST, asked
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.usecases.sync_ports import Packed, Unfinished


class Port:
    """Notes what is asked, and answers with frames of no rows."""

    def __init__(self, *frames) -> None:
        self.frames = frames
        self.requests = []

    def snapshot(self, request):
        self.requests.append((request.scope, request.phase, request.patients))
        yield from self.frames
        yield End(heads=(), server_ms=1)


class Store:
    """Makes rows ready by leaving them as they are."""

    def pack(self, taken):
        return Packed(taken=taken)


def patient(number: int) -> bytes:
    return number.to_bytes(16, "big")


def unfinished(scope: str, *counts: tuple[int, int], unattached: bool = False) -> Unfinished:
    holdings = [Holding(patient(number), *both) for number, both in enumerate(counts)]
    return Unfinished(
        scope=scope,
        unattached=unattached,
        board=tuple(each for each in holdings if each.board_rows),
        other=tuple(each for each in holdings if each.other_rows),
        total_rows=sum(map(sum, counts)),
        done_rows=0,
    )


def requests_for(*items: Unfinished):
    port = Port(SnapshotFrame(rows=[], patients=0))
    parts = list(asked(port, Store(), items))
    assert [(part.packed.taken.scope, part.phase) for part in parts] == [
        (scope, phase) for scope, phase, _ in port.requests
    ]
    return port.requests


def test_the_board_of_every_scope_comes_before_the_rest_of_any():
    clinical = unfinished("clinical", (3, 2), (1, 0), (0, 9))
    medicines = unfinished("medicines", (2, 2))
    reference = unfinished("reference", unattached=True)
    assert requests_for(clinical, medicines, reference) == [
        ("reference", Phase.UNATTACHED, ()),
        ("medicines", Phase.BOARD, (patient(0),)),
        ("clinical", Phase.BOARD, (patient(0), patient(1))),
        ("medicines", Phase.OTHER, (patient(0),)),
        ("clinical", Phase.OTHER, (patient(0),)),
        ("clinical", Phase.WHOLE, (patient(2),)),
    ]


def test_the_rest_keeps_the_order_of_the_manifest():
    item = unfinished("s", (0, 1), (4, 1), (4, 1), (0, 1))
    assert [each[1:] for each in requests_for(item)] == [
        (Phase.BOARD, (patient(1), patient(2))),
        (Phase.WHOLE, (patient(0),)),
        (Phase.OTHER, (patient(1), patient(2))),
        (Phase.WHOLE, (patient(3),)),
    ]


def test_a_request_ends_where_it_has_rows_enough():
    half = _ROWS_A_REQUEST // 2
    item = unfinished("s", (0, half), (0, half), (0, 1))
    assert [each[2] for each in requests_for(item)] == [(patient(0), patient(1)), (patient(2),)]


def test_a_frame_that_was_not_asked_for_is_refused():
    at = Cursor(scope="s", epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
    port = Port(TailFrame(rows=[], cursor=at))
    with pytest.raises(RubbishError):
        list(asked(port, Store(), [unfinished("s", (1, 0))]))
