"""What every answer says to whatever reads it: keep nothing, guess nothing, run nothing."""

from __future__ import annotations

from typing import Final

from litestar.types import Message, Scope

ALWAYS: Final = (
    # Records are no page: nothing between here and a PC keeps a copy, no browser opens one.
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
OVER_TLS: Final = ((b"strict-transport-security", b"max-age=31536000"),)
"""Only there: a browser that is told so in the clear must not believe it (RFC 6797, 7.2)."""


async def add(message: Message, scope: Scope) -> None:
    """Set the headers of an answer that begins; a part of its body goes on as it is."""
    if message["type"] != "http.response.start":
        return
    wanted = ALWAYS + (OVER_TLS if scope["scheme"] == "https" else ())
    names = {name for name, _ in wanted}
    kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
    message["headers"] = [*kept, *wanted]
