"""Where the browser comes back to after a sign-in: a page of this machine, for one attempt.

Anything on this machine may knock here. What does not bring the attempt's own state gets a page
that says nothing, and the wait goes on.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from sonar_core.sync.browser_sign_in import Attempt, GivenUpError, NotOursError, code_in, is_over
from sonar_desktop.platform.errors import (
    BrowserNotOpened,
    NoWayBack,
    SignInGivenUp,
    SignInTooLate,
)

_MOST_HEAD: Final = 8 * 1024
_KNOCK_MS: Final = 2_000
"""How long one connection may take to say what it wants; others wait behind it."""
_LOOK_SECONDS: Final = 0.5
_PAGE: Final = (
    "<!doctype html><html lang=en-GB><meta charset=utf-8><title>SONAR</title>"
    "<body><h1>{title}</h1><p>{words}</p></body></html>"
)
_SIGNED_IN: Final = ("You can close this page", "Go back to SONAR to go on.")
_GIVEN_UP: Final = ("You are not signed in", "Close this page and go back to SONAR.")
_NOTHING: Final = ("There is nothing here", "Close this page.")


class BrowserReturn:
    """Listens on a free port of this machine until it is closed."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        """Take a clock that only grows, in milliseconds, by which the attempt was begun.

        Raises NoWayBack where this machine has no port for it.
        """
        self._now_ms = now_ms
        try:
            # Of this machine alone, and of one family: the redirect names 127.0.0.1.
            self._socket = socket.create_server(("127.0.0.1", 0), backlog=8)
        except OSError:
            raise NoWayBack from None
        self._socket.settimeout(_LOOK_SECONDS)
        self.port: Final[int] = self._socket.getsockname()[1]
        self._is_closed = False

    def show(self, address: str) -> None:
        """Open the system's browser there; called on the thread that draws.

        Raises BrowserNotOpened.
        """
        if not QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode)):
            raise BrowserNotOpened

    def close(self) -> None:
        """Let go of the port, from any thread; who waits is told that it is over."""
        self._is_closed = True
        self._socket.close()

    def code(self, attempt: Attempt) -> str:
        """Wait for the browser and return the code that it brings; slow, up to five minutes.

        Raises SignInTooLate: nobody came in time, or it was closed. SignInGivenUp: the provider
        says that nobody was signed in.
        """
        while not self._is_closed and not is_over(attempt, self._now_ms()):
            try:
                connection, _ = self._socket.accept()
            except OSError:
                continue
            with connection:
                connection.settimeout(_LOOK_SECONDS)
                if code := self._brought(connection, attempt):
                    return code
        raise SignInTooLate

    def _brought(self, connection: socket.socket, attempt: Attempt) -> str:
        target = self._target(self._head(connection, attempt))
        try:
            code = code_in(target, attempt)
        except NotOursError:
            _answer(connection, "404 Not Found", _NOTHING)
            return ""
        except GivenUpError as error:
            _answer(connection, "200 OK", _GIVEN_UP)
            raise SignInGivenUp from error
        _answer(connection, "200 OK", _SIGNED_IN)
        return code

    def _head(self, connection: socket.socket, attempt: Attempt) -> bytes:
        """Return what is asked, or nothing of one that says it too slowly or hangs up."""
        until, head = self._now_ms() + _KNOCK_MS, b""
        while b"\r\n\r\n" not in head and len(head) < _MOST_HEAD:
            now = self._now_ms()
            if self._is_closed or now >= until or is_over(attempt, now):
                return b""
            try:
                part = connection.recv(_MOST_HEAD)
            except TimeoutError:
                continue
            except OSError:
                return b""
            if not part:
                return b""
            head += part
        return head

    def _target(self, head: bytes) -> str:
        """Return what a GET of our own address asks for; empty for anything else."""
        lines = head.decode("latin-1").split("\r\n")
        hosts = [line[5:].strip() for line in lines if line.lower().startswith("host:")]
        match lines[0].split(" "):
            # A page elsewhere whose name was turned to this machine has another host.
            case ["GET", target, "HTTP/1.1"] if hosts == [f"127.0.0.1:{self.port}"]:
                return target
            case _:
                return ""


def _answer(connection: socket.socket, status: str, page: tuple[str, str]) -> None:
    """Show the browser a page; one that has hung up has asked, all the same."""
    title, words = page
    body = _PAGE.format(title=title, words=words).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    with suppress(OSError):
        connection.sendall(head.encode() + body)
