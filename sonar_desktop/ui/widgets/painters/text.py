"""Text on a painter: lines by baseline, and wrapping that never cuts a word off."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QTextLayout, QTextOption

from sonar_desktop.ui.theme import current

LINE_SPACING = 1.25


def text_width(text: str, style: str) -> float:
    """Return the width of one line of text in a type style, in logical pixels."""
    theme = current()
    return _width(text, style, theme.name, theme.scale)


@lru_cache(maxsize=4096)
def _width(text: str, style: str, _name: str, _scale: int) -> float:
    return current().metrics(style).horizontalAdvance(text)


def line_height(style: str) -> float:
    """Return the height of one wrapped line in a type style."""
    return current().metrics(style).height() * LINE_SPACING / 1.21


def draw_line(
    painter: QPainter, x: float, centre: float, text: str, style: str, token: str
) -> float:
    """Draw one line, left edge at ``x``, vertically centred on ``centre``; return its width."""
    theme = current()
    metrics = theme.metrics(style)
    painter.setFont(theme.font(style))
    painter.setPen(theme.colour(token))
    painter.drawText(QPointF(x, _baseline(metrics, centre)), text)
    return text_width(text, style)


def draw_right(
    painter: QPainter, right: float, centre: float, text: str, style: str, token: str
) -> float:
    """Draw one line whose right edge is at ``right``; return its width."""
    width = text_width(text, style)
    draw_line(painter, right - width, centre, text, style, token)
    return width


def draw_middle(
    painter: QPainter, middle: float, centre: float, text: str, style: str, token: str
) -> float:
    """Draw one line centred on (``middle``, ``centre``); return its width."""
    width = text_width(text, style)
    draw_line(painter, middle - width / 2, centre, text, style, token)
    return width


def _baseline(metrics: QFontMetricsF, centre: float) -> float:
    return centre + metrics.capHeight() / 2


def wrap(text: str, style: str, width: float) -> tuple[str, ...]:
    """Return the lines a text takes in a width; a word that is too long breaks, never elides.

    Args:
        text: plain text; line feeds are kept.
        style: type style.
        width: logical pixels.
    """
    theme = current()
    return _wrapped(text, style, int(width), theme.name, theme.scale)


@lru_cache(maxsize=4096)
def _wrapped(text: str, style: str, width: int, _name: str, _scale: int) -> tuple[str, ...]:
    font = current().font(style)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            start = line.textStart()
            lines.append(paragraph[start : start + line.textLength()].rstrip())
        layout.endLayout()
    return tuple(lines)


def draw_wrapped(
    painter: QPainter, x: float, top: float, width: float, text: str, style: str, token: str
) -> float:
    """Draw text wrapped in a width from ``top`` down; return the height it took."""
    step = line_height(style)
    lines = wrap(text, style, width)
    for number, line in enumerate(lines):
        draw_line(painter, x, top + step * (number + 0.5), line, style, token)
    return step * len(lines)
