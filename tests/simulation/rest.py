"""How a history ends: no faults any more, everybody exchanges, and what must hold then does."""

from __future__ import annotations

from tests.journeys.generations import GENERATIONS, acting_as
from tests.simulation import on_pc, on_server, spoiling
from tests.simulation.on_server import must
from tests.simulation.views import ServerView
from tests.simulation.world import World

ROUNDS_TO_REST = 4


def come_to_rest(world: World) -> None:
    """Stop all faults, let everybody exchange, and check what must hold then."""
    world.faults.calm()
    world.faults.begin_step()
    while world.network.late:
        world.network.deliver_late()
    world.add_pc(site=0)
    _update_all(world)
    world.now_ms += spoiling.look_over_all(world.pcs)
    for _ in range(ROUNDS_TO_REST):
        if _is_quiet(world):
            break
        for pc in world.pcs:
            world.exchange(pc)
    view = world.look_at_server(is_thorough=True)
    with acting_as(world.server.program):
        on_server.check_all_is_kept(view, world.oracle)
        on_server.check_whole_groups(view, world.oracle, world.servers)
        _check_pcs(world, view)


def _update_all(world: World) -> None:
    """Where any program is newer than the first, all become the newest."""
    if {world.server.program, *(pc.program for pc in world.pcs)} != {GENERATIONS[0]}:
        for one in (None, *world.pcs):
            world.update(one, GENERATIONS[-1])


def _is_quiet(world: World) -> bool:
    """Whether everybody has sent and fetched everything, as the tables say."""
    ahead = world.look_at_server().heads
    return all(
        not pc.rows("SELECT 1 FROM own_op WHERE state <> 'acked'")
        and not on_pc.is_leaving(pc)
        and not spoiling.is_to_be_told(pc)
        and all(
            seq == ahead[scope][0]
            for scope in pc.may_hold()
            for (seq,) in pc.rows("SELECT seq FROM cursor WHERE scope = ?", scope) or ((-1,),)
        )
        for pc in world.pcs
    )


def _check_pcs(world: World, view: ServerView) -> None:
    boards: dict[str, list[bytes]] = {}
    for pc in world.pcs:
        on_pc.check_pc(pc, world.oracle, view)
        site = pc.record.site
        on_pc.check_at_rest(pc, world.oracle, view, on_server.open_conflicts(view, site))
        if on_pc.holds_back(pc) or on_pc.holds_alone(pc):
            continue
        board = sorted(pc.opened.store.read(lambda reading: reading.board()))
        may_hold_all = not world.server.revoked.get(pc.device.id)
        same = not may_hold_all or board == boards.setdefault(site, board)
        must(same, "I3", f"{pc.name} shows another board than its neighbour")
