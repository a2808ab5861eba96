"""The timeline as a list: time, what it was, in whose words, and where its copy is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sonar_core.board.severity import Severity
from sonar_desktop.ui.theme import Tone, current, soft_tokens
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE
from sonar_desktop.ui.viewmodels.timeline import EntryFace, TimelineRows
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import ChipFace, SyncMark

Index = QModelIndex | QPersistentModelIndex

ICONS: Final = {
    "AllergyIntolerance": "triangle-alert",
    "AllergyStatus": "triangle-alert",
    "Assessment": "clipboard-list",
    "CareLevel": "eye",
    "ConflictResolution": "git-compare-arrows",
    "FitnessOutcome": "scale",
    "Flag": "flag",
    "MedicationAdministration": "pill",
    "MedicationRequest": "clipboard-check",
    "Note": "notebook-pen",
    "ObservationSet": "activity",
    "OutcomeTold": "megaphone",
    "Referral": "phone-incoming",
    "Task": "list-checks",
}
_TONES: Final = {
    Severity.INFO: Tone.ACCENT,
    Severity.SOON: Tone.WARN,
    Severity.LATE: Tone.DANGER,
    Severity.ACT: Tone.DANGER,
    Severity.COPIES: Tone.SYNC,
}
_QUIET_BLUE: Final = frozenset({"Assessment", "Note", "Referral"})
_TIME: Final = 12
_ROUND: Final = 88
_TEXT: Final = 112
_RIGHT: Final = 40
_CIRCLE: Final = 12
_TOP: Final = 7
_BOTTOM: Final = 9


@dataclass(frozen=True, kw_only=True)
class _Line:
    text: str
    style: str
    token: str
    is_struck: bool = False


class TimelineView(QListView):
    """The list with its keys: J and K move, Enter opens.

    Signals:
        opened(EntryFace): Enter or a double click on an entry.
    """

    opened = Signal(object)

    def __init__(self, rows: TimelineRows, parent: QWidget | None = None) -> None:
        """Take the entries."""
        super().__init__(parent)
        self._rows = rows
        self._kept: str | None = None
        rows.modelAboutToBeReset.connect(self._keep_choice)
        self.setModel(rows)
        rows.modelReset.connect(self._choose_again)
        self.setItemDelegate(TimelineDelegate(self))
        self.setAccessibleName("Timeline, newest first")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.doubleClicked.connect(self._open)

    def step(self, by: int) -> None:
        """Move the choice to the next or the previous entry."""
        count = self._rows.rowCount()
        if count:
            place = self.currentIndex().row()
            place = 0 if place < 0 else min(max(place + by, 0), count - 1)
            self.setCurrentIndex(self._rows.index(place))

    def chosen(self) -> EntryFace | None:
        """Return the entry chosen."""
        index = self.currentIndex()
        return index.data(FACE_ROLE) if index.isValid() else None

    def choose(self, identifier: str) -> None:
        """Choose an entry, if it is shown."""
        place = self._rows.row_of(identifier)
        if place is not None:
            self.setCurrentIndex(self._rows.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by J and K, open by Enter; other letters are the page's."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        elif event.key() in {Qt.Key.Key_J, Qt.Key.Key_K}:
            self.step(1 if event.key() == Qt.Key.Key_J else -1)
        elif event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each entry the height of its words in the width they have now."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

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


class TimelineDelegate(QStyledItemDelegate):
    """Paints an entry in as many lines as its words need."""

    def __init__(self, view: QListView) -> None:
        """Take the view, whose width the words wrap in."""
        super().__init__(view)
        self._view = view
        # Qt asks for the height of every row whenever rows arrive; it goes with the view.
        self._height_of = lru_cache(maxsize=4096)(_height)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Return the height of all lines."""
        theme = current()
        face: EntryFace = index.data(FACE_ROLE)
        width = self._view.viewport().width()
        return QSize(0, self._height_of(face, width, theme.name, theme.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint time, circle, line to the next entry, words, chips and where the copy is."""
        face: EntryFace = index.data(FACE_ROLE)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter, option, rect)
        is_last = index.row() == index.model().rowCount() - 1
        _paint_mark(painter, rect, face, is_last=is_last)
        _paint_words(painter, rect, face)
        size = current().px(16)
        painters.draw_sync_icon(
            painter,
            rect.right() - current().px(14) - size,
            rect.top() + current().px(_TOP + 1),
            SyncMark(face.standing),
            size,
        )
        painter.restore()

    @staticmethod
    def _paint_back(painter: QPainter, option: QStyleOptionViewItem, rect: QRectF) -> None:
        theme = current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (chosen and focused) and not hovered:
            return
        painter.setPen(QPen(theme.colour("accent"), 1) if chosen and focused else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selected" if chosen and focused else "hover"))
        painter.drawRoundedRect(rect.adjusted(2.5, 0.5, -2.5, -0.5), 8, 8)


def _height(face: EntryFace, width: int, _name: str, _scale: int) -> int:
    theme = current()
    lines = _lines(face, _room(width))
    height = sum(painters.line_height(line.style) for line in lines)
    chips = theme.px(26) if _chips(face) and not _fits_beside(face, width) else 0
    return max(round(height) + chips + theme.px(_TOP + _BOTTOM), theme.px(44))


def _room(width: float) -> float:
    return max(width - current().px(_TEXT) - current().px(_RIGHT), 80)


def _lines(face: EntryFace, room: float) -> list[_Line]:
    """Return the lines of title, words, note and author, wrapped."""
    quiet = face.is_struck
    alarming = face.severity in {Severity.LATE, Severity.ACT}
    title = "ink3" if quiet else "danger" if alarming else "ink"
    found = [
        _Line(text=one, style="h3", token=title, is_struck=quiet)
        for one in painters.wrap(face.title, "h3", room)
    ]
    if face.text:
        found += [
            _Line(text=one, style="body", token="ink3" if quiet else "ink2", is_struck=quiet)
            for one in painters.wrap(face.text, "body", room)
        ]
    for extra, style, token in ((face.note, "metab", "ink2"), (face.meta, "meta", "ink3")):
        if extra:
            found += [
                _Line(text=one, style=style, token=token)
                for one in painters.wrap(extra, style, room)
            ]
    return found


def _chips(face: EntryFace) -> tuple[ChipFace, ...]:
    found = []
    if face.late:
        found.append(ChipFace(text=face.late, icon="history"))
    if face.state:
        found.append(ChipFace(text=face.state, icon="file-pen"))
    found += [ChipFace(text=mark, tone=Tone.WARN, icon="info") for mark in face.marks]
    return tuple(found)


def _fits_beside(face: EntryFace, width: float) -> bool:
    """Return whether the chips stand behind a title of one line."""
    room = _room(width)
    if len(painters.wrap(face.title, "h3", room)) != 1:
        return False
    chips = sum(painters.chip_width(one) + 8 for one in _chips(face))
    return painters.text_width(face.title, "h3") + 8 + chips <= room


def _paint_mark(painter: QPainter, rect: QRectF, face: EntryFace, *, is_last: bool) -> None:
    theme = current()
    centre = rect.top() + theme.px(_TOP) + painters.line_height("h3") / 2
    left = rect.left() + theme.px(_TIME)
    ink = "ink3" if face.is_struck else "ink"
    style = "h3" if painters.text_width(face.time, "h3") <= theme.px(56) else "metab"
    step = painters.line_height(style)
    lines = painters.wrap(face.time, style, theme.px(60))
    for place, line in enumerate(lines):
        painters.draw_line(painter, left, centre + step * place, line, style, ink)
    if face.day:
        painters.draw_line(painter, left, centre + step * len(lines), face.day, "meta", "ink3")
    middle = rect.left() + theme.px(_ROUND)
    if not is_last:
        painter.setPen(QPen(theme.colour("line2"), 1.5))
        top = centre + theme.px(_CIRCLE) + 3
        end = rect.bottom() + theme.px(_TOP) - 4
        painter.drawLine(QPointF(middle, top), QPointF(middle, end))
    tone = Tone.NEUTRAL if face.is_struck else _TONES.get(face.severity, Tone.NEUTRAL)
    if tone is Tone.NEUTRAL and face.kind in _QUIET_BLUE and not face.is_struck:
        tone = Tone.ACCENT
    text, soft, _line = soft_tokens(tone)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(soft))
    painter.drawEllipse(QPointF(middle, centre), theme.px(_CIRCLE), theme.px(_CIRCLE))
    icon = theme.px(14)
    alarming = face.kind == "FitnessOutcome" and face.severity is Severity.LATE
    name = "circle-alert" if alarming else ICONS.get(face.kind, "circle-dot")
    theme.draw_icon(painter, name, text, middle - icon / 2, centre - icon / 2, icon)


def _paint_words(painter: QPainter, rect: QRectF, face: EntryFace) -> None:
    theme = current()
    left = rect.left() + theme.px(_TEXT)
    top = rect.top() + theme.px(_TOP)
    lines = _lines(face, _room(rect.width()))
    beside = _fits_beside(face, rect.width())
    titles = len(painters.wrap(face.title, "h3", _room(rect.width())))
    for place, line in enumerate(lines):
        step = painters.line_height(line.style)
        centre = top + step / 2
        width = painters.draw_line(painter, left, centre, line.text, line.style, line.token)
        if line.is_struck:
            painter.setPen(QPen(theme.colour(line.token), 1.2))
            painter.drawLine(QPointF(left, centre), QPointF(left + width, centre))
        top += step
        if place == titles - 1:
            x = left + width + 8 if beside else left
            if not beside and _chips(face):
                centre = top + theme.px(13)
                top += theme.px(26)
            for chip in _chips(face):
                x += painters.draw_chip(painter, x, centre, chip, theme.px(20)) + 8
