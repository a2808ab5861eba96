from __future__ import annotations

import pytest

from sonar_core.sync.grants import CopyState
from sonar_core.sync.healing import MOST_INCIDENTS, FoundBy
from sonar_desktop.db import grants
from sonar_desktop.db.incidents import FIRST_PAUSE_MS, LONGEST_PAUSE_MS
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.healing_ports import Suspicion
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL

DUE = (Suspicion(CLINICAL, is_due=True),)
NOT_DUE = (Suspicion(CLINICAL, is_due=False),)


@pytest.fixture
def healing(desk):
    desk.arrival()
    Centre().exchange(desk)
    return desk.sync.healing


def test_nothing_is_suspected_in_the_beginning(desk, healing):
    at = desk.sync.position()
    assert (at.suspicions, at.has_untold) == ((), False)
    assert healing.untold() == ()
    assert healing.last_incident() is None


def test_a_suspicion_is_one_incident_until_it_is_over_and_outlives_a_restart(desk, healing):
    assert healing.suspect(CLINICAL, FoundBy.SELF_CHECK).outbox
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    desk.reopen()
    healing = desk.sync.healing
    assert desk.sync.position().suspicions == DUE
    (told,) = healing.untold()
    (at,) = desk.sync.cursors()
    assert (told.scope, told.epoch, told.seq) == (CLINICAL, at.epoch, at.seq)
    assert (told.found_by, told.records, told.healed_ms) == (FoundBy.SELF_CHECK, 0, None)
    healing.healed(CLINICAL)
    assert desk.sync.position().suspicions == ()
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    first, second = healing.untold()
    assert first.id == told.id != second.id
    assert healing.last_incident() == second
    healing.healed(CLINICAL)
    last = healing.last_incident()
    assert last is not None
    assert (last.id, last.healed_ms) == (second.id, desk.clock.ms)


def test_what_could_not_be_put_right_is_tried_again_ever_more_seldom(desk, healing):
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    pauses = []
    for _ in range(9):
        healing.postpone(CLINICAL)
        postponed_ms = desk.clock.ms
        assert desk.sync.position().suspicions == NOT_DUE
        while desk.sync.position().suspicions == NOT_DUE:
            desk.clock.ms += FIRST_PAUSE_MS // 2
        pauses.append(desk.clock.ms - postponed_ms)
    assert pauses == sorted(pauses)
    assert pauses[0] >= FIRST_PAUSE_MS
    assert pauses[-1] >= LONGEST_PAUSE_MS
    assert pauses[-1] - LONGEST_PAUSE_MS < 2 * FIRST_PAUSE_MS


def test_a_clock_that_was_set_back_a_year_puts_nothing_off_for_a_year(desk, healing):
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    healing.postpone(CLINICAL)
    desk.clock.ms -= 365 * 86_400_000
    at = desk.sync.position()
    assert (at.suspicions, at.has_untold) == (DUE, True)


def test_the_server_is_told_that_it_began_and_how_it_ended(desk, healing):
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    assert desk.sync.position().has_untold
    healing.told(healing.untold(), is_kept=True)
    assert not desk.sync.position().has_untold
    assert healing.untold() == ()
    healing.healed(CLINICAL)
    assert desk.sync.position().has_untold
    healing.told(healing.untold(), is_kept=False)
    assert not desk.sync.position().has_untold, "a server that takes none is asked in an hour"
    assert healing.untold() == ()
    desk.clock.ms += LONGEST_PAUSE_MS
    (told,) = healing.untold()
    assert told.healed_ms is not None


def test_no_more_are_told_at_once_than_a_server_takes(healing):
    for _ in range(MOST_INCIDENTS + 1):
        healing.suspect(CLINICAL, FoundBy.DIGEST)
        healing.healed(CLINICAL)
    assert len(healing.untold()) == MOST_INCIDENTS


def test_a_scope_of_which_nothing_has_come_can_be_suspected(desk):
    desk.sync.healing.suspect(CLINICAL, FoundBy.DIGEST)
    (told,) = desk.sync.healing.untold()
    assert (told.epoch, told.seq) == (0, 0)


def test_an_incident_is_never_deleted(desk, healing):
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    with pytest.raises(BugError):
        desk.database.write(
            Priority.SYNC,
            lambda connection: connection.exec_driver_sql("DELETE FROM incident").close(),
        )


def test_a_copy_that_has_left_is_no_longer_said_to_differ_and_stays_written_down(desk, healing):
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    found = healing.last_incident()
    states = {}
    for state in CopyState:
        desk.database.write(
            Priority.SYNC, lambda c, state=state: grants.set_state(c, CLINICAL, state)
        )
        states[state] = healing.last_incident()
    assert {state for state, said in states.items() if said is None} == {CopyState.GONE}
    desk.database.write(Priority.SYNC, lambda c: grants.set_state(c, CLINICAL, None))
    assert healing.last_incident() == found
