"""Frames on the wire: four bytes of length (big-endian), SHA-256 over the payload, the payload.

A pull or snapshot answer is a stream of them. The last is an End; without one it was cut off.
A payload may be packed: it is a zstd frame then. So the hash is over a sixth of the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_core.sync.messages import MAX_DECODED_BYTES, Frame

FRAME_HEAD: Final = 36
_ZSTD_MAGIC: Final = bytes.fromhex("28b52ffd")


class BadFrameError(ValueError):
    """The stream is damaged, cut off or not ours."""


class Split(NamedTuple):
    """The payloads that were whole, and the bytes left over."""

    payloads: list[memoryview]
    rest: bytes


def frame_bytes(frame: Frame, packed: Callable[[bytes], bytes] = bytes) -> bytes:
    """Return a frame as it goes onto the wire; `packed` makes its payload smaller."""
    payload = packed(msgspec.msgpack.encode(frame))
    return len(payload).to_bytes(4, "big") + hashlib.sha256(payload).digest() + payload


def split_frames(buffer: bytes) -> Split:
    """Return the whole payloads at the start of the buffer; raise BadFrameError for a false one."""
    payloads: list[memoryview] = []
    view = memoryview(buffer)
    at = 0
    while len(buffer) - at >= FRAME_HEAD:
        size = int.from_bytes(buffer[at : at + 4], "big")
        if size > MAX_DECODED_BYTES:
            raise BadFrameError("a frame is larger than 8 MiB")
        end = at + FRAME_HEAD + size
        if len(buffer) < end:
            break
        payload = view[at + FRAME_HEAD : end]
        if hashlib.sha256(payload).digest() != buffer[at + 4 : at + FRAME_HEAD]:
            raise BadFrameError("a frame does not match its hash")
        payloads.append(payload)
        at = end
    return Split(payloads, buffer[at:])


class Splitter:
    """Takes a stream in pieces and gives its payloads as they are whole.

    Pieces are put together once a frame is there, not at each piece.
    """

    def __init__(self) -> None:
        """Begin before the first byte."""
        self._pieces: list[bytes] = []
        self._size = 0
        self._wanted = FRAME_HEAD

    def payloads_with(self, piece: bytes) -> list[memoryview]:
        """Return the payloads that this piece ends; raise BadFrameError for a false one."""
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size < self._wanted:
            return []
        payloads, rest = split_frames(b"".join(self._pieces))
        self._pieces, self._size = [rest], len(rest)
        self._wanted = FRAME_HEAD
        if len(rest) >= FRAME_HEAD:
            self._wanted += int.from_bytes(rest[:4], "big")
        return payloads


_frame_decoder: Final[msgspec.msgpack.Decoder[Frame]] = msgspec.msgpack.Decoder(Frame)


def is_packed(payload: bytes | memoryview) -> bool:
    """Return whether a payload is to be unpacked first; a frame's own never begins like this."""
    return payload[:4] == _ZSTD_MAGIC


def frame_of(payload: bytes | memoryview) -> Frame:
    """Return the frame; raise BadFrameError when the payload is none."""
    try:
        return _frame_decoder.decode(payload)
    except UNREADABLE:
        raise BadFrameError("a frame cannot be read") from None
