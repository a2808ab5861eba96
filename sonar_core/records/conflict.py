"""Two or more versions of one thing, waiting for a person."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.base import Entity, Fact


class ConflictStatus(StrEnum):
    """Open until resolved; reopened when two people resolve it differently."""

    OPEN = "open"
    RESOLVED = "resolved"


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """One version: its values for the disputed group, who wrote it, where and when."""

    operation: str
    values: dict[str, Any]
    author: str
    device: str
    recorded_at: Moment
    offline: bool
    fact: str | None = None
    resolution: str | None = None


class Conflict(Entity, frozen=True, kw_only=True):
    """Made by the server, its id `ids.slot(entity, group, base version)`; nobody edits it.

    `group` is the field group disputed, or "replaces" where two facts take one place. The entity
    keeps the value first applied; the safer one is computed when read, never stored.
    """

    patient: str | None
    episode: str | None
    entity_kind: str
    entity: str
    group: str
    base: int
    alternatives: tuple[Alternative, ...]
    status: ConflictStatus = ConflictStatus.OPEN
    resolution: str | None = None


class ConflictResolution(Fact, frozen=True, kw_only=True):
    """A person's decision: the whole tuple shown under "The record will say", which is signed.

    `seen` names the operations of the alternatives that were on the screen. `stands` is the fact
    that stands, where facts were in conflict; `values` the group's fields otherwise.
    """

    conflict: str
    entity_kind: str
    entity: str
    group: str
    values: dict[str, Any]
    seen: tuple[str, ...]
    stands: str | None = None
    reason: str
