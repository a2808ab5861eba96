"""The frame round every page (ux.md 4): rail, top bar, outage strip, pages, side panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QWidget,
)

from sonar_desktop.ui.screens.lease_strip import LeaseStrip
from sonar_desktop.ui.screens.outage import Outage
from sonar_desktop.ui.screens.page_manners import (
    Arrives,
    KeepsAwake,
    LetsGo,
    MakesRoom,
    StepsBack,
)
from sonar_desktop.ui.screens.pages import PAGES
from sonar_desktop.ui.screens.person_panel import PersonPanel
from sonar_desktop.ui.screens.sign_panel import SignPanel
from sonar_desktop.ui.screens.sync_panel import SyncPanel
from sonar_desktop.ui.screens.top_bar import TopBar
from sonar_desktop.ui.theme import Layout, Tone, layout_for, sizes_for
from sonar_desktop.ui.viewmodels.send_again import FORM_TABS
from sonar_desktop.ui.viewmodels.shell import ShellModel
from sonar_desktop.ui.viewmodels.signing import SigningModel
from sonar_desktop.ui.viewmodels.sync_faces import EntryLine
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.ui.widgets.messages import EmptyState
from sonar_desktop.ui.widgets.nav import Rail, RailItem
from sonar_desktop.ui.widgets.toast import Toast

RAIL: Final = (
    RailItem(key=Page.BOARD, text="Board", icon="layout-grid"),
    RailItem(key=Page.DUE, text="Due", icon="list-checks"),
    RailItem(key=Page.REFERRALS, text="Referrals", icon="phone-incoming"),
    RailItem(key=Page.MEDICINES, text="Medicines", icon="pill"),
    RailItem(key=Page.HANDOVER, text="Handover", icon="handshake"),
    RailItem(key=Page.CONFLICTS, text="Conflicts", icon="git-compare-arrows"),
    RailItem(key=Page.EMERGENCIES, text="Access", icon="shield-alert"),
    RailItem(key=Page.SYNC, text="Sync", icon="refresh-cw", low=True),
    RailItem(key=Page.HELP, text="Help", icon="circle-question-mark", low=True),
)
_LETTERS: Final = {
    "Alt+B": Page.BOARD,
    "Alt+D": Page.DUE,
    "Alt+R": Page.REFERRALS,
    "Alt+M": Page.MEDICINES,
    "Alt+H": Page.HANDOVER,
    "Alt+I": Page.CONFLICTS,
    "Alt+E": Page.EMERGENCIES,
    "F1": Page.HELP,
}
_FRAME: Final = 3
"""The width of the edge round the window under emergency access, in pixels (ux.md 2)."""


class Shell(QWidget):
    """What one signed-in person works in; dropped whole at a lock."""

    def __init__(self, model: ShellModel, signing: SigningModel) -> None:
        """Take the frame's model and the person's signing."""
        super().__init__()
        self.model = model
        self.setProperty("k", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._pages: dict[Page, QWidget] = {}
        self._panel: QWidget | None = None
        self._narrow = False
        self.rail = Rail([item for item in RAIL if model.offers(Page(item.key))])
        self.top = TopBar(model)
        self.lease = LeaseStrip(model)
        self.outage = Outage(model.sync)
        self.stack = QStackedWidget()
        self.toast = Toast(self)
        self._lay_out()
        self.sign_panel = SignPanel(signing, model.person[0], self)
        self.top.find_field.lay_over(self)
        self._connect()
        self._make_shortcuts()
        self._show_badges()
        self.lease.refresh()
        self.outage.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        framed = bool(self.model.workplace.desk.actor.emergency)
        self.setProperty("framed", framed)
        edge = _FRAME if framed else 0
        grid.setContentsMargins(edge, edge, edge, edge)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0, 4, 1)
        grid.addWidget(self.top, 0, 1)
        grid.addWidget(self.lease, 1, 1)
        grid.addWidget(self.outage, 2, 1)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(0)
        self._middle.addWidget(self.stack, 1)
        grid.addLayout(self._middle, 3, 1)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        session = self.model.session
        self.rail.chosen.connect(self._chosen)
        self.top.lock_wanted.connect(session.lock)
        self.top.sync_wanted.connect(self.toggle_sync)
        self.top.person_wanted.connect(self.toggle_person)
        self.top.find_field.opened.connect(self.model.open_found)
        self.outage.acted.connect(self.toggle_sync)
        self.model.changed.connect(self._show_badges)
        session.going.connect(self.show_page)
        session.dropping.connect(self.let_go)
        session.warned.connect(self._warn)
        session.trouble.connect(self.toast.say)
        session.keeps_awake = self._keeps_awake

    def _make_shortcuts(self) -> None:
        session = self.model.session
        actions: dict[str, Callable[[], object]] = {
            "Ctrl+K": self._find,
            "Ctrl+L": session.lock,
            "Ctrl+Shift+L": session.switch_person,
            "Ctrl+Y": self.toggle_sync,
            "F6": lambda: self.next_area(1),
            "Shift+F6": lambda: self.next_area(-1),
            "Escape": self.step_back,
        }
        for keys, act in actions.items():
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        for keys, page in _LETTERS.items():
            QShortcut(QKeySequence(keys), self).activated.connect(
                lambda page=page: self.model.workplace.go(Destination(page=page))
            )

    def show_page(self, destination: Destination) -> None:
        """Show a page, building it when it is first gone to."""
        page = destination.page
        if not self.model.offers(page):
            return
        if page is Page.SYNC:
            self.toggle_sync()
            return
        widget = self._pages.get(page)
        if widget is None:
            widget = self._pages[page] = self._made(page)
            self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)
        # A record is opened from the board and closes to it.
        self.rail.set_current(page if page.value in self.rail.buttons else Page.BOARD)
        # Before it arrives: whatever it opens takes the keyboard from it.
        widget.setFocus()
        if isinstance(widget, Arrives):
            widget.arrive(destination)
        self._make_room()

    def _made(self, page: Page) -> QWidget:
        factory = PAGES.get(page)
        if factory is None:
            return EmptyState("Not part of this version", "Esc goes back to the board.")
        return factory(self.model.workplace)

    def page(self, page: Page) -> QWidget | None:
        """Return a page's widget if it has been built."""
        return self._pages.get(page)

    def toggle_sync(self) -> None:
        """Show or hide the sync panel."""
        if isinstance(self._panel, SyncPanel):
            self._close_panel()
            return
        panel = SyncPanel(self.model.sync)
        panel.closed.connect(self._close_panel)
        panel.conflicts_wanted.connect(
            lambda: self.model.workplace.go(Destination(page=Page.CONFLICTS))
        )
        panel.entry_wanted.connect(self._open_held)
        self._open_panel(panel)
        panel.focus_first()

    def _open_held(self, line: EntryLine, is_amended: bool) -> None:  # noqa: FBT001 a signal's
        """Leave the panel for the record that an entry held back is on."""
        self._close_panel()
        tab = FORM_TABS.get(line.kind, Tab.SUMMARY) if is_amended else Tab.SUMMARY
        self.model.workplace.go(
            Destination(
                page=Page.RECORD,
                episode=line.episode,
                tab=tab,
                focus=line.entity,
                sent_again=line.kind if is_amended else "",
            )
        )

    def toggle_person(self) -> None:
        """Show or hide who is signed in."""
        if isinstance(self._panel, PersonPanel):
            self._close_panel()
            return
        panel = PersonPanel(self.model)
        panel.closed.connect(self._close_panel)
        self._open_panel(panel)
        panel.focus_first()

    def _open_panel(self, panel: QWidget) -> None:
        self._close_panel()
        self._panel = panel
        self._middle.addWidget(panel)
        self.stack.setVisible(not self._is_small())
        self._make_room()
        panel.show()

    def _close_panel(self) -> None:
        if self._panel is None:
            return
        panel, self._panel = self._panel, None
        self._middle.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        self.stack.show()
        self._make_room()
        self._focus_page()

    def _focus_page(self) -> None:
        page = self.stack.currentWidget()
        if page is not None:
            page.setFocus()

    def _make_room(self) -> None:
        """Tell the page whether a panel stands beside it."""
        page: object = self.stack.currentWidget()
        if isinstance(page, MakesRoom):
            page.make_room(beside=self._panel is not None)

    def _keeps_awake(self) -> bool:
        page: object = self.stack.currentWidget()
        return isinstance(page, KeepsAwake) and page.keeps_awake()

    def step_back(self) -> None:
        """Go one step up: PIN, find, panel, then inside the page, then to the board."""
        if self.sign_panel.isVisible():
            self.sign_panel.model.withdraw()
            return
        if self.top.find_field.hasFocus():
            self.top.find_field.close_list()
            self._focus_page()
            return
        if self._panel is not None:
            self._close_panel()
            return
        if _stepped_back(self.stack.currentWidget()):
            return
        if self.model.session.here.page is not Page.BOARD:
            self.model.workplace.go(Destination(page=Page.BOARD))

    def next_area(self, step: int) -> None:
        """Move the keyboard to the next area: rail, top bar, strip, page, side panel."""
        areas: list[QWidget] = [self.rail, self.top, self.outage, self.stack]
        if self._panel is not None:
            areas.append(self._panel)
        shown = [area for area in areas if area.isVisible()]
        focused = QApplication.focusWidget()
        here = next(
            (
                place
                for place, area in enumerate(shown)
                if focused is not None and (area is focused or area.isAncestorOf(focused))
            ),
            0,
        )
        for turn in range(1, len(shown) + 1):
            if _focus_in(shown[(here + step * turn) % len(shown)]):
                return

    def let_go(self) -> None:
        """Let the pages put drafts away and close their models, once."""
        pages, self._pages = self._pages, {}
        for page in pages.values():
            if isinstance(page, LetsGo):
                page.let_go()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the sizes of the layout in force."""
        super().resizeEvent(event)
        size = event.size()
        layout = layout_for(size.width(), size.height())
        self.rail.set_sizes(sizes_for(layout))
        self.top.set_layout(layout)
        self.stack.setVisible(self._panel is None or not self._is_small())

    def _is_small(self) -> bool:
        return layout_for(self.width(), self.height()) is Layout.SMALL

    def _chosen(self, key: str) -> None:
        page = Page(key)
        if page is not Page.SYNC:
            self.model.workplace.go(Destination(page=page))
            return
        here = self.model.session.here.page
        self.rail.set_current(here if here.value in self.rail.buttons else Page.BOARD)
        self.toggle_sync()

    def _find(self) -> None:
        self.top.find_field.setFocus()
        self.top.find_field.selectAll()

    def _warn(self, seconds: int) -> None:
        if seconds:
            self.toast.say(f"Locks in {seconds} s unless you use it")
        else:
            self.toast.hide()

    def _show_badges(self) -> None:
        late, asked = self.model.late, self.model.to_check
        held = self.model.sync.waiting.held_back
        due = ", ".join(
            f"{count} {word}" for count, word in ((asked, "to check"), (late, "late")) if count
        )
        decisions = self.model.sync.open_conflicts
        for page, count, tone, words in (
            (Page.DUE, asked + late, Tone.DANGER, due),
            (Page.CONFLICTS, decisions, Tone.SYNC, f"{decisions} to decide"),
            (Page.SYNC, held, Tone.WARN, f"{held} held back"),
        ):
            if page.value in self.rail.buttons:
                self.rail.set_badge(page, count, tone, words)


def _stepped_back(page: object) -> bool:
    """Return whether the page had something to close first."""
    return isinstance(page, StepsBack) and page.step_back()


def _focus_in(area: QWidget) -> bool:
    """Give the keyboard to the first control of an area that takes it."""
    if isinstance(area, QStackedWidget):
        page = area.currentWidget()
        if page is None:
            return False
        area = page
    focusable = [
        widget
        for widget in (area, *area.findChildren(QWidget))
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
    ]
    checked = [widget for widget in focusable if getattr(widget, "isChecked", bool)()]
    for widget in checked or focusable:
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
    return False
