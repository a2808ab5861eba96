"""PIN entry: a password field drawn as dots, and a pad of keys for gloves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import PIN_KEY, RADIUS_WELL
from sonar_desktop.ui.widgets.painters import draw_middle

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

PIN_LENGTH: Final = 6
_DOT_STEP: Final = 30


class PinDots(QLineEdit):
    """A password field of digits shown as dots; a screen reader knows it as one.

    Pasting is allowed; Esc clears; Enter is ``returnPressed``. Call ``forget`` on lock.

    Signals:
        filled: every digit is in.
    """

    filled = Signal()

    def __init__(self, name: str, length: int = PIN_LENGTH) -> None:
        """Take the accessible name ("Your 6-number PIN") and the number of digits."""
        super().__init__()
        self._length = length
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(length)
        digits = QRegularExpression(f"[0-9]{{0,{length}}}")
        self.setValidator(QRegularExpressionValidator(digits, self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhDigitsOnly
            | Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._told)

    def _told(self, text: str) -> None:
        self.update()
        if len(text) == self._length:
            self.filled.emit()

    def forget(self) -> None:
        """Clear what was typed, as on lock or after a wrong PIN."""
        self.clear()

    def press(self, digit: str) -> None:
        """Add a digit from the pad."""
        self.insert(digit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear on Esc; else type."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.forget()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return 288 by 50 pixels, growing with the text."""
        theme = current()
        return QSize(theme.px(288), theme.px(50))

    def minimumSizeHint(self) -> QSize:
        """Return room for every dot."""
        theme = current()
        return QSize(theme.px(_DOT_STEP) * self._length + 20, theme.px(50))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame and dots; how many digits are in shows, which ones never."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(
            theme.colour("accent" if self.hasFocus() else "ctl"), 2 if self.hasFocus() else 1
        )
        painter.setPen(pen)
        painter.setBrush(theme.colour("surface" if self.isEnabled() else "sunken"))
        thick = pen.widthF() / 2
        box = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        step, radius = theme.px(_DOT_STEP), theme.px(7)
        first = self.width() / 2 - step * (self._length - 1) / 2
        painter.setPen(QPen(theme.colour("ctl"), 1.5))
        typed = len(self.text())
        for number in range(self._length):
            painter.setBrush(theme.colour("ink" if number < typed else "surface"))
            painter.drawEllipse(QPointF(first + step * number, self.height() / 2), radius, radius)
        painter.end()


class _PadKey(QPushButton):
    """One key of the pad, 92 by 62."""

    def __init__(self, text: str, *, icon: str = "", name: str = "", strong: bool = False) -> None:
        super().__init__(text)
        self._icon = icon
        self._strong = strong
        self.setAccessibleName(name or text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = current()
        return QSize(theme.px(PIN_KEY[0]), theme.px(PIN_KEY[1]))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        back, ink, edge = (
            ("accentfill", "onaccent", "accentfill")
            if self._strong
            else (
                "surface",
                "ink",
                "ctl",
            )
        )
        if self.isDown():
            back = "accenthover" if self._strong else "selected"
        elif self.underMouse():
            back = "accenthover" if self._strong else "hover"
        painter.setPen(QPen(theme.colour(edge), 1))
        painter.setBrush(theme.colour(back))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_WELL, RADIUS_WELL)
        if self._icon:
            size = theme.px(20)
            left, top = (self.width() - size) / 2, (self.height() - size) / 2
            theme.draw_icon(painter, self._icon, ink, left, top, size)
        else:
            centre = math.floor(self.height() / 2)
            draw_middle(painter, self.width() / 2, centre, self.text(), "biginput", ink)
        painter.end()


class PinPad(QWidget):
    """Keys 0 to 9, delete and go; they type into a ``PinDots``.

    Signals:
        entered: the go key was pressed.
    """

    entered = Signal()

    def __init__(self, dots: PinDots) -> None:
        """Take the field the keys type into."""
        super().__init__()
        self.setAccessibleName("Number keys")
        self.keys: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for number, digit in enumerate("1234567890"):
            key = _PadKey(digit)
            key.clicked.connect(lambda _on=False, pressed=digit: dots.press(pressed))
            place = (3, 1) if digit == "0" else (number // 3, number % 3)
            grid.addWidget(key, *place)
            self.keys[digit] = key
        delete = _PadKey("", icon="delete", name="Delete last number")
        delete.clicked.connect(dots.backspace)
        go = _PadKey("", icon="arrow-right", name="Sign in", strong=True)
        go.clicked.connect(self.entered)
        grid.addWidget(delete, 3, 0)
        grid.addWidget(go, 3, 2)
        self.keys["delete"] = delete
        self.keys["go"] = go
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_go_name(self, name: str) -> None:
        """Name the go key for what it does here ("Unlock", "Witness and sign")."""
        self.keys["go"].setAccessibleName(name)
