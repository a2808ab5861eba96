"""The demo's network is really cut: nothing of a server's answer gets through."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

RELAY = Path(__file__).resolve().parents[2] / "tools" / "relay.py"


@pytest.fixture
def echo():
    """A server that sends back what it gets; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while part := connection.recv(1024):
                    connection.sendall(part)

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def relay(echo):
    """A running relay to that server: (port to talk to, port for orders)."""
    child = subprocess.Popen(
        [sys.executable, str(RELAY), str(echo)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield tuple(int(port) for port in child.stdout.readline().split())
    child.stdin.close()
    assert child.wait(timeout=30) == 0
    child.stdout.close()


def order(word: str, port: int) -> None:
    subprocess.run(
        [sys.executable, str(RELAY), "--order", word, str(port)],
        check=True,
        capture_output=True,
        timeout=30,
    )


def answered(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"hello")
        return connection.recv(5)


def ends(connection: socket.socket) -> bool:
    try:
        return connection.recv(5) == b""
    except ConnectionError:
        return True


def test_a_cut_network_refuses_and_breaks_what_is_under_way_until_it_is_restored(relay):
    talk, orders = relay
    assert answered(talk) == b"hello"
    with socket.create_connection(("127.0.0.1", talk), timeout=10) as under_way:
        under_way.sendall(b"first")
        assert under_way.recv(5) == b"first"
        order("cut", orders)
        assert ends(under_way)
    with pytest.raises(OSError):
        answered(talk)
    order("restore", orders)
    assert answered(talk) == b"hello"
