"""What the PC says of itself while nobody is signed in: clock, place, network, alarms by cell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from sonar_core.moments import format_time, moment_at
from sonar_desktop.ui.viewmodels.alarms import NO_SOUND, OFF
from sonar_desktop.ui.viewmodels.late_drafts import WHAT_TO_DO
from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.ui.viewmodels.shell import long_clock_words
from sonar_desktop.ui.viewmodels.sync_words import unsent
from sonar_desktop.usecases.sync_ports import SyncState

MOST_LINES = 6

Note = tuple[str, str, str, Sequence[tuple[str, str, str]]]


class FrontModel(QObject):
    """The side of the sign-in page.

    Signals:
        changed(): read the properties again.
    """

    changed = Signal()

    def __init__(
        self, session: SessionModel, *, site_name: str, pc_name: str, version: str, zone: str
    ) -> None:
        """Take the session, and what the door plate says while no key is there."""
        super().__init__()
        self._session = session
        self._site_name = site_name
        self._pc_name = pc_name
        self._version = version
        self._zone = zone
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.changed)
        self._timer.start()
        session.alarms.changed.connect(self.changed)
        session.late.changed.connect(self.changed)
        session.background.sync_status.connect(self._told)

    def _told(self, _status: object) -> None:
        self.changed.emit()

    @property
    def zone(self) -> str:
        """The zone that times are shown in."""
        opened = self._session.open
        return opened.pc.zone if opened else self._zone or self._session.premises.clock.zone()

    @property
    def clock(self) -> tuple[str, str]:
        """Time, and weekday with date."""
        return long_clock_words(self._session.premises.clock.now_ms(), self.zone)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Place, PC, version and what the policy weakens."""
        opened = self._session.open
        keys = self._session.premises.keys
        protection = (
            "Reduced: key in a file" if keys.is_enrolled and keys.reduced_protection else ""
        )
        return (
            ("Place", opened.pc.site_name if opened else self._site_name),
            ("This PC", opened.name if opened else self._pc_name),
            ("Version", self._version),
            ("Protection", protection),
        )

    @property
    def notice(self) -> Note:
        """Words that are not on disk; else what is possible without the network, and what waits."""
        if headline := self._session.late.headline:
            return "circle-alert", headline, WHAT_TO_DO, ()
        status = self._session.background.latest_status
        if status is None or self._session.open is None:
            return "", "", "", ()
        waits = f"{words} waiting to send." if (words := unsent(status.waiting)) else ""
        if status.state is SyncState.OFFLINE:
            since = status.offline_since_ms or self._session.premises.clock.now_ms()
            kept = len(self._session.alarms.rows)
            people = "1 detainee" if kept == 1 else f"{kept} detainees"
            text = f"You can sign in and work as usual. This PC keeps {people}. {waits}"
            return "cloud-off", f"No network since {self._time(since)}", text.strip(), ()
        if status.state is SyncState.BLOCKED:
            return "cloud-alert", "Sending has stopped", status.problem, ()
        return "", "", "", ()

    @property
    def alarms(self) -> Note:
        """The alarms by cell, or that there are none to ring."""
        alarms = self._session.alarms
        if alarms.is_off:
            is_used = self._session.premises.keys.is_enrolled
            is_used = is_used and not self._session.accounts.wipe.is_wiped
            return ("bell-off", OFF if is_used else "", "", ())
        ringing = [line for line in alarms.lines() if line.rings]
        lines = [(line.cell, line.words, self._time(line.due_ms)) for line in ringing]
        more = len(lines) - MOST_LINES
        silent = NO_SOUND if alarms.is_silent else ""
        if not lines:
            return ("bell-ring", silent or "Alarms keep running", "", ())
        text = silent or (f"and {more} more" if more > 0 else "")
        headline = "1 alarm" if len(lines) == 1 else f"{len(lines)} alarms"
        return ("bell-ring", headline, text, lines[:MOST_LINES])

    def _time(self, ms: int | None) -> str:
        return "Now" if ms is None else format_time(moment_at(ms, self.zone))
