"""Where each record is: on this PC, held centrally, held back, or waiting for a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select

from sonar_core.sync.messages import Verdict
from sonar_desktop.db import schema, unheld
from sonar_desktop.db.schema import OpState
from sonar_desktop.usecases.ports import Standing

# Made once: making one takes longer than running it.
_DISPUTED: Final = select(schema.dispute.c.subject).distinct()
_STATES: Final = (
    select(
        schema.op_effect.c.id,
        *(schema.own_op.c[name] for name in ("op_seq", "state", "verdict")),
    )
    .join(schema.own_op, schema.own_op.c.op_seq == schema.op_effect.c.op_seq)
    .where(schema.op_effect.c.id.in_(bindparam("entities", expanding=True)))
)


def disputed_ids(connection: Connection) -> set[str]:
    """Return what open conflicts are about."""
    return set(connection.scalars(_DISPUTED))


def standings(
    connection: Connection,
    records: Mapping[str, bool],
    in_flight: Collection[int],
    disputed: set[str],
) -> dict[str, Standing]:
    """Return where each record is; the gravest state of its operations speaks for it.

    Records are ids, each with whether this PC has changes on top of it; `disputed` is what
    `disputed_ids` returns.
    """
    pending = [identifier for identifier, is_pending in records.items() if is_pending]
    operations = _operations(connection, pending)
    lost = unheld.of_others(connection, pending) if pending else frozenset()
    found: dict[str, Standing] = {}
    for identifier, is_pending in records.items():
        states = operations.get(identifier, [])
        waiting = [op_seq for op_seq, state, _ in states if state == OpState.WAITING]
        if any(state == OpState.HELD for _, state, _ in states):
            found[identifier] = Standing.HELD
        elif identifier in disputed or any(verdict == Verdict.CONFLICT for _, _, verdict in states):
            found[identifier] = Standing.DECISION
        elif waiting:
            is_sending = all(op_seq in in_flight for op_seq in waiting)
            found[identifier] = Standing.SENDING if is_sending else Standing.LOCAL
        elif identifier in lost:
            # Though the server may have an entry of this PC that was made on top of it.
            found[identifier] = Standing.UNHELD
        elif is_pending and not states:  # written in this very action
            found[identifier] = Standing.LOCAL
        else:
            found[identifier] = Standing.CENTRAL
    return found


def _operations(
    connection: Connection, identifiers: Collection[str]
) -> dict[str, list[tuple[int, str, str]]]:
    if not identifiers:
        return {}
    rows = connection.execute(_STATES, {"entities": list(identifiers)})
    found: dict[str, list[tuple[int, str, str]]] = {}
    for identifier, op_seq, state, verdict in rows:
        found.setdefault(identifier, []).append((op_seq, state, verdict))
    return found
