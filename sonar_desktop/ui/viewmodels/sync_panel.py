"""How this PC's copies stand, in the exact words of ux.md 9.1: pill, strip and panel."""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from sonar_core.moments import (
    format_date,
    format_duration,
    format_moment,
    format_time,
    moment_at,
    wall_date,
)
from sonar_core.records.access_event import AccessEvent
from sonar_core.sync.grants import CopyState
from sonar_core.sync.healing import CopyIncident
from sonar_desktop.ui.viewmodels import disk_words
from sonar_desktop.ui.viewmodels.alarms import AlarmModel
from sonar_desktop.ui.viewmodels.held_words import held_line
from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.ui.viewmodels.sync_faces import EntryLine, Kind, Pill, Strip
from sonar_desktop.ui.viewmodels.sync_words import (
    KEEP_WORKING,
    KIND_WORDS,
    PUT_BACK,
    are,
    changes,
    clock_wrong,
    entries_lost,
    incident_words,
    lines,
    needs,
    not_seen,
    put_right,
    revoked_lines,
    saved_here,
    sending,
    waits_safely,
)
from sonar_desktop.usecases.disk_ports import DiskReport
from sonar_desktop.usecases.identity_ports import OutboxEntry
from sonar_desktop.usecases.read_conflicts import count_conflicts
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting

BACK_SHOWN_MS: Final = 10_000
MOST_ENTRIES: Final = 200
LOOKING: Final = "Looking for the server"
TICK_MS: Final = 15_000
FRESH_MS: Final = 2 * 60_000
"""After so long without an answer nobody is told any more that all is up to date (ux.md rule 8)."""
_Found = tuple[
    tuple[OutboxEntry, ...],
    int,
    Waiting,
    dict[str, CopyState],
    CopyIncident | None,
    int,
    DiskReport,
]


class SyncModel(QObject):
    """The state of the copies, from what the exchange last said.

    Signals:
        changed(): read the properties again.
    """

    changed = Signal()

    def __init__(self, session: SessionModel) -> None:
        """Take the session whose exchange this is about."""
        super().__init__()
        self.session = session
        self._clock = session.premises.clock
        self._alarms: AlarmModel = session.alarms
        self.status: SyncStatus | None = session.background.latest_status
        self.entries: tuple[OutboxEntry, ...] = ()
        self.open_conflicts = 0
        self._incident: CopyIncident | None = None
        self._revoked: dict[str, CopyState] = {}
        self._unheld = 0
        self._disk = DiskReport()
        self._went_offline_ms: int | None = None
        self._back: Strip | None = None
        self._back_timer = QTimer(self)
        self._back_timer.setSingleShot(True)
        self._back_timer.setInterval(BACK_SHOWN_MS)
        self._back_timer.timeout.connect(self._forget_back)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.changed)
        self._tick.start()
        session.background.sync_status.connect(self._on_status)
        session.background.changed.connect(lambda _changed: self.look())
        self.look()

    def look(self) -> None:
        """Read anew what waits, what is held back and how many decisions are open."""
        opened = self.session.open
        if opened is None:
            return
        store = opened.opened

        def work() -> _Found:
            conflicts = store.store.read(count_conflicts)
            incident = store.sync.healing.last_incident()
            held = store.sync.waiting(), store.sync.revoked()
            lost = store.sync.healing.unheld()
            return store.outbox(MOST_ENTRIES), conflicts, *held, incident, lost, store.disk()

        self.session.background.look(work, self._take)

    @property
    def is_offline(self) -> bool:
        """Whether the server cannot be reached."""
        return self.status is not None and self.status.state is SyncState.OFFLINE

    @property
    def is_stale(self) -> bool:
        """Whether all was well when the server was last heard of, too long ago to say so now."""
        status = self.status
        return (
            status is not None
            and status.state is SyncState.UP_TO_DATE
            and status.last_contact_ms is not None
            and self._clock.now_ms() - status.last_contact_ms >= FRESH_MS
        )

    @property
    def waiting(self) -> Waiting:
        """What has not reached the server."""
        if self.status is None:
            return Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
        return self.status.waiting

    @property
    def is_catching_up(self) -> bool:
        """Whether this PC sends what gathered while it was offline."""
        status = self.status
        if status is None:
            return False
        was_offline = status.offline_since_ms is not None
        return status.state is SyncState.CATCHING_UP or (
            status.state is SyncState.SENDING and was_offline and status.total > 0
        )

    @property
    def pill(self) -> Pill:
        """The pill's words."""
        status = self.status
        if status is None:
            return Pill(kind=Kind.SENDING, text=LOOKING, detail=self._contact())
        n, held = status.waiting.entries, status.waiting.held_back
        match status.state:
            case SyncState.OFFLINE if status.waiting.operations:
                what = f"{n} waiting" if n else "access log waiting"
                words = Pill(kind=Kind.OFFLINE, text=f"Offline · {what}", detail=self._contact())
            case SyncState.OFFLINE:
                text = "Offline · nothing waiting"
                words = Pill(kind=Kind.OFFLINE_CLEAN, text=text, detail=self._contact())
            case SyncState.BLOCKED:
                stopped = waits_safely(status.waiting)
                words = Pill(kind=Kind.HELD, text="Sending has stopped", detail=stopped)
            case SyncState.RECONCILING:
                words = Pill(kind=Kind.CATCHING_UP, text=PUT_BACK[0], detail=KEEP_WORKING)
            case SyncState.FIRST_SYNC:
                progress = f"Fetching · {status.done} of {status.total}"
                words = Pill(kind=Kind.CATCHING_UP, text=progress, detail=KEEP_WORKING)
            case SyncState.SENDING | SyncState.CATCHING_UP if self.is_catching_up:
                words = Pill(
                    kind=Kind.CATCHING_UP,
                    text=f"Catching up · {status.done} of {status.total}",
                    detail=f"{held} held back",
                )
            case SyncState.SENDING | SyncState.CATCHING_UP:
                words = self._sending(status.waiting)
            case _ if self.is_stale:
                words = Pill(kind=Kind.SENDING, text=LOOKING, detail=self._contact())
            case _ if status.waiting.operations:
                words = self._sending(status.waiting)
            case _ if held:
                words = Pill(kind=Kind.HELD, text=f"{held} held back", detail="Needs you")
            case _:
                words = Pill(kind=Kind.UP_TO_DATE, text="Up to date", detail=self._contact())
        return words

    @property
    def strip(self) -> Strip | None:
        """The strip's words, None while all is well."""
        status = self.status
        if (disk := disk_words.disk_strip(self._disk, self._clock.now_ms())) is not None:
            return disk
        if status is None:
            return None
        held = status.waiting.held_back
        if status.state is SyncState.OFFLINE:
            return Strip(
                headline=f"Working offline for {self._offline_for()}",
                text=f"{saved_here(status.waiting)} Alarms and checks keep running.",
                icon="cloud-off",
            )
        if status.state is SyncState.BLOCKED:
            return Strip(headline="Sending has stopped", text=status.problem, icon="cloud-alert")
        if self.is_catching_up:
            need = f"{changes(held)} {are(held)} held back and {needs(held)} you. "
            return Strip(
                headline=f"Catching up: {status.done} of {status.total} sent",
                text=f"{need if held else ''}Keep working.",
                icon="refresh-cw",
            )
        return self._back

    @property
    def clock_line(self) -> str:
        """What is said of a wrong clock, empty while it is right."""
        return clock_wrong(None if self.status is None else self.status.clock_error_ms)

    @property
    def disk_line(self) -> str:
        """What is said of this PC's disk, empty when there is nothing to say."""
        return disk_words.disk_line(self._disk, self._clock.now_ms(), self._time)

    @property
    def is_disk_bad(self) -> bool:
        """Whether what is said of the disk asks somebody to act."""
        return disk_words.is_bad(self._disk, self._clock.now_ms())

    @property
    def incident_line(self) -> str:
        """What is said of a copy that was not the server's, for some days after it was put right.

        Empty when there is nothing to say.
        """
        return incident_words(self._incident, self._clock.now_ms(), self._time)

    @property
    def headline(self) -> tuple[str, str]:
        """The panel's headline and sentence."""
        status = self.status
        if status is None or self.is_stale:
            return LOOKING, "You can work meanwhile."
        if status.state is SyncState.OFFLINE:
            return "Working offline", status.problem or (
                "Everything you enter is saved on this PC and encrypted. It is sent by itself "
                "when the network is back."
            )
        if status.state is SyncState.BLOCKED:
            return "Sending has stopped", status.problem
        if status.state is SyncState.RECONCILING:
            return PUT_BACK
        if status.state is SyncState.FIRST_SYNC:
            return "Fetching records", "You can keep working. What is not here yet says so."
        if self.is_catching_up:
            return "Catching up", "You can keep working."
        if status.state in (SyncState.SENDING, SyncState.CATCHING_UP) or status.waiting.operations:
            return "Sending", "You can keep working."
        if status.waiting.held_back:
            return f"{changes(status.waiting.held_back)} held back", "Everything else is sent."
        return "Up to date", "Everything entered on this PC is held centrally."

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The panel's lines of name and value."""
        status = self.status
        found = [("Last contact", self._contact_ago())]
        n, access_lines = self.waiting.entries, self.waiting.access_lines
        nothing = "Nothing entered" if access_lines else "Nothing"
        found.append(("Waiting to send", changes(n) if n else nothing))
        if access_lines:
            found.append(("Access log", f"{lines(access_lines)} to send"))
        if self.waiting.oldest_ms is not None and n:
            found.append(("Oldest waits for", self._since(self.waiting.oldest_ms)))
        if status is not None and status.next_try_ms is not None:
            left = max(0, status.next_try_ms - self._clock.now_ms())
            found.append(("Trying again", f"in {format_duration(left)}"))
        found += put_right(status)
        if self._unheld:
            found.append(("Not held centrally", entries_lost(self._unheld)))
        found += revoked_lines(self._revoked)
        admitted = self.session.admitted
        if admitted is not None:
            until = moment_at(admitted.until_ms, self._zone())
            found.append(("Offline sign-in until", format_date(wall_date(until))))
        return tuple(found)

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many of how many, None while nothing is under way."""
        status = self.status
        under_way = (SyncState.SENDING, SyncState.CATCHING_UP, SyncState.FIRST_SYNC)
        if status is None or status.state not in under_way or not status.total:
            return None
        return status.done, status.total

    @property
    def unseen(self) -> str:
        """What others may have entered that this PC cannot know, empty while online."""
        status = self.status
        apart = (SyncState.OFFLINE, SyncState.BLOCKED)
        if status is None or not (status.state in apart or self.is_stale):
            return ""
        return not_seen(self._last_contact_time())

    def waiting_lines(self) -> tuple[EntryLine, ...]:
        """What people entered that waits to be sent, newest first; the access log is a fact."""
        return tuple(
            self._line(entry)
            for entry in self.entries
            if not entry.is_held and entry.kind != AccessEvent.__name__
        )

    def held_lines(self) -> tuple[EntryLine, ...]:
        """What the server held back, with why and what to do."""
        return tuple(self._held(entry) for entry in self.entries if entry.is_held)

    def try_now(self) -> None:
        """Exchange now."""
        self.session.try_now()

    def _sending(self, waiting: Waiting) -> Pill:
        return Pill(kind=Kind.SENDING, text=sending(waiting), detail=self._contact())

    def _take(self, found: _Found) -> None:
        self.entries, self.open_conflicts, waiting = found[:3]
        self._revoked, self._incident, self._unheld, self._disk = found[3:]
        # The exchange may hang on a dead line for half a minute before it says anything.
        if self.status is not None:
            self.status = msgspec.structs.replace(self.status, waiting=waiting)
        self.changed.emit()

    def _on_status(self, status: SyncStatus) -> None:
        if status.state is SyncState.OFFLINE:
            self._went_offline_ms = status.offline_since_ms
            self._back = None
        elif status.state is SyncState.UP_TO_DATE and self._went_offline_ms is not None:
            now = self._clock.now_ms()
            lasted = format_duration(max(0, now - self._went_offline_ms))
            text = "" if status.waiting.operations else "Everything is sent."
            self._back = Strip(
                headline=f"Network back at {self._time(now)} after {lasted}.",
                text=text,
                icon="cloud-check",
            )
            self._went_offline_ms = None
            self._back_timer.start()
        self.status = status
        self.changed.emit()

    def _forget_back(self) -> None:
        self._back = None
        self.changed.emit()

    def _line(self, entry: OutboxEntry) -> EntryLine:
        cells = {row.episode: row.cell for row in self._alarms.rows}
        cell = cells.get(entry.episode or "", "")
        parts = [part for part in (cell, entry.author) if part]
        return EntryLine(
            words=KIND_WORDS.get(entry.kind, "Entry"),
            where=" · ".join(parts),
            time=self._time(entry.written_ms),
        )

    def _held(self, entry: OutboxEntry) -> EntryLine:
        at = entry.corrected_ms
        return held_line(self._line(entry), entry, "" if at is None else self._time(at))

    def _contact(self) -> str:
        at = self._last_contact_time()
        return f"Last contact {at}" if at else "No contact yet"

    def _last_contact_time(self) -> str:
        at = self.status.last_contact_ms if self.status is not None else None
        return "" if at is None else self._time(at)

    def _contact_ago(self) -> str:
        at = self.status.last_contact_ms if self.status is not None else None
        return "None yet" if at is None else f"{self._time(at)}, {self._since(at)} ago"

    def _offline_for(self) -> str:
        since = self.status.offline_since_ms if self.status is not None else None
        return self._since(since if since is not None else self._clock.now_ms())

    def _since(self, ms: int) -> str:
        return format_duration(max(0, self._clock.now_ms() - ms))

    def _time(self, ms: int) -> str:
        """Return the time of day, with its date unless it is today's."""
        moment, now = (moment_at(at, self._zone()) for at in (ms, self._clock.now_ms()))
        is_today = wall_date(moment) == wall_date(now)
        return format_time(moment) if is_today else format_moment(moment)

    def _zone(self) -> str:
        opened = self.session.open
        return opened.pc.zone if opened is not None else self._clock.zone()
