from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sonar_core.records.care_level import CareLevel
from sonar_core.records.kinds import MergePolicy
from sonar_core.records.registry import REGISTRY
from sonar_core.records.task import TaskStatus
from sonar_core.sync import versions
from sonar_core.sync.messages import PROTOCOL, Hello, Reason, Verdict
from sonar_core.sync.operations import OpKind
from sonar_core.sync.versions import (
    Spoken,
    hidden_from,
    is_newer,
    knowledge,
    newest_schema,
    terms_with,
    unset,
)
from tests.core.sync.clinic import TASK, Pc, decision_on, forged, level, moment, suite

LEVEL = level(2).id


def server(oldest: int, newest: int, oldest_push: int = 0) -> Hello:
    return Hello(
        protocol_min=oldest,
        protocol_max=newest,
        schema_v=1,
        server_id="s",
        server_ms=1,
        push_protocol_min=oldest_push,
    )


def test_todays_program_speaks_with_its_own_server():
    mine = versions.SPOKEN
    terms = terms_with(server(mine.oldest, mine.newest, mine.oldest_push))
    assert terms == (PROTOCOL, True, True, False)


@pytest.mark.parametrize(
    ("mine", "theirs", "protocol", "can_send", "can_fetch", "is_server_older"),
    [
        ((3, 5), (3, 5, 1), 5, True, True, False),
        ((3, 5), (4, 6, 1), 5, True, True, False),
        ((3, 5), (5, 7, 1), 5, True, True, False),
        ((3, 5), (1, 3, 1), 3, True, True, False),
        ((3, 5), (1, 2, 1), 2, False, False, True),
        ((3, 5), (6, 8, 1), 5, True, False, False),
        ((3, 5), (6, 8, 6), 5, False, False, False),
        ((3, 5), (6, 8, 0), 5, False, False, False),
        ((3, 5), (3, 5, 0), 5, True, True, False),
    ],
)
def test_two_sides_speak_the_newest_protocol_that_both_know(
    monkeypatch, mine, theirs, protocol, can_send, can_fetch, is_server_older
):
    monkeypatch.setattr(versions, "SPOKEN", Spoken(*mine, oldest_push=1))
    assert terms_with(server(*theirs)) == (protocol, can_send, can_fetch, is_server_older)


WATCHED_LEVEL = msgspec.defstruct(
    "CareLevel",
    [("watched_by", str | None, None)],
    bases=(CareLevel,),
    frozen=True,
    kw_only=True,
)
"""A level of observation as a later program knows it."""


@pytest.fixture
def newer(monkeypatch):
    """The centre is newer than the PCs, whose operations say version 1."""
    kind = REGISTRY["CareLevel"]
    (group,) = kind.groups
    monkeypatch.setitem(
        REGISTRY,
        "CareLevel",
        msgspec.structs.replace(
            kind,
            type=WATCHED_LEVEL,
            groups=(msgspec.structs.replace(group, fields=(*group.fields, "watched_by")),),
            schema_v=2,
            since={"watched_by": 2},
        ),
    )


def of_version(written: Any, schema_v: int) -> Any:
    operation, header = written
    return operation, msgspec.structs.replace(header, schema_v=schema_v)


def older(written: Any) -> Any:
    """The same as a program of version 1 writes it: without the field that it does not know."""
    operation, header = of_version(written, 1)
    payload = msgspec.json.decode(operation.payload)
    for changes in (payload.get("groups", {}).get("level"), payload.get("values"), payload):
        if changes:
            changes.pop("watched_by", None)
    return type(operation)(operation.header, msgspec.json.encode(payload), b""), header


def test_a_program_is_newer_by_the_version_of_the_kind_that_it_writes(newer):
    assert [is_newer("CareLevel", number) for number in (1, 2, 3)] == [False, False, True]
    assert [is_newer("Note", number) for number in (1, 2)] == [False, True]
    assert newest_schema() == 3
    assert [is_newer("BodyMap", number) for number in (3, 4)] == [False, True]
    assert {"CareLevel/2", "Note/1"} < set(knowledge().split())


def test_a_field_that_came_later_is_hidden_from_older_programs(newer):
    kind = REGISTRY["CareLevel"]
    assert hidden_from(kind, 1) == {"watched_by"}
    assert hidden_from(kind, 2) == frozenset()
    assert unset(kind, ["watched_by"]) == {"watched_by": None}


def test_each_operation_says_which_version_of_its_kind_wrote_it(newer):
    _, one, _ = suite()
    assert one.record(level(2))[1].schema_v == 2
    assert one.edit("Task", TASK.id, what="Weigh")[1].schema_v == 1


def test_an_older_programs_edit_stands_where_it_hides_nothing(newer):
    centre, one, _ = suite()
    centre.take(older(one.record(level(2))))
    decision = centre.take(older(one.edit("CareLevel", LEVEL, level=3)))
    assert decision.verdict is Verdict.APPLIED
    assert (centre.fields(LEVEL)["level"], centre.fields(LEVEL)["watched_by"]) == (3, None)


def watched() -> tuple[Any, Pc, Pc]:
    """A newer program filled in the new field; both PCs have fetched it."""
    centre, one, two = suite()
    centre.take(one.record(WATCHED_LEVEL(**msgspec.structs.asdict(level(2)), watched_by="PC 12")))
    one.pull(centre)
    two.pull(centre)
    return centre, one, two


def test_an_older_programs_edit_never_joins_a_value_that_its_author_could_not_see(newer):
    centre, one, _ = watched()
    decision = centre.take(older(one.edit("CareLevel", LEVEL, level=4)))
    assert decision.verdict is Verdict.CONFLICT
    stands, wrote = centre.conflicts()[0].alternatives
    assert (stands.values["level"], stands.values["watched_by"]) == (2, "PC 12")
    assert (wrote.values["level"], wrote.values["watched_by"]) == (4, None)


def test_part_of_a_group_is_damaged_where_its_author_knew_the_rest(newer):
    centre, one, _ = watched()
    part = of_version(older(one.edit("CareLevel", LEVEL, level=4)), 2)
    assert centre.take(part).reason is Reason.DAMAGED


def test_a_decision_made_without_seeing_all_of_it_leaves_the_conflict_open(newer):
    centre, one, two = watched()
    centre.take(older(one.edit("CareLevel", LEVEL, level=4)))
    two.pull(centre)
    (conflict,) = centre.conflicts()
    blind = older(two.record(decision_on(conflict, 90)))
    assert centre.take(blind).verdict is Verdict.CONFLICT
    (still,) = centre.conflicts()
    assert len(still.alternatives) == 3
    two.pull(centre)
    seen = two.record(decision_on(still, 91))
    assert centre.take(of_version(seen, 2)).verdict is Verdict.APPLIED
    assert centre.fields(LEVEL)["watched_by"] == "PC 12"


def test_a_decision_of_an_older_program_settles_what_hides_nothing(newer):
    centre, one, two = suite()
    centre.take(older(one.record(level(2))))
    one.pull(centre)
    two.pull(centre)
    centre.take(older(one.edit("CareLevel", LEVEL, level=3)))
    centre.take(older(two.edit("CareLevel", LEVEL, level=4)))
    two.pull(centre)
    (conflict,) = centre.conflicts()
    assert centre.take(older(two.record(decision_on(conflict, 90)))).verdict is Verdict.APPLIED


def test_a_task_that_an_older_program_completes_keeps_what_it_does_not_know(monkeypatch):
    kind = REGISTRY["Task"]
    groups = tuple(
        msgspec.structs.replace(group, fields=(*group.fields, "witness"))
        if group.policy is MergePolicy.DONE_WINS
        else group
        for group in kind.groups
    )
    monkeypatch.setitem(
        REGISTRY,
        "Task",
        msgspec.structs.replace(kind, groups=groups, schema_v=2, since={"witness": 2}),
    )
    centre, _, _ = suite()
    changes = {name: [None, None] for name in groups[1].fields if name != "witness"}
    changes["status"] = [TaskStatus.OPEN.value, TaskStatus.DONE.value]
    changes["done_at"] = [None, msgspec.to_builtins(moment())]
    changes["done_note"] = ["", ""]
    changes["also_done"] = [[], []]
    edit = {"base": 1, "groups": {"done": changes}}
    assert centre.take(forged("Task", TASK.id, edit, op=OpKind.EDIT)).verdict is Verdict.APPLIED
    assert "witness" not in centre.fields(TASK.id)
    newer = forged("Task", TASK.id, edit, op=OpKind.EDIT, schema_v=2)
    assert centre.take(newer).reason is Reason.DAMAGED
