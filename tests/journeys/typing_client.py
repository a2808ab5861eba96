"""A client at which somebody types a note into the real form until it is killed (journey b).

Run as `python -m tests.journeys.typing_client FOLDER SITE SEED`; the store's key comes on standard
input. On standard output, with the time since the machine started: `open LENGTH` once the form
stands as its author left it, `key LENGTH MS` after each key, `signed MS` after each signing.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sonar_core.board.build import board_row_bytes
from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.screens.note_panel import NotePanel
from sonar_desktop.ui.theme import ThemeName, apply_theme
from sonar_desktop.ui.viewmodels.collecting import CollectHere
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.keys import DekBox
from tests.journeys.killed_client import NURSE
from tests.ui.conftest import SignsAtOnce, Visited

KEYS_A_NOTE = 70
LONGEST_PAUSE_MS = 450


def text_of(length: int) -> str:
    """What has been typed after so many keys: every prefix differs from every other."""
    return " ".join(str(number) for number in range(length))[:length]


class Typist:
    """Types a key, waits as people do, and signs once the note is long enough."""

    def __init__(self, panel: NotePanel, moments: random.Random) -> None:
        self._panel = panel
        self._words = panel.form.control("text")
        self._moments = moments
        panel.model.signed.connect(self._signed)

    def begin(self) -> None:
        """Go on where the author stood, or begin the first note."""
        if not self._panel.model.is_open:
            self._panel.begin()
        self._panel.form.take_focus()
        say(f"open {len(self._words.toPlainText())}")
        self._later()

    def _type(self) -> None:
        length = len(self._words.toPlainText())
        if length >= KEYS_A_NOTE:
            QTest.keyClick(self._words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            return
        QTest.keyClick(self._words, text_of(length + 1)[-1])
        say(f"key {length + 1} {since_start_ms()}")
        self._later()

    def _signed(self) -> None:
        say(f"signed {since_start_ms()}")
        self._panel.begin()
        self._later()

    def _later(self) -> None:
        pause = self._moments.choice((5, 15, 30, 60, 90, LONGEST_PAUSE_MS))
        QTimer.singleShot(pause, self._type)


def since_start_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    folder, site, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    key, salt = bytes.fromhex(sys.stdin.readline()), bytes.fromhex(sys.stdin.readline())
    app = QApplication([])
    apply_theme(app, ThemeName.LIGHT, 100)
    CollectHere(app)
    clock = SystemClock()
    opened = open_pc_store(
        folder / "client.db",
        DekBox(bytearray(key), salt),
        clock=clock,
        ids=SystemIds(clock),
        board_row=board_row_bytes,
        in_contact=lambda: False,
        load_identity=DeviceIdentity.load,
    )
    desk = Desk(actor=NURSE, store=opened.store, clock=clock, ids=SystemIds(clock), site=site)
    background = Background()
    workplace = Workplace(
        background=background,
        desk=desk,
        clock=clock,
        zone=clock.zone(),
        site_name="Northfield custody suite",
        pc_name="A",
        go=Visited(),
        signing=SignsAtOnce(),
        late=LateDrafts(background),
        door=_nowhere,
        keys=_nowhere,
    )
    panel = NotePanel(RecordModel(workplace, list_board(desk).rows[0].episode))
    panel.resize(600, 700)
    panel.show()
    panel.activateWindow()
    typist = Typist(panel, random.Random(seed))
    # What the panel asked of the store comes back before this does.
    background.look(lambda: None, lambda _: typist.begin())
    app.exec()


def _nowhere():
    raise AssertionError


if __name__ == "__main__":
    main()
