"""What a kind of record is: how it behaves, where it belongs, which fields change together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from sonar_core.records.base import Record


class Sort(StrEnum):
    """How a kind behaves."""

    FACT = "fact"
    ENTITY = "entity"
    SERVER = "server"
    """Made by the server alone."""
    LOCAL = "local"
    """Goes up, is never pulled."""


class ScopeKind(StrEnum):
    """The unit of authorisation and of order that a kind belongs to."""

    CLINICAL = "clinical"
    MEDICINES = "medicines"
    REFERENCE = "reference"
    DEVICE = "device"


class MergePolicy(StrEnum):
    """What happens when two people changed the same group without seeing each other."""

    CLINICAL = "clinical"
    """Both stand, a person decides."""
    AUTO = "auto"
    """The later to arrive stands; the earlier stays in the history."""
    DONE_WINS = "done_wins"
    """A thing done stays done; both authors stay in the history."""


class Group(msgspec.Struct, frozen=True):
    """Fields that only make sense together and so change together.

    Two people who gave the same answer in the `decisive` fields agree, whatever else differs, as
    the minute at which each asked: the later to arrive stands whole. None: every field decides.
    """

    name: str
    policy: MergePolicy
    fields: tuple[str, ...]
    decisive: tuple[str, ...] = ()

    def touched_by(self, fields: Iterable[str]) -> tuple[str, ...]:
        """Return the names under which history notes a change: the group, each unknown field."""
        return (self.name, *(field for field in fields if field not in self.fields))


class RecordKind(msgspec.Struct, frozen=True, kw_only=True):
    """What the whole program must know about a kind.

    `parents` are fields that name records which must exist first; `on_board` says that the board
    row of the episode is built from it, so that it is loaded first. `schema_v` is raised when a
    field, a value or a way to change it is added; `since` names fields that came later, each with
    a default, and the version that brought it.
    """

    name: str
    type: type[Record]
    sort: Sort
    scope: ScopeKind
    groups: tuple[Group, ...] = ()
    parents: tuple[str, ...] = ()
    on_board: bool = False
    schema_v: int = 1
    since: dict[str, int] = {}

    def group_of(self, field: str) -> Group:
        """Return the field's group; an unknown field is a clinical group of its own."""
        for group in self.groups:
            if field in group.fields:
                return group
        return Group(field, MergePolicy.CLINICAL, (field,))

    def group_named(self, name: str) -> Group:
        """Return the group of that name; an unknown one is that single field."""
        for group in self.groups:
            if group.name == name:
                return group
        return Group(name, MergePolicy.CLINICAL, (name,))
