"""Plan and tasks: the level with its instructions, tasks, notes, allergies, markers, custody."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.allergy_panel import AllergyPanel
from sonar_desktop.ui.screens.care_level_panel import CareLevelPanel
from sonar_desktop.ui.screens.custody_panel import CustodyPanel
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.marker_panel import MarkerPanel
from sonar_desktop.ui.screens.note_panel import NotePanel
from sonar_desktop.ui.screens.summary_cards import scrolling
from sonar_desktop.ui.screens.task_panel import TaskPanel
from sonar_desktop.ui.theme.sizes import Layout, layout_for
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.workplace import Destination
from sonar_desktop.ui.widgets.first_focus import FirstFocus


class PlanTab(QWidget):
    """Three columns of cards that scroll together; forms open inside their card.

    Signals:
        told_wanted(str): who was told of this record is to be recorded.
    """

    told_wanted = Signal(str)

    def __init__(self, record: RecordModel) -> None:
        """Take the record."""
        super().__init__()
        self.care = CareLevelPanel(record)
        self.tasks = TaskPanel(record)
        self.notes = NotePanel(record)
        self.allergies = AllergyPanel(record)
        self.markers = MarkerPanel(record)
        self.custody = CustodyPanel(record)
        self._panels = (
            *(self.care, self.tasks, self.notes),
            *(self.allergies, self.markers, self.custody),
        )
        self.care.told_wanted.connect(self.told_wanted)
        self.tasks.told_wanted.connect(self.told_wanted)
        inside = QWidget()
        self._columns = QHBoxLayout(inside)
        self._columns.setContentsMargins(0, 0, 12, 0)
        self._columns.setSpacing(12)
        for cards in (
            (self.care, self.custody),
            (self.tasks, self.notes),
            (self.allergies, self.markers),
        ):
            box = QVBoxLayout()
            box.setSpacing(12)
            for card in cards:
                box.addWidget(card)
            box.addStretch(1)
            self._columns.addLayout(box, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 2, 12)
        whole.addWidget(scrolling(inside))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Plan and tasks")
        FirstFocus(self, self.care.change)

    def arrive(self, destination: Destination) -> None:
        """Open the form that the destination names."""
        begin = {
            "task": self.tasks.begin,
            "care_level": self.care.begin,
            "note": self.notes.begin,
            "allergy": self.allergies.begin,
            "marker": self.markers.begin,
            "move_cell": self.custody.begin_move,
            "move_suite": self.custody.begin_suite_move,
            "release": self.custody.begin_release,
        }.get(destination.focus or "")
        if begin is not None:
            begin()

    def step_back(self) -> bool:
        """Put away the form that is open; its draft stays. False when none is."""
        for form in self._forms():
            if form.model.is_open:
                form.model.put_away()
                self.setFocus()
                return True
        return False

    def let_go(self) -> None:
        """Put drafts on disk."""
        for panel in self._panels:
            panel.let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open a form by its letter."""
        keys = {Qt.Key.Key_L: self.care.begin, Qt.Key.Key_A: self.tasks.begin}
        begin = keys.get(Qt.Key(event.key()))
        if begin is not None and not event.modifiers():
            begin()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand below each other where the window is narrow."""
        super().resizeEvent(event)
        window = self.window().size()
        narrow = layout_for(window.width(), window.height()) in {Layout.NARROW, Layout.SMALL}
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    def _forms(self) -> tuple[FormBox, ...]:
        return (
            self.care.form,
            self.tasks.form,
            self.tasks.close_form,
            self.notes.form,
            self.allergies.form,
            self.allergies.strike_form,
            self.markers.form,
            self.markers.end_form,
            self.custody.move_form,
            self.custody.suite_form,
            self.custody.release_form,
        )
