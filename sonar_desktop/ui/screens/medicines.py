"""The medicines of one stay: the chart, the emergency row, and the panel beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.chart_entry import EntryPanel, MedicinePanel
from sonar_desktop.ui.screens.dose_panel import DosePanel
from sonar_desktop.ui.screens.emergency_row import EmergencyRow
from sonar_desktop.ui.screens.mar_grid import MarGrid
from sonar_desktop.ui.screens.mar_legend import MarLegend
from sonar_desktop.ui.screens.order_panel import OrderPanel
from sonar_desktop.ui.screens.side_panel import PANEL_WIDTH, SidePanel
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import Layout, layout_for
from sonar_desktop.ui.viewmodels.chart_faces import SlotFace
from sonar_desktop.ui.viewmodels.give_dose import GiveDoseModel
from sonar_desktop.ui.viewmodels.medicines import MedicinesModel, Span
from sonar_desktop.ui.viewmodels.order import OrderModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Workplace
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.labels import Card, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage, announce
from sonar_desktop.ui.widgets.segmented import Segmented

_NO_ALLERGIES = "Record them first. Emergency medicines can still be given."
_HIDDEN = (
    "A newer version of SONAR wrote them. Look on a PC that has the update before you give a dose."
    " Emergency medicines can be given."
)
_SPANS = (Span.DAY, Span.THREE_DAYS)


class MedicinesTab(QWidget):
    """One person's medicines."""

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Fill itself at once and whenever a record changes."""
        super().__init__()
        self._workplace = workplace
        self.model = MedicinesModel(workplace, episode)
        self.grid = MarGrid()
        self.panel: SidePanel | None = None
        self._form: GiveDoseModel | OrderModel | None = None
        self._wanted: str | None = None
        self._held: str | None = None
        self._first_code: DoseOutcome | None = None
        self._lay_out()
        self._connect()
        self.model.refresh()

    def arrive(self, destination: Destination) -> None:
        """Go to the medicine that the destination names, and open its dose if one is due."""
        self._wanted = destination.focus
        self._follow()

    def send_again(self, entry: str) -> None:
        """Open a dose that the server holds back in its form, once the chart is read."""
        self._held = entry
        self._follow()

    def step_back(self) -> bool:
        """Close the panel; what was typed is kept."""
        if self.panel is None:
            return False
        self._close_panel()
        self.grid.setFocus()
        return True

    def keeps_awake(self) -> bool:
        """Return whether a dose is being given: hands are at the medicine, not at the keys."""
        return isinstance(self.panel, DosePanel)

    def let_go(self) -> None:
        """Put drafts on disk and drop everything of the record."""
        self._close_panel()
        self.model.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the grid the room where the window is narrow: the panel then is a page."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Paint again when the theme or the text size changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.grid.viewport().update()

    def _lay_out(self) -> None:
        self._card = Card("Medication chart", padding=1, gap=0)
        self._card.body.addLayout(self._title())
        self._notice = InlineMessage(Tone.CAUTION, "Allergies are not recorded.", _NO_ALLERGIES)
        notice = QVBoxLayout()
        notice.setContentsMargins(10, 0, 10, 8)
        notice.addWidget(self._notice)
        self._card.body.addLayout(notice)
        self._body = QStackedWidget()
        self._loading = QWidget()
        self._empty = EmptyState(
            "No medicines yet",
            "Order one to give doses under it.",
            icon="pill",
            action="Order a medicine",
        )
        offer(self._workplace, Duty.ORDER_MEDICINE, self._empty.button)
        for page in (self._loading, self.grid, self._empty):
            self._body.addWidget(page)
        self._card.body.addWidget(self._body, 1)
        below = QVBoxLayout()
        below.setContentsMargins(10, 6, 10, 8)
        below.setSpacing(6)
        self.emergency = EmergencyRow()
        below.addWidget(self.emergency)
        below.addWidget(MarLegend())
        self._card.body.addLayout(below)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 12, 14, 12)
        self._row.setSpacing(12)
        self._row.addWidget(self._card, 1)
        FirstFocus(self, self.grid)

    def _title(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(13, 10, 13, 10)
        row.setSpacing(10)
        row.addWidget(label("Medication chart", "h2"))
        self._allergies = Chip("Allergies checked on every dose", Tone.NEUTRAL, "shield-check")
        row.addWidget(self._allergies)
        row.addStretch(1)
        self._span = Segmented("Time shown", ["Day", "3 days"])
        row.addWidget(self._span)
        self.add = Button("Order a medicine", icon="plus")
        row.addWidget(self.add)
        offer(self._workplace, Duty.ORDER_MEDICINE, self.add)
        return row

    def _connect(self) -> None:
        self.model.refreshed.connect(self._show)
        self.model.refused.connect(self._refuse)
        self.grid.opened.connect(self._open)
        self.grid.outcome_wanted.connect(self._open_dose)
        self._span.chosen.connect(lambda place: self.model.set_span(_SPANS[place]))
        self.add.clicked.connect(lambda: self._open_order(in_emergency=False))
        self._empty.acted.connect(lambda: self._open_order(in_emergency=False))
        self.emergency.clicked.connect(lambda: self._open_order(in_emergency=True))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            record = QShortcut(QKeySequence(keys), self)
            record.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            record.activated.connect(self._record)

    def _record(self) -> None:
        if self.panel is not None and self.panel.primary.isEnabled():
            self.panel.primary.click()

    def _show(self) -> None:
        model = self.model
        self.grid.set_chart(
            model.rows,
            model.window,
            now_ms=model.now_ms,
            arrived_ms=model.arrived_ms,
            zone=self._workplace.zone,
        )
        page = self._loading
        if model.is_loaded:
            page = self.grid if model.rows or model.hidden else self._empty
        self._body.setCurrentWidget(page)
        self._show_notice()
        self._allergies.setVisible(model.allergies_recorded)
        can_act = model.is_loaded and not model.has_left
        self.add.setEnabled(can_act)
        self.emergency.setEnabled(can_act)
        self._follow()

    def _show_notice(self) -> None:
        model = self.model
        if model.hidden:
            self._notice.set_message(Tone.DANGER, model.hidden, _HIDDEN)
        else:
            self._notice.set_message(Tone.CAUTION, "Allergies are not recorded.", _NO_ALLERGIES)
        self._notice.setVisible(
            model.is_loaded and bool(model.hidden or not model.allergies_recorded)
        )

    def _follow(self) -> None:
        if self.model.is_loaded and self._held is not None:
            held, self._held = self._held, None
            self._open_held(held)
        if self._wanted is None or not self.model.is_loaded:
            return
        request, self._wanted = self._wanted, None
        row = self.model.row(request)
        if row is None:
            return
        self.grid.choose(request)
        code, self._first_code = self._first_code, None
        if code is not None:
            self._open_dose(request, None, code)
        else:
            self._open(request, self.model.waiting_slot(request))

    def _open(self, request: str, slot: SlotFace | None) -> None:
        row = self.model.row(request)
        if row is None:
            return
        if slot is not None and slot.entry is not None:
            face = self.model.entry_face(request, slot.entry)
            if face is not None:
                panel = EntryPanel(row, face)
                entry = slot.entry
                panel.struck.connect(lambda why: self._done(self.model.strike, entry, why))
                panel.vomited.connect(lambda: self._done(self.model.vomited, request, entry))
                self._put(panel, None)
            return
        if slot is not None and slot.due_ms is not None and row.is_active:
            self._open_dose(request, slot, None)
            return
        is_here = not self.model.has_left
        can_stop = is_here and not self._workplace.keeps_from(Duty.ORDER_MEDICINE)
        can_give = is_here and not self._workplace.keeps_from(Duty.GIVE_MEDICINE)
        medicine = MedicinePanel(row, can_give=can_give, can_stop=can_stop)
        medicine.acted.connect(lambda: self._open_dose(request, None, None))
        medicine.stopped.connect(lambda why: self._stop(request, why, in_error=False))
        medicine.struck.connect(lambda why: self._stop(request, why, in_error=True))
        self._put(medicine, None)

    def _open_dose(self, request: str, slot: SlotFace | None, code: DoseOutcome | None) -> None:
        line, head, banner = self.model.line(request), self.model.head, self.model.banner
        row = self.model.row(request)
        if line is None or head is None or banner is None or row is None or not row.is_active:
            return
        kept = self._workplace.keeps_from(Duty.GIVE_MEDICINE)
        if kept:
            self._refuse(kept)
        if self.model.has_left or kept:
            return
        if self.grid.chosen() != request:
            self.grid.choose(request)
        due = slot or self.model.waiting_slot(request)
        form = GiveDoseModel(self._workplace, line, None if due is None else due.due_ms)
        panel = DosePanel(form, banner, head.patient.gender)
        form.given.connect(self._tell)
        self._put(panel, form)
        if code is not None:
            form.choose(code)
        form.refresh()
        panel.focus_first()

    def _open_held(self, entry: str) -> None:
        """Open a dose with what was signed; also under an order that was stopped since."""
        found = self.model.standing_entry(entry)
        head, banner = self.model.head, self.model.banner
        if found is None or head is None or banner is None:
            self._refuse("This entry was already corrected. Open it again.")
            return
        line, held = found
        self.grid.choose(line.order.id)
        due_ms = None if held.due_at is None else held.due_at.utc_ms
        form = GiveDoseModel(self._workplace, line, due_ms, held)
        panel = DosePanel(form, banner, head.patient.gender)
        form.given.connect(self._tell)
        self._put(panel, form)
        panel.focus_first()

    def _open_order(self, *, in_emergency: bool) -> None:
        kept = self._workplace.keeps_from(Duty.ORDER_MEDICINE)
        if kept:
            self._refuse(kept)
            return
        form = OrderModel(self._workplace, self.model.episode, in_emergency=in_emergency)
        panel = OrderPanel(form, self.model.emergency_on_order if in_emergency else None)
        panel.give_wanted.connect(lambda o: self._open_dose(o, None, DoseOutcome.GIVEN))
        form.ordered.connect(lambda request: self._ordered(request, in_emergency=in_emergency))
        self._put(panel, form)
        panel.focus_first()

    def _ordered(self, request: str, *, in_emergency: bool) -> None:
        self._close_panel()
        if in_emergency:
            self._wanted = request
        self._first_code = DoseOutcome.GIVEN if in_emergency else None
        self.model.refresh()
        self.grid.setFocus()
        announce(self, "Ordered.")

    def _stop(self, request: str, why: str, *, in_error: bool) -> None:
        self.model.stop(request, why, in_error=in_error)
        self._close_panel()
        self.grid.setFocus()

    def _done(self, act: Callable[[str, str], None], first: str, second: str) -> None:
        act(first, second)
        self._close_panel()
        self.grid.setFocus()

    def _tell(self, sentence: str) -> None:
        self._close_panel()
        self.grid.setFocus()
        announce(self, sentence)

    def _refuse(self, sentence: str) -> None:
        self._notice.set_message(Tone.DANGER, "Not recorded", sentence)
        self._notice.show()

    def _put(self, panel: SidePanel, form: GiveDoseModel | OrderModel | None) -> None:
        self._close_panel()
        self.panel, self._form = panel, form
        panel.closed.connect(self.step_back)
        self._row.addWidget(panel)
        self._fit()

    def _close_panel(self) -> None:
        if self._form is not None:
            self._form.close()
        if self.panel is not None:
            self._row.removeWidget(self.panel)
            self.panel.hide()
            self.panel.deleteLater()
        self.panel, self._form = None, None
        self._fit()

    def _fit(self) -> None:
        window = self.window().size()
        layout = layout_for(window.width(), window.height())
        narrow = layout in {Layout.NARROW, Layout.SMALL}
        self._card.setHidden(narrow and self.panel is not None)
        self._allergies.setVisible(self.model.allergies_recorded and layout is Layout.FULL)
        if self.panel is not None:
            wide = 372 if layout is Layout.DENSE else PANEL_WIDTH
            self.panel.setFixedWidth(current().px(wide))
