"""The referrals as a list: who, why, since when, and the response clock."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sonar_core.records.referral import Urgency
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE
from sonar_desktop.ui.viewmodels.referral import (
    URGENCY_WORDS,
    ReferralFace,
    ReferralRows,
)
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import ChipFace

Index = QModelIndex | QPersistentModelIndex
URGENCY_LOOKS: Final = {
    Urgency.ROUTINE: (Tone.NEUTRAL, "clock"),
    Urgency.URGENT: (Tone.WARN, "clock-alert"),
    Urgency.EMERGENCY: (Tone.DANGER, "siren"),
}
_CELL: Final = 64
_CLOCK: Final = 190
_PAD: Final = 16
_GAP: Final = 8
_TOP: Final = 10
_LEAST: Final = 64


class ReferralView(QListView):
    """The list with its keys.

    Signals:
        opened(ReferralFace): Enter or a double click.
        key_for(int, ReferralFace): A accepts, S records the first contact.
        current_changed(): another one is chosen.
    """

    opened = Signal(object)
    key_for = Signal(int, object)
    current_changed = Signal()

    def __init__(self, rows: ReferralRows, parent: QWidget | None = None) -> None:
        """Take the referrals."""
        super().__init__(parent)
        self._rows = rows
        self._kept: str | None = None
        rows.modelAboutToBeReset.connect(self._keep_choice)
        self.setModel(rows)
        rows.modelReset.connect(self._choose_again)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Referrals, who waits longest first")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentChanged.connect(self.current_changed)

    def chosen(self) -> ReferralFace | None:
        """Return the referral chosen."""
        index = self.currentIndex()
        return index.data(FACE_ROLE) if index.isValid() else None

    def choose(self, identifier: str) -> None:
        """Choose a referral, if it is shown."""
        place = self._rows.row_of(identifier)
        if place is not None:
            self.setCurrentIndex(self._rows.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, act on A and S; other letters are the page's."""
        face = self.chosen()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        elif event.key() in {Qt.Key.Key_A, Qt.Key.Key_S} and face is not None:
            self.key_for.emit(event.key(), face)
        elif event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(FACE_ROLE))

    def _keep_choice(self) -> None:
        face = self.chosen()
        self._kept = None if face is None else face.id

    def _choose_again(self) -> None:
        if self._kept is not None:
            self.choose(self._kept)
        if not self.currentIndex().isValid() and self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(0))
        self.current_changed.emit()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        face: ReferralFace = index.data(FACE_ROLE)
        theme = current()
        width = self._view.viewport().width()
        height = sum(painters.line_height(style) for _, style, _ in _lines(face, width))
        return QSize(0, max(round(height) + theme.px(2 * _TOP), theme.px(_LEAST)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        face: ReferralFace = index.data(FACE_ROLE)
        rect = QRectF(option.rect)
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(
            rect, theme.colour("selected" if chosen else "hover" if hovered else "surface")
        )
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if face.is_late and not face.is_seen:
            bar = QRectF(rect.left(), rect.top(), 4, rect.height())
            painter.fillRect(bar, theme.colour("warnbar"))
        centre = rect.top() + theme.px(_TOP) + painters.line_height("h3") / 2
        left = rect.left() + theme.px(_PAD)
        painters.draw_line(painter, left, centre, face.cell or "–", "h2", "ink")
        top = rect.top() + theme.px(_TOP)
        for text, style, token in _lines(face, rect.width()):
            step = painters.line_height(style)
            x = rect.left() + name_left(face.cell)
            painters.draw_line(painter, x, top + step / 2, text, style, token)
            top += step
        _paint_clock(painter, rect, face)
        painter.restore()


def name_left(cell: str) -> float:
    """Return where the name begins: in one line down the list, further right of a long cell."""
    theme = current()
    cell_right = theme.px(_PAD) + painters.text_width(cell, "h2")
    return max(theme.px(_CELL), cell_right + theme.px(_GAP))


def _lines(face: ReferralFace, width: float) -> list[tuple[str, str, str]]:
    room = max(width - name_left(face.cell) - current().px(_CLOCK), 120)
    ink = "ink2" if face.is_seen else "ink"
    found = [(one, "h3", ink) for one in painters.wrap(face.name, "h3", room)]
    found += [(one, "body", "ink2") for one in painters.wrap(face.reasons, "body", room)]
    state = " · ".join(part for part in (face.requested, face.accepted, face.seen) if part)
    found += [(one, "meta", "ink3") for one in painters.wrap(state, "meta", room)]
    return found


def _paint_clock(painter: QPainter, rect: QRectF, face: ReferralFace) -> None:
    theme = current()
    left = rect.right() - theme.px(_CLOCK) + 12
    top = rect.top() + theme.px(_TOP)
    tone, icon = URGENCY_LOOKS[face.urgency]
    if face.is_seen:
        tone, icon = Tone.OK, "circle-check"
    words = "Seen" if face.is_seen else URGENCY_WORDS[face.urgency]
    chip = ChipFace(text=words, tone=tone, icon=icon)
    painters.draw_chip(painter, left, top + theme.px(10), chip, theme.px(22))
    late = face.is_late and not face.is_seen
    ink = "danger" if late else "ink2" if face.is_seen else "ink"
    text = f"{face.clock}, late" if face.is_late else face.clock
    centre = top + theme.px(33)
    painters.draw_line(painter, left, centre, text, "strong", ink)
    if face.per_mille is not None and not face.is_seen:
        bar = QRectF(left, centre + theme.px(10), theme.px(120), 4)
        token = "dangerfill" if late else "ink3"
        painters.draw_bar(painter, bar, face.per_mille // 10, token)
