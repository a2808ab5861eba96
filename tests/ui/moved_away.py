"""Somebody who was moved to another suite, as a PC of the first suite has it."""

from __future__ import annotations

import msgspec

from sonar_core import bodies
from sonar_core.ids import slot, to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.registry import ScopeKind
from sonar_core.records.site_move import SITE_MOVE, SiteMove, Suite, site_move_id
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.rows import Provenance, Row, chain, provenance_bytes
from sonar_desktop.db.opened import Opened
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Changed, Desk
from sonar_desktop.usecases.sync_ports import Taken

THERE = slot("site", "southfield")


def move_away(desk: Desk, opened: Opened, patient: str, episode: str) -> Changed:
    """The stay names another suite, and the server's word of it has come."""
    move_suite(desk, episode, THERE)
    now_ms = desk.clock.now_ms()
    at = moment_at(now_ms, "Europe/London")
    move = SiteMove(
        id=site_move_id(patient),
        patient=patient,
        stay=episode,
        suites=(Suite(site=THERE, name="Southfield"),),
        moved_at=at,
    )
    before = next(
        one for one in opened.sync.cursors() if one.scope.endswith(ScopeKind.CLINICAL.value)
    )
    row = Row(
        seq=before.seq + 1,
        commit_no=before.commit_no + 1,
        kind=SITE_MOVE,
        id=to_bytes(move.id),
        version=1,
        patient=to_bytes(patient),
        episode=None,
        at_ms=now_ms,
        body=bodies.encode(move),
        provenance=provenance_bytes(
            Provenance(
                operation=slot("operation", episode),
                author=desk.actor.user,
                device="pc",
                intent="move",
                recorded_at=at,
                received_ms=now_ms,
                hlc="0" * 16,
            )
        ),
    )
    hashes = hashes_of([row])
    after = msgspec.structs.replace(
        before,
        seq=row.seq,
        commit_no=row.commit_no,
        chain=chain(before.chain, row.commit_no, hashes),
    )
    taken = Taken(scope=before.scope, rows=[row], hashes=hashes)
    return opened.sync.take_tail(taken, before, after)
