"""What a person feels at the screen, measured on the product's own widgets, offscreen."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bench.pc import Pc, Place, peak_mb, resident_mb, spread, timed
from sonar_core.board.present import present
from sonar_desktop.bootstrap import Options, make_app
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.screens import record
from sonar_desktop.ui.screens.board import BoardScreen
from sonar_desktop.ui.screens.observations import ObservationsTab
from sonar_desktop.ui.screens.record import RecordScreen
from sonar_desktop.ui.screens.summary import SummaryTab
from sonar_desktop.ui.viewmodels.drafting import Keeping
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.ui.widgets.patient_banner import PatientBanner
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.identity_ports import Keys
from sonar_desktop.usecases.keep_draft import keep_draft
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

_SIZE: Final = (1440, 900)
_PATIENCE_S: Final = 60.0
_MOST_ROUNDS: Final = 40
_KNOCK_MS: Final = 20
_WORDS: Final = "seen alert and settled, asked for water and a blanket. "


class _AtOnce:
    """Signing that asks nothing: no page of these signs."""

    def confirm(self, then: Callable[[], None]) -> None:
        then()


class Painted(QObject):
    """Knows whether a widget was painted since it was last asked."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._is_painted = False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 Qt's name
        """Note that it was painted."""
        self._is_painted |= event.type() == QEvent.Type.Paint
        return False

    def taken(self) -> bool:
        """Return whether it was, and begin anew."""
        was, self._is_painted = self._is_painted, False
        return was


class _Room:
    """A PC with a person at its screen."""

    def __init__(self, app: QApplication, place: Place) -> None:
        self.app = app
        self.background = Background()
        self.pc = Pc(place, on_changed=self.background.tell_changed)
        self.pc.worker.on_status = self._take_status
        self._knock = QTimer()
        self._knock.setInterval(_KNOCK_MS)
        self.workplace = Workplace(
            background=self.background,
            desk=self.pc.desk,
            clock=self.pc.clock,
            zone="Europe/London",
            site_name="Northfield",
            pc_name="MED-01",
            go=lambda _destination: None,
            signing=_AtOnce(),
            late=LateDrafts(self.background),
            door=_nowhere,
            keys=_no_keys,
        )

    def _take_status(self, status: SyncStatus) -> None:
        self.pc.statuses.append(status)
        self.background.tell_sync_status(status)

    def until(self, condition: Callable[[], bool]) -> None:
        """Let events run until something has come about."""
        end = time.monotonic() + _PATIENCE_S
        # As the program does: not asking again and again, which keeps the interpreter from others.
        self._knock.start()
        while not condition():
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > end:
                raise SystemExit("a screen was waited for in vain")
        self._knock.stop()

    def settle(self) -> None:
        """Let everything that is due now come to rest."""
        end = time.monotonic() + 0.1
        while time.monotonic() < end:
            self.app.processEvents()
        # What the program's own event loop does by itself: take closed pages out of memory.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def close(self) -> None:
        """Let go of threads and store."""
        self.background.close()
        self.pc.close()


def _shown(widget: QWidget) -> QWidget:
    widget.resize(*_SIZE)
    widget.setProperty("k", "canvas")
    widget.show()
    return widget


def board(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Show the board, then refresh it again and again: read, reckon, paint."""
    app = make_app(Options())
    room = _Room(app, place)
    begun = time.perf_counter()
    screen = BoardScreen(room.workplace)
    model, view = screen._model, screen._view  # noqa: SLF001 measured from outside
    painted = Painted(view.viewport())
    _shown(screen)
    room.until(lambda: model.is_loaded and bool(model.shown) and painted.taken())
    first = time.perf_counter() - begun
    room.settle()
    data = []
    for _ in range(given["times"]):
        begun = time.perf_counter()
        found = list_board(room.pc.desk)
        now_ms = room.pc.clock.now_ms()
        rows = [present(row, now_ms, found.policy) for row in found.rows]
        data.append(time.perf_counter() - begun)
    refreshed = []
    answers: list[bool] = []
    model.refreshed.connect(lambda: answers.append(True))
    for _ in range(given["times"]):
        answers.clear()
        painted.taken()
        begun = time.perf_counter()
        model.refresh()
        room.until(lambda: bool(answers))
        view.viewport().repaint()
        refreshed.append(time.perf_counter() - begun)
        room.settle()
    ticks = [timed(model.tick) for _ in range(given["times"])]
    found_mb = {"resident_mb": resident_mb(), "peak_mb": peak_mb()}
    screen.let_go()
    room.close()
    return {
        "rows": len(rows),
        "first_paint_ms": round(first * 1000, 1),
        "list_and_present": spread(data),
        "refresh_and_paint": spread(refreshed),
        "tick": spread(ticks),
        **found_mb,
    }


def open_record(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Open one record until its banner, then until its timeline is painted."""
    app = make_app(Options())
    room = _Room(app, place)
    banners, wholes = [], []
    entries = 0
    painted_at: list[float] = []

    class Banner(PatientBanner):
        """Notes when it is painted: before its tab is built."""

        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 Qt's name
            super().paintEvent(event)
            painted_at.append(time.perf_counter())

    vars(record)["PatientBanner"] = Banner
    for _ in range(given["times"]):
        screen = RecordScreen(room.workplace)
        _shown(screen)
        room.settle()
        painted_at.clear()
        begun = time.perf_counter()
        screen.arrive(Destination(page=Page.RECORD, episode=given["stay"]))
        page = screen.record
        room.until(lambda: page is not None and page.banner is not None)  # noqa: B023
        banners.append(painted_at[0] - begun)
        tab = page.tabs.get(Tab.SUMMARY) if page is not None else None
        if not isinstance(tab, SummaryTab):
            raise SystemExit("the record has no summary")
        painted = Painted(tab.view.viewport())
        timeline = tab._timeline  # noqa: SLF001 measured from outside
        room.until(lambda: timeline.is_loaded and tab.view.model().rowCount() > 0)  # noqa: B023
        painted.taken()
        room.until(painted.taken)
        wholes.append(time.perf_counter() - begun)
        room.settle()
        entries = tab.view.model().rowCount()
        screen.let_go()
        screen.close()
        screen.deleteLater()
        room.settle()
    found = {"resident_mb": resident_mb(), "peak_mb": peak_mb()}
    room.close()
    return {"entries": entries, "banner": spread(banners), "drawn": spread(wholes), **found}


def keys_at_rest(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Type into the notes of a set of observations, drafts being kept, nothing else going on."""
    app = make_app(Options())
    room = _Room(app, place)
    tab = _form(room, given["stay"])
    spent = _type(room, tab, given["keys"], lambda: True)
    draft = _drafts(room, given["stay"])
    tab.close_tab()
    room.close()
    return {"keys": len(spent), "key_to_glyph": spread(spent), "draft_to_disk": draft}


def keys_during_first_sync(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Type into the same field while this PC fetches everything, into new stores again and again.

    A small caseload is there before many keys are typed: the answer says how many were.
    """
    app = make_app(Options())
    spent: list[float] = []
    rounds = 0
    while len(spent) < given["keys"] and rounds < _MOST_ROUNDS:
        rounds += 1
        folder = Path(place.folder) / f"round{rounds}"
        folder.mkdir()
        room = _Room(app, msgspec.structs.replace(place, folder=str(folder)))
        room.pc.worker.start()
        statuses = room.pc.statuses
        room.until(lambda: _is_known(room, given["stay"]))  # noqa: B023
        tab = _form(room, given["stay"])
        spent += _type(
            room,
            tab,
            given["keys"] - len(spent),
            lambda: statuses[-1].state is _FIRST,  # noqa: B023
        )
        room.until(lambda: statuses[-1].state is not _FIRST)  # noqa: B023
        if statuses[-1].state is not SyncState.UP_TO_DATE:
            raise SystemExit(f"the first sync ended in {statuses[-1].problem}")
        tab.close_tab()
        room.pc.worker.stop()
        room.close()
        shutil.rmtree(folder)
    return {"keys": len(spent), "rounds": rounds, "key_to_glyph": spread(spent)}


_FIRST: Final = SyncState.FIRST_SYNC


def _is_known(room: _Room, stay: str) -> bool:
    known = room.pc.query(
        f"SELECT count(*) FROM record WHERE id = x'{stay.replace('-', '')}'"  # noqa: S608 an id
    )
    return bool(known[0][0])


def _form(room: _Room, stay: str) -> ObservationsTab:
    tab = ObservationsTab(room.workplace, stay)
    _shown(tab)
    room.until(lambda: tab.model._loaded is not None)  # noqa: SLF001 measured from outside
    room.settle()
    return tab


def _type(room: _Room, tab: ObservationsTab, keys: int, goes_on: Callable[[], bool]) -> list[float]:
    """Return how long each key took to be painted; 50 keys a second."""
    tab.form.go_to("notes")
    field = tab.form.inputs["notes"].field
    target = field.viewport() if hasattr(field, "viewport") else field
    field.setFocus()
    painted = Painted(target)
    room.settle()
    spent: list[float] = []
    next_at = time.perf_counter()
    while len(spent) < keys and goes_on():
        while time.perf_counter() < next_at:
            room.app.processEvents()
        painted.taken()
        begun = time.perf_counter()
        QTest.keyClicks(field, _WORDS[len(spent) % len(_WORDS)])
        room.until(painted.taken)
        spent.append(time.perf_counter() - begun)
        next_at = begun + 0.02
        if len(spent) % 400 == 0:
            QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(field, Qt.Key.Key_Delete)
            room.settle()
    if not keys or tab.model.draft.face.keeping is Keeping.FAILED:
        raise SystemExit("the draft was not kept")
    return spent


def _drafts(room: _Room, stay: str) -> dict[str, float]:
    body = (_WORDS * 80).encode()
    desk = room.pc.desk
    record = desk.ids.new()
    return spread(
        [
            timed(
                lambda: keep_draft(
                    desk, record=record, form="bench", episode=stay, body=body, place="notes"
                )
            )
            for _ in range(200)
        ]
    )


def _no_keys() -> Keys:
    """No job makes envelopes."""
    raise AssertionError


def _nowhere() -> ServerDoor:
    """No job asks a server on a person's behalf."""
    raise AssertionError
