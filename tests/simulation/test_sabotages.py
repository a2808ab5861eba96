"""The table of sabotages speaks of every trap; `make sabotage` says if they are caught."""

from __future__ import annotations

import pytest

from tests.simulation.sabotage.__main__ import ROOT, StaleError, sabotaged
from tests.simulation.sabotage.kinds import BEYOND, Sabotage
from tests.simulation.sabotage.table import SABOTAGES
from tests.simulation.sabotage.traps import GAPS, TRAPS


def test_every_trap_has_a_sabotage_or_a_reason_why_there_is_none():
    traps = {one.trap for one in SABOTAGES} - {BEYOND}
    assert sorted(TRAPS) == list(range(1, 51))
    assert traps | GAPS.keys() == TRAPS.keys()
    assert traps.isdisjoint(GAPS)


def test_every_sabotage_has_a_name_of_its_own():
    assert len({one.name for one in SABOTAGES}) == len(SABOTAGES)


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda one: one.name)
def test_the_line_that_a_sabotage_makes_wrong_and_its_tests_are_there(sabotage):
    assert sabotaged(ROOT, sabotage) != (ROOT / sabotage.file).read_text(encoding="utf-8")
    assert [name for name in sabotage.tests if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("old", ["is not there", "import"])
def test_a_line_that_is_not_there_once_is_told(old):
    with pytest.raises(StaleError):
        sabotaged(ROOT, Sabotage(BEYOND, "stale", "sonar_server/push.py", old, ""))
