"""Finding a person from anywhere: type, move with the arrows, open with Enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.shell import LEAST_TYPED, Found, ShellModel
from sonar_desktop.ui.widgets.painters import draw_keycap, keycap_width, line_height, wrap

_LEAST_WIDTH: Final = 340
_SEARCHED_TOO: Final = "Aliases and released people were searched too."
_CAP_FROM: Final = 300
_INSIDE: Final = 30
_EPISODE: Final = Qt.ItemDataRole.UserRole


class FindList(QFrame):
    """The people found, in a card over the page."""

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setProperty("k", "card")
        self.rows = QListWidget()
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setAccessibleName("People found")
        self.rows.setWordWrap(True)
        for bar in (self.rows.setHorizontalScrollBarPolicy, self.rows.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.rows)
        self.hide()

    def fill(self, found: Sequence[Found], nobody: str, width: int) -> None:
        """Show who was found, or the sentence that nobody was; size itself for a width.

        The person chosen stays chosen when more are found.
        """
        before = self.rows.currentIndex().data(_EPISODE)
        self.rows.clear()
        for one in found:
            item = QListWidgetItem(f"{one.name}\n{one.detail}")
            item.setData(_EPISODE, one.episode)
            if one.episode is None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.rows.addItem(item)
        if nobody:
            item = QListWidgetItem(nobody)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.rows.addItem(item)
        height = 14
        for number in range(self.rows.count()):
            item = self.rows.item(number)
            lines = sum(
                len(wrap(line, "body", width - _INSIDE)) for line in item.text().split("\n")
            )
            tall = round(lines * line_height("body")) + 10
            item.setSizeHint(QSize(width - _INSIDE, tall))
            height += tall
        chosen = [
            number
            for number in range(len(found))
            if before is not None and self.rows.item(number).data(_EPISODE) == before
        ]
        if found:
            self.rows.setCurrentRow(chosen[0] if chosen else 0)
        self.resize(width, height)
        self.setVisible(self.rows.count() > 0)
        self.raise_()

    def step(self, by: int) -> None:
        """Move the choice."""
        place = self.rows.currentRow() + by
        self.rows.setCurrentRow(max(0, min(place, self.rows.count() - 1)))


class FindField(QLineEdit):
    """The field of the top bar.

    Signals:
        opened(str): the episode that was chosen.
    """

    opened = Signal(str)

    def __init__(self, model: ShellModel) -> None:
        """Take the frame's model, which knows who is on the board."""
        super().__init__()
        self._model = model
        self.setProperty("k", "find")
        self.setPlaceholderText("Find a person")
        self.setAccessibleName("Find a person")
        self.setAccessibleDescription(
            "By name, cell or record number. Key Ctrl K. Arrows move in the list, Enter opens."
        )
        self.setFixedHeight(current().px(36))
        self.list = FindList()
        self.list.rows.itemClicked.connect(self._open)
        self.textEdited.connect(self._search)
        self.returnPressed.connect(self._open_current)
        model.found.connect(self._show_all)

    def lay_over(self, window: QWidget) -> None:
        """Put the list over a window."""
        self.list.setParent(window)
        self.list.hide()

    def close_list(self) -> None:
        """Leave finding: the field is empty again."""
        self.clear()
        self.list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list with the arrows; Esc is the shell's."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.list.step(step)
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
        if not self.text() and self.width() > theme.px(_CAP_FROM):
            draw_keycap(painter, self.width() - cap - 10, centre, "Ctrl K", "ink3", "ctl")
        painter.end()

    def _search(self, text: str) -> None:
        """Show who is here at once; those who left and other names come with the answer."""
        self._show(self._model.find(text), "")
        if len(text.strip()) >= LEAST_TYPED:
            self._model.search(text)

    def _show_all(self, text: str, found: tuple[Found, ...]) -> None:
        if text != self.text():
            return
        nobody = f"No one here matches “{text.strip()}”. {_SEARCHED_TOO}" if not found else ""
        self._show(found, nobody)

    def _show(self, found: tuple[Found, ...], nobody: str) -> None:
        self.list.fill(found, nobody, max(self.width(), current().px(_LEAST_WIDTH)))
        self._place()

    def _place(self) -> None:
        window = self.list.parentWidget()
        if window is not None:
            self.list.move(self.mapTo(window, QPoint(0, self.height() + 4)))

    def _open_current(self) -> None:
        item = self.list.rows.currentItem()
        if item is not None:
            self._open(item)

    def _open(self, item: QListWidgetItem) -> None:
        episode = item.data(_EPISODE)
        if isinstance(episode, str):
            self.close_list()
            self.opened.emit(episode)
