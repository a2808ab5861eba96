"""The HTTP face: reads a message, lets the service answer it on a thread, writes the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import Annotated, Any, Final, TypeVar

import msgspec
import structlog
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import HeaderParameter
from litestar.response import Stream

from sonar_core.sync.messages import (
    MEDIA_TYPE,
    PROTOCOL,
    End,
    Enrol,
    Enrolled,
    Frame,
    Hello,
    Manifest,
    Pull,
    Push,
    PushAnswer,
    Reconcile,
    Reconciled,
    Refusal,
    SignedIn,
    SignIn,
    Snapshot,
    SnapshotStart,
    frame_bytes,
)
from sonar_server.api import bodies
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.gate import Gate
from sonar_server.service import DeviceService, hello
from sonar_server.store.errors import UnavailableError

T = TypeVar("T")
M = TypeVar("M")
Asked = Request[Any, Any, State]

THREADS: Final = 16
MOST_WAITING: Final = 64
MOST_HEADER_BYTES: Final = 16 * 1024
BODY_SECONDS: Final = 30
RETRY_AFTER: Final = "2"

_log: Final = structlog.get_logger()
_REFUSALS: Final = {
    status: ResponseSpec(Refusal, media_type=MEDIA_TYPE, description=text, generate_examples=False)
    for status, text in (
        (400, "bad_request"),
        (401, "unknown_device, bad_signature, clock, replayed, sign_in"),
        (403, "revoked, foreign_scope"),
        (409, "device_forked, operations_missing, cursor_unknown"),
        (413, "too_large"),
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


def create_app(central: Central) -> Litestar:
    """Return the application over a server."""
    desk = Desk(
        central=central,
        gate=Gate(central),
        threads=ThreadPoolExecutor(THREADS, thread_name_prefix="sonar-request"),
    )

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        yield
        desk.threads.shutdown(cancel_futures=True)

    return Litestar(
        route_handlers=[
            say_hello,
            take_push,
            stream_pull,
            start_snapshot,
            stream_snapshot,
            reconcile_logs,
            enrol_device,
            sign_in,
        ],
        state=State({"desk": desk}, deep_copy=False),
        lifespan=[lifespan],
        request_max_body_size=None,
        exception_handlers={
            RefusedError: _refused,
            UnavailableError: _unavailable,
            HTTPException: _http_refused,
            Exception: _failed,
        },
        openapi_config=OpenAPIConfig(
            title="SONAR sync",
            version=str(PROTOCOL),
            description="MessagePack bodies as in docs/specs/sync.md; requests signed by a device.",
            path="/schema",
            render_plugins=[JsonRenderPlugin(path="/")],
        ),
        logging_config=None,
        debug=False,
    )


def _documented(model: type[Any], description: str, status: int = 200) -> dict[int, ResponseSpec]:
    spec = ResponseSpec(
        model, media_type=MEDIA_TYPE, description=description, generate_examples=False
    )
    return {status: spec, **_REFUSALS}


Authorisation = Annotated[
    str | None,
    HeaderParameter(name="Authorization", description="Sonar-Device device=,ms=,nonce=,sig="),
]


@get("/v1/sync/hello", responses=_documented(Hello, "Versions, limits, the server's clock"))
async def say_hello(state: State) -> Response[bytes]:
    """Say which protocol is spoken here and what time it is; needs no device."""
    return Response(msgspec.msgpack.encode(hello(state.desk.central)), media_type=MEDIA_TYPE)


@post(
    "/v1/sync/push",
    status_code=200,
    responses=_documented(PushAnswer, "One receipt for each operation, after the commit"),
)
async def take_push(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Take a batch of operations (a Push)."""

    def push(service: DeviceService, message: Push) -> PushAnswer:
        answer = service.push(message)
        _log.info("pushed", operations=len(message.operations), device=message.device)
        return answer

    return await _answered(request, state.desk, authorization, Push, push)


@post(
    "/v1/sync/pull",
    status_code=200,
    responses=_documented(Frame, "A stream of TailFrames, then an End"),  # type: ignore[arg-type]
)
async def stream_pull(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes] | Stream:
    """Send what came after each cursor (a Pull) as a stream of frames."""
    return await _streamed(request, state.desk, authorization, Pull, DeviceService.pull)


@post(
    "/v1/sync/snapshot/start",
    status_code=200,
    responses=_documented(Manifest, "What the scope holds, worst first"),
)
async def start_snapshot(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say what a scope holds (a SnapshotStart)."""
    return await _answered(
        request, state.desk, authorization, SnapshotStart, DeviceService.snapshot_start
    )


@post(
    "/v1/sync/snapshot",
    status_code=200,
    responses=_documented(Frame, "A stream of SnapshotFrames, then an End"),  # type: ignore[arg-type]
)
async def stream_snapshot(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes] | Stream:
    """Send the rows of these patients in one phase (a Snapshot) as a stream of frames."""
    return await _streamed(request, state.desk, authorization, Snapshot, DeviceService.snapshot)


@post(
    "/v1/sync/reconcile",
    status_code=200,
    responses=_documented(Reconciled, "How far logs and chain still agree"),
)
async def reconcile_logs(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say which of a device's places are still in the logs (a Reconcile)."""
    return await _answered(request, state.desk, authorization, Reconcile, DeviceService.reconcile)


@post(
    "/v1/devices/enrol",
    status_code=200,
    responses={
        **_documented(Enrolled, "The device's place"),
        410: ResponseSpec(
            Refusal, media_type=MEDIA_TYPE, description="enrolment_code", generate_examples=False
        ),
    },
)
async def enrol_device(request: Asked, state: State) -> Response[bytes]:
    """Give a new device its place (an Enrol)."""
    message = bodies.decoded(await _body(request), Enrol)
    enrolled = await state.desk.work(state.desk.gate.enrol, message)
    _log.info("enrolled", device=enrolled.device, site=enrolled.site)
    return _answer(request, msgspec.msgpack.encode(enrolled))


@post(
    "/v1/sessions",
    status_code=200,
    responses=_documented(SignedIn, "The person's signed lease on this device"),
)
async def sign_in(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Check a person's password (a SignIn) and lend them this device for seven days."""
    body = await _body(request)
    device = await state.desk.work(state.desk.gate.device, authorization, *_line(request), body)
    message = bodies.decoded(body, SignIn)
    lent = await state.desk.work(state.desk.gate.sign_in, message, device)
    return _answer(request, msgspec.msgpack.encode(lent))


async def _for_device(
    request: Asked,
    desk: Desk,
    authorisation: str | None,
    into: type[M],
    serve: Callable[[DeviceService, M], T],
) -> T:
    """Let a device's request be answered, from its signature to the answer on one thread."""
    body = await _body(request)
    method, path = _line(request)

    def work() -> T:
        device = desk.gate.device(authorisation, method, path, body)
        return serve(DeviceService(desk.central, device), bodies.decoded(body, into))

    return await desk.work(work)


async def _answered(
    request: Asked,
    desk: Desk,
    authorisation: str | None,
    into: type[M],
    answer_of: Callable[[DeviceService, M], msgspec.Struct],
) -> Response[bytes]:
    """Return the one message that answers a device's request."""

    def serve(service: DeviceService, message: M) -> bytes:
        return msgspec.msgpack.encode(answer_of(service, message))

    return _answer(request, await _for_device(request, desk, authorisation, into, serve))


def _line(request: Asked) -> tuple[str, str]:
    return request.method, request.url.path


async def _body(request: Asked) -> bytes:
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


def _answer(request: Asked, data: bytes) -> Response[bytes]:
    coding = bodies.coding_for(request.headers.get("accept-encoding", ""))
    if len(data) < bodies.COMPRESS_FROM or not coding:
        return Response(data, media_type=MEDIA_TYPE)
    return Response(
        bodies.compressed(data, coding),
        media_type=MEDIA_TYPE,
        headers={"Content-Encoding": coding},
    )


async def _streamed(
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

    first, frames = await _for_device(request, desk, authorisation, into, begin)
    if isinstance(first, End):
        return _answer(request, frame_bytes(first))
    pieces = _pieces(chain([first], frames), bodies.Compressor(coding))

    async def content() -> AsyncIterator[bytes]:
        while piece := await desk.work(next, pieces, b""):
            yield piece

    headers = {"Content-Encoding": coding} if coding else {}
    return Stream(content(), media_type=MEDIA_TYPE, headers=headers)


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


def _refused(request: Asked, error: RefusedError) -> Response[bytes]:
    return _refusal(request, error.status, error.code, error.message)


def _unavailable(request: Asked, error: UnavailableError) -> Response[bytes]:
    # Its text is ours, with PostgreSQL's five letters for what was wrong.
    _log.info("unavailable", path=request.url.path, reason=str(error))
    return _refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, "busy", "the database is busy or away")


def _http_refused(request: Asked, error: HTTPException) -> Response[bytes]:
    words = HTTPStatus(error.status_code).phrase
    return _refusal(request, error.status_code, "bad_request", words)


def _failed(request: Asked, error: Exception) -> Response[bytes]:
    # The type alone: a message could hold a patient's words.
    _log.error("request_failed", path=request.url.path, error=type(error).__name__)
    return _refusal(
        request, HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", "the server made a mistake"
    )
