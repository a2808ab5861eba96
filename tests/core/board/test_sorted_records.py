from __future__ import annotations

from sonar_core.board.sorted_records import SortedRecords
from sonar_core.records.care_level import CareLevel
from sonar_core.records.note import Note
from sonar_core.records.task import Task
from tests.core.board.custody import care, conflict, in_, note, records, resolution, side, task


def test_records_are_found_by_kind_in_the_order_given():
    found = SortedRecords(records(note("n1"), care(), note("n2", replaces="n1"), task(in_(5))))
    assert [view.record.id for view in found.views(Note, CareLevel)] == ["n1", "n2", "care"]
    assert [one.id for one in found.standing(Note)] == ["n2"]
    assert found.versions(CareLevel) == [care()]
    assert found.of(Task) == [task(in_(5))]


def test_what_is_disputed_and_what_was_set_aside_are_known_once():
    waiting = conflict("Note", "n1", "replaces", side("a", "n2"), side("b", "n3"))
    decided = conflict(
        "FitnessOutcome",
        "o",
        "replaces",
        side("a", "o1"),
        side("b", "o2"),
        status="resolved",
        resolution="res",
    )
    found = SortedRecords(records(resolution("o1"), conflicts=(waiting, decided)))
    assert found.disputed == {"n2", "n3"}
    assert found.set_aside == {"o2"}
    assert found.conflicts == (waiting,)
