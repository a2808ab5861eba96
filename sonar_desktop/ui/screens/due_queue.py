"""The queue of what is due, ordered by time: beside the board, and as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sonar_core.board.due import DueItem, DueKind, DueList
from sonar_core.board.speech import in_turn
from sonar_core.moments import format_time, moment_at
from sonar_core.records.task import TaskOwner
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE, FaceRows
from sonar_desktop.ui.widgets import painters

Index = QModelIndex | QPersistentModelIndex

_OWNER: Final = {TaskOwner.HEALTHCARE: "HCP", TaskOwner.CUSTODY: "Custody"}
_ITEM: Final = 52
_HEAD: Final = 27
_STEP: Final = 19
_TIME: Final = 56
_BANDS: Final = (
    ("check", "Check now", "check", "danger", "dangersoft"),
    ("late", "Late", "late", "danger", "dangersoft"),
    ("soon", "Next 15 minutes", "soon", "warn", "warnsoft"),
    ("this_hour", "Later this hour", "", "ink", "raised"),
    ("later", "Later", "", "ink", "raised"),
)


class Entry(NamedTuple):
    """A line of the queue: a band's heading, or an item with the words and colours of its band.

    Hundreds are made at each tick of the board and few are seen: their times are said when asked.
    """

    zone: str
    heading: str = ""
    item: DueItem | None = None
    word: str = ""
    ink: str = "ink3"
    back: str = "surface"

    @property
    def time(self) -> str:
        """When the item is due, by the clock on the wall; a rule to check is now."""
        if self.item is None:
            return ""
        if self.item.kind is DueKind.BROKEN_RULE:
            return "Now"
        return format_time(moment_at(self.item.due_ms, self.zone))

    def spoken(self) -> str:
        """Return the line as a screen reader says it."""
        if self.item is None:
            return self.heading
        owner = _OWNER[self.item.owner]
        late = f", {self.word}" if self.word else ""
        person = f"{self.item.cell} {self.item.name}"
        return in_turn(f"{self.time}{late}", person, self.item.what, owner)


def entries_of(due: DueList, zone: str, *, with_later: bool) -> tuple[Entry, ...]:
    """Return the lines of a queue; the far ones only where asked for."""
    found: list[Entry] = []
    for name, title, word, ink, back in _BANDS:
        items: Sequence[DueItem] = getattr(due, name)
        if not items or (name == "later" and not with_later):
            continue
        found.append(Entry(zone, f"{title} · {len(items)}", ink=ink if word else "ink3"))
        found += [Entry(zone, "", item, word, ink, back) for item in items]
    return tuple(found)


class DueQueue(QListView):
    """A list whose headings cannot be chosen.

    Signals:
        opened(DueItem): Enter or a click on an item.
        left(): the person wants back to the board.
    """

    opened = Signal(object)
    left = Signal()

    def __init__(self, zone: str, *, with_later: bool, parent: QWidget | None = None) -> None:
        """Take the zone that times are shown in."""
        super().__init__(parent)
        self._zone = zone
        self._with_later = with_later
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Due next, by time")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.clicked.connect(self._open)

    def set_due(self, due: DueList) -> None:
        """Show what is due; the chosen item stays chosen."""
        chosen = self.chosen()
        self._lines.set_faces(entries_of(due, self._zone, with_later=self._with_later))
        for place in range(self._lines.rowCount()):
            index = self._lines.index(place)
            entry: Entry = index.data(FACE_ROLE)
            if entry.item is not None and (chosen is None or _same(entry.item, chosen)):
                self.setCurrentIndex(index)
                return

    def chosen(self) -> DueItem | None:
        """Return the item that is chosen."""
        index = self.currentIndex()
        entry: Entry | None = index.data(FACE_ROLE) if index.isValid() else None
        return None if entry is None else entry.item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter; leave on Q or Escape."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
        elif event.key() in {Qt.Key.Key_Q, Qt.Key.Key_Escape}:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reckon the height of each item anew: in another width its texts take other lines."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        entry: Entry | None = index.data(FACE_ROLE) if index.isValid() else None
        if entry is not None and entry.item is not None:
            self.opened.emit(entry.item)


def _same(one: DueItem, other: DueItem) -> bool:
    return (one.source, one.due_ms) == (other.source, other.due_ms)


class _Lines(FaceRows[Entry]):
    def flags(self, index: Index) -> Qt.ItemFlag:
        if self._faces[index.row()].item is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        entry: Entry = index.data(FACE_ROLE)
        if entry.item is None:
            return QSize(0, current().px(_HEAD))
        who, what = _wrapped(entry.item, self._width() - 1)
        height = (len(who) + len(what)) * current().px(_STEP) + 16
        return QSize(0, max(current().px(_ITEM), height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(FACE_ROLE)
        rect = QRectF(option.rect)
        theme = current()
        if entry.item is None:
            painters.draw_line(
                painter, rect.left(), rect.center().y() + 2, entry.heading, "metab", entry.ink
            )
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = rect.adjusted(0.5, 2.5, -0.5, -3.5)
        painter.setPen(
            theme.colour("accent")
            if chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
            else Qt.PenStyle.NoPen
        )
        painter.setBrush(theme.colour(entry.back))
        painter.drawRoundedRect(box, 8, 8)
        _paint_item(painter, box, entry, entry.item)
        painter.restore()

    def _width(self) -> int:
        view = self.parent()
        return view.viewport().width() if isinstance(view, QListView) else 240


def _who(item: DueItem) -> str:
    return f"{item.cell} {item.name.partition(',')[0]}".strip()


def _wrapped(item: DueItem, box_width: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines of who and of what in a box of this width; nothing is cut."""
    width = max(box_width - current().px(_TIME) - 8, 40)
    owner = painters.text_width(_OWNER[item.owner], "meta")
    return (
        painters.wrap(_who(item), "strong", width - owner - 6),
        painters.wrap(item.what, "meta", width),
    )


def _paint_item(painter: QPainter, box: QRectF, entry: Entry, item: DueItem) -> None:
    theme = current()
    step = theme.px(_STEP)
    time_ink = entry.ink if entry.word else "ink"
    left = box.left() + 8
    middle = box.left() + theme.px(_TIME)
    top = box.top() + 6
    painters.draw_line(painter, left, top + step / 2, entry.time, "h3", time_ink)
    if entry.word:
        painters.draw_line(painter, left, top + step * 1.5, entry.word, "metab", entry.ink)
    owner = _OWNER[item.owner]
    painters.draw_right(painter, box.right() - 8, top + step / 2, owner, "meta", "ink3")
    who, what = _wrapped(item, box.width())
    for line in who:
        painters.draw_line(painter, middle, top + step / 2, line, "strong", "ink")
        top += step
    for line in what:
        painters.draw_line(painter, middle, top + step / 2, line, "meta", "ink2")
        top += step
