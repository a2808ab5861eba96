"""Two rooms and one server, with no window open: records, an outage, a conflict, agreement."""

from __future__ import annotations

import pytest

from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import ConflictStatus
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.observation_set import Consciousness
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_core.records.registry import care_level_id
from sonar_core.records.task import TaskKind
from sonar_core.sync.messages import MAX_OPERATIONS, MAX_PUSH_BYTES, PROTOCOL, SnapshotStart
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.admit_detainee import Admitted, Arrival, Person, admit_detainee
from sonar_desktop.usecases.due_now import alarms_now
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.read_conflicts import read_conflicts
from sonar_desktop.usecases.read_handover import read_handover
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.score_observations import Measured
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from tests.journeys.conftest import Centre
from tests.journeys.rig import Room


def admit(room: Room) -> Admitted:
    arrival = Arrival(
        person=Person(family="BARROW", given="Connor", gender=Gender.MALE, birth_date="1989-03-04"),
        custody_record_number="NF/3417/26",
        cell="M4",
        arrived_at=room.clock.moment(60),
        detained_for="Theft",
        requested_at=room.clock.moment(50),
        requested_by="Sgt Marsh",
        reasons=(ReferralReason.INTOXICATION,),
        target_minutes=60,
    )
    return admit_detainee(room.desk, arrival)[0]


def set_level(room: Room, episode: str, level: int) -> None:
    set_care_level(
        room.desk,
        CareSetting(
            episode=episode,
            level=level,
            check_every_minutes=30 if level < 3 else None,
            rouse=True,
            reason="Drowsy after opioids",
        ),
    )


def keep_side(room: Room, field: str, wanted: object, reason: str) -> None:
    """Decide the open conflict over a field for the side that has this value."""
    opened = next(
        one.conflict
        for one in read_conflicts(room.desk)
        if field in one.conflict.alternatives[0].values
    )
    keep = next(i for i, side in enumerate(opened.alternatives) if side.values[field] == wanted)
    seen = tuple(side.operation for side in opened.alternatives)
    resolve_conflict(room.desk, Choice(conflict=opened.id, seen=seen, reason=reason, side=keep))


def agree(centre: Centre, *rooms: Room) -> None:
    """Assert that rooms and server hold the same bytes, history and conflicts."""
    central = centre.rows()
    for room in rooms:
        own = {scope: rows for scope, rows in room.rows().items() if "/device" not in scope}
        by_kind = {scope.rpartition("/")[2]: rows for scope, rows in own.items()}
        for rows in by_kind.values():
            assert rows in central.values()
        for cursor in room.opened.sync.cursors():
            stored = room.opened.sync.digest(cursor.scope)
            assert stored == room.opened.sync.recomputed_digest(cursor.scope)
    assert rooms[0].rows().keys() == rooms[1].rows().keys()
    for scope, rows in rooms[0].rows().items():
        assert rooms[1].rows()[scope] == rows


def test_what_is_superseded_once_a_first_sync_has_begun_comes_too(centre, rooms):
    a, b = rooms
    episode = admit(a).episode
    set_level(a, episode, 2)
    a.exchange()
    with b.exchanging(b.address) as exchange_of_b:
        wanted = tuple(cursor.scope for cursor in b.opened.sync.cursors())
        start = SnapshotStart(protocol=PROTOCOL, scopes=wanted)
        b.opened.sync.begin_snapshots(exchange_of_b.port.snapshot_start(start).manifests)
    set_level(a, episode, 3)
    a.exchange()
    b.exchange()
    assert b.opened.sync.healing.last_incident() is None
    agree(centre, a, b)


def test_what_one_room_records_the_other_sees(centre, rooms):
    a, b = rooms
    admitted = admit(a)
    a.exchange()
    b.exchange()
    rows = list_board(b.desk).rows
    assert [row.episode for row in rows] == [admitted.episode]
    assert rows[0].family == "BARROW"
    agree(centre, a, b)


def test_an_entry_is_held_centrally_only_once_the_server_has_it(centre, rooms):
    a, _ = rooms
    admitted = admit(a)

    def standing() -> Standing:
        seen = a.opened.store.read(lambda look: look.seen("CustodyEpisode", admitted.episode))
        assert seen is not None
        return seen.standing

    assert standing() is Standing.LOCAL
    centre.kill()
    with pytest.raises(OfflineError):
        a.exchange()
    assert standing() is Standing.LOCAL
    centre.start()
    a.address = centre.address
    a.exchange()
    assert standing() is Standing.CENTRAL


def test_through_an_outage_nothing_is_lost_and_a_person_decides(centre, rooms):
    a, b = rooms
    admitted = admit(a)
    set_level(a, admitted.episode, 2)
    review_allergies(a.desk, admitted.patient, AllergyKnowledge.NONE_KNOWN)
    a.exchange()
    b.exchange()

    centre.kill()
    a.contact = b.contact = False
    for room in rooms:
        room.clock.pass_minutes(5)
    record_observations(
        a.desk,
        Observing(
            signing=Signing(episode=admitted.episode, performed_at=a.clock.moment()),
            measured=Measured(
                respiratory_rate=21,
                spo2=94,
                on_oxygen=False,
                systolic_bp=104,
                diastolic_bp=62,
                pulse=112,
                consciousness=Consciousness.ALERT,
                temperature="36.4",
            ),
        ),
    )
    record_fitness_outcome(
        a.desk,
        Deciding(
            signing=Signing(episode=admitted.episode, performed_at=a.clock.moment()),
            purpose=FitnessPurpose.INTERVIEWED,
            outcome=Fitness.NOT_FIT,
            reason="Drowsy after opioids, NEWS2 6",
        ),
    )
    task, _ = add_task(
        a.desk,
        admitted.episode,
        NewTask(what="Re-assess", due_at=a.clock.moment(-60), kind=TaskKind.REASSESS),
    )
    set_level(a, admitted.episode, 3)
    review_allergies(a.desk, admitted.patient, AllergyKnowledge.NONE_KNOWN)
    set_level(b, admitted.episode, 1)
    record_allergy(
        b.desk,
        admitted.patient,
        AllergyEntry(
            substance="Penicillin",
            reaction="Anaphylaxis",
            severity=AllergySeverity.LIFE_THREATENING,
        ),
    )
    for room in rooms:
        with pytest.raises(OfflineError):
            room.exchange()

    a.clock.pass_minutes(61)
    assert "M4" in {alarm.cell for alarm in alarms_now(a.desk)}
    handover = read_handover(a.desk).list.with_something_open
    assert [one.shown.row.episode for one in handover] == [admitted.episode]
    assert list_board(a.desk).rows[0].news2.total == 6

    centre.start()
    for room in rooms:
        room.address = centre.address
        room.contact = True
    for room in (a, b, a):
        room.exchange()

    for room in rooms:
        conflicts = {one.conflict.entity_kind: one.conflict for one in read_conflicts(room.desk)}
        assert conflicts.keys() == {"CareLevel", "AllergyStatus"}
        levels = [side.values["level"] for side in conflicts["CareLevel"].alternatives]
        assert sorted(levels) == [1, 3]
        row = list_board(room.desk).rows[0]
        assert row.care is not None
        assert (row.care.level, row.care.is_provisional) == (3, True)
        assert row.allergies is AllergyKnowledge.KNOWN
        assert task in {one.id for one in row.tasks}
    agree(centre, a, b)

    for field, wanted, reason in (
        ("level", 3, "He is still drowsy, constant is right"),
        ("status", "known", "His wife confirmed the penicillin reaction"),
    ):
        keep_side(b, field, wanted, reason)
    for room in (b, a):
        room.exchange()
    for room in rooms:
        assert read_conflicts(room.desk) == ()
        level = room.opened.store.read(
            lambda look: look.get(CareLevel, care_level_id(admitted.episode))
        )
        assert level is not None
        assert level.level == 3
        every = room.opened.store.read(lambda look: look.conflicts(open_only=False))
        assert [one.status for one in every] == [ConflictStatus.RESOLVED] * 2
    agree(centre, a, b)


def test_a_restart_in_the_middle_of_an_outage_changes_nothing(centre, rooms):
    a, b = rooms
    admitted = admit(a)
    before = a.opened.sync.waiting()
    a.restart()
    assert a.opened.sync.waiting() == before
    assert [row.episode for row in list_board(a.desk).rows] == [admitted.episode]
    a.exchange()
    b.exchange()
    assert a.opened.sync.waiting().operations == 0
    agree(centre, a, b)


def test_ones_own_earlier_entry_that_was_sent_but_not_fetched_back_is_no_conflict(centre, rooms):
    a, b = rooms
    admitted = admit(a)
    set_level(a, admitted.episode, 2)
    with a.exchanging(a.address) as exchange:
        exchange.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
        set_level(a, admitted.episode, 3)
        exchange.push(MAX_OPERATIONS, MAX_PUSH_BYTES)
    a.exchange()
    b.exchange()
    assert read_conflicts(a.desk) == ()
    row = list_board(b.desk).rows[0]
    assert row.care is not None
    assert (row.care.level, row.care.is_provisional) == (3, False)
