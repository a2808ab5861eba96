"""The HTTP face: which requests there are, and who answers each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Final

import msgspec
import structlog
from litestar import Litestar, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response import Stream

from sonar_core.sync.messages import (
    MEDIA_TYPE,
    PROTOCOL,
    BeginAnew,
    BegunAnew,
    Enrol,
    Enrolled,
    Frame,
    Hello,
    Manifests,
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
)
from sonar_server.api import bodies, security_headers
from sonar_server.api.accounts import tell_roll
from sonar_server.api.answering import (
    Asked,
    Authorisation,
    Desk,
    answered,
    answered_with,
    body_of,
    documented,
    failed,
    http_refused,
    line_of,
    refused,
    streamed,
    unavailable,
)
from sonar_server.api.browser import renew_session, sign_in_by_browser, tell_issuer
from sonar_server.api.healing import stream_buckets, sum_buckets, take_report
from sonar_server.api.hinting import listen, stream_hints, wait_for_hints
from sonar_server.api.looking import tell_looked
from sonar_server.api.wiping import take_parcel, tell_order
from sonar_server.browser_gate import BrowserGate
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.gate import Gate
from sonar_server.noticeboard import Noticeboard
from sonar_server.provider import Provider
from sonar_server.service import DeviceService, hello
from sonar_server.store.errors import UnavailableError

THREADS: Final = 16

_log: Final = structlog.get_logger()


def create_app(central: Central, board: Noticeboard, provider: Provider | None = None) -> Litestar:
    """Return the application over a server; while it runs it keeps the board up to date."""
    gate = Gate(central)
    desk = Desk(
        central=central,
        gate=gate,
        browser_gate=BrowserGate(central, gate, provider),
        threads=ThreadPoolExecutor(THREADS, thread_name_prefix="sonar-request"),
        board=board,
    )

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        listening = asyncio.create_task(listen(central.database.url, board))
        yield
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        desk.threads.shutdown(cancel_futures=True)

    return Litestar(
        route_handlers=[
            say_hello,
            take_push,
            stream_pull,
            start_snapshot,
            stream_snapshot,
            reconcile_logs,
            sum_buckets,
            stream_buckets,
            take_report,
            stream_hints,
            wait_for_hints,
            begin_anew,
            enrol_device,
            sign_in,
            tell_issuer,
            sign_in_by_browser,
            renew_session,
            tell_roll,
            tell_looked,
            tell_order,
            take_parcel,
        ],
        state=State({"desk": desk}, deep_copy=False),
        lifespan=[lifespan],
        request_max_body_size=None,
        before_send=[security_headers.add],
        exception_handlers={
            RefusedError: refused,
            UnavailableError: unavailable,
            HTTPException: http_refused,
            Exception: failed,
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


@get("/v1/sync/hello", responses=documented(Hello, "Versions, limits, the server's clock"))
async def say_hello(state: State) -> Response[bytes]:
    """Say which protocol is spoken here and what time it is; needs no device."""
    return Response(msgspec.msgpack.encode(hello(state.desk.central)), media_type=MEDIA_TYPE)


@post(
    "/v1/sync/push",
    status_code=200,
    responses=documented(PushAnswer, "One receipt for each operation, after the commit"),
)
async def take_push(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Take a batch of operations (a Push)."""

    def push(service: DeviceService, message: Push) -> PushAnswer:
        answer = service.push(message)
        _log.info("pushed", operations=len(message.operations), device=message.device)
        return answer

    return await answered(request, state.desk, authorization, Push, push)


@post(
    "/v1/sync/pull",
    status_code=200,
    responses=documented(Frame, "A stream of TailFrames, then an End"),  # type: ignore[arg-type]
)
async def stream_pull(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes] | Stream:
    """Send what came after each cursor (a Pull) as a stream of frames."""
    return await streamed(request, state.desk, authorization, Pull, DeviceService.pull)


@post(
    "/v1/sync/snapshot/start",
    status_code=200,
    responses=documented(Manifests, "What each scope holds, worst first"),
)
async def start_snapshot(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say what scopes hold (a SnapshotStart)."""
    return await answered(
        request, state.desk, authorization, SnapshotStart, DeviceService.snapshot_start
    )


@post(
    "/v1/sync/snapshot",
    status_code=200,
    responses=documented(Frame, "A stream of SnapshotFrames, then an End"),  # type: ignore[arg-type]
)
async def stream_snapshot(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes] | Stream:
    """Send the rows of these parts (a Snapshot) as a stream of frames."""
    return await streamed(request, state.desk, authorization, Snapshot, DeviceService.snapshot)


@post(
    "/v1/sync/reconcile",
    status_code=200,
    responses=documented(Reconciled, "How far logs and chain still agree"),
)
async def reconcile_logs(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say which of a device's places are still in the logs (a Reconcile)."""
    return await answered(request, state.desk, authorization, Reconcile, DeviceService.reconcile)


@post(
    "/v1/sync/incarnation",
    status_code=200,
    responses=documented(BegunAnew, "The device's new incarnation"),
)
async def begin_anew(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Give a device that was copied or put back an incarnation of its own (a BeginAnew)."""
    return await answered(request, state.desk, authorization, BeginAnew, DeviceService.begin_anew)


@post(
    "/v1/devices/enrol",
    status_code=200,
    responses={
        **documented(Enrolled, "The device's place"),
        410: ResponseSpec(
            Refusal, media_type=MEDIA_TYPE, description="enrolment_code", generate_examples=False
        ),
    },
)
async def enrol_device(request: Asked, state: State) -> Response[bytes]:
    """Give a new device its place (an Enrol)."""
    message = bodies.decoded(await body_of(request), Enrol)
    enrolled = await state.desk.work(state.desk.gate.enrol, message)
    _log.info("enrolled", device=enrolled.device, site=enrolled.site)
    return answered_with(request, msgspec.msgpack.encode(enrolled))


@post(
    "/v1/sessions",
    status_code=200,
    responses=documented(SignedIn, "The person's signed lease on this device"),
)
async def sign_in(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Check a person's password (a SignIn) and lend them this device for seven days."""
    body = await body_of(request)
    device = await state.desk.work(state.desk.gate.device, authorization, *line_of(request), body)
    message = bodies.decoded(body, SignIn)
    lent = await state.desk.work(state.desk.gate.sign_in, message, device)
    return answered_with(request, msgspec.msgpack.encode(lent))
