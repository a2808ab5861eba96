"""What is not on a PC any more, or not yet, because a scope was revoked from it."""

from __future__ import annotations

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.registry import REGISTRY, ScopeKind
from sonar_core.sync.grants import REVOCABLE
from tests.simulation.pc import Pc
from tests.simulation.views import KeptOp


def revoked_copies(pc: Pc) -> dict[str, str]:
    """What becomes of the copies of scopes that this PC knows to be revoked."""
    return dict(pc.rows("SELECT scope, state FROM revoked_scope"))


def people_drafted_of(pc: Pc) -> set[bytes]:
    """The people of whom a draft is on this PC: what was entered of them here stays with it."""
    stays = {to_bytes(stay) for (stay,) in pc.rows("SELECT episode FROM draft") if stay}
    shown = pc.rows(
        "SELECT id, episode, patient FROM record UNION SELECT id, episode, patient FROM pending"
    )
    return {patient for one, stay, patient in shown if {one, stay} & stays}


def kinds_not_here(pc: Pc) -> set[str]:
    """The kinds of records whose scope was revoked from this PC, or has not all come back."""
    if pc.device.id not in pc.network.server.revoked:
        return set()
    whole = {scope for (scope,) in pc.rows("SELECT scope FROM cursor WHERE seq > 0")}
    whole -= {scope for (scope,) in pc.rows("SELECT scope FROM snapshot")}
    missing = {kind for kind in REVOCABLE if f"{pc.record.site}/{kind}" not in whole}
    missing |= {ScopeKind(scope.rpartition("/")[2]) for scope in revoked_copies(pc)}
    return {name for name, kind in REGISTRY.items() if kind.scope in missing}


def bare_edits(pc: Pc, kept: dict[str, KeptOp]) -> set[str]:
    """The edits of records of which nothing is on this PC: there is nothing to show them on.

    A copy that was revoked had gone before the server lost what was written into it.
    """
    here = {
        from_bytes(identifier)
        for (identifier,) in pc.rows("SELECT id FROM record UNION SELECT id FROM unheld")
    }
    headers = {op_id: bodies.fields_of(op.header) for op_id, op in kept.items()}
    for op_id, header in headers.items():
        if header["op"] == "record" and kept[op_id].state != "acked":
            here.add(header["entity"])
    return {
        op_id
        for op_id, header in headers.items()
        if header["op"] == "edit" and header["entity"] not in here
    }
