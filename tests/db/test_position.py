from __future__ import annotations

from sonar_core.sync.messages import Cursor, Manifest
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL

AHEAD = Cursor(scope=CLINICAL, epoch=1, seq=1, commit_no=1, chain=FIRST_CHAIN)


def test_the_position_is_all_that_an_exchange_with_nothing_to_do_has_to_know(desk, other_desk):
    at = desk.sync.position()
    assert at.is_fetching, "nothing of the scope is here"
    assert at.digests == {CLINICAL: EMPTY_DIGEST}
    assert at.cursors == desk.sync.cursors()

    centre = Centre()
    other_desk.arrival()
    centre.exchange(other_desk)
    centre.pull(desk)
    desk.arrival()

    at = desk.sync.position()
    assert not at.is_fetching
    assert at.cursors == (centre.head,)
    assert at.digests == {CLINICAL: centre.digest}
    assert at.waiting == desk.sync.waiting()
    assert at.waiting.operations == 2


def test_during_a_first_sync_the_position_says_so(desk):
    desk.sync.begin_snapshots([Manifest(cursor=AHEAD, unattached=1, holdings=())])
    assert desk.sync.position().is_fetching
