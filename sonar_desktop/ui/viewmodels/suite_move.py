"""Moving somebody to another custody suite: its name as typed, and which suite that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from sonar_core.records.location import Location
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.list_suites import list_suites
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Desk

WHAT_HAPPENS: Final = (
    "The whole record goes along. Until it is sent they stay on this board and you look after "
    "them; then they are on the other suite's board, and what is written there does not come here. "
    "The record leaves this PC once it is sure that all of it is there."
)
RINGS: Final = "You see to it until the move is sent, and they do from then on."
NO_LIST: Final = "This PC has not been told of any other suite. Tell IT."
_MOST_NAMED: Final = 8


class SuiteDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed."""

    suite: str = ""


class SuiteForm(FormModel[SuiteDraft]):
    """Moves a detainee to another suite; part of its name is enough where it fits one alone."""

    duty = Duty.RUN_STAY
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "move_suite", episode, SuiteDraft())
        self._episode = episode
        self._suites: tuple[Location, ...] | None = None

    def _open(self) -> None:
        """Open the form, with the suites that there are now."""
        super()._open()
        self.look(lambda desk: list_suites(desk, self._episode), self._know)

    @property
    def echo(self) -> str:
        """Which suite is meant, or which there are to choose from."""
        if self._suites is None:
            return ""
        if not self._suites:
            return NO_LIST
        fitting = self._fitting()
        if len(fitting) == 1 and self.entry.suite.strip():
            return f"To {fitting[0].name}"
        if not fitting:
            return f"No suite is called that. There are: {_named(self._suites)}"
        return f"Which: {_named(fitting)}"

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with the suite."""
        if self._suites == ():
            return {"suite": Flaw(text=NO_LIST)}
        if not self.entry.suite.strip():
            return {"suite": Flaw(text="Enter the suite.")}
        if len(self._fitting()) != 1:
            return {"suite": Flaw(text="Enter the name of one suite.")}
        return {}

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        episode, suite = self._episode, self._fitting()[0].id
        return lambda desk: move_suite(desk, episode, suite)

    def _know(self, suites: tuple[Location, ...]) -> None:
        self._suites = suites
        self.refreshed.emit()

    def _fitting(self) -> tuple[Location, ...]:
        """Return the suite of that name, else those whose names hold what was typed."""
        typed = " ".join(self.entry.suite.split()).casefold()
        suites = self._suites or ()
        same = tuple(one for one in suites if one.name.casefold() == typed)
        return same or tuple(one for one in suites if typed in one.name.casefold())


def _named(suites: tuple[Location, ...]) -> str:
    names = ", ".join(suite.name for suite in suites[:_MOST_NAMED])
    more = len(suites) - _MOST_NAMED
    return f"{names} and {more} more." if more > 0 else f"{names}."
