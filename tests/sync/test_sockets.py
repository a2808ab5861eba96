from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest

from sonar_desktop.sync.errors import ExchangeError
from sonar_desktop.sync.sockets import Sockets
from sonar_desktop.sync.transport import Signer, Transport
from tests.sync.raw_server import RawServer, http, read_request
from tests.sync.tls_server import Authority, TlsServer

SIGNER = Signer(device="d", sign=lambda _message: bytes(64))
NEVER = 60.0


@pytest.fixture(params=["http", "https"])
def slow(request, tmp_path):
    """A server that takes a request and does not answer until the test lets it."""
    asked, let_go = threading.Event(), threading.Event()

    def answer(_request: bytes) -> bytes:
        asked.set()
        let_go.wait(NEVER)
        return http(b"late")

    if request.param == "http":
        server, verify = RawServer(answer), True
    else:
        authority = Authority(tmp_path, "trusted")
        server, verify = TlsServer(answer, authority.vouch()), str(authority.file)
    server.asked = asked
    server.transport = Transport(server.address, verify=verify)
    yield server
    let_go.set()
    server.transport.close()
    server.close()


def test_what_waits_for_an_answer_is_ended_by_another_thread(slow):
    ended = []

    def ask() -> None:
        with pytest.raises(ExchangeError) as error:
            slow.transport.post("/v1/sync/hints", b"x", SIGNER, 1)
        ended.append(error.value)

    waiting = threading.Thread(target=ask)
    waiting.start()
    assert slow.asked.wait(10)
    slow.transport.abandon()
    waiting.join(10)
    assert len(ended) == 1


def test_a_stream_that_says_nothing_is_ended_by_another_thread():
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:\n\n"
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        transport = Transport(f"http://127.0.0.1:{listening.getsockname()[1]}")
        parts, came = [], threading.Event()

        def listen() -> None:
            for part in transport.events("/s", b"", SIGNER, 1, NEVER):
                parts.append(part)
                came.set()

        waiting = threading.Thread(target=listen)
        waiting.start()
        connection, _ = listening.accept()
        with connection:
            read_request(connection)
            connection.sendall(head)
            assert came.wait(10)
            transport.abandon()
            waiting.join(10)
        assert not waiting.is_alive()
        assert parts == [b":\n\n"]
        transport.close()


def test_a_connection_made_after_that_waits_for_nothing():
    sockets = Sockets()
    sockets.shut()
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        sockets.add(ours)
        assert ours.recv(1) == b""
