"""One request to the server: signed by the device, bounded in size, each failure in its words."""

from __future__ import annotations

import logging
import secrets
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Final, cast
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
import zstandard

from sonar_core.bodies import UNREADABLE
from sonar_core.sync.event_stream import EVENT_STREAM
from sonar_core.sync.frames import is_packed
from sonar_core.sync.messages import (
    MAX_DECODED_BYTES,
    MEDIA_TYPE,
    PACKED,
    Refusal,
    request_bytes,
)
from sonar_core.sync.operations import Sign
from sonar_desktop.sync.certificates import failure
from sonar_desktop.sync.errors import (
    AddressError,
    BusyError,
    CodeError,
    CutOffError,
    IssuerAwayError,
    NoIssuerError,
    NotConfirmedError,
    NotLinkedError,
    OfflineError,
    OldProtocolError,
    OldServerError,
    RefusedError,
    RubbishError,
    SessionEndedError,
    SignInError,
    SilentError,
    StrangerError,
    TakenOutError,
    TooManyError,
    UnknownDeviceError,
)
from sonar_desktop.sync.sockets import KeptSockets, Sockets

# Its warnings quote what the other side sent; every failure has its own error here. Nobody else
# sets this level (platform.redacting_log quiets the other libraries).
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 30
_CHUNK: Final = 64 * 1024
_WINDOW: Final = 8 * 1024 * 1024
_COMPRESS_FROM: Final = 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_BUSY: Final = {429: TooManyError, 502: BusyError, 503: BusyError, 504: BusyError}
_CODES: Final[dict[str, Callable[[str], RefusedError]]] = {
    "unknown_device": UnknownDeviceError,
    "bad_signature": UnknownDeviceError,
    "revoked": lambda _code: TakenOutError(),
    "protocol_too_old": lambda _code: OldProtocolError(),
    "protocol_too_new": lambda _code: OldServerError(),
    "sign_in": lambda _code: SignInError(),
    "enrolment_code": lambda _code: CodeError(),
    "no_issuer": lambda _code: NoIssuerError(),
    "issuer_away": lambda _code: IssuerAwayError(),
    "issuer_refused": lambda _code: NotConfirmedError(),
    "not_linked": lambda _code: NotLinkedError(),
    "session_ended": lambda _code: SessionEndedError(),
}


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """The enrolled device as it signs its requests."""

    device: str
    sign: Sign


class Transport:
    """A session with one server. Not thread-safe: each worker has its own."""

    def __init__(self, address: str, *, verify: bool | str = True) -> None:
        """Take the server's address; `verify` may name the organisation's own certificate file.

        Raises AddressError for anything but https, or http on this machine.
        """
        self._base = _checked(address)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify
        self._session.headers["Accept-Encoding"] = "zstd, gzip"
        self._sockets = Sockets()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, KeptSockets(self._sockets))

    def abandon(self) -> None:
        """End, from any thread, what is under way; nothing is asked by this session again."""
        self._sockets.shut()

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def get(self, path: str) -> bytes:
        """Return the body of an answer that needs no device."""
        return _whole(_parts(self._asked("GET", path, b"", None, 0)))

    def post(self, path: str, body: bytes, signer: Signer | None, server_ms: int) -> bytes:
        """Return the whole body of an answer, at most 8 MiB inflated."""
        return _whole(_parts(self._asked("POST", path, body, signer, server_ms)))

    def stream(self, path: str, body: bytes, signer: Signer, server_ms: int) -> Iterator[bytes]:
        """Yield the inflated parts of a long answer as they arrive; its frames may be packed."""
        wanted = {"Accept": f"{MEDIA_TYPE};{PACKED}"}
        return _parts(self._asked("POST", path, body, signer, server_ms, wanted))

    def events(
        self, path: str, body: bytes, signer: Signer, server_ms: int, silence_s: float
    ) -> Iterator[bytes]:
        """Yield what comes of an event stream as it comes, until it ends.

        Raises SilentError when nothing comes for so long, CutOffError when it breaks off.
        """
        wanted = {"Accept": EVENT_STREAM, "Accept-Encoding": "identity"}
        with self._asked("POST", path, body, signer, server_ms, wanted, silence_s) as answer:
            _raise_for(answer, EVENT_STREAM)
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise StrangerError("unasked_coding")
            with _broken():
                while part := answer.raw.read1(_CHUNK, decode_content=False):
                    yield part

    def _asked(
        self,
        method: str,
        path: str,
        body: bytes,
        signer: Signer | None,
        server_ms: int,
        wanted: Mapping[str, str] | None = None,
        silence_s: float = READ_SECONDS,
    ) -> requests.Response:
        headers = {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE, **(wanted or {})}
        if signer is not None:
            headers["Authorization"] = _authorisation(method, path, body, signer, server_ms)
        data = body
        if len(body) >= _COMPRESS_FROM:
            data = zstandard.compress(body, 3)
            headers["Content-Encoding"] = "zstd"
        try:
            return self._session.request(
                method,
                self._base + path,
                data=data or None,
                headers=headers,
                timeout=(CONNECT_SECONDS, silence_s),
                stream=True,
                allow_redirects=False,
            )
        except requests.ReadTimeout as error:
            raise SilentError from error
        except OSError as error:
            raise failure(error) from error


def _checked(address: str) -> str:
    parts = urlsplit(address.strip().rstrip("/"))
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.query:
        raise AddressError
    return address.strip().rstrip("/")


def _authorisation(method: str, path: str, body: bytes, signer: Signer, server_ms: int) -> str:
    nonce = secrets.token_hex(16)
    signature = signer.sign(request_bytes(method, path, body, server_ms, nonce)).hex()
    return f"Sonar-Device device={signer.device},ms={server_ms},nonce={nonce},sig={signature}"


def _raise_for(answer: requests.Response, wanted: str) -> None:
    """Raise ExchangeError unless this is an answer of ours, of the wanted type."""
    status = answer.status_code
    kind = answer.headers.get("Content-Type", "")
    if status == requests.codes.ok:
        if not kind.startswith(wanted):
            raise StrangerError("not_ours")
        return
    ours = kind.startswith(MEDIA_TYPE)
    if status in _BUSY:
        raise _BUSY[status](_seconds(answer.headers.get("Retry-After")))
    if not ours:
        raise StrangerError(f"status_{status}")
    try:
        refusal = msgspec.msgpack.decode(_whole(_inflated(answer)), type=Refusal)
    except UNREADABLE as error:
        raise RubbishError(f"status_{status}") from error
    raise _CODES.get(refusal.code, RefusedError)(refusal.code)


def _parts(answer: requests.Response) -> Iterator[bytes]:
    """Yield the inflated parts of an answer of ours as they arrive; raise ExchangeError."""
    with answer:
        _raise_for(answer, MEDIA_TYPE)
        yield from _inflated(answer)


def _whole(parts: Iterator[bytes]) -> bytes:
    """Return all parts as one; raise RubbishError for more than any answer may be."""
    found: list[bytes] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > MAX_DECODED_BYTES:
            raise RubbishError("too_large")
        found.append(part)
    return b"".join(found)


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after is not None and retry_after.isdigit() else None


def _inflated(answer: requests.Response) -> Iterator[bytes]:
    """Yield the body inflated in parts of a bounded size, whatever it would inflate to."""
    coding = answer.headers.get("Content-Encoding", "")
    with _broken():
        if coding == "zstd":
            yield from _from_zstd(answer.raw)
        elif coding == "gzip":
            yield from _from_gzip(answer.raw)
        elif coding == "":
            while part := answer.raw.read1(_CHUNK, decode_content=False):
                yield part
        else:
            raise RubbishError("unknown_coding")


@contextmanager
def _broken() -> Iterator[None]:
    """Raise ExchangeError for whatever breaks while an answer is read."""
    try:
        yield
    except urllib3.exceptions.ReadTimeoutError as error:
        raise SilentError from error
    except urllib3.exceptions.ProtocolError as error:
        raise CutOffError from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise OfflineError from error
    except (zstandard.ZstdError, zlib.error) as error:
        raise RubbishError("bad_compression") from error


def unpacked(payload: bytes | memoryview) -> bytes | memoryview:
    """Return the payload of a frame as it was before it was packed, if it was.

    Raises RubbishError for one that is damaged, or would be larger than any frame may be.
    """
    if not is_packed(payload):
        return payload
    try:
        if not 0 <= zstandard.frame_content_size(payload) <= MAX_DECODED_BYTES:
            raise RubbishError("too_large")
        return zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompress(payload)
    except zstandard.ZstdError as error:
        raise RubbishError("bad_compression") from error


def _from_zstd(raw: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    reader = decompressor.stream_reader(
        cast("IO[bytes]", raw), read_size=_CHUNK, read_across_frames=True
    )
    while part := reader.read(_CHUNK):
        yield part


def _from_gzip(raw: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=31)
    while part := inflater.unconsumed_tail or raw.read(_CHUNK, decode_content=False):
        yield inflater.decompress(part, _CHUNK)
