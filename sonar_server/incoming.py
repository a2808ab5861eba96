"""Reading a pushed batch: who wrote each operation, whether it is whole, and what is odd about it.

Only what makes the batch no batch at all is refused. An operation that is damaged or not signed
gets its verdict like any other, so that it holds up nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec

from sonar_core.ids import to_bytes
from sonar_core.sync.decision import Decision, held_back
from sonar_core.sync.messages import MAX_OPERATIONS, Push, Reason, Verdict
from sonar_core.sync.operations import (
    DamagedOperationError,
    Header,
    Operation,
    Verify,
    check,
    header_of,
    payload_hash,
)
from sonar_core.sync.versions import is_newer
from sonar_server.errors import RefusedError, bad_request
from sonar_server.scopes import Territory

_FIRST_SEQ: Final = 1
_LAST_SEQ: Final = 2**63 - 1
_HALVED_FROM: Final = 64


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What must be readable of any header, also one of a newer program."""

    op_id: str
    device: str
    incarnation: int
    op_seq: int
    txn_id: str
    prev_hash: str
    kind: str = ""
    schema_v: int = 0


AnyOutline = TypeVar("AnyOutline", Outline, Header)


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of a batch; `fault` is its verdict already, `header` None if unreadable."""

    operation: Operation
    outline: Outline | Header
    header: Header | None
    header_hash: bytes
    fault: Decision | None


def read(push: Push, territory: Territory, verify: Verify) -> list[Incoming]:
    """Return the batch as the device wrote it, each operation checked by its own signature.

    Raises RefusedError for too many operations, another device's, or numbers with a gap.
    """
    if len(push.operations) > MAX_OPERATIONS:
        raise RefusedError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            f"a push holds at most {MAX_OPERATIONS} operations",
        )
    if push.device != territory.device:
        raise bad_request("the batch is another device's")
    batch = _read_all(push.operations, territory, verify)
    for number, item in enumerate(batch):
        outline = item.outline
        if (outline.device, outline.incarnation) != (push.device, push.incarnation):
            raise bad_request("an operation is another device's")
        if outline.op_seq != batch[0].outline.op_seq + number:
            raise bad_request("the operations' numbers have a gap")
    return batch


def _read_all(
    operations: Sequence[Operation], territory: Territory, verify: Verify
) -> list[Incoming]:
    """Read a batch; a large one on two threads, as signatures need no interpreter."""

    def read_some(some: Sequence[Operation]) -> list[Incoming]:
        return [read_one(operation, territory, verify) for operation in some]

    if len(operations) < _HALVED_FROM:
        return read_some(operations)
    half = len(operations) // 2
    with ThreadPoolExecutor(1, thread_name_prefix="sonar-verify") as beside:
        later = beside.submit(read_some, operations[half:])
        return read_some(operations[:half]) + later.result()


def read_one(operation: Operation, territory: Territory, verify: Verify) -> Incoming:
    """Return one operation of a device, checked; raise RefusedError for no number or id."""
    try:
        header = header_of(operation)
    except DamagedOperationError:
        outline = _checked(_outline(operation))
        newer = is_newer(outline.kind, outline.schema_v)
        return _incoming(
            operation, outline, None, held_back(Reason.NEWER_SCHEMA if newer else Reason.DAMAGED)
        )
    return _incoming(
        operation, _checked(header), header, _fault(operation, header, territory, verify)
    )


def _incoming(
    operation: Operation, outline: Outline | Header, header: Header | None, fault: Decision | None
) -> Incoming:
    return Incoming(
        operation=operation,
        outline=outline,
        header=header,
        header_hash=hashlib.sha256(operation.header).digest(),
        fault=fault,
    )


def _outline(operation: Operation) -> Outline:
    try:
        return msgspec.json.decode(operation.header, type=Outline)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise bad_request("an operation's header cannot be read") from None


def _checked(outline: AnyOutline) -> AnyOutline:
    """Return what can be stored: with an id and a number; raise RefusedError for any other."""
    try:
        to_bytes(outline.op_id)
    except ValueError:
        raise bad_request("an operation's header cannot be read") from None
    if not _FIRST_SEQ <= outline.op_seq <= _LAST_SEQ:
        raise bad_request("an operation's number is out of range")
    return outline


def _fault(
    operation: Operation, header: Header, territory: Territory, verify: Verify
) -> Decision | None:
    if payload_hash(operation.payload) != header.payload_hash:
        return held_back(Reason.DAMAGED)
    try:
        check(operation, header, verify)
    except DamagedOperationError:
        return Decision(verdict=Verdict.REFUSED, reason=Reason.BAD_SIGNATURE)
    if not territory.may_write(header.scope, header.kind):
        return Decision(verdict=Verdict.REFUSED, reason=Reason.FOREIGN_SCOPE)
    return None
