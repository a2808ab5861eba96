"""Custody suites that the server has told this PC of."""

from __future__ import annotations

import msgspec

from sonar_core import bodies
from sonar_core.ids import slot, to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.location import Location
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.rows import Provenance, Row, chain, provenance_bytes
from sonar_desktop.db.opened import Opened
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.sync_ports import Taken


def tell_suites(desk: Desk, opened: Opened, *names: str) -> None:
    """A suite of each of these names is there, beside the one that this PC stands in."""
    every = [Location(id=desk.site, name="Northfield")]
    every += [Location(id=slot("site", name.casefold()), name=name) for name in names]
    now_ms = desk.clock.now_ms()
    before = next(
        one for one in opened.sync.cursors() if one.scope.endswith(ScopeKind.REFERENCE.value)
    )
    rows = [
        Row(
            seq=before.seq + 1 + number,
            commit_no=before.commit_no + 1,
            kind=type(suite).__name__,
            id=to_bytes(suite.id),
            version=1,
            patient=None,
            episode=None,
            at_ms=now_ms,
            body=bodies.encode(suite),
            provenance=provenance_bytes(
                Provenance(
                    operation=slot("operation", suite.id),
                    author=desk.actor.user,
                    device="server",
                    intent="add_site",
                    recorded_at=moment_at(now_ms, "Europe/London"),
                    received_ms=now_ms,
                    hlc="0" * 16,
                )
            ),
        )
        for number, suite in enumerate(every)
    ]
    hashes = hashes_of(rows)
    after = msgspec.structs.replace(
        before,
        seq=rows[-1].seq,
        commit_no=before.commit_no + 1,
        chain=chain(before.chain, before.commit_no + 1, hashes),
    )
    opened.sync.take_tail(Taken(scope=before.scope, rows=rows, hashes=hashes), before, after)
