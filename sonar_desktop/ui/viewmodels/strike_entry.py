"""Striking out an entry of the timeline: it stays readable, marked, with who and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from sonar_core.records.assessment import Assessment
from sonar_core.records.base import Fact
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_desktop.ui.viewmodels.flaw import Flaw, flaw_of_reason
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.strike_out import strike_out

STRIKABLE: Final[dict[str, type[Fact]]] = {
    kind.__name__: kind
    for kind in (
        ObservationSet,
        Assessment,
        FitnessOutcome,
        OutcomeTold,
        Note,
        MedicationAdministration,
    )
}
"""The facts that somebody may have written in error. A decision between versions is another."""


class StrikeEntryDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Why the entry is struck out."""

    reason: str = ""


class StrikeEntryForm(FormModel[StrikeEntryDraft]):
    """Strikes out one entry; the reason typed for it is a draft of its own."""

    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str, kind: str, fact: str) -> None:
        """Take whose stay it is, and the entry by its kind's name and id."""
        super().__init__(workplace, f"strike_out/{fact}", episode, StrikeEntryDraft())
        self._kind = STRIKABLE[kind]
        self._fact = fact

    def begin(self) -> None:
        """Open the form; what was typed as the reason is still there."""
        self.open()

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with the reason."""
        flaw = flaw_of_reason(self.entry.reason)
        return {"reason": flaw} if flaw is not None else {}

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        kind, fact, reason = self._kind, self._fact, self.entry.reason
        return lambda desk: strike_out(desk, kind, fact, reason)
