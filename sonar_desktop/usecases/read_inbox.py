"""Read the conflict inbox: what waits for a decision, and what was decided today."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.board.rows import BoardRow, decode
from sonar_core.board.words import DISPUTE_TEXT
from sonar_core.moments import Moment, moment_at, wall_date
from sonar_core.records.conflict import Conflict, ConflictResolution, ConflictStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading, Standing, Unread
from sonar_desktop.usecases.read_conflicts import OpenConflict, read_conflicts

_KIND: Final = Conflict.__name__


class WaitingConflict(msgspec.Struct, frozen=True, kw_only=True):
    """An open conflict with where the person is now.

    `episode` is the stay to open, None where the person is not in custody here. `since_ms` is when
    the server found the conflict, `received_ms` when each version reached it where that is known.
    """

    open: OpenConflict
    episode: str | None
    cell: str
    since_ms: int | None
    received_ms: tuple[int | None, ...]


class DecidedConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict that somebody decided; `standing` says where the decision is."""

    conflict: str
    cell: str
    title: str
    who: str
    reason: str
    decided_at: Moment
    standing: Standing


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, safety items first; what was decided today, newest first; people by user id.

    `unreadable` are the cells of conflicts that only a newer program can show, "" where the person
    is in none; whether they are settled cannot be read either.
    """

    waiting: tuple[WaitingConflict, ...]
    unreadable: tuple[str, ...]
    decided: tuple[DecidedConflict, ...]
    names: dict[str, str]


def read_inbox(desk: Desk) -> Inbox:
    """Return the inbox as this PC knows it."""
    found = read_conflicts(desk)

    def look(reading: Reading) -> Inbox:
        rows = [row for row in map(decode, reading.board()) if row.is_at(desk.site)]
        names = people(reading, desk.actor)
        unread = reading.unreadable_conflicts()
        return Inbox(
            waiting=tuple(_waiting(reading, one, rows) for one in found),
            unreadable=tuple(sorted(_cell(reading, one, rows) for one in unread)),
            decided=_decided_today(desk, reading, rows, names),
            names=names,
        )

    return desk.store.read(look)


def _waiting(reading: Reading, one: OpenConflict, rows: list[BoardRow]) -> WaitingConflict:
    conflict = one.conflict
    episode, cell = _place(reading, conflict, rows)
    seen = reading.seen(_KIND, conflict.id)
    return WaitingConflict(
        open=one,
        episode=episode,
        cell=cell or one.cell,
        since_ms=None if seen is None else seen.received_ms,
        received_ms=tuple(
            _received(reading, conflict.entity_kind, side.fact) for side in conflict.alternatives
        ),
    )


def _received(reading: Reading, kind: str, fact: str | None) -> int | None:
    seen = None if fact is None else reading.seen(kind, fact)
    return None if seen is None else seen.received_ms


def _cell(reading: Reading, conflict: Unread, rows: list[BoardRow]) -> str:
    return _place(reading, conflict, rows)[1]


def _place(
    reading: Reading, conflict: Conflict | Unread, rows: list[BoardRow]
) -> tuple[str | None, str]:
    """Return the stay and the cell: the stay in dispute, else where the person is now."""
    if conflict.episode is not None:
        stay = reading.get(CustodyEpisode, conflict.episode)
        return conflict.episode, "" if stay is None else stay.cell
    here = next((row for row in rows if row.patient == conflict.patient), None)
    return (None, "") if here is None else (here.episode, here.cell)


def _decided_today(
    desk: Desk, reading: Reading, rows: list[BoardRow], names: dict[str, str]
) -> tuple[DecidedConflict, ...]:
    today = wall_date(moment_at(desk.clock.now_ms(), desk.clock.zone()))
    found: list[DecidedConflict] = []
    for conflict in reading.conflicts(open_only=False):
        if conflict.status is not ConflictStatus.RESOLVED or conflict.resolution is None:
            continue
        seen = reading.seen(ConflictResolution.__name__, conflict.resolution)
        if seen is None or not isinstance(seen.record, ConflictResolution):
            continue
        decision = seen.record
        if wall_date(decision.recorded_at) != today:
            continue
        found.append(
            DecidedConflict(
                conflict=conflict.id,
                cell=_place(reading, conflict, rows)[1],
                title=DISPUTE_TEXT.get(conflict.entity_kind, "Versions differ"),
                who=names.get(decision.performed_by, decision.performed_by),
                reason=decision.reason,
                decided_at=decision.recorded_at,
                standing=seen.standing,
            )
        )
    return tuple(sorted(found, key=lambda one: one.decided_at.utc_ms, reverse=True))
