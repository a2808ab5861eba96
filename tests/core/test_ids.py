from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core import ids

times = st.integers(0, (1 << 48) - 1)
randoms = st.binary(min_size=10, max_size=10)


@given(times, randoms)
def test_an_id_has_the_shape_of_rfc_9562_and_holds_its_time(unix_ms, random):
    made = uuid.UUID(ids.uuid7(unix_ms, random))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == unix_ms


@given(times, times, randoms, randoms)
def test_ids_made_later_sort_later(first, second, one, two):
    early, late = sorted((first, second))
    if early < late:
        assert ids.uuid7(early, one) < ids.uuid7(late, two)
        assert ids.to_bytes(ids.uuid7(early, one)) < ids.to_bytes(ids.uuid7(late, two))


@given(randoms, randoms)
def test_all_74_random_bits_that_the_form_leaves_are_used(one, two):
    def kept(raw: bytes) -> tuple[int, int]:
        number = int.from_bytes(raw, "big")
        return number >> 68, number & ((1 << 62) - 1)

    same = ids.uuid7(5, one) == ids.uuid7(5, two)
    assert same == (kept(one) == kept(two))


@pytest.mark.parametrize(
    ("unix_ms", "random"),
    [(-1, bytes(10)), (1 << 48, bytes(10)), (5, bytes(9)), (5, bytes(11))],
)
def test_an_id_is_not_made_of_too_little_or_too_much(unix_ms, random):
    with pytest.raises(ValueError, match="uuid7 needs"):
        ids.uuid7(unix_ms, random)


def test_a_slot_never_changes_its_id():
    # Written down: a program that gave another id would make a second care level.
    assert ids.slot("episode", "care_level") == "38165068-3dee-5d16-8f0f-b6c749375168"


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_two_slots_are_one_only_by_the_same_name(one, two):
    one = [part.replace("/", "") for part in one]
    two = [part.replace("/", "") for part in two]
    assert (ids.slot(*one) == ids.slot(*two)) == (one == two)
    assert uuid.UUID(ids.slot(*one)).version == 5


@pytest.mark.parametrize("parts", [(), ("a/b",), ("a", "/")])
def test_a_slot_needs_a_name_that_is_not_two(parts):
    with pytest.raises(ValueError, match="a slot needs parts"):
        ids.slot(*parts)


@given(st.binary(min_size=16, max_size=16))
def test_text_and_bytes_of_an_id_are_the_same_id(raw):
    text = ids.from_bytes(raw)
    assert text == str(uuid.UUID(bytes=raw))
    assert ids.to_bytes(text) == raw
    assert ids.is_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 36,
        "019E7044-8800-7000-8000-000000000001",
        "019e7044880070008000000000000001",
        "019e70448800-7000-8000-000000000001-",
        "{019e7044-8800-7000-8000-00000000001",
        "019e7044-8800-7000-8000-00000000000é",
        " 019e7044-8800-7000-8000-0000000000 ",
        "019e7044-8800-7000-8000-0000000000010",
        "０19e7044-8800-7000-8000-000000000001",
    ],
)
def test_one_record_has_one_name(text):
    assert not ids.is_id(text)
    with pytest.raises(ValueError, match="36 characters of canonical UUID text"):
        ids.to_bytes(text)


@pytest.mark.parametrize("value", [None, 5, b"019e7044-8800-7000-8000-000000000001", ["x"]])
def test_what_is_no_text_is_no_id(value):
    assert not ids.is_id(value)


@pytest.mark.parametrize("raw", [b"", bytes(15), bytes(17)])
def test_an_id_has_sixteen_bytes(raw):
    with pytest.raises(ValueError, match="16 bytes"):
        ids.from_bytes(raw)
