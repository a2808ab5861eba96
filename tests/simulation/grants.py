"""Scopes are granted and revoked while people work; and what a PC may hold then."""

from __future__ import annotations

from sonar_core.ids import to_bytes
from sonar_core.sync.grants import REVOCABLE
from sonar_server import granting
from sonar_server.store import places
from tests.simulation.pc import Pc
from tests.simulation.world import World


def grant_or_revoke(world: World, pc: Pc) -> None:
    """An administrator says of a PC, or of its whole site, whether it may hold a scope."""
    kind = world.rng.choice(REVOCABLE)
    is_granted = world.rng.random() < 0.5
    is_of_site = world.rng.random() < 0.2
    site = next(one for one in world.ground.estate.sites if one.id == pc.record.site)
    with world.server.administrator() as central:
        if is_of_site:
            granting.say_of_site(central, site, kind, is_granted=is_granted)
        else:
            granting.say_of_device(central, pc.device, kind, is_granted=is_granted)
    learn(world)
    word = "granted to" if is_granted else "revoked from"
    world.done[f"{kind} {word} a PC"] += 1
    world.say(f"{kind} is {word} {site.name if is_of_site else pc.name}")


def learn(world: World) -> None:
    """Have the oracle go by what the server's database says that each PC may hold."""
    with world.server.administrator() as central:
        for one in world.pcs:
            device = central.database.run(
                lambda transaction, one=one: places.find_device(
                    transaction, to_bytes(one.device.id)
                )
            )
            if device is not None and (device.revoked or one.device.id in world.server.revoked):
                world.server.revoked[one.device.id] = device.revoked
                world.touched.add(one.name)
