from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.operations import (
    DamagedOperationError,
    Operation,
    header_hash,
    header_of,
    seal,
)
from sonar_core.sync.recovered import (
    RecoveredDamagedError,
    RecoveredEntries,
    chained,
    decoded,
    encoded,
)
from tests.core.sync.clinic import sign
from tests.core.sync.test_operations import HEADER, PAYLOAD


def operation(number: int, *, after: Operation | None = None, name: str = "", incarnation: int = 1):
    before = {} if after is None else {"prev_hash": header_hash(after.header)}
    header = msgspec.structs.replace(
        HEADER, op_seq=number, op_id=f"{number}{name}", incarnation=incarnation, **before
    )
    return seal(header, PAYLOAD, sign)


FIRST = operation(1)
SECOND = operation(2, after=FIRST)
THIRD = operation(3, after=SECOND)


def test_a_file_is_read_as_it_was_written():
    entries = RecoveredEntries(device="d", operations=(FIRST, SECOND))
    assert decoded(encoded(entries)) == entries


@pytest.mark.parametrize(
    "content",
    [b"", b"\xc1", b"SONARJ1\n", encoded(RecoveredEntries(device="d", operations=()))[:-1]],
)
def test_anything_else_is_refused(content):
    with pytest.raises(RecoveredDamagedError):
        decoded(content)


def test_operations_come_in_their_order_and_each_once():
    assert chained([THIRD, FIRST, SECOND, FIRST]) == ((FIRST, SECOND, THIRD), 0)
    assert chained([]) == ((), 0)


def test_of_two_of_one_number_the_one_counts_that_the_next_follows_on():
    never_saved = operation(2, after=FIRST, name=" never saved")
    for found in ([SECOND, never_saved], [never_saved, SECOND]):
        assert chained([FIRST, *found, THIRD]) == ((FIRST, SECOND, THIRD), 1)


def test_of_two_that_nothing_follows_the_later_counts():
    never_saved = operation(3, after=SECOND, name=" never saved")
    assert chained([FIRST, SECOND, never_saved, THIRD]).operations[-1] == THIRD
    # Nor does one of a later incarnation, or of a number beyond a gap, follow it.
    for beyond in (operation(4, incarnation=2), operation(5)):
        kept = chained([FIRST, SECOND, never_saved, THIRD, beyond]).operations
        assert kept == (FIRST, SECOND, THIRD, beyond)


def test_one_that_is_found_again_counts_as_found_last():
    never_saved = operation(3, after=SECOND, name=" never saved")
    assert chained([THIRD, FIRST, SECOND, never_saved, THIRD]) == ((FIRST, SECOND, THIRD), 1)


def test_one_that_was_signed_anew_under_another_number_is_not_left_out():
    under_its_old_number = operation(2, after=FIRST, name="")
    other = operation(2, after=FIRST, name=" other")
    anew = msgspec.structs.replace(
        header_of(under_its_old_number), op_seq=3, prev_hash=header_hash(other.header)
    )
    anew = seal(anew, PAYLOAD, sign)
    assert chained([FIRST, under_its_old_number, other, anew]) == ((FIRST, other, anew), 0)


def test_one_whose_follower_names_neither_is_the_later():
    other = operation(2, name=" other")
    stranger = operation(3, name=" stranger")
    assert chained([FIRST, SECOND, other, stranger]) == ((FIRST, other, stranger), 1)


def test_incarnations_stay_apart():
    second_life = operation(1, incarnation=2)
    assert chained([second_life, FIRST]).operations == (FIRST, second_life)


def test_what_has_no_header_is_nobodys():
    with pytest.raises(DamagedOperationError):
        chained([FIRST, Operation(b"{", b"", b"")])
