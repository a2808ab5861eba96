"""A record's text leaves the clipboard again, but only while it is ours."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from sonar_desktop.ui.screens.copied_text import CLEARED_AFTER_MS, CopiedText


@pytest.fixture
def copied(qapp):
    made = CopiedText()
    yield made
    made.take_back()


def test_it_is_cleared_after_twenty_seconds(qtbot, copied):
    copied.put("Rouse every 30 minutes.")
    assert QGuiApplication.clipboard().text() == "Rouse every 30 minutes."
    assert CLEARED_AFTER_MS == 20_000
    assert copied.timer.interval() == 20_000
    assert copied.timer.isActive()
    copied.timer.start(0)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "")


def test_what_somebody_else_copied_stays(copied):
    copied.put("Rouse every 30 minutes.")
    QGuiApplication.clipboard().setText("A telephone number")
    copied.take_back()
    assert QGuiApplication.clipboard().text() == "A telephone number"


def test_clipboard_histories_are_asked_to_leave_it_alone(copied):
    copied.put("Rouse every 30 minutes.")
    data = QGuiApplication.clipboard().mimeData()
    assert bytes(data.data("x-kde-passwordManagerHint").data()) == b"secret"
