"""Stays that are over leave this PC: at once out of what is compared, later off the disk.

From the place of the server's word on, a stay's rows count in no digest here either. They stay and
are shown until nothing can be lost with them, and come back by the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from sonar_core import bodies, ids
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync import moving
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import Row
from sonar_desktop.db import schema
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.ingest import Arrived, take_rows
from sonar_desktop.db.removing import removing
from sonar_desktop.usecases.sync_ports import Taken

_AT_ONCE: Final = 20
"""So many stays go in one transaction: a person's entry waits for no more."""
ANY_LEAVING: Final = select(schema.retired.c.episode).where(schema.LEAVING).limit(1)
_TABLES: Final = ("record", "version")
_OF_STAY: Final = "scope = ? AND episode = ? AND patient = ?"
_HASHES: Final = (
    f"SELECT row_hash FROM record WHERE {_OF_STAY} UNION ALL "  # noqa: S608 no value in it
    f"SELECT row_hash FROM version WHERE {_OF_STAY}"
)
_MARK: Final = (
    "INSERT OR REPLACE INTO retired (scope, episode, patient, seq, is_gone, is_moved) "
    "VALUES (?, ?, ?, ?, 0, ?)"
)
_MARKED: Final = "SELECT patient, is_gone FROM retired WHERE scope = ? AND episode = ?"
_FORGET: Final = "DELETE FROM retired WHERE scope = ? AND episode = ?"
_LATER: Final = "SELECT DISTINCT patient FROM retired WHERE scope = ? AND seq > ?"
_LATER_MOVED: Final = "SELECT episode FROM retired WHERE scope = ? AND seq > ? AND is_moved = 1"
_FORGET_LATER: Final = "DELETE FROM retired WHERE scope = ? AND seq > ?"
_LEAVING: Final = (
    "SELECT episode, patient, scope, seq FROM retired WHERE is_gone = 0 "
    # Of a scope that was revoked nothing is compared any more: what is in it goes by that word.
    "AND scope NOT IN (SELECT scope FROM revoked_scope) ORDER BY episode, scope"
)
_GONE: Final = "UPDATE retired SET is_gone = 1 WHERE scope = ? AND episode = ?"
_KEPT_BY: Final = (
    "SELECT EXISTS (SELECT 1 FROM pending WHERE episode = :stay) "
    "OR EXISTS (SELECT 1 FROM draft WHERE episode = :name) "
    "OR EXISTS (SELECT 1 FROM unheld WHERE episode = :stay "
    "AND scope NOT IN (SELECT scope FROM revoked_scope)) "
    "OR EXISTS (SELECT 1 FROM board_row WHERE episode = :stay) "
    "OR EXISTS (SELECT 1 FROM record JOIN dispute ON record.id IN (conflict, subject) "
    "WHERE record.episode = :stay) "
    "OR EXISTS (SELECT 1 FROM op_effect JOIN record ON record.id = op_effect.id "
    "WHERE record.episode = :stay) "
    "OR EXISTS (SELECT 1 FROM own_op JOIN record ON record.id = own_op.entity "
    "WHERE own_op.state <> 'acked' AND record.episode = :stay)"
)
"""What keeps a stay here: an operation, a draft, a line on the board, a dispute, a lost row."""

_Stay = tuple[bytes | None, bytes | None]
"""Patient and episode; of a stay that has left, neither is None."""


class Followed(NamedTuple):
    """What a frame brought, and the hashes of what it says has left."""

    arrived: Arrived
    left: list[bytes]


class Departure(NamedTuple):
    """How many stays left, and whether others wait for the server's horizon alone."""

    stays: int
    waits_for_horizon: bool


def follow(connection: Connection, taken: Taken, touched: Touched) -> Followed:
    """Store a frame's rows in their order, with the stays that leave and come back among them.

    Raises RowClashError for another content under a version that is held.
    """
    raw = driver_connection(connection)
    marked = _marked(raw, taken)
    arrived, left = Arrived(), []
    for rows, hashes, word in _parts(taken):
        _come_back(connection, taken.scope, rows, marked)
        came = take_rows(connection, taken.scope, rows, hashes, touched)
        arrived.rows += came.rows
        arrived.hashes += came.hashes
        if word is not None:
            stay = word.patient, word.episode
            left += [] if stay in marked else _held(raw, taken.scope, stay)
            is_moved = _is_by_move(word)
            raw.execute(_MARK, (taken.scope, word.episode, word.patient, word.seq, is_moved))
            marked[stay] = 0
            if is_moved and word.episode is not None:
                _look_again(touched, word.episode)
    return Followed(arrived, left)


def _is_by_move(word: Row) -> bool:
    """Return whether the person is elsewhere; a rule that only a newer program knows says not."""
    return bodies.fields_of(word.body).get("rule") == moving.RULE


def _look_again(touched: Touched, episode: bytes) -> None:
    """Have it made anew whether there is a line of a stay on the board."""
    stay = ids.from_bytes(episode)
    touched.kinds[stay] = CustodyEpisode.__name__
    touched.episodes.add(stay)


def _marked(raw: Any, taken: Taken) -> dict[_Stay, int]:
    """Return which of a frame's stays have left before it, and whether they are gone."""
    found: dict[_Stay, int] = {}
    for episode in {row.episode for row in taken.rows} - {None}:
        for patient, is_gone in raw.execute(_MARKED, (taken.scope, episode)):
            found[patient, episode] = is_gone
    return found


def _parts(taken: Taken) -> Iterator[tuple[list[Row], list[bytes], Row | None]]:
    """Yield the rows up to each retirement, which is no row of any table, and those after."""
    start = 0
    for at, row in enumerate(taken.rows):
        if row.kind == RETIREMENT:
            yield taken.rows[start:at], taken.hashes[start:at], row
            start = at + 1
    yield taken.rows[start:], taken.hashes[start:], None


def _held(raw: Any, scope: str, stay: _Stay) -> list[bytes]:
    of = (scope, stay[1], stay[0])
    return [row_hash for (row_hash,) in raw.execute(_HASHES, (*of, *of))]


def _come_back(
    connection: Connection, scope: str, rows: Sequence[Row], marked: dict[_Stay, int]
) -> None:
    """Let the rows of stays that come back give way to the same ones at their new places.

    A stay comes back whole, in one commit: what is held of it is among the rows.
    """
    for stay in {(row.patient, row.episode) for row in rows} & marked.keys():
        if not marked.pop(stay):
            with removing(connection, "come_back"):
                _drop(connection, scope, stay)
        driver_connection(connection).execute(_FORGET, (scope, stay[1]))


def _drop(connection: Connection, scope: str, stay: _Stay) -> None:
    raw = driver_connection(connection)
    for table in _TABLES:
        raw.execute(f"DELETE FROM {table} WHERE {_OF_STAY}", (scope, stay[1], stay[0]))  # noqa: S608


def let_go(
    connection: Connection, agreed: Mapping[str, int], safe: Mapping[str, int], touched: Touched
) -> Departure:
    """Take off the disk what has left and cannot be lost: at most a few stays at once.

    `agreed` is how far both sides' digests were equal just now, `safe` the server's horizon, by
    scope. Raises MassRemovalError where more would go than that.
    """
    raw = driver_connection(connection)
    going: list[tuple[tuple[bytes, bytes], list[str]]] = []
    waits = False
    for stay, places in _leaving(raw).items():
        if len(going) == _AT_ONCE:
            break
        if any(seq > agreed.get(scope, 0) for scope, seq in places) or _is_kept(raw, stay):
            continue
        if any(seq > safe.get(scope, 0) for scope, seq in places):
            waits = True
            continue
        going.append((stay, [scope for scope, _ in places]))
    if going:
        with removing(connection, "retire"):
            for stay, scopes in going:
                for scope in scopes:
                    _drop(connection, scope, stay)
        raw.executemany(_GONE, [(scope, stay[1]) for stay, scopes in going for scope in scopes])
        touched.patients.update(ids.from_bytes(patient) for (patient, _), _ in going)
        touched.episodes.update(ids.from_bytes(episode) for (_, episode), _ in going)
    return Departure(len(going), waits)


def _leaving(raw: Any) -> dict[tuple[bytes, bytes], list[tuple[str, int]]]:
    found: dict[tuple[bytes, bytes], list[tuple[str, int]]] = {}
    for episode, patient, scope, seq in raw.execute(_LEAVING):
        found.setdefault((patient, episode), []).append((scope, seq))
    return found


def _is_kept(raw: Any, stay: tuple[bytes, bytes]) -> bool:
    names = {"stay": stay[1], "name": ids.from_bytes(stay[1])}
    return bool(raw.execute(_KEPT_BY, names).fetchone()[0])


def undo_after(connection: Connection, scope: str, seq: int, touched: Touched) -> list[bytes]:
    """Forget what left after this place of a log that has lost it; return whose rows to fetch.

    What is still here counts again, and is on the board again where it was. It may be half here: a
    stay that left while a first sync was bringing it.
    """
    raw = driver_connection(connection)
    missing = [patient for (patient,) in raw.execute(_LATER, (scope, seq))]
    for (episode,) in raw.execute(_LATER_MOVED, (scope, seq)):
        _look_again(touched, episode)
    raw.execute(_FORGET_LATER, (scope, seq))
    return missing
