"""A full disk is said beside the form within two seconds, and every word stays until there is room.

The disk is a real one of a few megabytes, filled to the last byte.
"""

from __future__ import annotations

import subprocess

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sonar_core.records.note import Note
from sonar_desktop.db.errors import StoreFullError
from sonar_desktop.ui.screens.note_panel import NotePanel
from sonar_desktop.ui.viewmodels.drafting import Keeping
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.usecases.keep_draft import my_drafts
from tests.security.conftest import read_aloud
from tests.ui.conftest import Seed
from tests.ui.front_desk import FrontDesk, Server

pytestmark = [pytest.mark.needs_root, pytest.mark.usefixtures("light")]

LONG = "Slept well and ate.\n" * 10_000


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def front_desk(disk, hand_clock):
    desk = FrontDesk(folder=disk, clock=hand_clock, server=Server(clock=hand_clock))
    yield desk
    for opened in desk.opened:
        opened.close()


@pytest.fixture
def panel(qtbot, enrolled, hand_clock):
    stay = Seed(desk=enrolled.workplace.desk, clock=hand_clock).admit("M4")
    record = RecordModel(enrolled.workplace, stay.episode)
    made = NotePanel(record)
    qtbot.addWidget(made)
    made.resize(500, 700)
    made.show()
    made.write.click()
    yield made
    if made.model.is_open:
        made.let_go()
    record.close()


def fill(disk) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            return


def keeps(panel) -> Keeping:
    return panel.model.keeper.face.keeping


def test_a_full_disk_is_said_beside_the_form_and_nothing_typed_is_lost(
    qtbot, enrolled, disk, panel
):
    words = panel.form.control("text")
    QTest.keyClicks(words, "Slept well.")
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.SAVED)
    assert "Draft saved" in read_aloud(panel)
    fill(disk)
    # More than the files can take in the room they have already.
    words.setPlainText(LONG)
    QTest.keyClicks(words, "x")
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.FAILED, timeout=2000)
    assert panel.form.draft.reason.isVisible()
    assert panel.form.draft.reason.text() == StoreFullError.sentence
    assert StoreFullError.sentence in read_aloud(panel)
    # What was saved before stands.
    (draft,) = my_drafts(enrolled.workplace.desk)
    assert b"Slept well." in draft.body

    QTest.keyClick(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(panel.model.problem))
    assert panel.model.problem == StoreFullError.sentence
    assert StoreFullError.sentence in read_aloud(panel)
    typed = words.toPlainText()
    assert len(typed) == len(LONG) + 1

    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.SAVED, timeout=10_000)
    with qtbot.waitSignal(panel.model.signed):
        QTest.keyClick(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    notes = enrolled.workplace.desk.store.read(lambda look: look.all_of(Note))
    assert [note.text for note in notes] == [typed]


def test_a_lock_on_a_full_disk_takes_no_word(qtbot, enrolled, disk, panel, monkeypatch):
    monkeypatch.setattr("sonar_desktop.ui.viewmodels.drafting.TRY_AGAIN_MS", 50)
    words = panel.form.control("text")
    fill(disk)
    words.setPlainText(LONG)
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.FAILED)
    panel.let_go()
    panel.model.is_open = False
    desk = enrolled.workplace.desk
    enrolled.lock()
    assert my_drafts(desk) == []
    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: my_drafts(desk) != [], timeout=10_000)
    (draft,) = my_drafts(desk)
    assert draft.body.count(b"Slept well and ate.") == 10_000
