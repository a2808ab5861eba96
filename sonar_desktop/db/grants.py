"""Which scopes this PC may hold, followed from the words of the reference scope's log."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, literal_column, select

from sonar_core import bodies
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import REGISTRY
from sonar_core.records.scope_grant import SCOPE_GRANT, ScopeGrant
from sonar_core.sync.grants import REVOCABLE, CopyState, next_state, revoked_from
from sonar_core.sync.operations import Operation, header_of
from sonar_core.sync.overlay import affected
from sonar_core.sync.rows import Row
from sonar_desktop.db import effects, first_sync, schema
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.identity import keep_scopes, must_be_enrolled, scope_named
from sonar_desktop.db.schema import OpState

_TABLE: Final = schema.revoked_scope
_STATES: Final = select(_TABLE)
_WORDS: Final = select(schema.record.c.body).where(
    schema.record.c.kind == literal_column(f"'{SCOPE_GRANT}'")
)
"""By the kind's very name: the index `record_kind` serves no value that is bound."""
_OUT_OF_SIGHT: Final = select(schema.own_op).where(
    schema.own_op.c.state == OpState.HELD,
    schema.NOT_ACKED,
    schema.own_op.c.kind.in_(bindparam("kinds", expanding=True)),
    ~exists().where(schema.op_effect.c.op_seq == schema.own_op.c.op_seq),
)
_LISTED: Final = select(schema.board_row.c.episode, schema.board_row.c.patient)


def states(connection: Connection) -> dict[str, CopyState]:
    """Return the scopes that this PC may not hold, or is not to fetch yet, by name."""
    return {row.scope: CopyState(row.state) for row in connection.execute(_STATES)}


def kind_of(scope: str) -> ScopeKind:
    """Return the kind of a scope by its name on the wire."""
    return ScopeKind(scope.rpartition("/")[2])


def revoked_kinds(connection: Connection) -> tuple[str, ...]:
    """Return the kinds of scope that this PC may not hold, or is not to fetch yet, by name."""
    return tuple(sorted(kind_of(scope).value for scope in states(connection)))


def record_kinds(scope: str) -> frozenset[str]:
    """Return the kinds of records that a scope holds, as far as this program knows them."""
    wanted = kind_of(scope)
    return frozenset(name for name, kind in REGISTRY.items() if kind.scope is wanted)


def kinds_leaving(connection: Connection, *among: CopyState) -> frozenset[str]:
    """Return the kinds of records of scopes whose copy goes or has gone, or is in such a state."""
    wanted = among or (CopyState.GOING, CopyState.GONE, CopyState.AGAIN)
    found = [scope for scope, state in states(connection).items() if state in wanted]
    return frozenset[str]().union(*map(record_kinds, found))


def set_state(connection: Connection, scope: str, state: CopyState | None) -> None:
    """Write what becomes of a scope's copy; None: it is held like any other."""
    connection.execute(delete(_TABLE).where(_TABLE.c.scope == scope))
    if state is not None:
        connection.execute(insert(_TABLE), {"scope": scope, "state": state})


def show_held_back(connection: Connection, scope: str, touched: Touched) -> None:
    """Show again what the server holds back of a scope that this PC holds again.

    It was out of sight while the scope's copy had gone, and no row comes that would show it.
    """
    changed: set[str] = set()
    for row in connection.execute(_OUT_OF_SIGHT, {"kinds": list(record_kinds(scope))}).all():
        operation = Operation(row.header, row.payload, row.signature)
        records = affected(operation, header_of(operation))
        effects.put(connection, row.op_seq, records)
        changed.update(identifier for _, identifier in records)
    effects.refresh(connection, changed, touched)


def has_word(rows: Iterable[Row]) -> bool:
    """Return whether a word on who may hold what is among these rows."""
    return any(row.kind == SCOPE_GRANT for row in rows)


def follow(connection: Connection, touched: Touched) -> None:
    """Bring the scopes that this PC fetches up to the words that it holds.

    What is shown of everybody in custody is made anew: it says what is not held here.
    """
    stored = must_be_enrolled(connection)
    revoked = revoked_from(stored.device, stored.site, _words(connection))
    before = states(connection)
    after = {
        scope_named(kind, stored): next_state(
            before.get(scope_named(kind, stored)), is_revoked=kind in revoked
        )
        for kind in REVOCABLE
    }
    for scope, state in after.items():
        if state is not before.get(scope):
            set_state(connection, scope, state)
            # What it had begun to fetch would not go together with what it fetches one day.
            first_sync.forget(connection, scope)
            if state is None:
                show_held_back(connection, scope, touched)
    if after != {scope: before.get(scope) for scope in after}:
        look_anew(connection, touched)
    held = tuple(scope for scope, state in after.items() if state is None)
    keep_scopes(connection, (scope_named(ScopeKind.REFERENCE, stored), *held))


def _words(connection: Connection) -> list[ScopeGrant]:
    """Return the words that can be read: one that a disk spoilt is followed once it is right."""
    found: list[ScopeGrant] = []
    for body in connection.scalars(_WORDS):
        with suppress(bodies.BodyError):
            found.append(bodies.decode(body, ScopeGrant))
    return found


def look_anew(connection: Connection, touched: Touched) -> None:
    """Have the board line of everybody in custody made anew."""
    touched.is_own = True
    for episode, patient in connection.execute(_LISTED):
        touched.episodes.add(episode)
        touched.patients.add(patient)
