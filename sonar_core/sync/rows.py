"""A row of a scope's log: one version of one record, with what the server adds to it.

The log of a scope *is* the set of its record versions: each version enters once, under the next
number. So the digest over it only ever grows, and history arrives like anything else.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from sonar_core import bodies
from sonar_core.moments import Moment

DIGEST_BYTES: Final = 16
FIRST_CHAIN: Final = bytes(32)
_MODULUS: Final = 1 << (8 * DIGEST_BYTES)


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One version of a record as it is stored and sent.

    Ids are 16 bytes. `at_ms` is when it was done (facts) or written (entities), for ordering.
    `provenance` is JSON made once by the server.
    """

    seq: int
    commit_no: int
    kind: str
    id: bytes
    version: int
    patient: bytes | None
    episode: bytes | None
    at_ms: int
    body: bytes
    provenance: bytes


def row_hash(kind: str, identifier: bytes, version: int, body: bytes, provenance: bytes) -> bytes:
    """Return the 16 bytes (BLAKE2b) that stand for a version in digest and chain."""
    return hashlib.blake2b(
        b"%b\x00%b%d\x00%d\x00%b%b"
        % (kind.encode(), identifier, version, len(body), body, provenance),
        digest_size=DIGEST_BYTES,
    ).digest()


def add(digest: bytes, hashes: list[bytes]) -> bytes:
    """Return the digest with the rows of these hashes added (a sum modulo 2**128)."""
    total = int.from_bytes(digest, "big")
    for item in hashes:
        total += int.from_bytes(item, "big")
    return (total % _MODULUS).to_bytes(DIGEST_BYTES, "big")


EMPTY_DIGEST: Final = bytes(DIGEST_BYTES)


def chain(previous: bytes, commit_no: int, hashes: list[bytes]) -> bytes:
    """Return the chain after a commit whose rows have these hashes, in their order."""
    return hashlib.sha256(
        b"sonar/chain/v1\x00" + previous + commit_no.to_bytes(8, "big") + b"".join(hashes)
    ).digest()


def provenance_of(raw: bytes) -> Provenance:
    """Return a row's provenance; raise bodies.BodyError when the bytes are none."""
    return bodies.decode(raw, Provenance)
