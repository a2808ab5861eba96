"""Whatever is wrong with a file of the journal, a true beginning of what was written is read."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from sonar_core.sync.operations import Operation
from sonar_desktop.vault.journal_segment import (
    Record,
    Sealing,
    SegmentDamagedError,
    SegmentHead,
    head_of,
    segment_of,
)
from sonar_desktop.vault.keys import SecretBox, Wrapped
from sonar_desktop.vault.recovery import open_sealed, seal

ORGANISATION = PrivateKey(bytes(range(32)))
KEY = SecretBox(bytearray(b"\x07" * 32))
ACTIONS = [
    (Operation(b"header one", b"payload one", b"s1"), Operation(b"header two", b"", b"s2")),
    (Operation(b"header three", b"x" * 300, b"s3"),),
    (Operation(b"header four", b"payload", b"s4"),),
]


def segment(actions=ACTIONS, *, is_closed: bool = True) -> bytes:
    head = SegmentHead(
        device="pc",
        wrapped=Wrapped(nonce=bytes(12), ct=b"wrapped"),
        recovery=seal(KEY, bytes(ORGANISATION.public_key)),
    )
    sealing = Sealing(head, KEY)
    parts = [sealing.opening, *(sealing.sealed(Record(one)) for one in actions)]
    return b"".join(parts) + (sealing.sealed(Record()) if is_closed else b"")


WHOLE = segment()


def read(content: bytes) -> list[tuple[Operation, ...]]:
    return [one.operations for one in segment_of(content, KEY).actions]


@pytest.mark.parametrize("is_closed", [True, False])
def test_what_was_written_is_read_and_the_last_is_confirmed_by_the_closing_word(is_closed):
    found = segment_of(segment(is_closed=is_closed), KEY).actions
    assert [one.operations for one in found] == ACTIONS
    assert [one.is_confirmed for one in found] == [False, False, is_closed]


def test_a_file_says_whether_anything_of_it_is_missing():
    assert segment_of(WHOLE, KEY).is_whole
    for content in (WHOLE[:-1], WHOLE + b"\0", WHOLE[:-1] + bytes([WHOLE[-1] ^ 1])):
        found = segment_of(content, KEY)
        assert not found.is_whole
        assert [one.operations for one in found.actions] == ACTIONS


def test_the_organisation_opens_it_without_this_pc():
    key = open_sealed(head_of(WHOLE).recovery, bytes(ORGANISATION))
    assert [one.operations for one in segment_of(WHOLE, key).actions] == ACTIONS


@settings(max_examples=400)
@given(st.integers(0, len(WHOLE)))
def test_of_a_file_cut_anywhere_a_true_beginning_is_read(length):
    try:
        found = read(WHOLE[:length])
    except SegmentDamagedError:
        assert length < len(WHOLE) - 300
        return
    assert found == ACTIONS[: len(found)]


@settings(max_examples=400)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_of_a_file_with_a_flipped_byte_a_true_beginning_is_read(at, by):
    content = bytearray(WHOLE)
    content[at] ^= by
    try:
        found = read(bytes(content))
    except SegmentDamagedError:
        return
    assert found == ACTIONS[: len(found)]


@settings(max_examples=300)
@given(st.binary(max_size=600))
def test_of_rubbish_nothing_is_read(rubbish):
    with pytest.raises(SegmentDamagedError):
        read(rubbish)
    assert read(WHOLE + rubbish) == ACTIONS


def test_segment_of_another_place_or_another_segment_are_not_taken():
    other = segment([(Operation(b"another header", b"", b"s"),)])
    begin = len(segment([], is_closed=False))
    assert read(WHOLE[:begin] + other[len(segment([], is_closed=False)) :]) == []
    first = len(segment(ACTIONS[:1], is_closed=False))
    second = len(segment(ACTIONS[:2], is_closed=False))
    swapped = WHOLE[:begin] + WHOLE[first:second] + WHOLE[begin:first] + WHOLE[second:]
    assert read(swapped) == []


def test_a_head_of_a_newer_version_or_with_more_in_it_is_not_guessed_at():
    raw = msgspec.json.decode(WHOLE[12 : 12 + int.from_bytes(WHOLE[8:12])])
    for change in ({"v": 3}, {"more": 1}):
        head = msgspec.json.encode(raw | change)
        with pytest.raises(SegmentDamagedError):
            head_of(WHOLE[:8] + len(head).to_bytes(4) + head)
