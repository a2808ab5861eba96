"""A suite in memory: PCs that write offline, and a centre that decides in order of arrival.

Everything real: authoring, signing bytes, planner, overlay. Only network and disk are missing.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sonar_core import bodies, ids
from sonar_core.moments import Moment
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY, care_level_id, place_of
from sonar_core.records.task import Task, TaskKind, TaskOwner
from sonar_core.sync.authoring import (
    Authorship,
    DeviceChain,
    Intent,
    author,
    edit_intent,
    record_intent,
)
from sonar_core.sync.decision import Decision, NewVersion, row_of
from sonar_core.sync.ledger import Held, Ledger, written_by
from sonar_core.sync.messages import Verdict
from sonar_core.sync.operations import FIRST_PREV_HASH, Header, Operation, OpKind
from sonar_core.sync.overlay import affected, project
from sonar_core.sync.planner import decide
from sonar_core.sync.rows import EMPTY_DIGEST, add, provenance_of, row_hash

SCOPE = "s/clinical"
NOON = 1_780_000_000_000

Written = tuple[Operation, Header]


def identifier(number: int) -> str:
    """A UUIDv7 that is the same in every run."""
    return ids.uuid7(NOON, number.to_bytes(10, "big"))


def moment(minute: int = 0) -> Moment:
    return Moment(utc_ms=NOON + minute * 60_000, zone="Europe/London", offset_minutes=60)


def sign(message: bytes) -> bytes:
    return hashlib.sha256(b"key" + message).digest()


def verify(message: bytes, signature: bytes) -> bool:
    return sign(message) == signature


PATIENT = Patient(id=identifier(1), family="BARROW", given="Connor")
OTHER_PATIENT = Patient(id=identifier(2), family="ADEYEMI", given="Grace")
STAY = CustodyEpisode(
    id=identifier(3),
    patient=PATIENT.id,
    site=identifier(4),
    custody_record_number="DX/0412/26",
    arrived_at=moment(),
)
OTHER_STAY = msgspec.structs.replace(STAY, id=identifier(5), patient=OTHER_PATIENT.id)
TASK = Task(
    id=identifier(6),
    patient=PATIENT.id,
    episode=STAY.id,
    what="Repeat observations",
    kind=TaskKind.REPEAT_OBSERVATIONS,
    due_at=moment(30),
    owner=TaskOwner.HEALTHCARE,
    created_by="nurse",
)


def level(number: int, instructions: tuple[str, ...] = ()) -> CareLevel:
    return CareLevel(
        id=care_level_id(STAY.id),
        patient=PATIENT.id,
        episode=STAY.id,
        level=number,
        check_every_minutes=30,
        rouse=number > 1,
        reason="Intoxicated",
        instructions=instructions,
        set_at=moment(),
        set_by="nurse",
    )


_FACT: dict[str, Any] = {
    "patient": PATIENT.id,
    "episode": STAY.id,
    "performed_at": moment(),
    "recorded_at": moment(),
    "recorded_by": "nurse",
    "performed_by": "nurse",
}


def note(number: int, **changes: Any) -> Note:
    return Note(
        **{
            **_FACT,
            "id": identifier(number),
            "category": NoteCategory.CLINICAL,
            "text": f"Note {number}",
            **changes,
        }
    )


def fitness(number: int, outcome: Fitness, **changes: Any) -> FitnessOutcome:
    return FitnessOutcome(
        **{
            **_FACT,
            "id": identifier(number),
            "purpose": FitnessPurpose.INTERVIEWED,
            "outcome": outcome,
            **changes,
        }
    )


def decision_on(conflict: Conflict, number: int, /, **changes: Any) -> ConflictResolution:
    """The first side's values, decided on with every side on the screen."""
    return ConflictResolution(
        **{
            **_FACT,
            "id": identifier(number),
            "conflict": conflict.id,
            "entity_kind": conflict.entity_kind,
            "entity": conflict.entity,
            "group": conflict.group,
            "values": conflict.alternatives[0].values,
            "stands": conflict.alternatives[0].fact,
            "seen": tuple(side.operation for side in conflict.alternatives),
            "reason": "Asked again",
            **changes,
        }
    )


class Centre:
    """The server's part: one ledger, and every version that it ever made."""

    def __init__(self) -> None:
        self.ledger = Ledger({}, {})
        self.log: list[NewVersion] = []
        self.decided: dict[str, Decision] = {}
        self.digest = EMPTY_DIGEST

    def again(self) -> Centre:
        """Another centre that goes on from here without changing this one."""
        other = Centre()
        other.ledger, other.log = self.ledger.trial(), list(self.log)
        other.decided, other.digest = dict(self.decided), self.digest
        return other

    def take(self, written: Written) -> Decision:
        operation, header = written
        decision = decide(self.ledger, operation, header, received_ms=NOON)
        self.decided[header.op_id] = decision
        self.log += decision.versions
        hashes = [row_hash(row_of(version, 0, 0)) for version in decision.versions]
        self.digest = add(self.digest, hashes)
        return decision

    def take_all(self, *batch: Written) -> list[Decision]:
        return [self.take(item) for item in batch]

    def fields(self, identifier: str) -> dict[str, Any]:
        held = self.ledger.get(identifier)
        assert held is not None
        return held.fields

    def conflicts(self) -> list[Conflict]:
        known = dict.fromkeys(v.id for v in self.log if v.kind == "Conflict")
        found = [self.ledger.conflict(item) for item in known]
        return [item for item in found if item is not None]

    def reloaded(self) -> Ledger:
        """The ledger as it is built anew from nothing but the stored rows."""
        records: dict[str, Held] = {}
        places: dict[str, str] = {}
        for version in self.log:
            before = records.get(version.id)
            history = () if before is None else before.history
            provenance = provenance_of(row_of(version, 0, 0).provenance)
            fields = bodies.fields_of(version.body)
            records[version.id] = Held(
                kind=version.kind,
                version=version.version,
                fields=fields,
                body=version.body,
                history=(*history, written_by(version.version, provenance)),
            )
            place = place_of(REGISTRY[version.kind], fields)
            if place is not None:
                places.setdefault(place, version.id)
        return Ledger(records, places)


_numbers = itertools.count(1)


@dataclass
class Pc:
    """A device: what it has from the centre, and what it wrote that has no verdict yet."""

    name: str
    incarnation: int = 1
    confirmed: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    waiting: list[Written] = field(default_factory=list)
    minute: int = 0

    def __post_init__(self) -> None:
        self.chain = DeviceChain(
            device=self.name,
            incarnation=self.incarnation,
            next_seq=1,
            prev_hash=FIRST_PREV_HASH,
            hlc="0" * 16,
        )

    def write(self, *intents: Intent) -> list[Written]:
        """One user action."""
        self.minute += 1
        by = Authorship(
            user=f"{self.name} nurse",
            lease_id=None,
            intent="test",
            recorded_at=moment(self.minute),
            monotonic_ms=self.minute,
            offline=True,
        )
        first = self.chain.next_seq
        names = tuple(f"{self.name}-{self.incarnation}-{first + n}" for n in range(len(intents)))
        made = author(
            self.chain, intents, by, txn_id=f"{self.name} {first}", op_ids=names, sign=sign
        )
        self.chain = made.chain
        written = list(zip(made.operations, made.headers, strict=True))
        self.waiting += written
        return written

    def record(self, record: Any) -> Written:
        return self.write(record_intent(record, SCOPE))[0]

    def edit(self, kind: str, record: str, **changes: Any) -> Written:
        shown = self.shown(kind, record)
        assert shown is not None, "nobody edits what is not on the screen"
        intent = edit_intent(
            kind=REGISTRY[kind],
            entity=record,
            scope=SCOPE,
            base=self.confirmed.get(record, (0, b""))[0],
            current=bodies.fields_of(shown),
            changes=changes,
        )
        assert intent is not None, "the test changes nothing"
        return self.write(intent)[0]

    def shown(self, kind: str, record: str) -> bytes | None:
        waiting = [
            (header, operation)
            for operation, header in self.waiting
            if (kind, record) in affected(operation, header)
        ]
        return project(kind, self.confirmed.get(record, (0, None))[1], waiting)

    def fields(self, kind: str, record: str) -> dict[str, Any]:
        shown = self.shown(kind, record)
        assert shown is not None
        return bodies.fields_of(shown)

    def pull(self, centre: Centre) -> None:
        """Take everything, and drop what has its verdict."""
        for version in centre.log:
            self.confirmed[version.id] = (version.version, version.body)
        self.waiting = [item for item in self.waiting if item[1].op_id not in centre.decided]

    def push(self, centre: Centre) -> list[Decision]:
        """Send everything that has no verdict yet."""
        return centre.take_all(*[i for i in self.waiting if i[1].op_id not in centre.decided])


def suite() -> tuple[Centre, Pc, Pc]:
    """A centre and two PCs that both hold a patient, a stay and a task."""
    centre, front = Centre(), Pc("front desk")
    for record in (PATIENT, OTHER_PATIENT, STAY, OTHER_STAY, TASK):
        assert centre.take(front.record(record)).verdict is Verdict.APPLIED
    one, two = Pc("room one"), Pc("room two")
    one.pull(centre)
    two.pull(centre)
    return centre, one, two


def forged(kind: str, entity: str, payload: object, **changes: Any) -> Written:
    """An operation of a PC that follows no rule of ours."""
    raw = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    number = next(_numbers)
    base: dict[str, Any] = {
        "op_id": f"forged-{number}",
        "device": "forger",
        "incarnation": 1,
        "op_seq": number,
        "txn_id": "t",
        "txn_index": 0,
        "txn_size": 1,
        "user": "u",
        "lease_id": None,
        "scope": SCOPE,
        "op": OpKind.RECORD,
        "kind": kind,
        "entity": entity,
        "intent": "i",
        "schema_v": 1,
        "recorded_at": moment(),
        "monotonic_ms": 0,
        "hlc": "0" * 16,
        "offline": False,
        "prev_hash": FIRST_PREV_HASH,
        "payload_hash": hashlib.sha256(raw).hexdigest(),
    }
    return Operation(b"{}", raw, b""), Header(**{**base, **changes})
