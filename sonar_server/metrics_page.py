"""The page `/metrics` for Prometheus: on this machine only, on a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST

from sonar_server.meter import Meter

HOST: Final = "127.0.0.1"
PATH: Final = "/metrics"
_QUIET_SECONDS: Final = 10


@contextmanager
def metrics_page(meter: Meter, port: int) -> Iterator[str]:
    """Serve the page on a port (0: any free one) while the block runs; yield its address.

    Raises OSError when somebody listens there.
    """
    server = ThreadingHTTPServer((HOST, port), _page_of(meter))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, name="sonar-metrics", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}{PATH}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page_of(meter: Meter) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        timeout = _QUIET_SECONDS

        def do_GET(self) -> None:
            """Answer with what is measured."""
            if self.path.partition("?")[0] != PATH:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            told = meter.told()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_arguments: object) -> None:
            """Log no request: standard error has one JSON object a line."""

    return Page
