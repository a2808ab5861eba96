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
from sonar_desktop.ui.screens.lock import LockScreen
from sonar_desktop.ui.screens.note_panel import NotePanel
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.viewmodels.drafting import Keeping
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.late_drafts import WHAT_TO_DO
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.session import SLEPT_MS, Stage
from sonar_desktop.usecases.keep_draft import my_drafts
from tests.security.conftest import read_aloud
from tests.ui.conftest import RHONA, Seed
from tests.ui.front_desk import PASSWORDS, FrontDesk, Server

pytestmark = [pytest.mark.needs_root, pytest.mark.usefixtures("light")]

LONG = "Slept well and ate.\n" * 10_000


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=True)
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


@pytest.fixture
def window(qtbot, light, enrolled):
    """The window over the session, with words in a note that the disk has no room for."""
    front = FrontModel(enrolled, site_name="", pc_name="", version="0.1.0", zone="Europe/London")
    made = MainWindow(enrolled, front, light)
    qtbot.addWidget(made, before_close_func=lambda _: enrolled.late._waiting.clear())
    made.show()
    return made


@pytest.fixture
def unsaved(qtbot, enrolled, disk, panel, monkeypatch):
    """A note of which no word is on disk, because there is no room; tried again at once."""
    monkeypatch.setattr("sonar_desktop.ui.viewmodels.late_drafts.TRY_AGAIN_MS", 50)
    enrolled.dropping.connect(lambda: let_go(panel))
    fill(disk)
    panel.form.control("text").setPlainText(LONG)
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.FAILED)
    return panel


def let_go(panel) -> None:
    if panel.model.is_open:
        panel.let_go()
        panel.model.is_open = False


def of_the_disk(front_desk) -> list[bytes]:
    """What a program started anew finds once somebody has signed in."""
    premises = front_desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    opened = premises.open_store()
    found = [one.body for one in opened.store.read(lambda look: look.drafts(RHONA.user))]
    opened.close()
    return found


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
    monkeypatch.setattr("sonar_desktop.ui.viewmodels.late_drafts.TRY_AGAIN_MS", 50)
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


@pytest.mark.usefixtures("unsaved")
@pytest.mark.parametrize("how", ["asleep", "unattended", "used for twelve hours", "signed out"])
def test_the_vault_does_not_lock_over_words_that_are_on_no_disk(
    qtbot, enrolled, front_desk, disk, hand_clock, window, how
):
    if how == "signed out":
        enrolled.sign_out()
    elif how == "unattended":
        enrolled.lock()
        for _ in range(30):
            hand_clock.let_pass(minutes=1)
            enrolled.tick()
    elif how == "asleep":
        hand_clock.let_pass(seconds=SLEPT_MS // 1000)
        enrolled.tick()
    else:
        for _ in range(12 * 60):
            hand_clock.let_pass(minutes=1)
            enrolled.touch()
            enrolled.tick()
    # Nothing of the record is shown, and that the words are not saved is.
    assert enrolled.stage is (Stage.SIGN_IN if how == "signed out" else Stage.LOCKED)
    assert front_desk.handed_over == []
    assert "1 draft is not saved" in read_aloud(window)
    assert WHAT_TO_DO in read_aloud(window)
    assert "Your work is safe" not in read_aloud(window)

    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: len(front_desk.handed_over) == 1, timeout=10_000)
    assert not enrolled.premises.keys.is_unlocked
    [body] = of_the_disk(front_desk)
    assert body.count(b"Slept well and ate.") == 10_000


@pytest.mark.usefixtures("unsaved")
def test_the_window_does_not_close_over_words_that_are_on_no_disk(qtbot, enrolled, disk, window):
    assert not window.close()
    assert enrolled.stage is Stage.LOCKED
    assert isinstance(window.face, LockScreen)
    assert "1 draft is not saved" in read_aloud(window)
    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: not enrolled.late.count, timeout=10_000)
    assert "1 draft is not saved" not in read_aloud(window)
    assert window.close()


def test_whoever_comes_back_to_a_full_disk_finds_their_words_in_the_form(
    qtbot, enrolled, disk, unsaved, hand_clock
):
    hand_clock.let_pass(seconds=SLEPT_MS // 1000)
    enrolled.tick()
    enrolled.unlocked()
    again = RecordModel(enrolled.workplace, unsaved.model.keeper._episode)
    panel = NotePanel(again)
    qtbot.addWidget(panel)
    panel.show()
    words = panel.form.control("text")
    qtbot.waitUntil(lambda: words.toPlainText() == LONG)
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.FAILED)
    # Whoever has come back works on: the lock that waited is not made up for.
    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: keeps(panel) is Keeping.SAVED, timeout=10_000)
    assert enrolled.stage is Stage.WORKING
    assert len(my_drafts(enrolled.workplace.desk)) == 1
    panel.let_go()
    again.close()
