"""Problems and states said in place: inline message, empty state, outage strip."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import Tone, text_token
from sonar_desktop.ui.theme.sizes import CONTROL
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label, set_look

MESSAGE_ICONS: Final[dict[Tone, str]] = {
    Tone.NEUTRAL: "info",
    Tone.ACCENT: "info",
    Tone.DANGER: "circle-alert",
    Tone.WARN: "triangle-alert",
    Tone.CAUTION: "eye-off",
    Tone.OK: "shield-check",
    Tone.SYNC: "shield",
}


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Let a screen reader say a text: politely, or at once for an alarm."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)


class InlineMessage(QFrame):
    """What happened, what it means, what to do, beside the thing it is about.

    Signals:
        acted: the message's button was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        tone: Tone,
        headline: str,
        text: str = "",
        *,
        icon: str = "",
        action: str = "",
        action_icon: str = "",
        action_key: str = "",
        action_variant: Variant = Variant.STANDARD,
    ) -> None:
        """Take the tone, a headline, one or two sentences and an optional button."""
        super().__init__()
        self.setProperty("k", "message")
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(12)
        self._icon = IconLabel(icon or MESSAGE_ICONS[tone], text_token(tone))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._headline = WrapLabel(headline, "h3", text_token(tone))
        self._text = WrapLabel(text, "body", "ink")
        words.addWidget(self._headline)
        words.addWidget(self._text)
        row.addLayout(words, 1)
        self.button = Button(
            action, action_variant, icon=action_icon, key=action_key, height=CONTROL + 4
        )
        self.button.clicked.connect(self.acted)
        if not action:
            # Never shown here: a widget shown before it has a parent becomes a window of its own.
            self.button.hide()
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_message(tone, headline, text, icon=icon)

    def set_message(self, tone: Tone, headline: str, text: str = "", *, icon: str = "") -> None:
        """Say something else; an empty part takes no room."""
        set_look(self, "tone", tone)
        self._icon.set_icon(icon or MESSAGE_ICONS[tone], text_token(tone))
        set_look(self._headline, "tone", text_token(tone))
        self._headline.setText(headline)
        self._headline.setVisible(bool(headline))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{headline} {text}".strip())


class EmptyState(QWidget):
    """Why a place is empty and what to press; never a picture only.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(
        self, headline: str, text: str, *, icon: str = "", action: str = "", action_key: str = ""
    ) -> None:
        """Take the headline, the sentence, an icon and an optional button."""
        super().__init__()
        self.setAccessibleName(f"{headline}. {text}")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch()
        middle = Qt.AlignmentFlag.AlignHCenter
        if icon:
            column.addWidget(IconLabel(icon, "ink3", 28), 0, middle)
        head = label(headline, "h2")
        head.setWordWrap(True)
        head.setAlignment(middle)
        body = WrapLabel(text, "body", "ink2")
        body.setAlignment(middle)
        column.addWidget(head)
        column.addWidget(body)
        self.button = Button(action, Variant.STANDARD, key=action_key)
        self.button.clicked.connect(self.acted)
        if not action:
            # Never shown here: a widget shown before it has a parent becomes a window of its own.
            self.button.hide()
        column.addSpacing(4)
        column.addWidget(self.button, 0, middle)
        column.addStretch()


class OutageStrip(QFrame):
    """The violet line under the top bar while this PC works alone, or while it catches up.

    Signals:
        acted: the strip's button was pressed.
    """

    acted = Signal()

    def __init__(self, action: str = "", action_icon: str = "") -> None:
        """Take the optional button's words and icon."""
        super().__init__()
        self.setProperty("k", "outage")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 6, 16, 6)
        row.setSpacing(10)
        self._icon = IconLabel("cloud-off", "sync")
        self._headline: QLabel = label("", "h3", "sync")
        self._text = WrapLabel("", "body", "ink")
        row.addWidget(self._icon)
        row.addWidget(self._headline)
        row.addWidget(self._text, 1)
        self.button = Button(action, Variant.QUIET, icon=action_icon, height=32)
        self.button.clicked.connect(self.acted)
        if not action:
            # Never shown here: a widget shown before it has a parent becomes a window of its own.
            self.button.hide()
        row.addWidget(self.button)

    def set_message(self, headline: str, text: str, icon: str = "cloud-off") -> None:
        """Say how long and how many, or how far the catch-up is."""
        self._headline.setText(headline)
        self._text.setText(text)
        self._icon.set_icon(icon, "sync")
        self.setAccessibleName(f"{headline}. {text}")
