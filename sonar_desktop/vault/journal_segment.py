"""One file of the side journal: a head in the clear, then sealed records, each chained to the last.

A segment has a key of its own, so that the numbers of its records serve as nonces and are never
used twice: after a stop a new file begins. Whatever is wrong with a file, what is read of it is a
true beginning of what was written.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sonar_core.sync.operations import Operation
from sonar_desktop.usecases.journal_ports import Journalled, Kept
from sonar_desktop.vault.keys import NONCE_BYTES, SecretBox, Wrapped
from sonar_desktop.vault.recovery import RecoverySlot

MAGIC: Final = b"SONARJ1\n"
_LENGTH: Final = 4
MOST_HEAD_BYTES: Final = 4096
MOST_OPENING_BYTES: Final = len(MAGIC) + _LENGTH + MOST_HEAD_BYTES
"""Within so many bytes a file's head ends."""
MOST_RECORD_BYTES: Final = 1 << 26
"""Far beyond any action; a length that says more is damage."""
_TAG: Final = 16


class SegmentHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose segment it is and which, and its key: for this PC, and sealed to the organisation.

    The number orders the files whatever they are called: its place in the chain of the records
    keeps it from being altered. Version 1 had none (0).
    """

    v: Literal[1, 2] = 2
    device: str
    number: int = 0
    wrapped: Wrapped
    recovery: RecoverySlot


class Record(msgspec.Struct, frozen=True, array_like=True):
    """An action's operations; none is the word that the store has those of the record before."""

    operations: tuple[Operation, ...] = ()


class SegmentDamagedError(Exception):
    """The head of a file cannot be read: none of it can."""


class Sealing:
    """Makes the bytes of a segment, from its head on."""

    def __init__(self, head: SegmentHead, key: SecretBox) -> None:
        """Take the segment's key; the caller wipes it."""
        raw = msgspec.json.encode(head)
        self.opening = MAGIC + len(raw).to_bytes(_LENGTH) + raw
        self._cipher = AESGCM(bytes(key.exposed()))
        self._last = hashlib.sha256(self.opening).digest()
        self._number = 0

    def sealed(self, record: Record) -> bytes:
        """Return the next record as it stands in the file."""
        plain = msgspec.msgpack.encode(record)
        made = self._cipher.encrypt(self._number.to_bytes(NONCE_BYTES), plain, self._last)
        self._number += 1
        self._last = made[-_TAG:]
        return len(made).to_bytes(_LENGTH) + made


def head_of(content: bytes) -> SegmentHead:
    """Return a segment's head; raise SegmentDamagedError."""
    head, _ = _split(content)
    return head


def is_barely_begun(content: bytes) -> bool:
    """Return whether a file ends where its head does or before, so that it holds no entry.

    A stop or a full disk while a file was begun leaves it so: nothing was appended to it.
    """
    start = len(MAGIC) + _LENGTH
    if len(content) < start:
        return MAGIC.startswith(content[: len(MAGIC)])
    length = int.from_bytes(content[len(MAGIC) : start])
    return content.startswith(MAGIC) and len(content) - start <= length <= MOST_HEAD_BYTES


def segment_of(content: bytes, key: SecretBox) -> Kept:
    """Read a segment up to where it ends, or to where it is cut off or damaged.

    Raises SegmentDamagedError for a head that cannot be read.
    """
    _, at = _split(content)
    cipher = AESGCM(bytes(key.exposed()))
    last, number = hashlib.sha256(content[:at]).digest(), 0
    actions: list[Journalled] = []
    waiting: tuple[Operation, ...] = ()
    while at < len(content):
        length = int.from_bytes(content[at : at + _LENGTH])
        made = content[at + _LENGTH : at + _LENGTH + length]
        if not _TAG <= length <= MOST_RECORD_BYTES or len(made) < length:
            break
        try:
            plain = cipher.decrypt(number.to_bytes(NONCE_BYTES), made, last)
            record = msgspec.msgpack.decode(plain, type=Record)
        except (InvalidTag, msgspec.MsgspecError):
            break
        if waiting:
            actions.append(Journalled(waiting, is_confirmed=not record.operations))
        waiting = record.operations
        at, last, number = at + _LENGTH + length, made[-_TAG:], number + 1
    if waiting:
        actions.append(Journalled(waiting, is_confirmed=False))
    return Kept(tuple(actions), is_whole=at == len(content))


def _split(content: bytes) -> tuple[SegmentHead, int]:
    """Return the head, and where the first record begins."""
    start = len(MAGIC) + _LENGTH
    length = int.from_bytes(content[len(MAGIC) : start])
    if content[: len(MAGIC)] != MAGIC or not 0 < length <= MOST_HEAD_BYTES:
        raise SegmentDamagedError
    end = start + length
    try:
        return msgspec.json.decode(content[start:end], type=SegmentHead), end
    except (msgspec.MsgspecError, ValueError):
        # ValueError: text that is no UTF-8.
        raise SegmentDamagedError from None
