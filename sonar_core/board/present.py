"""What the board shows for a row at a time: texts, how urgent each is, and the edge bar.

Everything is reckoned from the row in memory: the board ticks without touching the store.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.board.due import DueBand, DueItem, due_items, item_band, next_check_ms
from sonar_core.board.levels import level_name
from sonar_core.board.policy import DEFAULT_POLICY, BoardPolicy
from sonar_core.board.present_medicines import medicines_cell
from sonar_core.board.rows import BoardRow, CareLine, OutcomeLine, ScoreState
from sonar_core.board.severity import CellText, Severity
from sonar_core.board.suite_change import SuiteChange
from sonar_core.board.words import (
    BAND_TEXT,
    DISPUTE_TEXT,
    clock_text,
    fitness_text,
    name_text,
    rouse_plan,
    who_text,
)
from sonar_core.moments import MINUTE_MS, format_duration
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.referral import Urgency

LOADING = "Still loading"
NEWER = "Update this PC"
NOT_HERE = "Not on this PC"
"""A newer program wrote what should stand there."""
_ASKED: Final = {
    Urgency.EMERGENCY: "Emergency",
    Urgency.URGENT: "Urgent, asked",
    Urgency.ROUTINE: "Requested",
}


class Edge(StrEnum):
    """The bar at the left of a row; one only, the worst wins."""

    NONE = "none"
    CONFLICT = "conflict"
    LATE = "late"
    ACT = "act"


class OutcomeIcon(StrEnum):
    """What the outcome cell is about."""

    NONE = "none"
    NOT_TOLD = "not_told"
    CONFLICT = "conflict"
    REFERRAL = "referral"
    DECIDED = "decided"


class Trend(StrEnum):
    """How the NEWS2 total moved since the one before."""

    NONE = "none"
    WORSE = "worse"
    BETTER = "better"


class ScoreCell(msgspec.Struct, frozen=True, kw_only=True):
    """The NEWS2 cell: the mark is drawn from `total` and `band`."""

    total: int | None
    band: str | None
    has_single_3: bool
    text: CellText
    trend: Trend
    is_stale: bool


class CheckCell(msgspec.Struct, frozen=True, kw_only=True):
    """The next check. `per_mille` is how much of the interval has passed, None without a bar."""

    text: CellText
    per_mille: int | None
    is_constant: bool


class ShownRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the board draws it at one moment.

    `needs_action` and `is_waiting` are the filters beside "Mine" (`BoardRow.staff`). `late` counts
    late items of any owner, `late_tasks` those among the open tasks. `due` is all that is due.
    """

    row: BoardRow
    cell: str
    name: str
    who: str
    level: int | None
    care: CellText
    score: ScoreCell
    check: CheckCell
    medicines: CellText
    tasks: CellText
    outcome: CellText
    outcome_icon: OutcomeIcon
    edge: Edge
    late: int
    late_tasks: int
    needs_action: bool
    is_waiting: bool
    due: tuple[DueItem, ...]


def present(
    row: BoardRow,
    now_ms: int,
    policy: BoardPolicy = DEFAULT_POLICY,
    change: SuiteChange | None = None,
) -> ShownRow:
    """Return what to show of a row now; `change` is a move between suites that is to be known."""
    items = due_items(row, now_ms, policy)
    late = [one for one in items if item_band(one, now_ms, policy) is DueBand.LATE]
    to_check = row.to_check
    late_tasks = sum(task.due_ms < now_ms for task in row.tasks if task.id not in to_check)
    outcome, icon = _outcome(row, now_ms)
    edge = _edge(row, is_late=bool(late))
    return ShownRow(
        row=row,
        cell=row.cell,
        name=name_text(row),
        who=who_text(row, now_ms, change),
        level=None if row.care is None else row.care.level,
        care=_care(row),
        score=_score(row, now_ms, policy),
        check=_check(row, now_ms, policy),
        medicines=medicines_cell(row, now_ms, policy),
        tasks=_tasks(row, late_tasks),
        outcome=outcome,
        outcome_icon=icon,
        edge=edge,
        late=len(late),
        late_tasks=late_tasks,
        needs_action=edge is not Edge.NONE,
        is_waiting=bool(row.waiting),
        due=items,
    )


def is_mine(row: BoardRow, user: str) -> bool:
    """Return whether the person accepted, saw or recorded something in this stay."""
    return user in row.staff


def _edge(row: BoardRow, *, is_late: bool) -> Edge:
    is_urgent = bool(row.broken) or _has_emergency(row)
    if is_urgent or any(one.told_ms is None for one in row.outcomes):
        return Edge.ACT
    if is_late:
        return Edge.LATE
    return Edge.CONFLICT if row.conflicts else Edge.NONE


def _has_emergency(row: BoardRow) -> bool:
    return any(one.urgency is Urgency.EMERGENCY for one in row.waiting)


def _if_none(row: BoardRow, none: str) -> str:
    """Return what stands where there is nothing: none only if all of it is known here."""
    if row.is_complete:
        return none
    if ScopeKind.CLINICAL in row.revoked:
        return NOT_HERE
    return NEWER if row.has_newer else LOADING


def _care(row: BoardRow) -> CellText:
    if row.care is None:
        return CellText(first=_if_none(row, "Not set"), severity=Severity.SOON)
    if row.care.is_provisional:
        return CellText(
            first=f"Level {row.care.level}", second="Provisional", severity=Severity.COPIES
        )
    return CellText(first=f"Level {row.care.level}", second=level_name(row.care.level))


def _score(row: BoardRow, now_ms: int, policy: BoardPolicy) -> ScoreCell:
    line = row.news2
    stale = line.at_ms is not None and now_ms - line.at_ms >= policy.stale_score_after_ms
    when = "" if line.at_ms is None else clock_text(line.at_ms, row.zone)
    if line.at_ms is not None and stale:
        when = f"{format_duration(now_ms - line.at_ms)} old"
    if line.total is None:
        first, severity = "Not scored", Severity.QUIET
        second = _why_not_scored(line.state, when)
    else:
        first, second = BAND_TEXT.get(line.band or "", "Scored"), when
        severity = _severity_of_band(line.band)
    if line.is_provisional:
        second = f"{second} · provisional"
    return ScoreCell(
        total=line.total,
        band=line.band,
        has_single_3=line.has_single_3,
        text=CellText(first=first, second=second, severity=severity),
        trend=_trend(line.total, line.previous_total),
        is_stale=stale,
    )


def _why_not_scored(state: ScoreState, when: str) -> str:
    said = {
        ScoreState.NOT_YET: "Not yet seen",
        ScoreState.NOT_LOADED: "Not loaded",
        ScoreState.REFUSED: f"Refused {when}",
        ScoreState.INCOMPLETE: f"Incomplete {when}",
        ScoreState.NOT_FOR_THIS_PERSON: f"Values only {when}",
    }
    return said.get(state, "")


def _severity_of_band(band: str | None) -> Severity:
    if band == "high":
        return Severity.ACT
    return Severity.SOON if band in {"medium", "low_medium"} else Severity.OK


def _trend(total: int | None, previous: int | None) -> Trend:
    if total is None or previous is None or total == previous:
        return Trend.NONE
    return Trend.WORSE if total > previous else Trend.BETTER


def _check(row: BoardRow, now_ms: int, policy: BoardPolicy) -> CheckCell:
    care = row.care
    if care is None:
        return _without_bar(CellText(first="No schedule", severity=Severity.QUIET))
    if care.check_every_minutes is None:
        return _without_bar(CellText(first="Constant"), is_constant=True)
    due_ms = next_check_ms(row, policy)
    if due_ms is None:
        plan = rouse_plan(care.check_every_minutes, rouse=care.rouse)
        return _without_bar(CellText(first=f"Custody: {plan[0].lower()}{plan[1:]}"))
    return _countdown(care, due_ms, now_ms, policy)


def _countdown(care: CareLine, due_ms: int, now_ms: int, policy: BoardPolicy) -> CheckCell:
    word = "Rouse" if care.rouse else "Visit"
    left = due_ms - now_ms
    interval = max(due_ms - care.checked_ms, 1)
    passed = min(max(interval - left, 0) * 1000 // interval, 1000)
    if left < 0:
        text = CellText(first=f"{word} {format_duration(-left)} late", severity=Severity.LATE)
    else:
        severity = Severity.SOON if left <= policy.soon_ms else Severity.OK
        text = CellText(first=f"{word} in {format_duration(left)}", severity=severity)
    return CheckCell(text=text, per_mille=passed, is_constant=False)


def _without_bar(text: CellText, *, is_constant: bool = False) -> CheckCell:
    return CheckCell(text=text, per_mille=None, is_constant=is_constant)


def _tasks(row: BoardRow, late: int) -> CellText:
    if not row.tasks:
        return CellText(first=_if_none(row, "None"), severity=Severity.QUIET)
    first = f"{len(row.tasks)} open"
    if late:
        return CellText(first=first, second=f"{late} late", severity=Severity.LATE)
    return CellText(first=first)


def _outcome(row: BoardRow, now_ms: int) -> tuple[CellText, OutcomeIcon]:
    worst = row.outcomes[0] if row.outcomes else None
    if worst is not None and worst.told_ms is None:
        waited = format_duration(max(now_ms - worst.at_ms, 0))
        first = fitness_text(worst.purpose, worst.outcome)
        second = f"Custody officer not told · {waited}"
        return CellText(first=first, second=second, severity=Severity.ACT), OutcomeIcon.NOT_TOLD
    if _has_emergency(row):
        return _waiting(row, now_ms), OutcomeIcon.REFERRAL
    if row.conflicts:
        one = row.conflicts[0]
        count = "Two" if one.sides <= 2 else str(one.sides)
        first = DISPUTE_TEXT.get(one.kind, "Versions differ")
        text = CellText(first=first, second=f"{count} versions to decide", severity=Severity.COPIES)
        return text, OutcomeIcon.CONFLICT
    if row.waiting:
        return _waiting(row, now_ms), OutcomeIcon.REFERRAL
    if worst is None:
        first = _if_none(row, "No decision recorded")
        return CellText(first=first, severity=Severity.QUIET), OutcomeIcon.NONE
    return _decided(worst, row.zone), OutcomeIcon.DECIDED


def _waiting(row: BoardRow, now_ms: int) -> CellText:
    """Return the worst referral that waits: its urgency, its clock, and how many wait beside it."""
    asked, *others = row.waiting
    minutes = max(now_ms - asked.requested_ms, 0) // MINUTE_MS
    severity, said = Severity.INFO, [f"{minutes}min ago"]
    if asked.target_minutes is not None:
        said = [f"{minutes}min of {asked.target_minutes}min"]
        if now_ms > asked.requested_ms + asked.target_minutes * MINUTE_MS:
            severity = Severity.LATE
            said.append("late")
    if others:
        said.append(f"+{len(others)} more")
    if asked.urgency is Urgency.EMERGENCY:
        severity = Severity.ACT
    first = f"{_ASKED[asked.urgency]} {clock_text(asked.requested_ms, row.zone)}"
    return CellText(first=first, second=" · ".join(said), severity=severity)


def _decided(worst: OutcomeLine, zone: str) -> CellText:
    first = fitness_text(worst.purpose, worst.outcome)
    if worst.review_ms is not None:
        first = f"{first}, review {clock_text(worst.review_ms, zone)}"
    told = clock_text(worst.told_ms or worst.at_ms, zone)
    return CellText(first=first, second=f"Told {worst.told_to} {told}")
