from __future__ import annotations

import msgspec

from sonar_core.sync.looked import AskLooked, Looked, LookedLine, as_said
from tests.core.records.test_unconfirmed_practitioner import SAM
from tests.core.sync.clinic import NOON, moment


def test_question_and_answer_travel_as_they_were():
    asked = AskLooked(protocol=1, patient="p", user="u", lease_id="l")
    line = LookedLine(
        id="e",
        action="opened_record",
        user="u",
        name="Rhona Okafor",
        role="nurse",
        pc="A",
        at=moment(),
        received_ms=NOON,
    )
    told = Looked(lines=(line,), server_ms=NOON, has_more=True)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=AskLooked) == asked
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=Looked) == told


def test_a_line_of_somebody_whom_an_envelope_let_in_says_what_they_said():
    line = LookedLine(
        id="l",
        action="envelope_opened",
        user=SAM.id,
        name="",
        role="",
        pc="NF-MED-01",
        at=moment(),
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
