"""Somebody who was moved to another suite, as a PC of the first suite has it."""

from __future__ import annotations

import msgspec

from sonar_core import bodies
from sonar_core.ids import slot, to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.site_move import SiteMove, Suite, site_move_id
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.rows import Provenance, Row, chain, provenance_bytes
from sonar_desktop.db.opened import Opened
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Changed, Desk
from sonar_desktop.usecases.sync_ports import Taken

THERE = slot("site", "southfield")


def move_away(desk: Desk, opened: Opened, patient: str, episode: str) -> Changed:
    """The server has the stay at another suite, and its word of that has come."""
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
    stay = desk.store.read(lambda look: look.get(CustodyEpisode, episode))
    assert stay is not None
    made = provenance_bytes(
        Provenance(
            operation=slot("operation", episode),
            author=desk.actor.user,
            device="pc",
            intent="move",
            recorded_at=at,
            received_ms=now_ms,
            hlc="0" * 16,
        )
    )
    rows = [
        Row(
            seq=before.seq + number,
            commit_no=before.commit_no + 1,
            kind=type(record).__name__,
            id=to_bytes(record.id),
            version=1,
            patient=to_bytes(patient),
            episode=of,
            at_ms=now_ms,
            body=bodies.encode(record),
            provenance=made,
        )
        for number, (record, of) in enumerate(((stay, to_bytes(episode)), (move, None)), 1)
    ]
    hashes = hashes_of(rows)
    after = msgspec.structs.replace(
        before,
        seq=rows[-1].seq,
        commit_no=before.commit_no + 1,
        chain=chain(before.chain, before.commit_no + 1, hashes),
    )
    taken = Taken(scope=before.scope, rows=rows, hashes=hashes)
    return opened.sync.take_tail(taken, before, after)
