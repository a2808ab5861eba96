"""Shift handover, to be read together: people with something open worst first, then the others."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QStackedWidget, QVBoxLayout, QWidget

from sonar_core.board.handover import HandoverLine, HandoverList
from sonar_desktop.ui.screens.handover_delegate import LINE_ROLE, HandoverDelegate, HandoverLines
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.handover import HandoverModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage


class HandoverView(QListView):
    """Up and Down go from person to person, Enter opens the record.

    Signals:
        opened(HandoverLine): this person's record is wanted.
    """

    opened = Signal(object)

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._lines = HandoverLines(self)
        self.setModel(self._lines)
        self.setItemDelegate(HandoverDelegate(self))
        self.setProperty("k", "canvas")
        self.setAccessibleName("Handover, worst first")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(self._open)

    def set_list(self, found: HandoverList) -> None:
        """Show another list; the person chosen stays chosen."""
        chosen = self.chosen()
        self._lines.set_list(found)
        place = 0
        if chosen is not None:
            place = self._lines.place_of(chosen.shown.row.episode) or 0
        if self._lines.rowCount() and self.currentIndex().row() != place:
            self.setCurrentIndex(self._lines.index(place))

    def chosen(self) -> HandoverLine | None:
        """Return the person chosen."""
        index = self.currentIndex()
        line = index.data(LINE_ROLE) if index.isValid() else None
        return line if isinstance(line, HandoverLine) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reckon the height of each card anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        line = index.data(LINE_ROLE) if index.isValid() else None
        if isinstance(line, HandoverLine):
            self.opened.emit(line)


class HandoverScreen(QWidget):
    """The list of one shift for the next."""

    def __init__(self, workplace: Workplace) -> None:
        """Fill itself at once and whenever a record changes."""
        super().__init__()
        self._model = HandoverModel(workplace)
        self._view = HandoverView()
        self._count = label("", "body", "ink2")
        self._as_of = WrapLabel("", "body", "ink3")
        self._empty = EmptyState(
            "No one is in custody here", "There is nothing to hand over.", icon="handshake"
        )
        self._missing = InlineMessage(Tone.SYNC, "")
        self._missing.hide()
        self._loading = QWidget()
        self._body = QStackedWidget()
        for page in (self._loading, self._view, self._empty):
            self._body.addWidget(page)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label("Shift handover", "h1"))
        head.addWidget(self._count)
        head.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 12)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addWidget(self._as_of)
        whole.addWidget(self._missing)
        whole.addWidget(self._body, 1)
        FirstFocus(self, self._view)
        self._view.opened.connect(self._model.open)
        self._model.refreshed.connect(self._show)
        self._model.refresh()

    def let_go(self) -> None:
        """Drop everything of the record."""
        self._model.close()

    def changeEvent(self, event: QEvent) -> None:
        """Paint again when the theme or the text size changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._view.scheduleDelayedItemsLayout()

    def _show(self) -> None:
        model = self._model
        still_open = len(model.list.with_something_open)
        have = "has" if still_open == 1 else "have"
        people = "1 detainee" if model.people == 1 else f"{model.people} detainees"
        self._count.setText(f"{people}, {still_open} {have} something open")
        self._count.setVisible(bool(model.people or not model.is_revoked))
        self._missing.set_message(Tone.SYNC, model.missing, icon="cloud-off")
        self._missing.setVisible(bool(model.missing))
        self._as_of.setText(model.as_of)
        self._view.set_list(model.list)
        page: QWidget = self._loading
        if model.is_loaded:
            page = self._view if model.people else self._empty
        if page is self._empty and model.is_revoked:
            page = self._loading
        self._body.setCurrentWidget(page)
