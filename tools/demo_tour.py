"""Pictures of PC 1 where there is no display: the demo's pages, offscreen, by key events.

`python tools/demo_tour.py DATA_FOLDER PICTURES < password`
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_desktop.bootstrap import Options, make_app, make_premises, make_window
from sonar_desktop.platform.paths import find_paths, prepare
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.screens.pages import PAGES
from sonar_desktop.ui.screens.set_pin import SetPinScreen
from sonar_desktop.ui.screens.shell import Shell
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab

PIN = "284915"
LONGEST_S = 60.0
SETTLE_S = 0.6


class Camera:
    """Takes pictures of the window, numbered in their order."""

    def __init__(self, app: QApplication, window: MainWindow, folder: Path) -> None:
        """Take the window and where the pictures go."""
        self._app = app
        self._window = window
        self._folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str) -> None:
        """Let the page settle, then save what it shows."""
        end = time.monotonic() + SETTLE_S
        while time.monotonic() < end:
            self._app.processEvents()
        self._count += 1
        path = self._folder / f"{self._count:02}-{name}.png"
        self._window.grab().save(str(path))
        print(path)

    def wait(self, until: Callable[[], bool]) -> None:
        """Let events run until something has come about."""
        end = time.monotonic() + LONGEST_S
        while not until():
            self._app.processEvents()
            if time.monotonic() > end:
                raise SystemExit("the tour waited in vain")


def let_in(camera: Camera, session: SessionModel, window: MainWindow, password: str) -> None:
    """Sign the first person in and set a PIN."""
    camera.take("sign-in")
    face = window.face
    if isinstance(face, SignInScreen):
        QTest.keyClicks(face.entry.password, password)
        QTest.keyClick(face.entry.password, Qt.Key.Key_Return)
    camera.wait(lambda: session.stage is Stage.SET_PIN)
    camera.take("set-pin")
    face = window.face
    if isinstance(face, SetPinScreen):
        QTest.keyClicks(face.pin, PIN)
        QTest.keyClicks(face.again, PIN)
        QTest.keyClick(face.again, Qt.Key.Key_Return)
    camera.wait(lambda: session.stage in (Stage.FIRST_SYNC, Stage.WORKING))
    camera.take("first-sync")
    camera.wait(lambda: session.stage is Stage.WORKING)


def look_round(camera: Camera, session: SessionModel, window: MainWindow) -> None:
    """Go to every page there is, then to the most acute person's record."""
    for page in PAGES:
        if page is not Page.RECORD:
            session.go(Destination(page=page))
            camera.take(page)
    rows = session.alarms.rows
    worst = max(rows, key=lambda row: row.news2.total or 0) if rows else None
    if Page.RECORD in PAGES and worst is not None:
        for tab in Tab:
            session.go(Destination(page=Page.RECORD, episode=worst.episode, tab=tab))
            camera.take(f"record-{tab}")
    session.go(Destination(page=Page.BOARD))
    if isinstance(window.face, Shell):
        window.face.toggle_sync()
    camera.take("sync-panel")


def main() -> None:
    """Take the pictures."""
    folder, pictures = Path(sys.argv[1]), Path(sys.argv[2])
    password = sys.stdin.read().strip()
    options = Options(data=folder)
    app = make_app(options)
    paths = find_paths(folder)
    prepare(paths)
    instance = SingleInstance(paths.instance_lock)
    instance.take()
    background = Background()
    session = SessionModel(make_premises(paths, background, instance), background)
    window = make_window(session, paths, app, options)
    window.show()
    camera = Camera(app, window, pictures)
    let_in(camera, session, window, password)
    look_round(camera, session, window)
    session.lock()
    camera.take("lock")
    window.close()
    session.close()
    instance.release()


if __name__ == "__main__":
    main()
