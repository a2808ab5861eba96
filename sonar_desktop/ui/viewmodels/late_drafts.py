"""Drafts that the disk refused and whose form is gone: kept in memory until they are written.

They hold up the end of the process, a vault lock included: words come before the key (ADR 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from sonar_desktop.ui.background import Background
from sonar_desktop.usecases.keep_draft import keep_late
from sonar_desktop.usecases.ports import Desk, Draft

TRY_AGAIN_MS: Final = 5000
WHAT_TO_DO: Final = (
    "This PC's disk does not take it. SONAR keeps it in memory and tries again by itself: do not "
    "switch off this PC. Free some space, or call IT."
)


@dataclass(kw_only=True, eq=False)
class _Late:
    desk: Desk
    draft: Draft
    is_being_written: bool = False


class LateDrafts(QObject):
    """What could not be written yet, tried again as long as the program runs.

    Signals:
        changed(): another number waits.
    """

    changed = Signal()

    def __init__(self, background: Background) -> None:
        """Take the threads; they outlive every page and every person at this PC."""
        super().__init__()
        self._background = background
        self._waiting: dict[tuple[str, str], _Late] = {}
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._try)

    @property
    def count(self) -> int:
        """How many drafts are in memory only."""
        return len(self._waiting)

    @property
    def headline(self) -> str:
        """``1 draft is not saved``, empty while all are."""
        if not self.count:
            return ""
        return "1 draft is not saved" if self.count == 1 else f"{self.count} drafts are not saved"

    def keep(self, desk: Desk, draft: Draft) -> None:
        """Take a draft that could not be written."""
        self._waiting[draft.author, draft.record] = _Late(desk=desk, draft=draft)
        self._try_later()
        self.changed.emit()

    def take_back(self, author: str, *, form: str, episode: str | None) -> Draft | None:
        """Give a form its own words back, newest first; from now on the form keeps them.

        One that is just being written is left: it will be found on disk.
        """
        found = [
            late.draft
            for late in self._waiting.values()
            if (late.draft.author, late.draft.form, late.draft.episode) == (author, form, episode)
            and not late.is_being_written
        ]
        if not found:
            return None
        newest = max(found, key=lambda draft: draft.saved_ms)
        del self._waiting[author, newest.record]
        self.changed.emit()
        return newest

    def _try_later(self) -> None:
        if not self._again.isActive():
            self._again.start(TRY_AGAIN_MS)

    def _try(self) -> None:
        if self._background.is_closed:
            return
        for late in list(self._waiting.values()):
            if not late.is_being_written:
                self._write(late)

    def _write(self, late: _Late) -> None:
        def written(_answer: object) -> None:
            key = (late.draft.author, late.draft.record)
            if self._waiting.get(key) is late:
                del self._waiting[key]
                self.changed.emit()

        def refused(_error: object) -> None:
            late.is_being_written = False
            self._try_later()

        late.is_being_written = True
        self._background.act(lambda: keep_late(late.desk, late.draft), written, refused)
