"""An episode's records by kind, with what is disputed about them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from sonar_core.board.views import EpisodeRecords, RecordView
from sonar_core.conflicts import (
    ActedOn,
    acted_on,
    disputed_facts,
    open_conflicts,
    set_aside,
    standing_facts,
)
from sonar_core.records.base import Fact, Record
from sonar_core.records.conflict import Conflict, ConflictResolution

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Fact)


class SortedRecords:
    """Reads one stay's records: one pass over them, then by kind."""

    def __init__(self, records: EpisodeRecords) -> None:
        self._views: dict[str, list[RecordView]] = {}
        for view in records.records:
            self._views.setdefault(view.kind, []).append(view)
        self.patient = records.patient
        self.episode = records.episode
        self.elsewhere = records.elsewhere
        self.is_complete = records.is_complete
        self._all_conflicts = records.conflicts
        self.conflicts: tuple[Conflict, ...] = open_conflicts(records.conflicts)

    def views(self, *kinds: type[Record]) -> Iterable[RecordView]:
        """Return the views of the kinds, in the order given."""
        return (view for kind in kinds for view in self._views.get(kind.__name__, ()))

    def of(self, kind: type[R]) -> list[R]:
        """Return the records of a kind as they are stored."""
        return [view.record for view in self.views(kind) if isinstance(view.record, kind)]

    def acted_on(self, kind: type[R]) -> list[ActedOn[R]]:
        """Return the entities of a kind as they are acted on."""
        return [acted_on(one, self.conflicts) for one in self.of(kind)]

    def versions(self, kind: type[R]) -> list[R]:
        """Return every version that applies of the entities of a kind."""
        return [version for one in self.acted_on(kind) for version in one.versions]

    def standing(self, kind: type[F]) -> list[F]:
        """Return the facts of a kind that stand."""
        return standing_facts(self.of(kind), self.set_aside)

    @cached_property
    def set_aside(self) -> frozenset[str]:
        """The facts that lost to another by a person's decision."""
        return set_aside(self._all_conflicts, self.of(ConflictResolution))

    @cached_property
    def disputed(self) -> frozenset[str]:
        """The facts that take one place and wait for a person."""
        return disputed_facts(self.conflicts)
