"""How a person is drawn on the handover list: cell, name, NEWS2, and four columns of SBAR."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sonar_core.board.handover import HandoverLine, HandoverList
from sonar_core.board.present import Edge
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import RADIUS_WELL
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import BAND_WORDS, NewsBand

Index = QModelIndex | QPersistentModelIndex

LINE_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_EDGE: Final = {Edge.CONFLICT: "syncfill", Edge.LATE: "warnbar", Edge.ACT: "dangerfill"}
_BANDS: Final = {
    "low": NewsBand.LOW,
    "low_medium": NewsBand.LOW_MEDIUM,
    "medium": NewsBand.MEDIUM,
    "high": NewsBand.HIGH,
}
_CELL: Final = 52
_WHO: Final = 178
_MARK: Final = 28
_PAD: Final = 10
_GAP: Final = 8
_HEAD: Final = 32


class HandoverLines(QAbstractListModel):
    """People with something open, then a heading, then the others."""

    def __init__(self, parent: QObject) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._lines: tuple[HandoverLine | str, ...] = ()
        self._open = 0

    def set_list(self, found: HandoverList) -> None:
        """Show another list."""
        count = len(found.others)
        what = "1 other, nothing open" if count == 1 else f"{count} others, nothing open"
        heading = (what,) if count else ()
        lines = (*found.with_something_open, *heading, *found.others)
        if lines == self._lines:
            return
        self.beginResetModel()
        self._lines, self._open = lines, len(found.with_something_open)
        self.endResetModel()

    def place_of(self, episode: str) -> int | None:
        """Return where a person stands, None where they do not."""
        for place, line in enumerate(self._lines):
            if not isinstance(line, str) and line.shown.row.episode == episode:
                return place
        return None

    def is_open(self, place: int) -> bool:
        """Return whether the person at a place has something open."""
        return place < self._open

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the line, or its words."""
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return line if isinstance(line, str) else _spoken(line)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that headings cannot be chosen."""
        if isinstance(self._lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _spoken(line: HandoverLine) -> str:
    shown = line.shown
    said = " ".join(f"{title}: {text}" for title, text in _columns(line))
    return f"{shown.cell} {shown.name}, {shown.who}. {said}"


def _columns(line: HandoverLine) -> tuple[tuple[str, str], ...]:
    return (
        ("Situation", line.situation),
        ("Background", line.background),
        ("Assessment", line.assessment),
        ("Recommendation", line.recommendation),
    )


def _style(title: str) -> str:
    return "strong" if title == "Recommendation" else "body"


class HandoverDelegate(QStyledItemDelegate):
    """Paints cards; one with nothing open is a single line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Return the height that shows every text whole."""
        line = index.data(LINE_ROLE)
        if isinstance(line, str):
            return QSize(0, current().px(_HEAD))
        if not self._is_open(index):
            return QSize(0, int(self._compact_height(line)) + _GAP)
        return QSize(0, int(self._height(line)) + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a card, a line or a heading."""
        line = index.data(LINE_ROLE)
        rect = QRectF(option.rect)
        if isinstance(line, str):
            painters.draw_line(painter, rect.left() + 2, rect.center().y(), line, "h3", "ink2")
            return
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = rect.adjusted(1, 1, -1, -_GAP)
        painter.setPen(QPen(theme.colour("accent"), 2) if chosen else QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        if line.shown.edge in _EDGE:
            bar = QRectF(box.left(), box.top() + 4, 4, box.height() - 8)
            painter.fillRect(bar, theme.colour(_EDGE[line.shown.edge]))
        if self._is_open(index):
            self._paint_open(painter, box, line)
        else:
            _paint_compact(painter, box, line)
        painter.restore()

    def _is_open(self, index: Index) -> bool:
        model = index.model()
        return isinstance(model, HandoverLines) and model.is_open(index.row())

    def _width(self) -> float:
        view = self.parent()
        return float(view.viewport().width() - 2) if isinstance(view, QListView) else 900.0

    def _column_width(self) -> float:
        left = current().px(_CELL + _WHO)
        return (self._width() - left - _PAD) / 4

    def _height(self, line: HandoverLine) -> float:
        step = painters.line_height("body")
        room = self._column_width() - 2 * _PAD
        texts = [(text, _style(title)) for title, text in _columns(line)]
        most = max(len(painters.wrap(text, style, room)) for text, style in texts)
        words = painters.line_height("meta") + 3 + step * most
        name = painters.wrap(line.shown.name, "strong", current().px(_WHO) - _PAD)
        who = painters.line_height("strong") * len(name) + painters.line_height("meta")
        return max(words, who + current().px(_MARK) + 6, current().px(76)) + 2 * _PAD

    def _compact_height(self, line: HandoverLine) -> float:
        room = self._width() - current().px(_CELL) - 2 * _PAD
        lines = painters.wrap(_compact(line), "body", room)
        return painters.line_height("body") * len(lines) + 2 * _PAD

    def _paint_open(self, painter: QPainter, box: QRectF, line: HandoverLine) -> None:
        theme = current()
        shown = line.shown
        top = box.top() + _PAD
        strong, meta = painters.line_height("strong"), painters.line_height("meta")
        painters.draw_line(painter, box.left() + 14, top + 9, shown.cell or "–", "h2", "ink")
        left = box.left() + theme.px(_CELL) + 8
        for text in painters.wrap(shown.name, "strong", theme.px(_WHO) - _PAD):
            painters.draw_line(painter, left, top + strong / 2, text, "strong", "ink")
            top += strong
        painters.draw_line(painter, left, top + meta / 2, shown.who, "meta", "ink3")
        top += meta + 5
        size = theme.px(_MARK)
        band = _BANDS.get(shown.score.band or "", NewsBand.NOT_SCORED)
        mark = QRectF(left, top, size, size)
        painters.draw_news2_mark(painter, mark, band, shown.score.total)
        words = BAND_WORDS[band]
        painters.draw_line(painter, mark.right() + 8, mark.center().y(), words, "strong", "ink")
        x = box.left() + theme.px(_CELL + _WHO)
        width = self._column_width()
        for title, text in _columns(line):
            painter.setPen(QPen(theme.colour("line"), 1))
            edge = QPointF(x, box.top() + _PAD), QPointF(x, box.bottom() - _PAD)
            painter.drawLine(*edge)
            head = box.top() + _PAD
            painters.draw_line(painter, x + _PAD, head + meta / 2, title, "metab", "ink3")
            inside = width - 2 * _PAD
            painters.draw_wrapped(
                painter, x + _PAD, head + meta + 3, inside, text, _style(title), "ink"
            )
            x += width


def _compact(line: HandoverLine) -> str:
    shown = line.shown
    return f"{shown.name} · {shown.who} · {line.situation} {line.assessment}"


def _paint_compact(painter: QPainter, box: QRectF, line: HandoverLine) -> None:
    theme = current()
    top = box.top() + _PAD
    middle = top + painters.line_height("body") / 2
    painters.draw_line(painter, box.left() + 14, middle, line.shown.cell or "–", "h3", "ink")
    left = box.left() + theme.px(_CELL) + 8
    room = box.width() - theme.px(_CELL) - 2 * _PAD
    painters.draw_wrapped(painter, left, top, room, _compact(line), "body", "ink2")
