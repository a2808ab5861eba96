"""The list of conflicts: what waits, what was decided today; cells only, no names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import RADIUS_WELL
from sonar_desktop.ui.viewmodels.conflict_faces import ItemFace, ItemState
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import ChipFace

Index = QModelIndex | QPersistentModelIndex

ITEM_ROLE: Final = int(Qt.ItemDataRole.UserRole)
HEADING: Final = "Decided today"
_HEAD: Final = 30
_CELL: Final = 46
_CHIP: Final = 22


class ConflictList(QListView):
    """Up and Down choose an item, Enter goes into it.

    Signals:
        chosen(str): the id of the conflict that is to be shown.
        entered(): the person wants to decide.
    """

    chosen = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Conflicts")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)

    def set_items(self, items: Sequence[ItemFace], chosen: str | None) -> None:
        """Show these, one of them chosen."""
        self._lines.set_items(items)
        place = self._lines.place_of(chosen)
        if place is not None and self.currentIndex().row() != place:
            self.setCurrentIndex(self._lines.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go into the item on Enter or Right."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right}:
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def currentChanged(self, now: Index, before: Index) -> None:
        """Say which item is chosen."""
        super().currentChanged(now, before)
        item = now.data(ITEM_ROLE) if now.isValid() else None
        if isinstance(item, ItemFace):
            self.chosen.emit(item.conflict)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reckon the height of each item anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Lines(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: tuple[ItemFace | str, ...] = ()

    def set_items(self, items: Sequence[ItemFace]) -> None:
        waiting = [one for one in items if one.state is ItemState.WAITING]
        decided = [one for one in items if one.state is ItemState.DECIDED]
        heading = [HEADING] if decided else []
        lines: tuple[ItemFace | str, ...] = (*waiting, *heading, *decided)
        if lines == self._lines:
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def place_of(self, conflict: str | None) -> int | None:
        for place, line in enumerate(self._lines):
            if isinstance(line, ItemFace) and line.conflict == conflict:
                return place
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if role == ITEM_ROLE:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return line if isinstance(line, str) else _spoken(line)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        line = self._lines[index.row()]
        if isinstance(line, str) or line.state is ItemState.DECIDED:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _spoken(item: ItemFace) -> str:
    return f"{item.cell} {item.title}. {item.detail}. {item.chip}".strip()


def _chip(item: ItemFace) -> ChipFace:
    if item.state is ItemState.DECIDED:
        return ChipFace(text=item.chip, tone=Tone.OK, icon="circle-check")
    if item.is_safety:
        return ChipFace(text=item.chip, tone=Tone.DANGER, icon="shield-alert")
    return ChipFace(text=item.chip, tone=Tone.NEUTRAL, icon="file-text")


def _texts(item: ItemFace, box_width: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    room = max(box_width - current().px(_CELL) - 20, 60)
    return painters.wrap(item.title, "strong", room), painters.wrap(item.detail, "meta", room)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        line = index.data(ITEM_ROLE)
        if isinstance(line, str):
            return QSize(0, current().px(_HEAD))
        titles, details = _texts(line, self._width())
        height = painters.line_height("strong") * len(titles)
        height += painters.line_height("meta") * len(details)
        return QSize(0, int(height) + current().px(_CHIP) + 32)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(ITEM_ROLE)
        rect = QRectF(option.rect)
        if isinstance(line, str):
            middle = rect.center().y() + 2
            painters.draw_line(painter, rect.left(), middle, line, "metab", "ink3")
            return
        theme = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = rect.adjusted(1, 1, -1, -9)
        painter.setPen(QPen(theme.colour("accent"), 2) if chosen else QPen(theme.colour("line"), 1))
        waits = line.state is ItemState.WAITING
        back = "accentsoft" if chosen else "hover" if over and waits else "surface"
        painter.setBrush(theme.colour(back))
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        _paint_item(painter, box, line)
        painter.restore()

    def _width(self) -> int:
        view = self.parent()
        return view.viewport().width() - 2 if isinstance(view, QListView) else 240


def _paint_item(painter: QPainter, box: QRectF, item: ItemFace) -> None:
    theme = current()
    titles, details = _texts(item, box.width())
    left = box.left() + 10
    middle = left + theme.px(_CELL)
    top = box.top() + 9
    step = painters.line_height("strong")
    painters.draw_line(painter, left, top + step / 2, item.cell or "–", "h2", "ink")
    for title in titles:
        painters.draw_line(painter, middle, top + step / 2, title, "strong", "ink")
        top += step
    step = painters.line_height("meta")
    for detail in details:
        painters.draw_line(painter, middle, top + step / 2, detail, "meta", "ink2")
        top += step
    height = theme.px(_CHIP)
    painters.draw_chip(painter, middle, top + 4 + height / 2, _chip(item), height)
