from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.sync.event_stream import (
    MOST_EVENT_BYTES,
    SIGN_OF_LIFE,
    BadEventError,
    event_bytes,
    split_events,
)
from sonar_core.sync.messages import Hint

HINT = Hint(scope="site/clinical", epoch=1, seq=7)


@given(
    seqs=st.lists(st.integers(min_value=0, max_value=2**63 - 1), max_size=5),
    cuts=st.lists(st.integers(min_value=0, max_value=600), max_size=6),
    line_end=st.sampled_from([b"\n", b"\r\n"]),
)
def test_hints_are_read_however_the_stream_is_cut(seqs, cuts, line_end):
    hints = [Hint(scope="site/clinical", epoch=1, seq=seq) for seq in seqs]
    wire = b"".join(SIGN_OF_LIFE + event_bytes(hint) for hint in hints).replace(b"\n", line_end)
    places = [0, *sorted(cut for cut in cuts if cut < len(wire)), len(wire)]
    read, rest = [], b""
    for start, end in pairwise(places):
        events = split_events(rest + wire[start:end])
        read += events.hints
        rest = events.rest
    assert read == hints
    assert rest == b""


def test_an_event_of_another_name_is_passed_over():
    wire = b"event: weather\ndata: rain\n\nretry: 3\n\ndata: bare\n\n" + event_bytes(HINT)
    assert split_events(wire).hints == [HINT]


def test_a_hint_may_hold_what_a_newer_server_adds():
    wire = event_bytes(HINT).replace(b'"epoch"', b'"colour":"red","epoch"')
    assert split_events(wire).hints == [HINT]


@pytest.mark.parametrize(
    "data", [b"", b"data:\n", b"data: <html>\n", b'data: {"scope":1}\n', b"data: \xff\n"]
)
def test_an_event_that_cannot_be_read_is_no_hint(data):
    with pytest.raises(BadEventError):
        split_events(b"event: scope\n" + data + b"\n")


def test_an_event_without_end_is_refused_before_it_fills_the_memory():
    assert split_events(b"x" * MOST_EVENT_BYTES).rest == b"x" * MOST_EVENT_BYTES
    with pytest.raises(BadEventError):
        split_events(b"x" * (MOST_EVENT_BYTES + 1))
