"""The program as it starts, told when it first painted its sign-in page; then it ends.

`python -m bench.cold_start DATA_FOLDER` prints the monotonic clock at that paint, in nanoseconds.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from sonar_desktop import bootstrap
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.screens.window import MainWindow


class _FirstPaint(QObject):
    """Waits for the window to paint while the sign-in page is its face."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        super().__init__(window)
        self._app = app
        self._window = window
        self._is_told = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        is_there = isinstance(self._window.face, SignInScreen)
        if event.type() == QEvent.Type.Paint and is_there and not self._is_told:
            self._is_told = True
            self._app.removeEventFilter(self)
            # After this paint and everything queued with it.
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        print(time.monotonic_ns(), flush=True)
        self._window.close()


_make_window = bootstrap.make_window


def _watched(*given: object) -> MainWindow:
    window: MainWindow = _make_window(*given)  # type: ignore[arg-type]
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.installEventFilter(_FirstPaint(app, window))
    return window


bootstrap.make_window = _watched  # type: ignore[assignment]

if __name__ == "__main__":
    sys.exit(bootstrap.run(bootstrap.Options(data=Path(sys.argv[1]))))
