from __future__ import annotations

import pytest

from sonar_core.sync.healing import FoundBy
from sonar_core.sync.messages import Phase
from sonar_desktop.db import healing
from sonar_desktop.sync.self_check import AGAIN_HOURS, CHECK_HOURS, SelfCheck
from tests.db.centre import part
from tests.db.clinic import CLINICAL
from tests.db.spoiling import behind_its_back

HOUR_MS = 3_600_000


@pytest.fixture
def check(desk, centre):
    """Begun, and due an hour ago."""
    made = check_of(desk)
    assert made.go_on() is None
    desk.clock.ms += (CHECK_HOURS + 1) * HOUR_MS
    return made


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    few = {table: query.replace("LIMIT 200", "LIMIT 5") for table, query in healing._READ.items()}
    monkeypatch.setattr(healing, "_READ", few)
    monkeypatch.setattr(healing, "ROWS_AT_ONCE", 5)


def check_of(desk) -> SelfCheck:
    return SelfCheck(store=desk.sync, clock=desk.clock)


def run(check) -> int:
    """Go on to the end; returns the number of steps."""
    steps = 0
    while check.go_on() is not None:
        steps += 1
    return steps


def suspected(desk) -> list[str]:
    return [one.scope for one in desk.sync.position().suspicions]


def test_what_a_first_sync_brought_is_not_looked_over_before_a_day_has_passed(desk, centre):
    check = check_of(desk)
    assert run(check) == 0
    desk.clock.ms += (CHECK_HOURS - 1) * HOUR_MS
    assert run(check) == 0
    desk.clock.ms += HOUR_MS
    assert run(check) > 0


def test_a_store_that_is_right_is_looked_over_once_a_day_across_restarts(desk, check):
    assert run(check) >= 3
    assert not check.has_found
    assert suspected(desk) == []
    assert run(check) == 0
    desk.reopen()
    desk.clock.ms += (CHECK_HOURS - 1) * HOUR_MS
    assert run(check_of(desk)) == 0
    desk.clock.ms += 2 * HOUR_MS
    assert run(check_of(desk)) >= 3


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE record SET body = replace(body, 'note 1', 'note 7') WHERE kind = 'Note'",
        "UPDATE version SET at_ms = at_ms + 1",
        "UPDATE record SET row_hash = zeroblob(16) WHERE kind = 'Patient'",
        "UPDATE record SET scope = 'nowhere' WHERE kind = 'Note'",
        "DELETE FROM version",
        "UPDATE cursor SET digest = zeroblob(16)",
        "UPDATE record SET kind = CAST(x'ff' AS TEXT) WHERE kind = 'Note'",
    ],
)
def test_what_was_spoilt_on_the_disk_is_found_although_the_kept_digest_is_right(desk, check, spoil):
    behind_its_back(desk.database, spoil)
    run(check)
    assert check.has_found
    assert suspected(desk) == [CLINICAL]
    (told,) = desk.sync.healing.untold()
    assert told.found_by is FoundBy.SELF_CHECK


def test_what_came_in_between_is_not_taken_for_a_fault_and_looked_at_in_an_hour(
    desk, centre, check
):
    check.go_on()
    desk.arrival()
    centre.exchange(desk)
    run(check)
    assert not check.has_found
    assert run(check) == 0
    desk.clock.ms += AGAIN_HOURS * HOUR_MS
    assert run(check) > 0
    assert not check.has_found


def test_a_spoilt_row_is_found_although_news_came_in_between(desk, centre, check):
    behind_its_back(desk.database, "UPDATE version SET at_ms = at_ms + 1")
    check.go_on()
    desk.arrival()
    centre.exchange(desk)
    run(check)
    assert suspected(desk) == [CLINICAL]


def test_own_entries_that_wait_disturb_nothing(desk, check):
    check.go_on()
    desk.arrival()
    run(check)
    assert not check.has_found


def test_half_of_a_first_sync_adds_up_and_what_is_spoilt_in_it_is_found(desk, centre, other_desk):
    sync = other_desk.sync
    check = check_of(other_desk)
    run(check)
    sync.begin_snapshots([centre.manifest()])
    (item,) = sync.unfinished()
    first = item.board[0].patient
    sync.take_snapshot([part(centre.of_patient(first, Phase.BOARD), Phase.BOARD, 1)])
    other_desk.clock.ms += CHECK_HOURS * HOUR_MS
    assert run(check) > 0
    assert not check.has_found
    behind_its_back(other_desk.database, "UPDATE record SET at_ms = at_ms + 1")
    other_desk.clock.ms += CHECK_HOURS * HOUR_MS
    run(check)
    assert suspected(other_desk) == [CLINICAL]


def test_a_clock_that_was_years_ahead_does_not_put_it_off_for_years(desk, centre):
    desk.sync.healing.note_check()
    desk.clock.ms -= 365 * 24 * HOUR_MS
    check = check_of(desk)
    assert run(check) == 0
    desk.clock.ms += (CHECK_HOURS + 1) * HOUR_MS
    assert run(check) > 0
