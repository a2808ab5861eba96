"""Chips, key caps, count badges and initials."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from sonar_desktop.ui.theme import Tone, current, fill_tokens, soft_tokens
from sonar_desktop.ui.theme.sizes import ICON_CHIP, RADIUS_CHIP
from sonar_desktop.ui.widgets.painters.faces import ChipFace
from sonar_desktop.ui.widgets.painters.text import draw_line, draw_middle, text_width

CHIP_HEIGHT: Final = 22
CHIP_HEIGHT_TALL: Final = 26
_CHIP_PAD: Final = 8
_CHIP_GAP: Final = 5
_CAP_PAD: Final = 6
PEOPLE_TOKENS: Final = ("c1", "c2", "c3", "c4", "c5")


def chip_width(face: ChipFace) -> float:
    """Return the width a chip needs to show its whole text."""
    icon = current().px(ICON_CHIP) + _CHIP_GAP if face.icon else 0
    return _CHIP_PAD * 2 + icon + text_width(face.text, "metab")


def chip_tokens(face: ChipFace) -> tuple[str, str, str]:
    """Return the (text, background, edge) tokens of a chip."""
    if face.strong:
        text, fill = fill_tokens(face.tone)
        return text, fill, fill
    text, soft, line = soft_tokens(face.tone)
    if face.outlined:
        return text, "surface", "line2" if face.tone is Tone.NEUTRAL else line
    return text, soft, line


def draw_chip(painter: QPainter, x: float, centre: float, face: ChipFace, height: float) -> float:
    """Draw a chip with its left edge at ``x``, centred on ``centre``; return its width."""
    theme = current()
    text, back, edge = chip_tokens(face)
    width = chip_width(face)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(edge), 1))
    painter.setBrush(theme.colour(back))
    box = QRectF(x + 0.5, centre - height / 2 + 0.5, width - 1, height - 1)
    painter.drawRoundedRect(box, RADIUS_CHIP, RADIUS_CHIP)
    left = x + _CHIP_PAD
    if face.icon:
        size = theme.px(ICON_CHIP)
        theme.draw_icon(painter, face.icon, text, left, centre - size / 2, size)
        left += size + _CHIP_GAP
    draw_line(painter, left, centre, face.text, "metab", text)
    painter.restore()
    return width


def keycap_width(text: str) -> float:
    """Return the width of a key cap."""
    return max(text_width(text, "meta") + _CAP_PAD * 2, float(current().px(20)))


def draw_keycap(
    painter: QPainter, x: float, centre: float, text: str, token: str, edge: str
) -> float:
    """Draw a key's name ("Ctrl K") in a cap with its left edge at ``x``; return its width.

    ``token`` colours the letters, ``edge`` the outline.
    """
    theme = current()
    width = keycap_width(text)
    height = theme.px(20)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(edge), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(x + 0.5, centre - height / 2 + 0.5, width - 1, height - 1)
    painter.drawRoundedRect(box, 4, 4)
    draw_middle(painter, x + width / 2, centre, text, "meta", token)
    painter.restore()
    return width


def draw_badge(painter: QPainter, centre: QPointF, count: int, tone: Tone) -> None:
    """Draw a count in a filled round badge centred on a point."""
    theme = current()
    text, fill = fill_tokens(tone)
    height = theme.px(18)
    width = max(text_width(str(count), "metab") + 10, float(height))
    box = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(fill))
    painter.drawRoundedRect(box, height / 2, height / 2)
    draw_middle(painter, centre.x(), centre.y(), str(count), "metab", text)
    painter.restore()


def draw_avatar(painter: QPainter, rect: QRectF, initials: str, person: int) -> None:
    """Draw initials in a circle; ``person`` picks one of five colours and keeps to it."""
    theme = current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(PEOPLE_TOKENS[person % len(PEOPLE_TOKENS)]))
    painter.drawEllipse(rect)
    painter.setPen(theme.colour("surface"))
    painter.setFont(theme.sized_font(round(rect.height() * 0.36), 700))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), initials)
    painter.restore()
