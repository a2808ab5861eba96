"""What the planner must know of the stored records to decide a batch, kept current meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.sync.operations import Header
from sonar_core.sync.rows import Provenance

Inherited = Mapping[int, int]
"""For an incarnation of a device: the first number of each earlier one that is not its own past.

Incarnation 3, begun from the 40th operation of incarnation 1, has {1: 40}.
"""

NOTHING_INHERITED: Final[Inherited] = MappingProxyType({})


class LedgerGapError(LookupError):
    """The caller did not load a record that a stored one names: a fault of the program."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One version in a record's history: which groups it changed, and by whom."""

    version: int
    groups: tuple[str, ...]
    operation: str
    author: str
    device: str
    recorded_at: Moment
    offline: bool
    incarnation: int = 0
    op_seq: int = 0

    def before(self, header: Header, inherited: Inherited) -> bool:
        """Return whether the author of `header` had this on the screen as their own entry.

        What a device wrote earlier stands on its screen long before the server numbers it.
        """
        if self.device != header.device:
            return False
        if self.incarnation == header.incarnation:
            return self.op_seq < header.op_seq
        return self.op_seq < inherited.get(self.incarnation, 0)


def written_by(version: int, provenance: Provenance) -> Written:
    """Return the line of a record's history that a stored row's provenance tells."""
    return Written(
        version=version,
        groups=provenance.groups,
        operation=provenance.operation,
        author=provenance.author,
        device=provenance.device,
        recorded_at=provenance.recorded_at,
        offline=provenance.offline,
        incarnation=provenance.incarnation,
        op_seq=provenance.op_seq,
    )


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A stored record: its newest body and the whole history of who changed what."""

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

    def writer_of(self, groups: Iterable[str]) -> Written:
        """Return the newest version that changed one of the groups: what stands is its author's."""
        found = [self.last_to_touch(group, 0) for group in groups]
        known = [written for written in found if written is not None]
        if not known:
            raise LedgerGapError("the ledger lacks a record's history")
        return max(known, key=lambda written: written.version)

    def is_touched(
        self, groups: Iterable[str], base: int, header: Header, inherited: Inherited
    ) -> bool:
        """Return whether one of the groups changed unseen by the author, who had seen `base`."""
        asked = frozenset(groups)
        return any(
            written.version > base
            and not asked.isdisjoint(written.groups)
            and not written.before(header, inherited)
            for written in self.history
        )

    def values(self, fields: Iterable[str]) -> dict[str, Any]:
        """Return the present values of the fields; None for one that the body does not have."""
        return {field: self.fields.get(field) for field in fields}


class Ledger:
    """The stored state that a batch touches; `put` keeps it current within the batch."""

    def __init__(
        self, records: dict[str, Held], places: dict[str, str], *, under: Ledger | None = None
    ) -> None:
        """Take the records by id, and the fact that stands in each place asked for.

        With `under` this is a trial on top of another ledger, which changes only at `settle`.
        """
        self._under = under
        self._records: dict[str, Held] = {}
        self._places = dict(places)
        self._disputes: dict[tuple[str, str], set[str]] = {}
        for identifier, held in records.items():
            self.put(identifier, held)

    def trial(self) -> Ledger:
        """Return a ledger on top of this one, for changes that may have to be forgotten."""
        return Ledger({}, {}, under=self)

    def settle(self) -> None:
        """Bring the changes of a trial into the ledger under it."""
        if self._under is None:
            return
        for identifier, held in self._records.items():
            self._under.put(identifier, held)
        for place, fact in self._places.items():
            self._under.take_place(place, fact)

    def get(self, identifier: str) -> Held | None:
        """Return the record of that id, or None."""
        held = self._records.get(identifier)
        if held is None and self._under is not None:
            return self._under.get(identifier)
        return held

    def put(self, identifier: str, held: Held) -> None:
        """Remember a version that was just loaded or decided."""
        self._records[identifier] = held
        if held.kind == Conflict.__name__:
            disputed = (held.fields["entity"], held.fields["group"])
            self._disputes.setdefault(disputed, set()).add(identifier)

    def in_place(self, place: str) -> str | None:
        """Return the id of the fact that took the place first, or None."""
        fact = self._places.get(place)
        if fact is None and self._under is not None:
            return self._under.in_place(place)
        return fact

    def take_place(self, place: str, fact: str) -> None:
        """Remember that a fact took a place."""
        self._places[place] = fact

    def open_conflict(self, entity: str, group: str) -> Conflict | None:
        """Return the open conflict over an entity's group, or None; of several always the same."""
        for identifier in sorted(self.disputes_about(entity, group)):
            conflict = self.conflict(identifier)
            if conflict is not None and conflict.status is ConflictStatus.OPEN:
                return conflict
        return None

    def disputes_about(self, entity: str, group: str) -> set[str]:
        """Return the ids of the conflicts over an entity's group, open or settled."""
        mine = self._disputes.get((entity, group), set())
        return mine if self._under is None else mine | self._under.disputes_about(entity, group)

    def conflict(self, identifier: str) -> Conflict | None:
        """Return the conflict of that id, or None."""
        held = self.get(identifier)
        if held is None or held.kind != Conflict.__name__:
            return None
        return msgspec.convert(held.fields, Conflict)
