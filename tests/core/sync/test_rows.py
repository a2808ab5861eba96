from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sonar_core.bodies import BodyError
from sonar_core.sync.rows import (
    EMPTY_DIGEST,
    FIRST_CHAIN,
    Provenance,
    add,
    chain,
    provenance_of,
    row_hash,
)
from tests.core.sync.clinic import moment

hashes = st.lists(st.binary(min_size=16, max_size=16), max_size=8)
commits = st.lists(
    st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=3), min_size=1, max_size=5
)
versions = st.tuples(
    st.sampled_from(["Note", "Task"]),
    st.binary(min_size=16, max_size=16),
    st.integers(1, 1000),
    st.binary(max_size=20),
    st.binary(max_size=20),
)


def linked(story: list[list[bytes]], first: int = 1) -> bytes:
    link = FIRST_CHAIN
    for number, commit in enumerate(story, start=first):
        link = chain(link, number, commit)
    return link


@given(hashes, st.randoms(use_true_random=False), st.integers(0, 8))
def test_a_digest_is_the_same_in_any_order_and_any_portions(rows, shuffle, cut):
    mixed = list(rows)
    shuffle.shuffle(mixed)
    assert add(add(EMPTY_DIGEST, mixed[:cut]), mixed[cut:]) == add(EMPTY_DIGEST, rows)
    assert len(add(EMPTY_DIGEST, rows)) == 16


@given(hashes, st.binary(min_size=16, max_size=16))
def test_a_row_missing_or_counted_twice_shows(rows, extra):
    assume(any(extra))
    once = add(EMPTY_DIGEST, [*rows, extra])
    assert once != add(EMPTY_DIGEST, rows)
    assert add(EMPTY_DIGEST, [*rows, extra, extra]) != once


@given(commits, st.data())
def test_a_chain_shows_what_was_dropped_moved_or_altered(story, data):
    whole = linked(story)
    assert len(whole) == 32
    at = data.draw(st.integers(0, len(story) - 1))
    assert linked(story[:at] + story[at + 1 :]) != whole
    altered = [list(commit) for commit in story]
    altered[at][0] = bytes([altered[at][0][0] ^ 1]) + altered[at][0][1:]
    assert linked(altered) != whole
    moved = list(reversed(story))
    assert (linked(moved) == whole) == (moved == story)
    assert linked(story, first=2) != whole
    joined = [[item for commit in story for item in commit]]
    assert (linked(joined) == whole) == (len(story) == 1)
    assert linked([*story, []]) != whole


@given(versions, versions)
def test_two_versions_have_one_hash_only_if_they_are_the_same(one, two):
    assert (row_hash(*one) == row_hash(*two)) == (one == two)


def test_where_body_ends_and_provenance_begins_is_part_of_the_hash():
    assert row_hash("Note", bytes(16), 1, b"ab", b"c") != row_hash(
        "Note", bytes(16), 1, b"a", b"bc"
    )


def test_the_hash_of_a_version_never_changes_by_accident():
    assert (
        row_hash("Note", bytes(range(16)), 7, b'{"a":1}', b"{}").hex()
        == "6b6f392e7923d8b362caecfb368766b3"
    )
    assert chain(FIRST_CHAIN, 1, [bytes(16)]).hex() == (
        "d0e15a7c2624e3064395aed64adc3550f539d4d7b6543fb3b15487cf0a6de417"
    )


def test_a_thousand_rows_make_the_same_digest_one_by_one_and_at_once():
    maker = random.Random(7)
    rows = [maker.randbytes(16) for _ in range(1000)]
    digest = EMPTY_DIGEST
    for row in rows:
        digest = add(digest, [row])
    assert digest == add(EMPTY_DIGEST, rows)


def test_a_provenance_is_read_and_anything_else_told():
    raw = (
        b'{"operation":"o","author":"a","device":"d","intent":"i","recorded_at":{"utc_ms":'
        + str(moment().utc_ms).encode()
        + b',"zone":"Europe/London","offset_minutes":60},"received_ms":5,"hlc":"h"}'
    )
    made = Provenance(
        operation="o",
        author="a",
        device="d",
        intent="i",
        recorded_at=moment(),
        received_ms=5,
        hlc="h",
    )
    assert provenance_of(raw) == made
    assert (made.incarnation, made.op_seq, made.marks, made.groups) == (0, 0, (), ())
    with pytest.raises(BodyError):
        provenance_of(b"\xff")
