from __future__ import annotations

import pytest

from sonar_core.moments import HOUR_MS
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.sync.retirement import AFTER_HOURS, RETIREMENT, RULE, is_due, is_over

LAST_MS = 1_795_000_000_000


def test_the_rule_says_its_own_length():
    assert f"released/{AFTER_HOURS}h/1" == RULE
    assert RETIREMENT == "Retirement"


def test_a_stay_leaves_so_long_after_the_last_entry():
    due_ms = LAST_MS + AFTER_HOURS * HOUR_MS
    assert not is_due(LAST_MS, due_ms - 1)
    assert is_due(LAST_MS, due_ms)


@pytest.mark.parametrize(
    ("status", "over"),
    [
        (EpisodeStatus.OPEN, False),
        (EpisodeStatus.RELEASED, True),
        (EpisodeStatus.TRANSFERRED, True),
        ("released", True),
        ("a word of a newer program", False),
        (None, False),
        ([], False),
    ],
)
def test_only_a_stay_that_is_known_to_be_over_is(status, over):
    assert is_over(status) is over
