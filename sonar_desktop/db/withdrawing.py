"""The copy of a scope that was revoked goes off this PC, some people at a time.

It goes when every entry made here into it has its verdict. People stay of whom somebody still
writes here, a draft or an entry made since, until that is over. What the server lost and nobody has
given back yet stays aside, out of sight: this may be the only copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from sonar_core import ids
from sonar_core.records.conflict import Conflict
from sonar_core.sync.grants import CopyState
from sonar_core.sync.messages import Verdict
from sonar_desktop.db import drafted, effects, grants
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.removing import removing

_AT_ONCE: Final = 10
"""So many people go in one transaction: an entry waits for no more."""
_UNDER_WAY: Final = (CopyState.GOING, CopyState.AGAIN)
_WAITING: Final = (
    "SELECT own_op.kind, op_effect.kind, op_effect.id FROM own_op "
    "LEFT JOIN op_effect ON op_effect.op_seq = own_op.op_seq WHERE own_op.state = 'waiting'"
)
_JUDGED: Final = (
    "SELECT op_effect.op_seq, op_effect.kind, op_effect.id, own_op.verdict, pending.patient, "
    "pending.episode "
    "FROM op_effect JOIN own_op ON own_op.op_seq = op_effect.op_seq "
    "LEFT JOIN pending ON pending.id = op_effect.id WHERE own_op.state <> 'waiting'"
)
_PEOPLE: Final = "SELECT DISTINCT patient FROM record WHERE scope = ? AND patient IS NOT NULL"
_OF_PERSON: Final = "SELECT id FROM record WHERE patient = ? AND scope = ?"
_DROP_OF_PERSON: Final = (
    f"DELETE FROM version WHERE id IN ({_OF_PERSON})",  # noqa: S608 no value in it
    "DELETE FROM record WHERE patient = ? AND scope = ?",
)
_CONFLICTS: Final = (
    f"DELETE FROM dispute WHERE conflict IN ({_OF_PERSON} AND kind = '{Conflict.__name__}')"  # noqa: S608 no value in it
)
_GIVEN_BACK: Final = (
    "DELETE FROM unheld WHERE scope = ? AND operation IN "
    "(SELECT op_id FROM own_op WHERE state = 'acked')"
)
_SHOWN: Final = (
    "SELECT kind, id FROM pending WHERE patient = ? AND NOT EXISTS "
    "(SELECT 1 FROM op_effect WHERE op_effect.id = pending.id)"
)
_SHOWN_OF_ALL: Final = (
    "SELECT kind, id, patient, episode FROM pending WHERE NOT EXISTS "
    "(SELECT 1 FROM op_effect WHERE op_effect.id = pending.id)"
)
_PENDING: Final = "SELECT patient FROM pending WHERE id = ?"
OFF_BOARD: Final = (
    "DELETE FROM board_row WHERE NOT EXISTS "
    "(SELECT 1 FROM record WHERE record.id = board_row.episode) AND NOT EXISTS "
    "(SELECT 1 FROM pending WHERE pending.id = board_row.episode)"
)
_BESIDE: Final = ("retired", "place", "cursor")
"""What is kept of a scope beside its rows. What was found spoilt stays for an inquiry."""


def let_go(connection: Connection, touched: Touched) -> bool:
    """Take one step of what is going off the disk; return whether there may be another.

    Raises MassRemovalError where more would go than the scopes that were revoked.
    """
    settle(connection, touched)
    for scope, state in grants.states(connection).items():
        if state is CopyState.REVOKED and not _is_waiting(connection, scope):
            _begin(connection, scope, touched)
            return True
        if state in _UNDER_WAY and _go_on(connection, scope, state, touched):
            return True
    return False


def settle(connection: Connection, touched: Touched) -> None:
    """End what this PC shows of its own judged entries in scopes whose copy goes or has gone.

    Their rows are on the server and never come here. Those of a stay that somebody drafts in, and
    of its person, are shown on: without them the draft could not be signed.
    """
    kinds = grants.kinds_leaving(connection)
    if not kinds:
        return
    raw = driver_connection(connection)
    # A disputed entry of another scope is shown until its conflict comes: that is clinical.
    has_none = Conflict.__name__ in kinds
    is_kept = drafted.keeps(raw)
    ended = [
        (op_seq, one)
        for op_seq, kind, one, verdict, patient, stay in raw.execute(_JUDGED).fetchall()
        if (kind in kinds or (has_none and verdict == Verdict.CONFLICT))
        and not is_kept(patient, stay)
    ]
    raw.executemany("DELETE FROM op_effect WHERE op_seq = ? AND id = ?", ended)
    effects.refresh(connection, {ids.from_bytes(one) for _, one in ended}, touched)
    if ended:
        raw.execute(OFF_BOARD)
    # Without them, or the draft that kept it, what the server lost would be in sight again.
    _drop_lost(raw, grants.kinds_leaving(connection, CopyState.GONE), touched)


def _is_waiting(connection: Connection, scope: str) -> bool:
    """Whether an entry made here into a scope, or changing a record of it, has no verdict."""
    kinds = grants.record_kinds(scope)
    raw = driver_connection(connection)
    return any(kind in kinds or of in kinds for kind, of, _ in raw.execute(_WAITING))


def _begin(connection: Connection, scope: str, touched: Touched) -> None:
    grants.set_state(connection, scope, CopyState.GOING)
    settle(connection, touched)


def _go_on(connection: Connection, scope: str, state: CopyState, touched: Touched) -> bool:
    """Let some people go, and at last the scope; return whether anything went."""
    raw = driver_connection(connection)
    # Granted again, everybody is fetched anew in a moment: nobody's old rows are to stay.
    kept = _kept(raw, scope) if state is CopyState.GOING else set()
    going = list(islice(_others(raw, scope, kept), _AT_ONCE))
    if going:
        _drop(connection, scope, going, touched)
        return True
    if kept:
        return False
    _end(connection, scope, state, touched)
    return True


def _others(raw: Any, scope: str, kept: set[bytes]) -> Iterator[bytes]:
    return (patient for (patient,) in raw.execute(_PEOPLE, (scope,)) if patient not in kept)


def _kept(raw: Any, scope: str) -> set[bytes]:
    """Return the people of whom somebody still writes on this PC."""
    kinds = grants.record_kinds(scope)
    found = drafted.people(raw)
    for _, kind, record in raw.execute(_WAITING).fetchall():
        if kind in kinds:
            found |= _first(raw, _PENDING, record)
    return found & _first(raw, _PEOPLE, scope)


def _first(raw: Any, statement: str, *values: object) -> set[Any]:
    return {row[0] for row in raw.execute(statement, values)}


def _drop(connection: Connection, scope: str, people: Iterable[bytes], touched: Touched) -> None:
    raw = driver_connection(connection)
    kinds = grants.record_kinds(scope)
    with removing(connection, "revoke"):
        for patient in people:
            raw.execute(_CONFLICTS, (patient, scope))
            for statement in _DROP_OF_PERSON:
                raw.execute(statement, (patient, scope))
            lost = [one for kind, one in raw.execute(_SHOWN, (patient,)) if kind in kinds]
            raw.executemany("DELETE FROM pending WHERE id = ?", [(one,) for one in lost])
            touched.patients.add(ids.from_bytes(patient))
        raw.execute(OFF_BOARD)
    touched.is_own = True


def _end(connection: Connection, scope: str, state: CopyState, touched: Touched) -> None:
    """Let the rest go, which is of nobody, with all that is kept of the scope beside its rows."""
    raw = driver_connection(connection)
    with removing(connection, "revoke"):
        raw.execute(_GIVEN_BACK, (scope,))
        for table in ("record", "version", *_BESIDE):
            raw.execute(f"DELETE FROM {table} WHERE scope = ?", (scope,))  # noqa: S608
        raw.execute(OFF_BOARD)
        _drop_lost(raw, grants.record_kinds(scope), touched)
    touched.is_own = True
    grants.set_state(connection, scope, CopyState.GONE if state is CopyState.GOING else None)
    # By itself: for whoever follows the words nothing has changed any more.
    if state is CopyState.AGAIN:
        grants.show_held_back(connection, scope, touched)
    grants.look_anew(connection, touched)
    grants.follow(connection, touched)


def _drop_lost(raw: Any, kinds: frozenset[str], touched: Touched) -> None:
    """End what is shown of people of whom the server had lost every row: no row led to them."""
    found, is_kept = raw.execute(_SHOWN_OF_ALL).fetchall(), drafted.keeps(raw)
    lost = [
        (one, patient)
        for kind, one, patient, stay in found
        if kind in kinds and not is_kept(patient, stay)
    ]
    if not lost:
        return
    raw.executemany("DELETE FROM pending WHERE id = ?", [(one,) for one, _ in lost])
    raw.executemany("DELETE FROM dispute WHERE conflict = ?", [(one,) for one, _ in lost])
    raw.execute(OFF_BOARD)
    touched.patients.update(ids.from_bytes(of) for _, of in lost if of is not None)
    touched.is_own = True
