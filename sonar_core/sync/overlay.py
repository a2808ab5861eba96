"""What a screen shows: the confirmed record with this device's own waiting changes on top.

A person's own entry never disappears between saving and the verdict, whatever arrives meanwhile.
"""

from __future__ import annotations

from typing import Any

from sonar_core import bodies
from sonar_core.records.conflict import Conflict, ConflictResolution, ConflictStatus
from sonar_core.sync.disputes import PLACE
from sonar_core.sync.merge import ALSO_DONE
from sonar_core.sync.operations import Header, Operation, OpKind, body_of, edit_of


def affected(operation: Operation, header: Header) -> tuple[tuple[str, str], ...]:
    """Return (kind, id) of each record that looks different once the operation is written."""
    own = (header.kind, header.entity)
    if header.op is not OpKind.RESOLVE:
        return (own,)
    fields = body_of(operation)
    conflict = (Conflict.__name__, str(fields["conflict"]))
    if fields["group"] == PLACE:
        # Facts were in dispute: the place is no record, and no fact changes.
        return (own, conflict)
    return (own, (str(fields["entity_kind"]), str(fields["entity"])), conflict)


def project(
    kind: str, confirmed: bytes | None, waiting: list[tuple[Header, Operation]]
) -> bytes | None:
    """Return the bytes to show for one record: confirmed, then each waiting operation in order.

    `waiting` holds the operations that affect the record. None where the record does not exist
    yet for anybody.
    """
    if not waiting:
        return confirmed
    fields = None if confirmed is None else bodies.fields_of(confirmed)
    raw = confirmed
    for header, operation in waiting:
        if header.op is OpKind.RECORD and fields is None:
            raw, fields = operation.payload, body_of(operation)
            continue
        change = _change(kind, header, operation, fields)
        if change is None:
            continue
        fields = {**(fields or {}), **change}
        raw = None
    if fields is None:
        return None
    return bodies.encode(fields) if raw is None else raw


def _change(
    kind: str, header: Header, operation: Operation, fields: dict[str, Any] | None
) -> dict[str, Any] | None:
    if header.op is OpKind.RECORD:
        return body_of(operation)
    if header.op is OpKind.EDIT:
        edit = edit_of(operation)
        new = {f: pair[1] for group in edit.groups.values() for f, pair in group.items()}
        # Who else did it comes from the server alone, maybe since this was written.
        new.pop(ALSO_DONE, None)
        return None if fields is None else new
    decision = body_of(operation)
    if kind == ConflictResolution.__name__:
        return decision
    if fields is None:
        return None
    if kind == Conflict.__name__:
        return {"status": ConflictStatus.RESOLVED.value, "resolution": decision["id"]}
    return dict(decision["values"])
