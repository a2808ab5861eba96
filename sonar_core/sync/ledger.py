"""What the planner must know of the stored records to decide a batch, kept current meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.conflict import Conflict, ConflictStatus


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One version in a record's history: which groups it changed, and by whom."""

    version: int
    groups: tuple[str, ...]
    operation: str
    author: str
    device: str
    recorded_at: Moment
    offline: bool


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A stored record: its newest body and the history of who changed what."""

    kind: str
    version: int
    fields: dict[str, Any]
    body: bytes
    history: tuple[Written, ...]

    def last_to_touch(self, group: str, since: int) -> Written | None:
        """Return the newest version after `since` that changed the group, if any."""
        for written in reversed(self.history):
            if written.version > since and group in written.groups:
                return written
        return None

    def values(self, fields: Iterable[str]) -> dict[str, Any]:
        """Return the present values of the fields; None for one that the body does not have."""
        return {field: self.fields.get(field) for field in fields}


class Ledger:
    """The stored state that a batch touches; `put` keeps it current within the batch."""

    def __init__(self, records: dict[str, Held], places: dict[str, str]) -> None:
        """Take the records by id, and the fact that stands in each place asked for."""
        self._records: dict[str, Held] = {}
        self._places = dict(places)
        self._open: dict[tuple[str, str], str] = {}
        for identifier, held in records.items():
            self.put(identifier, held)

    def get(self, identifier: str) -> Held | None:
        """Return the record of that id, or None."""
        return self._records.get(identifier)

    def put(self, identifier: str, held: Held) -> None:
        """Remember a version that was just loaded or decided."""
        self._records[identifier] = held
        if held.kind == Conflict.__name__:
            disputed = (held.fields["entity"], held.fields["group"])
            if held.fields["status"] == ConflictStatus.OPEN:
                self._open[disputed] = identifier
            elif self._open.get(disputed) == identifier:
                del self._open[disputed]

    def in_place(self, place: str) -> str | None:
        """Return the id of the fact that took the place first, or None."""
        return self._places.get(place)

    def take_place(self, place: str, fact: str) -> None:
        """Remember that a fact took a place."""
        self._places[place] = fact

    def open_conflict(self, entity: str, group: str) -> Conflict | None:
        """Return the open conflict over an entity's group, or None."""
        identifier = self._open.get((entity, group))
        if identifier is None:
            return None
        return msgspec.convert(self._records[identifier].fields, Conflict)
