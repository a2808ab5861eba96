from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
import zstandard

from sonar_core.sync.frames import frame_of, is_packed, split_frames
from sonar_core.sync.messages import MEDIA_TYPE, PACKED, PROTOCOL, End, Pull
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_server.central import Central
from tests.postgres import BlankOrganisation
from tests.server.pc import HttpLink, Pc, inflated
from tests.server.serving import Serving


@pytest.fixture
def link(organisation: BlankOrganisation, central: Central, pc: Pc, tmp_path) -> Iterator[HttpLink]:
    serving = Serving(organisation, central.database.url, tmp_path)
    yield pc.over_http(serving.address)
    serving.stop()


def test_a_pull_that_fetches_nothing_is_answered_in_one_piece(link, pc):
    pc.push(*pc.wrote(*pc.admitted()))
    body = msgspec.msgpack.encode(Pull(protocol=PROTOCOL, cursors=(pc.copy().cursor,)))
    answer = link.send("/v1/sync/pull", body)
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert isinstance(frame_of(split_frames(answer.content).payloads[0]), End)


def test_frames_are_packed_one_by_one_for_a_device_that_can_read_them(link, pc):
    pc.push(*pc.wrote(*pc.admitted()))
    start = msgspec.structs.replace(pc.copy().cursor, seq=0, commit_no=0, chain=FIRST_CHAIN)
    body = msgspec.msgpack.encode(Pull(protocol=PROTOCOL, cursors=(start,)))
    can = {"Accept": f"{MEDIA_TYPE};{PACKED}", "Accept-Encoding": "zstd"}
    cannot = {"Accept": MEDIA_TYPE, "Accept-Encoding": "zstd"}
    one_by_one = link.send("/v1/sync/pull", body, headers=can)
    assert "Content-Encoding" not in one_by_one.headers
    payloads = split_frames(one_by_one.content).payloads
    assert [is_packed(payload) for payload in payloads] == [True, False]
    as_one = link.send("/v1/sync/pull", body, headers=cannot)
    assert as_one.headers["Content-Encoding"] == "zstd"
    tail, _ = split_frames(inflated(as_one)).payloads
    assert zstandard.decompress(payloads[0]) == tail
