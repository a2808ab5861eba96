"""A PC as the server meets it: it signs, numbers and chains, in process or over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
import requests
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core import bodies
from sonar_core.ids import to_bytes, uuid7
from sonar_core.moments import Moment, moment_at
from sonar_core.records.base import Record
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.patient import Patient
from sonar_core.records.registry import kind_of
from sonar_core.sync import clock
from sonar_core.sync.authoring import Authorship, DeviceChain, author, edit_intent, record_intent
from sonar_core.sync.frames import frame_of, split_frames
from sonar_core.sync.healing import AskBuckets, AskSums, Report, Reported, Sums
from sonar_core.sync.intake import agrees, check_tail
from sonar_core.sync.messages import (
    MEDIA_TYPE,
    PROTOCOL,
    REQUEST_DOMAIN,
    BeginAnew,
    BegunAnew,
    Cursor,
    End,
    Enrol,
    Enrolled,
    Frame,
    Hello,
    Manifests,
    Phase,
    Pull,
    Push,
    PushAnswer,
    Receipt,
    Reconcile,
    Reconciled,
    Snapshot,
    SnapshotPart,
    SnapshotStart,
    TailFrame,
    request_bytes,
)
from sonar_core.sync.operations import (
    FIRST_PREV_HASH,
    Operation,
    header_hash,
    moved,
    seal,
)
from sonar_core.sync.port import SyncPort
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, Row, add, row_hash
from sonar_server.central import Central, wall_clock_ms
from sonar_server.gate import Gate
from sonar_server.scopes import Territory
from sonar_server.service import DeviceService
from sonar_server.store import places

NOW = wall_clock_ms()


def new_id() -> str:
    return uuid7(wall_clock_ms(), secrets.token_bytes(10))


def snapshot_of(scope: str, phase: Phase, *patients: bytes) -> Snapshot:
    """The request for one part of a first sync."""
    part = SnapshotPart(scope=scope, phase=phase, patients=patients)
    return Snapshot(protocol=PROTOCOL, parts=(part,))


def moment(minutes: int = 0) -> Moment:
    return moment_at(NOW + minutes * 60_000, "Europe/London")


def enrolment(code: str, key: Ed25519PrivateKey) -> Enrol:
    public, other = key.public_key().public_bytes_raw(), bytes(range(32))
    return Enrol(
        protocol=PROTOCOL,
        code=code,
        name="Medical room",
        sign_public=public,
        seal_public=other,
        proof=key.sign(REQUEST_DOMAIN + code.encode() + public + other),
    )


@dataclass
class HttpLink:
    """A SyncPort over HTTP, with requests that can be spoilt on purpose."""

    address: str
    device: str
    key: Ed25519PrivateKey

    def send(self, path: str, body: bytes, **spoilt: Any) -> requests.Response:
        ms = spoilt.get("ms", wall_clock_ms())
        nonce = spoilt.get("nonce") or secrets.token_hex(16)
        signed = request_bytes("POST", path, spoilt.get("signed_body", body), ms, nonce)
        device = spoilt.get("device", self.device)
        signature = self.key.sign(signed).hex()
        return requests.post(
            self.address + path,
            data=spoilt.get("wire", body),
            headers={
                "Content-Type": MEDIA_TYPE,
                "Accept-Encoding": "zstd",
                "Authorization": f"Sonar-Device device={device},ms={ms},nonce={nonce},"
                f"sig={signature}",
                **spoilt.get("headers", {}),
            },
            timeout=spoilt.get("timeout", 30),
            stream=spoilt.get("stream", False),
        )

    def call(self, path: str, message: Any, into: type[Any]) -> Any:
        answer = self.send(path, msgspec.msgpack.encode(message))
        assert answer.status_code == 200, inflated(answer)
        return msgspec.msgpack.decode(inflated(answer), type=into)

    def frames(self, path: str, message: Any) -> Iterator[Frame]:
        answer = self.send(path, msgspec.msgpack.encode(message))
        assert answer.status_code == 200, inflated(answer)
        split = split_frames(inflated(answer))
        assert split.rest == b""
        yield from map(frame_of, split.payloads)

    def hello(self) -> Hello:
        answer = requests.get(self.address + "/v1/sync/hello", timeout=30)
        return msgspec.msgpack.decode(answer.content, type=Hello)

    def push(self, push: Push) -> PushAnswer:
        answer: PushAnswer = self.call("/v1/sync/push", push, PushAnswer)
        return answer

    def pull(self, pull: Pull) -> Iterator[Frame]:
        return self.frames("/v1/sync/pull", pull)

    def snapshot_start(self, start: SnapshotStart) -> Manifests:
        manifests: Manifests = self.call("/v1/sync/snapshot/start", start, Manifests)
        return manifests

    def snapshot(self, request: Snapshot) -> Iterator[Frame]:
        return self.frames("/v1/sync/snapshot", request)

    def reconcile(self, reconcile: Reconcile) -> Reconciled:
        answer: Reconciled = self.call("/v1/sync/reconcile", reconcile, Reconciled)
        return answer

    def begin_anew(self, asked: BeginAnew) -> BegunAnew:
        begun: BegunAnew = self.call("/v1/sync/incarnation", asked, BegunAnew)
        return begun

    def bucket_sums(self, asked: AskSums) -> Sums:
        answer: Sums = self.call("/v1/sync/buckets", asked, Sums)
        return answer

    def bucket_rows(self, asked: AskBuckets) -> Iterator[Frame]:
        return self.frames("/v1/sync/buckets/rows", asked)

    def report(self, report: Report) -> Reported:
        answer: Reported = self.call("/v1/sync/incidents", report, Reported)
        return answer


@dataclass
class Copy:
    """What a PC holds of one scope, checked as it arrives."""

    cursor: Cursor
    digest: bytes = EMPTY_DIGEST
    rows: list[Row] = field(default_factory=list)

    @property
    def counting(self) -> list[Row]:
        """The rows of what has not left, each once, as they follow from the log."""
        found: dict[tuple[bytes, int], Row] = {}
        for row in self.rows:
            found[row.id, row.version] = row
            if row.kind == RETIREMENT:
                stay = row.patient, row.episode
                found = {k: one for k, one in found.items() if (one.patient, one.episode) != stay}
        return list(found.values())

    def take(self, frames: Iterable[Frame]) -> None:
        """Store a tail that must end in an End whose digest is the one computed here."""
        for frame in frames:
            if isinstance(frame, TailFrame):
                hashes = check_tail(frame, self.cursor)
                is_plain = all(row.kind != RETIREMENT for row in (*self.rows, *frame.rows))
                self.rows += frame.rows
                self.cursor = frame.cursor
                if is_plain:
                    self.digest = add(self.digest, hashes)
                else:
                    self.digest = add(EMPTY_DIGEST, [row_hash(row) for row in self.counting])
            else:
                assert isinstance(frame, End)
                assert agrees(self.cursor, self.digest, frame.heads[0])


class Pc:
    """One enrolled PC at which one person works."""

    def __init__(
        self, link: SyncPort, enrolled: Enrolled, key: Ed25519PrivateKey, user: str
    ) -> None:
        self.link = link
        self.enrolled = enrolled
        self.key = key
        self.user = user
        self.lease_id: str | None = None
        self.territory = Territory(
            device=enrolled.device, site=enrolled.site, organisation=enrolled.organisation
        )
        self.chain = DeviceChain(
            device=enrolled.device,
            incarnation=1,
            next_seq=1,
            prev_hash=FIRST_PREV_HASH,
            hlc=clock.ZERO,
        )

    @classmethod
    def enrolled_in_process(cls, central: Central, code: str, user: str) -> Pc:
        key = Ed25519PrivateKey.generate()
        enrolled = Gate(central).enrol(enrolment(code, key))
        device = central.database.run(
            lambda transaction: places.find_device(transaction, to_bytes(enrolled.device))
        )
        assert device is not None
        return cls(DeviceService(central, device), enrolled, key, user)

    def over_http(self, address: str) -> HttpLink:
        """Go on over HTTP from here; returns the link."""
        link = HttpLink(address, self.enrolled.device, self.key)
        self.link = link
        return link

    @property
    def clinical(self) -> str:
        return self.territory.wire(ScopeKind.CLINICAL)

    def wrote(self, *records: Record, **changed: Any) -> tuple[Operation, ...]:
        """One user action that records; `changed` replaces fields of its headers."""
        intents = [
            record_intent(record, self.territory.wire(kind_of(record).scope)) for record in records
        ]
        return self._authored(intents, **changed)

    def edited(self, record: Record, base: int, **changes: Any) -> tuple[Operation, ...]:
        """One user action that edits."""
        kind = kind_of(record)
        intent = edit_intent(
            kind=kind,
            entity=record.id,
            scope=self.territory.wire(kind.scope),
            base=base,
            current=msgspec.to_builtins(record),
            changes=changes,
        )
        assert intent is not None
        return self._authored([intent])

    def _authored(self, intents: list[Any], **changed: Any) -> tuple[Operation, ...]:
        made = author(
            self.chain,
            tuple(intents),
            Authorship(
                user=changed.pop("user", self.user),
                lease_id=changed.pop("lease_id", self.lease_id),
                intent="test",
                recorded_at=moment(),
                monotonic_ms=1,
                offline=False,
            ),
            txn_id=new_id(),
            op_ids=tuple(new_id() for _ in intents),
            sign=changed.pop("sign", self.key.sign),
        )
        self.chain = made.chain
        if not changed:
            return made.operations
        assert len(intents) == 1
        header = msgspec.structs.replace(made.headers[0], **changed)
        operation = seal(header, made.operations[0].payload, self.key.sign)
        self.follow(operation)
        return (operation,)

    def follow(self, operation: Operation) -> None:
        """Let the next operation follow this one."""
        self.chain = msgspec.structs.replace(self.chain, prev_hash=header_hash(operation.header))

    def batch(self, *operations: Operation) -> Push:
        """A push of these, in the incarnation that the first of them was written in."""
        first = self.chain.incarnation
        with suppress(bodies.BodyError, KeyError, IndexError):
            first = bodies.fields_of(operations[0].header)["incarnation"]
        return Push(
            protocol=PROTOCOL, device=self.enrolled.device, incarnation=first, operations=operations
        )

    def reborn(self, first_seq: int) -> DeviceChain:
        """Go on in a new incarnation from that number on; returns the old chain."""
        old = self.chain
        begun = self.link.begin_anew(
            BeginAnew(
                protocol=PROTOCOL,
                device=self.enrolled.device,
                incarnation=old.incarnation,
                first_seq=first_seq,
            )
        )
        self.chain = msgspec.structs.replace(
            old, incarnation=begun.incarnation, next_seq=first_seq, prev_hash=FIRST_PREV_HASH
        )
        return old

    def again(self, *operations: Operation) -> tuple[Operation, ...]:
        """These operations at the next places of the present chain, signed anew."""
        found = []
        for operation in operations:
            at = self.chain
            new = moved(
                operation,
                incarnation=at.incarnation,
                op_seq=at.next_seq,
                prev_hash=at.prev_hash,
                sign=self.key.sign,
            )
            self.chain = msgspec.structs.replace(at, next_seq=at.next_seq + 1)
            self.follow(new)
            found.append(new)
        return tuple(found)

    def push(self, *operations: Operation) -> tuple[Receipt, ...]:
        return self.link.push(self.batch(*operations)).receipts

    def cursor(self, scope: str | None = None) -> Cursor:
        """The cursor of somebody who has nothing of a scope (clinical, if not said)."""
        return Cursor(scope=scope or self.clinical, epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)

    def copy(self, scope: str | None = None) -> Copy:
        """Pull a scope from its beginning, and check every frame of it."""
        copy = Copy(self.cursor(scope))
        copy.take(self.link.pull(Pull(protocol=PROTOCOL, cursors=(copy.cursor,))))
        return copy

    def admitted(self) -> tuple[Patient, CustodyEpisode]:
        """A patient and an episode, not yet pushed."""
        patient = Patient(id=new_id(), family="TESTER", given="Ada")
        episode = CustodyEpisode(
            id=new_id(),
            patient=patient.id,
            site=self.enrolled.site,
            custody_record_number="NF/1",
            arrived_at=moment(),
        )
        return patient, episode

    def note(self, episode: CustodyEpisode, text: str = "Slept well.") -> Note:
        return Note(
            id=new_id(),
            patient=episode.patient,
            episode=episode.id,
            performed_at=moment(),
            recorded_at=moment(),
            recorded_by=self.user,
            performed_by=self.user,
            category=NoteCategory.CLINICAL,
            text=text,
        )


def inflated(answer: requests.Response) -> bytes:
    """The body of an answer that requests does not inflate."""
    if answer.headers.get("Content-Encoding") == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(answer.content)
    return answer.content
