"""The theme in force: colours, fonts and icons for everything that paints itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QStyleFactory

from sonar_desktop.ui.theme.fonts import make_font, register, sized_font
from sonar_desktop.ui.theme.icons import clear_icons, icon_pixmap
from sonar_desktop.ui.theme.palette import make_palette
from sonar_desktop.ui.theme.stylesheet import stylesheet
from sonar_desktop.ui.theme.tokens import ThemeName, colours
from sonar_desktop.ui.theme.type_scale import checked_scale, scaled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class Theme:
    """One look at one text scale, with its own caches."""

    def __init__(self, name: ThemeName, scale: int = 100) -> None:
        """Take the theme's name and a text scale of 100 to 200 per cent."""
        self.name = name
        self.scale = checked_scale(scale)
        self.colours = colours(name)
        self._colours = {token: QColor(value) for token, value in self.colours.items()}
        self._fonts: dict[str, QFont] = {}
        self._sized: dict[tuple[int, int], QFont] = {}
        self._metrics: dict[str, QFontMetricsF] = {}

    def colour(self, token: str) -> QColor:
        """Return a token's colour; raise KeyError for a word that is no token."""
        return self._colours[token]

    def font(self, style: str) -> QFont:
        """Return the font of a type style at this scale."""
        found = self._fonts.get(style)
        if found is None:
            found = self._fonts[style] = make_font(style, self.scale)
        return found

    def sized_font(self, px: int, weight: int) -> QFont:
        """Return a font of its own size (numbers inside marks), not scaled again."""
        found = self._sized.get((px, weight))
        if found is None:
            found = self._sized[px, weight] = sized_font(px, weight)
        return found

    def metrics(self, style: str) -> QFontMetricsF:
        """Return the measures of a type style."""
        found = self._metrics.get(style)
        if found is None:
            found = self._metrics[style] = QFontMetricsF(self.font(style))
        return found

    def px(self, size: float) -> int:
        """Return a size that grows with the text, in whole logical pixels."""
        return scaled(size, self.scale)

    def pixmap(self, name: str, token: str, size: int, ratio: float) -> QPixmap:
        """Return an icon in a token's colour for a device of this pixel ratio."""
        return icon_pixmap(name, self.colours[token], size, ratio)

    def icon(self, name: str, token: str, size: int = 16) -> QIcon:
        """Return a QIcon holding the icon at 1x and 2x, for standard widgets."""
        found = QIcon()
        for ratio in (1.0, 2.0):
            found.addPixmap(self.pixmap(name, token, size, ratio))
        return found

    def draw_icon(
        self, painter: QPainter, name: str, token: str, x: float, y: float, size: int
    ) -> None:
        """Paint an icon with its top left corner at (x, y), crisp on the painter's device."""
        ratio = painter.device().devicePixelRatioF()
        pixmap = icon_pixmap(name, self.colours[token], size, ratio)
        painter.drawPixmap(QRectF(x, y, size, size), pixmap, QRectF(pixmap.rect()))


class _Now:
    theme: Theme | None = None
    fonts_ready = False


def current() -> Theme:
    """Return the theme in force; light at 100 % before any was applied."""
    if _Now.theme is None:
        _Now.theme = Theme(ThemeName.LIGHT)
    return _Now.theme


def apply_theme(app: QApplication, name: ThemeName | str, scale: int = 100) -> Theme:
    """Put a theme in force on the whole application and return it.

    Sets Fusion, the palette, the base font and the one style sheet, and empties the caches;
    every widget then repaints and measures itself again.

    Raises:
        ValueError: an unknown theme name, or a scale outside 100 to 200 per cent.
    """
    theme = Theme(ThemeName(name), scale)
    if not _Now.fonts_ready:
        register()
        app.setStyle(QStyleFactory.create("Fusion"))
        _Now.fonts_ready = True
    clear_icons()
    _Now.theme = theme
    app.setPalette(make_palette(theme.colours))
    app.setFont(theme.font("body"))
    app.setStyleSheet(stylesheet(theme.name, theme.colours, theme.scale))
    return theme
