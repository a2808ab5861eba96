from __future__ import annotations

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.sync.frames import (
    FRAME_HEAD,
    BadFrameError,
    Splitter,
    frame_bytes,
    frame_of,
    is_packed,
    split_frames,
)
from sonar_core.sync.messages import (
    MAX_DECODED_BYTES,
    Cursor,
    End,
    Head,
    SnapshotFrame,
    TailFrame,
)
from sonar_core.sync.rows import Row

SHORT_ID = (1, 1, "Note", b"short", 1, None, None, 0, b"", b"")
ids = st.binary(min_size=16, max_size=16)
numbers = st.integers(0, (1 << 63) - 1)
rows = st.builds(
    Row,
    numbers,
    numbers,
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    ids,
    numbers,
    st.none() | ids,
    st.none() | ids,
    st.integers(-(1 << 62), 1 << 62),
    st.binary(max_size=30),
    st.binary(max_size=30),
)
cursors = st.builds(
    Cursor, scope=st.just("s"), epoch=numbers, seq=numbers, commit_no=numbers, chain=ids
)
heads = st.builds(
    Head, scope=st.just("s"), epoch=numbers, seq=numbers, commit_no=numbers, chain=ids, digest=ids
)
frames = st.one_of(
    st.builds(TailFrame, rows=st.lists(rows, max_size=3), cursor=cursors),
    st.builds(SnapshotFrame, rows=st.lists(rows, max_size=3), patients=numbers),
    st.builds(End, heads=st.lists(heads, max_size=2).map(tuple), server_ms=numbers),
)


@given(st.lists(frames, max_size=4), st.lists(st.integers(0, 2000), max_size=4))
def test_frames_come_out_as_they_went_in_however_the_network_cuts_them(sent, cuts):
    wire = b"".join(map(frame_bytes, sent))
    places = sorted(cut % (len(wire) + 1) for cut in cuts)
    pieces = [wire[a:b] for a, b in zip([0, *places], [*places, len(wire)], strict=True)]
    splitter = Splitter()
    got = [frame_of(payload) for piece in pieces for payload in splitter.payloads_with(piece)]
    assert got == sent


@given(frames)
def test_a_packed_payload_is_told_from_every_frames_own(frame):
    (plain,) = split_frames(frame_bytes(frame)).payloads
    (packed,) = split_frames(frame_bytes(frame, zstandard.compress)).payloads
    assert (is_packed(plain), is_packed(packed)) == (False, True)
    assert zstandard.decompress(packed) == plain


@given(frames, st.data())
def test_a_frame_cut_off_is_no_frame_and_a_damaged_one_is_told(frame, data):
    wire = frame_bytes(frame)
    at = data.draw(st.integers(0, len(wire) - 1))
    assert split_frames(wire[:at]) == ([], wire[:at])
    damaged = bytearray(wire)
    damaged[at] ^= data.draw(st.integers(1, 255))
    if at >= 4:
        with pytest.raises(BadFrameError, match="does not match its hash"):
            split_frames(bytes(damaged))


def test_a_frame_of_a_monstrous_size_is_told_before_it_is_awaited():
    size = (MAX_DECODED_BYTES + 1).to_bytes(4, "big")
    with pytest.raises(BadFrameError, match="larger than 8 MiB"):
        split_frames(size + bytes(FRAME_HEAD))
    largest = MAX_DECODED_BYTES.to_bytes(4, "big") + bytes(FRAME_HEAD)
    assert split_frames(largest) == ([], largest)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\xd9\x01\xff",
        b"\x91" * 100_000,
        msgspec.msgpack.encode({"type": "tail"}),
        msgspec.msgpack.encode({"type": "seance", "rows": []}),
        msgspec.msgpack.encode({"type": "snapshot", "rows": [[1, 2]], "patients": 1}),
        msgspec.msgpack.encode(
            {
                "type": "snapshot",
                "rows": [[1, 1, "Note", b"short", 1, None, None, 0, b"", b""]],
                "patients": 1,
            }
        ),
    ],
)
def test_a_payload_that_is_no_frame_is_told(payload):
    with pytest.raises(BadFrameError, match="cannot be read"):
        frame_of(payload)
