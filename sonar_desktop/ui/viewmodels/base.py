"""What all view models share: they hold what a screen shows and ask again when it concerns them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Changed, Desk

T = TypeVar("T")


class ViewModel(QObject):
    """A screen's state without any widget.

    Signals:
        refreshed(): what the screen shows changed; read the properties again.
        refused(str): what was asked could not be done; the sentence says why and what to do.
    """

    refreshed = Signal()
    refused = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        """Listen for what is stored; call `refresh` to fill for the first time."""
        super().__init__()
        self.workplace = workplace
        self._closed = False
        workplace.background.changed.connect(self._on_changed)

    def concerns(self, changed: Changed) -> bool:
        """Return whether the change touches what this shows; say yes when in doubt."""
        return changed != Changed()

    def refresh(self) -> None:
        """Ask the store again."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop listening: answers that arrive later are dropped."""
        self._closed = True
        self.workplace.background.changed.disconnect(self._on_changed)

    def act(self, work: Callable[[Desk], T], done: Callable[[T], None]) -> None:
        """Run a use case that writes; `done` is called on the GUI thread unless closed."""
        self.workplace.background.act(
            lambda: work(self.workplace.desk), self._while_open(done), self._refuse
        )

    def look(self, work: Callable[[Desk], T], done: Callable[[T], None]) -> None:
        """Run a use case that reads; `done` is called on the GUI thread unless closed."""
        self.workplace.background.look(
            lambda: work(self.workplace.desk), self._while_open(done), self._refuse
        )

    def _while_open(self, done: Callable[[T], None]) -> Callable[[T], None]:
        def answer(value: T) -> None:
            if not self._closed:
                done(value)

        return answer

    def _refuse(self, error: KnownError) -> None:
        if not self._closed:
            self.refused.emit(error.user_message)

    def _on_changed(self, changed: Changed) -> None:
        if self.concerns(changed):
            self.refresh()
