"""What rings in the medical room, when it sounds, and what the lock screen may say.

Healthcare's own tasks ring when they are due, an outcome nobody was told of after ten minutes
(ux.md 11, decision 31). An alarm holds a cell, a time and a class: no name, so that it can go on
ringing on a locked screen and in a process without a key (decision 25).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from sonar_core.board.due import DueKind, due_items
from sonar_core.board.policy import DEFAULT_POLICY, BoardPolicy
from sonar_core.board.rows import BoardRow
from sonar_core.records.task import TaskOwner


class AlarmClass(StrEnum):
    """What the lock screen may know of it."""

    NOT_TOLD = "not_told"
    CHECK = "check"
    BROKEN_RULE = "broken_rule"


class Alarm(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One alarm; it rings from `due_ms` until somebody records what they did."""

    due_ms: int
    cell: str
    kind: AlarmClass


class Sounded(msgspec.Struct, frozen=True, kw_only=True):
    """When it last sounded and for which alarms; kept in memory by whoever rings."""

    at_ms: int | None = None
    alarms: tuple[Alarm, ...] = ()


_RINGING_KINDS = frozenset({DueKind.TASK, DueKind.REPEAT_OBSERVATIONS})


def alarms(
    rows: Iterable[BoardRow], now_ms: int, policy: BoardPolicy = DEFAULT_POLICY
) -> tuple[Alarm, ...]:
    """Return the alarms that ring and those to come, earliest first.

    Two alarms of one cell, class and time are one.
    """
    found: set[Alarm] = set()
    for row in rows:
        for item in due_items(row, now_ms, policy):
            if item.owner is not TaskOwner.HEALTHCARE:
                continue
            if item.kind is DueKind.TELL_CUSTODY:
                rings_ms = item.due_ms + policy.not_told_rings_after_ms
                found.add(Alarm(due_ms=rings_ms, cell=row.cell, kind=AlarmClass.NOT_TOLD))
            elif item.kind in _RINGING_KINDS:
                found.add(Alarm(due_ms=item.due_ms, cell=row.cell, kind=AlarmClass.CHECK))
            elif item.kind is DueKind.BROKEN_RULE:
                found.add(Alarm(due_ms=item.due_ms, cell=row.cell, kind=AlarmClass.BROKEN_RULE))
    return tuple(sorted(found))


def ringing(every: Iterable[Alarm], now_ms: int) -> tuple[Alarm, ...]:
    """Return the alarms that ring now."""
    return tuple(alarm for alarm in every if alarm.due_ms <= now_ms)


def alarm_words(alarm: Alarm, now_ms: int, policy: BoardPolicy = DEFAULT_POLICY) -> str:
    """Return the words for the lock screen: nothing in them is about the person's health."""
    if alarm.kind is AlarmClass.NOT_TOLD:
        return "Custody officer not told"
    return "Check late" if is_late(alarm, now_ms, policy) else "Check due"


def is_late(alarm: Alarm, now_ms: int, policy: BoardPolicy = DEFAULT_POLICY) -> bool:
    """Return whether somebody let it pass; nobody did where another PC's entry broke a rule."""
    if alarm.kind is AlarmClass.BROKEN_RULE:
        return False
    grace_ms = 0 if alarm.kind is AlarmClass.NOT_TOLD else policy.late_after_ms
    return now_ms >= alarm.due_ms + grace_ms


def sound_now(
    every: Iterable[Alarm], last: Sounded, now_ms: int, policy: BoardPolicy = DEFAULT_POLICY
) -> Sounded | None:
    """Return what to remember if it must sound now, None if it stays quiet.

    It sounds when an alarm rings that the last sound was not for, and again while any still rings;
    at most once in a minute on one PC. A clock set back does not keep it quiet.
    """
    now_ringing = ringing(every, now_ms)
    if not now_ringing:
        return None
    since = None if last.at_ms is None else now_ms - last.at_ms
    if since is not None and 0 <= since < policy.sound_apart_ms:
        return None
    has_grown = not set(now_ringing) <= set(last.alarms)
    is_again = since is None or since < 0 or since >= policy.sound_again_after_ms
    if has_grown or is_again:
        return Sounded(at_ms=now_ms, alarms=now_ringing)
    return None


def next_change_ms(every: Iterable[Alarm], now_ms: int) -> int | None:
    """Return when the next alarm that is quiet now will ring, None if none will."""
    return min((alarm.due_ms for alarm in every if alarm.due_ms > now_ms), default=None)
