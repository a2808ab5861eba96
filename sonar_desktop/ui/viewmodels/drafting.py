"""Keep a form's draft on disk while somebody types (decision 24).

What is typed is on disk 300 ms after a pause, at most 1 s after the first key that is not, and at
once where the screen says so: a field is left, a section changes, the PC locks, the page closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from sonar_core.moments import moment_at
from sonar_desktop.ui.viewmodels import late_drafts
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.keep_draft import (
    discard_draft,
    find_draft,
    keep_draft,
)
from sonar_desktop.usecases.ports import Changed, Draft

PAUSE_MS: Final = 300
AT_MOST_MS: Final = 1000

Take = Callable[[], tuple[bytes, str]]
"""Returns the form's body and the place: the field that has the focus and where its cursor is."""


class Keeping(StrEnum):
    """What is true of the draft now."""

    NOTHING = "nothing"
    SAVING = "saving"
    SAVED = "saved"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class DraftFace:
    """`saved_at` is ``14:49:31`` on the suite's wall; `reason` says why the last try failed."""

    keeping: Keeping = Keeping.NOTHING
    saved_at: str = ""
    reason: str = ""


class DraftKeeper(QObject):
    """One form's draft, under an id of its own.

    Signals:
        changed(): `face` is another one.
    """

    changed = Signal()

    def __init__(
        self,
        workplace: Workplace,
        form: str,
        *,
        episode: str | None,
        take: Take,
    ) -> None:
        """Take the form's name and how its content is read when it is time."""
        super().__init__()
        self._workplace = workplace
        self._form = form
        self._episode = episode
        self._take = take
        self.record = workplace.desk.ids.new()
        self.face = DraftFace()
        self._has_typed = False
        self._is_unsaved = False
        self._is_held = False
        self._is_over = False
        self._settled: set[str] = set()
        self._pause = self._timer(PAUSE_MS)
        self._longest = self._timer(AT_MOST_MS)
        self._again = self._timer(late_drafts.TRY_AGAIN_MS)

    @property
    def is_unsaved(self) -> bool:
        """Whether something was typed that is not yet handed to the store."""
        return self._is_unsaved

    def load(self, done: Callable[[Draft | None], None]) -> None:
        """Look for a draft of this form and go on under its id; `done` gets it, or None.

        A draft that this program cannot read, and one that was found only after somebody had begun
        to type, stay on disk under their own ids: neither is ever written over. Words that the disk
        refused when this form was last closed come before what is on disk.
        """
        desk = self._workplace.desk

        def look() -> Draft | None:
            return find_draft(desk, form=self._form, episode=self._episode)

        def found(draft: Draft | None) -> None:
            if self._is_over:
                return
            if self._has_typed:
                done(None)
                return
            late = self._workplace.late.take_back(
                desk.actor.user, form=self._form, episode=self._episode
            )
            if late is not None:
                self._go_on_unsaved(late, done)
                return
            if draft is None:
                done(None)
                return
            new = self.record
            self.record = draft.record
            self._show(Keeping.SAVED, saved_ms=draft.saved_ms)
            try:
                done(draft)
            except msgspec.DecodeError:
                self.record = new
                self._show(Keeping.NOTHING)
                done(None)

        self._workplace.background.look(look, found)

    def typed(self) -> None:
        """Note that the form changed; call it at each key."""
        if self._is_over:
            return
        self._has_typed = True
        self._is_unsaved = True
        if self._is_held:
            return
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def save_now(self) -> None:
        """Put on disk at once what is not there yet."""
        if not self._is_unsaved or self._is_held or self._is_over:
            return
        self._stop_timers()
        self._is_unsaved = False
        desk, draft = self._workplace.desk, self._drafted()

        def keep() -> Changed:
            return keep_draft(
                desk,
                record=draft.record,
                form=draft.form,
                episode=draft.episode,
                body=draft.body,
                place=draft.place,
            )

        self._show(Keeping.SAVING)
        self._workplace.background.act(
            keep, lambda _: self._kept(draft), lambda error: self._not_kept(draft, error)
        )

    def hold(self) -> None:
        """Write nothing more while the form is being signed; what was typed is put away first."""
        self.save_now()
        self._is_held = True

    def resume(self) -> None:
        """Go on: the form was not signed."""
        self._is_held = False
        self.save_now()

    def renew(self) -> None:
        """Begin an empty form under a new id: the one before was signed, which forgot its draft."""
        self._settled.add(self.record)
        self._start_over()

    def begin_another(self) -> None:
        """Begin an empty form under a new id; what was typed so far stays a draft of its own."""
        self.save_now()
        self._start_over()

    def discard(self) -> None:
        """Forget the draft because its author said so, and begin an empty form."""
        desk, record = self._workplace.desk, self.record
        self._settled.add(record)
        self._start_over()
        self._workplace.background.act(lambda: discard_draft(desk, record), lambda _: None)

    def close(self) -> None:
        """Put the rest on disk; nothing is kept from now on."""
        self.save_now()
        self._stop_timers()
        self._is_over = True
        if self._is_unsaved:
            # It is just being signed. Should the disk refuse that, its words are here; if not, they
            # show themselves once more as a draft of their own.
            self._workplace.late.keep(self._workplace.desk, self._drafted())

    def _start_over(self) -> None:
        self._stop_timers()
        self._has_typed = False
        self._is_unsaved = False
        self._is_held = False
        self.record = self._workplace.desk.ids.new()
        self._show(Keeping.NOTHING)

    def _drafted(self) -> Draft:
        body, place = self._take()
        return Draft(
            author=self._workplace.desk.actor.user,
            record=self.record,
            form=self._form,
            episode=self._episode,
            body=body,
            place=place,
            saved_ms=self._workplace.clock.now_ms(),
        )

    def _kept(self, draft: Draft) -> None:
        if draft.record == self.record:
            self._show(Keeping.SAVED, saved_ms=draft.saved_ms)

    def _not_kept(self, draft: Draft, error: KnownError) -> None:
        if draft.record in self._settled:
            return
        if self._is_over or draft.record != self.record:
            self._workplace.late.keep(self._workplace.desk, draft)
            return
        self._is_unsaved = True
        self._show(Keeping.FAILED, reason=error.user_message)
        self._again.start()

    def _go_on_unsaved(self, draft: Draft, done: Callable[[Draft | None], None]) -> None:
        """Open on words that are in memory only, and write them as soon as the disk takes them.

        A form that does not take them up leaves them to be written beside its own.
        """
        new, self.record = self.record, draft.record
        done(draft)
        if self._take()[0] != draft.body:
            self.record = new
            self._workplace.late.keep(self._workplace.desk, draft)
            return
        self._has_typed = self._is_unsaved = True
        self.save_now()

    def _show(self, keeping: Keeping, *, saved_ms: int | None = None, reason: str = "") -> None:
        # A draft that could not be written stays "not saved" until one has been.
        if keeping is Keeping.SAVING and self.face.keeping is Keeping.FAILED:
            return
        saved_at = "" if saved_ms is None else _clock(saved_ms, self._workplace.zone)
        self.face = DraftFace(keeping=keeping, saved_at=saved_at, reason=reason)
        self.changed.emit()

    def _timer(self, interval_ms: int) -> QTimer:
        timer = QTimer(self)
        # A coarse timer may come 5 % early or late; what is promised is a pause and a second.
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(self.save_now)
        return timer

    def _stop_timers(self) -> None:
        for timer in (self._pause, self._longest, self._again):
            timer.stop()


def _clock(ms: int, zone: str) -> str:
    """Return ``14:49:31``: a zone's offset is whole minutes, so the seconds are those of UTC."""
    moment = moment_at(ms, zone)
    seconds = ms // 1000 + moment.offset_minutes * 60
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
