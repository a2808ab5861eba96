"""What this PC's own operations make of a record until their rows have come back.

Between saving and the arrival of its row an entry never disappears: an effect stays until the row
that its operation made is stored, or a later one that holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from sonar_core import bodies, ids
from sonar_core.ids import from_bytes
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.kinds import Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.decision import whose
from sonar_core.sync.messages import Receipt, Verdict
from sonar_core.sync.operations import Header, Operation, header_of
from sonar_core.sync.overlay import project
from sonar_core.sync.rows import Provenance, Row, provenance_of
from sonar_desktop.db import come_already, schema, unheld
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.schema import OpState
from sonar_desktop.db.shown import conflict_of, pending_provenance

_RESOLUTION: Final = ConflictResolution.__name__
_HELD_BACK = (Verdict.QUARANTINED, Verdict.REFUSED)
# Made once: making one takes longer than running it.
_UNSETTLED: Final = "SELECT id FROM op_effect UNION SELECT id FROM unheld"
_OPEN: Final = select(
    *(schema.own_op.c[name] for name in ("op_seq", "op_id", "kind", "entity"))
).where(
    schema.own_op.c.op_id.in_(bindparam("op_ids", expanding=True)),
    schema.own_op.c.state != bindparam("acked"),
)
# By the driver itself: a batch is hundreds of lines, each of which would be made ready one by one.
_SETTLE: Final = (
    "UPDATE own_op SET state = ?, verdict = ?, reason = ?, detail = ?, version = ?, "
    "settled_ms = ? WHERE op_seq = ?"
)
_SETTLES_AT: Final = "UPDATE op_effect SET settles_at = ? WHERE op_seq = ? AND id = ?"
_CAME: Final = (
    "DELETE FROM op_effect WHERE id = ?1 AND "
    "(settles_at <= ?2 OR op_seq IN (SELECT op_seq FROM own_op WHERE op_id = ?3))"
)
_LOOKS: Final = select(schema.op_effect.c.op_seq, schema.op_effect.c.id).where(
    schema.op_effect.c.op_seq.in_(bindparam("numbers", expanding=True))
)
_OF_EFFECT: Final = and_(
    schema.op_effect.c.op_seq == bindparam("of"), schema.op_effect.c.id == bindparam("entity")
)
_ENDED: Final = delete(schema.op_effect).where(_OF_EFFECT)
_VERSIONS: Final = select(schema.record.c.id, schema.record.c.version).where(
    schema.record.c.id.in_(bindparam("entities", expanding=True))
)
_CONFIRMED: Final = select(schema.record).where(
    schema.record.c.id.in_(bindparam("entities", expanding=True))
)
_SHOWN: Final = select(
    *(schema.pending.c[name] for name in ("kind", "id", "patient", "episode"))
).where(schema.pending.c.id.in_(bindparam("entities", expanding=True)))
_FORGET: Final = delete(schema.pending).where(
    schema.pending.c.id.in_(bindparam("entities", expanding=True))
)
_SHOW: Final = insert(schema.pending).prefix_with("OR REPLACE")


class Touched(msgspec.Struct, kw_only=True):
    """What a transaction changed, gathered as it goes: records by id with their kind.

    `is_own` says that this PC's own entries look different, or stand differently. `over` are stays
    that the server's rows say are over. `in_bulk`, in a first sync, notes no record by itself for
    which its patient stands and from which nothing is derived.
    """

    kinds: dict[str, str] = {}
    patients: set[str] = set()
    episodes: set[str] = set()
    over: set[str] = set()
    is_own: bool = False
    in_bulk: bool = False

    def add(self, kind: str, identifier: str, patient: str | None, episode: str | None) -> None:
        """Note one record and whom it belongs to."""
        self.kinds[identifier] = kind
        if patient is not None:
            self.patients.add(patient)
        if episode is not None:
            self.episodes.add(episode)

    def merge(self, other: Touched) -> None:
        """Note everything that another has noted."""
        self.kinds |= other.kinds
        self.patients |= other.patients
        self.episodes |= other.episodes
        self.over |= other.over


def put(connection: Connection, op_seq: int, records: Collection[tuple[str, str]]) -> None:
    """Note which records an operation changes the look of."""
    connection.execute(
        insert(schema.op_effect),
        [{"op_seq": op_seq, "kind": kind, "id": identifier} for kind, identifier in records],
    )


def settle(
    connection: Connection,
    receipts: Sequence[Receipt],
    now_ms: int,
    touched: Touched,
    restood: Touched,
) -> None:
    """Keep verdicts, and bring what is shown of the records concerned up to them.

    Notes in `restood` the records whose bytes are as they were and that stand otherwise now.
    A verdict that is known already, or on an operation that is not ours, changes nothing. A batch
    is settled by a few statements and not by a few for each operation.
    """
    ours = _open_operations(connection, [receipt.op_id for receipt in receipts])
    fresh: dict[str, Receipt] = {}
    for receipt in receipts:
        before = fresh.get(receipt.op_id)
        if receipt.op_id in ours and (before is None or before.verdict in _HELD_BACK):
            fresh[receipt.op_id] = receipt
    if not fresh:
        return
    driver_connection(connection).executemany(
        _SETTLE,
        [
            (
                # Words, not members: of those the driver would look for an adapter.
                str(OpState.HELD if receipt.verdict in _HELD_BACK else OpState.ACKED),
                str(receipt.verdict),
                str(receipt.reason),
                receipt.detail,
                receipt.version,
                now_ms,
                ours[receipt.op_id].op_seq,
            )
            for receipt in fresh.values()
        ],
    )
    settled = [(ours[op_id], receipt) for op_id, receipt in fresh.items()]
    numbers = [row.op_seq for row, _ in settled]
    looks = {(row.op_seq, row.id) for row in connection.execute(_LOOKS, {"numbers": numbers})}
    ended = _ended_by(settled, looks) | _settle_effects(connection, settled)
    accepted = [(row, receipt) for row, receipt in settled if receipt.verdict not in _HELD_BACK]
    ended |= come_already.looks_over(connection, accepted, looks)
    if ended:
        connection.execute(_ENDED, [{"of": of, "entity": entity} for of, entity in ended])
    # While all its operations stand on top of a record as before, its bytes stay as they are.
    anew = {entity for _, entity in ended}
    _note_shown(connection, {entity for _, entity in looks} - anew, restood)
    refresh(connection, anew, touched)


def _open_operations(connection: Connection, op_ids: list[str]) -> dict[str, Any]:
    rows = connection.execute(_OPEN, {"op_ids": op_ids, "acked": OpState.ACKED})
    return {row.op_id: row for row in rows}


def _ended_by(
    settled: list[tuple[Any, Receipt]], looks: set[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Return the effects that the verdict itself ends."""
    local, undecided = set(), {}
    for row, receipt in settled:
        if receipt.verdict in _HELD_BACK:
            continue
        if row.kind in REGISTRY and REGISTRY[row.kind].sort is Sort.LOCAL:
            # Its row never comes back: the operation itself is what this PC keeps.
            local.add(row.op_seq)
        elif row.kind == _RESOLUTION and receipt.verdict is not Verdict.APPLIED:
            # The decision is kept, and did not settle the matter.
            undecided[row.op_seq] = row.entity
    return {
        (op_seq, entity)
        for op_seq, entity in looks
        if op_seq in local or undecided.get(op_seq, entity) != entity
    }


def _settle_effects(
    connection: Connection, settled: list[tuple[Any, Receipt]]
) -> set[tuple[int, str]]:
    """Note at which version each effect ends; return those whose row is here already."""
    effects = [
        (receipt.version, row.op_seq, row.entity)
        for row, receipt in settled
        if _ends_with_its_row(row, receipt)
    ]
    if not effects:
        return set()
    driver_connection(connection).executemany(
        _SETTLES_AT, [(at, of, ids.to_bytes(entity)) for at, of, entity in effects]
    )
    entities = list({entity for _, _, entity in effects})
    held = {row.id: row.version for row in connection.execute(_VERSIONS, {"entities": entities})}
    return {(of, entity) for at, of, entity in effects if at <= held.get(entity, 0)}


def _ends_with_its_row(row: Any, receipt: Receipt) -> bool:
    if receipt.verdict in _HELD_BACK:
        return False
    if row.kind in REGISTRY and REGISTRY[row.kind].sort is Sort.LOCAL:
        return False
    # A conflict's effect stays until the conflict's row is here, which holds this version.
    return row.kind == _RESOLUTION or receipt.verdict is not Verdict.CONFLICT


def _note_shown(connection: Connection, identifiers: Collection[str], touched: Touched) -> None:
    """Say that records stand differently whose bytes are as they were."""
    if not identifiers:
        return
    touched.is_own = True
    for row in connection.execute(_SHOWN, {"entities": list(identifiers)}):
        touched.add(row.kind, row.id, row.patient, row.episode)


def unsettled_ids(connection: Connection) -> set[str]:
    """Return the records whose look this PC's operations change, or that the server lost."""
    return {from_bytes(one) for (one,) in driver_connection(connection).execute(_UNSETTLED)}


def rows_came(connection: Connection, rows: Sequence[Row]) -> set[str]:
    """Drop the effects that these new rows hold; return what else looks different by that.

    An operation held back whose row comes was taken since, and a copy of this disk heard of it: it
    is sent again, for its verdict.
    """
    made_by = [(row, provenance_of(row.provenance).operation) for row in rows]
    held = come_already.asked_again(connection, [operation for _, operation in made_by])
    driver_connection(connection).executemany(
        _CAME,
        [(row.id, row.version, operation) for row, operation in made_by if operation not in held],
    )
    decided = {operation for row, operation in made_by if row.kind == _RESOLUTION} - held
    return come_already.with_decisions(connection, decided)


def conflict_came(connection: Connection, body: bytes) -> list[str]:
    """Drop the effects of the versions that a conflict holds; return the disputed record's id.

    One of them that is held back here was taken since, as with a row of its own. The first stood
    already, and what was applied has a version: these end with their rows, which may come later.
    """
    conflict = conflict_of(body)
    if conflict is None:
        return []
    effect, op = schema.op_effect, schema.own_op
    sides = [side.operation for side in conflict.alternatives]
    come_already.asked_again(connection, sides)
    held = select(op.c.op_seq).where(op.c.op_id.in_(sides[1:]), op.c.entity == conflict.entity)
    has_no_row = effect.c.settles_at.is_(None)
    connection.execute(
        delete(effect).where(effect.c.id == conflict.entity, effect.c.op_seq.in_(held), has_no_row)
    )
    return [conflict.entity]


def refresh(connection: Connection, identifiers: Collection[str], touched: Touched) -> None:
    """Make the pending records anew from the confirmed ones and the effects that are left."""
    if not identifiers:
        return
    touched.is_own = True
    operations = waiting_on(connection, identifiers)
    wanted = {"entities": list(identifiers)}
    held = {row.id: row for row in connection.execute(_CONFIRMED, wanted)}
    gone = [one for one in identifiers if one not in operations]
    # An access line has no confirmed row that would tell whose board line counted it as unsent.
    _note_shown(connection, gone, touched)
    connection.execute(_FORGET, {"entities": gone})
    lost = unheld.newest(connection, identifiers)
    for identifier in identifiers:
        confirmed = held.get(identifier)
        waiting = operations.get(identifier, [])
        last = lost.get(identifier)
        if last is not None and (confirmed is None or confirmed.version < last.row.version):
            _show_lost(connection, last, confirmed, waiting, touched)
            continue
        if not waiting:
            if confirmed is not None:
                touched.add(confirmed.kind, identifier, confirmed.patient, confirmed.episode)
            continue
        kind = waiting[0][0] if confirmed is None else confirmed.kind
        changes = [(header, operation) for _, header, operation in waiting]
        body = project(kind, None if confirmed is None else confirmed.body, changes)
        if body is not None:
            show(connection, kind, identifier, body, changes[-1][0], confirmed, touched)


def _show_lost(
    connection: Connection,
    lost: unheld.Lost,
    confirmed: Any,
    waiting: list[tuple[str, Header, Operation]],
    touched: Touched,
) -> None:
    """Show the last version that the server had, with what this PC wrote since on top.

    It stands on the version that the server has now: whoever edits it has seen no later one.
    """
    row = lost.row
    # What was written here before the row's own operation was judged before it (a conflict).
    judged = [header.op_id for _, header, _ in waiting]
    made_by = provenance_of(row.provenance).operation
    if made_by in judged:
        waiting = waiting[judged.index(made_by) + 1 :]
    since = [(header, each) for _, header, each in waiting if header.op_id not in lost.operations]
    body = project(row.kind, row.body, since) if since else None
    if body is not None:
        show(connection, row.kind, row.id, body, since[-1][0], confirmed, touched)
        return
    values = {column.name: getattr(row, column.name) for column in schema.pending.columns}
    values["version"] = 0 if confirmed is None else confirmed.version
    connection.execute(_SHOW, values)
    touched.add(row.kind, row.id, row.patient, row.episode)


def show(
    connection: Connection,
    kind: str,
    identifier: str,
    body: bytes,
    header: Header,
    confirmed: Any,
    touched: Touched,
) -> None:
    """Put one record as it is shown, `header` being the last change's."""
    fields = bodies.fields_of(body)
    patient, episode = whose(kind, identifier, fields)
    values = {
        "kind": kind,
        "id": identifier,
        "version": 0 if confirmed is None else confirmed.version,
        "patient": patient,
        "episode": episode,
        "at_ms": _at_ms(fields, header),
        "body": body,
        "provenance": pending_provenance(
            None if confirmed is None else provenance_of(confirmed.provenance),
            _written(header),
        ),
    }
    connection.execute(_SHOW, values)
    touched.is_own = True
    touched.add(kind, identifier, patient, episode)


def waiting_on(
    connection: Connection, identifiers: Collection[str]
) -> dict[str, list[tuple[str, Header, Operation]]]:
    """Return the operations that change the look of each record, in the order written."""
    effect, op = schema.op_effect, schema.own_op
    rows = connection.execute(
        select(effect.c.id, effect.c.kind, op.c.header, op.c.payload, op.c.signature)
        .join(op, op.c.op_seq == effect.c.op_seq)
        .where(effect.c.id.in_(identifiers))
        .order_by(effect.c.id, effect.c.op_seq)
    )
    found = {}
    for identifier, group in groupby(rows, key=lambda row: row.id):
        operations = [
            (row.kind, Operation(row.header, row.payload, row.signature)) for row in group
        ]
        found[identifier] = [(kind, header_of(each), each) for kind, each in operations]
    return found


def confirmed_of(connection: Connection, identifier: str) -> Any:
    """Return the newest row from the server, None where there is none yet."""
    table = schema.record
    return connection.execute(select(table).where(table.c.id == identifier)).first()


def _written(header: Header) -> Provenance:
    return Provenance(
        operation=header.op_id,
        author=header.user,
        device=header.device,
        intent=header.intent,
        recorded_at=header.recorded_at,
        received_ms=0,
        hlc=header.hlc,
        incarnation=header.incarnation,
        op_seq=header.op_seq,
        offline=header.offline,
    )


def _at_ms(fields: dict[str, Any], header: Header) -> int:
    performed = fields.get("performed_at")
    moment = performed if isinstance(performed, dict) else {}
    return int(moment.get("utc_ms", header.recorded_at.utc_ms))
