"""The reference scope's log, in which an administrator says who may hold what."""

from __future__ import annotations

import msgspec

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.scope_grant import SCOPE_GRANT, ScopeGrant, scope_grant_id
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import FIRST_CHAIN, Row, chain
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Taken
from tests.db.clinic import DEVICE, ORGANISATION, START_MS, Desk

REFERENCE = f"{ORGANISATION}/reference"


class Words:
    """Says to a PC what it may hold; each word is a commit."""

    def __init__(self, desk: Desk, provenance: bytes) -> None:
        self.desk = desk
        self._provenance = provenance
        self._versions: dict[str, int] = {}
        self.rows: list[Row] = []
        self.at = Cursor(scope=REFERENCE, epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN)

    def say(self, scope: str, *, is_granted: bool, holder: str = DEVICE) -> Changed:
        identifier = scope_grant_id(holder, scope)
        word = ScopeGrant(id=identifier, holder=holder, scope=scope, is_granted=is_granted)
        version = self._versions[identifier] = self._versions.get(identifier, 0) + 1
        row = Row(
            seq=self.at.seq + 1,
            commit_no=self.at.commit_no + 1,
            kind=SCOPE_GRANT,
            id=to_bytes(identifier),
            version=version,
            patient=None,
            episode=None,
            at_ms=START_MS,
            body=bodies.encode(word),
            provenance=self._provenance,
        )
        self.rows.append(row)
        hashes = hashes_of([row])
        before, self.at = (
            self.at,
            msgspec.structs.replace(
                self.at,
                seq=row.seq,
                commit_no=row.commit_no,
                chain=chain(self.at.chain, row.commit_no, hashes),
            ),
        )
        return self.desk.sync.take_tail(
            Taken(scope=REFERENCE, rows=[row], hashes=hashes), before, self.at
        )
