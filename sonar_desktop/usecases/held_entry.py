"""What can be done about an entry that the server holds back."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeVar

from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyStatus
from sonar_core.records.assessment import Assessment
from sonar_core.records.base import Fact
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.flag import Flag
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.patient import Patient
from sonar_core.records.referral import Referral
from sonar_core.records.task import Task
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_desktop.usecases.acting import Amending, existing
from sonar_desktop.usecases.identity_ports import OutboxEntry
from sonar_desktop.usecases.ports import Desk

F = TypeVar("F", bound=Fact)


class WayOut(StrEnum):
    """What its author does about it. Whatever they do, the entry held back stays as it is."""

    CORRECTED = "corrected"
    """Nothing: another was written in its place."""
    UNREADABLE = "unreadable"
    """This program cannot show it; support can."""
    FORM = "form"
    """Open it in the form it was written with, correct it and sign."""
    RECORD = "record"
    """Strike it out on the record with the reason, and enter it again."""
    OTHERWISE = "otherwise"
    """It comes by itself, or support is needed: the reason tells."""


FORMS: Final = frozenset(
    kind.__name__
    for kind in (
        Note,
        ObservationSet,
        Assessment,
        FitnessOutcome,
        OutcomeTold,
        MedicationAdministration,
    )
)
"""The kinds whose form opens again with what was signed."""

_EDITED: Final = (
    "It has a present state that later entries change: a second one under another id would stand "
    "beside the first, which could never be ended. Support has the server decide it again."
)
WITHOUT_FORM: Final = {
    **dict.fromkeys(
        (
            kind.__name__
            for kind in (
                Patient,
                CustodyEpisode,
                Referral,
                AllergyStatus,
                AllergyIntolerance,
                Flag,
                CareLevel,
                Task,
                MedicationRequest,
            )
        ),
        _EDITED,
    ),
    UnconfirmedPractitioner.__name__: (
        "Who somebody said they were when they opened a sealed envelope is never written twice. "
        "Support can have it taken."
    ),
    ConflictResolution.__name__: (
        "What was chosen was chosen between two versions, which it names and which may stand "
        "otherwise by now. The decision is made anew in Conflicts."
    ),
}
"""Why the other kinds that people enter are not opened so."""

SENT_AGAIN: Final = "Held back by the server, sent again"


def sent_again(fact: Fact | None) -> Amending | None:
    """Return what the signing of a form says that was opened with a fact held back."""
    if fact is None:
        return None
    return Amending(of=fact.id, reason=SENT_AGAIN, is_sent_again=True)


def read_held(desk: Desk, kind: type[F], identifier: str) -> F:
    """Return a fact as its author signed it. Raises NotHereError."""
    return desk.store.read(lambda reading: existing(reading, kind, identifier))


def way_out(entry: OutboxEntry) -> WayOut:
    """Return what can be done about an entry held back.

    One that comes by itself is not corrected for being held back, and neither is anything but what
    happened: of that alone a second entry can say which one it takes the place of.
    """
    if not entry.is_readable:
        return WayOut.UNREADABLE
    if entry.corrected_ms is not None:
        return WayOut.CORRECTED
    if not entry.is_stuck or entry.episode is None:
        return WayOut.OTHERWISE
    return WayOut.FORM if entry.kind in FORMS else WayOut.RECORD
