"""The grid of medicines and times: one painted widget, its slots chosen by arrows or a press."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from sonar_core.moments import format_time, moment_at
from sonar_core.records.medication_administration import DoseOutcome
from sonar_desktop.ui.screens.mar_slot import SLOT_HEIGHT, draw_slot, slot_width
from sonar_desktop.ui.screens.mar_time import paint_time
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.chart_faces import Group, RowFace, SlotFace
from sonar_desktop.ui.viewmodels.medicines import Window
from sonar_desktop.ui.widgets import painters

_HEAD: Final = 38
_GROUP: Final = 26
_ROW: Final = 51
_NAME: Final = 302
_NAME_DENSE: Final = 278
_PAD: Final = 12
_WIDE: Final = 760

KEYS: Final = {
    Qt.Key.Key_G: DoseOutcome.GIVEN,
    Qt.Key.Key_W: DoseOutcome.WITHHELD,
    Qt.Key.Key_R: DoseOutcome.REFUSED,
    Qt.Key.Key_A: DoseOutcome.ASLEEP,
    Qt.Key.Key_U: DoseOutcome.NOT_IN_SUITE,
    Qt.Key.Key_N: DoseOutcome.NOT_AVAILABLE,
}
"""Letters that open the dose panel with its outcome chosen (ux.md 7.6)."""


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """A row at its place in the content, or a group's heading where `row` is None."""

    top: float
    height: float
    heading: str = ""
    row: RowFace | None = None


class MarGrid(QAbstractScrollArea):
    """Rows are medicines, whose names are never cut; columns are time.

    Signals:
        opened(str, object): a medicine's id and the slot chosen in it, or None.
        outcome_wanted(str, object, DoseOutcome): the same, by the letter of an outcome.
    """

    opened = Signal(str, object)
    outcome_wanted = Signal(str, object, object)

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._rows: tuple[RowFace, ...] = ()
        self._window = Window(start_ms=0, end_ms=1, ticks=())
        self._now_ms = 0
        self._arrived_ms = 0
        self._zone = "UTC"
        self._request: str | None = None
        self._slot = -1
        self._placed: list[_Placed] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Medication chart")
        self.verticalScrollBar().valueChanged.connect(lambda _: self.viewport().update())

    def sizeHint(self) -> QSize:
        """Return a size that may shrink: the grid scrolls."""
        return QSize(800, 400)

    def set_chart(
        self,
        rows: tuple[RowFace, ...],
        window: Window,
        *,
        now_ms: int,
        arrived_ms: int,
        zone: str,
    ) -> None:
        """Show a chart; the medicine and the slot chosen stay chosen."""
        before = self.chosen_slot()
        self._rows, self._window, self._zone = rows, window, zone
        self._now_ms, self._arrived_ms = now_ms, arrived_ms
        if self._row() is None:
            self._request = rows[0].request if rows else None
        self._slot = self._place_of(before)
        self._arrange()
        self._tell()

    def choose(self, request: str) -> None:
        """Choose a medicine, at the dose that waits."""
        self._request = request
        row = self._row()
        waits = [i for i, s in enumerate(row.slots) if s.due_ms is not None] if row else []
        self._slot = waits[0] if waits else -1
        self._tell()

    def chosen(self) -> str | None:
        """Return the medicine chosen."""
        return self._request

    def chosen_slot(self) -> SlotFace | None:
        """Return the slot chosen in it, None for the medicine itself."""
        row = self._row()
        if row is None or not 0 <= self._slot < len(row.slots):
            return None
        return row.slots[self._slot]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, open on Enter, and by the letters of the outcomes."""
        key = event.key()
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        }
        if not plain or self._request is None:
            super().keyPressEvent(event)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._move_row(-1 if key == Qt.Key.Key_Up else 1)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._move_slot(-1 if key == Qt.Key.Key_Left else 1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self._request, self.chosen_slot())
        elif key in KEYS:
            self.outcome_wanted.emit(self._request, self.chosen_slot(), KEYS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose and open what was pressed."""
        at = event.position()
        y = at.y() + self.verticalScrollBar().value()
        for one in self._placed:
            if one.row is None or not one.top <= y < one.top + one.height or at.y() < self._head():
                continue
            self._request = one.row.request
            self._slot = -1
            for place, (left, width) in enumerate(self._spans(one.row)):
                if left <= at.x() <= left + width:
                    self._slot = place
            self._tell()
            self.opened.emit(self._request, self.chosen_slot())
            return
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the rows anew: in another width a name takes other lines."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint rows, time, slots, the line of now, and the head above all."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.viewport().rect(), current().colour("surface"))
        painter.save()
        painter.translate(0, -self.verticalScrollBar().value())
        for one in self._placed:
            if one.row is None:
                self._paint_group(painter, one)
            else:
                self._paint_row(painter, one, one.row)
        painter.restore()
        self._paint_head(painter)
        painter.end()

    def _head(self) -> int:
        return current().px(_HEAD)

    def _name_width(self) -> int:
        wide = self.viewport().width() >= current().px(_WIDE)
        return current().px(_NAME if wide else _NAME_DENSE)

    def _row(self) -> RowFace | None:
        return next((row for row in self._rows if row.request == self._request), None)

    def _place_of(self, slot: SlotFace | None) -> int:
        row = self._row()
        if slot is None or row is None:
            return -1
        same = [
            place
            for place, one in enumerate(row.slots)
            if (one.entry, one.due_ms) == (slot.entry, slot.due_ms)
        ]
        return same[0] if same else -1

    def _move_row(self, by: int) -> None:
        order = [row.request for row in self._rows]
        at = order.index(self._request) if self._request in order else 0
        self._request = order[min(max(at + by, 0), len(order) - 1)]
        self._slot = -1
        self._tell()
        self._show_row()

    def _move_slot(self, by: int) -> None:
        row = self._row()
        count = 0 if row is None else len(row.slots)
        self._slot = min(max(self._slot + by, -1), count - 1)
        self._tell()

    def _show_row(self) -> None:
        bar = self.verticalScrollBar()
        for one in self._placed:
            if one.row is not None and one.row.request == self._request:
                room = self.viewport().height()
                if one.top - self._head() < bar.value():
                    bar.setValue(int(one.top) - self._head() - current().px(_GROUP))
                elif one.top + one.height > bar.value() + room:
                    bar.setValue(int(one.top + one.height) - room)

    def _tell(self) -> None:
        """Say the row and slot to a screen reader, and paint."""
        row, slot = self._row(), self.chosen_slot()
        said = "" if row is None else row.spoken
        if slot is not None:
            said = f"{slot.spoken}. {said}"
        if self.accessibleDescription() != said:
            self.setAccessibleDescription(said)
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)
        self.viewport().update()

    def _arrange(self) -> None:
        theme = current()
        top = float(self._head())
        self._placed = []
        for group in Group:
            rows = [row for row in self._rows if row.group is group]
            if not rows:
                continue
            height = float(theme.px(_GROUP))
            self._placed.append(_Placed(top=top, height=height, heading=group.value))
            top += height
            for row in rows:
                height = self._row_height(row)
                self._placed.append(_Placed(top=top, height=height, row=row))
                top += height
        bar = self.verticalScrollBar()
        room = self.viewport().height()
        bar.setRange(0, max(0, int(top) - room))
        bar.setPageStep(room)
        bar.setSingleStep(theme.px(_ROW))
        self.viewport().update()

    def _texts(self, row: RowFace) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
        """Return the lines of the name, and those below it with their ink."""
        room = self._name_width() - 2 * _PAD
        taken = painters.text_width(row.taken, "strong") + 10
        name = painters.wrap(row.name, "strong", room - taken)
        tone = "sync" if row.ask_first else "ink3"
        below = [(line, tone) for line in painters.wrap(row.detail, "meta", room)]
        for words in row.to_check:
            below += [(line, "danger") for line in painters.wrap(words, "meta", room)]
        return name, below

    def _row_height(self, row: RowFace) -> float:
        name, detail = self._texts(row)
        bar = 9 if row.per_mille is not None else 0
        text = painters.line_height("strong") * len(name) + painters.line_height("meta") * len(
            detail
        )
        return max(float(current().px(_ROW)), text + bar + 14)

    def _x(self, at_ms: int) -> float:
        left = self._name_width()
        span = self._window.end_ms - self._window.start_ms
        share = (at_ms - self._window.start_ms) / span
        return left + share * (self.viewport().width() - left)

    def _spans(self, row: RowFace) -> list[tuple[float, float]]:
        """Return left edge and width of each slot, side by side where times are close.

        Slots outside the hours shown have no width.
        """
        found: list[tuple[float, float]] = []
        free = float(self._name_width()) + 2
        for slot in row.slots:
            if not self._window.start_ms <= slot.at_ms <= self._window.end_ms:
                found.append((-1.0, 0.0))
                continue
            width = slot_width(slot)
            wanted = self._x(slot.at_ms) - width / 2
            left = max(free, min(wanted, self.viewport().width() - width - 4))
            found.append((left, width))
            free = left + width + 3
        return found

    def _paint_group(self, painter: QPainter, one: _Placed) -> None:
        theme = current()
        rect = QRectF(0, one.top, self.viewport().width(), one.height)
        painter.fillRect(rect, theme.colour("sunken"))
        painters.draw_line(painter, _PAD, rect.center().y(), one.heading, "metab", "ink2")

    def _paint_row(self, painter: QPainter, one: _Placed, row: RowFace) -> None:
        theme = current()
        chosen = row.request == self._request
        whole = QRectF(0, one.top, self.viewport().width(), one.height)
        left = float(self._name_width())
        if chosen:
            painter.fillRect(whole, theme.colour("accentsoft"))
        self._paint_time(painter, whole, left, chosen=chosen)
        self._paint_name(painter, one, row)
        if chosen:
            painter.fillRect(QRectF(0, one.top, 4, one.height), theme.colour("accentfill"))
        painter.setPen(QPen(theme.colour("line"), 1))
        below = whole.bottom() - 0.5
        painter.drawLine(QPointF(0, below), QPointF(whole.right(), below))
        height = theme.px(SLOT_HEIGHT)
        top = one.top + (one.height - height) / 2
        for place, (slot, (x, width)) in enumerate(zip(row.slots, self._spans(row), strict=True)):
            if width:
                box = QRectF(x, top, width, height)
                is_slot = chosen and place == self._slot
                draw_slot(painter, box, slot, is_chosen=is_slot and self.hasFocus())

    def _paint_time(self, painter: QPainter, whole: QRectF, left: float, *, chosen: bool) -> None:
        paint_time(
            painter,
            QRectF(left, whole.top(), whole.right() - left, whole.height()),
            arrived=self._x(self._arrived_ms),
            now=self._x(self._now_ms),
            ticks=[self._x(at_ms) for at_ms, _ in self._window.ticks],
            is_chosen=chosen,
        )

    def _paint_name(self, painter: QPainter, one: _Placed, row: RowFace) -> None:
        theme = current()
        name, detail = self._texts(row)
        right = self._name_width() - _PAD
        ink = "ink" if row.is_active else "ink3"
        step, small = painters.line_height("strong"), painters.line_height("meta")
        bar = 9 if row.per_mille is not None else 0
        text = step * len(name) + small * len(detail)
        top = one.top + (one.height - text - bar) / 2
        painters.draw_right(painter, right, top + step / 2, row.taken, "strong", ink)
        for line in name:
            width = painters.draw_line(painter, _PAD, top + step / 2, line, "strong", ink)
            if row.is_struck:
                painter.setPen(QPen(theme.colour("ink3"), 1.4))
                middle = top + step / 2 + 0.5
                painter.drawLine(QPointF(_PAD, middle), QPointF(_PAD + width, middle))
            top += step
        for line, tone in detail:
            painters.draw_line(painter, _PAD, top + small / 2, line, "meta", tone)
            top += small
        if row.per_mille is not None:
            box = QRectF(_PAD, top + 3, right - _PAD, 4)
            painters.draw_bar(painter, box, row.per_mille // 10, "newslowline")

    def _paint_head(self, painter: QPainter) -> None:
        theme = current()
        height = self._head()
        middle = height / 2
        rect = QRectF(0, 0, self.viewport().width(), height)
        painter.fillRect(rect, theme.colour("raised"))
        painters.draw_line(painter, _PAD, middle, "Medicine", "metab", "ink2")
        right = self._name_width() - _PAD
        painters.draw_right(painter, right, middle, "Given in 24hr", "metab", "ink2")
        now = f"Now {format_time(moment_at(self._now_ms, self._zone))}"
        width = painters.text_width(now, "metab") + 18
        x = self._x(self._now_ms)
        for at_ms, text in self._window.ticks:
            at = self._x(at_ms)
            half = painters.text_width(text, "metab") / 2
            fits = at - half > right + _PAD and at + half < rect.right()
            if fits and abs(at - x) > width / 2 + half + 4:
                painters.draw_middle(painter, at, middle, text, "metab", "ink3")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink"))
        box = QRectF(x - width / 2, 7, width, height - 12)
        painter.drawRoundedRect(box, 5, 5)
        painters.draw_middle(painter, x, box.center().y(), now, "metab", "surface")
        painter.setPen(QPen(theme.colour("ink"), 2))
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, height))
