from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_core.sync.messages import Cursor, Holding, Manifest
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_desktop.ui.screens.first_sync import FirstSyncScreen
from sonar_desktop.ui.viewmodels.first_sync import FirstSyncModel
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting

NOTHING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


def test_progress_is_a_count_and_never_a_percentage(qtbot, light, enrolled):
    scope = enrolled.open.pc.scopes[0]
    cursor = Cursor(scope=scope, epoch=1, seq=9, commit_no=3, chain=FIRST_CHAIN)
    manifest = Manifest(cursor=cursor, unattached=5, holdings=(Holding(bytes(16), 10, 20),))
    enrolled.open.opened.sync.begin_snapshots([manifest])
    screen = FirstSyncScreen(FirstSyncModel(enrolled))
    qtbot.addWidget(screen)
    screen.show()
    assert screen.count.text() == "Asking the server…"
    qtbot.waitUntil(lambda: screen.count.text() == "0 of 35")
    assert (screen.bar.maximum(), screen.bar.isTextVisible()) == (35, False)


def test_without_the_network_it_can_be_tried_again_by_hand(qtbot, light, enrolled, front_desk):
    screen = FirstSyncScreen(FirstSyncModel(enrolled))
    qtbot.addWidget(screen)
    screen.show()
    assert screen.trouble.isHidden()
    enrolled.background.tell_sync_status(SyncStatus(state=SyncState.OFFLINE, waiting=NOTHING))
    qtbot.waitUntil(screen.trouble.isVisible)
    woken = front_desk.exchange.woken
    QTest.keyClick(screen.trouble.button, Qt.Key.Key_Space)
    assert front_desk.exchange.woken == woken + 1
