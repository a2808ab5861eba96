"""The medicines round: everybody's doses by time, one person opened at a time."""

from __future__ import annotations

from sonar_core.board.due import DueItem, DueKind, DueList
from sonar_desktop.ui.screens.due import QueuePage
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.messages import EmptyState


class MedicinesRoundScreen(QueuePage):
    """The doses of the queue; Enter opens the person's chart at the dose."""

    def __init__(self, workplace: Workplace) -> None:
        """Show the doses at set times."""
        nothing = EmptyState(
            "No dose is due",
            "Doses at set times appear here. Medicines given when needed are on each chart.",
            icon="pill",
        )
        super().__init__(
            workplace, title="Medicines round", contents="Doses that are due", nothing=nothing
        )
        self.queue.setAccessibleName("Doses, by time")

    def pick(self, due: DueList) -> DueList:
        """Return only the doses."""
        return doses_of(due)

    def counted(self, due: DueList, total: int) -> str:
        """Count them, and those of the next quarter of an hour."""
        return f"{len(due.late)} late, {len(due.soon)} in the next 15 minutes, {total} in all"


def doses_of(due: DueList) -> DueList:
    """Return only the doses of a list of what is due."""
    return DueList(
        check=(),
        late=_doses(due.late),
        soon=_doses(due.soon),
        this_hour=_doses(due.this_hour),
        later=_doses(due.later),
    )


def _doses(items: tuple[DueItem, ...]) -> tuple[DueItem, ...]:
    return tuple(item for item in items if item.kind is DueKind.MEDICINE)
