"""Disks that are copied, and disks that are put back to what they held before."""

from __future__ import annotations

import random

from tests.simulation.oracle import Saved
from tests.simulation.pc import Pc, SeededIds, SkewedClock
from tests.simulation.views import own_ops
from tests.simulation.world import World

MOST_COPIES = 2


def copy_a_pc(world: World, pc: Pc) -> None:
    """Somebody clones the disk of a PC; from then on both are used."""
    if sum(one.is_copy for one in world.pcs) == MOST_COPIES:
        return
    name = f"pc{len(world.pcs)}"
    file = world.folder / f"{name}.image"
    pc.image(file)
    clock = SkewedClock(
        lambda: world.now_ms, skew_ms=pc.clock.skew_ms, highest_ms=pc.clock.highest_ms
    )
    copy = Pc(
        name=name,
        folder=world.folder / name,
        blank=file,
        clock=clock,
        ids=SeededIds(clock, random.Random(f"{world.seed} {name}")),
        rng=world.rng,
        actor=pc.actor,
        record=pc.record,
        identity=pc.identity,
        device=pc.device,
        network=world.network,
        faults=world.faults,
        recorded=lambda store: world.recorded(store, name),
        is_copy=True,
        spoilt=set(pc.spoilt),
        has_twin=True,
        is_ahead=pc.is_ahead,
        program=pc.program,
    )
    pc.has_twin = True
    world.pcs.append(copy)
    world.touched |= {pc.name, name}
    world.faults.survived["a disk copied"] += 1
    world.say(f"{pc.name} is copied: {name}")


def put_a_disk_back(world: World, pc: Pc) -> None:
    """Keep an image of a disk, or put the disk back to one that was kept.

    What was written since and had not been sent is on no disk any more: the oracle learns that
    nobody need find it. What had been sent is still owed.
    """
    file = world.folder / f"{pc.name}.kept"
    if not file.exists():
        pc.image(file)
        world.say(f"an image of {pc.name} is kept")
        return
    pc.put_back(file)
    file.unlink()
    kept, there = own_ops(pc), world.look_at_server().ops
    gone = f"{pc.name} before step {len(world.trace)}"
    for entry in world.oracle.forget(pc.name, gone, kept):
        if entry.op_id not in there and entry.saved is Saved.SURE:
            entry.saved = Saved.MAYBE
    for key in [key for key in world.oracle.drafts if key[0] == pc.name]:
        del world.oracle.drafts[key]
    world.backup_ms = None
    pc.is_ahead = world.has_lost
    world.touched.add(pc.name)
    world.faults.survived["a disk put back"] += 1
    world.say(f"{pc.name} is put back to its image")
