"""Text of a record on the clipboard: for 20 s, and taken back only while it is still ours."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

CLEARED_AFTER_MS: Final = 20_000
_MARK: Final = f"application/x-sonar-copied-{os.getpid()}"
"""Says that this process put it there."""
_HINTS: Final = {
    _MARK: b"1",
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\x01",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': bytes(4),
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': bytes(4),
}
"""What asks clipboard histories and cloud clipboards to leave the text alone (security.md)."""


class CopiedText(QObject):
    """Puts one text on the clipboard and takes it back."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing copied."""
        super().__init__(parent)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(CLEARED_AFTER_MS)
        self.timer.timeout.connect(self.take_back)

    def put(self, text: str) -> None:
        """Copy the text."""
        data = QMimeData()
        data.setText(text)
        for name, value in _HINTS.items():
            data.setData(name, value)
        QGuiApplication.clipboard().setMimeData(data)
        self.timer.start()

    def take_back(self) -> None:
        """Clear the clipboard if our text is still on it; what somebody else copied stays."""
        self.timer.stop()
        clipboard = QGuiApplication.clipboard()
        if is_ours(clipboard.mimeData()):
            clipboard.clear()


def is_ours(data: QMimeData | None) -> bool:
    """Return whether this program put it there with what asks histories to leave it alone.

    An empty clipboard has no data at all, whatever the stubs say.
    """
    return data is not None and data.hasFormat(_MARK)
