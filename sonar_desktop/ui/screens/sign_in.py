"""The sign-in page (mock-up 01): who is using this PC, and their PIN or password."""

from __future__ import annotations

import itertools
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sonar_core.roles import role_word
from sonar_desktop.ui.screens.emergency_entry import EmergencyEntry
from sonar_desktop.ui.screens.envelope_entry import EnvelopeEntry
from sonar_desktop.ui.screens.person_head import PersonHead, colour_of
from sonar_desktop.ui.screens.provider_entry import ProviderEntry
from sonar_desktop.ui.screens.secret_entry import ProblemText, SecretEntry
from sonar_desktop.ui.screens.side import Side
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import CONTROL_FOOTER, CONTROL_PRIMARY
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.sign_in import MOST_TILES, SignInModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.ui.widgets.painters import ChipFace
from sonar_desktop.ui.widgets.user_tile import PersonFace, UserTile

TILES_WIDTH: Final = 600
CARD_WIDTH: Final = 338
ENVELOPE_WIDTH: Final = 400
_DENSE_BELOW: Final = 1360
_UNDER_EACH_OTHER_BELOW: Final = 1100
_COLUMNS: Final = 2
_HELP: Final = (
    "Choose your name and enter your PIN. A PIN is set after your first sign-in by password since "
    "SONAR started. After five wrong PINs your password is needed. Someone new here presses "
    "“Someone else” while the PC has contact with the server."
)
_ASKS: Final = {
    "pin": ChipFace(text="PIN", icon="key-round", outlined=True),
    "password": ChipFace(text="Password needed", tone=Tone.WARN, icon="lock"),
    "online": ChipFace(text="Online sign-in needed", tone=Tone.WARN, icon="cloud"),
}


class SignInScreen(QWidget):
    """The side, the tiles, and the card of the person chosen."""

    def __init__(self, model: SignInModel, front: FrontModel) -> None:
        """Take the page's model, and what the side says."""
        super().__init__()
        self.model = model
        self._front = front
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.side = Side()
        self.tiles: dict[str, UserTile] = {}
        self._shown: tuple[object, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addWidget(self._scrolled(self._middle()), 1)
        model.changed.connect(self._show)
        model.cleared.connect(self._clear)
        front.changed.connect(self._show_front)
        self._show()
        self._show_front()

    def _scrolled(self, inner: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def _middle(self) -> QWidget:
        inner = QWidget()
        inner.setProperty("k", "canvas")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._row.setContentsMargins(24, 24, 24, 24)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self._row.addWidget(self._people())
        self._row.addSpacing(36)
        self.card = self._card()
        self._row.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addStretch(1)
        return inner

    def _people(self) -> QWidget:
        made = QWidget()
        made.setMaximumWidth(current().px(TILES_WIDTH))
        made.setMinimumWidth(current().px(330))
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        self.farewell = InlineMessage(Tone.WARN, "", "")
        self.farewell.hide()
        column.addWidget(self.farewell)
        column.addSpacing(8)
        self._question = label("Who is using this PC?", "big")
        column.addWidget(self._question)
        self._hint = WrapLabel("", "body", "ink2")
        column.addWidget(self._hint)
        column.addSpacing(4)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        column.addLayout(self._grid)
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.other = Button("Someone else", icon="user-plus", height=CONTROL_FOOTER)
        self.other.clicked.connect(self._someone_else)
        self.help = Button(
            "Help signing in", Variant.QUIET, icon="circle-question-mark", height=CONTROL_FOOTER
        )
        self.help.clicked.connect(self._toggle_help)
        self.emergency_access = Button(
            "Emergency access", icon="shield-alert", height=CONTROL_FOOTER
        )
        self.emergency_access.clicked.connect(self._begin_emergency)
        row.addWidget(self.other)
        row.addWidget(self.emergency_access)
        row.addStretch(1)
        row.addWidget(self.help)
        column.addSpacing(4)
        column.addLayout(row)
        self._help_text = InlineMessage(Tone.ACCENT, "Signing in", _HELP)
        self._help_text.hide()
        column.addWidget(self._help_text)
        column.addStretch(1)
        return made

    def _card(self) -> QWidget:
        card = Card("Sign in", padding=24, gap=10)
        self.head = PersonHead(40)
        self.entry = SecretEntry("Sign in")
        self.entry.entered.connect(self._enter)
        self.entry.dots.installEventFilter(self)
        self.emergency = EmergencyEntry()
        self.emergency.entered.connect(self.model.enter_emergency)
        self.emergency.left.connect(self._leave_emergency)
        self.envelope = EnvelopeEntry()
        self.envelope.entered.connect(self.model.enter_envelope)
        self.envelope.left.connect(self._leave_envelope)
        self.by_envelope = Button("Use a sealed envelope", icon="shield-alert")
        self.by_envelope.clicked.connect(self._begin_envelope)
        self.provider = ProviderEntry(self.model.session.provider)
        self.provider.left.connect(self.focus_first)
        self.by_provider = Button("", icon="external-link", height=CONTROL_PRIMARY)
        self.by_provider.clicked.connect(self.model.begin_provider)
        self.name = QLineEdit()
        self.new_password = QLineEdit()
        self.new_password.setEchoMode(QLineEdit.EchoMode.Password)
        self._name_field = Field("Name you sign in with", self.name)
        self._password_field = Field("Your password", self.new_password)
        self.problem = ProblemText()
        self.sign_in = Button(
            "Sign in", Variant.PRIMARY, icon="arrow-right", height=CONTROL_PRIMARY
        )
        self.sign_in.clicked.connect(self._enter_name)
        self.name.returnPressed.connect(self.new_password.setFocus)
        self.new_password.returnPressed.connect(self._enter_name)
        note = QHBoxLayout()
        note.setSpacing(8)
        self._note_icon = IconLabel("hard-drive", "ink3", 16)
        note.addWidget(self._note_icon, 0, Qt.AlignmentFlag.AlignTop)
        self._note = WrapLabel("", "meta")
        note.addWidget(self._note, 1)
        self.use_password = Button("Use password instead", Variant.LINK)
        self.use_password.clicked.connect(self._use_password)
        for part in (
            self.head,
            self.entry,
            self.emergency,
            self.envelope,
            self.provider,
            self.by_provider,
            self._name_field,
            self._password_field,
            self.problem,
            self.sign_in,
        ):
            card.body.addWidget(part)
        card.body.addLayout(note)
        card.body.addWidget(self.by_envelope)
        card.body.addWidget(self.use_password)
        return card

    def focus_first(self) -> None:
        """Put the keyboard where the page begins: the PIN, or the name of someone new."""
        if self.model.is_new_person:
            self.name.setFocus()
        elif self.model.chosen is not None:
            self.entry.field.setFocus()
        elif self.tiles:
            next(iter(self.tiles.values())).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows move between people while the PIN has the keyboard."""
        if (
            watched is self.entry.dots
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            step = {Qt.Key.Key_Up: -_COLUMNS, Qt.Key.Key_Down: _COLUMNS}.get(Qt.Key(event.key()), 0)
            if step:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send a digit typed on a tile to the PIN."""
        if event.text().isdecimal() and not self.entry.dots.isHidden():
            self.entry.dots.setFocus()
            self.entry.dots.insert(event.text())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take a narrower side in a narrow window, and put the card under the people."""
        super().resizeEvent(event)
        width = event.size().width()
        self.side.set_dense(dense=width < _DENSE_BELOW)
        direction = QBoxLayout.Direction
        below = width < current().px(_UNDER_EACH_OTHER_BELOW)
        self._row.setDirection(direction.TopToBottom if below else direction.LeftToRight)

    def _show(self) -> None:
        model = self.model
        self._show_tiles()
        self.farewell.set_message(Tone.WARN, *model.farewell)
        self.farewell.setVisible(bool(model.farewell[0]))
        provider = model.session.provider
        away = provider.is_under_way
        by_name = model.is_new_person and not away and not model.is_envelope
        new, chosen = model.is_new_person and not away, model.chosen
        self.head.setVisible(not (away and model.is_new_person) and not model.is_envelope)
        width = ENVELOPE_WIDTH if model.is_envelope else CARD_WIDTH
        self.card.setFixedWidth(current().px(width))
        if chosen is not None:
            person = chosen.member
            self.head.set_person(
                person.name, person.initials, role_word(person.role), colour_of(person.user)
            )
            self.tiles[person.user].setChecked(True)
        else:
            self.head.set_person("Someone else", "", "First time on this PC", 0)
        self.entry.setVisible(not new and not away and not model.is_emergency)
        self.emergency.setVisible(model.is_emergency and not away)
        self.by_provider.setText(f"Sign in with {provider.name}")
        self.by_provider.setVisible(by_name and bool(provider.name))
        self.by_provider.setEnabled(model.can_be_new and not model.is_busy)
        self.emergency.set_busy(busy=model.is_busy)
        self.emergency.problem.say(model.problem if model.is_emergency else "")
        self.emergency_access.setVisible(model.offers_emergency)
        self.envelope.setVisible(model.is_envelope and not away)
        self.envelope.set_busy(busy=model.is_busy)
        said = model.problem if model.is_envelope else ""
        self.envelope.show_problems(said, model.envelope_problems)
        self.by_envelope.setVisible(by_name and model.offers_envelope)
        for part in (self._name_field, self._password_field, self.sign_in):
            part.setVisible(by_name)
            part.setEnabled(model.can_be_new and not model.is_busy)
        self.sign_in.setText("Checking…" if model.is_busy else "Sign in")
        self.entry.set_asks_password(asks=model.asks != "pin")
        self.entry.set_busy(busy=model.is_busy)
        self.entry.problem.say("" if new or model.is_emergency else model.problem)
        self.problem.say(model.problem if by_name else "")
        self._note.setText(model.note)
        self._note.setVisible(not away and bool(model.note))
        self._note_icon.setVisible(not away and bool(model.note))
        self.use_password.setVisible(not new and not away and model.asks == "pin")
        for shown in (self.card, self._question, self._hint, self.help):
            shown.setVisible(not model.is_wiped)
        self.other.setVisible(bool(self.tiles))
        pin = any(known.asks == "pin" for known in model.known)
        secret = "PIN" if pin else "password"
        self._hint.setText(f"Choose your name, then enter your {secret}.")

    def _show_tiles(self) -> None:
        wanted = tuple(
            (one.member.user, one.asks, one.member.name) for one in self.model.known[:MOST_TILES]
        )
        if wanted == self._shown:
            return
        self._shown = wanted
        for tile in self.tiles.values():
            self._group.removeButton(tile)
            tile.deleteLater()
        self.tiles = {}
        for place, known in enumerate(self.model.known[:MOST_TILES]):
            person = known.member
            face = PersonFace(
                name=person.name,
                initials=person.initials,
                role=role_word(person.role),
                person=colour_of(person.user),
                note=_ASKS[known.asks],
            )
            tile = UserTile(face)
            tile.clicked.connect(lambda _on=False, user=person.user: self._choose(user))
            self._group.addButton(tile)
            self._grid.addWidget(tile, place // _COLUMNS, place % _COLUMNS)
            self.tiles[person.user] = tile
        self._set_order()

    def _set_order(self) -> None:
        order: list[QWidget] = [*self.tiles.values(), self.other, self.emergency_access, self.help]
        order += [self.entry.dots, self.entry.password]
        order += [*self.entry.pad.keys.values(), self.entry.go, *self.emergency.controls]
        order += [*self.provider.controls, self.by_provider, self.name, self.new_password]
        order += [self.sign_in, *self.envelope.controls, self.by_envelope, self.use_password]
        for first, second in itertools.pairwise(order):
            QWidget.setTabOrder(first, second)

    def _show_front(self) -> None:
        front = self._front
        self.side.set_clock(*front.clock)
        self.side.set_facts(front.facts)
        self.side.notice.say(*front.notice)
        self.side.alarms.say(*front.alarms)

    def _choose(self, user: str) -> None:
        self.emergency.forget()
        self.envelope.forget()
        self.model.choose(user)
        self.entry.field.setFocus()

    def _step(self, by: int) -> None:
        users = list(self.tiles)
        if self.model.chosen is None or not users:
            return
        place = users.index(self.model.chosen.member.user) + by
        if 0 <= place < len(users):
            self._choose(users[place])

    def _someone_else(self) -> None:
        self.model.choose_someone_else()
        checked = self._group.checkedButton()
        if checked is not None:
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)
        self.name.setFocus()

    def _use_password(self) -> None:
        self.model.use_password()
        self.entry.field.setFocus()

    def _begin_emergency(self) -> None:
        self.model.choose_emergency(wanted=True)
        self.emergency.reason.setFocus()

    def _leave_emergency(self) -> None:
        self.model.choose_emergency(wanted=False)
        self.entry.field.setFocus()

    def _begin_envelope(self) -> None:
        self.model.choose_envelope(wanted=True)
        self.envelope.name.setFocus()

    def _leave_envelope(self) -> None:
        self.model.choose_envelope(wanted=False)
        (self.name if self.name.isEnabled() else self.by_envelope).setFocus()

    def _toggle_help(self) -> None:
        self._help_text.setVisible(self._help_text.isHidden())

    def _enter(self, secret: str) -> None:
        if self.model.asks == "pin":
            self.model.enter_pin(secret)
        else:
            self.model.enter_password(secret)

    def _enter_name(self) -> None:
        self.model.enter_name(self.name.text(), self.new_password.text())

    def _clear(self) -> None:
        self.entry.forget()
        self.emergency.forget_password()
        self.envelope.forget_password()
        self.new_password.clear()
