"""NEWS2 shapes, bars of the level of observation and sub-score boxes.

Shapes differ in outline as well as colour (ux.md 3.3): dashed circle, circle, diamond, triangle,
octagon. Sub-score colours follow the RCP chart (NEWS2, Royal College of Physicians 2017): 0 white,
1 yellow, 2 orange, 3 red, with the number inside.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from sonar_desktop.ui.theme import ThemeName, current
from sonar_desktop.ui.widgets.painters.faces import NewsBand, Trend

LEVELS: Final = 4
_BAND_TOKENS: Final[dict[NewsBand, tuple[str, str, str]]] = {
    NewsBand.NOT_SCORED: ("surface", "ink3", "ink3"),
    NewsBand.LOW: ("newslow", "newslowline", "onnewslow"),
    NewsBand.LOW_MEDIUM: ("cautionfill", "caution", "oncaution"),
    NewsBand.MEDIUM: ("warnfill", "warn", "onwarn"),
    NewsBand.HIGH: ("dangerfill", "danger", "ondanger"),
}
_SCORE_TOKENS: Final[dict[int, tuple[str, str, str]]] = {
    0: ("surface", "line2", "ink2"),
    1: ("cautionfill", "caution", "oncaution"),
    2: ("warnfill", "warn", "onwarn"),
    3: ("dangerfill", "danger", "ondanger"),
}
_BIG_FROM: Final = 40


def draw_news2_mark(painter: QPainter, rect: QRectF, band: NewsBand, total: int | None) -> None:
    """Draw a NEWS2 total as a shape with its number, or a dash when it is not scored."""
    theme = current()
    fill, edge, ink = _BAND_TOKENS[band]
    size = min(rect.width(), rect.height())
    thick = 2.0 if size >= _BIG_FROM else 1.4
    pen = QPen(theme.colour(edge), thick)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if band is NewsBand.HIGH and theme.name is ThemeName.LIGHT:
        pen = QPen(Qt.PenStyle.NoPen)
    if band is NewsBand.NOT_SCORED:
        pen.setDashPattern([3.2, 2.4])
    centre = rect.center()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(theme.colour(fill))
    half = size / 2 - thick / 2
    if band in (NewsBand.NOT_SCORED, NewsBand.LOW):
        painter.drawEllipse(centre, half, half)
    else:
        painter.drawPolygon(_shape(band, centre, half))
    text = "–" if band is NewsBand.NOT_SCORED or total is None else str(total)
    drop = size * 0.17 if band is NewsBand.MEDIUM else 0.0
    share = 0.40 if band in (NewsBand.MEDIUM, NewsBand.LOW_MEDIUM) else 0.44
    _centred(painter, centre + QPointF(0, drop), text, max(round(size * share), 8), ink)
    painter.restore()


def _shape(band: NewsBand, centre: QPointF, half: float) -> QPolygonF:
    if band is NewsBand.LOW_MEDIUM:
        offsets = [(0, -half), (half, 0), (0, half), (-half, 0)]
    elif band is NewsBand.MEDIUM:
        offsets = [(0, -half), (half, half * 0.88), (-half, half * 0.88)]
    else:
        turn = math.pi / 8
        reach = half / math.cos(turn)
        offsets = [
            (
                reach * math.cos(turn + step * math.pi / 4),
                reach * math.sin(turn + step * math.pi / 4),
            )
            for step in range(8)
        ]
    return QPolygonF([centre + QPointF(x, y) for x, y in offsets])


def _centred(painter: QPainter, centre: QPointF, text: str, px: int, token: str) -> None:
    theme = current()
    painter.setFont(theme.sized_font(px, 700))
    painter.setPen(theme.colour(token))
    box = QRectF(centre.x() - 100, centre.y() - 100, 200, 200)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def draw_sub_score(painter: QPainter, rect: QRectF, score: int | None) -> None:
    """Draw one parameter's score 0 to 3 in its box; None is a dashed, empty box."""
    theme = current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = rect.adjusted(0.75, 0.75, -0.75, -0.75)
    if score is None:
        pen = QPen(theme.colour("ctl"), 1.2)
        pen.setDashPattern([3, 2.4])
        painter.setPen(pen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box, 6, 6)
        _centred(painter, rect.center(), "–", round(rect.height() * 0.42), "ink3")
    else:
        fill, edge, ink = _SCORE_TOKENS[score]
        painter.setPen(QPen(theme.colour(edge), 1.4))
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(box, 6, 6)
        _centred(painter, rect.center(), str(score), round(rect.height() * 0.42), ink)
    painter.restore()


def draw_care_level(painter: QPainter, rect: QRectF, level: int | None) -> None:
    """Draw four rising bars with ``level`` of them filled; None leaves all of them hollow."""
    theme = current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step = rect.width() / LEVELS
    thick = step * 0.68
    for bar in range(LEVELS):
        height = rect.height() * (0.34 + 0.22 * bar)
        box = QRectF(rect.left() + bar * step, rect.bottom() - height, thick, height)
        if level is None:
            painter.setPen(QPen(theme.colour("warnbar"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box.adjust(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("ink" if bar < level else "line2"))
        painter.drawRoundedRect(box, 1, 1)
    painter.restore()


def draw_trend(painter: QPainter, x: float, y: float, trend: Trend, size: int = 16) -> None:
    """Draw the arrow beside a score: red and up for worse, green and down for better."""
    worse = trend is Trend.WORSE
    name, token = ("trending-up", "danger") if worse else ("trending-down", "ok")
    current().draw_icon(painter, name, token, x, y, size)
