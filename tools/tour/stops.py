"""What the tour shows, in its order: the first day of a PC, a shift, an outage, two other suites.

Faces are brought about by the keys a nurse presses; only which page comes next is said directly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.access_log import AccessLogTab
from sonar_desktop.ui.screens.enrolment import EnrolmentScreen
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.theme import ThemeName
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.usecases.sync_ports import is_in_contact
from tools.relay import order
from tools.tour import crowd
from tools.tour.camera import SIZES, Camera
from tools.tour.suites import Way

PIN: Final = "284915"
CTRL: Final = Qt.KeyboardModifier.ControlModifier
_LISTS: Final = (
    Page.BOARD,
    Page.DUE,
    Page.REFERRALS,
    Page.MEDICINES,
    Page.HANDOVER,
    Page.CONFLICTS,
)

_TABS: Final = tuple(tab for tab in Tab if tab is not Tab.ACCESS_LOG)
"""The tabs that a nurse has."""


class Tour:
    """One PC on its way through the program."""

    def __init__(self, camera: Camera, session: SessionModel, window: MainWindow, way: Way) -> None:
        """Take the camera, the window and the way to the server."""
        self.camera = camera
        self.session = session
        self.window = window
        self.way = way

    def enrol(self, *, pictured: bool) -> None:
        """Set the PC up and sign its first person in, up to the board."""
        camera, session = self.camera, self.session
        if pictured:
            camera.shoot("01-enrolment")
        camera.rest()
        camera.keys(self.way.code, Qt.Key.Key_Return)
        camera.wait(lambda: self._step() == "compare")
        self._still("02-enrolment-compare", pictured=pictured)
        camera.keys(Qt.Key.Key_Space)
        camera.wait(lambda: self._step() == "sign_in")
        person = self.way.person
        camera.keys(person.username, Qt.Key.Key_Tab, person.password)
        self._still("03-enrolment-sign-in", pictured=pictured)
        camera.keys(Qt.Key.Key_Return)
        camera.wait(lambda: session.stage is Stage.SET_PIN)
        if pictured:
            camera.shoot("04-set-pin")
        camera.rest()
        camera.keys(PIN, PIN, Qt.Key.Key_Return)
        camera.wait(lambda: session.stage in (Stage.FIRST_SYNC, Stage.WORKING))
        self._still("05-first-sync", pictured=pictured)
        camera.wait(lambda: session.stage is Stage.WORKING)
        self.wait_in_contact(wanted=True)

    def work(self) -> None:
        """Walk through a shift at a suite with people in it."""
        camera, session = self.camera, self.session
        camera.wait(lambda: len(session.alarms.rows) > 1)
        for number, page in enumerate(_LISTS, 10):
            camera.shoot(f"{number}-{page.value}", self.at(page))
        camera.shoot("16-conflict", self.at(Page.CONFLICTS, keys=(Qt.Key.Key_Return,)))
        camera.shoot("17-new-referral", self.at(Page.REFERRALS, focus="new"))
        camera.shoot("18-find", self._find)
        camera.shoot("19-sync-panel", self.sync)
        camera.shoot("20-help", self.at(Page.HELP))
        self._record()
        session.go(Destination(page=Page.BOARD))
        session.lock()
        camera.shoot("40-lock")
        session.switch_person()
        camera.shoot("41-sign-in")
        camera.rest()
        self._as_manager()
        camera.keys(PIN, Qt.Key.Key_Return)
        camera.wait(lambda: session.stage is Stage.WORKING)

    def lose_the_network(self) -> None:
        """Show the same pages while the server cannot be reached."""
        order("cut", self.way.orders)
        self.session.try_now()
        self.wait_in_contact(wanted=False)
        camera, worst = self.camera, self.worst()
        camera.shoot("50-offline-board", self.at(Page.BOARD))
        camera.shoot("51-offline-sync-panel", self.sync)
        for number, tab in enumerate((Tab.SUMMARY, Tab.MEDICINES), 52):
            camera.shoot(f"{number}-offline-{tab.value}", self.at(Page.RECORD, worst, tab))
        self.session.switch_person()
        camera.shoot("54-offline-sign-in")

    def nobody_there(self) -> None:
        """Show every list of a suite without detainees."""
        for number, page in enumerate(_LISTS, 60):
            self.camera.shoot(f"{number}-empty-{page.value}", self.at(page))

    def crowded(self) -> None:
        """Show the lists with 200 detainees, and the record of the one with the longest name."""
        camera, session = self.camera, self.session
        workplace = session.workplace
        if workplace is None:
            raise SystemExit("nobody is signed in")
        stays: list[str] = []
        session.background.act(lambda: crowd.fill(workplace.desk), stays.append)
        camera.wait(lambda: bool(stays))
        camera.wait(lambda: len(session.alarms.rows) >= crowd.COUNT)
        for number, page in enumerate(_LISTS[:5], 70):
            camera.shoot(f"{number}-crowded-{page.value}", self.at(page))
        for number, tab in enumerate(_TABS, 80):
            camera.shoot(f"{number}-long-name-{tab.value}", self.at(Page.RECORD, stays[0], tab))
        camera.shoot(
            "85-long-name-give",
            self.at(Page.RECORD, stays[0], Tab.MEDICINES, keys=("g",)),
        )

    def at(
        self,
        page: Page,
        episode: str | None = None,
        tab: Tab = Tab.SUMMARY,
        *,
        focus: str | None = None,
        keys: tuple[str | Qt.Key, ...] = (),
    ) -> Callable[[], None]:
        """Return the way to a page, and what is pressed there."""

        def go() -> None:
            destination = Destination(page=page, episode=episode, tab=tab, focus=focus)
            self.session.go(destination)
            self.camera.rest()
            self.camera.keys(*keys)

        return go

    def wait_in_contact(self, *, wanted: bool) -> None:
        """Wait until the exchange has, or has lost, the server."""
        background = self.session.background
        self.camera.wait(lambda: is_in_contact(background.latest_status) is wanted)

    def _record(self) -> None:
        camera, worst = self.camera, self.worst()
        for number, tab in enumerate(_TABS, 21):
            camera.shoot(f"{number}-record-{tab.value}", self.at(Page.RECORD, worst, tab))
        camera.shoot("26-observations-filled", partial(self._observe, worst))
        camera.shoot(
            "27-fitness-and-telling",
            self.at(Page.RECORD, self._undecided(), Tab.SUMMARY, keys=("t",)),
        )
        camera.shoot("28-care-level", self.at(Page.RECORD, worst, Tab.PLAN, keys=("l",)))
        camera.shoot("29-task", self.at(Page.RECORD, worst, Tab.PLAN, keys=("a",)))
        camera.shoot("30-give", self.at(Page.RECORD, self._medicated(), Tab.MEDICINES, keys=("g",)))
        camera.shoot("31-order", partial(self._order, worst))
        # Nothing is typed: a draft would be there in the next picture, with as much typed again.
        moving = self.at(Page.RECORD, worst, Tab.PLAN, focus="move_suite")
        camera.shoot("31-move-suite", moving)

    def _as_manager(self) -> None:
        """Show the tab that is for those alone who answer for a suite."""
        camera, session, manager = self.camera, self.session, self.way.manager
        camera.tab_to("Someone else")
        camera.keys(Qt.Key.Key_Space, manager.username, Qt.Key.Key_Tab, manager.password)
        camera.keys(Qt.Key.Key_Return)
        camera.wait(lambda: session.stage is Stage.SET_PIN)
        camera.keys(PIN, PIN, Qt.Key.Key_Return)
        camera.wait(lambda: session.stage is Stage.WORKING)
        camera.shoot("42-access-log", self._ask_who_looked)
        camera.shoot("43-emergency-access", self.at(Page.EMERGENCIES))
        session.sign_out()
        camera.rest()
        camera.tab_to(manager.who.partition(",")[0])
        camera.keys(Qt.Key.Key_Right)

    def _ask_who_looked(self) -> None:
        self.at(Page.RECORD, self.worst(), Tab.ACCESS_LOG)()
        tab = self.window.findChild(AccessLogTab)
        self.camera.wait(lambda: tab is not None and tab.model.is_whole)

    def _observe(self, episode: str) -> None:
        self.at(Page.RECORD, episode, Tab.OBSERVATIONS)()
        enter, tab = Qt.Key.Key_Return, Qt.Key.Key_Tab
        self.camera.keys("22", enter, "94", enter, "a", tab, "98", enter, "58", enter)
        self.camera.keys("114", enter, "a", tab, "36.3", enter, "58", enter)

    def _order(self, episode: str) -> None:
        self.at(Page.RECORD, episode, Tab.MEDICINES)()
        self.camera.tab_to("Order a medicine")
        self.camera.keys(Qt.Key.Key_Space)

    def _find(self) -> None:
        self.session.go(Destination(page=Page.BOARD))
        self.camera.keys(Qt.Key.Key_K, held=CTRL)
        self.camera.keys("bar")

    def sync(self) -> None:
        """Open the sync panel beside the board."""
        self.session.go(Destination(page=Page.BOARD))
        self.camera.keys(Qt.Key.Key_Y, held=CTRL)

    def worst(self) -> str:
        """Return the stay with the highest score."""
        rows = self.session.alarms.rows
        return max(rows, key=lambda row: row.news2.total or 0).episode

    def _undecided(self) -> str:
        rows = self.session.alarms.rows
        return next((row.episode for row in rows if row.outcomes), rows[0].episode)

    def _medicated(self) -> str:
        rows = self.session.alarms.rows
        return next((row.episode for row in rows if row.orders), rows[0].episode)

    def _step(self) -> str:
        face = self.window.face
        return face.model.step.value if isinstance(face, EnrolmentScreen) else ""

    def _still(self, name: str, *, pictured: bool) -> None:
        """Take a face that cannot be built anew, in the light theme."""
        if pictured:
            for size in SIZES:
                self.camera.snap(name, ThemeName.LIGHT, size)
