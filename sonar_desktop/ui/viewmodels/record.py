"""One detainee's record: the banner, the strip, the badges, and the cards of the Summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer

from sonar_core.board.timeline import TimelineEntry
from sonar_core.board.words import leaving_words, moved_words, revoked_words
from sonar_core.moments import format_time, moment_at
from sonar_core.records.access_event import AccessEvent
from sonar_core.records.base import Record
from sonar_core.records.care_level import CareLevel
from sonar_core.records.flag import Flag
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.task import Task
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.record_faces import (
    Alert,
    BannerWords,
    NotTold,
    alerts_of,
    badges_of,
    banner_of,
    if_none,
    no_alerts_of,
    not_told_of,
    to_check_of,
)
from sonar_desktop.ui.viewmodels.summary_cards import (
    FitnessLine,
    Instructions,
    MedicineLine,
    ScoreCard,
    TaskFace,
    custody_text,
    fitness_lines,
    instructions_of,
    medicine_lines,
    score_card,
    task_faces,
)
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.log_access import disclose_text
from sonar_desktop.usecases.open_record import open_record
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.read_chart import ChartLine
from sonar_desktop.usecases.read_page import PageRead, read_page
from sonar_desktop.usecases.read_record import RecordHead
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

TICK_MS: Final = 15_000
STALE_CONTACT_MS: Final = 120_000
"""Data of other PCs older than this is marked "as of" (ux.md 6, rule 8)."""
LOADING: Final = "Still loading: do not rely on what is missing."
NEWER: Final = (
    "written by a newer version of SONAR and cannot be shown on this PC. Do not rely on what is "
    "missing: look on another PC, and ask IT for the update."
)


class RecordModel(ViewModel):
    """What every tab stands under, and the Summary's cards.

    `head` is None until the first answer: nothing of a person is shown before. `timeline` holds
    the entries, newest first, another tuple after each reading.
    """

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose record it is; `open` writes the line of the access log."""
        super().__init__(workplace)
        self.episode = episode
        self.head: RecordHead | None = None
        self.banner: BannerWords | None = None
        self.alerts: tuple[Alert, ...] = ()
        self.no_alerts = ""
        self.to_check: tuple[str, ...] = ()
        self.not_told: tuple[NotTold, ...] = ()
        self.badges: dict[Tab, str] = {}
        self.score = ScoreCard()
        self.fitness: tuple[FitnessLine, ...] = ()
        self.medicines: tuple[MedicineLine, ...] = ()
        self.instructions = Instructions()
        self.tasks: tuple[TaskFace, ...] = ()
        self.timeline: tuple[TimelineEntry, ...] = ()
        self._observed: tuple[ObservationSet, ...] = ()
        self._chart: tuple[ChartLine, ...] = ()
        self._trouble = ""
        workplace.background.sync_status.connect(self._on_status)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def open(self) -> None:
        """Write down who opened the record, and read it."""
        self.act(lambda desk: open_record(desk, self.episode), lambda _: None)
        self.refresh()

    def concerns(self, changed: Changed) -> bool:
        """Return whether it touches this person; a line of the access log is shown nowhere here."""
        if changed.outbox and _is_access_log(changed):
            return False
        if self.episode in changed.episodes:
            return True
        if self.head is None:
            return bool(changed.patients)  # read before, perhaps, and not known here yet
        return self.head.patient.id in changed.patients

    def refresh(self) -> None:
        """Read everything again, from one state of the store."""
        desk = self.workplace.desk
        self.workplace.background.look(
            lambda: read_page(desk, self.episode), self._while_open(self._take), self._unread
        )

    def tick(self) -> None:
        """Reckon every word that ages anew from memory."""
        head = self.head
        if head is None:
            return
        now_ms = self.workplace.clock.latest_ms()
        self.banner = banner_of(head, now_ms)
        self.alerts = alerts_of(head)
        self.no_alerts = no_alerts_of(head)
        self.to_check = to_check_of(head)
        self.not_told = not_told_of(head, now_ms)
        self.badges = badges_of(head, now_ms)
        self.score = score_card(self._observed, now_ms, hides_some=head.hides(ObservationSet))
        self.fitness = fitness_lines(head, now_ms)
        self.medicines = medicine_lines(self._chart, head.row, now_ms, self.workplace.zone)
        self.instructions = instructions_of(head)
        self.tasks = task_faces(head.tasks, now_ms)
        self.refreshed.emit()

    @property
    def is_complete(self) -> bool:
        """False while a first sync has not brought all of this stay."""
        return self.head is None or self.head.row is None or self.head.row.is_complete

    @property
    def missing(self) -> str:
        """What must not be relied on because it is not here, empty where all of it is."""
        if self._trouble:
            return self._trouble
        if self.head is not None and self.head.move is not None:
            return moved_words(self.head.move)
        change = None if self.head is None else self.head.change
        if change is not None and change.came_at is None:
            return leaving_words(change)
        row = None if self.head is None else self.head.row
        if row is not None and row.revoked:
            return revoked_words(row.revoked)
        is_newer = row is not None and row.has_newer
        return "" if self.is_complete or is_newer else LOADING

    @property
    def newer(self) -> str:
        """How many entries only a newer program can show whole, in words; empty for none."""
        count = 0 if self.head is None else len(self.head.unreadable)
        if not count:
            return ""
        what = "1 entry was" if count == 1 else f"{count} entries were"
        return f"{what} {NEWER}"

    @property
    def no_medicines(self) -> str:
        """What stands where no medicine is on order."""
        return self._if_none("No medicines ordered here", "Medicines", MedicationRequest)

    @property
    def no_tasks(self) -> str:
        """What stands where no task is open."""
        return self._if_none("Nothing open", "Tasks", Task)

    @property
    def no_markers(self) -> str:
        """What stands where there is no warning marker."""
        return self._if_none("No markers recorded", "Warning markers", Flag)

    @property
    def no_level(self) -> str:
        """What stands where no level of observation is shown."""
        none = "No level of observation set"
        return self._if_none(none, "The level of observation", CareLevel)

    @property
    def has_left(self) -> bool:
        """Whether the person is no longer in custody here."""
        return self.head is not None and self.head.stay.released_at is not None

    @property
    def disputes(self) -> int:
        """How many conflicts of this person wait for a decision."""
        return 0 if self.head is None else len(self.head.conflicts)

    @property
    def as_of(self) -> str:
        """``as of 14:32`` while what other PCs wrote since is not known here, else empty."""
        status = self.workplace.background.latest_status
        if status is None or status.last_contact_ms is None:
            return ""
        old = self.workplace.clock.now_ms() - status.last_contact_ms >= STALE_CONTACT_MS
        if status.state is not SyncState.OFFLINE and not old:
            return ""
        since = format_time(moment_at(status.last_contact_ms, self.workplace.zone))
        return f"as of {since}"

    def custody_text(self) -> str:
        """Return the text to copy into the custody record."""
        if self.head is None:
            return ""
        now = moment_at(self.workplace.clock.now_ms(), self.workplace.zone)
        return custody_text(self.head, now)

    def disclose(self, done: Callable[[], None]) -> None:
        """Write down that the text leaves SONAR; call `done` once that is on disk."""
        self.act(lambda desk: disclose_text(desk, self.episode), lambda _: done())

    def leave(self) -> None:
        """Go back to the board."""
        self.workplace.go(Destination(page=Page.BOARD))

    def decide(self) -> None:
        """Go to the conflicts."""
        self.workplace.go(Destination(page=Page.CONFLICTS))

    def close(self) -> None:
        """Stop the clock too."""
        self._timer.stop()
        self.workplace.background.sync_status.disconnect(self._on_status)
        super().close()

    def _if_none(self, none: str, what: str, *kinds: type[Record]) -> str:
        return none if self.head is None else if_none(self.head, none, what, *kinds)

    def _take(self, read: PageRead) -> None:
        self.head, self._observed, self._chart = read.head, read.observed, read.chart
        self.timeline = read.timeline
        self._trouble = ""
        self.tick()

    def _unread(self, error: KnownError) -> None:
        """Say over what is shown that it could not be read again, for as long as it cannot."""
        self._refuse(error)
        if self.head is not None and not self._closed:
            self._trouble = error.user_message
            self.refreshed.emit()

    def _on_status(self, _status: SyncStatus) -> None:
        if self.head is not None:
            self.refreshed.emit()


def _is_access_log(changed: Changed) -> bool:
    kinds = {kind for kind, _ in changed.records}
    return kinds == {AccessEvent.__name__}
