from __future__ import annotations

import traceback

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core import bodies
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    DamagedOperationError,
    Edit,
    Header,
    Operation,
    OpKind,
    body_of,
    check,
    edit_of,
    header_hash,
    header_of,
    is_same_but_for_place,
    moved,
    payload_hash,
    seal,
)
from tests.core.sync.clinic import moment, sign, verify

PAYLOAD = b'{"id":"x"}'
HEADER = Header(
    op_id="o",
    device="d",
    incarnation=1,
    op_seq=1,
    txn_id="t",
    txn_index=0,
    txn_size=1,
    user="u",
    lease_id=None,
    scope="s/clinical",
    op=OpKind.RECORD,
    kind="Note",
    entity="x",
    intent="sign_note",
    schema_v=1,
    recorded_at=moment(),
    monotonic_ms=0,
    hlc="0" * 16,
    offline=True,
    prev_hash=FIRST_PREV_HASH,
    payload_hash=payload_hash(PAYLOAD),
)


def test_a_sealed_operation_is_read_and_found_whole():
    operation = seal(HEADER, PAYLOAD, sign)
    assert header_of(operation) == HEADER
    check(operation, HEADER, verify)
    assert body_of(operation) == {"id": "x"}


@given(
    st.sampled_from(["header", "payload", "signature"]), st.integers(0, 5000), st.integers(1, 255)
)
def test_one_changed_byte_anywhere_is_found(part, at, change):
    operation = seal(HEADER, PAYLOAD, sign)
    raw = bytearray(getattr(operation, part))
    raw[at % len(raw)] ^= change
    parts = {name: getattr(operation, name) for name in ("header", "payload", "signature")}
    parts[part] = bytes(raw)
    with pytest.raises(DamagedOperationError):
        check(Operation(**parts), HEADER, verify)


def test_a_moved_operation_is_the_same_at_another_place_and_signed_anew():
    operation = seal(HEADER, PAYLOAD, sign)
    raw = bodies.encode({**bodies.fields_of(operation.header), "of_a_newer_program": "kept"})
    operation = Operation(raw, PAYLOAD, sign(raw))
    new = moved(operation, incarnation=2, op_seq=7, prev_hash="a" * 64, sign=sign)
    header = header_of(new)
    assert header == msgspec.structs.replace(HEADER, incarnation=2, op_seq=7, prev_hash="a" * 64)
    check(new, header, verify)
    assert new.payload == PAYLOAD
    assert bodies.fields_of(new.header)["of_a_newer_program"] == "kept"
    assert is_same_but_for_place(operation.header, new.header)


@pytest.mark.parametrize("field", [name for name in Header.__struct_fields__ if name != "op"])
def test_operations_differ_by_everything_but_their_place(field):
    fields = bodies.fields_of(bodies.encode(HEADER))
    other = bodies.encode(fields | {field: "another"})
    is_place = field in {"incarnation", "op_seq", "prev_hash"}
    assert is_same_but_for_place(bodies.encode(HEADER), other) is is_place


def test_what_cannot_be_read_is_the_same_as_nothing():
    assert not is_same_but_for_place(b"{", b"{")


def test_a_signature_is_for_an_operation_and_nothing_else():
    raw = bodies.encode(HEADER)
    with pytest.raises(DamagedOperationError, match="signature"):
        check(Operation(raw, PAYLOAD, sign(raw)), HEADER, verify)


@pytest.mark.parametrize("field", [f for f in HEADER.__struct_fields__ if f != "op"])
def test_a_header_tells_by_its_hash_when_any_field_differs(field):
    value = getattr(HEADER, field)
    other: object = "other"
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    elif field == "recorded_at":
        other = moment(1)
    changed = msgspec.structs.replace(HEADER, **{field: other})
    assert header_hash(bodies.encode(changed)) != header_hash(bodies.encode(HEADER))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "x" * 201},
        {"scope": "x" * 100_000},
        {"lease_id": "x" * 201},
        {"op_seq": -1},
        {"op_seq": 1 << 63},
        {"incarnation": 10**30},
        {"schema_v": "1"},
        {"op": "register"},
        {"entity": None},
        {"recorded_at": {"utc_ms": 1.5, "zone": "", "offset_minutes": 0}},
    ],
)
def test_a_header_of_hostile_lengths_or_types_is_told(changes):
    fields = msgspec.to_builtins(HEADER) | changes
    with pytest.raises(DamagedOperationError, match="header cannot be read"):
        header_of(Operation(msgspec.json.encode(fields), PAYLOAD, b""))


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"[" * 100_000, b'{"op_id":"\xff"}'])
def test_bytes_that_are_no_operation_are_told_without_quoting_them(raw):
    operation = Operation(raw, raw, b"")
    for read in (header_of, edit_of, body_of):
        with pytest.raises(DamagedOperationError) as caught:
            read(operation)
        assert "ValidationError" not in "".join(traceback.format_exception(caught.value))


def test_an_edit_says_what_was_and_what_is_to_be():
    edit = Edit(base=3, groups={"cell": {"cell": ("M1", "M4")}})
    operation = Operation(b"", bodies.encode(edit), b"")
    assert operation.payload == b'{"base":3,"groups":{"cell":{"cell":["M1","M4"]}}}'
    assert edit_of(operation) == edit


def test_hashes_are_sha_256():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (payload_hash(b""), header_hash(b"")) == (empty, empty)


def test_emergency_access_stands_in_the_header_and_is_signed_with_it():
    header = msgspec.structs.replace(HEADER, emergency="event")
    operation = seal(header, PAYLOAD, sign)
    assert b'"emergency":"event"' in operation.header
    assert header_of(operation) == header
    check(operation, header, verify)
    without = seal(HEADER, PAYLOAD, sign)
    assert b"emergency" not in without.header, "as every header before there was any"
    with pytest.raises(DamagedOperationError):
        check(Operation(without.header, PAYLOAD, operation.signature), HEADER, verify)
