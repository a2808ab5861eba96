"""The lock page (mock-up 14): nothing of a record stays on screen, and the alarms run on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QHBoxLayout, QWidget

from sonar_desktop.ui.screens.alarm_lines import AlarmLines
from sonar_desktop.ui.screens.person_head import PersonHead, colour_of
from sonar_desktop.ui.screens.secret_entry import SecretEntry
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import CONTROL_FOOTER
from sonar_desktop.ui.viewmodels.alarms import NO_SOUND
from sonar_desktop.ui.viewmodels.lock import LockModel
from sonar_desktop.ui.viewmodels.shell import clock_words
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage

_TICK_MS: Final = 1000


class LockScreen(QWidget):
    """The card of the person who is locked, and the card of what keeps running."""

    def __init__(self, model: LockModel, sync: SyncModel) -> None:
        """Take the lock's model, and the state of the copies for the line at the foot."""
        super().__init__()
        self.model = model
        self._sync = sync
        self.setAccessibleName("Locked")
        cards = QWidget()
        side_by_side = QHBoxLayout(cards)
        side_by_side.setContentsMargins(24, 24, 24, 24)
        side_by_side.setSpacing(18)
        side_by_side.addWidget(self._person_card())
        side_by_side.addWidget(self._alarm_card())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(cards, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._show_running)
        self._timer.start()
        model.changed.connect(self._show)
        model.cleared.connect(self.entry.forget)
        model.session.alarms.changed.connect(self._show_running)
        self._show()
        self._show_running()

    def _person_card(self) -> QWidget:
        card = _shadowed(Card("Locked", padding=24, gap=10), 338)
        head = PersonHead(52)
        self._head = head
        self.safe = InlineMessage(Tone.OK, "Your work is safe")
        self.entry = SecretEntry("Unlock")
        self.entry.entered.connect(self.model.enter)
        self.use_password = Button("Use password", Variant.LINK)
        self.use_password.clicked.connect(self._use_password)
        self.switch = Button("Switch person", icon="users", height=CONTROL_FOOTER)
        self.switch.clicked.connect(self.model.session.switch_person)
        row = QHBoxLayout()
        row.addWidget(self.use_password)
        row.addStretch(1)
        row.addWidget(self.switch)
        for part in (head, self.safe, self.entry):
            card.body.addWidget(part)
        card.body.addStretch(1)
        card.body.addLayout(row)
        return card

    def _alarm_card(self) -> QWidget:
        card = _shadowed(Card("Still running while locked", padding=20, gap=8), 360)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("bell-ring", "ink2", 18))
        row.addWidget(label("Still running while locked", "h3"), 1)
        self._clock = label("", "h1")
        row.addWidget(self._clock)
        card.body.addLayout(row)
        card.body.addWidget(label("Cell numbers only. Names show after sign-in.", "meta"))
        self.lines = AlarmLines()
        card.body.addWidget(self.lines)
        card.body.addStretch(1)
        self._silent = InlineMessage(Tone.WARN, NO_SOUND, icon="volume-x")
        card.body.addWidget(self._silent)
        self.mute = Button("Mute sound 2 minutes", icon="bell-off", height=CONTROL_FOOTER)
        self.mute.clicked.connect(self.model.mute)
        card.body.addWidget(self.mute)
        card.body.addWidget(hline())
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._sync_icon = IconLabel("cloud-check", "ok", 18)
        self._sync_text = WrapLabel("", "body", "ink2")
        foot.addWidget(self._sync_icon)
        foot.addWidget(self._sync_text, 1)
        card.body.addLayout(foot)
        return card

    def focus_first(self) -> None:
        """Put the keyboard into the PIN."""
        self.entry.field.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the neutral skeleton: the same for every page, drawn from nothing of it."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self.width(), self.height()
        painter.fillRect(self.rect(), theme.colour("sunken"))
        grey = theme.colour("line")
        grey.setAlphaF(0.6)
        painter.fillRect(QRectF(0, 0, 81, height), grey)
        painter.fillRect(QRectF(81, 52, width - 81, 68), grey)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(grey)
        top = 220.0
        while top < height - 60:
            for number, share in enumerate((0.4, 0.22)):
                box = QRectF(110, top + number * 28, (width - 400) * share + 260, 15)
                painter.drawRoundedRect(box, 7, 7)
            box = QRectF(width - 480, top, 430, 54)
            painter.drawRoundedRect(box, 8, 8)
            top += 84
        painter.end()

    def _show(self) -> None:
        model = self.model
        self._head.set_person(model.name, model.initials, model.when, colour_of(model.user))
        tone = Tone.OK if model.is_safe else Tone.DANGER
        self.safe.set_message(tone, model.headline, model.safe)
        self.entry.set_asks_password(asks=model.asks_password)
        self.entry.set_busy(busy=model.is_busy)
        self.entry.problem.say(model.problem)
        self.use_password.setVisible(not model.asks_password)

    def _show_running(self) -> None:
        session = self.model.session
        zone = session.open.pc.zone if session.open else session.premises.clock.zone()
        now = session.premises.clock.now_ms()
        self._clock.setText(clock_words(now, zone)[0])
        self.lines.show_lines(session.alarms.lines(), zone)
        self._silent.setVisible(session.alarms.is_silent)
        muted = session.alarms.is_muted
        self.mute.setEnabled(not muted and any(line.rings for line in session.alarms.lines()))
        self.mute.setText(
            f"Muted by {session.alarms.muted_by}" if muted else "Mute sound 2 minutes"
        )
        pill = self._sync.pill
        calm = pill.kind == "up-to-date"
        self._sync_icon.set_icon("cloud-check" if calm else "cloud-off", "ok" if calm else "sync")
        self._sync_text.setText(f"{pill.text}, {pill.detail[:1].lower()}{pill.detail[1:]}")

    def _use_password(self) -> None:
        self.model.use_password()
        self.entry.field.setFocus()


def _shadowed(card: Card, width: int) -> Card:
    card.setFixedWidth(current().px(width))
    card.setMinimumHeight(current().px(600))
    shadow = QGraphicsDropShadowEffect(card)
    shadow.setBlurRadius(36)
    shadow.setOffset(0, 8)
    colour = current().colour("ring2")
    colour.setAlphaF(0.24)
    shadow.setColor(colour)
    card.setGraphicsEffect(shadow)
    return card
