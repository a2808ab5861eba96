"""Record observations: what was measured and refused, with the NEWS2 score it makes."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.clinical.observed_score import score_observations
from sonar_core.clinical.ranges import (
    DEFAULT_LIMITS,
    ObservationField,
    Problem,
    ProblemKind,
    check_blood_pressure,
    check_value,
    read_typed,
)
from sonar_core.conflicts import acted_on
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.patient import Patient
from sonar_core.records.task import TaskStatus
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import (
    Signing,
    check_amending,
    check_signing,
    existing,
    forget_draft,
    now,
    require,
    stamps,
)
from sonar_desktop.usecases.add_task import NewTask, check_task, make_task
from sonar_desktop.usecases.complete_task import close_task
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing
from sonar_desktop.usecases.score_observations import (
    SCALE_2,
    Measured,
)

NUMBER_FIELDS: Final = {
    "respiratory_rate": ObservationField.RESPIRATORY_RATE,
    "spo2": ObservationField.SPO2,
    "oxygen_litres": ObservationField.OXYGEN_FLOW,
    "systolic_bp": ObservationField.SYSTOLIC_BP,
    "diastolic_bp": ObservationField.DIASTOLIC_BP,
    "pulse": ObservationField.PULSE,
    "temperature": ObservationField.TEMPERATURE,
    "glucose": ObservationField.GLUCOSE,
    "pain": ObservationField.PAIN,
    "peak_flow": ObservationField.PEAK_FLOW,
}
"""The fields of an observation set that hold a number, and whose limits they have."""

_COMA_RANGES: Final = {"gcs_eye": 4, "gcs_verbal": 5, "gcs_motor": 6}
_NOT_A_FINDING: Final = frozenset({"spo2_scale", "scale_2_decided_by", "notes"})


class Observing(msgspec.Struct, frozen=True, kw_only=True):
    """A set to sign. `repeat` is the repeat the nurse confirmed, `done_tasks` the tasks it does.

    `tell` is the task to tell the custody officer of it, where the suite's plan asks for that.
    """

    signing: Signing
    measured: Measured
    repeat: NewTask | None = None
    tell: NewTask | None = None
    done_tasks: tuple[str, ...] = ()


def record_observations(desk: Desk, observing: Observing) -> tuple[ObservationSet, Changed]:
    """Write the set with its score, the tasks that follow, and close what it does, in one action.

    Raises InputError for an impossible value, RoleError. An unusual value was asked back at the
    field and is kept.
    """
    require(desk.actor, Duty.OBSERVE)
    _check(desk, observing)

    def act(writing: Writing) -> ObservationSet:
        check_amending(writing, ObservationSet, observing.signing)
        found = stamps(desk, writing, observing.signing)
        patient = existing(writing, Patient, found["patient"])
        known = acted_on(patient, writing.conflicts()).first
        record = ObservationSet(**found, **msgspec.structs.asdict(observing.measured))
        score = score_observations(record, known)
        if score.parts or record.refused or not score.missing:
            record = msgspec.structs.replace(record, news2=score)
        writing.record(record)
        for asked in (observing.repeat, observing.tell):
            if asked is not None:
                task = msgspec.structs.replace(asked, cause=record.id)
                writing.record(make_task(desk, record.patient, observing.signing.episode, task))
        for task_id in observing.done_tasks:
            close_task(desk, writing, task_id, TaskStatus.DONE, "Observations recorded", now(desk))
        forget_draft(desk, writing, observing.signing)
        return record

    return desk.store.write(desk.actor, "record_observations", act)


def _check(desk: Desk, observing: Observing) -> None:
    problems = Problems()
    check_signing(observing.signing, problems, desk)
    check_measured(observing.measured, problems)
    if observing.repeat is not None:
        check_task(observing.repeat, problems, desk, prefix="repeat.")
    problems.raise_if_any()


def check_measured(measured: Measured, problems: Problems) -> None:
    """Collect the impossible values of a set, and that there is nothing in it."""
    values = msgspec.structs.asdict(measured)
    if all(_is_empty(value) for name, value in values.items() if name not in _NOT_A_FINDING):
        problems.add("measured", "Enter a value, or that it was refused.")
    for name, field in NUMBER_FIELDS.items():
        problem = _problem(values[name], field)
        if problem is not None and problem.kind is ProblemKind.REFUSED:
            problems.add(name, problem.text)
    systolic, diastolic = measured.systolic_bp, measured.diastolic_bp
    if systolic is not None and diastolic is not None:
        swapped = check_blood_pressure(systolic, diastolic)
        if swapped is not None:
            problems.add("diastolic_bp", swapped.text)
    for name, highest in _COMA_RANGES.items():
        value = values[name]
        if value is not None and not 1 <= value <= highest:
            problems.add(name, f"This part of the GCS must be 1 to {highest}.")
    if measured.spo2_scale not in {1, 2}:
        problems.add("spo2_scale", "Choose scale 1 or 2.")
    if measured.spo2_scale == SCALE_2:
        who = "who decided on scale 2"
        problems.require("scale_2_decided_by", measured.scale_2_decided_by, who)


def _is_empty(value: object) -> bool:
    return value is None or value in ("", ())


def _problem(value: int | str | None, field: ObservationField) -> Problem | None:
    limits = DEFAULT_LIMITS.of(field)
    if value is None:
        return None
    if isinstance(value, int):
        return check_value(value, limits)
    return read_typed(value, limits).problem
