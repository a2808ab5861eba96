"""The cards of the Summary in words: score, fitness, medicines, instructions, tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sonar_core.board.levels import level_name
from sonar_core.board.policy import DEFAULT_POLICY
from sonar_core.board.rows import BoardRow
from sonar_core.board.severity import Severity
from sonar_core.board.speech import in_turn, stopped
from sonar_core.board.words import (
    BAND_TEXT,
    FITNESS_TEXT,
    fitness_sentence,
    full_name,
    not_here,
    rouse_plan,
)
from sonar_core.moments import (
    Moment,
    format_duration,
    format_moment,
    format_time,
    moment_at,
    wall_date,
)
from sonar_core.records.care_level import CareLevel
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.medication_request import RequestStatus
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.task import Task, TaskKind, TaskOwner, TaskStatus
from sonar_desktop.ui.viewmodels.sparks import Spark, sparks_of
from sonar_desktop.usecases.read_chart import ChartLine
from sonar_desktop.usecases.read_record import RecordHead

OWNER_WORDS: Final = {TaskOwner.HEALTHCARE: "HCP", TaskOwner.CUSTODY: "Custody"}
_MOST_BEFORE: Final = 2
_PURPOSES: Final = {
    FitnessPurpose.DETAINED: "Detained",
    FitnessPurpose.INTERVIEWED: "Interviewed",
    FitnessPurpose.CHARGED: "Charged",
    FitnessPurpose.TRANSFERRED: "Transferred",
    FitnessPurpose.RELEASED: "Released",
}
_UNDECIDED: Final = "No decision recorded"
_ALWAYS_SHOWN: Final = frozenset(
    {
        FitnessPurpose.DETAINED,
        FitnessPurpose.INTERVIEWED,
        FitnessPurpose.TRANSFERRED,
        FitnessPurpose.RELEASED,
    }
)


@dataclass(frozen=True, kw_only=True)
class ScoreCard:
    """The last NEWS2; `band` is None where there is no total."""

    total: int | None = None
    band: str | None = None
    headline: str = "Not scored"
    detail: str = "No observations yet"
    is_stale: bool = False
    sparks: tuple[Spark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FitnessLine:
    """One purpose: what holds and whether custody was told. `is_act` says that nobody was."""

    purpose: str
    state: str
    outcome: Fitness | None
    detail: str
    is_act: bool = False
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class MedicineLine:
    """One medicine on order; `chip` is empty or what to do first."""

    name: str
    detail: str
    chip: str = ""
    severity: Severity = Severity.OK


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """What custody staff were asked to do; `read_back` is empty until they were told.

    `level` is the level of observation in words, which they are told of with them: nobody told of a
    decision on fitness has been told of it. `untold` says so.
    """

    about: str = ""
    level: str = ""
    untold: str = ""
    texts: tuple[str, ...] = ()
    read_back: str = ""
    is_right: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskFace:
    """One open task. `is_recheck` says that nobody wrote it: it is a rule that does not hold.

    Such a one is to be checked now and never late: nobody let it pass.
    """

    id: str
    time: str
    what: str
    owner: str
    kind: TaskKind
    is_late: bool
    cause: str
    is_recheck: bool


def score_card(
    observed: Sequence[ObservationSet], now_ms: int, *, hides_some: bool = False
) -> ScoreCard:
    """Return the last set's score with the ones before it; `observed` is oldest first.

    `hides_some` says that a newer program measured what cannot be shown here: the last set shown
    may not be the last.
    """
    hidden = not_here("Some observations", is_newer=True) if hides_some else ""
    if not observed:
        return ScoreCard(detail=hidden) if hidden else ScoreCard()
    last = observed[-1]
    score = last.news2
    total = None if score is None else score.total
    band = None if score is None else score.band
    scored = [one for one in observed[:-1] if one.news2 is not None and one.news2.total is not None]
    headline = "Not scored" if total is None else BAND_TEXT.get(band or "", "Scored")
    if total is not None and scored:
        headline += _direction(total, scored[-1])
    stale = now_ms - last.performed_at.utc_ms >= DEFAULT_POLICY.stale_score_after_ms
    return ScoreCard(
        total=total,
        band=band,
        headline=headline,
        detail=in_turn(hidden, _detail(last, scored, now_ms, is_stale=stale)),
        is_stale=stale,
        sparks=sparks_of(observed),
    )


def fitness_lines(head: RecordHead, now_ms: int) -> tuple[FitnessLine, ...]:
    """Return a line for each purpose: the usual four, and charge once it was decided."""
    decided = {one.outcome.purpose: one for one in head.decisions}
    is_hidden = head.hides(FitnessOutcome)
    lines: list[FitnessLine] = []
    for purpose in FitnessPurpose:
        decision = decided.get(purpose)
        if decision is None:
            if purpose in _ALWAYS_SHOWN:
                lines.append(
                    FitnessLine(
                        purpose=_PURPOSES[purpose],
                        state="Not shown" if is_hidden else "Not assessed",
                        outcome=None,
                        detail=not_here("Decisions", is_newer=True) if is_hidden else _UNDECIDED,
                    )
                )
            continue
        outcome = decision.outcome
        parts = [*decision.conditions]
        if outcome.valid_until is not None:
            parts.append(f"Until {format_time(outcome.valid_until)}")
        if outcome.review_at is not None:
            parts.append(f"Review {format_time(outcome.review_at)}")
        parts.append(_told_words(decision.told, outcome.performed_at, now_ms))
        if decision.is_provisional:
            parts.append("two versions, safer in use")
        state = FITNESS_TEXT[outcome.outcome]
        lines.append(
            FitnessLine(
                purpose=_PURPOSES[purpose],
                state=state.upper() if outcome.outcome is Fitness.NOT_FIT else state,
                outcome=outcome.outcome,
                detail=in_turn(*parts),
                is_act=decision.told is None,
                is_provisional=decision.is_provisional,
            )
        )
    return tuple(lines)


def medicine_lines(
    chart: Sequence[ChartLine], row: BoardRow | None, now_ms: int, zone: str
) -> tuple[MedicineLine, ...]:
    """Return the medicines that may be given now, those due first."""
    if row is None:
        return ()
    active = [one for one in chart if one.order.status is RequestStatus.ACTIVE]
    active.sort(key=lambda one: (one.order.as_needed, one.next_ms or 1 << 62, one.order.medicine))
    return tuple(_medicine(one, now_ms, zone) for one in active)


def instructions_of(head: RecordHead) -> Instructions:
    """Return the instructions in force with whether they were read back."""
    care, told = head.care, head.care_told
    if care is None:
        return Instructions()
    known = Instructions(
        about=care.id,
        level=", ".join(filter(None, (f"Level {care.level}", level_name(care.level).lower()))),
        untold=f"Custody not told of level {care.level} yet",
        texts=care.instructions,
    )
    if told is None:
        return known
    to = f"{told.told_to} {format_time(told.performed_at)}"
    if told.performed_at.utc_ms < care.set_at.utc_ms:
        return replace(known, read_back=f"Changed since {to} was told")
    words = f"Read back by {to}" if told.read_back else f"Told {to}, not read back"
    return replace(known, read_back=words, is_right=told.read_back)


def task_faces(tasks: Sequence[Task], now_ms: int) -> tuple[TaskFace, ...]:
    """Return the open tasks by due time."""
    return tuple(
        TaskFace(
            id=task.id,
            time="Now" if task.is_recheck else day_time(task.due_at, now_ms),
            what=task.what,
            owner=OWNER_WORDS[task.owner],
            kind=task.kind,
            is_late=not task.is_recheck and task.due_at.utc_ms < now_ms,
            cause=task.cause or "",
            is_recheck=task.is_recheck,
        )
        for task in tasks
        if task.status is TaskStatus.OPEN
    )


def custody_text(head: RecordHead, now: Moment) -> str:
    """Return the text for the custody record: what custody must do, no diagnosis, no values."""
    person, stay = head.patient, head.stay
    name = full_name(person.family, person.given, person.title, person.gender)
    lines = [
        f"Healthcare, {format_moment(now)}",
        f"{name}, custody record {stay.custody_record_number}",
        "",
    ]
    for decision in head.decisions:
        outcome = decision.outcome
        parts = [fitness_sentence(outcome.purpose, outcome.outcome), *decision.conditions]
        if outcome.valid_until is not None:
            parts.append(f"Until {format_moment(outcome.valid_until)}")
        if outcome.review_at is not None:
            parts.append(f"Review {format_moment(outcome.review_at)}")
        lines.append(stopped(in_turn(*parts)))
    if head.care is not None:
        lines.append(level_sentence(head.care))
        lines += [f"{place}. {text}" for place, text in enumerate(head.care.instructions, 1)]
    return "\n".join(lines)


def level_sentence(care: CareLevel) -> str:
    """Return ``Level 2 observation, intermittent: rouse every 30 min.``"""
    plan = rouse_plan(care.check_every_minutes, rouse=care.rouse)
    name = level_name(care.level).lower()
    if care.check_every_minutes is None:
        return f"Level {care.level} observation, {name}."
    return f"Level {care.level} observation, {name}: {plan[0].lower()}{plan[1:]}."


def day_time(moment: Moment, now_ms: int) -> str:
    """Return ``14:32``, with the day where it is another one than today."""
    today = wall_date(moment_at(now_ms, moment.zone))
    day = wall_date(moment)
    if day == today:
        return format_time(moment)
    return f"{format_moment(moment)[:6]} {format_time(moment)}"


def _direction(total: int, before: ObservationSet) -> str:
    previous = None if before.news2 is None else before.news2.total
    if previous is None or previous == total:
        return ", the same"
    return ", rising" if total > previous else ", falling"


def _detail(
    last: ObservationSet, scored: Sequence[ObservationSet], now_ms: int, *, is_stale: bool
) -> str:
    when = day_time(last.performed_at, now_ms)
    if is_stale:
        when += f", {format_duration(now_ms - last.performed_at.utc_ms)} old"
    parts = [when]
    if last.news2 is not None and last.news2.total is None:
        parts.append(last.news2.reason)
    elif last.spo2 is not None:
        parts.append(f"SpO2 scale {last.spo2_scale}")
    before = [
        f"{one.news2.total} at {day_time(one.performed_at, now_ms)}"
        for one in reversed(scored[-_MOST_BEFORE:])
        if one.news2 is not None
    ]
    if before:
        parts.append(f"was {', '.join(before)}")
    return " · ".join(parts)


def _told_words(told: OutcomeTold | None, decided: Moment, now_ms: int) -> str:
    if told is None:
        return f"Custody officer not told · {format_duration(max(now_ms - decided.utc_ms, 0))}"
    read_back = "read back" if told.read_back else "not read back"
    return f"Told {told.told_to} {format_time(told.performed_at)}, {read_back}"


def _medicine(line: ChartLine, now_ms: int, zone: str) -> MedicineLine:
    order = line.order
    parts: list[str] = []
    severity, chip = Severity.OK, ""
    if line.ask_first:
        chip, severity = "Check first", Severity.COPIES
    if line.next_ms is not None:
        late = line.next_ms < now_ms
        when = day_time(moment_at(line.next_ms, zone), now_ms)
        parts.append(f"{'Late, due' if late else 'Due'} {when}")
        severity = Severity.LATE if late else severity
    elif order.as_needed:
        parts.append("When needed")
        if line.free_ms is not None and line.free_ms > now_ms:
            parts.append(f"from {day_time(moment_at(line.free_ms, zone), now_ms)}")
    if line.entries:
        parts.append(f"last {day_time(line.entries[-1].performed_at, now_ms)}")
    elif order.indication:
        parts.append(order.indication)
    name = " ".join(part for part in (order.medicine, order.strength) if part)
    return MedicineLine(name=name, detail=", ".join(parts), chip=chip, severity=severity)
