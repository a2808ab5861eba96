"""A history: rules chosen by a seed, one after the other, then rest; and the table of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sonar_core.moments import HOUR_MS
from sonar_core.sync.keeping import KEEP_DAYS
from sonar_core.sync.retirement import AFTER_HOURS
from tests.journeys.generations import GENERATIONS
from tests.simulation import losing, people, spoiling
from tests.simulation.copies import copy_a_pc, put_a_disk_back
from tests.simulation.faults import EndlessError, PcCrash, ServerCrash
from tests.simulation.grants import grant_or_revoke
from tests.simulation.ground import Ground
from tests.simulation.novelties import write_what_is_new
from tests.simulation.pc import Pc
from tests.simulation.rest import come_to_rest
from tests.simulation.world import World, new_world

STEPS = 40
"""Steps of a history before it comes to rest."""

# The table of rules. A new one is a function and a line in WORLD_RULES with its weight.

Rule = Callable[[World, Pc], Any]


def do_something(world: World, pc: Pc) -> None:
    for _ in range(world.rng.randrange(1, 4)):
        world.faults.begin_step()
        world.act(pc)


def do_the_same_apart(world: World, _pc: Pc) -> None:
    """Several people change what they have not seen each other change."""
    deed = world.rng.choice(world.deeds)
    for pc in world.rng.sample(world.pcs, world.rng.randrange(2, len(world.pcs) + 1)):
        world.faults.begin_step()
        world.act(pc, deed)


def send_and_fetch(world: World, pc: Pc) -> None:
    world.faults.begin_step()
    world.faults.interlude_chance = world.rng.choice((0, 0, 0.1, 0.3))
    world.exchange(pc)


def send_and_fetch_over_a_bad_line(world: World, pc: Pc) -> None:
    world.faults.begin_step()
    world.faults.wire_chance = world.rng.choice((0.1, 0.3, 0.6))
    world.faults.interlude_chance = world.rng.choice((0, 0.1))
    world.exchange(pc)


def lose_power_while_recording(world: World, pc: Pc) -> None:
    world.faults.begin_step(crash_in=world.rng.randrange(1, 6))
    world.act(pc)


def stop_something_while_exchanging(world: World, pc: Pc) -> None:
    world.faults.begin_step(crash_in=world.rng.choice((4, 8, 15, 30, 60)) - world.rng.randrange(4))
    world.faults.interlude_chance = world.rng.choice((0, 0, 0.1))
    world.exchange(pc)


def restart_a_pc(world: World, pc: Pc) -> None:
    pc.restart()
    world.touched.add(pc.name)
    world.faults.survived["restart of a PC"] += 1
    world.say(f"{pc.name} starts again")


def restart_the_server(world: World, _pc: Pc) -> None:
    world.server.restart()
    world.faults.survived["restart of the server"] += 1
    world.say("the server starts again")


def update_a_program(world: World, pc: Pc) -> None:
    """A PC or the server becomes a newer version, the others stay as they are."""
    chosen = None if world.rng.random() < 0.2 else pc
    newer = GENERATIONS.index((chosen or world.server).program) + 1
    if newer < len(GENERATIONS):
        world.update(chosen, world.rng.choice(GENERATIONS[newer:]))
    if chosen is not None:
        for _ in range(world.rng.randrange(4)):
            world.act(pc, write_what_is_new)


def set_a_clock_wrong(world: World, pc: Pc) -> None:
    minute, year = 60_000, 365 * 86_400_000
    size = world.rng.choice((minute, 30 * minute, 86_400_000, year, 10 * year))
    pc.clock.skew_ms = world.rng.choice((-size, 0, size))
    world.faults.survived["a clock set wrong"] += 1
    world.say(f"{pc.name}'s clock is wrong by {pc.clock.skew_ms} ms")


def spoil_a_row(world: World, pc: Pc) -> None:
    """A byte changes on a PC's disk; nothing but the program itself will notice."""
    if done := spoiling.spoil(pc):
        world.faults.survived["a spoilt row"] += 1
        world.say(f"{pc.name}: {done}")


def deliver_late(world: World, _pc: Pc) -> None:
    world.faults.begin_step()
    world.network.deliver_late()


def add_a_pc(world: World, _pc: Pc) -> None:
    if len(world.pcs) < world.most_pcs:
        world.say(f"{world.add_pc().name} is enrolled")
        world.backup_ms = None


def add_a_nurse(world: World, _pc: Pc) -> None:
    """The reference scope grows too, whose rows belong to no patient."""
    world.server.add_nurse(f"nurse of step {len(world.trace)}")
    world.say("a nurse gets an account")
    world.backup_ms = None


def fail_over(world: World, _pc: Pc) -> None:
    world.faults.begin_step()
    losing.fail_over(world)


def restore_the_server(world: World, _pc: Pc) -> None:
    losing.restore(world)


def days_pass(world: World, pc: Pc) -> None:
    """Somebody is released, and stays that are over leave; others act in the moment before."""
    world.faults.begin_step()
    for _ in range(world.rng.randrange(3)):
        world.act(pc, people.release)
    if world.rng.random() < 0.7:
        world.exchange(pc)
    # Now and then a month: what was acknowledged before it goes off the PCs.
    world.now_ms += world.rng.choice((AFTER_HOURS, AFTER_HOURS, 24 * KEEP_DAYS)) * HOUR_MS + HOUR_MS
    world.faults.begin_step()
    world.faults.interlude_chance = world.rng.choice((0, 0.5))
    count = 0
    with suppress(ServerCrash):
        count = world.server.retire()
    world.done["stays retired"] += count
    world.say(f"days pass, and {count} stays leave")


WORLD_RULES: dict[Rule, int] = {
    do_something: 36,
    do_the_same_apart: 14,
    send_and_fetch: 14,
    send_and_fetch_over_a_bad_line: 10,
    lose_power_while_recording: 4,
    stop_something_while_exchanging: 9,
    restart_a_pc: 2,
    restart_the_server: 1,
    update_a_program: 4,
    set_a_clock_wrong: 2,
    spoil_a_row: 4,
    deliver_late: 3,
    add_a_pc: 2,
    add_a_nurse: 2,
    copy_a_pc: 1,
    put_a_disk_back: 3,
    days_pass: 4,
    grant_or_revoke: 3,
    fail_over: 2,
    restore_the_server: 4,
}


def step(world: World, rule: Rule, pc: Pc) -> None:
    """Apply one rule, let time pass and check."""
    world.now_ms += world.rng.choice((1_000, 20_000, 600_000))
    world.faults.calm()
    world.done["steps"] += 1
    try:
        rule(world, pc)
    except PcCrash as crash:
        raise AssertionError("a power cut that nobody recovered from") from crash
    world.faults.calm()
    world.check()


@dataclass(kw_only=True)
class History:
    """What became of one seed."""

    seed: int
    trace: list[str]
    done: Counter[str]
    survived: Counter[str]
    reached: Counter[str]
    operations: int
    digests: dict[str, bytes]


class HistoryError(AssertionError):
    """A history that broke an invariant, with the command that repeats it."""


def run_history(ground: Ground, seed: int, steps: int) -> History:
    """Play one seed to its end; raises HistoryError with its last steps."""
    with new_world(ground, seed) as world:
        rules = [rule for rule, weight in WORLD_RULES.items() for _ in range(weight)]
        try:
            for _ in range(steps):
                step(world, world.rng.choice(rules), world.rng.choice(world.pcs))
            come_to_rest(world)
        except (Exception, EndlessError) as error:
            tail = "\n".join(world.trace[-12:])
            raise HistoryError(
                f"{type(error).__name__} {error}\n{tail}\n"
                f"repeat: .venv/bin/python -m tests.simulation --seed {seed} --steps {steps}"
            ) from error
        view = world.view
        assert view is not None
        world.done.update(f"verdict {op.verdict}" for op in view.ops.values())
        world.done["sent again in another incarnation"] += len(view.repeats)
        for pc in world.pcs:
            ((gone,),) = pc.rows("SELECT next_seq - 1 - (SELECT count(*) FROM own_op) FROM device")
            world.done["operations purged"] += gone
        rows = (one for log in view.log.values() for one in log)
        world.done.update(f"row of {one.row.kind}" for one in rows)
        return History(
            seed=seed,
            trace=world.trace,
            done=world.done,
            survived=world.faults.survived,
            reached=world.faults.reached,
            operations=len(view.ops),
            digests={scope: head[3] for scope, head in view.heads.items()},
        )
