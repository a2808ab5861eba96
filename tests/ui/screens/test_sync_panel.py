from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from sonar_core.sync.healing import CopyIncident, FoundBy
from sonar_core.sync.messages import Reason
from sonar_desktop.ui.screens.sync_panel import SyncPanel
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.disk_words import REFUSED
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.usecases.disk_ports import DiskReport
from sonar_desktop.usecases.identity_ports import OutboxEntry
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS


@pytest.fixture
def panel(qtbot, light, enrolled):
    made = SyncPanel(SyncModel(enrolled))
    qtbot.addWidget(made)
    made.resize(316, 820)
    made.show()
    return made


def tell(qtbot, panel, state, *, waiting=0, **more) -> None:
    numbers = Waiting(operations=waiting, actions=waiting, held_back=0, oldest_ms=None)
    status = SyncStatus(state=state, waiting=numbers, **more)
    panel.model.session.background.tell_sync_status(status)
    qtbot.waitUntil(lambda: panel.model.status == status)


def words(panel) -> str:
    return "\n".join(one.text() for one in panel.findChildren(QLabel) if one.isVisible())


def test_offline_it_says_what_is_safe_and_what_cannot_be_seen(qtbot, panel):
    tell(qtbot, panel, SyncState.OFFLINE, waiting=14, last_contact_ms=START_MS)
    assert "Everything you enter is saved on this PC and encrypted." in words(panel)
    assert "doses and notes entered on other PCs since 14:32" in words(panel)
    assert panel.bar.isHidden()


def test_a_disk_that_lost_entries_is_said_in_the_tone_of_a_warning(panel):
    assert panel.disk.isHidden()
    panel.model._disk = DiskReport(is_journal_refused=True)
    panel.model.changed.emit()
    assert REFUSED in words(panel)
    assert panel.disk.property("tone") == Tone.WARN


def test_catching_up_it_counts(qtbot, panel):
    tell(
        qtbot,
        panel,
        SyncState.SENDING,
        waiting=5,
        done=9,
        total=14,
        offline_since_ms=START_MS,
    )
    assert (panel.bar.value(), panel.bar.maximum(), panel.bar.isVisible()) == (9, 14, True)
    assert "9 of 14" in words(panel)


def test_an_entry_held_back_stands_first_with_why_and_what_to_do(panel):
    panel.model.entries = (
        OutboxEntry(
            number=88,
            kind="MedicationAdministration",
            episode=None,
            author="Okafor",
            written_ms=START_MS,
            is_held=True,
            reason=Reason.MISSING_PARENT,
        ),
    )
    panel.model.changed.emit()
    [held] = [
        one
        for one in panel.findChildren(InlineMessage)
        if one.accessibleName().startswith("Held back")
    ]
    assert held.accessibleName() == (
        "Held back: Dose, Okafor, 14:32 Why: The server does not have the record that this entry "
        "belongs to yet.\nWhat to do: Nothing to do: it is looked at again by itself when that "
        "record arrives. Call support if it stays a day."
    )


def test_decisions_that_wait_are_one_key_away(qtbot, panel):
    panel.model.open_conflicts = 2
    panel.model.changed.emit()
    assert "2 decisions need you." in words(panel)
    with qtbot.waitSignal(panel.conflicts_wanted):
        QTest.keyClick(panel.decisions.button, Qt.Key.Key_Space)


def test_close_gives_the_room_back(qtbot, panel):
    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel.close_button, Qt.Key.Key_Space)


def test_a_copy_that_was_put_right_is_told_until_a_week_has_passed(panel):
    assert panel.incident.isHidden()
    incident = CopyIncident(
        id="i",
        scope="s/clinical",
        epoch=1,
        seq=9,
        found_ms=START_MS,
        found_by=FoundBy.DIGEST,
        records=2,
        healed_ms=START_MS,
    )
    numbers = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
    panel.model._take(((), 0, numbers, {}, incident, 0, DiskReport()))
    assert "2 records on this PC differed from the server's copy." in words(panel)
