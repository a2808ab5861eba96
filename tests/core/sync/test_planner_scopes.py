"""Every small story told: two PCs, three entries each, in every order they can arrive.

Judged by what each author had on the screen, which this file keeps for itself and the planner
never sees.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from sonar_core.records.conflict import ConflictStatus
from sonar_core.records.kinds import Group
from sonar_core.records.registry import REGISTRY
from tests.core.sync.clinic import TASK, Centre, Pc, Written, decision_on, level, suite

LEVEL = level(2).id


@dataclass(frozen=True)
class Entry:
    """What one person wrote into one group, and which entries had reached the screen before."""

    operation: str
    values: dict[str, Any]
    seen: frozenset[str]


class Watch:
    """Follows one group of one record through a story."""

    def __init__(self, centre: Centre, kind: str, record: str, group: Group) -> None:
        self.centre = centre
        self.kind = kind
        self.record = record
        self.group = group
        self.entries: dict[str, Entry] = {}
        self.on_screen: dict[str, set[str]] = {}

    def wrote(self, pc: Pc, written: Written) -> None:
        """Note an entry as its author saw it, before anybody else has."""
        shown = pc.fields(self.kind, self.record)
        seen = self.on_screen.setdefault(pc.name, set())
        operation = written[1].op_id
        values = {field: shown.get(field) for field in self.group.fields}
        self.entries[operation] = Entry(operation, values, frozenset(seen))
        seen.add(operation)

    def pulled(self, pc: Pc) -> None:
        arrived = set(self.entries) & set(self.centre.decided)
        self.on_screen.setdefault(pc.name, set()).update(arrived)

    def check(self) -> None:
        """Nothing lost, nothing that nobody wrote, nothing gone unseen (I5, I6)."""
        fields = self.centre.fields(self.record)
        current = {field: fields.get(field) for field in self.group.fields}
        history = [self._values(v.body) for v in self.centre.log if v.id == self.record]
        sides = {
            side.operation: side.values
            for conflict in self.centre.conflicts()
            if (conflict.entity, conflict.group) == (self.record, self.group.name)
            for side in conflict.alternatives
        }
        arrived = [e for name, e in self.entries.items() if name in self.centre.decided]
        # The first version was whole too.
        assert current in [history[0], *(entry.values for entry in arrived)]
        for entry in arrived:
            assert entry.values in history or sides.get(entry.operation) == entry.values
            given_way = any(entry.operation in other.seen for other in arrived)
            assert entry.values == current or entry.operation in sides or given_way, entry
        for conflict in self.centre.conflicts():
            # Nobody is asked to decide between a person's own entries and what they had seen.
            first, second = (side.operation for side in conflict.alternatives[:2])
            assert first not in self.entries[second].seen

    def _values(self, body: bytes) -> dict[str, Any]:
        fields = msgspec.json.decode(body)
        return {field: fields.get(field) for field in self.group.fields}


# Each entry of a story: whether its author fetched everything before, and what is changed.
Step = tuple[bool, str]
STEPS: tuple[Step, ...] = ((False, "level"), (True, "level"), (False, "other"))
ORDERS = tuple(
    tuple("A" if at in places else "B" for at in range(6))
    for places in itertools.combinations(range(6), 3)
)


def _start(*, born: bool) -> tuple[Centre, dict[str, tuple[int, bytes]]]:
    centre, one, _ = suite()
    if born:
        centre.take(Pc("front").record(level(2)))
    one.pull(centre)
    return centre, one.confirmed


_START = {born: _start(born=born) for born in (True, False)}


def tell(order: tuple[str, ...], steps: dict[str, tuple[Step, ...]], *, born: bool) -> Centre:
    """Write and send each entry in this order. An author who does not fetch wrote before.

    With `born` the record is there already; otherwise each PC begins by making it.
    """
    start, known = _START[born]
    centre = start.again()
    one, two = (Pc(name, confirmed=dict(known)) for name in ("room one", "room two"))
    watch = Watch(centre, "CareLevel", LEVEL, REGISTRY["CareLevel"].groups[0])
    pcs = {"A": one, "B": two}
    ready: dict[str, list[Written]] = {"A": [], "B": []}
    todo = {name: list(enumerate(steps[name])) for name in pcs}

    def write(name: str, *, only_ahead: bool) -> None:
        while todo[name]:
            index, (fresh, what) = todo[name][0]
            if fresh and (only_ahead or ready[name]):
                return
            if fresh:
                pcs[name].pull(centre)
                watch.pulled(pcs[name])
            del todo[name][0]
            ready[name].append(_write(pcs[name], index, what, born=born))
            watch.wrote(pcs[name], ready[name][-1])

    # Who does not fetch first has written before anything is sent.
    write("A", only_ahead=True)
    write("B", only_ahead=True)
    for name in order:
        write(name, only_ahead=False)
        centre.take(ready[name].pop(0))
        watch.check()
    return centre


def _write(pc: Pc, index: int, what: str, *, born: bool) -> Written:
    # Levels that nobody else writes, so that each can be told from the others.
    number = (10 if pc.name == "room one" else 20) + index
    if not born and pc.shown("CareLevel", LEVEL) is None:
        return pc.record(level(number))
    if what == "other":
        return pc.edit("CareLevel", LEVEL, reason=f"Reason {number}")
    return pc.edit("CareLevel", LEVEL, level=number)


_SHORT = tuple(itertools.product(STEPS[:2], repeat=3))
_OTHER_AT = tuple(
    tuple(itertools.product(*(STEPS[2:] if at == place else STEPS[:2] for at in range(3))))
    for place in range(3)
)
_ALIKE = tuple(itertools.combinations_with_replacement(_SHORT, 2))


@pytest.mark.parametrize(
    ("programmes", "born"),
    [
        (_ALIKE, True),
        *((tuple(itertools.product(programmes, _SHORT)), True) for programmes in _OTHER_AT),
        (_ALIKE, False),
    ],
    ids=[
        "changing a record",
        "changing another field first",
        "changing another field second",
        "changing another field last",
        "making one record twice",
    ],
)
def test_in_every_order_of_two_peoples_three_entries_nothing_is_lost_or_made_up(programmes, born):
    told = disputes = 0
    for first, second in programmes:
        for order in ORDERS:
            centre = tell(order, {"A": first, "B": second}, born=born)
            told += 1
            disputes += bool(centre.conflicts())
    assert told == len(programmes) * 20
    # Both kinds of story were told: those that end in a dispute and those that do not.
    assert 0 < disputes < told


def test_in_every_order_of_two_peoples_work_on_one_task_both_are_named():
    for order in ORDERS:
        centre, one, two = suite()
        ready = {
            name: [
                pc.edit("Task", TASK.id, status="done", done_by=pc.name),
                pc.edit("Task", TASK.id, done_note=f"Note of {pc.name}"),
                pc.edit("Task", TASK.id, what=f"Asked by {pc.name}"),
            ]
            for name, pc in (("A", one), ("B", two))
        }
        for name in order:
            centre.take(ready[name].pop(0))
        fields = centre.fields(TASK.id)
        assert fields["status"] == "done"
        history = [msgspec.json.decode(v.body) for v in centre.log if v.id == TASK.id]
        for pc in (one, two):
            named = [fields, *fields["also_done"], *history]
            assert any(item["done_by"] == pc.name for item in [fields, *fields["also_done"]])
            assert any(item["done_note"] == f"Note of {pc.name}" for item in named)
        (conflict,) = centre.conflicts()
        asked = {side.values["what"] for side in conflict.alternatives}
        assert asked == {"Asked by room one", "Asked by room two"}


def test_in_every_order_of_two_peoples_decisions_the_dispute_keeps_all_of_them():
    for order in ORDERS:
        centre, one, two = suite()
        centre.take_all(one.record(level(2)), two.record(level(3)))
        (conflict,) = centre.conflicts()
        one.pull(centre)
        two.pull(centre)
        ready = {
            name: [
                pc.edit("CareLevel", LEVEL, level=at + 1),
                pc.record(decision_on(conflict, at, values=conflict.alternatives[side].values)),
                pc.edit("CareLevel", LEVEL, level=at + 2),
            ]
            for name, pc, at, side in (("A", one, 70, 0), ("B", two, 80, 1))
        }
        for name in order:
            centre.take(ready[name].pop(0))
        fields = centre.fields(LEVEL)
        history = [msgspec.json.decode(v.body)["level"] for v in centre.log if v.id == LEVEL]
        disputes = centre.conflicts()
        kept = {side.values["level"] for item in disputes for side in item.alternatives}
        for number in (2, 3, 71, 72, 81, 82):
            assert number in kept or number in history
        decided = {side.resolution for item in disputes for side in item.alternatives}
        decided |= {item.resolution for item in disputes}
        assert len(decided - {None}) == 2
        # Somebody never saw what the other wrote: it must still wait for a person.
        assert ConflictStatus.OPEN in {item.status for item in disputes}
        assert fields["level"] in {2, 3, 71, 72, 81, 82}
