"""The bytes of a record: made once by its author and never encoded again.

Sorted JSON, ASCII keys, text in Unicode normal form C, integers and decimal strings, no floats.
Stores, hashes, signatures and digests all use exactly these bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

MAX_BODY_BYTES: Final = 256 * 1024
"""The most one record may weigh; far above the largest assessment (about 20 kB)."""

MAX_DEPTH: Final = 32
"""The most levels of lists and objects within each other; our own records have six."""

_INTEGER_LIMIT: Final = 1 << 63
_TOO_DEEP: Final = "a record's values lie too deep"

_HARMLESS: Final = frozenset({str, bool, type(None)})
_LISTS: Final = (list, tuple)

_encoder: Final = msgspec.json.Encoder(order="sorted")

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that it cannot read: no JSON or MessagePack, another shape, no
UTF-8, or nested deeper than it follows (RecursionError, also within a field that nobody asked for).
"""


class BodyError(ValueError):
    """A body that no record may have; neither the message nor a cause quotes its contents."""


def encode(value: Any, *, most: int = MAX_BODY_BYTES) -> bytes:
    """Return the canonical bytes of a record, an edit or a header, `most` bytes long.

    Without the fields that the value names in `left_out`, should it have such a property.

    Raises BodyError for a float, an integer beyond 64 bits, half a character, a key that is not
    ASCII text, more than MAX_DEPTH levels, or a body that is too long.
    """
    try:
        plain = msgspec.to_builtins(value)
    except RecursionError:
        raise BodyError(_TOO_DEEP) from None
    for name in getattr(value, "left_out", ()):
        del plain[name]
    refuse_what_cannot_be_signed(plain)
    try:
        body = _encoder.encode(plain)
        if not body.isascii():
            # Each text by itself: in the whole JSON text a combining mark would join the "n" of
            # the escaped line end before it.
            body = _encoder.encode(_normal(plain))
    except UnicodeEncodeError:
        raise BodyError("a record's text holds half a character") from None
    if len(body) > most:
        raise BodyError(f"a record's body is larger than {most} bytes")
    return body


def decode(body: bytes, into: type[T]) -> T:
    """Return the bytes as a record of the type given; raise BodyError when they are not one."""
    try:
        return msgspec.json.decode(body, type=into)
    except UNREADABLE:
        raise BodyError(f"the body is not a {into.__name__}") from None


def fields_of(body: bytes) -> dict[str, Any]:
    """Return the top-level fields of a body, unknown ones included; raise BodyError otherwise."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except UNREADABLE:
        raise BodyError("the body is not a JSON object") from None


def refuse_what_cannot_be_signed(value: Any, *, levels: int = MAX_DEPTH) -> None:
    """Raise BodyError for plain values that `encode` would refuse, texts and length apart."""
    if isinstance(value, float):
        raise BodyError("a record holds no floating point number")
    if isinstance(value, int) and not -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
        raise BodyError("a record holds no integer beyond 64 bits")
    inside: Iterable[Any]
    if isinstance(value, dict):
        if not _are_names(value):
            raise BodyError("a record's field names are ASCII text")
        inside = value.values()
    elif isinstance(value, _LISTS):
        inside = value
    else:
        return
    if levels == 0:
        raise BodyError(_TOO_DEEP)
    for inner in inside:
        # Most of a record is text, then numbers: each call saved counts at every entry of every PC.
        kind = type(inner)
        if kind in _HARMLESS or (kind is int and -_INTEGER_LIMIT <= inner < _INTEGER_LIMIT):
            continue
        refuse_what_cannot_be_signed(inner, levels=levels - 1)


def _are_names(keys: Iterable[Any]) -> bool:
    try:
        return "".join(keys).isascii()
    except TypeError:
        return False


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: _normal(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(inner) for inner in value]
    return value
