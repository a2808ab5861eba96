"""The envelope: one signed, numbered, chained operation for one record.

The header's bytes are signed and never encoded again; it names the payload by its hash and the
header before it by `prev_hash`, so that a device's operations form one chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from sonar_core import bodies
from sonar_core.moments import Moment

SIGNING_DOMAIN: Final = b"sonar/op/v1\x00"
MAX_EDIT_BYTES: Final = 3 * bodies.MAX_BODY_BYTES
"""An edit holds what was and what is to be."""
FIRST_PREV_HASH: Final = "0" * 64

PLACE: Final = ("incarnation", "op_seq", "prev_hash")
"""What a header says of the operation's place in its device's chain, and not of what was done."""

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]
"""Called with (message, signature); true when the device's key made the signature."""


class OpKind(StrEnum):
    """What the payload is."""

    RECORD = "record"
    """A whole new body."""
    EDIT = "edit"
    """An Edit of an entity."""
    RESOLVE = "resolve"
    """The body of a ConflictResolution."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A change seen against version `base`: {group: {field: (old, new)}}.

    `base` is the last version its author had from the server; 0 where it had none.
    """

    base: _Count
    groups: dict[str, dict[str, tuple[Any, Any]]]


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who did what to which record, where in the device's order, and when.

    `txn_index` counts from 0 within the `txn_size` operations of one user action. `offline` says
    that the device had no contact with the server when it was written. `monotonic_ms` is the
    device's clock since its start, which nobody can set. `emergency` is the id of the AccessEvent
    that began the emergency access under which it was written, and absent for any other.
    """

    op_id: _Text
    device: _Text
    incarnation: _Count
    op_seq: _Count
    txn_id: _Text
    txn_index: _Count
    txn_size: _Count
    user: _Text
    lease_id: _Text | None
    scope: _Text
    op: OpKind
    kind: _Text
    entity: _Text
    intent: _Text
    schema_v: _Count
    recorded_at: Moment
    monotonic_ms: _Count
    hlc: _Text
    offline: bool
    prev_hash: _Text
    payload_hash: _Text
    emergency: _Text = ""


class Operation(msgspec.Struct, frozen=True, array_like=True):
    """The bytes as they are stored, sent and checked."""

    header: bytes
    payload: bytes
    signature: bytes


class DamagedOperationError(ValueError):
    """The bytes are not an operation, or not the one that was signed."""


def seal(header: Header, payload: bytes, sign: Sign) -> Operation:
    """Return the operation; `header.payload_hash` must be the payload's (see payload_hash)."""
    raw = bodies.encode(header)
    return Operation(raw, payload, sign(SIGNING_DOMAIN + raw))


def moved(
    operation: Operation, *, incarnation: int, op_seq: int, prev_hash: str, sign: Sign
) -> Operation:
    """Return the operation at another place in its device's chain, signed anew.

    Everything else in its header stays, also what only a newer program knows. Raises
    bodies.BodyError for a header that cannot be read.
    """
    fields = bodies.fields_of(operation.header)
    fields |= dict(zip(PLACE, (incarnation, op_seq, prev_hash), strict=True))
    raw = bodies.encode(fields)
    return Operation(raw, operation.payload, sign(SIGNING_DOMAIN + raw))


def is_same_but_for_place(one: bytes, other: bytes) -> bool:
    """Return whether two headers are of one operation, written at two places of a chain.

    The payload is compared by the hash in the header.
    """
    try:
        return _without_place(one) == _without_place(other)
    except bodies.BodyError:
        return False


def _without_place(header: bytes) -> dict[str, Any]:
    return {name: value for name, value in bodies.fields_of(header).items() if name not in PLACE}


def header_of(operation: Operation) -> Header:
    """Return the header; raise DamagedOperationError when the bytes are not one."""
    try:
        return bodies.decode(operation.header, Header)
    except bodies.BodyError as error:
        raise DamagedOperationError("the header cannot be read") from error


def check(operation: Operation, header: Header, verify: Verify) -> None:
    """Raise DamagedOperationError unless the payload and the signature belong to the header."""
    if payload_hash(operation.payload) != header.payload_hash:
        raise DamagedOperationError("the payload does not match its hash")
    if not verify(SIGNING_DOMAIN + operation.header, operation.signature):
        raise DamagedOperationError("the signature does not match")


def payload_hash(payload: bytes) -> str:
    """Return the SHA-256 of a payload in hexadecimal."""
    return hashlib.sha256(payload).hexdigest()


def header_hash(header: bytes) -> str:
    """Return what the next operation's `prev_hash` must be."""
    return hashlib.sha256(header).hexdigest()


def edit_of(operation: Operation) -> Edit:
    """Return the payload of an edit; raise DamagedOperationError when it is none."""
    try:
        return bodies.decode(operation.payload, Edit)
    except bodies.BodyError as error:
        raise DamagedOperationError("the payload is not an edit") from error


def body_of(operation: Operation) -> dict[str, Any]:
    """Return the fields of a record payload; raise DamagedOperationError when it is none."""
    try:
        return bodies.fields_of(operation.payload)
    except bodies.BodyError as error:
        raise DamagedOperationError("the payload is not a record") from error
