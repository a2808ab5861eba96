"""One entry that the server cannot take, whatever the reason, holds up nobody's other entries."""

from __future__ import annotations

from unittest import mock

from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync import planner
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.simulation.on_pc import check_at_rest
from tests.simulation.pc import Pc
from tests.simulation.views import own_ops, server_view
from tests.simulation.world import new_world

_decide = planner.decide


def failing(ledger, operation, header, **rest):
    if b"poison" in operation.payload:
        raise ZeroDivisionError
    return _decide(ledger, operation, header, **rest)


def test_an_entry_that_fails_on_the_server_is_kept_and_the_others_go_through(ground):
    with new_world(ground, 3) as world:
        pc = world.pcs[0]
        (stay,) = pc.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
        for text in ("before", "poison", "after"):
            signing = Signing(episode=stay.id, performed_at=now(pc.desk))
            write_note(pc.desk, Noting(signing=signing, text=text))
        with mock.patch("sonar_core.sync.planner.decide", failing):
            assert pc.exchange() is None
        *_, before, poison, after = own_ops(pc).values()
        assert (before.verdict, after.verdict) == ("applied", "applied")
        assert (poison.state, poison.verdict, poison.reason) == ("held", "quarantined", "damaged")
        assert set(own_ops(pc)) == set(server_view(world._eye).ops)
        assert world.server.mistakes == [
            "push_replayed_by_action ZeroDivisionError",
            "action_held_back ZeroDivisionError",
        ]


def set_level(pc: Pc, level: int, reason: str) -> None:
    (stay,) = pc.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
    setting = CareSetting(
        episode=stay.id, level=level, check_every_minutes=30, rouse=False, reason=reason
    )
    set_care_level(pc.desk, setting)


def test_a_record_is_told_by_what_is_held_back_of_it_whatever_waits_after_that(ground):
    # Seed 9006 of 23 November 2026: the oracle took it for a fault.
    with new_world(ground, 3) as world:
        pc = world.pcs[0]
        set_level(pc, 3, "poison")
        with mock.patch("sonar_core.sync.planner.decide", failing):
            assert pc.exchange() is None
        set_level(pc, 4, "asleep")
        assert [op.state for op in own_ops(pc).values()][-2:] == ["held", "waiting"]
        (level,) = pc.desk.store.read(lambda reading: reading.all_of(CareLevel))
        seen = pc.desk.store.read(lambda reading: reading.seen("CareLevel", level.id))
        assert (level.level, seen.standing) == (4, Standing.HELD)
        world.server.mistakes.clear()
        world.touched.add(pc.name)
        world.check()


def test_a_disputed_record_of_which_an_entry_is_held_back_is_told_by_that_at_its_pc_alone(ground):
    # Soak seed 1795500053 of 22 November 2026: the oracle wanted a decision at both.
    with new_world(ground, 3) as world:
        pc, other = world.pcs[:2]
        set_level(pc, 2, "first")
        for one in (pc, other):
            assert one.exchange() is None
        set_level(pc, 3, "here")
        set_level(other, 4, "there")
        for one in (pc, other, pc):
            assert one.exchange() is None
        set_level(pc, 1, "poison")
        with mock.patch("sonar_core.sync.planner.decide", failing):
            assert pc.exchange() is None
        assert other.exchange() is None
        world.server.mistakes.clear()
        view = world.look_at_server(is_thorough=True)
        (conflict,) = other.desk.store.read(lambda reading: reading.conflicts())
        for one, wanted in ((pc, Standing.HELD), (other, Standing.DECISION)):
            seen = one.desk.store.read(
                lambda reading: reading.seen(conflict.entity_kind, conflict.entity)
            )
            assert seen.standing is wanted
            check_at_rest(one, world.oracle, view, {conflict.id})
