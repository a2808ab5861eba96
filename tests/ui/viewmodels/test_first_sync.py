from __future__ import annotations

import pytest

from sonar_core.sync.messages import Cursor, Holding, Manifest, Phase
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.ui.viewmodels.first_sync import FirstSyncModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.usecases.come_in import FIRST_SYNC_SETTING
from sonar_desktop.usecases.sign_in import setting
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Taken, Waiting
from tests.db.centre import part

NOTHING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
PATIENT = bytes(range(16))


@pytest.fixture
def fetching(enrolled):
    """The session of a PC whose first sync has not come in."""
    enrolled._first_sync_done = False
    enrolled.lock()
    enrolled.unlocked()
    assert enrolled.stage is Stage.FIRST_SYNC
    return enrolled


def manifest(scope: str, *, unattached: int = 0, board: int = 0, other: int = 0) -> Manifest:
    holdings = (Holding(PATIENT, board, other),) if board or other else ()
    return Manifest(
        cursor=Cursor(scope=scope, epoch=1, seq=9, commit_no=3, chain=FIRST_CHAIN),
        unattached=unattached,
        holdings=holdings,
    )


def tell(session, state: SyncState, **more) -> None:
    session.background.tell_sync_status(SyncStatus(state=state, waiting=NOTHING, **more))


def test_the_rows_still_to_come_are_counted(qtbot, fetching):
    clinical, reference = fetching.open.pc.scopes
    sync = fetching.open.opened.sync
    sync.begin_snapshots([manifest(clinical, board=40, other=60)])
    sync.begin_snapshots([manifest(reference, unattached=20)])
    model = FirstSyncModel(fetching)
    qtbot.waitUntil(lambda: model.progress == (0, 120))
    assert [is_in for _, is_in in model.steps] == [False, False, False]
    assert fetching.stage is Stage.FIRST_SYNC


def test_the_board_opens_when_its_rows_are_in_though_others_are_to_come(qtbot, fetching):
    clinical, reference = fetching.open.pc.scopes
    sync = fetching.open.opened.sync
    sync.begin_snapshots([manifest(clinical, board=2, other=60)])
    sync.begin_snapshots([manifest(reference)])
    sync.take_snapshot([part(Taken(scope=clinical, rows=[], hashes=[]), Phase.BOARD, 1)])
    model = FirstSyncModel(fetching)
    qtbot.waitUntil(lambda: fetching.stage is Stage.WORKING)
    assert [is_in for _, is_in in model.steps] == [True, True, False]


def test_an_empty_suite_opens_at_the_first_whole_exchange_and_stays_open(qtbot, fetching):
    FirstSyncModel(fetching)
    tell(fetching, SyncState.UP_TO_DATE)
    qtbot.waitUntil(lambda: fetching.stage is Stage.WORKING)
    assert setting(fetching.open.opened, FIRST_SYNC_SETTING) == "yes"


def test_what_came_whole_before_anybody_looked_is_waited_for_no_more(qtbot, fetching):
    tell(fetching, SyncState.UP_TO_DATE)
    qtbot.waitUntil(lambda: fetching.background.latest_status is not None)
    FirstSyncModel(fetching)
    qtbot.waitUntil(lambda: fetching.stage is Stage.WORKING)


def test_without_the_network_it_waits_and_says_so(qtbot, fetching):
    model = FirstSyncModel(fetching)
    tell(fetching, SyncState.OFFLINE)
    qtbot.waitUntil(lambda: model.is_offline)
    assert model.problem.startswith("The server cannot be reached.")
    assert fetching.stage is Stage.FIRST_SYNC


def test_what_stops_the_exchange_is_said_in_its_words(qtbot, fetching):
    model = FirstSyncModel(fetching)
    tell(fetching, SyncState.BLOCKED, problem="Tell IT the word “busy”.")
    qtbot.waitUntil(lambda: model.problem == "Tell IT the word “busy”.")
