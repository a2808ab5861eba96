"""A room whose PC runs the whole program, its window driven by key events alone.

Nothing here clicks, sets a text or calls a view model: `Nurse` presses keys where the focus is. The
clock is the PC's own, moved ahead when the journey says that time passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from sonar_desktop import bootstrap
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.paths import find_paths, prepare
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.viewmodels.session import SessionModel
from tests.journeys.rig import held_rows
from tests.ui.front_desk import Bell
from tests.vault.world import CHEAP

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
MOST_TABS = 90
STEP_MS = 100_000  # shorter than the screen's lock waits


class MovedClock(SystemClock):
    """The PC's clock, so many milliseconds ahead."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms

    def monotonic_ms(self) -> int:
        return super().monotonic_ms() + self.ahead_ms


@dataclass
class WindowRoom:
    """One running program: what `agree` compares, and what the test may look at."""

    session: SessionModel
    window: MainWindow
    clock: MovedClock
    bell: Bell
    instance: SingleInstance

    @property
    def opened(self):
        return self.session.open.opened

    def rows(self):
        return held_rows(self.opened)

    @property
    def desk(self):
        return self.session.workplace.desk

    def close(self) -> None:
        self.window.close()
        self.session.close()
        self.instance.release()


def start_program(folder: Path, app: QApplication, server: str, monkeypatch) -> WindowRoom:
    """Start the program on an empty disk, as `python -m sonar_desktop` does."""
    folder.mkdir()
    (folder / "policy.toml").write_text('device_secret = "file"\n')
    clock, bell = MovedClock(), Bell()
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: clock)
    monkeypatch.setattr(bootstrap, "open_sound", lambda: bell)
    monkeypatch.setattr(bootstrap, "calibrated", lambda: CHEAP)
    paths = find_paths(folder)
    prepare(paths)
    instance = SingleInstance(paths.instance_lock)
    instance.take()
    background = Background()
    session = SessionModel(bootstrap.make_premises(paths, background, instance), background)
    options = bootstrap.Options(data=folder, server=server, pc_name="NF-MED-01")
    window = bootstrap.make_window(session, paths, app, options)
    window.show()
    window.activateWindow()
    return WindowRoom(session, window, clock, bell, instance)


class Nurse:
    """Hands on the keyboard and eyes on the window."""

    def __init__(self, qtbot, room: WindowRoom) -> None:
        self._qtbot = qtbot
        self._room = room

    def press(self, *keys, held=Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys where the focus is, one after the other."""
        for key in keys:
            QTest.keyClick(self.focus, key, held)

    def write(self, text: str) -> None:
        """Type a text where the focus is."""
        QTest.keyClicks(self.focus, text)

    def enter(self, *texts: str) -> None:
        """Type texts, each with the Enter that goes on."""
        for text in texts:
            self.write(text)
            self.press(Qt.Key.Key_Return)

    def tab_to(self, name: str) -> None:
        """Press Tab until the control of that name has the focus."""
        passed = []
        for _ in range(MOST_TABS):
            here = name_of(self.focus)
            if here == name:
                return
            passed.append(here)
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"no Tab leads to {name!r}, only to {passed}")

    def wait(self, until) -> None:
        self._qtbot.waitUntil(until, timeout=20_000)

    def sees(self, words: str) -> None:
        """Wait until the words stand in the window."""
        self.wait(lambda: words in self.reads())

    def reads(self) -> str:
        """Every text that stands in the window."""
        shown = []
        for one in self._room.window.findChildren(QWidget):
            if one.isVisible():
                shown += [one.accessibleName(), one.accessibleDescription()]
                text = getattr(one, "text", None)
                if isinstance(one, QLabel) or callable(text):
                    shown.append(str(one.text()))
        return "\n".join(part for part in shown if part)

    def settle(self) -> None:
        """Wait until the store has answered all that was asked of it."""
        background = self._room.session.background
        for _ in range(3):
            answered = []
            background.act(lambda: None, answered.append)
            background.look(lambda: None, answered.append)
            self.wait(lambda answered=answered: len(answered) == 2)

    def let_pass(self, minutes: int) -> None:
        """Let time go by at the PC, with a key now and then as in a room where somebody works."""
        for _ in range(minutes * 60_000 // STEP_MS + 1):
            self._room.clock.ahead_ms += STEP_MS
            self.press(Qt.Key.Key_Shift)
            self._room.session.tick()
        self._room.session.alarms.tick()

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self._room.window


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return widget.accessibleName() or str(getattr(widget, "text", str)())
