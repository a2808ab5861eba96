"""What the simulated people entered and which of their calls returned; it knows nothing else."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from sonar_core import bodies
from sonar_core.records.base import Record
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.kinds import MergePolicy, Sort
from sonar_core.records.registry import REGISTRY
from sonar_desktop.usecases.ports import Actor, Changed, Draft, Reading, Store, Writing
from tests.journeys.generations import GENERATIONS, acting_as
from tests.simulation.faults import SimulatedCrash

T = TypeVar("T")
Tuple = str
"""The whole values of a field group as canonical JSON."""


class Saved(StrEnum):
    """Whether the person was told that it is saved."""

    SURE = "sure"
    MAYBE = "maybe"
    """The power went before the call returned."""
    NEVER = "never"
    """The call said that nothing was written."""


@dataclass(kw_only=True)
class Entered:
    """One thing that a person entered: a whole record, or the groups of one that they changed.

    `wrote` are the groups' values as they should stand, `saw` those that stood on the screen.
    """

    op_id: str
    pc: str
    number: int
    kind: str
    entity: str
    payload: bytes | None
    wrote: dict[str, Tuple]
    saw: dict[str, Tuple]
    about: tuple[str, str] | None = None
    """Of a decision on a conflict: kind and id of the record that it changes."""
    saved: Saved = Saved.MAYBE
    is_on_spoilt: bool = False
    """Whether a row of the PC had been changed behind its back: it may name what never was."""

    @property
    def target(self) -> tuple[str, str]:
        """Kind and id of the record whose groups it writes."""
        return self.about or (self.kind, self.entity)


@dataclass(kw_only=True)
class UserAction:
    """What one call of a use case wrote: all of it is there, or nothing."""

    pc: str
    intent: str
    entries: list[Entered] = field(default_factory=list)


@dataclass(kw_only=True)
class Oracle:
    """Everything ever entered, in the order of the calls; `drafts` by (pc, author, record)."""

    actions: list[UserAction] = field(default_factory=list)
    entered: dict[str, Entered] = field(default_factory=dict)
    drafts: dict[tuple[str, str, str], set[bytes]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """What disks are called that were put back: what only they held is owed by nobody."""
    _numbers: int = 0

    def next_number(self) -> int:
        """Return the place of an entry in the order of all entries."""
        self._numbers += 1
        return self._numbers

    def close(self, action: UserAction, saved: Saved) -> None:
        """Keep what became of a call."""
        for entry in action.entries:
            entry.saved = saved
            self.entered[entry.op_id] = entry
        if action.entries:
            self.actions.append(action)

    def wrote(self, entity: str, group: str) -> set[Tuple]:
        """Return every whole tuple that somebody wrote for a record's group."""
        return {
            entry.wrote[group]
            for entry in self.entered.values()
            if entry.target[1] == entity and group in entry.wrote
        }

    def forget(self, pc: str, gone: str, kept: Container[str]) -> list[Entered]:
        """Return what a PC's disk held that was put back; call that disk `gone` from now on."""
        found = []
        for action in self.actions:
            if action.pc == pc and action.entries[0].op_id not in kept:
                action.pc = gone
                found += action.entries
        for entry in found:
            entry.pc = gone
        self.gone.add(gone)
        return found

    def is_owed_by_nobody(self, op_id: str) -> bool:
        """Return whether the disk with this operation is no more."""
        return self.entered[op_id].pc in self.gone

    def of_pc(self, pc: str) -> list[Entered]:
        """Return what was entered at one PC, in order."""
        return [entry for entry in self.entered.values() if entry.pc == pc]


def whole_group(kind: str, fields: dict[str, Any], group: str) -> Tuple:
    """Return a group's values, as the newest program knows it, with defaults for those left out."""
    with acting_as(GENERATIONS[-1]):
        known = REGISTRY[kind]
    names = known.group_named(group).fields
    values = msgspec.to_builtins(bodies.decode(bodies.encode(fields), known.type))
    return as_tuple({name: values.get(name) for name in names})


def as_tuple(values: dict[str, Any]) -> Tuple:
    """Return values in their canonical form."""
    return bodies.encode(values).decode()


class RecordingStore:
    """A PC's store, each of whose writes the oracle learns of as the person does."""

    def __init__(self, store: Store, oracle: Oracle, pc: str) -> None:
        self._store = store
        self._oracle = oracle
        self._pc = pc

    def read(self, look: Callable[[Reading], T]) -> T:
        return self._store.read(look)

    def write(self, actor: Actor, intent: str, act: Callable[[Writing], T]) -> tuple[T, Changed]:
        action = UserAction(pc=self._pc, intent=intent)
        dropped: list[tuple[str, str, str]] = []

        def noted(writing: Writing) -> T:
            return act(_RecordingWriting(writing, self._oracle, action, dropped))  # type: ignore[arg-type]

        try:
            answer = self._store.write(actor, intent, noted)
        except SimulatedCrash:
            self._oracle.close(action, Saved.MAYBE)
            for key in dropped:
                self._oracle.drafts.pop(key, None)
            raise
        except Exception:
            self._oracle.close(action, Saved.NEVER)
            raise
        self._oracle.close(action, Saved.SURE)
        for key in dropped:
            self._oracle.drafts.pop(key, None)
        return answer

    def keep_draft(self, draft: Draft) -> Changed:
        key = (self._pc, draft.author, draft.record)
        before = self._oracle.drafts.get(key, set())
        # Until the call returns, either state may be what is found.
        self._oracle.drafts[key] = before | {draft.body} if before else set()
        changed = self._store.keep_draft(draft)
        self._oracle.drafts[key] = {draft.body}
        return changed

    def discard_draft(self, author: str, record: str) -> Changed:
        self._oracle.drafts.pop((self._pc, author, record), None)
        return self._store.discard_draft(author, record)


class _RecordingWriting:
    """A user action under way, noting what it writes."""

    def __init__(
        self,
        writing: Writing,
        oracle: Oracle,
        action: UserAction,
        dropped: list[tuple[str, str, str]],
    ) -> None:
        self._writing = writing
        self._oracle = oracle
        self._action = action
        self._dropped = dropped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writing, name)

    def record(self, record: Record) -> str:
        kind = REGISTRY[type(record).__name__]
        fields = bodies.fields_of(bodies.encode(record))
        groups = [group.name for group in kind.groups] if kind.sort is Sort.ENTITY else []
        before = self._writing.get(kind.type, record.id) if groups else None
        saw = {} if before is None else bodies.fields_of(bodies.encode(before))
        op_id = self._writing.record(record)
        entry = self._entry(op_id, kind.name, record.id)
        entry.payload = bodies.encode(record)
        entry.wrote = {group: whole_group(kind.name, fields, group) for group in groups}
        entry.saw = {group: whole_group(kind.name, saw, group) for group in groups if saw}
        if isinstance(record, ConflictResolution) and record.values:
            entry.about = (record.entity_kind, record.entity)
            entry.wrote = {record.group: as_tuple(dict(record.values))}
        return op_id

    def edit(self, kind: type[Record], identifier: str, changes: dict[str, Any]) -> str | None:
        known = REGISTRY[kind.__name__]
        before = self._writing.get(kind, identifier)
        op_id = self._writing.edit(kind, identifier, changes)
        if op_id is None or before is None:
            return op_id
        old = bodies.fields_of(bodies.encode(before))
        new = {**old, **bodies.fields_of(bodies.encode(changes))}
        entry = self._entry(op_id, known.name, identifier)
        for group in known.groups:
            was = whole_group(known.name, old, group.name)
            if (wanted := whole_group(known.name, new, group.name)) != was:
                entry.wrote[group.name] = wanted
                entry.saw[group.name] = was
        return op_id

    def drop_draft(self, author: str, record: str) -> None:
        self._writing.drop_draft(author, record)
        self._dropped.append((self._action.pc, author, record))

    def _entry(self, op_id: str, kind: str, entity: str) -> Entered:
        entry = Entered(
            op_id=op_id,
            pc=self._action.pc,
            number=self._oracle.next_number(),
            kind=kind,
            entity=entity,
            payload=None,
            wrote={},
            saw={},
        )
        self._action.entries.append(entry)
        return entry


def is_clinical(kind: str, group: str) -> bool:
    """Return whether a group never merges by itself."""
    return REGISTRY[kind].group_named(group).policy is MergePolicy.CLINICAL


def answers_alike(kind: str, group: str, one: Tuple, other: Tuple) -> bool:
    """Return whether two tuples of a group give the same answer where that is what counts."""
    decisive = REGISTRY[kind].group_named(group).decisive
    first, second = bodies.fields_of(one.encode()), bodies.fields_of(other.encode())
    return bool(decisive) and all(first.get(name) == second.get(name) for name in decisive)
