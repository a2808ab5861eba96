"""The server's countersignature of where a device's chain of operations stands: an anchor.

Each header names the one before it by its hash, so that one signature over a header's hash vouches
for all before it. The device's signatures say who wrote; the anchor says that the server had it by
then, so that not even the device's own key can rewrite what lies before it (ADR 35).
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from sonar_core import bodies
from sonar_core.sync.operations import Sign, Verify

ANCHOR_DOMAIN: Final = b"sonar/anchor/v1\x00"

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """The chain of a device's incarnation stood at `op_seq` with `header_hash` (hexadecimal).

    `server_ms` is the server's clock then, UTC; `signed_by` names its key (`lease.key_id`).
    """

    device: _Text
    incarnation: _Count
    op_seq: _Count
    header_hash: _Text
    server_ms: _Count
    signed_by: _Text


class Countersigned(msgspec.Struct, frozen=True, array_like=True):
    """An anchor's bytes and the server's signature over ANCHOR_DOMAIN and these bytes."""

    body: bytes
    signature: bytes


class DamagedAnchorError(ValueError):
    """The bytes are no anchor, or not one that the server signed."""


def countersign(anchor: Anchor, sign: Sign) -> Countersigned:
    """Return the anchor signed by the server's key."""
    body = bodies.encode(anchor)
    return Countersigned(body, sign(ANCHOR_DOMAIN + body))


def anchor_of(countersigned: Countersigned, verify: Verify) -> Anchor:
    """Return the anchor; raise DamagedAnchorError unless the server's key signed these bytes."""
    if not verify(ANCHOR_DOMAIN + countersigned.body, countersigned.signature):
        raise DamagedAnchorError("the countersignature does not match")
    try:
        return bodies.decode(countersigned.body, Anchor)
    except bodies.BodyError as error:
        raise DamagedAnchorError("what was countersigned is no anchor") from error
