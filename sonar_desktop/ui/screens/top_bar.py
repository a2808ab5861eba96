"""The bar above every page: place, find, clock, copies, person, lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.find_field import FindField
from sonar_desktop.ui.screens.person_button import PersonButton
from sonar_desktop.ui.screens.person_head import colour_of
from sonar_desktop.ui.theme import Layout, Tone, current
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.labels import label, vline
from sonar_desktop.ui.widgets.painters import ChipFace
from sonar_desktop.ui.widgets.sync_pill import PillFace, PillKind, SyncPill


class TopBar(QFrame):
    """52 high.

    Signals:
        lock_wanted(), sync_wanted(), person_wanted(): a button was pressed.
    """

    lock_wanted = Signal()
    sync_wanted = Signal()
    person_wanted = Signal()

    def __init__(self, model: ShellModel) -> None:
        """Take the frame's model."""
        super().__init__()
        self._model = model
        self.setProperty("k", "bar")
        self.setAccessibleName("Top bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(12)
        place, pc = model.place
        self._place = QWidget()
        self._place.setLayout(_two_lines(label(place, "strong"), label(pc, "meta")))
        row.addWidget(self._place)
        self.find_field = FindField(model)
        self.find_field.setMinimumWidth(current().px(170))
        self.find_field.setMaximumWidth(current().px(340))
        row.addWidget(self.find_field, 100)
        row.addStretch(1)
        self.warning = Chip("", Tone.WARN, "triangle-alert")
        row.addWidget(self.warning)
        self._time, self._day = label("", "h2"), label("", "meta")
        row.addLayout(_two_lines(self._time, self._day, right=True))
        self.pill = SyncPill(self._face())
        self.pill.clicked.connect(self.sync_wanted)
        row.addWidget(self.pill)
        row.addWidget(vline())
        name, initials, role = model.person
        user = model.workplace.desk.actor.user
        self.person = PersonButton(name, initials, role, colour_of(user))
        self.person.clicked.connect(self.person_wanted)
        row.addWidget(self.person)
        self.lock = Button("Lock", icon="lock", key="Ctrl L", height=36)
        self.lock.clicked.connect(self.lock_wanted)
        row.addWidget(self.lock)
        self._layout = Layout.FULL
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show clock, pill and warnings anew."""
        time, day = self._model.clock
        self._time.setText(time)
        self._day.setText(day)
        self.pill.set_face(self._face())
        words = self._model.sound_line or self._model.protection_line
        icon = "volume-x" if self._model.sound_line else "shield-alert"
        shown = "" if self._is_narrow else words
        self.warning.setVisible(bool(words))
        self.warning.set_face(ChipFace(text=shown, tone=Tone.WARN, icon=icon))
        self.warning.setAccessibleName(words)
        self.warning.setToolTip(words)

    def set_layout(self, layout: Layout) -> None:
        """Leave words out where room is short: the person's, a warning's, then the place's."""
        self._layout = layout
        small = layout is Layout.SMALL
        self.person.set_narrow(narrow=self._is_narrow)
        self._place.setVisible(not small)
        self._day.setVisible(not small)
        self.find_field.setMinimumWidth(current().px(110 if small else 170))
        self.refresh()

    @property
    def _is_narrow(self) -> bool:
        return self._layout in (Layout.NARROW, Layout.SMALL)

    def _face(self) -> PillFace:
        pill = self._model.sync.pill
        return PillFace(kind=PillKind(pill.kind), text=pill.text, detail=pill.detail)


def _two_lines(first: QLabel, second: QLabel, *, right: bool = False) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.setContentsMargins(0, 0, 0, 0)
    for part in (first, second):
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        column.addWidget(part, 0, side)
    return column
