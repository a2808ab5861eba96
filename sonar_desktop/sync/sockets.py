"""The connections of a session, so that another thread can end what waits on one."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter


class Sockets:
    """The sockets that were opened; once shut, none lets anything wait again."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = Lock()
        self._open: WeakSet[socket.socket] = WeakSet()
        self._is_shut = False

    def add(self, opened: socket.socket) -> None:
        """Take one that was opened; shut it at once if all were shut."""
        with self._lock:
            self._open.add(opened)
            if self._is_shut:
                _shut(opened)

    def shut(self) -> None:
        """Wake whatever reads or writes; it meets an end of the connection."""
        with self._lock:
            self._is_shut = True
            for opened in self._open:
                _shut(opened)


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):
        # The plain socket below TLS: its own shutdown would touch what the other thread reads from.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


class KeptSockets(HTTPAdapter):
    """Connects as requests does, and keeps the sockets."""

    def __init__(self, sockets: Sockets) -> None:
        """Take where to keep them."""
        self._sockets = sockets
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool for a request, whose connections are kept."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        kind, sockets = type(pool).ConnectionCls, self._sockets

        class Kept(kind):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                sockets.add(self.sock)

        pool.ConnectionCls = Kept
        return pool
