"""Which screen stands on which page: one line for each, and all that adding a screen takes.

A factory makes a page's widget for the person who signed in. The shell builds it when it is first
gone to, keeps it, and drops it at a lock, so that nothing of a record stays behind. A widget may
have more methods, which the shell calls where they are there: see the protocols below.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol, cast, runtime_checkable

from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace

Factory = Callable[[Workplace], QWidget]


@runtime_checkable
class Arrives(Protocol):
    """A page that shows different things, as the record page one episode after another."""

    def arrive(self, destination: Destination) -> None:
        """Show what the destination names; called each time somebody goes there."""


@runtime_checkable
class LetsGo(Protocol):
    """A page that has something to put away."""

    def let_go(self) -> None:
        """Put drafts on disk and close the view models: the page is about to be dropped."""


@runtime_checkable
class StepsBack(Protocol):
    """A page with a panel or a record that Esc closes first."""

    def step_back(self) -> bool:
        """Go one step up inside the page; return False when there is none left."""


@runtime_checkable
class MakesRoom(Protocol):
    """A page with a column of its own that gives way to a panel of the shell."""

    def make_room(self, *, beside: bool) -> None:
        """Hide or show that column; `beside` says that a panel stands beside the page."""


@runtime_checkable
class KeepsAwake(Protocol):
    """A page on which hands are busy elsewhere, as while a dose is given."""

    def keeps_awake(self) -> bool:
        """Return whether the screen locks only after five minutes, at this moment."""


_SCREENS: Final[dict[Page, tuple[str, str]]] = {
    Page.BOARD: ("board", "BoardScreen"),
    Page.DUE: ("due", "DueScreen"),
    Page.REFERRALS: ("referrals", "ReferralsScreen"),
    Page.MEDICINES: ("medicines_round", "MedicinesRoundScreen"),
    Page.HANDOVER: ("handover", "HandoverScreen"),
    Page.CONFLICTS: ("conflicts", "ConflictsScreen"),
    Page.HELP: ("help", "HelpScreen"),
    Page.RECORD: ("record", "RecordScreen"),
}
"""Page to (module in ui/screens, class): the class is called with the Workplace."""


def _found() -> dict[Page, Factory]:
    """Return a factory for each page whose module is there; modules are imported at first use."""
    package = __name__.rpartition(".")[0]
    return {
        page: _factory(f"{package}.{module}", name)
        for page, (module, name) in _SCREENS.items()
        if find_spec(f"{package}.{module}") is not None
    }


def _factory(module: str, name: str) -> Factory:
    def make(workplace: Workplace) -> QWidget:
        return cast("QWidget", getattr(import_module(module), name)(workplace))

    return make


PAGES: Final[dict[Page, Factory]] = _found()
