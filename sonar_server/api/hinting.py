"""Telling devices that something new is there: as a stream of events, or by a long poll."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from litestar import Response, post
from litestar.datastructures import State
from litestar.response import Stream

from sonar_core.sync.event_stream import EVENT_STREAM, SIGN_OF_LIFE, event_bytes
from sonar_core.sync.messages import HEARTBEAT_SECONDS, Hint, Hints, Watch
from sonar_server.api.answering import (
    Asked,
    Authorisation,
    Desk,
    answered_with,
    documented,
    for_device,
)
from sonar_server.noticeboard import Noticeboard, Watcher
from sonar_server.service import DeviceService
from sonar_server.store import notices
from sonar_server.store.errors import UnavailableError

LONG_POLL_SECONDS: Final = 2 * HEARTBEAT_SECONDS
STREAM_SECONDS: Final = 15 * 60
"""A stream ends after so long: who comes back is asked again who they are."""
AGAIN_SECONDS: Final = 5.0
_STREAMED: Final = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}

_log: Final = structlog.get_logger()


async def listen(url: str, board: Noticeboard) -> None:
    """Keep the board up to date until cancelled."""
    while True:
        with suppress(UnavailableError):
            await notices.follow(url, board.hear)
        board.fall_silent()
        _log.warning("notices_not_heard")
        await asyncio.sleep(random.uniform(0, AGAIN_SECONDS))  # noqa: S311 no secret


@post(
    "/v1/sync/hints/stream",
    status_code=200,
    responses=documented(Hint, "Server-sent events, each a Hint as JSON"),
)
async def stream_hints(request: Asked, state: State, authorization: Authorisation) -> Stream:
    """Tell where the device's scopes stand, and each time that one moves (a Watch)."""
    board: Noticeboard = state.desk.board
    watcher = await _watcher(request, state.desk, authorization)

    async def events() -> AsyncIterator[bytes]:
        until = asyncio.get_running_loop().time() + STREAM_SECONDS
        board.enter(watcher)
        try:
            yield SIGN_OF_LIFE
            while asyncio.get_running_loop().time() < until:
                hints = await board.news(watcher, HEARTBEAT_SECONDS)
                if hints is None:
                    return
                yield b"".join(map(event_bytes, hints)) or SIGN_OF_LIFE
        finally:
            board.leave(watcher)

    return Stream(events(), media_type=EVENT_STREAM, headers=_STREAMED)


@post(
    "/v1/sync/hints",
    status_code=200,
    responses=documented(Hints, "The scopes that moved, or none after a while"),
)
async def wait_for_hints(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Answer as soon as one of the device's scopes is not where it is known to be (a Watch)."""
    board: Noticeboard = state.desk.board
    watcher = await _watcher(request, state.desk, authorization)
    board.enter(watcher)
    try:
        hints = await board.news(watcher, LONG_POLL_SECONDS)
    finally:
        board.leave(watcher)
    return answered_with(request, msgspec.msgpack.encode(Hints(hints=hints or ())))


async def _watcher(request: Asked, desk: Desk, authorisation: str | None) -> Watcher:
    watcher = await for_device(request, desk, authorisation, Watch, DeviceService.watcher)
    desk.board.require_room(watcher)
    return watcher
