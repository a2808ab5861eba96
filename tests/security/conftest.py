"""The program as the tests of screens start it: one PC, its window, its server's network."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.viewmodels.front import FrontModel
from tests.ui.conftest import (
    background,
    encrypted_store,
    enrolled,
    front_desk,
    hand_clock,
    light,
    seed,
    sessions,
    signing,
    sit_down,
    visited,
    workplace,
)

__all__ = [
    "background",
    "encrypted_store",
    "enrolled",
    "front_desk",
    "hand_clock",
    "light",
    "seed",
    "sessions",
    "signing",
    "sit_down",
    "visited",
    "workplace",
]


@pytest.fixture
def open_window(qtbot, light):
    """Returns a function that opens the program's window over a session."""

    def open_over(session) -> MainWindow:
        front = FrontModel(
            session,
            site_name="Northfield custody suite",
            pc_name="NF-MED-01",
            version="0.1.0",
            zone="Europe/London",
        )
        window = MainWindow(session, front, light)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return open_over


def read_aloud(widget: QWidget) -> str:
    """Every text that can be seen on a widget."""
    shown = [one for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    painted = [
        one
        for one in widget.findChildren(QWidget)
        if one.isVisibleTo(widget) and not isinstance(one, QLabel) and one.accessibleName()
    ]
    return "\n".join([one.text() for one in shown] + [one.accessibleName() for one in painted])
