"""What a first sync asks for, in which order, and what it makes of a stream that is none."""

from __future__ import annotations

import threading

import msgspec
import pytest

from sonar_core.sync.messages import (
    Cursor,
    End,
    Holding,
    Manifest,
    Manifests,
    Phase,
    SnapshotFrame,
    TailFrame,
)
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.db.errors import StoreFullError
from sonar_desktop.sync.asking import _ROWS_A_REQUEST, asked
from sonar_desktop.sync.errors import RubbishError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.usecases.sync_ports import Packed, Unfinished


class Port:
    """Notes what is asked, and answers with frames of no rows."""

    def __init__(self, *frames) -> None:
        self.frames = frames
        self.requests = []

    def snapshot(self, request):
        self.requests.append([(one.scope, one.phase, one.patients) for one in request.parts])
        for number in range(len(request.parts)):
            for frame in self.frames:
                yield (
                    msgspec.structs.replace(frame, part=number) if hasattr(frame, "part") else frame
                )
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
    flat = [part for request in port.requests for part in request]
    assert [(part.packed.taken.scope, part.phase) for part in parts] == [one[:2] for one in flat]
    return port.requests


def test_the_board_of_every_scope_comes_before_the_rest_of_any():
    clinical = unfinished("clinical", (3, 2), (1, 0), (0, 9))
    medicines = unfinished("medicines", (2, 2))
    reference = unfinished("reference", unattached=True)
    (request,) = requests_for(clinical, medicines, reference)
    assert request == [
        ("reference", Phase.UNATTACHED, ()),
        ("medicines", Phase.BOARD, (patient(0),)),
        ("clinical", Phase.BOARD, (patient(0), patient(1))),
        ("medicines", Phase.OTHER, (patient(0),)),
        ("clinical", Phase.OTHER, (patient(0),)),
        ("clinical", Phase.WHOLE, (patient(2),)),
    ]


def test_the_rest_keeps_the_order_of_the_manifest():
    item = unfinished("s", (0, 1), (4, 1), (4, 1), (0, 1))
    (request,) = requests_for(item)
    assert [each[1:] for each in request] == [
        (Phase.BOARD, (patient(1), patient(2))),
        (Phase.WHOLE, (patient(0),)),
        (Phase.OTHER, (patient(1), patient(2))),
        (Phase.WHOLE, (patient(3),)),
    ]


def test_a_request_ends_where_it_has_rows_enough():
    half = _ROWS_A_REQUEST // 2
    item = unfinished("s", (0, half), (0, half), (0, 1))
    assert [[each[2] for each in request] for request in requests_for(item)] == [
        [(patient(0), patient(1))],
        [(patient(2),)],
    ]


def test_parts_share_a_request_until_it_has_rows_enough():
    half = _ROWS_A_REQUEST // 2
    first, second = unfinished("a", (half, 1)), unfinished("b", (half + 1, 1))
    assert [[each[:2] for each in request] for request in requests_for(first, second)] == [
        [("a", Phase.BOARD)],
        [("b", Phase.BOARD), ("a", Phase.OTHER), ("b", Phase.OTHER)],
    ]


@pytest.mark.parametrize("part", [-1, 1])
def test_a_frame_of_a_part_that_was_not_asked_for_is_refused(part):
    class Lying(Port):
        def snapshot(self, request):
            yield SnapshotFrame(rows=[], patients=0, part=part)

    with pytest.raises(RubbishError):
        list(asked(Lying(), Store(), [unfinished("s", (1, 0))]))


def test_a_frame_that_was_not_asked_for_is_refused():
    at = Cursor(scope="s", epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
    port = Port(TailFrame(rows=[], cursor=at))
    with pytest.raises(RubbishError):
        list(asked(port, Store(), [unfinished("s", (1, 0))]))


def test_where_the_beginning_cannot_be_written_the_asking_ends_with_it():
    manifest = Manifest(
        cursor=Cursor(scope="s", epoch=1, seq=3, commit_no=1, chain=FIRST_CHAIN),
        unattached=0,
        holdings=(Holding(patient(1), 1, 2),),
    )
    was_asked = threading.Event()

    class Asked(Port):
        def snapshot_start(self, _start):
            return Manifests(manifests=(manifest,))

        def snapshot(self, request):
            was_asked.set()
            yield from super().snapshot(request)

    class Full(Store):
        def unfinished(self):
            return ()

        def cursors(self):
            return (Cursor(scope="s", epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN),)

        def begin_snapshots(self, manifests):
            assert manifests == (manifest,)
            assert was_asked.wait(10), "the first rows are asked for meanwhile"
            raise StoreFullError

    exchange = Exchange(port=Asked(), store=Full(), report=lambda *_: None, changed=lambda _: None)
    with pytest.raises(StoreFullError):
        exchange.fetch_first({"s"})
    assert not [one for one in threading.enumerate() if one.name == "sonar-fetch"]
