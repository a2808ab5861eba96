"""The same rules, chosen by Hypothesis instead of a seed: it shortens what it finds."""

from __future__ import annotations

from contextlib import ExitStack

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.simulation.ground import Ground
from tests.simulation.history import WORLD_RULES, do_something, step
from tests.simulation.people import DEEDS
from tests.simulation.rest import come_to_rest
from tests.simulation.world import new_world

FEW = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Clinic(RuleBasedStateMachine):
    """Two or more PCs; Hypothesis says who does what and what goes wrong."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.world = self._stack.enter_context(new_world(self.ground, 0))

    @rule(chosen=st.sampled_from(list(WORLD_RULES)), pc=st.integers(0, 7), luck=st.integers(0, 255))
    def something_happens(self, chosen, pc, luck) -> None:
        self.world.rng.seed(luck)
        step(self.world, chosen, self.world.pcs[pc % len(self.world.pcs)])

    @rule(deed=st.sampled_from(list(DEEDS)), pc=st.integers(0, 7), luck=st.integers(0, 255))
    def somebody_acts(self, deed, pc, luck) -> None:
        self.world.rng.seed(luck)
        self.world.deeds = [deed]
        step(self.world, do_something, self.world.pcs[pc % len(self.world.pcs)])

    def teardown(self) -> None:
        with self._stack:
            come_to_rest(self.world)


def test_no_order_of_the_rules_breaks_an_invariant(ground):
    Clinic.ground = ground
    run_state_machine_as_test(Clinic, settings=FEW)
