"""What a page may have beside being a widget; the shell calls it where it is there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from sonar_desktop.ui.viewmodels.workplace import Destination


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
