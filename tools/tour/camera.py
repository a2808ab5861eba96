"""Takes pictures of the window in each theme and size, once what it shows has come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.theme import ThemeName, apply_theme
from sonar_desktop.ui.viewmodels.session import SessionModel

View = tuple[ThemeName, tuple[int, int]]

SIZES: Final = ((1440, 900), (1366, 768))
EVERY: Final[tuple[View, ...]] = tuple(
    (theme, size) for theme in (ThemeName.LIGHT, ThemeName.DARK) for size in SIZES
)
LONGEST_S: Final = 180.0
REST_S: Final = 0.08
_MOST_TABS: Final = 80

Act = Callable[[], None]


def nothing() -> None:
    """Show the face as it comes."""


class Camera:
    """One window and the folder its pictures go to."""

    def __init__(
        self, app: QApplication, window: MainWindow, session: SessionModel, folder: Path
    ) -> None:
        """Take the window, its session and the folder."""
        self._app = app
        self._window = window
        self._session = session
        self._folder = folder
        self.taken: list[str] = []

    def shoot(self, name: str, act: Act = nothing) -> None:
        """Build the face anew in each theme, bring it about by `act`, take it in each size."""
        for theme, of_theme in groupby(EVERY, key=itemgetter(0)):
            sizes = [size for _, size in of_theme]
            apply_theme(self._app, theme, 100)
            self._session.dropping.emit()
            self._window.resize(*sizes[0])
            self._window.show_stage()
            # Outside an event loop nothing else takes away the face before.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            self.rest()
            act()
            for size in sizes:
                self.snap(name, theme, size)
        apply_theme(self._app, ThemeName.LIGHT, 100)

    def snap(self, name: str, theme: ThemeName, size: tuple[int, int]) -> None:
        """Take what the window shows, in one size."""
        # Nobody is at the keys between two pictures: without this the screen would lock.
        self._session.touch()
        self._window.resize(*size)
        self.rest()
        width, height = size
        file = f"{name}-{width}x{height}-{theme.value}.png"
        self._window.grab().save(str(self._folder / file))
        self.taken.append(file)

    def rest(self) -> None:
        """Let events run until the store has answered and nothing more moves."""
        background = self._session.background
        for _ in range(3):
            answered: list[None] = []
            background.act(lambda: None, answered.append)
            background.look(lambda: None, answered.append)
            self.wait(partial(_has_both, answered))
        end = time.monotonic() + REST_S
        while time.monotonic() < end:
            self._app.processEvents()

    def wait(self, until: Callable[[], bool]) -> None:
        """Let events run until something has come about."""
        end = time.monotonic() + LONGEST_S
        while not until():
            self._app.processEvents()
            if time.monotonic() > end:
                raise SystemExit(f"the tour waited in vain, after {self.taken[-1:]}")

    def keys(self, *keys: str | Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
        """Type texts and press keys where the focus is, as a person does."""
        held = held or Qt.KeyboardModifier.NoModifier
        for key in keys:
            if isinstance(key, str):
                QTest.keyClicks(self._focus(), key, held)
            else:
                QTest.keyClick(self._focus(), key, held)
            self._app.processEvents()

    def tab_to(self, name: str) -> None:
        """Press Tab until the control with this name has the keyboard."""
        passed = []
        for _ in range(_MOST_TABS):
            focused = self._focus()
            passed.append(focused.accessibleName() or getattr(focused, "text", str)())
            if passed[-1] == name:
                return
            self.keys(Qt.Key.Key_Tab)
        raise SystemExit(f"no Tab leads to “{name}”, only to {passed}")

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window


def _has_both(answered: list[None]) -> bool:
    return len(answered) == len(("act", "look"))
