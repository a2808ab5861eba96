"""Whatever this program puts on the clipboard, by whatever key or menu, stays there for 20 s.

Text widgets copy by themselves. What they copied is put there once more with the words that ask
clipboard histories to leave it alone, before the event loop could hand it to any of them.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit

from sonar_desktop.ui.screens.copied_text import CopiedText, is_ours


class OwnClipboard(QObject):
    """Watches the clipboard for what comes from here; other programs' text is never touched."""

    def __init__(self, parent: QObject) -> None:
        """Watch until the parent goes."""
        super().__init__(parent)
        self._copied = CopiedText(self)
        QGuiApplication.clipboard().dataChanged.connect(self._look)

    def take_back(self) -> None:
        """Clear what was copied here, if it is still on the clipboard."""
        self._copied.take_back()

    def _look(self) -> None:
        clipboard = QGuiApplication.clipboard()
        text = clipboard.text()
        if not text or is_ours(clipboard.mimeData()):
            return
        if clipboard.ownsClipboard() or text == _selected():
            self._copied.put(text)


def _selected() -> str:
    """Return what is selected where the keyboard is: not every platform tells who copied."""
    where = QApplication.focusWidget()
    if isinstance(where, QLineEdit | QLabel):
        return where.selectedText()
    if isinstance(where, QPlainTextEdit | QTextEdit):
        return where.textCursor().selection().toPlainText()
    return ""
