"""NEWS2 mark, level of observation, sub-score box, countdown, sync mark, avatar, sparkline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painted import PaintedLabel
from sonar_desktop.ui.widgets.painters import (
    SYNC_WORDS,
    CountdownFace,
    NewsBand,
    SyncMark,
    draw_avatar,
    draw_care_level,
    draw_countdown,
    draw_line,
    draw_news2_mark,
    draw_sparkline,
    draw_sub_score,
    draw_sync_icon,
    news2_words,
    text_width,
)

_BARS: Final = (22, 20)
_GAP: Final = 8
LEVEL_NOT_SET: Final = "Not set"


class News2Mark(PaintedLabel):
    """A NEWS2 total as shape and number; the word stands beside it on the page."""

    def __init__(self, band: NewsBand, total: int | None, size: int = 30) -> None:
        """Take the band, the total (None when not scored) and the size in pixels at 100 %."""
        super().__init__(news2_words(band, total))
        self._band = band
        self._total = total
        self._size = size

    def set_score(self, band: NewsBand, total: int | None) -> None:
        """Show another score."""
        self._band, self._total = band, total
        self.set_words(news2_words(band, total), (band, total))

    def sizeHint(self) -> QSize:
        """Return a square that grows with the text."""
        size = current().px(self._size)
        return QSize(size, size)

    def paint(self, painter: QPainter) -> None:
        """Paint the shape over the whole square."""
        draw_news2_mark(painter, QRectF(self.rect()), self._band, self._total)


class CareLevelMark(PaintedLabel):
    """The level of observation: four bars, "Level 2" and its name; "Not set" in amber."""

    def __init__(self, level: int | None, name: str = "") -> None:
        """Take the level 1 to 4, or None, and the suite's name for it."""
        super().__init__("")
        self._level = level
        self._name = name
        self.set_level(level, name)

    def set_level(self, level: int | None, name: str = "") -> None:
        """Show another level."""
        self._level, self._name = level, name
        words = f"Level {level}, {name}" if level is not None else f"Level: {LEVEL_NOT_SET}"
        self.set_words(words.removesuffix(", "), (level, name))

    def _lines(self) -> tuple[str, str]:
        return (LEVEL_NOT_SET, "") if self._level is None else (f"Level {self._level}", self._name)

    def sizeHint(self) -> QSize:
        """Return room for the bars and both lines of text."""
        first, second = self._lines()
        theme = current()
        width = (
            theme.px(_BARS[0]) + _GAP + max(text_width(first, "strong"), text_width(second, "meta"))
        )
        return QSize(round(width) + 1, theme.px(36))

    def paint(self, painter: QPainter) -> None:
        """Paint the bars and the two lines."""
        theme = current()
        centre = self.height() / 2
        bars_w, bars_h = theme.px(_BARS[0]), theme.px(_BARS[1])
        draw_care_level(painter, QRectF(0, centre - bars_h / 2, bars_w, bars_h), self._level)
        left = bars_w + _GAP
        first, second = self._lines()
        if not second:
            draw_line(painter, left, centre, first, "strong", "ink" if self._level else "warn")
            return
        step = theme.px(8)
        draw_line(painter, left, centre - step, first, "strong", "ink")
        draw_line(painter, left, centre + step, second, "meta", "ink3")


class SubScoreBox(PaintedLabel):
    """One parameter's NEWS2 score 0 to 3 in its RCP colour; dashed while missing."""

    def __init__(self, parameter: str, score: int | None = None) -> None:
        """Take the parameter's name for the screen reader and its score."""
        super().__init__("")
        self._parameter = parameter
        self._score = score
        self.set_score(score)

    def set_score(self, score: int | None) -> None:
        """Show another score, or None for no score yet."""
        self._score = score
        said = f"score {score}" if score is not None else "no score yet"
        self.set_words(f"{self._parameter}, {said}", score)

    def sizeHint(self) -> QSize:
        """Return 40 by 38 pixels, growing with the text."""
        theme = current()
        return QSize(theme.px(40), theme.px(38))

    def paint(self, painter: QPainter) -> None:
        """Paint the box."""
        draw_sub_score(painter, QRectF(self.rect()), self._score)


class Countdown(PaintedLabel):
    """The next check as words over a bar. The page owns the one timer and sets the face."""

    def __init__(self, face: CountdownFace) -> None:
        """Take the face to show."""
        super().__init__("")
        self._face = face
        self.set_face(face)

    def set_face(self, face: CountdownFace) -> None:
        """Show another moment."""
        self._face = face
        self.set_words(f"{face.text}, {face.detail}" if face.detail else face.text, face)

    def sizeHint(self) -> QSize:
        """Return room for the words, at least 103 pixels for the bar."""
        theme = current()
        text = text_width(self._face.text, "strong") + theme.px(24)
        return QSize(round(max(text, theme.px(103))), theme.px(38))

    def paint(self, painter: QPainter) -> None:
        """Paint words and bar."""
        draw_countdown(painter, QRectF(self.rect()), self._face)


class SyncMarkIcon(PaintedLabel):
    """Where a change is, as an icon with its sentence for the screen reader and the tool tip."""

    def __init__(self, mark: SyncMark, size: int = 18) -> None:
        """Take the mark and the icon's size in pixels at 100 %."""
        super().__init__(SYNC_WORDS[mark])
        self._mark = mark
        self._size = size
        self.setToolTip(SYNC_WORDS[mark])

    def set_mark(self, mark: SyncMark, words: str = "") -> None:
        """Show another mark; ``words`` replaces its sentence ("Saved centrally at 14:31")."""
        self._mark = mark
        self.set_words(words or SYNC_WORDS[mark], mark)
        self.setToolTip(self.text())

    def sizeHint(self) -> QSize:
        """Return a square that grows with the text, at least the least target."""
        size = max(current().px(self._size), 24)
        return QSize(size, size)

    def paint(self, painter: QPainter) -> None:
        """Paint the icon in the middle."""
        size = current().px(self._size)
        left, top = (self.width() - size) / 2, (self.height() - size) / 2
        draw_sync_icon(painter, left, top, self._mark, size)


class Avatar(PaintedLabel):
    """A person's initials in their colour; the name is what a screen reader says."""

    def __init__(self, name: str, initials: str, person: int, size: int = 32) -> None:
        """Take the full name, the initials, the number that picks the colour, and the size."""
        super().__init__(name)
        self._initials = initials
        self._person = person
        self._size = size

    def sizeHint(self) -> QSize:
        """Return a square that grows with the text."""
        size = current().px(self._size)
        return QSize(size, size)

    def paint(self, painter: QPainter) -> None:
        """Paint the circle and the letters."""
        draw_avatar(painter, QRectF(self.rect()), self._initials, self._person)


class Sparkline(PaintedLabel):
    """A small line of past values over the range that scores 0."""

    def __init__(
        self, words: str, values: Sequence[float], normal: tuple[float, float] | None = None
    ) -> None:
        """Take the sentence for the screen reader, values oldest first, and the grey band."""
        super().__init__(words)
        self._values = tuple(values)
        self._normal = normal

    def sizeHint(self) -> QSize:
        """Return 116 by 28 pixels, growing with the text."""
        theme = current()
        return QSize(theme.px(116), theme.px(28))

    def paint(self, painter: QPainter) -> None:
        """Paint band, line and last dot."""
        rect = QRectF(self.rect()).adjusted(4, 4, -5, -4)
        draw_sparkline(painter, rect, self._values, normal=self._normal)
