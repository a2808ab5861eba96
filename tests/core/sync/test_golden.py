"""The wire as it was on the first day, byte for byte: files that nothing writes anew.

Who changes one of these forms makes every stored signature, hash and queue unreadable. A new form
is a new protocol version with new files beside these.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.authoring import Authorship, DeviceChain, author, edit_intent, record_intent
from sonar_core.sync.decision import row_of
from sonar_core.sync.frames import frame_bytes, frame_of, split_frames
from sonar_core.sync.messages import (
    Cursor,
    End,
    Head,
    Push,
    PushAnswer,
    Reason,
    Receipt,
    SnapshotFrame,
    TailFrame,
    Verdict,
)
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    Operation,
    check,
    edit_of,
    header_hash,
    header_of,
)
from sonar_core.sync.rows import (
    EMPTY_DIGEST,
    FIRST_CHAIN,
    Row,
    add,
    chain,
    provenance_of,
    row_hash,
)
from tests.core.sync.clinic import (
    NOON,
    SCOPE,
    fitness,
    identifier,
    level,
    moment,
    note,
    sign,
    suite,
    verify,
)

FOLDER = Path(__file__).parent / "golden"


def operations() -> tuple[Operation, ...]:
    """One user action on a PC: a level changed, a note written."""
    edit = edit_intent(
        kind=REGISTRY["CareLevel"],
        entity=level(2).id,
        scope=SCOPE,
        base=1,
        current=bodies.fields_of(bodies.encode(level(2))),
        changes={"level": 3, "reason": "Sine\u0301ad fell\n\u0301"},
    )
    assert edit is not None
    made = author(
        DeviceChain(
            device=identifier(100),
            incarnation=2,
            next_seq=41,
            prev_hash=FIRST_PREV_HASH,
            hlc="0" * 16,
        ),
        (edit, record_intent(note(50), SCOPE)),
        Authorship(
            user=identifier(101),
            lease_id=None,
            intent="set_care_level",
            recorded_at=moment(5),
            monotonic_ms=123,
            offline=True,
        ),
        txn_id=identifier(102),
        op_ids=(identifier(103), identifier(104)),
        sign=sign,
    )
    return made.operations


def row() -> Row:
    centre, one, _ = suite()
    version = centre.take(one.record(fitness(50, Fitness.NOT_FIT))).versions[0]
    return row_of(version, seq=7, commit_no=3)


def made() -> dict[str, bytes]:
    """Everything that the files hold, as today's program makes it."""
    edit, record = operations()
    line = row()
    stands = row_hash(line)
    link = chain(FIRST_CHAIN, 3, [stands])
    cursor = Cursor(scope=SCOPE, epoch=1, seq=7, commit_no=3, chain=link)
    head = Head(
        scope=SCOPE,
        epoch=1,
        seq=7,
        commit_no=3,
        chain=link,
        digest=add(EMPTY_DIGEST, [stands]),
    )
    receipt = Receipt(
        op_id=identifier(103),
        op_seq=41,
        verdict=Verdict.QUARANTINED,
        reason=Reason.MISSING_PARENT,
        detail=identifier(6),
    )
    push = Push(protocol=1, device=identifier(100), incarnation=2, operations=(edit, record))
    answer = PushAnswer(receipts=(receipt,), server_ms=NOON)
    return {
        "header.json": edit.header,
        "edit.json": edit.payload,
        "note.json": record.payload,
        "next_header.json": record.header,
        "fitness_outcome.json": line.body,
        "provenance.msgpack": line.provenance,
        "operation.msgpack": msgspec.msgpack.encode(edit),
        "push.msgpack": msgspec.msgpack.encode(push),
        "push_answer.msgpack": msgspec.msgpack.encode(answer),
        "row.msgpack": msgspec.msgpack.encode(line),
        "tail.frame": frame_bytes(TailFrame(rows=[line], cursor=cursor)),
        "snapshot.frame": frame_bytes(SnapshotFrame(rows=[line], patients=1)),
        "end.frame": frame_bytes(End(heads=(head,), server_ms=NOON)),
    }


@pytest.mark.parametrize("name", sorted(made()))
def test_the_wire_is_as_it_was(name):
    assert made()[name] == (FOLDER / name).read_bytes()


def test_every_file_is_looked_at():
    assert {path.name for path in FOLDER.iterdir()} == set(made())


def test_a_stored_operation_is_still_whole():
    stored = (FOLDER / "operation.msgpack").read_bytes()
    operation = msgspec.msgpack.decode(stored, type=Operation)
    header = header_of(operation)
    check(operation, header, verify)
    assert (header.op_seq, header.intent, header.offline) == (41, "set_care_level", True)
    edit = edit_of(operation)
    assert edit.base == 1
    assert edit.groups["level"]["level"] == (2, 3)
    assert edit.groups["level"]["reason"] == ("Intoxicated", "Sinéad fell\n\u0301")
    following = msgspec.json.decode((FOLDER / "next_header.json").read_bytes())
    assert following["prev_hash"] == header_hash(operation.header)


def test_stored_frames_are_still_read():
    names = ("tail.frame", "snapshot.frame", "end.frame")
    split = split_frames(b"".join((FOLDER / name).read_bytes() for name in names))
    tail, snapshot, end = map(frame_of, split.payloads)
    assert isinstance(tail, TailFrame)
    assert isinstance(snapshot, SnapshotFrame)
    assert isinstance(end, End)
    stored = msgspec.msgpack.decode((FOLDER / "row.msgpack").read_bytes(), type=Row)
    assert tail.rows == snapshot.rows == [stored]
    assert provenance_of(stored.provenance).author == "room one nurse"
    assert end.heads[0].chain == tail.cursor.chain
    answer = msgspec.msgpack.decode((FOLDER / "push_answer.msgpack").read_bytes(), type=PushAnswer)
    assert answer.receipts[0].reason is Reason.MISSING_PARENT
    push = msgspec.msgpack.decode((FOLDER / "push.msgpack").read_bytes(), type=Push)
    assert [header_of(item).op_seq for item in push.operations] == [41, 42]
