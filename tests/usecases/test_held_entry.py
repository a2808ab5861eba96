from __future__ import annotations

import pytest

from sonar_core.sync.messages import Reason
from sonar_desktop.usecases.held_entry import WayOut, way_out
from sonar_desktop.usecases.identity_ports import OutboxEntry


def entry(kind="Note", **more) -> OutboxEntry:
    known = {"number": 7, "episode": "e", "author": "Okafor", "written_ms": 5, "is_held": True}
    return OutboxEntry(kind=kind, **{**known, "reason": Reason.DAMAGED, "is_stuck": True, **more})


@pytest.mark.parametrize(
    ("held", "way"),
    [
        (entry(), WayOut.FORM),
        (entry("ObservationSet"), WayOut.FORM),
        (entry("FitnessOutcome"), WayOut.FORM),
        (entry("ConflictResolution"), WayOut.RECORD),
        (entry(episode=None), WayOut.OTHERWISE),
        (entry(is_stuck=False, reason=Reason.MISSING_PARENT), WayOut.OTHERWISE),
        (entry("CareLevel", is_stuck=False), WayOut.OTHERWISE),
        (entry(corrected_ms=9), WayOut.CORRECTED),
        (entry("Seance", is_readable=False), WayOut.UNREADABLE),
        (entry(is_readable=False, corrected_ms=9), WayOut.UNREADABLE),
    ],
)
def test_what_can_be_done_about_an_entry_held_back(held, way):
    assert way_out(held) is way
