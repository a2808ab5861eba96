from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.intake import (
    ChainError,
    EpochError,
    HoleError,
    agrees,
    check_tail,
    hashes_of,
)
from sonar_core.sync.messages import Cursor, Head, TailFrame
from sonar_core.sync.rows import FIRST_CHAIN, Row, chain

START = Cursor(scope="s/clinical", epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)


def row(seq: int, commit_no: int, body: bytes = b"{}") -> Row:
    identifier = seq.to_bytes(16, "big")
    return Row(seq, commit_no, "Note", identifier, 1, None, None, 5, body, b"{}")


def frame(rows: list[Row], after: int, link: bytes) -> TailFrame:
    cursor = Cursor(
        scope="s/clinical", epoch=1, seq=after, commit_no=rows[-1].commit_no, chain=link
    )
    return TailFrame(rows=rows, cursor=cursor)


def two_commits() -> TailFrame:
    rows = [row(1, 1), row(2, 1), row(3, 2)]
    hashes = hashes_of(rows)
    return frame(rows, 3, chain(chain(FIRST_CHAIN, 1, hashes[:2]), 2, hashes[2:]))


def test_whole_commits_in_order_are_taken():
    whole = two_commits()
    assert check_tail(whole, START) == hashes_of(whole.rows)


def test_a_frame_of_another_scope_is_refused():
    with pytest.raises(HoleError):
        check_tail(two_commits(), msgspec.structs.replace(START, scope="s/medicines"))


def test_a_restored_server_is_noticed():
    with pytest.raises(EpochError):
        check_tail(two_commits(), msgspec.structs.replace(START, epoch=2))


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_row_is_a_hole(missing):
    whole = two_commits()
    rows = [item for index, item in enumerate(whole.rows) if index != missing]
    with pytest.raises(HoleError):
        check_tail(TailFrame(rows=rows, cursor=whole.cursor), START)


def test_rows_out_of_order_are_a_hole():
    whole = two_commits()
    with pytest.raises(HoleError):
        check_tail(TailFrame(rows=whole.rows[::-1], cursor=whole.cursor), START)


def test_a_skipped_commit_is_a_hole():
    rows = [row(1, 1), row(2, 3)]
    with pytest.raises(HoleError):
        check_tail(frame(rows, 2, FIRST_CHAIN), START)


def test_half_a_commit_does_not_match_the_chain():
    rows = [row(1, 1), row(2, 1)]
    whole_chain = chain(FIRST_CHAIN, 1, hashes_of(rows))
    with pytest.raises(ChainError):
        check_tail(frame(rows[:1], 1, whole_chain), START)


def test_an_altered_body_does_not_match_the_chain():
    whole = two_commits()
    rows = [row(1, 1, b'{"a":1}'), *whole.rows[1:]]
    with pytest.raises(ChainError):
        check_tail(TailFrame(rows=rows, cursor=whole.cursor), START)


def test_a_commit_number_that_does_not_end_the_frame_is_refused():
    whole = two_commits()
    cursor = msgspec.structs.replace(whole.cursor, commit_no=3)
    with pytest.raises(ChainError):
        check_tail(TailFrame(rows=whole.rows, cursor=cursor), START)


def test_digests_are_compared_only_at_equal_positions():
    at = two_commits().cursor
    head = Head(scope=at.scope, epoch=1, seq=3, commit_no=2, chain=at.chain, digest=b"d" * 16)
    assert agrees(at, b"d" * 16, head) is True
    assert agrees(at, b"e" * 16, head) is False
    assert agrees(at, b"d" * 16, msgspec.structs.replace(head, chain=bytes(32))) is False
    assert agrees(START, b"d" * 16, head) is None
