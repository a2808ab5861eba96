"""What is on the disks: the server's tables and a PC's, read by plain SQL past the product."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import psycopg

from sonar_core import bodies
from sonar_core.ids import from_bytes
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import Provenance, Row, provenance_of
from tests.simulation.pc import Pc
from tests.simulation.server import wire_scope

FIRST_EPOCH = 1


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """A row of the server's log."""

    scope: str
    row: Row
    row_hash: bytes
    is_again: bool = False
    """Whether an earlier row of the log stands here once more."""

    @property
    def stay(self) -> tuple[bytes | None, bytes | None]:
        return self.row.patient, self.row.episode

    @property
    def id(self) -> str:
        return from_bytes(self.row.id)

    @property
    def written(self) -> Provenance:
        return provenance_of(self.row.provenance)

    @property
    def fields(self) -> dict[str, Any]:
        return bodies.fields_of(self.row.body)


@dataclass(frozen=True, kw_only=True)
class KeptOp:
    """An operation as the server or its author's PC keeps it."""

    op_id: str
    incarnation: int
    op_seq: int
    device: str
    txn_id: str
    header: bytes
    payload: bytes
    state: str
    verdict: str
    reason: str
    version: int


@dataclass(kw_only=True)
class ServerView:
    """The whole of the server's tables at one time."""

    log: dict[str, list[LogRow]] = field(default_factory=dict)
    heads: dict[str, tuple[int, int, bytes, bytes]] = field(default_factory=dict)
    epochs: dict[str, int] = field(default_factory=dict)
    commits: dict[str, list[tuple[int, int, bytes]]] = field(default_factory=dict)
    ops: dict[str, KeptOp] = field(default_factory=dict)
    repeats: dict[tuple[str, int], KeptOp] = field(default_factory=dict)
    """What a device sent again in another incarnation, by id and incarnation."""

    @property
    def has_lost(self) -> bool:
        """Whether the server was ever put back: each time it begins another epoch."""
        return any(epoch > FIRST_EPOCH for epoch in self.epochs.values())

    def has_verdict(self, op: KeptOp, there: KeptOp) -> bool:
        """Whether the server has an operation under the verdict that its PC was told.

        A server that lost what a device sent again in another incarnation still knows it by the
        first: of what is done there the PC was told that it is a duplicate, and nothing is owed.
        """
        is_repeat_lost = self.has_lost and op.incarnation != there.incarnation
        is_done = there.verdict in {"applied", "merged", "duplicate"}
        is_decision = bodies.fields_of(op.header)["op"] == "resolve"
        if is_repeat_lost and is_done and not is_decision:
            return op.verdict == "duplicate"
        return op.verdict == there.verdict

    def told(self, op: KeptOp) -> KeptOp | None:
        """The operation as it stands under the incarnation that a PC has it in."""
        return self.repeats.get((op.op_id, op.incarnation), self.ops.get(op.op_id))


def counting(rows: list[LogRow], until: int) -> list[LogRow]:
    """Replay a log up to a number; return what counts there: the rows of what has not left."""
    found: dict[tuple[bytes, int], LogRow] = {}
    for one in rows:
        if one.row.seq > until:
            break
        found[one.row.id, one.row.version] = one
        if one.row.kind == RETIREMENT:
            found = {key: other for key, other in found.items() if other.stay != one.stay}
    return list(found.values())


_ROW = "seq, commit_no, kind, id, version, patient, episode, at_ms, body, provenance, row_hash"


def server_view(connection: psycopg.Connection[Any]) -> ServerView:
    """Read the server's database past the server."""
    view = ServerView()
    for site, name, epoch, seq, commit_no, link, digest in connection.execute(
        "SELECT site_id, scope_id, epoch, head_seq, commit_no, chain, digest FROM scope",
        binary=True,
    ):
        view.epochs[wire_scope(site, name)] = epoch
        view.heads[wire_scope(site, name)] = (seq, commit_no, link, digest)
        view.log[wire_scope(site, name)] = []
        view.commits[wire_scope(site, name)] = []
    for site, name, *values, row_hash in connection.execute(
        f"SELECT site_id, scope_id, {_ROW} FROM record ORDER BY site_id, scope_id, seq",  # noqa: S608
        binary=True,
    ):
        scope = wire_scope(site, name)
        view.log[scope].append(LogRow(scope=scope, row=Row(*values), row_hash=row_hash))
    for site, name, seq, commit_no, of_seq in connection.execute(
        "SELECT site_id, scope_id, seq, commit_no, of_seq FROM again", binary=True
    ):
        rows = view.log[wire_scope(site, name)]
        first = next(one for one in rows if one.row.seq == of_seq)
        row = msgspec.structs.replace(first.row, seq=seq, commit_no=commit_no)
        rows.append(replace(first, row=row, is_again=True))
    for rows in view.log.values():
        rows.sort(key=lambda one: one.row.seq)
    for site, name, *commit in connection.execute(
        "SELECT site_id, scope_id, commit_no, last_seq, chain FROM commit_log "
        "ORDER BY site_id, scope_id, commit_no",
        binary=True,
    ):
        view.commits[wire_scope(site, name)].append((commit[0], commit[1], commit[2]))
    for device, op_seq, header, payload, verdict, reason, version, is_repeat in connection.execute(
        "SELECT device, op_seq, header, payload, verdict, reason, version, repeats IS NOT NULL "
        "FROM op ORDER BY device, incarnation, op_seq",
        binary=True,
    ):
        fields = bodies.fields_of(header)
        op = KeptOp(
            op_id=fields["op_id"],
            incarnation=fields["incarnation"],
            op_seq=op_seq,
            device=from_bytes(device),
            txn_id=fields["txn_id"],
            header=header,
            payload=payload,
            state="",
            verdict=verdict,
            reason=reason,
            version=version,
        )
        if is_repeat:
            view.repeats[op.op_id, op.incarnation] = op
            continue
        assert op.op_id not in view.ops, "an operation is kept twice"
        view.ops[op.op_id] = op
    return view


def own_ops(pc: Pc) -> dict[str, KeptOp]:
    """Read a PC's own operations past the store's methods, in the order written."""
    found = pc.rows(
        "SELECT op_id, op_seq, txn_id, header, payload, state, verdict, reason, version "
        "FROM own_op ORDER BY op_seq"
    )
    return {
        op_id: KeptOp(
            op_id=op_id,
            incarnation=bodies.fields_of(header)["incarnation"],
            op_seq=op_seq,
            device=pc.device.id,
            txn_id=txn_id,
            header=header,
            payload=payload,
            state=state,
            verdict=verdict,
            reason=reason,
            version=version,
        )
        for op_id, op_seq, txn_id, header, payload, state, verdict, reason, version in found
    }


@dataclass(kw_only=True)
class HeldRows:
    """What a PC holds of one scope: (seq, commit, hash) in order, and its cursor if it has one."""

    rows: list[tuple[int, int, bytes]] = field(default_factory=list)
    cursor: tuple[int, int, bytes, bytes] | None = None
    is_unfinished: bool = False


def held_rows(pc: Pc) -> dict[str, HeldRows]:
    """Read what a PC holds, by scope."""
    found: dict[str, HeldRows] = {}
    for scope, *row in pc.rows(
        "SELECT scope, seq, commit_no, row_hash FROM record "
        "UNION ALL SELECT scope, seq, commit_no, row_hash FROM version ORDER BY 1, 2"
    ):
        found.setdefault(scope, HeldRows()).rows.append((row[0], row[1], row[2]))
    for scope, *cursor in pc.rows("SELECT scope, seq, commit_no, chain, digest FROM cursor"):
        found.setdefault(scope, HeldRows()).cursor = (cursor[0], cursor[1], cursor[2], cursor[3])
    for (scope,) in pc.rows("SELECT scope FROM snapshot"):
        found.setdefault(scope, HeldRows()).is_unfinished = True
    return found
