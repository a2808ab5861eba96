"""Which protocols and records a side knows, and what sides of different versions do together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from sonar_core.records.kinds import RecordKind
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import OLDEST_PROTOCOL, OLDEST_PUSH_PROTOCOL, PROTOCOL, Hello


class Spoken(NamedTuple):
    """The protocols of one side, oldest and newest; from `oldest_push` on it takes operations."""

    oldest: int
    newest: int
    oldest_push: int


SPOKEN: Final = Spoken(oldest=OLDEST_PROTOCOL, newest=PROTOCOL, oldest_push=OLDEST_PUSH_PROTOCOL)


class Terms(NamedTuple):
    """How a PC speaks to a server: the newest protocol that both know, and what goes in it.

    Where nothing can be sent, `is_server_older` says whose program must be updated.
    """

    protocol: int
    can_send: bool
    can_fetch: bool
    is_server_older: bool


def terms_with(server: Hello) -> Terms:
    """Return how this program speaks to the server that said this."""
    newest = min(SPOKEN.newest, server.protocol_max)
    oldest_push = server.push_protocol_min or server.protocol_min
    return Terms(
        protocol=newest,
        can_send=newest >= max(SPOKEN.oldest, oldest_push),
        can_fetch=newest >= max(SPOKEN.oldest, server.protocol_min),
        is_server_older=server.protocol_max < SPOKEN.oldest,
    )


def newest_schema() -> int:
    """Return the newest version of any kind that this program knows."""
    return max(kind.schema_v for kind in REGISTRY.values())


def is_newer(kind: str, schema_v: int) -> bool:
    """Return whether a program newer than this one wrote that version of a kind."""
    known = REGISTRY.get(kind)
    return schema_v > (newest_schema() if known is None else known.schema_v)


def knowledge() -> str:
    """Return what tells this program's records from those of another version: kinds, versions."""
    return " ".join(f"{kind.name}/{kind.schema_v}" for kind in REGISTRY.values())


def hidden_from(kind: RecordKind, schema_v: int) -> frozenset[str]:
    """Return the fields of a kind that a program with that version of it could not show."""
    return frozenset(field for field, since in kind.since.items() if since > schema_v)


def unset(kind: RecordKind, fields: Iterable[str]) -> dict[str, Any]:
    """Return the plain values with which fields that came later stand where nobody filled them."""
    found = {field.name: field for field in msgspec.structs.fields(kind.type)}
    return {name: msgspec.to_builtins(found[name].default) for name in fields}
