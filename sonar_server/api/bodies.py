"""Bodies of requests and answers: compressed both ways, never larger than agreed once inflated."""

from __future__ import annotations

import io
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
import zstandard

from sonar_core.sync.messages import MAX_DECODED_BYTES
from sonar_server.errors import RefusedError, bad_request

T = TypeVar("T")

STEP: Final = 64 * 1024
COMPRESS_FROM: Final = 1024
_ZSTD_LEVEL: Final = 1
"""Of records it makes two in a hundred bytes more than level 3, in two thirds of its time."""
_GZIP_LEVEL: Final = 3
_WINDOW: Final = 8 * 1024 * 1024


def too_large() -> RefusedError:
    """Return the refusal of a body above 8 MiB."""
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "the body is larger than 8 MiB"
    )


async def collected(parts: AsyncIterator[bytes]) -> bytes:
    """Return a whole body as it came over the wire; raise RefusedError (413) above 8 MiB."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > MAX_DECODED_BYTES:
            raise too_large()
    return bytes(body)


def inflated(body: bytes, coding: str) -> bytes:
    """Return the body without its compression, stopping as soon as it passes 8 MiB.

    Raises RefusedError: 413, or bad_request for a coding that is unknown or damaged.
    """
    if coding in {"", "identity"}:
        return body
    if coding not in {"zstd", "gzip"}:
        raise bad_request("a body is compressed by zstd or gzip, once")
    out = bytearray()
    try:
        for part in _from_zstd(body) if coding == "zstd" else _from_gzip(body):
            out += part
            if len(out) > MAX_DECODED_BYTES:
                raise too_large()
    except (zstandard.ZstdError, zlib.error):
        raise bad_request("the body's compression is damaged") from None
    return bytes(out)


def _from_zstd(body: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(io.BytesIO(body))
    while part := reader.read(STEP):
        yield part


def _from_gzip(body: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=31)
    rest = body
    while rest and not inflater.eof:
        yield inflater.decompress(rest, STEP)
        rest = inflater.unconsumed_tail
    if not inflater.eof:
        raise zlib.error("cut off")


def decoded(body: bytes, into: type[T]) -> T:
    """Return the message in a body; raise RefusedError (400) when it is none."""
    try:
        return msgspec.msgpack.decode(body, type=into)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise bad_request(
            f"the body is not a {into.__name__} in MessagePack of this protocol"
        ) from None


def coding_for(accepted: str) -> str:
    """Return the coding to answer in, of those an Accept-Encoding header names; "" for none."""
    names = {item.partition(";")[0].strip() for item in accepted.lower().split(",")}
    return next((name for name in ("zstd", "gzip") if name in names), "")


class Compressor:
    """Compresses one answer, piece by piece."""

    def __init__(self, coding: str) -> None:
        """Take "zstd", "gzip" or ""."""
        self._object: Any = None
        if coding == "zstd":
            self._object = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
            self._flush_block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        elif coding == "gzip":
            self._object = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 31)
            self._flush_block = zlib.Z_SYNC_FLUSH

    def piece(self, data: bytes) -> bytes:
        """Return a piece that the other side can use at once."""
        if self._object is None:
            return data
        return bytes(self._object.compress(data) + self._object.flush(self._flush_block))

    def end(self) -> bytes:
        """Return what closes the answer."""
        return b"" if self._object is None else bytes(self._object.flush())


def packing() -> Callable[[bytes], bytes]:
    """Return what packs the payloads of one stream, those where that is worth it."""
    compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
    return lambda data: data if len(data) < COMPRESS_FROM else compressor.compress(data)


def compressed(data: bytes, coding: str) -> bytes:
    """Return a whole answer compressed."""
    compressor = Compressor(coding)
    return compressor.piece(data) + compressor.end()
