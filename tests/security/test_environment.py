"""What the environment of the account says of proxies and sign-ins, no request follows (A12)."""

from __future__ import annotations

import http.server
import socket
import threading

import pytest
import requests

from sonar_desktop.sync.errors import ExchangeError
from sonar_desktop.sync.transport import Transport

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class Stranger:
    """A proxy that whoever set the environment listens at; counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.came = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.came.set()
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def asked():
    """A server's address, and the heads of what it was asked."""
    heads = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heads.append({name.lower(): value for name, value in self.headers.items()})
            self.send_error(503)

        def log_message(self, *_args) -> None:
            """Nothing is said."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heads
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stranger(monkeypatch, tmp_path):
    made = Stranger()
    for name in NAMES:
        monkeypatch.setenv(name, made.address)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login mallory password hunter22\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    yield made
    made.close()


def test_the_program_goes_to_its_server_and_to_nobody_else(asked, stranger):
    address, heads = asked
    transport = Transport(address)
    with pytest.raises(ExchangeError):
        transport.get("/v1/hello")
    transport.close()
    assert len(heads) == 1
    assert "authorization" not in heads[0]
    assert not stranger.came.is_set()


def test_a_program_that_trusts_its_environment_would_go_there(asked, stranger):
    address, heads = asked
    with pytest.raises(requests.RequestException):
        requests.get(f"{address}/v1/hello", timeout=30)
    assert stranger.came.wait(30)
    assert heads == []


def test_and_would_send_what_a_file_of_passwords_says(asked, stranger, monkeypatch):
    address, heads = asked
    for name in NAMES:
        monkeypatch.delenv(name)
    requests.get(f"{address}/v1/hello", timeout=30)
    assert heads[0]["authorization"].startswith("Basic ")
