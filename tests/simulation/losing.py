"""Servers that lose their newest commits: put back to a backup, or a standby that lacked them.

The server's database is kept as it was and put back later, with a new epoch, as an operator is
told to give it. What everybody had sent since then is owed all the same: the PCs give it back.
"""

from __future__ import annotations

from tests.simulation import grants
from tests.simulation.pc import DAY_MS
from tests.simulation.world import World

BACKUP_DAYS = 20
"""How old a backup is put back at most: PCs give back what they sent within 30 days."""


def fail_over(world: World) -> None:
    """Let people work at a server whose standby hears nothing of it, then promote the standby."""
    keep(world)
    for _ in range(world.rng.randrange(1, 5)):
        pc = world.rng.choice(world.pcs)
        if world.rng.random() < 0.4:
            world.act(pc)
        else:
            world.exchange(pc)
    lose(world, "a failover")


def restore(world: World) -> None:
    """Make a backup of the server, or put the server back to the one that was made.

    A PC or an account that is younger than the backup would have to be made anew, and what a disk
    that was put back had sent would be nowhere: then the next backup is waited for.
    """
    if world.backup_ms is None or world.now_ms - world.backup_ms > BACKUP_DAYS * DAY_MS:
        keep(world)
        world.say("the server is backed up")
        return
    lose(world, "a restore of the server")


def keep(world: World) -> None:
    """Keep the server's database as it is now."""
    with world.without_server():
        world.ground.keep(world.url)
    world.backup_ms = world.now_ms


def lose(world: World, what: str) -> None:
    """Put the server's database back to what was kept, under a new epoch."""
    before = len(world.look_at_server().ops)
    with world.without_server():
        world.ground.put_back(world.url)
    world.backup_ms, world.has_lost = None, True
    for pc in world.pcs:
        pc.is_ahead = True
        world.touched.add(pc.name)
    world.server.begin_an_epoch()
    # A word on who may hold what that was lost with the rest is no word any more.
    grants.learn(world)
    lost = before - len(world.look_at_server().ops)
    world.faults.survived[what] += 1
    world.done["operations lost by the server"] += lost
    world.say(f"{what} loses {lost} operations")
