"""A server in memory: the real planner over a ledger, and the log of rows it made."""

from __future__ import annotations

from itertools import groupby

import msgspec

from sonar_core.ids import to_bytes
from sonar_core.sync.decision import Decision, repeated, row_of
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Cursor, Holding, Manifest, Phase, Receipt
from sonar_core.sync.operations import Header, Operation, header_of
from sonar_core.sync.planner import decide
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, Row, add, chain
from sonar_desktop.db.packed import pack
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import Part, Taken
from tests.db.clinic import CLINICAL, START_MS, Desk, set_level


def level_on_both(desk: Desk, other: Desk) -> tuple[Centre, str, str, str]:
    """Have two PCs hold a level of observation of 1; return the server, person, stay and level."""
    centre = Centre()
    patient, episode = desk.arrival()
    level = set_level(desk, patient, episode, 1)
    centre.exchange(desk)
    centre.exchange(other)
    return centre, patient, episode, level


class Centre:
    """One scope's log; `epoch` as a real server would say it."""

    epoch = 0

    def __init__(self) -> None:
        self.ledger = Ledger({}, {})
        self.rows: list[Row] = []
        self.decided: dict[str, tuple[int, Decision]] = {}
        self.cursors = [Cursor(scope=CLINICAL, epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN)]

    def take(self, operations: tuple[Operation, ...]) -> tuple[Receipt, ...]:
        """Decide a batch; return the receipts."""
        headers = [header_of(operation) for operation in operations]
        receipts: list[Receipt] = []
        pairs = zip(headers, operations, strict=True)
        for _, action in groupby(pairs, key=lambda pair: pair[0].txn_id):
            first = len(self.rows)
            for header, operation in action:
                made = self._decided(header, operation)
                for new in made.versions:
                    self.rows.append(row_of(new, len(self.rows) + 1, self.head.commit_no + 1))
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
            self._commit(self.rows[first:])
        return tuple(receipts)

    def _decided(self, header: Header, operation: Operation) -> Decision:
        """Decide an operation, or say that it came before in another incarnation."""
        incarnation, first = self.decided.get(header.op_id, (header.incarnation, None))
        if first is not None and incarnation != header.incarnation:
            return repeated(first, header.op)
        made = decide(self.ledger, operation, header, received_ms=START_MS)
        self.decided[header.op_id] = (header.incarnation, made)
        return made

    @property
    def head(self) -> Cursor:
        return self.cursors[-1]

    @property
    def digest(self) -> bytes:
        """Over what has not left, as it follows from the log from its beginning on."""
        counting: dict[tuple[bytes, int], Row] = {}
        for row in self.rows:
            counting[row.id, row.version] = row
            if row.kind == RETIREMENT:
                counting = {
                    key: one
                    for key, one in counting.items()
                    if (one.patient, one.episode) != (row.patient, row.episode)
                }
        return add(EMPTY_DIGEST, hashes_of(list(counting.values())))

    def retire(self, patient: str, episode: str, rule: str = "") -> None:
        """Log that a stay leaves, by this rule."""
        word = Row(
            seq=len(self.rows) + 1,
            commit_no=self.head.commit_no + 1,
            kind=RETIREMENT,
            id=f"word {len(self.rows):011}".encode(),
            version=1,
            patient=to_bytes(patient),
            episode=to_bytes(episode),
            at_ms=START_MS,
            body=b'{"rule":"%s"}' % rule.encode(),
            provenance=self.rows[0].provenance,
        )
        self.rows.append(word)
        self._commit([word])

    def bring_back(self, episode: str) -> None:
        """Log a stay's rows again, as one commit."""
        first = len(self.rows)
        own = {
            (row.id, row.version): row
            for row in self.rows
            if row.episode == to_bytes(episode) and row.kind != RETIREMENT
        }
        for row in own.values():
            place = {"seq": len(self.rows) + 1, "commit_no": self.head.commit_no + 1}
            self.rows.append(msgspec.structs.replace(row, **place))
        self._commit(self.rows[first:])

    def push(self, desk: Desk) -> tuple[Receipt, ...]:
        """Take what a PC has waiting; the answer is not settled there yet."""
        return self.take(desk.sync.outgoing(500, 1 << 20).operations)

    def exchange(self, desk: Desk) -> None:
        """One whole exchange: push, verdicts, tail."""
        desk.sync.settle(self.push(desk))
        self.pull(desk)

    def pull(self, desk: Desk) -> Changed:
        """Give a PC everything after its cursor, in one frame."""
        (before,) = desk.sync.cursors()
        rows = self.rows[before.seq :]
        return desk.sync.take_tail(taken(rows), before, self.head)

    def manifest(self) -> Manifest:
        """What a first sync brings, in the order the patients came."""
        board, other = self.parts()
        patients = dict.fromkeys(row.patient for row in self.rows if row.patient is not None)
        return Manifest(
            cursor=self.head,
            unattached=sum(row.patient is None for row in self.rows),
            holdings=tuple(
                Holding(
                    patient,
                    sum(row.patient == patient for row in board),
                    sum(row.patient == patient for row in other),
                )
                for patient in patients
            ),
        )

    def parts(self) -> tuple[list[Row], list[Row]]:
        """The rows of patients: newest versions that the board needs, and the rest."""
        newest = {row.id: row.version for row in self.rows}
        board, other = [], []
        for row in self.rows:
            if row.patient is not None:
                is_board = row.kind != "Note" and newest[row.id] == row.version
                (board if is_board else other).append(row)
        return board, other

    def of_patient(self, patient: bytes, phase: Phase) -> Taken:
        board, other = self.parts()
        part = board if phase is Phase.BOARD else other
        return taken([row for row in part if row.patient == patient])

    def _commit(self, rows: list[Row]) -> None:
        if not rows:
            return
        number = self.head.commit_no + 1
        link = chain(self.head.chain, number, hashes_of(rows))
        self.cursors.append(
            Cursor(
                scope=CLINICAL, epoch=self.epoch, seq=len(self.rows), commit_no=number, chain=link
            )
        )


def taken(rows: list[Row]) -> Taken:
    return Taken(scope=CLINICAL, rows=rows, hashes=hashes_of(rows))


def part(rows: Taken, phase: Phase, patients: int) -> Part:
    return Part(pack(rows), phase, patients)


def with_history(centre: Centre, desk: Desk, count: int = 3) -> list[tuple[str, str]]:
    """Detainees with a moved cell and a note each, all of it at the centre; their ids."""
    made = []
    for number in range(count):
        patient, episode = desk.arrival(family=f"Marsh{number}", cell="M1")
        desk.move(episode, "M2")
        desk.note(patient, episode, f"note {number}")
        made.append((patient, episode))
    desk.sync.settle(centre.push(desk))
    return made
