"""The patient record: banner, alerts, tabs and the page of the tab; one record at a time."""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sonar_core.board.speech import in_turn
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.access_log import AccessLogTab
from sonar_desktop.ui.screens.assessment import AssessmentTab
from sonar_desktop.ui.screens.banner_face import alert_chip, banner_face
from sonar_desktop.ui.screens.medicines import MedicinesTab
from sonar_desktop.ui.screens.observations import ObservationsTab
from sonar_desktop.ui.screens.page_manners import (
    Arrives,
    KeepsAwake,
    LetsGo,
    MakesRoom,
    StepsBack,
)
from sonar_desktop.ui.screens.plan import PlanTab
from sonar_desktop.ui.screens.summary import SummaryTab
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.theme.sizes import layout_for, sizes_for
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.ui.widgets.alert_strip import AlertStrip
from sonar_desktop.ui.widgets.button import Variant
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage
from sonar_desktop.ui.widgets.patient_banner import PatientBanner
from sonar_desktop.ui.widgets.tab_bar import TabBar

_TITLES: Final = {
    Tab.SUMMARY: "Summary",
    Tab.ASSESSMENT: "Assessment",
    Tab.OBSERVATIONS: "Observations",
    Tab.MEDICINES: "Medicines",
    Tab.PLAN: "Plan and tasks",
    Tab.ACCESS_LOG: "Access log",
}
_KEYS: Final = {
    Qt.Key.Key_O: Tab.OBSERVATIONS,
    Qt.Key.Key_G: Tab.MEDICINES,
    Qt.Key.Key_P: Tab.PLAN,
    Qt.Key.Key_W: Tab.ACCESS_LOG,
}
_DUTIES: Final = {Tab.ASSESSMENT: Duty.ASSESS, Tab.ACCESS_LOG: Duty.SEE_ACCESS}
"""Tabs that are there for those alone whose role may do it."""


@runtime_checkable
class ClosesTab(Protocol):
    """A tab whose drafts go to disk when the record closes."""

    def close_tab(self) -> None:
        """Put drafts on disk and stop listening."""


@runtime_checkable
class SavesNow(Protocol):
    """A tab with a form."""

    def save_now(self) -> None:
        """Put the draft on disk at once."""


class RecordScreen(QWidget):
    """The page of the rail's place RECORD: holds the one record that is open."""

    def __init__(self, workplace: Workplace) -> None:
        """Begin with no record; `arrive` opens one."""
        super().__init__()
        self._workplace = workplace
        self.record: RecordPage | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def arrive(self, destination: Destination) -> None:
        """Open the record, or another tab of the one that is open."""
        if destination.episode is None:
            return
        if self.record is None or self.record.episode != destination.episode:
            self.let_go()
            self.record = RecordPage(self._workplace, destination.episode)
            self._column.addWidget(self.record)
            # At once: by itself Qt shows it a turn later, and the banner may be read before that.
            self.record.show()
        self.record.arrive(destination)

    def step_back(self) -> bool:
        """Close a panel, else the record."""
        if self.record is None:
            return False
        self.record.step_back()
        return True

    def make_room(self, *, beside: bool) -> None:
        """Let the tabs give up a column of theirs while a panel of the shell stands beside."""
        if self.record is not None:
            self.record.make_room(beside=beside)

    def keeps_awake(self) -> bool:
        """Return whether the screen locks later, as while a dose is given."""
        return self.record is not None and self.record.keeps_awake()

    def let_go(self) -> None:
        """Put drafts on disk and drop the record."""
        if self.record is not None:
            self.record.let_go()
            self._column.removeWidget(self.record)
            self.record.hide()
            self.record.deleteLater()
            self.record = None


class RecordPage(QWidget):
    """One person's record."""

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Read the record; nothing is shown before its banner is there."""
        super().__init__()
        self.episode = episode
        self._workplace = workplace
        self.model = RecordModel(workplace, episode)
        self.tabs: dict[Tab, QWidget] = {}
        kept = {tab for tab, duty in _DUTIES.items() if workplace.keeps_from(duty)}
        self._offered = tuple(tab for tab in Tab if tab not in kept)
        self._wanted: Destination | None = None
        self._is_beside_panel = False
        self._held: str | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.banner: PatientBanner | None = None
        self.unread: EmptyState | None = None
        self.strip = AlertStrip()
        self.bar = TabBar()
        self.pages = QStackedWidget()
        self._under_tabs = QWidget()
        self._notice = InlineMessage(
            Tone.SYNC, "", action="Decide", action_variant=Variant.STANDARD
        )
        self._lay_out()
        self._connect()
        self.model.open()

    def arrive(self, destination: Destination) -> None:
        """Show the tab the destination names, on the record or form it names."""
        self._wanted = destination
        if self.banner is not None:
            self._follow()

    def make_room(self, *, beside: bool) -> None:
        """Tell the tabs that are there, and those to come, whether a panel stands beside."""
        self._is_beside_panel = beside
        for page in self.tabs.values():
            if isinstance(page, MakesRoom):
                page.make_room(beside=beside)

    def step_back(self) -> None:
        """Close the tab's panel, else the record."""
        page: object = self.pages.currentWidget()
        if isinstance(page, StepsBack) and page.step_back():
            return
        self.model.leave()

    def keeps_awake(self) -> bool:
        """Return what the tab says that is shown."""
        page: object = self.pages.currentWidget()
        return isinstance(page, KeepsAwake) and page.keeps_awake()

    def let_go(self) -> None:
        """Put drafts on disk and close every view model."""
        for page in self.tabs.values():
            if isinstance(page, LetsGo):
                page.let_go()
            elif isinstance(page, ClosesTab):
                page.close_tab()
        self.model.close()

    def open_tab(self, tab: Tab, focus: str | None = None) -> None:
        """Show a tab, building it at first."""
        if tab not in self._offered:
            return
        left: object = self.pages.currentWidget()
        if isinstance(left, SavesNow):
            left.save_now()
        page = self.tabs.get(tab)
        if page is None:
            page = self.tabs[tab] = self._build(tab)
            self.pages.addWidget(page)
            self.make_room(beside=self._is_beside_panel)
        self.pages.setCurrentWidget(page)
        if left is not page and isinstance(left, AssessmentTab) and left.held is not None:
            self._let_assessment_go()
        self.bar.blockSignals(True)
        self.bar.setCurrentIndex(self._offered.index(tab))
        self.bar.blockSignals(False)
        page.setFocus()
        if isinstance(page, Arrives):
            page.arrive(Destination(page=Page.RECORD, episode=self.episode, tab=tab, focus=focus))
        elif focus is not None and isinstance(page, SummaryTab):
            page.choose(focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act by letter where no field took it; Esc goes one step up."""
        if event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.step_back()
        elif key in _KEYS:
            self.open_tab(_KEYS[key])
        elif key == Qt.Key.Key_T:
            self._tell_first()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the breakpoints of the window."""
        super().resizeEvent(event)
        window = self.window().size()
        sizes = sizes_for(layout_for(window.width(), window.height()))
        self.strip.set_sizes(sizes)
        self.bar.set_sizes(sizes)
        if self.banner is not None:
            self.banner.set_sizes(sizes)

    def _lay_out(self) -> None:
        for tab in self._offered:
            self.bar.addTab(_TITLES[tab])
        self._column.addWidget(self.strip)
        self._column.addWidget(self.bar)
        notice = QVBoxLayout(self._under_tabs)
        notice.setContentsMargins(16, 10, 14, 0)
        notice.addWidget(self._notice)
        self._column.addWidget(self._under_tabs)
        self._column.addWidget(self.pages, 1)
        self._under_tabs.hide()
        for part in (self.strip, self.bar, self.pages):
            part.hide()

    def _connect(self) -> None:
        self.model.refreshed.connect(self._show)
        self.model.refused.connect(self._say_why_not)
        self.strip.close_requested.connect(self.model.leave)
        self.strip.answer_requested.connect(lambda: self.open_tab(Tab.PLAN))
        self.strip.overflow_requested.connect(lambda: self.open_tab(Tab.PLAN, "markers"))
        self.bar.currentChanged.connect(lambda place: self.open_tab(self._offered[place]))
        self._notice.acted.connect(self.model.decide)
        for place, tab in enumerate(self._offered):
            keys = QShortcut(QKeySequence(f"Alt+{place + 1}"), self)
            keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            keys.activated.connect(lambda tab=tab: self.open_tab(tab))

    def _show(self) -> None:
        words = self.model.banner
        if words is None:
            return
        face = banner_face(words)
        if self.unread is not None:
            self.unread.hide()
            self._column.removeWidget(self.unread)
        if self.banner is None:
            self.banner = PatientBanner(face)
            self._column.insertWidget(0, self.banner)
            for part in (self.banner, self.strip, self.bar, self.pages):
                part.show()
            self._show_head()
            self._paint_head()
            self._follow()
        else:
            self.banner.set_face(face)
            self._show_head()

    def _say_why_not(self, sentence: str) -> None:
        """Say why nothing is shown, as of a stay that has left this PC."""
        if self.banner is None and self.unread is None:
            self.unread = EmptyState(
                "This record cannot be shown here", f"{sentence} Esc goes back to the board."
            )
            self._column.addWidget(self.unread, 1)

    def _show_head(self) -> None:
        alerts = [alert_chip(one) for one in self.model.alerts]
        self.strip.set_alerts(alerts, self.model.to_check, nothing=self.model.no_alerts)
        for place, tab in enumerate(self._offered):
            self.bar.set_badge(place, self.model.badges.get(tab, ""), Tone.NEUTRAL)
        self._show_notice()

    def _paint_head(self) -> None:
        """Let banner and alerts be read while the tab under them is still built."""
        if self.isVisible():
            self._column.activate()
            self.repaint()

    def _show_notice(self) -> None:
        model = self.model
        self._notice.button.setVisible(bool(model.disputes))
        if model.missing:
            self._notice.set_message(Tone.SYNC, in_turn(model.missing, model.newer))
        elif model.disputes:
            count = model.disputes
            self._notice.set_message(
                Tone.SYNC,
                "Two versions need a decision" if count == 1 else f"{count} decisions are open",
                in_turn("Until someone decides, the safer value is in use.", model.newer),
                icon="git-compare-arrows",
            )
        elif model.newer:
            self._notice.set_message(Tone.SYNC, model.newer)
        elif model.has_left:
            self._notice.set_message(
                Tone.NEUTRAL, "This detainee has left. You can read the record."
            )
        said = (model.missing, model.disputes, model.newer, model.has_left)
        self._under_tabs.setVisible(any(said))

    def _follow(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            self.open_tab(Tab.SUMMARY)
            return
        tab = wanted.tab if wanted.tab in self._offered else Tab.SUMMARY
        again = wanted.focus if wanted.sent_again else None
        if again is not None and tab is Tab.ASSESSMENT:
            self._let_assessment_go()
            self._held = again
        self.open_tab(tab, None if wanted.sent_again else wanted.focus)
        if again is not None:
            self._send_again(tab, wanted.sent_again, again)

    def _send_again(self, tab: Tab, kind: str, identifier: str) -> None:
        page = self.tabs[tab]
        if isinstance(page, ObservationsTab):
            page.model.amend(identifier)
        elif isinstance(page, MedicinesTab):
            page.send_again(identifier)
        elif isinstance(page, SummaryTab):
            page.send_again(kind, identifier)

    def _let_assessment_go(self) -> None:
        """Drop the tab, so that it opens anew: what was typed is a draft under its own name."""
        self._held = None
        page = self.tabs.pop(Tab.ASSESSMENT, None)
        if isinstance(page, AssessmentTab):
            page.close_tab()
            self.pages.removeWidget(page)
            page.hide()
            page.deleteLater()

    def _build(self, tab: Tab) -> QWidget:
        if tab is Tab.ASSESSMENT:
            assessment = AssessmentTab(self._workplace, self.episode, self._held)
            assessment.sent_again.connect(lambda: self.open_tab(Tab.SUMMARY))
            return assessment
        if tab is Tab.OBSERVATIONS:
            return ObservationsTab(self._workplace, self.episode)
        if tab is Tab.MEDICINES:
            return MedicinesTab(self._workplace, self.episode)
        if tab is Tab.PLAN:
            plan = PlanTab(self.model)
            plan.told_wanted.connect(self._tell)
            return plan
        if tab is Tab.ACCESS_LOG:
            return AccessLogTab(self.model)
        summary = SummaryTab(self.model)
        summary.observations_wanted.connect(lambda: self.open_tab(Tab.OBSERVATIONS))
        summary.medicines_wanted.connect(lambda: self.open_tab(Tab.MEDICINES))
        summary.plan_wanted.connect(lambda form: self.open_tab(Tab.PLAN, form or None))
        summary.amend_wanted.connect(self._amend_observations)
        return summary

    def _tell_first(self) -> None:
        self.open_tab(Tab.SUMMARY)
        summary = self.tabs[Tab.SUMMARY]
        if isinstance(summary, SummaryTab):
            summary.tell_first()

    def _amend_observations(self, identifier: str) -> None:
        self.open_tab(Tab.OBSERVATIONS)
        self._send_again(Tab.OBSERVATIONS, "", identifier)

    def _tell(self, about: str) -> None:
        self.open_tab(Tab.SUMMARY)
        summary = self.tabs[Tab.SUMMARY]
        if isinstance(summary, SummaryTab):
            summary.tell(about)
