"""Hints as server-sent events: how one goes onto the wire, and reading them off it as they come.

An event is `event: scope` with a `Hint` as JSON in its data; a line that begins with a colon is a
sign of life. Events of other names are for newer programs and are passed over.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_core.sync.messages import Hint

EVENT_STREAM: Final = "text/event-stream"
SIGN_OF_LIFE: Final = b":\n\n"
MOST_EVENT_BYTES: Final = 64 * 1024
_EVENT: Final = b"scope"


class BadEventError(ValueError):
    """What came is no stream of hints."""


class Events(NamedTuple):
    """The hints that were whole, and the bytes left over."""

    hints: list[Hint]
    rest: bytes


def event_bytes(hint: Hint) -> bytes:
    """Return a hint as it goes onto the wire."""
    return b"event: scope\ndata: " + msgspec.json.encode(hint) + b"\n\n"


def split_events(buffer: bytes) -> Events:
    """Return the whole hints at the start of the buffer; raise BadEventError for a false one."""
    *blocks, rest = buffer.replace(b"\r\n", b"\n").split(b"\n\n")
    if len(rest) > MOST_EVENT_BYTES:
        raise BadEventError("an event is larger than 64 KiB")
    return Events([hint for hint in map(_hint, blocks) if hint is not None], rest)


def _hint(block: bytes) -> Hint | None:
    fields = [line.partition(b":") for line in block.split(b"\n")]
    named = {name: value.removeprefix(b" ") for name, _, value in fields}
    if named.get(b"event") != _EVENT:
        return None
    try:
        return msgspec.json.decode(named.get(b"data", b""), type=Hint)
    except UNREADABLE:
        raise BadEventError("an event cannot be read") from None
