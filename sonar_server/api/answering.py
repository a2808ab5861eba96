"""How a request becomes an answer: its body, its device, the service on a thread, the refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import Annotated, Any, Final, TypeVar

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import ResponseSpec
from litestar.params import HeaderParameter
from litestar.response import Stream

from sonar_core.sync.frames import frame_bytes
from sonar_core.sync.messages import MEDIA_TYPE, PACKED, End, Frame, Refusal
from sonar_server.api import bodies
from sonar_server.browser_gate import BrowserGate
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.gate import Gate
from sonar_server.noticeboard import Noticeboard
from sonar_server.service import DeviceService
from sonar_server.store.errors import UnavailableError
from sonar_server.store.places import Device

T = TypeVar("T")
M = TypeVar("M")
Asked = Request[Any, Any, State]

MOST_WAITING: Final = 64
MOST_HEADER_BYTES: Final = 16 * 1024
BODY_SECONDS: Final = 30
RETRY_AFTER: Final = "2"

_log: Final = structlog.get_logger()
_REFUSALS: Final = {
    status: ResponseSpec(Refusal, media_type=MEDIA_TYPE, description=text, generate_examples=False)
    for status, text in (
        (400, "bad_request"),
        (401, "unknown_device, bad_signature, clock, replayed, sign_in, issuer_refused"),
        (403, "revoked, foreign_scope, not_linked"),
        (409, "device_forked, incarnation_unknown, operations_missing, cursor_unknown"),
        (413, "too_large"),
        (424, "issuer_away"),
        (426, "protocol_too_old, protocol_too_new"),
        (429, "too_many"),
        (503, "busy"),
    )
}


@dataclass(kw_only=True)
class Desk:
    """What a running application works with."""

    central: Central
    gate: Gate
    threads: ThreadPoolExecutor
    board: Noticeboard
    browser_gate: BrowserGate
    waiting: int = 0

    async def work(self, task: Callable[..., T], *arguments: Any) -> T:
        """Run a task on a thread; raise RefusedError (503) when too many wait already."""
        if self.waiting >= MOST_WAITING:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "too many requests wait")
        self.waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.threads, task, *arguments)
        finally:
            self.waiting -= 1


def documented(model: type[Any], description: str, status: int = 200) -> dict[int, ResponseSpec]:
    """Return what the interface's description says of an answer and of the refusals."""
    spec = ResponseSpec(
        model, media_type=MEDIA_TYPE, description=description, generate_examples=False
    )
    return {status: spec, **_REFUSALS}


Authorisation = Annotated[
    str | None,
    HeaderParameter(name="Authorization", description="Sonar-Device device=,ms=,nonce=,sig="),
]


async def signed_by(
    request: Asked,
    desk: Desk,
    authorisation: str | None,
    into: type[M],
    serve: Callable[[Device, M], T],
) -> T:
    """Let a signed request be answered, from its signature to the answer on one thread."""
    body = await body_of(request)
    method, path = line_of(request)

    def work() -> T:
        device = desk.gate.device(authorisation, method, path, body)
        return serve(device, bodies.decoded(body, into))

    return await desk.work(work)


async def for_device(
    request: Asked,
    desk: Desk,
    authorisation: str | None,
    into: type[M],
    serve: Callable[[DeviceService, M], T],
) -> T:
    """Let a device's request be answered by what serves that device."""

    def served(device: Device, message: M) -> T:
        return serve(DeviceService(desk.central, device), message)

    return await signed_by(request, desk, authorisation, into, served)


async def answered(
    request: Asked,
    desk: Desk,
    authorisation: str | None,
    into: type[M],
    answer_of: Callable[[DeviceService, M], msgspec.Struct],
) -> Response[bytes]:
    """Return the one message that answers a device's request."""

    def serve(service: DeviceService, message: M) -> bytes:
        return msgspec.msgpack.encode(answer_of(service, message))

    return answered_with(request, await for_device(request, desk, authorisation, into, serve))


def line_of(request: Asked) -> tuple[str, str]:
    """Return method and path, as a device signs them."""
    return request.method, request.url.path


async def body_of(request: Asked) -> bytes:
    """Return the inflated body; raise RefusedError when it is too large, too slow or damaged."""
    if sum(len(name) + len(value) for name, value in request.scope["headers"]) > MOST_HEADER_BYTES:
        raise RefusedError(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too_large", "the headers exceed 16 KiB"
        )
    try:
        async with asyncio.timeout(BODY_SECONDS):
            wire = await bodies.collected(request.stream())
    except TimeoutError:
        raise RefusedError(
            HTTPStatus.REQUEST_TIMEOUT, "too_slow", "the body did not arrive within 30 s"
        ) from None
    return bodies.inflated(wire, request.headers.get("content-encoding", "").strip().lower())


def answered_with(request: Asked, data: bytes) -> Response[bytes]:
    """Return a message as the answer, compressed where that is worth it."""
    coding = bodies.coding_for(request.headers.get("accept-encoding", ""))
    if len(data) < bodies.COMPRESS_FROM or not coding:
        return Response(data, media_type=MEDIA_TYPE)
    return Response(
        bodies.compressed(data, coding),
        media_type=MEDIA_TYPE,
        headers={"Content-Encoding": coding},
    )


async def streamed(
    request: Asked,
    desk: Desk,
    authorisation: str | None,
    into: type[M],
    frames_of: Callable[[DeviceService, M], Iterator[Frame]],
) -> Response[bytes] | Stream:
    """Return a stream once its first frame is there: until then a refusal is still possible.

    Where the first frame is the End, as of most pulls, the answer is sent in one piece.
    """
    coding = bodies.coding_for(request.headers.get("accept-encoding", ""))

    def begin(service: DeviceService, message: M) -> tuple[Frame, Iterator[Frame]]:
        frames = frames_of(service, message)
        return next(frames), frames

    first, frames = await for_device(request, desk, authorisation, into, begin)
    if isinstance(first, End):
        return answered_with(request, frame_bytes(first))
    # Whoever packs frames says so: a program before that could not read them.
    if PACKED in request.headers.get("accept", ""):
        coding, pieces = "", _packed(chain([first], frames))
    else:
        pieces = _pieces(chain([first], frames), bodies.Compressor(coding))

    async def content() -> AsyncIterator[bytes]:
        while piece := await desk.work(next, pieces, b""):
            yield piece

    headers = {"Content-Encoding": coding} if coding else {}
    return Stream(content(), media_type=MEDIA_TYPE, headers=headers)


def _packed(frames: Iterator[Frame]) -> Iterator[bytes]:
    packing = bodies.packing()
    for frame in frames:
        yield frame_bytes(frame, packing)


def _pieces(frames: Iterator[Frame], compressor: bodies.Compressor) -> Iterator[bytes]:
    for frame in frames:
        yield compressor.piece(frame_bytes(frame))
    if rest := compressor.end():
        yield rest


def _refusal(request: Asked, status: int, code: str, message: str) -> Response[bytes]:
    refusal = Refusal(code=code, message=message, server_ms=request.app.state.desk.central.now_ms())
    headers = {"Retry-After": RETRY_AFTER} if status in {429, 503} else {}
    _log.info("refused", path=request.url.path, status=int(status), code=code)
    return Response(
        msgspec.msgpack.encode(refusal),
        media_type=MEDIA_TYPE,
        status_code=int(status),
        headers=headers,
    )


def refused(request: Asked, error: RefusedError) -> Response[bytes]:
    """Answer with the service's own refusal."""
    return _refusal(request, error.status, error.code, error.message)


def unavailable(request: Asked, error: UnavailableError) -> Response[bytes]:
    """Answer that the database cannot be had now."""
    # Its text is ours, with PostgreSQL's five letters for what was wrong.
    _log.info("unavailable", path=request.url.path, reason=str(error))
    return _refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, "busy", "the database is busy or away")


def http_refused(request: Asked, error: HTTPException) -> Response[bytes]:
    """Answer what is no request of this interface in the same form."""
    words = HTTPStatus(error.status_code).phrase
    return _refusal(request, error.status_code, "bad_request", words)


def failed(request: Asked, error: Exception) -> Response[bytes]:
    """Answer that the server made a mistake, of which nothing is told."""
    # The type alone: a message could hold a patient's words.
    _log.error("request_failed", path=request.url.path, error=type(error).__name__)
    return _refusal(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", "the server made a mistake"
    )
