"""What the timeline says of each kind of record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sonar_core.board.levels import level_name
from sonar_core.board.severity import Severity
from sonar_core.board.timeline_doses import said_of_dose, said_of_order
from sonar_core.board.timeline_observations import said_of_observations
from sonar_core.board.timeline_said import Category, Said, plain, sentence
from sonar_core.board.words import ALLERGY_TEXT, DISPUTE_TEXT, fitness_sentence, rouse_plan
from sonar_core.moments import elapsed_minutes, format_time
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.assessment import Assessment
from sonar_core.records.base import Record
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome
from sonar_core.records.flag import Flag, FlagStanding
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.referral import Referral
from sonar_core.records.task import Task, TaskOwner, TaskStatus

_FITNESS_SEVERITY: Final = {
    Fitness.NOT_FIT: Severity.LATE,
    Fitness.DEFERRED: Severity.SOON,
    Fitness.FIT_WITH_CONDITIONS: Severity.SOON,
}
_NOTE_TITLES: Final = {
    NoteCategory.CLINICAL: "Note",
    NoteCategory.TELEPHONE_ADVICE: "Telephone advice",
    NoteCategory.CUSTODY: "Note from custody",
    NoteCategory.HANDOVER: "Handover note",
}


def say(record: Record) -> tuple[Said, ...]:
    """Return what the timeline says of a record: one entry, or none for a kind it leaves out."""
    speak = _SAYINGS.get(type(record))
    said = None if speak is None else speak(record)
    return () if said is None else (said,)


def _outcome(record: FitnessOutcome) -> Said:
    title = fitness_sentence(record.purpose, record.outcome)
    review = "" if record.review_at is None else f"Review {format_time(record.review_at)}"
    until = "" if record.valid_until is None else f"Until {format_time(record.valid_until)}"
    return Said(
        title=f"Outcome: {title}",
        text=sentence(record.reason, *record.conditions, until, review),
        at=record.performed_at,
        by=record.performed_by,
        severity=_FITNESS_SEVERITY.get(record.outcome, Severity.OK),
    )


def _told(record: OutcomeTold) -> Said:
    read_back = "Read back and right" if record.read_back else "Not read back"
    told_to = " ".join(part for part in (record.told_to_role, record.told_to) if part)
    return Said(
        title=f"Told {told_to}",
        text=sentence(plain(record.how.value).capitalize(), read_back, record.words),
        at=record.performed_at,
        by=record.performed_by,
        category=Category.CUSTODY,
        severity=Severity.OK if record.read_back else Severity.SOON,
    )


def _assessment(record: Assessment) -> Said:
    counts = f"{record.answered} of {record.relevant} questions"
    scores = [f"{plain(name)} {total}" for name, total in sorted(record.scores.items())]
    return Said(
        title="Initial assessment signed",
        text=sentence(counts, *scores),
        at=record.performed_at,
        by=record.performed_by,
    )


def _note(record: Note) -> Said:
    custody = record.category is NoteCategory.CUSTODY
    return Said(
        title=_NOTE_TITLES[record.category],
        text=record.text,
        at=record.performed_at,
        by=record.performed_by,
        category=Category.CUSTODY if custody else Category.CLINICAL,
    )


def _referral(record: Referral) -> Said:
    reasons = ", ".join(plain(reason.value) for reason in record.reasons)
    times = [f"Requested {format_time(record.requested_at)}"]
    if record.accepted_at is not None:
        times.append(f"accepted {format_time(record.accepted_at)}")
    if record.seen_at is not None:
        times.append(f"seen {format_time(record.seen_at)}")
        took = f"{elapsed_minutes(record.requested_at, record.seen_at)}min"
        target = record.target_minutes
        times.append(took if target is None else f"{took} of {target}min")
    if record.closed_at is not None:
        times.append(f"closed {format_time(record.closed_at)}")
    return Said(
        title=f"Referral: {reasons}",
        text=sentence(", ".join(times), record.detail, record.cancel_reason),
        at=record.requested_at,
        category=Category.CUSTODY,
    )


def _allergy(record: AllergyIntolerance) -> Said:
    what = ", ".join(part for part in (record.substance, record.reaction) if part)
    return Said(
        title=f"Allergy recorded: {what}",
        text=sentence(
            plain(record.severity.value).capitalize(), record.source, record.status_reason
        ),
        severity=Severity.LATE,
        is_struck_out=record.status is not AllergyStanding.ACTIVE,
    )


def _allergy_status(record: AllergyStatus) -> Said | None:
    if record.status in {AllergyKnowledge.NOT_RECORDED, AllergyKnowledge.KNOWN}:
        return None
    return Said(
        title=ALLERGY_TEXT[record.status],
        text="",
        at=record.reviewed_at,
        by=record.reviewed_by,
    )


def _care_level(record: CareLevel) -> Said:
    plan = rouse_plan(record.check_every_minutes, rouse=record.rouse)
    name = level_name(record.level)
    return Said(
        title=f"Level {record.level} observation: {name.lower()}",
        text=sentence("" if plan == name else plan, record.reason, *record.instructions),
        at=record.set_at,
        by=record.set_by,
    )


def _flag(record: Flag) -> Said:
    return Said(
        title=f"Warning marker: {plain(record.category.value)}",
        text=sentence(record.text, record.status_reason),
        severity=Severity.LATE if record.is_urgent else Severity.SOON,
        is_struck_out=record.status is FlagStanding.ENTERED_IN_ERROR,
    )


def _task(record: Task) -> Said | None:
    """Say what came of a task; one that is open stands in the list of tasks."""
    if record.status is TaskStatus.OPEN:
        return None
    done = "done" if record.status is TaskStatus.DONE else "cancelled"
    due = "" if record.is_recheck else f"Due {format_time(record.due_at)}"
    others = [f"Also by {also.done_by}" for also in record.also_done if also.done_by is not None]
    return Said(
        title=f"Task {done}: {record.what}",
        text=sentence(due, record.done_note, *others),
        at=record.done_at,
        by=record.done_by,
        category=Category.CUSTODY if record.owner is TaskOwner.CUSTODY else Category.CLINICAL,
    )


def _decided(record: ConflictResolution) -> Said:
    return Said(
        title=f"Decided: {DISPUTE_TEXT.get(record.entity_kind, 'versions differ').lower()}",
        text=record.reason,
        at=record.performed_at,
        by=record.performed_by,
        severity=Severity.COPIES,
    )


_SAYINGS: Final[dict[type[Record], Callable[[Any], Said | None]]] = {
    AllergyIntolerance: _allergy,
    AllergyStatus: _allergy_status,
    Assessment: _assessment,
    CareLevel: _care_level,
    ConflictResolution: _decided,
    FitnessOutcome: _outcome,
    Flag: _flag,
    MedicationAdministration: said_of_dose,
    MedicationRequest: said_of_order,
    Note: _note,
    ObservationSet: said_of_observations,
    OutcomeTold: _told,
    Referral: _referral,
    Task: _task,
}
