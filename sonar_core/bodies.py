"""The bytes of a record: made once by its author and never encoded again.

Sorted JSON, ASCII keys, text in Unicode normal form C, integers and decimal strings, no floats.
Stores, hashes, signatures and digests all use exactly these bytes.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

MAX_BODY_BYTES: Final = 256 * 1024
"""The most one record may weigh; far above the largest assessment (about 20 kB)."""

_encoder: Final = msgspec.json.Encoder(order="sorted")


class BodyError(ValueError):
    """A body that no record may have; the message never quotes its contents."""


def encode(value: Any) -> bytes:
    """Return the canonical bytes of a record, an edit or a header.

    Raises BodyError for a float, a key that is not ASCII text, or a body above MAX_BODY_BYTES.
    """
    plain = msgspec.to_builtins(value)
    _refuse_what_cannot_be_signed(plain)
    body = _encoder.encode(plain)
    if not body.isascii():
        # Structural JSON characters never compose with a following mark, so that normalising the
        # whole text equals normalising each string in it.
        body = unicodedata.normalize("NFC", body.decode()).encode()
    if len(body) > MAX_BODY_BYTES:
        raise BodyError("a record's body is larger than 256 KiB")
    return body


def decode(body: bytes, into: type[T]) -> T:
    """Return the bytes as a record of the type given; raise BodyError when they are not one."""
    try:
        return msgspec.json.decode(body, type=into)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BodyError(f"the body is not a {into.__name__}") from error


def fields_of(body: bytes) -> dict[str, Any]:
    """Return the top-level fields of a body, unknown ones included; raise BodyError otherwise."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise BodyError("the body is not a JSON object") from error


def _refuse_what_cannot_be_signed(value: Any) -> None:
    if isinstance(value, float):
        raise BodyError("a record holds no floating point number")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise BodyError("a record's field names are ASCII text")
            _refuse_what_cannot_be_signed(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_what_cannot_be_signed(inner)
