"""The words of giving a dose, and what a half-written dose holds."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.medicines.checks import Rule
from sonar_core.moments import Moment, format_moment
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.patient import Gender
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry, as_it_was
from sonar_desktop.usecases.give_medicine import READ_BACK
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus

OUTCOMES: Final = (
    DoseOutcome.GIVEN,
    DoseOutcome.PARTLY_GIVEN,
    DoseOutcome.GIVEN_BY_CUSTODY,
    DoseOutcome.WITHHELD,
    DoseOutcome.REFUSED,
    DoseOutcome.NOT_AVAILABLE,
    DoseOutcome.ASLEEP,
    DoseOutcome.NOT_IN_SUITE,
)
"""What can become of a dose when it is offered; the two others are said of an entry later."""

OUTCOME_TEXT: Final = {
    DoseOutcome.GIVEN: "Give",
    DoseOutcome.PARTLY_GIVEN: "Part given",
    DoseOutcome.GIVEN_BY_CUSTODY: "Custody gave",
    DoseOutcome.WITHHELD: "Withhold",
    DoseOutcome.REFUSED: "Refused",
    DoseOutcome.NOT_AVAILABLE: "Not available",
    DoseOutcome.ASLEEP: "Asleep",
    DoseOutcome.NOT_IN_SUITE: "Not in suite",
    DoseOutcome.VOMITED: "Vomited",
}
RECORD_TEXT: Final = {
    DoseOutcome.WITHHELD: "Record withheld",
    DoseOutcome.REFUSED: "Record refused",
    DoseOutcome.NOT_AVAILABLE: "Record not available",
    DoseOutcome.ASLEEP: "Record asleep",
    DoseOutcome.NOT_IN_SUITE: "Record not in suite",
}
GIVEN_HERE: Final = frozenset({DoseOutcome.GIVEN, DoseOutcome.PARTLY_GIVEN})
_SAID: Final = {
    Gender.MALE: "He said his name and date of birth",
    Gender.FEMALE: "She said her name and date of birth",
}
CHECK_TITLES: Final = {
    Rule.ORDER: "The order",
    Rule.ALLERGIES_RECORDED: "Allergies",
    Rule.ALLERGY: "Allergy",
    Rule.DOSE: "Dose",
    Rule.INTERVAL: "Time since last dose",
    Rule.MAXIMUM: "Total in 24 hours",
    Rule.ELSEWHERE: "Other PCs",
    Rule.UNREADABLE: "Cannot be checked here",
}
_HEARD: Final = frozenset({SyncState.UP_TO_DATE, SyncState.SENDING})


class DoseTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed; also what the draft holds."""

    code: str = ""
    dose: str = ""
    reason: str = ""
    time: TimeEntry
    again: str = ""
    identity: bool = False
    custody: str = ""
    prescriber: str = ""
    how: str = ""
    words: str = ""
    read_back: bool = False


def as_given(record: MedicationAdministration) -> DoseTexts:
    """Return what was typed for a signed dose.

    That a prescriber's word was read back is asked anew: the checks are made anew too, and may say
    something else now.
    """
    reached, _, words = record.override_reason.partition(READ_BACK)
    prescriber, _, how = reached.rpartition(", ")
    return DoseTexts(
        code=record.code.value,
        dose=record.dose or "",
        reason=record.reason,
        time=as_it_was(record.performed_at),
        again=again_text(record.again_at),
        identity=record.identity_confirmed is True,
        custody=record.given_by_custody,
        prescriber=prescriber,
        how=how,
        words=words,
    )


def again_text(moment: Moment | None) -> str:
    """Return when to offer it again as it stands in the field."""
    return "" if moment is None else format_moment(moment)


def identity_sentence(gender: Gender) -> str:
    """Return what the giver confirms before giving."""
    return _SAID.get(gender, "They said their name and date of birth")


def unseen_since(status: SyncStatus | None, opened_ms: int) -> int | None:
    """Return since when doses given elsewhere may be missing here, None while none can be."""
    if status is None:
        return opened_ms
    if status.state in _HEARD:
        return None
    return status.last_contact_ms or status.offline_since_ms or opened_ms


FIELDS: Final = {
    "performed_at": "time",
    "identity_confirmed": "identity",
    "given_by_custody": "custody",
    "again_at": "again",
    "override.prescriber": "prescriber",
    "override.how": "how",
    "override.reason": "words",
    "override.read_back": "read_back",
}
"""Fields of the use case's input to the fields of the panel."""
