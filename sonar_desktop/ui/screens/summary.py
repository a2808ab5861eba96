"""The Summary: what nobody was told, the timeline, and the cards of what holds now."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.note import Note
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.copied_text import CopiedText
from sonar_desktop.ui.screens.entry_panel import CopyPanel, EntryPanel, HeldPanel
from sonar_desktop.ui.screens.fitness_panel import FitnessPanel
from sonar_desktop.ui.screens.summary_cards import (
    FitnessCard,
    InstructionsCard,
    MedicinesCard,
    NewsCard,
    TasksCard,
    clear,
    column,
    scrolling,
)
from sonar_desktop.ui.screens.timeline_delegate import TimelineView
from sonar_desktop.ui.screens.told_panel import ToldPanel
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import Layout, layout_for
from sonar_desktop.ui.viewmodels.note import NoteForm
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.record_faces import NotTold
from sonar_desktop.ui.viewmodels.strike_entry import StrikeEntryForm
from sonar_desktop.ui.viewmodels.timeline import EntryFace, Show, TimelineModel, TimelineRows
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Variant
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage
from sonar_desktop.ui.widgets.segmented import Segmented

_BAR: Final = 14
_COLUMN: Final = {Layout.FULL: 318, Layout.DENSE: 292, Layout.NARROW: 0, Layout.SMALL: 0}
_GAP: Final = 12
_UNBOUNDED: Final = 16_777_215  # QWIDGETSIZE_MAX


class SummaryTab(QWidget):
    """Timeline at the left, cards at the right, panels in the cards' place.

    Signals:
        observations_wanted, medicines_wanted: the tab that does it is to be opened.
        amend_wanted(str): a set of observations is to be amended on its tab.
        plan_wanted(str): the Plan tab with a form: "" none, "task", "care_level".
    """

    observations_wanted = Signal()
    medicines_wanted = Signal()
    plan_wanted = Signal(str)
    amend_wanted = Signal(str)

    def __init__(self, model: RecordModel) -> None:
        """Take the record; the timeline is read by a view model of its own."""
        super().__init__()
        self._model = model
        self._timeline = TimelineModel(model)
        self._rows = TimelineRows(self)
        self.view = TimelineView(self._rows)
        self._filter = Segmented("Show", ["All", "Clinical", "Custody", "Medicines"])
        self._since = label("", "meta")
        self._title = label("Timeline", "h3")
        self._messages = column(8)
        self._shown_messages: list[InlineMessage] = []
        self._told: tuple[NotTold, ...] | None = None
        self._body = QStackedWidget()
        self._empty = EmptyState(
            "Nothing is recorded yet",
            "What is done for this detainee appears here.",
            icon="history",
        )
        self._none = EmptyState(
            "Nothing of this sort", "Choose All to see the rest.", icon="filter"
        )
        self.news = NewsCard()
        self.fitness = FitnessCard()
        self.medicines = MedicinesCard()
        self.instructions = InstructionsCard()
        self.tasks = TasksCard()
        self._copied = CopiedText(self)
        self._panel: QWidget | None = None
        self._wanted = ""
        self._amended = ""
        self._layout_shown: Layout | None = None
        self._offer(model.workplace)
        self._lay_out()
        self._connect()
        self._show()
        self._show_timeline()

    def _offer(self, workplace: Workplace) -> None:
        """Leave out what the person's role cannot do."""
        offer(workplace, Duty.OBSERVE, self.news.record)
        offer(workplace, Duty.DECIDE_FITNESS, self.fitness.decide)
        offer(workplace, Duty.SET_CARE_LEVEL, self.instructions.write)
        offer(workplace, Duty.TELL_CUSTODY, self.instructions.tell)
        offer(workplace, Duty.DISCLOSE, self.instructions.copy_text)
        offer(workplace, Duty.DO_TASK, self.tasks.add)

    def step_back(self) -> bool:
        """Close the panel at the right; False when there is none."""
        if self._panel is None:
            return False
        self._close_panel()
        return True

    def let_go(self) -> None:
        """Drop what is shown, and what was copied."""
        self._copied.take_back()
        if isinstance(self._panel, HeldPanel | EntryPanel):
            self._panel.let_go()
        self._timeline.close()

    def tell_first(self) -> bool:
        """Ask for the top-most thing nobody was told of; False when all was told."""
        if self._model.not_told:
            self.tell(self._model.not_told[0].about)
            return True
        if self._model.instructions.about and not self._model.instructions.is_right:
            self.tell(self._model.instructions.about)
            return True
        return False

    def choose(self, identifier: str) -> None:
        """Ask who was told of a record nobody was told of, else choose it in the timeline."""
        if identifier in {one.about for one in self._model.not_told}:
            self.tell(identifier)
            return
        self._wanted = identifier
        self.view.choose(identifier)

    def amend(self, identifier: str) -> None:
        """Open an entry with the form that amends it."""
        self._wanted = self._amended = identifier
        self._show_timeline()

    def send_again(self, kind: str, identifier: str) -> None:
        """Open an entry that the server holds back in the form it was written with."""
        if kind == FitnessOutcome.__name__:
            self.decide(identifier)
        elif kind == OutcomeTold.__name__:
            self.tell("", identifier)
        else:
            self.amend(identifier)

    def tell(self, about: str, held: str | None = None) -> None:
        """Open the panel in which somebody records who was told."""
        if self._model.workplace.keeps_from(Duty.TELL_CUSTODY):
            return
        told = ToldPanel(self._model.workplace, about, self._model.episode, held)
        self._hold("Tell the custody officer", "megaphone", told)

    def decide(self, held: str | None = None) -> None:
        """Open the fitness decisions; what is decided there is told next."""
        fitness = FitnessPanel(self._model.workplace, self._model.episode, held)
        fitness.decided.connect(self.tell)
        self._hold("Fitness decisions", "scale", fitness)

    def _hold(self, title: str, icon: str, panel: ToldPanel | FitnessPanel) -> None:
        held = HeldPanel(title, icon, panel)
        held.closed.connect(self._close_panel)
        self.set_panel(held)

    def set_panel(self, panel: QWidget) -> None:
        """Show a panel in the place of the cards."""
        self._close_panel()
        self._panel = panel
        self._side.addWidget(panel)
        self._side.setCurrentWidget(panel)
        self._size_side()
        panel.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move through the timeline from anywhere on the page."""
        if event.key() in {Qt.Key.Key_J, Qt.Key.Key_K} and not event.modifiers():
            self.view.setFocus()
            self.view.step(1 if event.key() == Qt.Key.Key_J else -1)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the breakpoints of the window."""
        super().resizeEvent(event)
        window = self.window().size()
        self._arrange(layout_for(window.width(), window.height()))

    def _lay_out(self) -> None:
        card = Card("Timeline", padding=1, gap=0)
        head = QHBoxLayout()
        head.setContentsMargins(13, 10, 13, 6)
        head.setSpacing(8)
        head.addWidget(IconLabel("history", "ink2", 18))
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._filter)
        head.addWidget(self._since)
        card.body.addLayout(head)
        self._loading = QWidget()
        for page in (self._loading, self.view, self._empty, self._none):
            self._body.addWidget(page)
        card.body.addWidget(self._body, 1)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(10)
        left.addLayout(self._messages)
        left.addWidget(card, 1)
        self._first, self._second = QWidget(), QWidget()
        for box, cards in (
            (self._first, (self.news, self.fitness)),
            (self._second, (self.medicines, self.instructions, self.tasks)),
        ):
            inside = QVBoxLayout(box)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(_GAP)
            for one in cards:
                inside.addWidget(one)
            inside.addStretch(1)
        self._cards = QWidget()
        self._columns = QHBoxLayout(self._cards)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(_GAP)
        self._columns.addWidget(self._first)
        self._columns.addWidget(self._second)
        self._scroll = scrolling(self._cards)
        self._side = QStackedWidget()
        self._side.addWidget(self._scroll)
        self._whole = QHBoxLayout(self)
        self._whole.setContentsMargins(16, 12, 2, 12)
        self._whole.setSpacing(_GAP)
        self._whole.addWidget(self._left, 1)
        self._whole.addWidget(self._side)
        FirstFocus(self, self.view)

    def _arrange(self, layout: Layout) -> None:
        """Give the cards two columns at the right, in a narrow window one."""
        if layout is self._layout_shown:
            return
        self._layout_shown = layout
        width = current().px(_COLUMN[layout])
        self._columns.setDirection(
            QHBoxLayout.Direction.LeftToRight if width else QHBoxLayout.Direction.TopToBottom
        )
        for box in (self._first, self._second):
            box.setFixedWidth(width or current().px(300))
        self._size_side()

    def _size_side(self) -> None:
        """Give the cards their width; in a narrow window a panel is the whole page."""
        width = current().px(_COLUMN[self._layout_shown or Layout.FULL])
        # What scrolls beside the cards is room at the edge of a panel.
        self._side.setContentsMargins(0, 0, 0 if self._panel is None else _BAR, 0)
        is_page = self._panel is not None and not width
        self._left.setHidden(is_page)
        if is_page:
            self._side.setMinimumWidth(0)
            self._side.setMaximumWidth(_UNBOUNDED)
            return
        self._side.setFixedWidth((2 * width + _GAP if width else current().px(300)) + _BAR)

    def _connect(self) -> None:
        self._model.refreshed.connect(self._show)
        self._timeline.refreshed.connect(self._show_timeline)
        self._filter.chosen.connect(lambda place: self._timeline.set_show(Show(place)))
        self.view.opened.connect(self._timeline.open_entry)
        self.news.record_wanted.connect(self.observations_wanted)
        self.medicines.chart_wanted.connect(self.medicines_wanted)
        self.instructions.told_wanted.connect(self.tell)
        self.fitness.decide_wanted.connect(self.decide)
        self.instructions.copy_wanted.connect(self._preview)
        self.instructions.plan_wanted.connect(lambda: self.plan_wanted.emit("care_level"))
        self.tasks.add_wanted.connect(lambda: self.plan_wanted.emit("task"))
        self.tasks.plan_wanted.connect(lambda: self.plan_wanted.emit(""))

    def _show(self) -> None:
        model = self._model
        self._show_messages()
        self.news.show_card(model.score)
        self.fitness.show_lines(model.fitness)
        self.medicines.show_lines(model.medicines, model.no_medicines)
        self.instructions.show_face(model.instructions, model.no_level)
        self.tasks.show_tasks(model.tasks, model.no_tasks)
        self._title.setText(f"Timeline, {model.as_of}" if model.as_of else "Timeline")

    def _show_messages(self) -> None:
        """Show what nobody was told of; a message under the focus is kept, its words change."""
        wanted = self._model.not_told
        if self._told is not None and [one.about for one in wanted] == [
            one.about for one in self._told
        ]:
            for shown, one in zip(self._shown_messages, wanted, strict=True):
                shown.set_message(Tone.DANGER, one.headline, one.text)
            return
        self._told = wanted
        clear(self._messages)
        self._shown_messages = []
        kept = self._model.workplace.keeps_from(Duty.TELL_CUSTODY)
        for place, one in enumerate(wanted):
            message = InlineMessage(
                Tone.DANGER,
                one.headline,
                one.text,
                action="" if kept else "Record who was told",
                action_icon="megaphone",
                action_key="" if place else "T",
                action_variant=Variant.ACT,
            )
            message.acted.connect(lambda about=one.about: self.tell(about))
            self._messages.addWidget(message)
            self._shown_messages.append(message)

    def _show_timeline(self) -> None:
        model = self._timeline
        self._rows.set_faces(model.shown)
        if self._wanted and model.is_loaded:
            self.view.choose(self._wanted)
            for face in self._timeline.shown:
                if face.id == self._wanted == self._amended:
                    self._timeline.open_entry(face)
            self._wanted = ""
        self._since.setText(model.since)
        page: QWidget = self.view
        if not model.is_loaded:
            page = self._loading
        elif not model.shown:
            page = self._empty if model.show is Show.ALL else self._none
        self._body.setCurrentWidget(page)
        if model.opened is not None:
            self._open_entry(model.opened)

    def _open_entry(self, face: EntryFace) -> None:
        workplace, episode = self._model.workplace, self._model.episode
        if not workplace.may_correct(face.kind):
            face = replace(face, can_amend=False, can_strike=False)
        amends_here = face.can_amend and face.kind == Note.__name__
        panel = EntryPanel(
            face,
            self._timeline.versions,
            striking=StrikeEntryForm(workplace, episode, face.kind, face.id)
            if face.can_strike
            else None,
            amending=NoteForm(workplace, episode, face.id) if amends_here else None,
        )
        panel.amend_wanted.connect(lambda: self.amend_wanted.emit(face.id))
        panel.closed.connect(self._close_panel)
        self._timeline.opened = None
        self.set_panel(panel)
        if face.id == self._amended:
            self._amended = ""
            panel.begin_amending()

    def _preview(self) -> None:
        panel = CopyPanel(self._model.custody_text())
        panel.closed.connect(self._close_panel)
        panel.copy_wanted.connect(lambda text: self._disclose(panel, text))
        self.set_panel(panel)

    def _disclose(self, panel: CopyPanel, text: str) -> None:
        """Copy the text once the access log says that it was."""

        def copy() -> None:
            self._copied.put(text)
            if self._panel is panel:
                panel.show_copied()

        self._model.disclose(copy)

    def _close_panel(self) -> None:
        panel, self._panel = self._panel, None
        if panel is None:
            return
        if isinstance(panel, HeldPanel | EntryPanel):
            panel.let_go()
        self._side.setCurrentWidget(self._scroll)
        self._side.removeWidget(panel)
        panel.deleteLater()
        self._size_side()
        self.view.setFocus()
