from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.records.care_level import CareLevel
from sonar_core.records.observation_set import News2Score, ObservationSet
from sonar_core.records.practitioner import Role
from sonar_core.records.registry import care_level_id
from sonar_core.sync import versions
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.messages import (
    MAX_FRAME_ROWS,
    PROTOCOL,
    End,
    Phase,
    Pull,
    Snapshot,
    SnapshotFrame,
    SnapshotPart,
    SnapshotStart,
    TailFrame,
    Verdict,
)
from sonar_core.sync.rows import EMPTY_DIGEST, Row, add
from sonar_core.sync.versions import Spoken
from sonar_server import administration
from sonar_server.administration import NewPerson
from sonar_server.errors import RefusedError
from sonar_server.store import snapshot
from tests.postgres import PASSWORD
from tests.server.pc import Pc, moment, new_id, snapshot_of


def first_sync(pc: Pc, scope: str) -> tuple[list[Row], bytes]:
    """Snapshot and tail, as a PC does it: rows seen twice count once."""
    (manifest,) = pc.link.snapshot_start(
        SnapshotStart(protocol=PROTOCOL, scopes=(scope,))
    ).manifests
    on_board = [holding for holding in manifest.holdings if holding.board_rows]
    others = [holding for holding in manifest.holdings if not holding.board_rows]
    rows: dict[tuple[bytes, int], Row] = {}
    for phase, asked, wanted in (
        (Phase.UNATTACHED, [], manifest.unattached),
        (Phase.BOARD, on_board, sum(holding.board_rows for holding in on_board)),
        (Phase.OTHER, on_board, sum(holding.other_rows for holding in on_board)),
        (Phase.WHOLE, others, sum(holding.other_rows for holding in others)),
    ):
        patients = tuple(holding.patient for holding in asked)
        request = snapshot_of(scope, phase, *patients)
        *frames, end = pc.link.snapshot(request)
        assert isinstance(end, End)
        assert sum(frame.patients for frame in frames) == len(asked)
        got = [row for frame in frames for row in frame.rows]
        assert len(got) == wanted
        rows |= {(row.id, row.version): row for row in got}
    for frame in pc.link.pull(Pull(protocol=PROTOCOL, cursors=(manifest.cursor,))):
        if isinstance(frame, TailFrame):
            rows |= {(row.id, row.version): row for row in frame.rows}
    found = sorted(rows.values(), key=lambda row: row.seq)
    return found, add(EMPTY_DIGEST, hashes_of(found))


def observed(pc: Pc, episode, total: int) -> ObservationSet:
    score = News2Score(algorithm="news2-rcp-2017/1", total=total, band="low", parts={})
    return ObservationSet(
        id=new_id(),
        patient=episode.patient,
        episode=episode.id,
        performed_at=moment(),
        recorded_at=moment(),
        recorded_by=pc.user,
        performed_by=pc.user,
        news2=score,
    )


def test_snapshot_and_tail_bring_what_the_whole_tail_brings(pc):
    for _ in range(3):
        patient, episode = pc.admitted()
        level = CareLevel(
            id=care_level_id(episode.id),
            patient=patient.id,
            episode=episode.id,
            level=1,
            check_every_minutes=60,
            rouse=False,
            reason="",
            set_at=moment(),
            set_by=pc.user,
        )
        pc.push(*pc.wrote(patient, episode), *pc.wrote(level), *pc.wrote(pc.note(episode)))
        pc.push(*pc.edited(level, 1, level=2), *pc.edited(level, 1, level=3))
    pc.push(*pc.edited(episode, 1, status="released"))
    tail = pc.copy()
    rows, digest = first_sync(pc, pc.clinical)
    assert rows == tail.rows
    assert digest == tail.digest


def test_what_comes_while_a_first_sync_is_being_counted_comes_with_its_tail(pc, monkeypatch):
    pc.push(*pc.wrote(*pc.admitted()))
    holdings, late = snapshot.holdings, pc.wrote(*pc.admitted())

    def overtaken(transaction, key):
        found = holdings(transaction, key)
        pc.push(*late)
        return found

    monkeypatch.setattr(snapshot, "holdings", overtaken)
    (manifest,) = pc.link.snapshot_start(
        SnapshotStart(protocol=PROTOCOL, scopes=(pc.clinical,))
    ).manifests
    frames = list(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(manifest.cursor,))))
    assert [len(frame.rows) for frame in frames[:-1]] == [2]


def test_the_board_comes_before_the_history(pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode), *pc.wrote(pc.note(episode)))
    pc.push(*pc.edited(patient, 1, phone="one"), *pc.edited(patient, 2, phone="two"))
    asked = snapshot_of(pc.clinical, Phase.BOARD, to_bytes(patient.id))
    (board, _) = pc.link.snapshot(asked)
    assert [(row.kind, row.version) for row in board.rows] == [
        ("CustodyEpisode", 1),
        ("Patient", 3),
    ]
    (other, _) = pc.link.snapshot(snapshot_of(pc.clinical, Phase.OTHER, to_bytes(patient.id)))
    assert [(row.kind, row.version) for row in other.rows] == [
        ("Patient", 1),
        ("Note", 1),
        ("Patient", 2),
    ]


def test_the_sickest_in_custody_come_first_then_the_newest(pc):
    admitted = [pc.admitted() for _ in range(4)]
    for patient, episode in admitted:
        pc.push(*pc.wrote(patient, episode))
    calm, sick, gone, _ = (episode for _, episode in admitted)
    pc.push(
        *pc.wrote(observed(pc, calm, 9)),
        *pc.wrote(observed(pc, sick, 7)),
        *pc.wrote(observed(pc, gone, 12)),
        *pc.edited(gone, 1, status="released"),
    )
    later = msgspec.structs.replace(observed(pc, calm, 1), performed_at=moment(1))
    pc.push(*pc.wrote(later))
    (manifest,) = pc.link.snapshot_start(
        SnapshotStart(protocol=PROTOCOL, scopes=(pc.clinical,))
    ).manifests
    order = [holding.patient for holding in manifest.holdings]
    expected = [sick, calm, admitted[3][1], gone]
    assert order == [to_bytes(episode.patient) for episode in expected]
    counts = [(holding.board_rows, holding.other_rows) for holding in manifest.holdings]
    assert counts == [(3, 0), (4, 0), (2, 0), (0, 4)]  # nothing of the one who is gone is urgent


def test_a_patient_with_more_rows_than_a_frame_is_told_complete_once(pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    for _ in range(3):
        pc.push(*(op for _ in range(200) for op in pc.wrote(pc.note(episode))))
    other = pc.admitted()[0]
    pc.push(*pc.wrote(other))
    asked = snapshot_of(pc.clinical, Phase.OTHER, to_bytes(patient.id), to_bytes(other.id))
    *frames, _ = pc.link.snapshot(asked)
    assert all(isinstance(frame, SnapshotFrame) for frame in frames)
    assert [(len(frame.rows), frame.patients) for frame in frames] == [
        (MAX_FRAME_ROWS, 0),
        (100, 2),
    ]


def test_heavy_rows_make_smaller_frames(pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    for _ in range(8):
        pc.push(*pc.wrote(pc.note(episode, "x" * 200_000)))
    frames = list(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(pc.cursor(),))))
    assert [len(frame.rows) for frame in frames[:-1]] == [7, 3]
    asked = snapshot_of(pc.clinical, Phase.OTHER, to_bytes(patient.id))
    *frames, _ = pc.link.snapshot(asked)
    assert [(len(frame.rows), frame.patients) for frame in frames] == [(5, 0), (3, 1)]


def test_a_frame_never_ends_within_a_commit(pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    for size in (300, 300, 450):
        pc.push(*pc.wrote(*(pc.note(episode) for _ in range(size))))
    frames = list(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(pc.cursor(),))))
    assert [len(frame.rows) for frame in frames[:-1]] == [302, 300, 450]
    assert pc.copy().cursor.commit_no == 4


def test_a_pull_from_the_head_brings_an_end_alone(pc):
    pc.push(*pc.wrote(*pc.admitted()))
    copy = pc.copy()
    (end,) = pc.link.pull(Pull(protocol=PROTOCOL, cursors=(copy.cursor,)))
    assert (end.heads[0].seq, end.heads[0].digest) == (2, copy.digest)


def test_several_scopes_come_one_after_another(pc):
    pc.push(*pc.wrote(*pc.admitted()))
    cursors = tuple(pc.cursor(scope) for scope in pc.enrolled.scopes)
    *_, end = pc.link.pull(Pull(protocol=PROTOCOL, cursors=cursors))
    assert tuple(head.scope for head in end.heads) == pc.enrolled.scopes


@pytest.mark.parametrize(
    "changed", [{"epoch": 2}, {"seq": 1}, {"chain": b"x"}, {"commit_no": 1}, {"commit_no": 99}]
)
def test_a_cursor_that_was_never_here_is_refused_before_any_frame(pc, changed):
    pc.push(*pc.wrote(*pc.admitted()))
    cursor = msgspec.structs.replace(pc.cursor(), **changed)
    with pytest.raises(RefusedError) as refused:
        next(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(cursor,))))
    assert (refused.value.status, refused.value.code) == (409, "cursor_unknown")


def test_a_scope_of_another_site_cannot_be_asked_for(pc):
    foreign = f"{new_id()}/clinical"
    with pytest.raises(RefusedError, match="not this device's"):
        pc.link.snapshot_start(SnapshotStart(protocol=PROTOCOL, scopes=(foreign,)))
    with pytest.raises(RefusedError, match="not this device's"):
        next(pc.link.snapshot(snapshot_of(foreign, Phase.BOARD)))


def test_parts_come_one_after_the_other_and_say_which_they_are(pc):
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    pc.push(*pc.edited(patient, 1, phone="one"))
    whom = (to_bytes(patient.id),)
    parts = tuple(
        SnapshotPart(scope=pc.clinical, phase=phase, patients=whom)
        for phase in (Phase.OTHER, Phase.BOARD)
    )
    *frames, end = pc.link.snapshot(Snapshot(protocol=PROTOCOL, parts=parts))
    assert [(frame.part, frame.patients, len(frame.rows)) for frame in frames] == [
        (0, 1, 1),
        (1, 1, 2),
    ]
    assert [head.scope for head in end.heads] == [pc.clinical]


def test_one_part_of_a_foreign_scope_refuses_all_before_any_frame(pc):
    pc.push(*pc.wrote(*pc.admitted()))
    parts = tuple(
        SnapshotPart(scope=scope, phase=Phase.UNATTACHED)
        for scope in (pc.clinical, f"{new_id()}/clinical")
    )
    with pytest.raises(RefusedError, match="not this device's"):
        next(pc.link.snapshot(Snapshot(protocol=PROTOCOL, parts=parts)))


def test_a_patient_asked_for_twice_is_refused(pc):
    request = snapshot_of(pc.clinical, Phase.BOARD, *(b"a" * 16,) * 2)
    with pytest.raises(RefusedError, match="twice"):
        next(pc.link.snapshot(request))


def test_the_people_who_work_here_come_by_the_reference_scope(fresh_central):
    site = administration.site_named(fresh_central, "Northfield")
    person = administration.add_person(
        fresh_central,
        NewPerson(
            username="new", name="New Doctor", initials="ND", role=Role.DOCTOR, sites=(site.id,)
        ),
        PASSWORD,
    )
    code = administration.new_device_code(fresh_central, site)
    pc = Pc.enrolled_in_process(fresh_central, code, person.user)
    reference = pc.enrolled.scopes[0]
    copy = pc.copy(reference)
    assert [row.kind for row in copy.rows if row.kind != "Location"] == [
        "Practitioner",
        "PractitionerRole",
    ] * 2
    assert copy.rows[-2].id == to_bytes(person.user)
    rows, digest = first_sync(pc, reference)
    assert (rows, digest) == (copy.rows, copy.digest)


def test_a_program_too_old_to_fetch_may_still_send(pc, episode, monkeypatch):
    monkeypatch.setattr(versions, "SPOKEN", Spoken(oldest=2, newest=4, oldest_push=1))
    said = pc.link.hello()
    assert (said.protocol_min, said.protocol_max, said.push_protocol_min) == (2, 4, 1)
    (receipt,) = pc.push(*pc.wrote(pc.note(episode)))
    assert receipt.verdict is Verdict.APPLIED
    with pytest.raises(RefusedError) as refused:
        next(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(pc.cursor(),))))
    assert refused.value.code == "protocol_too_old"
