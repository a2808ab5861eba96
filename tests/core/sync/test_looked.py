from __future__ import annotations

import msgspec

from sonar_core.moments import Moment
from sonar_core.sync.looked import LookedLine, as_said
from tests.core.records.test_unconfirmed_practitioner import SAM


def test_a_line_of_somebody_whom_an_envelope_let_in_says_what_they_said():
    line = LookedLine(
        id="l",
        action="envelope_opened",
        user=SAM.id,
        name="",
        role="",
        pc="NF-MED-01",
        at=Moment(utc_ms=0, zone="Europe/London", offset_minutes=0),
        received_ms=0,
        reason="Agency shift",
    )
    assert as_said(line, SAM) == msgspec.structs.replace(
        line,
        name="Sam Reed (not confirmed)",
        role="paramedic",
        registration="PA12345",
        witness="Sgt Hale",
    )
