from __future__ import annotations

import msgspec

from sonar_core.sync.looked import AskLooked, Looked, LookedLine
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
