"""What was read of a PC with the recovery key, on its way back to the server: a file of one PC.

There may be two operations of one number: one that the store never committed, and the one that came
after. The chain tells which: the next operation names the header before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from sonar_core.sync.operations import Header, Operation, header_hash, header_of


class RecoveredEntries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Operations of one PC as they were signed, by incarnation and number."""

    v: Literal[1] = 1
    device: str
    operations: tuple[Operation, ...]


class RecoveredDamagedError(ValueError):
    """The bytes are no such file."""


class Chained(NamedTuple):
    """Operations in the order of their chains, and how many others have a number of theirs.

    One that was signed anew under another number is among `operations`, and not counted.
    """

    operations: tuple[Operation, ...]
    left_out: int


def encoded(entries: RecoveredEntries) -> bytes:
    """Return the bytes of the file."""
    return msgspec.msgpack.encode(entries)


def decoded(content: bytes) -> RecoveredEntries:
    """Read the bytes of the file; raise RecoveredDamagedError."""
    try:
        return msgspec.msgpack.decode(content, type=RecoveredEntries)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise RecoveredDamagedError from None


def chained(found: Iterable[Operation]) -> Chained:
    """Return one PC's operations, each number once: the one that the next follows on.

    `found` may hold operations several times; of two that nothing follows, the one counts that is
    found last. Raises DamagedOperationError for a header that cannot be read.
    """
    places: dict[tuple[int, int], dict[str, tuple[Header, Operation]]] = {}
    for operation in found:
        header = header_of(operation)
        place = places.setdefault((header.incarnation, header.op_seq), {})
        name = header_hash(operation.header)
        # Taken out first: one that is found again goes behind the others.
        place.pop(name, None)
        place[name] = header, operation
    kept: list[Operation] = []
    ids: set[str] = set()
    follower: Header | None = None
    for incarnation, number in sorted(places, reverse=True):
        candidates = places[incarnation, number]
        is_before = follower is not None and (follower.incarnation, follower.op_seq) == (
            incarnation,
            number + 1,
        )
        named = candidates.get(follower.prev_hash) if follower and is_before else None
        follower, operation = named or list(candidates.values())[-1]
        kept.append(operation)
        ids.add(follower.op_id)
    every = {header.op_id for place in places.values() for header, _ in place.values()}
    return Chained(tuple(reversed(kept)), len(every - ids))
