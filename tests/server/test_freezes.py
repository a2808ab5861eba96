"""A PC tells that nothing leaves its disk, and learns that an operator has lifted that."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.healing import MOST_INCIDENTS, Freeze, Report
from sonar_core.sync.messages import PROTOCOL
from sonar_server import freezes
from sonar_server.administration import AdministrationError
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.operators import Word
from sonar_server.store import incidents
from tests.server.pc import Pc, new_id

TRIPPED = Freeze(at_ms=1_795_000_000_000, kinds="Note, Task")
LATER = Freeze(at_ms=1_795_000_000_001, kinds="Note")
WORD = Word("A. Reid", "the copy was looked at")


def tell(pc: Pc, *told: Freeze) -> tuple[int, ...]:
    return pc.link.report(Report(protocol=PROTOCOL, incidents=(), freezes=told)).lifted


def kept(central: Central, pc: Pc) -> list[tuple[str, str]]:
    every = central.database.run(incidents.incidents)
    device = f"device {pc.enrolled.device} "
    return [(one.kind, one.detail) for one in every if one.detail.startswith(device)]


def test_a_freeze_is_one_incident_however_often_it_is_told(central, pc):
    assert tell(pc, TRIPPED) == tell(pc, TRIPPED) == ()
    ((kind, detail),) = kept(central, pc)
    assert kind == freezes.FROZEN
    assert "(Note, Task)" in detail


def test_a_lifted_freeze_is_learnt_and_who_lifted_it_is_kept(central, pc):
    tell(pc, TRIPPED)
    assert freezes.lift(central, pc.enrolled.device, WORD) == 1
    assert tell(pc, TRIPPED) == (TRIPPED.at_ms,)
    kind, detail = kept(central, pc)[1]
    assert kind == freezes.LIFTED
    assert detail.endswith("A. Reid says: the copy was looked at")


def test_a_freeze_that_comes_later_is_another_one(central, pc):
    tell(pc, TRIPPED)
    freezes.lift(central, pc.enrolled.device, WORD)
    assert tell(pc, LATER) == ()
    assert [kind for kind, _ in kept(central, pc)].count(freezes.FROZEN) == 2


def test_another_pc_stays_as_it_is(central, pc, new_pc):
    other = new_pc()
    tell(pc, TRIPPED)
    tell(other, TRIPPED)
    freezes.lift(central, pc.enrolled.device, WORD)
    assert tell(other, TRIPPED) == ()


def test_there_has_to_be_one_to_lift(central, pc):
    for device in (pc.enrolled.device, new_id(), "no id"):
        with pytest.raises(AdministrationError, match="has told"):
            freezes.lift(central, device, WORD)
    tell(pc, TRIPPED)
    freezes.lift(central, pc.enrolled.device, WORD)
    with pytest.raises(AdministrationError):
        freezes.lift(central, pc.enrolled.device, WORD)
    assert len(kept(central, pc)) == 2


@pytest.mark.parametrize(
    "changes", [{"at_ms": -1}, {"at_ms": 1 << 60}, {"kinds": "x" * 1001}, {"kinds": "a\nb"}]
)
def test_what_is_no_freeze_is_refused(central, pc, changes):
    with pytest.raises(RefusedError):
        tell(pc, msgspec.structs.replace(TRIPPED, **changes))
    assert kept(central, pc) == []


def test_too_many_are_refused(pc):
    with pytest.raises(RefusedError):
        tell(pc, *[TRIPPED] * (MOST_INCIDENTS + 1))
