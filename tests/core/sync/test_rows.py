from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sonar_core.bodies import BodyError
from sonar_core.moments import Moment, Precision
from sonar_core.sync.rows import (
    EMPTY_DIGEST,
    FIRST_CHAIN,
    Provenance,
    Row,
    add,
    chain,
    provenance_bytes,
    provenance_of,
    row_hash,
    subtract,
)
from tests.core.sync.clinic import identifier, moment

hashes = st.lists(st.binary(min_size=16, max_size=16), max_size=8)
commits = st.lists(
    st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=3), min_size=1, max_size=5
)
identifiers = st.binary(min_size=16, max_size=16)
rows = st.builds(
    Row,
    st.just(1),
    st.just(1),
    st.sampled_from(["Note", "Task"]),
    identifiers,
    st.integers(1, 1000),
    st.none() | identifiers,
    st.none() | identifiers,
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=20),
    st.binary(max_size=20),
)
moments = st.builds(
    Moment,
    utc_ms=st.integers(-(2**60), 2**60),
    zone=st.text(max_size=9),
    offset_minutes=st.integers(-900, 900),
    precision=st.sampled_from(Precision),
)
names = st.text(max_size=9) | st.sampled_from([identifier(1), identifier(1).upper()])
provenances = st.builds(
    Provenance,
    operation=names,
    author=names,
    device=names,
    intent=names,
    recorded_at=moments,
    received_ms=st.integers(0, 2**60),
    hlc=st.text("0123456789abcdefA ", max_size=16),
    incarnation=st.integers(0, 9),
    op_seq=st.integers(0, 2**60),
    offline=st.booleans(),
    groups=st.lists(names, max_size=3).map(tuple),
    marks=st.lists(names, max_size=3).map(tuple),
)


def row(**values: object) -> Row:
    made = Row(9, 4, "Note", bytes(range(16)), 7, None, None, 5, b'{"a":1}', b"")
    return msgspec.structs.replace(made, **values)


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


@given(rows, rows)
def test_two_versions_have_one_hash_only_if_they_are_the_same(one, two):
    assert (row_hash(one) == row_hash(two)) == (one == two)


def test_where_body_ends_and_provenance_begins_is_part_of_the_hash():
    assert row_hash(row(body=b"ab", provenance=b"c")) != row_hash(row(body=b"a", provenance=b"bc"))


def test_whom_and_when_a_row_is_of_is_part_of_the_hash_and_its_place_in_the_log_is_not():
    other = bytes(16)
    changes = [{"patient": other}, {"episode": other}, {"at_ms": 6}]
    assert len({row_hash(row(**change)) for change in ({}, *changes)}) == 4
    assert row_hash(row(seq=1, commit_no=1)) == row_hash(row())


def test_the_hash_of_a_version_never_changes_by_accident():
    assert row_hash(row()).hex() == "104e1286e44f2324631506b7c45551f6"
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


@given(provenances)
def test_a_provenance_is_read_as_it_was_written(provenance):
    assert provenance_of(provenance_bytes(provenance)) == provenance


def test_a_provenance_of_ids_is_small():
    made = Provenance(
        operation=identifier(1),
        author=identifier(2),
        device=identifier(3),
        intent="record_observations",
        recorded_at=moment(),
        received_ms=moment().utc_ms,
        hlc="0123456789abcdef",
        incarnation=1,
        op_seq=1000,
    )
    assert provenance_of(provenance_bytes(made)) == made
    assert len(provenance_bytes(made)) == 131


@pytest.mark.parametrize("raw", [b"", b"\xff", b"\x90", b"{}"])
def test_bytes_that_are_no_provenance_are_told(raw):
    with pytest.raises(BodyError):
        provenance_of(raw)


@pytest.mark.parametrize("packed", [b"\xc4\x01a", b"\x07"])
def test_an_id_that_is_none_is_told(packed):
    whole = provenance_bytes(
        Provenance(
            operation=identifier(1),
            author="a",
            device="d",
            intent="i",
            recorded_at=moment(),
            received_ms=5,
            hlc="h",
        )
    )
    assert whole[:3] == b"\x9f\xc4\x10"
    with pytest.raises(BodyError):
        provenance_of(whole[:1] + packed + whole[19:])


def test_a_row_that_is_counted_twice_does_not_cancel_itself():
    once = add(EMPTY_DIGEST, [b"\x11" * 16])
    assert add(once, [b"\x11" * 16]) not in {EMPTY_DIGEST, once}


def test_a_time_as_exact_as_only_a_newer_program_can_tell_is_never_called_exact():
    known = Provenance(
        operation=identifier(1),
        author=identifier(2),
        device=identifier(3),
        intent="i",
        recorded_at=moment(),
        received_ms=1,
        hlc="0" * 16,
    )
    packed = msgspec.msgpack.decode(provenance_bytes(known))
    packed[7] = "to the year"
    assert provenance_of(msgspec.msgpack.encode(packed)).recorded_at.precision is Precision.UNKNOWN
    later = [*msgspec.msgpack.decode(provenance_bytes(known)), "of a form to come"]
    assert provenance_of(msgspec.msgpack.encode(later)) == known


@given(hashes, hashes)
def test_what_is_taken_out_of_a_digest_was_never_in_it(some, others):
    whole = add(EMPTY_DIGEST, some + others)
    assert subtract(whole, others) == add(EMPTY_DIGEST, some)
    assert subtract(EMPTY_DIGEST, []) == EMPTY_DIGEST
