"""Referrals: who waits for healthcare with the response clock, and the new referral form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.referral_delegate import URGENCY_LOOKS, ReferralView
from sonar_desktop.ui.screens.referral_form import ReferralForm
from sonar_desktop.ui.screens.summary_cards import card_head, clear, column
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import Layout, layout_for
from sonar_desktop.ui.viewmodels.referral import (
    URGENCY_WORDS,
    ReferralFace,
    ReferralRows,
    ReferralsModel,
)
from sonar_desktop.ui.viewmodels.workplace import Destination, Tab, Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage

_SIDE = 400
_FORM = 620


class ReferralsScreen(QWidget):
    """The list at the left; at the right the one chosen, or the form."""

    def __init__(self, workplace: Workplace) -> None:
        """Read the referrals at once and whenever a record changes."""
        super().__init__()
        self.model = ReferralsModel(workplace)
        self._rows = ReferralRows(self)
        self.view = ReferralView(self._rows)
        self.form = ReferralForm(workplace)
        self.new = Button("New referral", Variant.PRIMARY, icon="plus", key="N")
        offer(workplace, Duty.RUN_STAY, self.new)
        self._count = label("", "body", "ink2")
        self._body = QStackedWidget()
        self._loading = QWidget()
        self._empty = EmptyState(
            "No referral is open",
            "When custody asks for healthcare, it stands here with its clock.",
            icon="phone-incoming",
            action="New referral",
            action_key="N",
        )
        offer(workplace, Duty.RUN_STAY, self._empty.button)
        self.detail = ReferralDetail()
        detail = self.detail
        offer(workplace, Duty.RUN_STAY, detail.accepted, detail.seen, detail.closed)
        offer(workplace, Duty.ASSESS, detail.assess)
        self._lay_out()
        self._connect()
        self.model.refresh()
        self.form.model.refresh()

    def arrive(self, destination: Destination) -> None:
        """Open the form when asked for a new referral."""
        if destination.focus == "new":
            self.begin()

    def step_back(self) -> bool:
        """Put the form away, its draft stays; False when it is not open."""
        if not self.form.model.is_open:
            return False
        self.form.model.put_away()
        return True

    def let_go(self) -> None:
        """Put the draft on disk and stop listening."""
        self.form.let_go()
        self.model.close()

    def begin(self) -> None:
        """Open the form."""
        self.form.model.open()
        self.form.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """N opens the form."""
        if event.key() == Qt.Key.Key_N and not event.modifiers():
            self.begin()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the breakpoints of the window."""
        super().resizeEvent(event)
        self._size_side()

    def _size_side(self) -> None:
        window = self.window().size()
        layout = layout_for(window.width(), window.height())
        narrow = layout in {Layout.NARROW, Layout.SMALL}
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        width = _FORM if self.form.model.is_open else _SIDE
        if narrow:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(16_777_215)
        else:
            self._side.setFixedWidth(current().px(width))
        self._list.setVisible(not (narrow and self.form.model.is_open))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label("Referrals", "h1"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.new)
        self._list = Card("Referrals", padding=1, gap=0)
        for page in (self._loading, self.view, self._empty):
            self._body.addWidget(page)
        self._list.body.addWidget(self._body)
        self._side = QStackedWidget()
        self._side.addWidget(self.detail)
        self._side.addWidget(self.form)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(12)
        self._columns.addWidget(self._list, 1)
        self._columns.addWidget(self._side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 12)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addLayout(self._columns, 1)
        FirstFocus(self, self.view)

    def _connect(self) -> None:
        self.model.refreshed.connect(self._show)
        self.new.clicked.connect(self.begin)
        self._empty.acted.connect(self.begin)
        self.view.opened.connect(self.model.open_record)
        self.view.key_for.connect(self._act)
        self.view.current_changed.connect(self._show_detail)
        self.detail.accepted.clicked.connect(lambda: self._on_chosen(self.model.accept))
        self.detail.seen.clicked.connect(lambda: self._on_chosen(self.model.see))
        self.detail.opened.clicked.connect(lambda: self._on_chosen(self.model.open_record))
        self.detail.assess.clicked.connect(
            lambda: self._on_chosen(lambda face: self.model.open_record(face, Tab.ASSESSMENT))
        )
        self.detail.closed.clicked.connect(self._close_case)
        self.form.model.refreshed.connect(self._show_form)
        self.form.model.signed.connect(self.view.setFocus)
        self._show_form()

    def _show(self) -> None:
        model = self.model
        waiting = model.waiting
        self._count.setText("Nobody waits" if not waiting else f"{waiting} waiting")
        self._rows.set_faces(model.shown)
        page: QWidget = self.view
        if not model.is_loaded:
            page = self._loading
        elif not model.shown:
            page = self._empty
        self._body.setCurrentWidget(page)
        self._show_detail()

    def _show_detail(self) -> None:
        self.detail.show_face(self.view.chosen(), self.model.problem)

    def _show_form(self) -> None:
        is_open = self.form.model.is_open
        if (self._side.currentWidget() is self.form) is not is_open:
            self._side.setCurrentWidget(self.form if is_open else self.detail)
            self._size_side()
        self.new.setVisible(not is_open)

    def _act(self, key: int, face: ReferralFace) -> None:
        if key == Qt.Key.Key_A and not face.is_accepted:
            self.model.accept(face)
        elif key == Qt.Key.Key_S and not face.is_seen:
            self.model.see(face)

    def _on_chosen(self, act: Callable[[ReferralFace], None]) -> None:
        face = self.view.chosen()
        if face is not None:
            act(face)

    def _close_case(self) -> None:
        reason = self.detail.reason.text()
        self._on_chosen(lambda face: self.model.close_case(face, reason))


class ReferralDetail(Card):
    """The referral chosen, with what can be done."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__("Referral", gap=10)
        self._face: ReferralFace | None = None
        self.body.addLayout(card_head("phone-incoming", "Referral"))
        self._rows = column(6)
        self.body.addLayout(self._rows)
        self.accepted = Button("Accept", Variant.PRIMARY, icon="check", key="A", height=44)
        self.seen = Button("Seen now", Variant.STANDARD, icon="user-check", key="S", height=44)
        self.assess = Button("Start assessment", icon="clipboard-list", height=36)
        self.opened = Button("Open record", icon="external-link", key="Enter", height=36)
        self.reason = QLineEdit()
        self._why = Field("Why nobody needs to see them", self.reason)
        self.closed = Button("Close referral", Variant.QUIET, icon="x", height=36)
        self._problem = InlineMessage(Tone.DANGER, "")
        for part in (self.accepted, self.seen, self.assess, self.opened):
            self.body.addWidget(part)
        self.body.addWidget(hline())
        self.body.addWidget(self._why)
        self.body.addWidget(self._problem)
        self.body.addWidget(self.closed)
        self.body.addStretch(1)
        self.show_face(None, "")

    def show_face(self, face: ReferralFace | None, problem: str) -> None:
        """Show another referral, or none."""
        self._problem.setVisible(bool(problem))
        if problem:
            self._problem.set_message(Tone.DANGER, problem)
        if face is not None and self._face is not None and face.id != self._face.id:
            self.reason.clear()
        self._face = face
        clear(self._rows)
        parts = (self.accepted, self.seen, self.assess, self.opened, self._why, self.closed)
        for part in parts:
            part.setVisible(face is not None)
        if face is None:
            self._rows.addWidget(WrapLabel("Choose a referral.", "body", "ink3"))
            return
        self.accepted.setVisible(not face.is_accepted)
        self.seen.setVisible(not face.is_seen)
        self._why.setVisible(not face.is_seen and not self.closed.is_withheld)
        self._rows.addWidget(WrapLabel(f"{face.cell} {face.name}".strip(), "h2"))
        self._rows.addWidget(WrapLabel(face.who, "meta"))
        tone, icon = URGENCY_LOOKS[face.urgency]
        chip = Chip(URGENCY_WORDS[face.urgency], tone, icon)
        self._rows.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        self._rows.addWidget(WrapLabel(face.reasons, "strong"))
        clock = f"{face.clock}, late" if face.is_late else face.clock
        late = face.is_late and not face.is_seen
        words = f"Waited {clock}" if face.is_seen else f"Waiting {clock}"
        self._rows.addWidget(WrapLabel(words, "strong", "danger" if late else ""))
        for text in (face.detail, face.requested, face.accepted, face.seen):
            if text:
                self._rows.addWidget(WrapLabel(text, "body", "ink2"))
