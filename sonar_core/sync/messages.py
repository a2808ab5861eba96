"""What client and server say to each other: MessagePack around the author's own JSON bodies."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.sync.anchors import Countersigned
from sonar_core.sync.operations import Operation
from sonar_core.sync.rows import Row

PROTOCOL: Final = 1
"""Version 1, November 2026: the first. Spoken by every client and server so far."""
OLDEST_PROTOCOL: Final = 1
"""The oldest that this program speaks, two versions back at least."""
OLDEST_PUSH_PROTOCOL: Final = 1
"""The oldest in which operations are taken: never raised while a PC may hold some written in it."""

MAX_OPERATIONS: Final = 500
MAX_PUSH_BYTES: Final = 1024 * 1024
MAX_DECODED_BYTES: Final = 8 * 1024 * 1024
MAX_FRAME_ROWS: Final = 500
MAX_PLACES: Final = 300
HEARTBEAT_SECONDS: Final = 10
"""A stream of hints is never silent for longer; a long poll is answered after twice as long."""
MAX_WRITTEN: Final = 64
MEDIA_TYPE: Final = "application/vnd.msgpack"
PACKED: Final = "frames=zstd"
"""Beside the media type in what a device accepts: it can read frames that are packed one by one."""
REQUEST_DOMAIN: Final = b"sonar/request/v1\x00"


class Verdict(StrEnum):
    """What became of an operation; each gets exactly one, for ever."""

    APPLIED = "applied"
    MERGED = "merged"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why an operation was held back or refused; empty for the others.

    A reason that only a newer server knows is kept in its word, so that its answer can be read.
    """

    NONE = ""
    DAMAGED = "damaged"
    MISSING_PARENT = "missing_parent"
    NEWER_SCHEMA = "newer_schema"
    BAD_SIGNATURE = "bad_signature"
    ID_COLLISION = "id_collision"
    SERVER_ONLY = "server_only"
    FOREIGN_SCOPE = "foreign_scope"

    @classmethod
    def _missing_(cls, value: object) -> Reason | None:
        if not isinstance(value, str):
            return None
        later = str.__new__(cls, value)
        later._name_, later._value_ = "LATER", value
        return later


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one operation.

    `version` is the version of the operation's record that holds its effect, 0 where it has none;
    `detail` is an id that the reason speaks of, never patient data.
    """

    op_id: str
    op_seq: int
    verdict: Verdict
    reason: Reason = Reason.NONE
    detail: str = ""
    version: int = 0


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far a device has a scope: everything up to `seq`, whose chain is `chain`."""

    scope: str
    epoch: int
    seq: int
    commit_no: int
    chain: bytes


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a scope stands on the server, with the digest over all its rows."""

    scope: str
    epoch: int
    seq: int
    commit_no: int
    chain: bytes
    digest: bytes


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone may know before speaking: versions, limits, the server's clock.

    `schema_v` is the newest version of any kind of record that the server knows. Operations are
    taken from `push_protocol_min` on, which may lie below `protocol_min`; 0 means as that.
    """

    protocol_min: int
    protocol_max: int
    schema_v: int
    server_id: str
    server_ms: int
    max_operations: int = MAX_OPERATIONS
    max_push_bytes: int = MAX_PUSH_BYTES
    max_decoded_bytes: int = MAX_DECODED_BYTES
    push_protocol_min: int = 0


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of one device's operations in `op_seq` order, no user action split."""

    protocol: int
    device: str
    incarnation: int
    operations: tuple[Operation, ...]


class PushAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt for each operation, sent after the commit of its effect.

    `anchor` is the server's countersignature of where the device's chain stands, left out where
    it holds nothing of this incarnation yet, or is an older program.
    """

    receipts: tuple[Receipt, ...]
    server_ms: int
    durable_seq: dict[str, int] = {}
    anchor: Countersigned | msgspec.UnsetType = msgspec.UNSET


class Pull(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ask for what came after each cursor; `incarnation` is the device's present one."""

    protocol: int
    cursors: tuple[Cursor, ...]
    incarnation: int = 0


class OwnPlace(msgspec.Struct, frozen=True, array_like=True):
    """One operation in a device's chain: its place, and the hash of its header."""

    incarnation: int
    op_seq: int
    header_hash: str


class Reconcile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Places at which a device stood in scopes' logs: which of them are still in the logs?

    At most MAX_PLACES. `incarnation` is the device's present one. `written` are at most MAX_WRITTEN
    of its operations, for the server to say which it holds.
    """

    protocol: int
    incarnation: int
    places: tuple[Cursor, ...]
    written: tuple[OwnPlace, ...] = ()


class Reconciled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For each scope asked about, the last of the places that is in its log, in today's epoch.

    A scope that knows none of them is at its beginning. `op_seq` and `header_hash` are the end of
    the device's chain as the server has it: 0 and FIRST_PREV_HASH where it has nothing, 0 and no
    hash where it does not know the incarnation.
    `held_seq` is the last of the operations asked about that the server holds, 0 for none.
    """

    common: tuple[Cursor, ...]
    op_seq: int
    header_hash: str
    server_ms: int
    held_seq: int = 0


class BeginAnew(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ask for a new incarnation: this device's disk was copied or put back.

    It begins at `first_seq`: what the device wrote before that in `incarnation` is its past.
    `after` is the last of that past, None where the device keeps none of it. A server that does not
    hold it has lost some of the past, and gives no incarnation.
    """

    protocol: int
    device: str
    incarnation: int
    first_seq: int
    after: OwnPlace | None = None


class BegunAnew(msgspec.Struct, frozen=True, kw_only=True):
    """The device's new incarnation, a number that nobody had before, and what was asked."""

    device: str
    incarnation: int
    parent: int
    first_seq: int
    server_ms: int


class SnapshotStart(msgspec.Struct, frozen=True, kw_only=True):
    """Ask what these scopes hold, before their first rows."""

    protocol: int
    scopes: tuple[str, ...]


class Holding(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How many rows a patient has: those the board needs, and the rest.

    Nothing is on the board of somebody whose stay is over: all their rows are the rest.
    """

    patient: bytes
    board_rows: int
    other_rows: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot will bring, most acute and newest patients first.

    `cursor` is the head before the first row was read: the tail is pulled from it afterwards.
    `unattached` counts the rows that belong to no patient. `places` are some at which the log
    stood before, so that the device can tell later how far a restored server agrees with it:
    what has left the PCs is not sent, and no chain follows from what is.
    """

    cursor: Cursor
    unattached: int
    holdings: tuple[Holding, ...]
    places: tuple[Cursor, ...] = ()


class Manifests(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a `SnapshotStart`: a manifest for each scope, in the order asked."""

    manifests: tuple[Manifest, ...]


class Phase(StrEnum):
    """The parts of a snapshot, in the order they are fetched.

    OTHER is what BOARD left out. WHOLE is everything, of patients who have nothing in BOARD.
    """

    UNATTACHED = "unattached"
    BOARD = "board"
    OTHER = "other"
    WHOLE = "whole"


class SnapshotPart(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of one scope, and of which patients, in this order."""

    scope: str
    phase: Phase
    patients: tuple[bytes, ...] = ()


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for the rows of these parts, one after the other."""

    protocol: int
    parts: tuple[SnapshotPart, ...]


class TailFrame(msgspec.Struct, frozen=True, tag="tail", kw_only=True):
    """Whole commits of one scope in order; `cursor` is where the device stands after it."""

    rows: list[Row]
    cursor: Cursor


class SnapshotFrame(msgspec.Struct, frozen=True, tag="snapshot", kw_only=True, omit_defaults=True):
    """Rows of the next `patients` patients of a part; `part` is its place in what was asked."""

    rows: list[Row]
    patients: int
    part: int = 0


class End(msgspec.Struct, frozen=True, tag="end", kw_only=True, omit_defaults=True):
    """The stream is whole. `heads` are the scopes asked for, as of the stream's last rows.

    `op_seq` is, in the answer to a pull, the last operation that the server has of the device's
    incarnation.
    """

    heads: tuple[Head, ...]
    server_ms: int
    op_seq: int = 0


Frame = TailFrame | SnapshotFrame | End


class Enrol(msgspec.Struct, frozen=True, kw_only=True):
    """A new device's request: the administrator's code and the device's public keys.

    `proof` is the device's signature over REQUEST_DOMAIN + code + both public keys.
    """

    protocol: int
    code: str
    name: str
    sign_public: bytes
    seal_public: bytes
    proof: bytes


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """The device's place: its id, its site, the scopes it may hold, the server's keys."""

    device: str
    site: str
    site_name: str
    organisation: str
    zone: str
    scopes: tuple[str, ...]
    lease_public: bytes
    recovery_public: bytes
    server_id: str
    settings: dict[str, str] = {}


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A person's name and password, sent by an enrolled device over TLS or loopback only."""

    protocol: int
    username: str
    password: str


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The person's signed lease: canonical bytes of a Lease and the server's signature."""

    lease: bytes
    signature: bytes


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """A scope stands there now. It may be lost or late without harm: a pull finds everything."""

    scope: str
    epoch: int
    seq: int


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Ask to be told where the device's scopes stand, of each that is not where `known` says."""

    protocol: int
    known: tuple[Hint, ...] = ()


class Hints(msgspec.Struct, frozen=True, kw_only=True):
    """What a long poll waited for: empty when nothing moved."""

    hints: tuple[Hint, ...] = ()


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every 4xx and 5xx: a code the client knows, words for an operator."""

    code: str
    message: str
    server_ms: int = 0


def request_bytes(method: str, path: str, body: bytes, server_ms: int, nonce: str) -> bytes:
    """Return what a device signs of a request; `server_ms` estimates the server's clock."""
    digest = hashlib.sha256(body).hexdigest()
    return REQUEST_DOMAIN + f"{method}\n{path}\n{digest}\n{server_ms}\n{nonce}".encode()
