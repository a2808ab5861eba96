"""Line icons, recoloured from ``currentColor`` and kept by (name, colour, size, pixel ratio)."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from sonar_desktop.ui.theme.assets import resource


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return resource("icons", "lucide", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def icon_pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """Return an icon as a pixmap.

    Args:
        name: file name in ``resources/icons/lucide`` without its ending.
        colour: ``#RRGGBB``, from the theme.
        size: logical pixels.
        ratio: device pixels per logical pixel of the paint device.

    Raises:
        FileNotFoundError: no such icon is bundled.
    """
    svg = _source(name).replace("currentColor", colour)
    pixels = round(size * ratio)
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def clear_icons() -> None:
    """Forget every rendered icon; called when the theme changes."""
    icon_pixmap.cache_clear()
