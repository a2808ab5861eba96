"""Time in a row of the chart: before custody hatched, to come grey, now an ink line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from sonar_desktop.ui.theme import current

_STEP: Final = 7


def paint_time(
    painter: QPainter,
    rect: QRectF,
    *,
    arrived: float,
    now: float,
    ticks: Sequence[float],
    is_chosen: bool,
) -> None:
    """Paint a row's time; `arrived`, `now` and `ticks` are places along it."""
    theme = current()
    left, right, top, bottom = rect.left(), rect.right(), rect.top(), rect.bottom()
    came = min(max(arrived, left), right)
    if came > left:
        _hatch(painter, QRectF(left, top, came - left, rect.height()))
    at = min(max(now, left), right)
    if not is_chosen:
        painter.fillRect(QRectF(at, top, right - at, rect.height()), theme.colour("raised"))
    painter.setPen(QPen(theme.colour("line"), 1))
    for tick in ticks:
        x = round(tick) + 0.5
        if x > left:
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    if left < came < right:
        painter.setPen(QPen(theme.colour("ctl"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(came, top), QPointF(came, bottom))
    if left < at < right:
        painter.setPen(QPen(theme.colour("ink"), 2))
        painter.drawLine(QPointF(at, top), QPointF(at, bottom))


def _hatch(painter: QPainter, rect: QRectF) -> None:
    theme = current()
    painter.save()
    painter.setClipRect(rect)
    painter.fillRect(rect, theme.colour("raised"))
    painter.setPen(QPen(theme.colour("line2"), 1))
    height = rect.height()
    x = rect.left() - height - rect.left() % _STEP
    while x < rect.right():
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + height, rect.top()))
        x += _STEP
    painter.restore()
