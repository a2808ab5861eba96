from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.healing import (
    AskBuckets,
    AskSums,
    CopyIncident,
    FoundBy,
    Report,
    Reported,
    Sums,
)
from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import FIRST_CHAIN

AT = Cursor(scope="s/clinical", epoch=1, seq=7, commit_no=3, chain=FIRST_CHAIN)
OPEN = CopyIncident(id="i", scope=AT.scope, epoch=1, seq=7, found_ms=5, found_by=FoundBy.SELF_CHECK)


@pytest.mark.parametrize(
    "message",
    [
        AskSums(protocol=1, cursor=AT),
        Sums(sums=(bytes(16),), server_ms=1),
        AskBuckets(protocol=1, cursor=AT, buckets=(3, 255)),
        Report(protocol=1, incidents=(OPEN, msgspec.structs.replace(OPEN, healed_ms=9))),
        Reported(server_ms=1),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_is_said_arrives_as_it_was_said_whatever_a_newer_program_adds(message):
    wire = msgspec.msgpack.encode(message)
    assert msgspec.msgpack.decode(wire, type=type(message)) == message
    newer = msgspec.msgpack.encode({**msgspec.msgpack.decode(wire), "of a newer program": 1})
    assert msgspec.msgpack.decode(newer, type=type(message)) == message
