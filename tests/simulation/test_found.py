"""Faults that histories found, each kept in as few steps as show it."""

from __future__ import annotations

import random
from unittest import mock

import pytest

from sonar_core.moments import moment_at
from sonar_core.records.allergy_status import AllergyStatus
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.note import Note
from sonar_core.sync.grants import CopyState
from sonar_desktop.sync.errors import CutOffError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.usecases.complete_task import complete_task
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_server import granting
from tests.simulation import copies, grants, losing, on_pc, on_server, people, spoiling
from tests.simulation.faults import PcCrash
from tests.simulation.pc import DAY_MS, ZONE, Pc
from tests.simulation.rest import come_to_rest
from tests.simulation.views import own_ops
from tests.simulation.withdrawn import revoked_copies
from tests.simulation.world import World, new_world


def board(world: World, number: int) -> list[bytes]:
    return sorted(world.pcs[number].opened.store.read(lambda reading: reading.board()))


def test_a_board_line_counts_an_access_line_as_unsent_only_until_it_is_held_centrally(ground):
    # Seed 7 of 22 November 2026: the PC that only looked went on saying "saved on this PC".
    with new_world(ground, 0) as world:
        first, second = world.pcs[0], world.add_pc(site=0)
        world.exchange(first)
        world.exchange(second)
        people.look_at(second.desk, random.Random(0))
        assert board(world, 0) != board(world, -1)
        world.exchange(second)
        assert board(world, 0) == board(world, -1)


@pytest.mark.parametrize("since", ["an exchange", "nothing", "a restart"])
def test_a_pc_whose_clock_is_a_year_behind_takes_the_true_time_of_a_release(ground, since):
    # It was judged by the PC's clock alone, and refused as lying a year ahead (decision 20).
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        world.exchange(first)
        (stay,) = first.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
        now = moment_at(world.now_ms, ZONE)
        first.clock.skew_ms = -365 * DAY_MS
        if since == "an exchange":
            world.exchange(first)
            assert first._link.clock_error_ms() == -365 * DAY_MS
        elif since == "a restart":
            first.restart()
        release_detainee(first.desk, stay.id, "home", released_at=now)
        with pytest.raises(InputError):
            complete_task(first.desk, "", done_at=moment_at(world.now_ms + DAY_MS, ZONE))


def texts(world: World, number: int) -> list[str]:
    notes = world.pcs[number].desk.store.read(lambda reading: reading.all_of(Note))
    return sorted(one.text for one in notes)


def draft_a_note(world: World, pc: Pc, text: str, record: str) -> None:
    (stay,) = pc.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
    keep_draft(
        pc.desk, record=record, form="note", episode=stay.id, body=text.encode(), place="text"
    )


def test_a_draft_that_was_copied_with_its_disk_may_be_signed_on_both_and_is_two_entries(ground):
    # Seed 8 of 22 November 2026, once rows were spoilt too: both entries bore the draft's id, and
    # the second was held back at the server as a collision.
    with new_world(ground, 0) as world:
        first, identifier = world.pcs[0], world.pcs[0].ids.new()
        draft_a_note(world, first, "calm", identifier)
        copies.copy_a_pc(world, first)
        draft_a_note(world, world.pcs[-1], "asleep", identifier)
        for pc in (first, world.pcs[-1]):
            people.sign_draft(pc.desk, random.Random(0))
            assert my_drafts(pc.desk) == []
        come_to_rest(world)
        assert {tuple(texts(world, number)) for number in range(4)} == {("asleep", "calm")}
        on_server.check_all_is_kept(world.look_at_server(), world.oracle)


def test_a_draft_that_came_back_with_an_older_disk_may_be_signed_again(ground):
    # What was signed comes back from the server under its own id: the draft bears another.
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        draft_a_note(world, first, "calm", first.ids.new())
        copies.put_a_disk_back(world, first)
        people.sign_draft(first.desk, random.Random(0))
        world.exchange(first)
        copies.put_a_disk_back(world, first)
        world.exchange(first)
        assert texts(world, 0) == ["calm"]
        people.sign_draft(first.desk, random.Random(0))
        come_to_rest(world)
        assert texts(world, 0) == texts(world, 1) == ["calm", "calm"]


def test_a_board_line_stops_saying_that_the_server_lost_something_when_the_last_of_it_is_back(
    ground,
):
    # Seed 0 of 23 November 2026, once servers lost commits: the note came back after the records
    # that the board is made of, and the line went on saying "not held centrally".
    with new_world(ground, 0) as world:
        first, second = world.pcs
        losing.keep(world)
        people.note(first.desk, random.Random(0))
        world.exchange(first)
        world.exchange(second)
        losing.lose(world, "a failover")
        world.exchange(second)
        assert b"unheld" in board(world, 1)[0]
        world.exchange(first)
        world.exchange(second)
        assert board(world, 1) == board(world, 0)


def test_what_others_wrote_over_an_entry_is_shown_until_a_server_that_lost_both_has_either(ground):
    # Seed 9017 of 23 November 2026: a power cut between the verdict and the rows. The PC went on
    # showing what it had last seen, as it should, and said that it is held centrally.
    with new_world(ground, 0) as world:
        first, second = world.pcs
        for pc in world.pcs:
            world.exchange(pc)
        losing.keep(world)
        for pc in (second, first):
            world.now_ms += 60_000
            people.allergy(pc.desk, random.Random(0))
            world.exchange(pc)
        world.exchange(second)
        (before,) = second.desk.store.read(lambda reading: reading.all_of(AllergyStatus))
        losing.lose(world, "a failover")
        exchange = exchange_of(second)
        exchange.reconcile()
        exchange.push(500, 1 << 20)
        world.check()
        seen = second.desk.store.read(lambda reading: reading.seen("AllergyStatus", before.id))
        assert (seen.record, seen.standing) == (before, Standing.UNHELD)
        come_to_rest(world)


def test_a_scope_whose_revocation_the_server_lost_goes_back_with_the_others(ground):
    # Seed 9060 of 23 November 2026: it was held again at a place of the epoch before, and the
    # exchange in which the PC learnt of the loss failed.
    with new_world(ground, 0) as world:
        first, second = world.pcs
        for pc in world.pcs:
            world.exchange(pc)
        losing.keep(world)
        people.note(first.desk, random.Random(0))
        world.exchange(first)
        world.exchange(second)
        with world.server.administrator() as central:
            granting.say_of_device(central, second.device, ScopeKind.CLINICAL, is_granted=False)
        grants.learn(world)
        exchange_of(second).learn_grants()
        assert set(revoked_copies(second).values()) == {CopyState.REVOKED}
        losing.lose(world, "a failover")
        exchange = exchange_of(second)
        exchange.run()
        assert exchange.given_back == 0
        assert revoked_copies(second) == {}
        come_to_rest(world)


def test_a_stay_that_had_gone_is_not_owed_again_by_a_pc_that_reads_the_word_of_it_once_more(ground):
    # Seed 9099 of 23 November 2026: it goes back to before the word, which the server has still.
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        for pc in world.pcs:
            world.exchange(pc)
        people.release(first.desk, random.Random(0))
        world.exchange(first)
        world.now_ms += 5 * DAY_MS
        world.server.retire()
        losing.keep(world)
        # The word and this come in one frame: the PC keeps no place between the two.
        people.allergy(first.desk, random.Random(0))
        for _ in range(3):
            world.exchange(first)
        assert first.rows("SELECT 1 FROM retired WHERE is_gone = 1")
        losing.lose(world, "a failover")
        exchange = exchange_of(first)
        exchange.reconcile()
        exchange.push(500, 1 << 20)
        exchange.fetch_first(set(first.may_hold()))
        exchange.pull(first.opened.sync.position())
        assert first.rows("SELECT 1 FROM retired WHERE is_gone = 0")
        world.check()
        come_to_rest(world)


def test_a_decision_stands_though_a_version_that_it_was_made_on_is_on_no_disk_any_more(ground):
    # Seed 31 of 23 November 2026: it was held back for good, and shown over what came later.
    with new_world(ground, 0) as world:
        first, second = world.pcs
        for pc in world.pcs:
            world.exchange(pc)
        copies.put_a_disk_back(world, second)
        world.act(first, people.care_level)
        world.exchange(first)
        losing.keep(world)
        world.act(second, people.care_level)
        world.exchange(second)
        world.exchange(first)
        world.act(first, people.decide)
        (decided,) = first.desk.store.read(lambda reading: reading.all_of(CareLevel))
        losing.lose(world, "a failover")
        copies.put_a_disk_back(world, second)
        for pc in (*world.pcs, *world.pcs):
            world.exchange(pc)
        world.check()
        for pc in world.pcs:
            assert not on_pc.holds_back(pc)
            assert pc.desk.store.read(lambda reading: reading.conflicts()) == []
            assert pc.desk.store.read(lambda reading: reading.all_of(CareLevel)) == [decided]


def test_what_was_written_into_a_copy_that_has_gone_is_shown_when_the_server_loses_it(ground):
    # Seed 179 of 23 November 2026: it waited, and was shown nowhere.
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        for pc in world.pcs:
            world.exchange(pc)
        losing.keep(world)
        people.order(first.desk, random.Random(1))
        world.exchange(first)
        with world.server.administrator() as central:
            granting.say_of_device(central, first.device, ScopeKind.MEDICINES, is_granted=False)
        grants.learn(world)
        world.exchange(first)
        assert set(revoked_copies(first).values()) == {CopyState.GONE}
        losing.lose(world, "a failover")
        exchange_of(first).reconcile()
        world.check()
        (order,) = first.desk.store.read(lambda reading: reading.all_of(MedicationRequest))
        seen = first.desk.store.read(lambda reading: reading.seen("MedicationRequest", order.id))
        assert seen.standing is Standing.LOCAL
        come_to_rest(world)


def test_a_copy_gives_back_what_was_taken_in_an_incarnation_that_the_server_lost(ground):
    # Seed 131 of 23 November 2026: it took another incarnation for what waited, and what had been
    # acknowledged was on no server any more. Its rows were not here: their scope was revoked.
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        world.exchange(first)
        copies.copy_a_pc(world, first)
        copy = world.pcs[-1]
        with world.server.administrator() as central:
            granting.say_of_device(central, first.device, ScopeKind.CLINICAL, is_granted=False)
        grants.learn(world)
        people.note(first.desk, random.Random(1))
        world.exchange(first)
        losing.keep(world)
        people.note(copy.desk, random.Random(2))
        world.exchange(copy)
        world.exchange(copy)
        assert set(revoked_copies(copy).values()) == {CopyState.GONE}
        losing.lose(world, "a restore of the server")
        people.admit(copy.desk, random.Random(3))
        world.exchange(copy)
        known = world.look_at_server(is_thorough=True)
        assert own_ops(copy).keys() <= known.ops.keys()


def test_nothing_is_written_or_sent_by_a_pc_whose_power_went(ground):
    # A `finally` of the program must do nothing that the disk would keep or the server hear of.
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        world.exchange(first)
        before = len(world.look_at_server().ops)
        people.note(first.desk, random.Random(0))
        first._dead()
        with pytest.raises(PcCrash):
            people.note(first.desk, random.Random(0))
        with pytest.raises(PcCrash):
            first.exchange()
        assert len(texts(world, 0)) == 1
        assert len(world.look_at_server().ops) == before


def test_nobody_begins_an_exchange_while_all_places_of_their_site_wait_for_them(ground):
    # Soak seed 1795500070 of 22 November 2026: a third push within two others waited for itself.
    with new_world(ground, 0) as world:
        site = world.pcs[0].device.site
        world.add_pc(site=0)
        first, second, _third = [pc for pc in world.pcs if pc.device.site == site]
        begun: set[str] = set()
        asked: list[Pc] = []
        for pc in (first, second):
            world.exchange(pc)

        def meanwhile() -> None:
            if world.server.is_full(first.device):
                with (
                    mock.patch.object(world, "exchange", lambda pc: begun.add(pc.device.site)),
                    mock.patch.object(world, "act", asked.append),
                ):
                    for _ in range(40):
                        world._interlude()
            elif world.server._pushing[site] and not second.is_exchanging:
                people.note(second.desk, random.Random(0))
                second.exchange()

        people.note(first.desk, random.Random(0))
        world.faults.interlude, world.faults.interlude_chance = meanwhile, 1.0
        with mock.patch("tests.simulation.faults.MOST_INTERLUDES", 1000):
            first.exchange()
        assert {pc.device.site for pc in asked} >= {site}
        assert site not in begun
        assert not world.server.is_full(first.device)


def test_a_row_of_a_kind_that_its_program_does_not_know_is_spoilt_as_any_other():
    # Seed 6142 of 23 November 2026: the history ended in a KeyError of the simulator.
    body = b'{"marks":["arm"]}'
    _, spoilt = spoiling.another_letter(("record", 1, "BodyMap", body), random.Random(0))
    assert spoilt != body
    assert len(spoilt) == len(body)


def test_an_answer_within_which_the_server_fails_is_one_that_was_cut_off(ground):
    # Seed 3210 of 23 November 2026: the server's own exception came out of the PC's exchange.
    with new_world(ground, 0) as world:
        late, struck = world.add_pc(site=0), world.faults.is_struck

        def fails_after(name: str) -> bool:
            world.faults.hiccups += name == "pc after asking /v1/sync/snapshot"
            return struck(name)

        with mock.patch.object(world.faults, "is_struck", fails_after):
            assert isinstance(late.exchange(), CutOffError)
        assert world.faults.hiccups == 0
        assert late.exchange() is None


@pytest.mark.parametrize("luck", range(2))
def test_what_was_decided_stays_in_sight_when_the_server_loses_the_dispute_too(ground, luck):
    # Seeds 3762 and 3766 of 23 November 2026, 100 steps: the author's own side lay on top of it.
    with new_world(ground, 0) as world:
        first, second = world.pcs
        for pc in world.pcs:
            world.exchange(pc)
        losing.keep(world)
        people.care_level(second.desk, random.Random(1))
        people.care_level(first.desk, random.Random(2))
        for pc in (second, first, first):
            world.exchange(pc)
        people.decide(first.desk, random.Random(luck))
        world.exchange(first)
        (decided,) = first.desk.store.read(lambda reading: reading.all_of(CareLevel))
        losing.lose(world, "a failover")
        exchange_of(first).reconcile()
        assert first.desk.store.read(lambda reading: reading.all_of(CareLevel)) == [decided]


def exchange_of(pc: Pc) -> Exchange:
    return Exchange(
        port=pc._link,
        store=pc.opened.sync,
        report=lambda *_: None,
        changed=lambda _: None,
    )
