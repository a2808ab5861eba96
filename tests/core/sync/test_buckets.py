from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.moments import Moment
from sonar_core.sync import buckets
from sonar_core.sync.buckets import (
    BUCKETS,
    Held,
    Repair,
    StrangeSumsError,
    Tally,
    Theirs,
    bucket_of,
    check_sums,
    differing,
    repair_of,
)
from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import (
    EMPTY_DIGEST,
    FIRST_CHAIN,
    Provenance,
    Row,
    add,
    provenance_bytes,
    row_hash,
)

SCOPE = "site/clinical"
AT = Cursor(scope=SCOPE, epoch=1, seq=50, commit_no=50, chain=FIRST_CHAIN)


def row(number: int, version: int = 1, bucket: int | None = None, operation: str = "") -> Row:
    last = number % BUCKETS if bucket is None else bucket
    written = Provenance(
        operation=operation or f"operation {number}/{version}",
        author="a",
        device="d",
        intent="t",
        recorded_at=Moment(utc_ms=1, zone="Europe/London", offset_minutes=0),
        received_ms=1,
        hlc="",
    )
    identifier = number.to_bytes(15, "big") + bytes([last])
    return Row(
        number + version, number + version, "Note", identifier, version, None, None, 5, b"{}",
        provenance_bytes(written),
    )  # fmt: skip


def held(one: Row, number: int = 1, scope: str = SCOPE, stored: bytes | None = None) -> Held:
    return Held("record", number, scope, one, row_hash(one) if stored is None else stored)


def spoilt(one: Row, **changes: object) -> Row:
    return Row(**{**{name: getattr(one, name) for name in one.__struct_fields__}, **changes})


def tally_of(*some: Held) -> Tally:
    tally = Tally()
    for one in some:
        tally.take(one)
    return tally


def sums_of(*rows: Row) -> tuple[bytes, ...]:
    tally = Tally()
    tally.count((one.id, row_hash(one)) for one in rows)
    return tally.sums


def digest_of(*rows: Row) -> bytes:
    return add(EMPTY_DIGEST, [row_hash(one) for one in rows])


def healed(server: list[Row], mine: list[Held]) -> Repair:
    """Go through all steps as a device does."""
    tally = tally_of(*(one for one in mine if one.scope == SCOPE))
    sums = sums_of(*server)
    check_sums(sums, digest_of(*server))
    numbers = differing(tally, sums)
    theirs = Theirs(numbers, sums, AT)
    theirs.take(one for one in server if bucket_of(one.id) in numbers)
    return repair_of(SCOPE, tally, numbers, mine, theirs.whole())


def test_the_sums_of_the_buckets_are_the_digest():
    rows = [row(number) for number in range(40)]
    tally = tally_of(*map(held, rows))
    assert tally.digest == digest_of(*rows)
    assert tally.sums == sums_of(*rows)
    assert not tally.unsound
    check_sums(tally.sums, tally.digest)


def test_whatever_stands_in_the_place_of_an_id_has_a_bucket():
    assert bucket_of(b"") == 0
    assert bucket_of(b"\x01\xff") == 255


@pytest.mark.parametrize(
    "sums",
    [
        (),
        (EMPTY_DIGEST,) * (BUCKETS - 1),
        (EMPTY_DIGEST,) * (BUCKETS + 1),
        (*(EMPTY_DIGEST,) * (BUCKETS - 1), b"short"),
        (*(EMPTY_DIGEST,) * (BUCKETS - 1), b"\1" * 16),
    ],
    ids=["none", "one too few", "one too many", "a short one", "other than the digest"],
)
def test_sums_that_are_not_those_of_the_digest_are_not_believed(sums):
    with pytest.raises(StrangeSumsError):
        check_sums(sums, EMPTY_DIGEST)


def test_only_the_bucket_of_the_row_that_differs_differs():
    server = [row(number) for number in range(30)]
    mine = [held(one) for one in server]
    mine[7] = held(spoilt(server[7], body=b"{ }"), stored=mine[7].stored)
    tally = tally_of(*mine)
    assert tally.unsound == {7: 1}
    assert differing(tally, sums_of(*server)) == (7,)


def test_a_stored_hash_that_is_not_its_rows_is_found_although_the_sums_agree():
    server = [row(3), row(4)]
    mine = [held(server[0]), held(server[1], stored=bytes(16))]
    assert differing(tally_of(*mine), sums_of(*server)) == (4,)
    found = healed(server, mine)
    assert (found.put, found.spoilt, found.aside) == ((server[1],), (mine[1],), ())


def test_two_spoilt_rows_of_one_bucket_are_both_counted():
    rows = [held(row(1, bucket=9), stored=b"x"), held(row(2, bucket=9), stored=b"y")]
    assert tally_of(*rows).unsound == {9: 2}


def test_a_spoilt_row_is_replaced_and_nothing_else_is_touched():
    server = [row(number, bucket=5) for number in range(6)]
    mine = [held(one, number) for number, one in enumerate(server)]
    bad = held(spoilt(server[2], body=b'{"x":1}'), 2, stored=mine[2].stored)
    mine[2] = bad
    found = healed(server, mine)
    assert found == Repair(
        scope=SCOPE, put=(server[2],), spoilt=(bad,), aside=(), digest=digest_of(*server)
    )
    assert (found.rows, found.records) == (2, 1)


def test_a_row_that_is_missing_is_put_back():
    server = [row(number) for number in range(6)]
    found = healed(server, [held(one) for one in server[1:]])
    assert (found.put, found.rows, found.records) == ((server[0],), 1, 1)
    assert found.digest == digest_of(*server)


def test_a_sound_row_that_the_server_has_not_is_kept_aside():
    server = [row(number) for number in range(6)]
    extra = held(row(9), 9)
    found = healed(server, [*map(held, server), extra])
    assert (found.put, found.spoilt, found.aside) == ((), (), (extra,))
    assert found.digest == digest_of(*server)


def test_another_content_of_a_version_is_kept_aside_only_if_somebody_elses_operation_made_it():
    theirs = row(1, operation="one")
    other = held(spoilt(theirs, provenance=row(1, operation="two").provenance))
    again = held(spoilt(theirs, at_ms=77))
    assert healed([theirs], [other]).aside == (other,)
    assert healed([theirs], [again]).spoilt == (again,)
    unreadable = held(spoilt(theirs, provenance=b"\xc1"))
    assert healed([theirs], [unreadable]).aside == (unreadable,), "as it once came: kept in sight"


def test_a_row_whose_id_was_spoilt_gives_way_to_the_true_one():
    server = [row(number) for number in range(6)]
    mine = [held(one) for one in server]
    bad = held(spoilt(server[1], id=b"\xff" * 16), stored=mine[1].stored)
    mine[1] = bad
    found = healed(server, mine)
    assert (found.put, found.spoilt, found.aside) == ((server[1],), (bad,), ())
    assert found.records == 2


def test_a_row_that_is_there_twice_is_taken_out_once():
    server = [row(1)]
    first, second = held(server[0], 1), held(server[0], 2)
    found = healed(server, [first, second])
    assert (found.put, found.spoilt) == ((), (second,))


def test_a_row_whose_scope_was_spoilt_is_put_back_into_its_own():
    server = [row(1), row(2)]
    lost = held(server[0], 1, scope="nobody's")
    foreign = held(row(7), 7, scope="site/medicines")
    found = healed(server, [lost, held(server[1], 2), foreign])
    assert (found.put, found.spoilt, found.aside) == ((server[0],), (lost,), ())


def test_a_sum_that_was_wrong_needs_no_row_to_be_touched():
    server = [row(1), row(2)]
    found = healed(server, [held(one) for one in server])
    assert (found.rows, found.records, found.digest) == (0, 0, digest_of(*server))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": bytes(15) + b"\x09"},
        {"seq": 51},
        {"seq": 0},
        {"commit_no": 51},
        {"commit_no": 0},
    ],
    ids=["another bucket", "beyond the place", "no place", "a later commit", "no commit"],
)
def test_a_row_that_was_not_asked_for_is_not_taken(wrong):
    with pytest.raises(StrangeSumsError):
        Theirs([1], sums_of(row(1)), AT).take([spoilt(row(1), **wrong)])


@pytest.mark.parametrize("second", [row(1), spoilt(row(1), version=2), spoilt(row(1), seq=9)])
def test_a_place_or_a_version_comes_once(second):
    theirs = Theirs([1], sums_of(row(1)), AT)
    theirs.take([row(1)])
    with pytest.raises(StrangeSumsError):
        theirs.take([second])


def test_rows_without_end_are_not_gathered(monkeypatch):
    monkeypatch.setattr(buckets, "MOST_BYTES", 1000)
    rows = [spoilt(row(number, bucket=1), body=bytes(400)) for number in range(1, 5)]
    with pytest.raises(StrangeSumsError):
        Theirs([1], sums_of(*rows), AT).take(rows)


def test_rows_that_are_not_those_of_the_sums_are_not_used():
    rows = [row(number, bucket=1) for number in range(1, 4)]
    theirs = Theirs([1], sums_of(*rows), AT)
    theirs.take(rows[:2])
    with pytest.raises(StrangeSumsError):
        theirs.whole()
    theirs.take(rows[2:])
    assert len(theirs.whole()) == 3


@given(st.integers(0, 2**32))
def test_whatever_was_spoilt_the_repair_leaves_exactly_the_servers_rows(seed):
    rng = random.Random(seed)
    server = [row(number, rng.choice((1, 2))) for number in range(rng.randrange(1, 12))]
    server = [spoilt(one, seq=at, commit_no=at) for at, one in enumerate(server, 1)]
    mine: list[Held] = []
    for number, true in enumerate(server):
        changes, stored = {}, row_hash(true)
        match rng.randrange(7):
            case 0:
                continue
            case 1:
                changes = {"body": rng.randbytes(4)}
            case 2:
                changes = {"id": rng.randbytes(16)}
            case 3:
                stored = rng.randbytes(16)
            case 4:
                mine.append(held(row(100 + number), 100 + number))
        scope = "x" if rng.randrange(9) == 0 else SCOPE
        mine.append(Held("record", number, scope, spoilt(true, **changes), stored))
    found = healed(server, mine)
    gone = {one.number for one in (*found.spoilt, *found.aside)}
    left = [one for one in mine if one.number not in gone and one.scope == SCOPE]
    kept = [*(one.row for one in left), *found.put]
    assert sorted(kept, key=msgspec.msgpack.encode) == sorted(server, key=msgspec.msgpack.encode)
    assert all(row_hash(one.row) == one.stored for one in left)
    assert found.digest == digest_of(*server)
