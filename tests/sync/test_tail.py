from __future__ import annotations

import pytest

from sonar_core.sync.messages import Cursor, End, SnapshotFrame, TailFrame
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.sync.errors import DivergedError, RubbishError
from sonar_desktop.sync.tail import checked_tail

AT = Cursor(scope="s/clinical", epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
END = End(heads=(), server_ms=1)


def told(*frames):
    return list(checked_tail(iter(frames), {AT.scope: AT}))


def test_an_end_is_yielded_as_it_is():
    assert told(END) == [(END, [])]


@pytest.mark.parametrize(
    "frame",
    [
        SnapshotFrame(rows=[], patients=0),
        TailFrame(rows=[], cursor=Cursor(scope="t/x", epoch=1, seq=0, commit_no=0, chain=b"")),
        TailFrame(rows=[], cursor=Cursor(scope=AT.scope, epoch=1, seq=1, commit_no=1, chain=b"")),
    ],
)
def test_what_was_not_asked_for_or_does_not_follow_is_not_taken(frame):
    with pytest.raises(RubbishError):
        told(frame)


def test_another_epoch_is_another_history():
    other = Cursor(scope=AT.scope, epoch=2, seq=0, commit_no=1, chain=FIRST_CHAIN)
    with pytest.raises(DivergedError):
        told(TailFrame(rows=[], cursor=other))
