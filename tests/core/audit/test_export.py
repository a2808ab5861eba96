from __future__ import annotations

import msgspec
import pytest

from sonar_core.audit.export import AnchorLine, ChainHead, Entry, ExportEnd, ExportHead, Line

LINES = [
    ExportHead(v=1, organisation="o", server_id="s", made_ms=5),
    ChainHead(device="d", incarnation=1, first_seq=1),
    AnchorLine(body=b"b", signature=b"\xff"),
    Entry(header=b"{}", signature=b"\xff", payload_hash="ab", payload=b"{}"),
    Entry(header=b"{}", signature=b"\xff", payload_hash="ab"),
    ExportEnd(chains=1, entries=2),
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: type(line).__name__)
def test_a_line_is_read_back_as_it_was_written(line):
    raw = msgspec.json.encode(line)
    assert b"\n" not in raw
    assert msgspec.json.decode(raw, type=Line) == line
