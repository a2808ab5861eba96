"""A row of a scope's log: one version of one record, with what the server adds to it.

The log of a scope *is* the set of its record versions: each version enters under the next number,
and history arrives like anything else. It enters once, unless the stay that it is of had left the
PCs and comes back: then it is logged again. The digest sums the rows of what has not left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import msgspec

from sonar_core import ids
from sonar_core.bodies import BodyError
from sonar_core.moments import Moment, Precision

DIGEST_BYTES: Final = 16
FIRST_CHAIN: Final = bytes(32)
_PRECISIONS: Final = {one.value: one for one in Precision}
_MODULUS: Final = 1 << (8 * DIGEST_BYTES)


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote this version, where, when it reached the server, and what the server marked.

    `groups` are the field groups that this version changed (all of a first version's). Marks:
    "after_close", "unknown_user", "late_contact", "conflict". `incarnation` and `op_seq` place
    the operation in its device's order, so that nobody's own earlier entry is taken for another's.
    """

    operation: str
    author: str
    device: str
    intent: str
    recorded_at: Moment
    received_ms: int
    hlc: str
    incarnation: int = 0
    op_seq: int = 0
    offline: bool = False
    groups: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


Id16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One version of a record as it is stored and sent.

    Ids are 16 bytes. `at_ms` is when it was done (facts) or written (entities), for ordering.
    `provenance` is made once by the server (`provenance_bytes`).
    """

    seq: int
    commit_no: int
    kind: str
    id: Id16
    version: int
    patient: Id16 | None
    episode: Id16 | None
    at_ms: int
    body: bytes
    provenance: bytes


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """A provenance as its bytes hold it.

    Ids and clock are raw bytes where their text is canonical, else that text.
    """

    operation: Any
    author: Any
    device: Any
    intent: str
    utc_ms: int
    zone: str
    offset_minutes: int
    precision: str
    received_ms: int
    hlc: Any
    incarnation: int
    op_seq: int
    offline: bool
    groups: tuple[str, ...]
    marks: tuple[str, ...]


_PLACE_FIELDS: Final = 2
"""A row's fields begin with these: `seq` and `commit_no`."""
_packer: Final = msgspec.msgpack.Encoder()
_unpacker: Final = msgspec.msgpack.Decoder(_Packed)


def row_hash(row: Row) -> bytes:
    """Return the 16 bytes (BLAKE2b) that stand for a version in digest and chain.

    They cover everything but the place in the log, `seq` and `commit_no`, which the chain covers.
    """
    covered = msgspec.structs.astuple(row)[_PLACE_FIELDS:]
    return hashlib.blake2b(_packer.encode(covered), digest_size=DIGEST_BYTES).digest()


def add(digest: bytes, hashes: list[bytes]) -> bytes:
    """Return the digest with the rows of these hashes added (a sum modulo 2**128)."""
    total = int.from_bytes(digest, "big")
    for item in hashes:
        total += int.from_bytes(item, "big")
    return (total % _MODULUS).to_bytes(DIGEST_BYTES, "big")


def subtract(digest: bytes, hashes: Sequence[bytes]) -> bytes:
    """Return the digest with the rows of these hashes taken out."""
    total = int.from_bytes(digest, "big") - sum(int.from_bytes(item, "big") for item in hashes)
    return (total % _MODULUS).to_bytes(DIGEST_BYTES, "big")


EMPTY_DIGEST: Final = bytes(DIGEST_BYTES)


def chain(previous: bytes, commit_no: int, hashes: list[bytes]) -> bytes:
    """Return the chain after a commit whose rows have these hashes, in their order."""
    return hashlib.sha256(
        b"sonar/chain/v1\x00" + previous + commit_no.to_bytes(8, "big") + b"".join(hashes)
    ).digest()


def provenance_bytes(provenance: Provenance) -> bytes:
    """Return a provenance as a row holds it: a MessagePack array, about a third of its JSON."""
    at = provenance.recorded_at
    return _packer.encode(
        _Packed(
            operation=_packed_id(provenance.operation),
            author=_packed_id(provenance.author),
            device=_packed_id(provenance.device),
            intent=provenance.intent,
            utc_ms=at.utc_ms,
            zone=at.zone,
            offset_minutes=at.offset_minutes,
            precision=at.precision,
            received_ms=provenance.received_ms,
            hlc=_packed_hex(provenance.hlc),
            incarnation=provenance.incarnation,
            op_seq=provenance.op_seq,
            offline=provenance.offline,
            groups=provenance.groups,
            marks=provenance.marks,
        )
    )


def provenance_of(raw: bytes) -> Provenance:
    """Return a row's provenance; raise bodies.BodyError when the bytes are none."""
    try:
        packed = _unpacker.decode(raw)
        return Provenance(
            operation=_text_of(packed.operation, ids.from_bytes),
            author=_text_of(packed.author, ids.from_bytes),
            device=_text_of(packed.device, ids.from_bytes),
            intent=packed.intent,
            recorded_at=Moment(
                utc_ms=packed.utc_ms,
                zone=packed.zone,
                offset_minutes=packed.offset_minutes,
                precision=_precision_of(packed.precision),
            ),
            received_ms=packed.received_ms,
            hlc=_text_of(packed.hlc, bytes.hex),
            incarnation=packed.incarnation,
            op_seq=packed.op_seq,
            offline=packed.offline,
            groups=packed.groups,
            marks=packed.marks,
        )
    except (msgspec.DecodeError, ValueError):
        raise BodyError("the bytes are no provenance") from None


def _precision_of(word: str) -> Precision:
    """Return how exact a time is; unknown where only a newer program knows the word."""
    return _PRECISIONS.get(word, Precision.UNKNOWN)


def _packed_id(text: str) -> bytes | str:
    """Return the bytes of an id; what a header names otherwise stays the text that it is."""
    return ids.to_bytes(text) if ids.is_id(text) else text


def _text_of(packed: object, text: Callable[[bytes], str]) -> str:
    if isinstance(packed, bytes):
        return text(packed)
    if isinstance(packed, str):
        return packed
    raise ValueError


def _packed_hex(text: str) -> bytes | str:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return text
    return raw if raw.hex() == text else text
