"""The sealed envelopes of this PC, for whoever hands them out: how many are left, and new ones."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.by_envelope import make_envelopes
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Envelope


class EnvelopesModel(QObject):
    """Makes envelopes and holds their codes until they are written down; never longer.

    Signals:
        changed(): read the properties again.
    """

    changed = Signal()

    def __init__(self, workplace: Workplace) -> None:
        """Take the workplace of whoever answers for the suite."""
        super().__init__()
        self._workplace = workplace
        self._closed = False
        self.is_offered = not workplace.keeps_from(Duty.MAKE_ENVELOPES)
        self.made: tuple[Envelope, ...] = ()
        self.problem = ""
        self.is_busy = False

    @property
    def left(self) -> int:
        """How many of this PC are not used yet."""
        return self._workplace.keys().envelopes_left

    def make(self) -> None:
        """Make three anew once the person has signed for it; all earlier ones are void then."""
        if self.is_offered and not self.is_busy:
            self._workplace.signing.confirm(self._make)

    def forget(self) -> None:
        """Drop the codes: they are written down."""
        self.made = ()
        self.changed.emit()

    def close(self) -> None:
        """Drop the codes, and those that are still to come."""
        self._closed = True
        self.made = ()

    def _make(self) -> None:
        place = self._workplace
        self.is_busy, self.problem = True, ""
        place.background.act(
            lambda: make_envelopes(place.keys(), place.desk), self._done, self._failed
        )
        self.changed.emit()

    def _done(self, made: tuple[Envelope, ...]) -> None:
        if not self._closed:
            self.is_busy, self.made = False, made
            self.changed.emit()

    def _failed(self, error: KnownError) -> None:
        if not self._closed:
            self.is_busy, self.problem = False, error.user_message
            self.changed.emit()
