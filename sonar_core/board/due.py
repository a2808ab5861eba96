"""What is due, late or coming up: the queue beside the board and the Due page."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from sonar_core.board.dose_due import next_dose_ms
from sonar_core.board.policy import DEFAULT_POLICY, BoardPolicy
from sonar_core.board.rows import BoardRow
from sonar_core.board.words import name_text
from sonar_core.moments import MINUTE_MS
from sonar_core.records.task import TaskKind, TaskOwner


class DueKind(StrEnum):
    """What sort of act is due, for the icon and for where Enter leads."""

    TASK = "task"
    REPEAT_OBSERVATIONS = "repeat_observations"
    TELL_CUSTODY = "tell_custody"
    MEDICINE = "medicine"
    BROKEN_RULE = "broken_rule"
    FIRST_CONTACT = "first_contact"
    CUSTODY_CHECK = "custody_check"


class DueBand(StrEnum):
    """Where in the queue an item stands; what a recheck asks (ADR 18) is never late."""

    CHECK = "check"
    LATE = "late"
    SOON = "soon"
    THIS_HOUR = "this_hour"
    LATER = "later"


class DueItem(msgspec.Struct, frozen=True, kw_only=True):
    """One act that somebody owes. `source` is the id of the record that asks for it.

    `due_ms` of a broken rule is the time of the dose or order that it is about.
    """

    due_ms: int
    cell: str
    name: str
    what: str
    owner: TaskOwner
    kind: DueKind
    source: str
    episode: str
    patient: str


class DueList(msgspec.Struct, frozen=True, kw_only=True):
    """The items by band, each by time and then by cell; `check` are rules that do not hold."""

    check: tuple[DueItem, ...]
    late: tuple[DueItem, ...]
    soon: tuple[DueItem, ...]
    this_hour: tuple[DueItem, ...]
    later: tuple[DueItem, ...]


class _Owed(NamedTuple):
    """What differs between the items of a person."""

    due_ms: int
    what: str
    source: str
    kind: DueKind
    owner: TaskOwner = TaskOwner.HEALTHCARE


_KIND_OF_TASK = {
    TaskKind.REPEAT_OBSERVATIONS: DueKind.REPEAT_OBSERVATIONS,
    TaskKind.TELL_CUSTODY: DueKind.TELL_CUSTODY,
    TaskKind.MEDICINE: DueKind.MEDICINE,
}


def due_items(
    row: BoardRow, now_ms: int, policy: BoardPolicy = DEFAULT_POLICY
) -> tuple[DueItem, ...]:
    """Return what is due for one person: rules to check first, then late or to come by time."""
    owed = [
        *_from_tasks(row),
        *_untold(row),
        *_from_orders(row, now_ms),
        *_first_contact(row),
        *_custody_check(row, policy),
    ]
    if not owed:
        return ()
    owed.sort(key=_in_turn)
    name = name_text(row)
    return tuple(
        DueItem(
            due_ms=due_ms,
            cell=row.cell,
            name=name,
            what=what,
            owner=owner,
            kind=kind,
            source=source,
            episode=row.episode,
            patient=row.patient,
        )
        for due_ms, what, source, kind, owner in owed
    )


def due_list(
    rows: Iterable[BoardRow], now_ms: int, policy: BoardPolicy = DEFAULT_POLICY
) -> DueList:
    """Return everybody's items in bands."""
    every = (item for row in rows for item in due_items(row, now_ms, policy))
    return in_bands(every, now_ms, policy)


def in_bands(
    items: Iterable[DueItem], now_ms: int, policy: BoardPolicy = DEFAULT_POLICY
) -> DueList:
    """Return items that are reckoned already in bands."""
    bands: dict[DueBand, list[DueItem]] = {band: [] for band in DueBand}
    for item in items:
        bands[item_band(item, now_ms, policy)].append(item)
    ordered = {
        band: tuple(sorted(found, key=lambda item: (item.due_ms, item.cell, item.source)))
        for band, found in bands.items()
    }
    return DueList(
        check=ordered[DueBand.CHECK],
        late=ordered[DueBand.LATE],
        soon=ordered[DueBand.SOON],
        this_hour=ordered[DueBand.THIS_HOUR],
        later=ordered[DueBand.LATER],
    )


def item_band(item: DueItem, now_ms: int, policy: BoardPolicy = DEFAULT_POLICY) -> DueBand:
    """Return the band of an item: what a recheck found is to be checked now, since whenever."""
    if item.kind is DueKind.BROKEN_RULE:
        return DueBand.CHECK
    return band_of(item.due_ms, now_ms, policy)


def band_of(due_ms: int, now_ms: int, policy: BoardPolicy = DEFAULT_POLICY) -> DueBand:
    """Return the band of a due time: late from the moment after it."""
    ahead = due_ms - now_ms
    if ahead < 0:
        return DueBand.LATE
    if ahead <= policy.soon_ms:
        return DueBand.SOON
    return DueBand.THIS_HOUR if ahead <= policy.hour_ms else DueBand.LATER


def next_check_ms(row: BoardRow, policy: BoardPolicy = DEFAULT_POLICY) -> int | None:
    """Return when custody's next check is due, None where it is not reckoned here."""
    care = row.care
    if care is None or care.check_every_minutes is None or not policy.custody_checks_recorded_here:
        return None
    return care.checked_ms + care.check_every_minutes * MINUTE_MS


def _in_turn(one: _Owed) -> tuple[bool, int, str, str]:
    return one.kind is not DueKind.BROKEN_RULE, one.due_ms, one.what, one.source


def _from_tasks(row: BoardRow) -> list[_Owed]:
    to_check = row.to_check
    owed: list[_Owed] = []
    for task in row.tasks:
        kind = _KIND_OF_TASK.get(task.kind, DueKind.TASK)
        if task.id in to_check:
            kind = DueKind.BROKEN_RULE
        owed.append(_Owed(task.due_ms, task.what, task.id, kind, task.owner))
    return owed


def _untold(row: BoardRow) -> list[_Owed]:
    """Return an item for a decision nobody was told of and whose task was closed or cancelled."""
    asked = {task.cause for task in row.tasks if task.kind is TaskKind.TELL_CUSTODY}
    return [
        _Owed(one.at_ms, "Tell custody officer", one.id, DueKind.TELL_CUSTODY)
        for one in row.outcomes
        if one.told_ms is None and one.id not in asked
    ]


def _from_orders(row: BoardRow, now_ms: int) -> list[_Owed]:
    return [
        _Owed(due_ms, order.medicine, order.request, DueKind.MEDICINE)
        for order in row.orders
        if (due_ms := next_dose_ms(order, row.zone, now_ms)) is not None
    ]


def _first_contact(row: BoardRow) -> list[_Owed]:
    """Return an item for each referral that waits against a target."""
    return [
        _Owed(
            asked.requested_ms + asked.target_minutes * MINUTE_MS,
            "First contact",
            asked.id,
            DueKind.FIRST_CONTACT,
        )
        for asked in row.waiting
        if asked.target_minutes is not None
    ]


def _custody_check(row: BoardRow, policy: BoardPolicy) -> list[_Owed]:
    due_ms = next_check_ms(row, policy)
    if due_ms is None or row.care is None:
        return []
    what = "Rouse check" if row.care.rouse else "Visit"
    return [_Owed(due_ms, what, row.episode, DueKind.CUSTODY_CHECK, TaskOwner.CUSTODY)]
