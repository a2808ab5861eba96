"""Finding a person from anywhere: type, move with the arrows, open with Enter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.shell import Found, ShellModel
from sonar_desktop.ui.widgets.painters import draw_keycap, keycap_width, line_height, wrap

_ROW_PAD: Final = 12
_EPISODE: Final = Qt.ItemDataRole.UserRole


class FindField(QLineEdit):
    """The field of the top bar; its list lies over the page below it.

    Signals:
        opened(str): the episode that was chosen.
    """

    opened = Signal(str)

    def __init__(self, model: ShellModel) -> None:
        """Take the frame's model, which knows who is on the board."""
        super().__init__()
        self._model = model
        self.setProperty("k", "find")
        self.setPlaceholderText("Find a name, cell or record no.")
        self.setAccessibleName("Find a person")
        self.setAccessibleDescription("Key Ctrl K. Arrows move in the list, Enter opens.")
        self.setFixedHeight(current().px(36))
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("People found")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.list.hide()
        self.list.itemClicked.connect(self._open)
        self.textEdited.connect(self._search)
        self.returnPressed.connect(self._open_current)

    def lay_over(self, window: QWidget) -> None:
        """Put the list over a window."""
        self.list.setParent(window)
        self.list.hide()

    def close_list(self) -> None:
        """Leave finding: the field is empty again."""
        self.clear()
        self.list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list with the arrows, leave with Esc."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and self.list.count():
            place = self.list.currentRow() + step
            self.list.setCurrentRow(max(0, min(place, self.list.count() - 1)))
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.close_list()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the list under the field."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the glass and, while the field is empty, its key."""
        super().paintEvent(event)
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, centre = theme.px(16), self.height() / 2
        theme.draw_icon(painter, "search", "ink3", 12, centre - size / 2, size)
        cap = keycap_width("Ctrl K")
        if not self.text() and self.width() > theme.px(300):
            draw_keycap(painter, self.width() - cap - 10, centre, "Ctrl K", "ink3", "ctl")
        painter.end()

    def _search(self, text: str) -> None:
        found = self._model.find(text)
        self.list.clear()
        for one in found:
            self.list.addItem(self._item(one))
        if text.strip() and not found and len(text.strip()) > 1:
            nobody = QListWidgetItem(f"No one here matches “{text.strip()}”.")
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nobody)
        if found:
            self.list.setCurrentRow(0)
        self._place()
        self.list.setVisible(self.list.count() > 0)
        self.list.raise_()

    def _item(self, found: Found) -> QListWidgetItem:
        item = QListWidgetItem(f"{found.name}\n{found.detail}")
        item.setData(_EPISODE, found.episode)
        return item

    def _place(self) -> None:
        window = self.list.parentWidget()
        if window is None:
            return
        width = max(self.width(), current().px(340))
        height = 8
        for row in range(self.list.count()):
            lines = self.list.item(row).text().split("\n")
            count = sum(len(wrap(line, "body", width - 40)) for line in lines)
            height += count * round(line_height("body")) + _ROW_PAD
        spot = self.mapTo(window, QPoint(0, self.height() + 4))
        self.list.setGeometry(spot.x(), spot.y(), width, height)

    def _open_current(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._open(item)

    def _open(self, item: QListWidgetItem) -> None:
        episode = item.data(_EPISODE)
        if isinstance(episode, str):
            self.close_list()
            self.opened.emit(episode)
