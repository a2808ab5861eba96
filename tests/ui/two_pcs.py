"""A second PC of the suite and the server between the two, for screens that need both.

The server is the real planner over a ledger in memory; both stores are real encrypted files.
"""

from __future__ import annotations

from itertools import groupby

import msgspec

from sonar_core import bodies
from sonar_core.board.build import board_row_bytes
from sonar_core.ids import to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.base import Record
from sonar_core.records.practitioner import Practitioner, PractitionerRole, Role
from sonar_core.sync import clock as stamp
from sonar_core.sync.decision import row_of
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Cursor, Receipt
from sonar_core.sync.operations import header_of
from sonar_core.sync.planner import decide
from sonar_core.sync.rows import FIRST_CHAIN, Provenance, Row, chain, provenance_bytes
from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.ports import Actor, Changed, Desk
from sonar_desktop.usecases.sync_ports import Taken
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.keys import new_dek
from tests.ui.conftest import ORGANISATION, RHONA, SITE, ZONE

OTHER_DEVICE = "0192d3a4-0000-7000-8000-0000000000d2"
CLINICAL = f"{SITE}/clinical"
MEDICINES = f"{SITE}/medicines"
REFERENCE = f"{ORGANISATION}/reference"
SAM = Actor(
    user="0192d3a4-0000-7000-8000-0000000000e3",
    name="Sam Petrie",
    initials="SP",
    role="paramedic",
    lease_id="0192d3a4-0000-7000-8000-0000000000f3",
)


class Server:
    """What the two PCs exchange with."""

    def __init__(self, clock) -> None:
        self._clock = clock
        self._ledger = Ledger({}, {})
        self._rows: dict[str, list[Row]] = {CLINICAL: [], MEDICINES: [], REFERENCE: []}
        self._cursors = {scope: self._start(scope) for scope in self._rows}

    def exchange(self, sync) -> Changed:
        """Push, settle, pull; returns everything that changed on the PC."""
        operations = sync.outgoing(500, 1 << 20).operations
        receipts: list[Receipt] = []
        pairs = [(header_of(one), one) for one in operations]
        for _, action in groupby(pairs, key=lambda pair: pair[0].txn_id):
            fresh: dict[str, list[Row]] = {}
            for header, operation in action:
                made = decide(self._ledger, operation, header, received_ms=self._clock.now_ms())
                receipts.append(
                    Receipt(
                        op_id=header.op_id,
                        op_seq=header.op_seq,
                        verdict=made.verdict,
                        reason=made.reason,
                        detail=made.detail,
                        version=made.version,
                    )
                )
                if header.scope not in self._rows:
                    continue
                fresh.setdefault(header.scope, []).extend(
                    row_of(new, seq=0, commit_no=0) for new in made.versions
                )
            for scope, rows in fresh.items():
                self._commit(scope, rows)
        changes = [sync.settle(tuple(receipts)), *(self._pull(sync, one) for one in self._rows)]
        return Changed(
            records=frozenset().union(*(one.records for one in changes)),
            patients=frozenset().union(*(one.patients for one in changes)),
            episodes=frozenset().union(*(one.episodes for one in changes)),
            outbox=True,
        )

    def knows(self, *people: Actor) -> None:
        """Put people into the list of staff that every PC pulls."""
        for person in people:
            self._put(Practitioner(id=person.user, name=person.name, initials=person.initials))
            role = person.user[:-2] + "9" + person.user[-1]
            self._put(
                PractitionerRole(
                    id=role, practitioner=person.user, role=Role(person.role), sites=(SITE,)
                )
            )

    def _put(self, record: Record) -> None:
        provenance = Provenance(
            operation=record.id,
            author=RHONA.user,
            device=OTHER_DEVICE,
            intent="import",
            recorded_at=moment_at(self._clock.now_ms(), ZONE),
            received_ms=self._clock.now_ms(),
            hlc=stamp.tick(stamp.ZERO, self._clock.now_ms()),
        )
        row = Row(
            seq=0,
            commit_no=0,
            kind=type(record).__name__,
            id=to_bytes(record.id),
            version=1,
            patient=None,
            episode=None,
            at_ms=self._clock.now_ms(),
            body=bodies.encode(record),
            provenance=provenance_bytes(provenance),
        )
        self._commit(REFERENCE, [row])

    def _start(self, scope: str) -> Cursor:
        return Cursor(scope=scope, epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN)

    def _commit(self, scope: str, rows: list[Row]) -> None:
        head = self._cursors[scope]
        log = self._rows[scope]
        numbered = [
            msgspec.structs.replace(row, seq=len(log) + place, commit_no=head.commit_no + 1)
            for place, row in enumerate(rows, start=1)
        ]
        log += numbered
        link = chain(head.chain, head.commit_no + 1, hashes_of(numbered))
        self._cursors[scope] = Cursor(
            scope=scope, epoch=0, seq=len(log), commit_no=head.commit_no + 1, chain=link
        )

    def _pull(self, sync, scope: str) -> Changed:
        before = next((one for one in sync.cursors() if one.scope == scope), self._start(scope))
        rows = self._rows[scope][before.seq :]
        if not rows:
            return Changed()
        taken = Taken(scope=scope, rows=rows, hashes=hashes_of(rows))
        return sync.take_tail(taken, before, self._cursors[scope])


class OtherPc:
    """NF-MED-02, at which Sam Petrie works."""

    def __init__(self, folder, clock, actor: Actor = SAM) -> None:
        identity = DeviceIdentity.generate()
        self._dek = new_dek()
        self.is_in_contact = False
        self.opened = open_pc_store(
            folder / "other.db",
            self._dek,
            clock=clock,
            ids=SystemIds(clock),
            board_row=board_row_bytes,
            in_contact=lambda: self.is_in_contact,
            load_identity=DeviceIdentity.load,
        )
        self.opened.enrol(
            PcRecord(
                device=OTHER_DEVICE,
                incarnation=1,
                site=SITE,
                site_name="Northfield custody suite",
                organisation=ORGANISATION,
                zone=ZONE,
                server_id="0192d3a4-0000-7000-8000-0000000000c1",
                scopes=(CLINICAL, MEDICINES, REFERENCE, f"{OTHER_DEVICE}/device"),
                identity=identity.stored(),
                lease_public=bytes(32),
                recovery_public=bytes(32),
            ),
            identity,
        )
        self.desk = Desk(
            actor=actor, store=self.opened.store, clock=clock, ids=SystemIds(clock), site=SITE
        )

    def close(self) -> None:
        self.opened.close()
        self._dek.wipe()
