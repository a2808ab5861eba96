"""The table of sabotages speaks of every trap once; `make sabotage` says if they are caught."""

from __future__ import annotations

from tests.simulation.sabotage.table import GAPS, SABOTAGES


def test_every_trap_has_a_sabotage_or_a_reason_why_there_is_none():
    traps = {one.trap for one in SABOTAGES} - {0}
    reasons = [gap.trap for gap in GAPS]
    assert sorted(traps | set(reasons)) == list(range(1, 51))
    assert traps.isdisjoint(reasons)


def test_every_sabotage_has_a_name_of_its_own():
    assert len({one.name for one in SABOTAGES}) == len(SABOTAGES)
