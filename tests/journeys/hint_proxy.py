"""A proxy between a PC and the server that lets exchanges through and does as told with hints."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

STREAM, POLL = "/v1/sync/hints/stream", "/v1/sync/hints"
_KEPT = ("content-type", "content-encoding", "retry-after")


class HintProxy:
    """`does` says for a path what becomes of it: "html", "close", "buffer"; else it passes."""

    def __init__(self, address: str, **does: str) -> None:
        self._upstream = urlsplit(address).netloc
        self.does = {STREAM: does.get("stream", "pass"), POLL: does.get("poll", "pass")}
        self.asked: list[str] = []
        self._ending = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve()

            do_POST = do_GET  # noqa: N815 the library's name

            def log_message(self, *_: object) -> None:
                pass

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                proxy.asked.append(self.path)
                does = proxy.does.get(self.path, "pass")
                if does == "html":
                    self._answer(200, {"Content-Type": "text/html"}, b"<html>Sign in</html>")
                elif does == "buffer":
                    # The server's stream has no end, so that nothing ever leaves the buffer.
                    proxy._ending.wait()
                elif does == "pass":
                    self._pass_on(body)

            def _pass_on(self, body: bytes) -> None:
                server = http.client.HTTPConnection(proxy._upstream, timeout=60)
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                # Whoever asked may have hung up by the time of the answer.
                with closing(server), suppress(OSError):
                    server.request(self.command, self.path, body=body or None, headers=headers)
                    answer = server.getresponse()
                    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
                    self._answer(answer.status, kept, answer.read())

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        return Handler
