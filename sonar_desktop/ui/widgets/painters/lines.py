"""Countdown, progress bar, sync icon and sparkline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import ICON_LINE
from sonar_desktop.ui.widgets.painters.faces import (
    SYNC_ICONS,
    CountdownFace,
    CountdownKind,
    SyncMark,
)
from sonar_desktop.ui.widgets.painters.text import draw_line

BAR_HEIGHT: Final = 5
_TEXT_TOKENS: Final[dict[CountdownKind, tuple[str, str]]] = {
    CountdownKind.RUNNING: ("ink", "newslowline"),
    CountdownKind.SOON: ("warn", "warnbar"),
    CountdownKind.LATE: ("danger", "dangerfill"),
    CountdownKind.CONSTANT: ("ink", "newslowline"),
    CountdownKind.UNKNOWN: ("ink3", "line2"),
}


def draw_bar(painter: QPainter, rect: QRectF, percent: int, token: str) -> None:
    """Draw a thin bar, filled from the left by 0 to 100 per cent in a token's colour."""
    theme = current()
    radius = rect.height() / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken"))
    painter.drawRoundedRect(rect, radius, radius)
    share = min(max(percent, 0), 100) / 100
    if share > 0:
        painter.setBrush(theme.colour(token))
        filled = QRectF(rect.topLeft(), rect.size())
        filled.setWidth(max(rect.width() * share, rect.height()))
        painter.drawRoundedRect(filled, radius, radius)
    painter.restore()


def draw_countdown(painter: QPainter, rect: QRectF, face: CountdownFace) -> None:
    """Draw the next check as words over a bar; a constant watch has an eye and when seen."""
    theme = current()
    ink, bar = _TEXT_TOKENS[face.kind]
    step = theme.metrics("strong").height()
    centre = rect.center().y()
    size = theme.px(ICON_LINE)
    if face.kind is CountdownKind.UNKNOWN:
        draw_line(painter, rect.left(), centre, face.text, "body", ink)
        return
    top = centre - step * 0.56
    if face.kind is CountdownKind.CONSTANT:
        theme.draw_icon(painter, "eye", "ink2", rect.left(), centre - size / 2, size)
        left = rect.left() + size + 6
        draw_line(painter, left, top, face.text, "strong", ink)
        draw_line(painter, left, centre + step * 0.56, face.detail, "meta", "ink3")
        return
    left = rect.left()
    if face.kind is CountdownKind.LATE:
        icon = theme.px(14)
        theme.draw_icon(painter, "triangle-alert", ink, left, top - icon / 2, icon)
        left += icon + 4
    draw_line(painter, left, top, face.text, "strong", ink)
    percent = 100 if face.kind is CountdownKind.LATE else face.percent
    bar_top = centre + step * 0.56 - BAR_HEIGHT / 2
    draw_bar(painter, QRectF(rect.left(), bar_top, rect.width(), BAR_HEIGHT), percent, bar)


def draw_sync_icon(painter: QPainter, x: float, y: float, mark: SyncMark, size: int) -> None:
    """Draw where a change is, as an icon with its top left corner at (x, y)."""
    name, token = SYNC_ICONS[mark]
    current().draw_icon(painter, name, token, x, y, size)


def draw_sparkline(
    painter: QPainter,
    rect: QRectF,
    values: Sequence[float],
    *,
    normal: tuple[float, float] | None = None,
) -> None:
    """Draw values over a grey band of the range that scores 0.

    ``values`` are oldest first; the last gets a dot, amber when it is outside ``normal``, the
    lowest and highest value of the range that scores 0. Fewer than two draw only the dot.
    """
    if not values:
        return
    theme = current()
    low: float = min((*values, *(normal or ())))
    high: float = max((*values, *(normal or ())))
    span = (high - low) or 1.0

    def y_of(value: float) -> float:
        return rect.bottom() - (value - low) / span * rect.height()

    step = rect.width() / max(len(values) - 1, 1)
    points = [QPointF(rect.left() + step * at, y_of(value)) for at, value in enumerate(values)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if normal:
        painter.setBrush(theme.colour("sunken"))
        top = y_of(normal[1])
        painter.drawRect(QRectF(rect.left(), top, rect.width(), y_of(normal[0]) - top))
    if len(points) > 1:
        painter.setPen(QPen(theme.colour("ink2"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
    outside = normal is not None and not normal[0] <= values[-1] <= normal[1]
    last = points[-1] if len(points) > 1 else QPointF(rect.right(), points[0].y())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("warn" if outside else "ink2"))
    painter.drawEllipse(last, 3.2, 3.2)
    painter.restore()
