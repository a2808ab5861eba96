"""The alarms of the room: reckoned from memory, rung while locked and while offline.

Board rows come from the store whenever records change; between that only the clock moves. Before
anyone has a key, the alarms are those that the former process handed over (decision 25).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
import structlog
from PySide6.QtCore import QObject, QTimer, Signal

from sonar_core.board.alarms import (
    Alarm,
    AlarmClass,
    Sounded,
    alarm_words,
    alarms,
    is_late,
    ringing,
    sound_now,
)
from sonar_core.board.due import DueBand, due_items, item_band
from sonar_core.board.policy import DEFAULT_POLICY, BoardPolicy
from sonar_core.board.rows import BoardRow
from sonar_core.bodies import UNREADABLE
from sonar_desktop.ui.background import Background
from sonar_desktop.usecases.identity_ports import Sound
from sonar_desktop.usecases.list_board import Board, read_board
from sonar_desktop.usecases.ports import Changed, Clock, Reading, Store

TICK_MS: Final = 15_000
MUTE_MS: Final = 2 * 60_000
SOON_MS: Final = 15 * 60_000
NO_SOUND: Final = "This PC cannot sound. Alarms show on screen and do not ring: look often."
OFF: Final = "Alarms are off until someone signs in"
_MOST_HANDED_OVER: Final = 10_000

_log = structlog.get_logger("alarms")


class AlarmLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the lock page: a cell, words without a name, and when it was or is due.

    `due_ms` is None for what is to be checked now.
    """

    cell: str
    words: str
    due_ms: int | None
    rings: bool
    late: bool


class AlarmModel(QObject):
    """What rings and what is about to; rings by itself.

    Signals:
        changed(): the lines, the counts or the state of the sound changed.
    """

    changed = Signal()

    def __init__(
        self, *, clock: Clock, sound: Sound, inherited: tuple[Alarm, ...] | None = None
    ) -> None:
        """Take the clock, the loudspeaker, and what a former process handed over, if any did."""
        super().__init__()
        self._clock = clock
        self._sound = sound
        self._background: Background | None = None
        self._store: Store | None = None
        self._site = ""
        self._every: tuple[Alarm, ...] = inherited or ()
        self._sounded = Sounded()
        self._muted: frozenset[Alarm] = frozenset()
        self._muted_until_ms = 0
        self._was_silent = sound.is_silent
        self.policy: BoardPolicy = DEFAULT_POLICY
        self.rows: tuple[BoardRow, ...] = ()
        self.muted_by = ""
        self.is_off = inherited is None
        self.timer = QTimer(self)
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)
        self.timer.start()

    def watch(self, background: Background, store: Store, site: str) -> None:
        """Reckon from the open store from now on, for who is at this site, whoever is signed in."""
        if self._store is not None:
            return
        self._background, self._store, self._site = background, store, site
        background.changed.connect(self._on_changed)
        self.look()

    def look(self) -> None:
        """Read the board rows again."""
        background, store = self._background, self._store
        if background is not None and store is not None:
            background.look(lambda: store.read(self._board), self._take)

    @property
    def late_count(self) -> int:
        """How many rings are late, for the window's title."""
        return len([line for line in self.lines() if line.late])

    @property
    def due_late_count(self) -> int:
        """How many due items are late, whoever's they are, for the rail."""
        return self._count(DueBand.LATE)

    @property
    def to_check_count(self) -> int:
        """How many rules of medicines do not hold and wait for an answer, for the rail."""
        return self._count(DueBand.CHECK)

    @property
    def is_silent(self) -> bool:
        """Whether this PC cannot sound."""
        return self._sound.is_silent

    @property
    def is_muted(self) -> bool:
        """Whether the sound is held for what rings now."""
        now = self._clock.latest_ms()
        return now < self._muted_until_ms and set(ringing(self._every, now)) <= self._muted

    def lines(self) -> tuple[AlarmLine, ...]:
        """Return what rings and what is due within a quarter of an hour, earliest first."""
        now = self._clock.latest_ms()
        return tuple(
            AlarmLine(
                cell=alarm.cell,
                words=alarm_words(alarm, now, self.policy),
                due_ms=None if alarm.kind is AlarmClass.BROKEN_RULE else alarm.due_ms,
                rings=alarm.due_ms <= now,
                late=is_late(alarm, now, self.policy),
            )
            for alarm in self._every
            if alarm.due_ms <= now + SOON_MS
        )

    def mute(self, by: str) -> None:
        """Hold the sound of what rings now for two minutes; a new alarm rings all the same."""
        now = self._clock.latest_ms()
        self._muted = frozenset(ringing(self._every, now))
        self._muted_until_ms = now + MUTE_MS
        self.muted_by = by
        _log.info("alarms.muted", count=len(self._muted))
        self.changed.emit()

    def tick(self) -> None:
        """Let the clock move: ring what has come due."""
        now = self._clock.latest_ms()
        self.rows_as_of_now()
        sounded = sound_now(self._every, self._sounded, now, self.policy)
        if sounded is not None and not self.is_muted:
            self._sounded = sounded
            self._sound.ring()
        self.changed.emit()

    def rows_as_of_now(self) -> None:
        """Reckon the alarms from the rows in memory; what was handed over stays until then."""
        if self._store is not None and not self.is_off:
            self._every = alarms(self.rows, self._clock.latest_ms(), self.policy)

    def handed_over(self) -> bytes:
        """Return the alarms for the successor of this process: time, cell and class, no name."""
        return encode_alarms(self._every)

    def _count(self, wanted: DueBand) -> int:
        now = self._clock.latest_ms()
        return sum(
            item_band(item, now, self.policy) is wanted
            for row in self.rows
            for item in due_items(row, now, self.policy)
        )

    def _on_changed(self, changed: Changed) -> None:
        if changed.episodes or changed.patients or changed.records:
            self.look()

    def _board(self, reading: Reading) -> Board:
        return read_board(reading, self._site)

    def _take(self, board: Board) -> None:
        self.rows, self.policy = board.rows, board.policy
        self.is_off = False
        self.tick()


def encode_alarms(every: Iterable[Alarm]) -> bytes:
    """Return alarms as they go through a successor's standard input."""
    return msgspec.json.encode(tuple(every)[:_MOST_HANDED_OVER])


def decode_alarms(handed_over: bytes) -> tuple[Alarm, ...] | None:
    """Return the alarms that a former process handed over, None where these are none."""
    try:
        return msgspec.json.decode(handed_over, type=tuple[Alarm, ...])
    except UNREADABLE:
        return None
