"""Runs the application on Granian, in this process, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Litestar

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_CONNECTIONS: Final = 8192
"""Taken at once: each device may have one open for hints and one for its exchange."""
_BACKLOG: Final = 1024
_OTHER_FILES: Final = 256
_HEADER_MS: Final = 10_000
_BUFFER: Final = 64 * 1024
_OBJECTS_A_SEARCH: Final = 20_000
"""New objects until cycles are looked for among them: two large batches. By Python's own 700 it
searched a batch again and again while it was decided, which took a sixth of a push."""
_PROBE_SECONDS: Final = 0.01


def log_as_json() -> None:
    """Write one JSON object a line to standard error: events, ids and counts, never contents."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def free_port(host: str, port: int = 0) -> int:
    """Return the port, or any free one for 0; raise OSError when somebody listens on it.

    Granian itself would share the port with another server without a word.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Connections of a server that has just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def serve(
    app: Litestar,
    *,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    on_ready: Callable[[], None],
    on_stop: Callable[[], None],
) -> None:
    """Serve until a signal asks to stop; requests under way are finished first.

    `on_ready` is called once connections are accepted, `on_stop` when a signal came: it ends what
    would never end by itself.
    """
    _allow_connections()
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MS, max_buffer_size=_BUFFER),
        websockets=False,
        backlog=_BACKLOG,
        backpressure=MOST_CONNECTIONS,
        log_enabled=False,
        ssl_cert=certificate,
        ssl_key=key,
        # Our own program is the only one that asks, and has spoken it since it exists.
        ssl_protocol_min=SSLProtocols.tls13,
    )
    # What the program is made of stays: no search for cycles among the messages walks over it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_A_SEARCH)
    asyncio.run(_until_told(server, host, port, on_ready, on_stop))


def _allow_connections() -> None:
    """Let this process hold as many connections as it takes, where the machine allows it."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + _OTHER_FILES
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _until_told(
    server: Server,
    host: str,
    port: int,
    on_ready: Callable[[], None],
    on_stop: Callable[[], None],
) -> None:
    def stop() -> None:
        on_stop()
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve())
    # Granian does not say when it listens.
    while not serving.done() and not await _answers(host, port):  # noqa: ASYNC110
        await asyncio.sleep(_PROBE_SECONDS)
    if not serving.done():
        on_ready()
    await serving


async def _answers(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
