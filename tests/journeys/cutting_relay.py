"""A relay on loopback that passes requests on and cuts the answer to a push after some bytes."""

from __future__ import annotations

import http.client
import socket
import threading

from tests.sync.raw_server import read_request


class CuttingRelay:
    """Stands between a room and the server; `cut_after` None passes everything on."""

    def __init__(self, upstream: str) -> None:
        host, _, port = upstream.removeprefix("http://").partition(":")
        self._upstream = (host, int(port))
        self.cut_after: int | None = None
        self.answer_size = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, name="cutting-relay", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self._pass_on(connection)

    def _pass_on(self, connection: socket.socket) -> None:
        request = read_request(connection)
        is_push = request.startswith(b"POST /v1/sync/push ")
        answer = self._ask(request)
        if is_push:
            self.answer_size = len(answer)
            if self.cut_after is not None:
                answer = answer[: self.cut_after]
        connection.sendall(answer)

    def _ask(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        server = http.client.HTTPConnection(*self._upstream, timeout=30)
        server.request(method, path, body=body or None, headers=headers)
        answer = server.getresponse()
        content = answer.read()
        server.close()
        # What the client reads; a date and a name would only be more places to cut.
        kept = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() in {"content-type", "content-encoding"}
        }
        kept |= {"Connection": "close", "Content-Length": str(len(content))}
        told = "\r\n".join(f"{name}: {value}" for name, value in kept.items())
        return f"HTTP/1.1 {answer.status} {answer.reason}\r\n{told}\r\n\r\n".encode() + content
