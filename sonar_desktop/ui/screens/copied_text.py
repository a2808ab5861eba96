"""Text of a record on the clipboard: for 20 s, and taken back only while it is still ours."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

CLEARED_AFTER_MS: Final = 20_000
_HINT: Final = "x-kde-passwordManagerHint"
_HINTS: Final = {
    _HINT: b"secret",
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
        self._text = ""
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
        self._text = text
        self.timer.start()

    def take_back(self) -> None:
        """Clear the clipboard if our text is still on it; what somebody else copied stays."""
        self.timer.stop()
        clipboard = QGuiApplication.clipboard()
        if self._text and clipboard.text() == self._text:
            clipboard.clear()
        self._text = ""


def asks_to_be_left_alone(data: QMimeData) -> bool:
    """Return whether clipboard histories are asked to leave this alone."""
    return data.hasFormat(_HINT)
