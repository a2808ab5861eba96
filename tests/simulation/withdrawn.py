"""What is not on a PC any more, or not yet, because a scope was revoked from it."""

from __future__ import annotations

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.grants import REVOCABLE
from tests.simulation.pc import Pc
from tests.simulation.views import KeptOp, ServerView, counting


def revoked_copies(pc: Pc) -> dict[str, str]:
    """What becomes of the copies of scopes that this PC knows to be revoked."""
    return dict(pc.rows("SELECT scope, state FROM revoked_scope"))


def kept_by_drafts(pc: Pc, view: ServerView) -> set[bytes]:
    """The own records without rows here that stay because of a draft in their stay.

    Of a scope that was revoked, or of a stay that left before it was granted again.
    """
    stays = {to_bytes(stay) for (stay,) in pc.rows("SELECT episode FROM draft") if stay}
    is_revoked = bool(revoked_copies(pc))
    if not is_revoked:
        log = view.log[f"{pc.record.site}/clinical"]
        stays -= {one.row.episode for one in counting(log, len(log))}
    shown = pc.rows("SELECT id, episode, patient FROM pending")
    held = pc.rows("SELECT id, episode, patient FROM record")
    people = {patient for one, stay, patient in (*shown, *held) if {one, stay} & stays}
    return {one for one, stay, patient in shown if (stay in stays if stay else patient in people)}


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
