"""A store in memory that really makes operations, and a server in memory that really decides.

Only encryption, threads and disk are missing: operations come from `sync.authoring`, what is shown
from `sync.overlay`, verdicts from `sync.planner`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sonar_core import bodies
from sonar_core.board.build import board_row_bytes
from sonar_core.board.views import CopyState, EpisodeRecords, RecordView
from sonar_core.ids import slot
from sonar_core.records.base import Fact, Record
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.authoring import (
    Authored,
    Authorship,
    DeviceChain,
    Intent,
    author,
    edit_intent,
    record_intent,
)
from sonar_core.sync.clock import ZERO
from sonar_core.sync.correcting import HeldFact
from sonar_core.sync.messages import Verdict
from sonar_core.sync.operations import Header, Operation
from sonar_core.sync.overlay import affected, project
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.ports import (
    Actor,
    Changed,
    Desk,
    Draft,
    Past,
    Reading,
    Seen,
    Standing,
    Unread,
    Writing,
)
from tests.usecases.duties import check_kinds
from tests.usecases.fake_world import (
    SITE,
    FakeClock,
    FakeIds,
    Key,
    Server,
    State,
)

T = TypeVar("T")
R = TypeVar("R", bound=Record)


class FakeReading:
    def __init__(self, state: State) -> None:
        self.state = state

    def waiting(self) -> list[tuple[Header, Operation]]:
        return self.state.waiting

    def body(self, kind: str, identifier: str) -> bytes | None:
        key = (kind, identifier)
        confirmed = self.state.confirmed.get(key)
        mine = [(h, o) for h, o in self.waiting() if key in affected(o, h)]
        return project(kind, None if confirmed is None else confirmed.body, mine)

    def get(self, kind: type[R], identifier: str) -> R | None:
        body = self.body(kind.__name__, identifier)
        return None if body is None else bodies.decode(body, kind)

    def seen(self, kind: str, identifier: str) -> Seen | None:
        body = self.body(kind, identifier)
        if body is None:
            return None
        key = (kind, identifier)
        confirmed = self.state.confirmed.get(key)
        mine = [h for h, o in self.waiting() if key in affected(o, h)]
        if mine:
            author_, device, at = mine[-1].user, mine[-1].device, mine[-1].recorded_at
        else:
            assert confirmed is not None
            known = confirmed.provenance
            author_, device, at = known.author, known.device, known.recorded_at
        return Seen(
            record=bodies.decode(body, REGISTRY[kind].type),
            version=0 if confirmed is None else confirmed.version,
            author=author_,
            device=device,
            recorded_at=at,
            received_ms=None if confirmed is None else confirmed.provenance.received_ms,
            offline=False,
            standing=Standing.LOCAL if mine else Standing.CENTRAL,
            marks=() if confirmed is None else confirmed.provenance.marks,
        )

    def keys(self) -> list[Key]:
        written = [key for h, o in self.waiting() for key in affected(o, h)]
        return list(dict.fromkeys([*self.state.confirmed, *written]))

    def everything(self) -> list[Seen]:
        return [one for key in self.keys() if (one := self.seen(*key)) is not None]

    def of_episode(self, episode: str, kinds: Sequence[str] = ()) -> list[Seen]:
        found = [
            one
            for one in self.everything()
            if getattr(one.record, "episode", None) == episode or one.record.id == episode
        ]
        return _newest_first(_of_kinds(found, kinds))

    def of_patient(self, patient: str, kinds: Sequence[str] = ()) -> list[Seen]:
        found = [
            one
            for one in self.everything()
            if getattr(one.record, "patient", None) == patient or one.record.id == patient
        ]
        return _newest_first(_of_kinds(found, kinds))

    def readable_of_patient(self, patient: str) -> tuple[list[Seen], tuple[str, ...]]:
        return self.of_patient(patient), self.state.unreadable

    def unreadable_conflicts(self) -> list[Unread]:
        return list(self.state.unread)

    def history(self, kind: str, identifier: str) -> list[Past]:
        return [
            Past(
                version=row.version,
                record=bodies.decode(row.body, REGISTRY[kind].type),
                author=row.provenance.author,
                device=row.provenance.device,
                recorded_at=row.provenance.recorded_at,
                groups=row.provenance.groups,
            )
            for row in self.state.past.get((kind, identifier), [])
        ]

    def all_of(self, kind: type[R]) -> list[R]:
        return [one.record for one in self.everything() if isinstance(one.record, kind)]

    def conflicts(self, *, open_only: bool = True) -> list[Conflict]:
        found = self.all_of(Conflict)
        return [one for one in found if not open_only or one.status is ConflictStatus.OPEN]

    def held_facts(self) -> dict[str, HeldFact]:
        return {}

    def board(self) -> list[bytes]:
        rows = [board_row_bytes(self.episode_records(stay)) for stay in self.all_of(CustodyEpisode)]
        return [row for row in rows if row is not None]

    def revoked(self) -> tuple[str, ...]:
        return ()

    def board_row(self, episode: str) -> bytes | None:
        stay = self.get(CustodyEpisode, episode)
        return None if stay is None else board_row_bytes(self.episode_records(stay))

    def episode_records(self, stay: CustodyEpisode) -> EpisodeRecords:
        patient = self.get(Patient, stay.patient)
        assert patient is not None
        return EpisodeRecords(
            patient=patient,
            episode=stay,
            records=tuple(
                RecordView(
                    kind=type(one.record).__name__,
                    record=one.record,
                    author=one.author,
                    recorded_at=one.recorded_at,
                    standing=CopyState(one.standing.value),
                )
                for one in self.of_patient(stay.patient)
                if getattr(one.record, "episode", None) in {None, stay.id}
            ),
            conflicts=tuple(
                one for one in self.conflicts(open_only=False) if one.patient == stay.patient
            ),
            held_at=self.state.held_at(stay.id),
            elsewhere=tuple(
                one
                for one in self.all_of(MedicationAdministration)
                if one.patient == stay.patient and one.episode != stay.id
            ),
        )

    def draft(self, author: str, record: str) -> Draft | None:
        return self.state.drafts.get((author, record))

    def drafts(self, author: str) -> list[Draft]:
        mine = [one for (who, _), one in self.state.drafts.items() if who == author]
        return sorted(mine, key=lambda one: one.saved_ms, reverse=True)

    def setting(self, name: str) -> str | None:
        return self.state.settings.get(name)


class FakeWriting(FakeReading):
    def __init__(self, state: State, actor: Actor, intent: str, desk: FakeStore) -> None:
        super().__init__(state)
        self._actor = actor
        self._intent = intent
        self._store = desk
        self._txn = desk.ids.new()
        self._intents: list[Intent] = []
        self._op_ids: list[str] = []
        self.authored: Authored | None = None
        self.dropped: list[Key] = []
        self.put: dict[Key, Draft] = {}
        self.put_settings: dict[str, str] = {}

    def waiting(self) -> list[tuple[Header, Operation]]:
        mine = self.authored
        own = [] if mine is None else list(zip(mine.headers, mine.operations, strict=True))
        return [*self.state.waiting, *own]

    def record(self, record: Record) -> str:
        return self._write(record_intent(record, self._scope(type(record).__name__)))

    def edit(self, kind: type[Record], identifier: str, changes: dict[str, Any]) -> str | None:
        body = self.body(kind.__name__, identifier)
        assert body is not None
        confirmed = self.state.confirmed.get((kind.__name__, identifier))
        intent = edit_intent(
            kind=REGISTRY[kind.__name__],
            entity=identifier,
            scope=self._scope(kind.__name__),
            base=0 if confirmed is None else confirmed.version,
            current=bodies.fields_of(body),
            changes=changes,
        )
        return None if intent is None else self._write(intent)

    def put_draft(self, draft: Draft) -> None:
        self.put[draft.author, draft.record] = draft

    def drop_draft(self, author: str, record: str) -> None:
        self.dropped.append((author, record))

    def put_setting(self, name: str, value: str) -> None:
        self.put_settings[name] = value

    def _scope(self, kind: str) -> str:
        return f"{SITE}/{REGISTRY[kind].scope.value}"

    def _write(self, intent: Intent) -> str:
        self._intents.append(intent)
        self._op_ids.append(self._store.ids.new())
        clock = self._store.clock
        self.authored = author(
            self.state.chain,
            tuple(self._intents),
            Authorship(
                user=self._actor.user,
                lease_id=self._actor.lease_id,
                intent=self._intent,
                recorded_at=clock.moment(),
                monotonic_ms=clock.monotonic_ms(),
                offline=self._store.is_offline,
            ),
            txn_id=self._txn,
            op_ids=tuple(self._op_ids),
            sign=lambda _: bytes(64),
        )
        return self._op_ids[-1]


class FakeStore:
    def __init__(self, device: str, clock: FakeClock) -> None:
        self.clock = clock
        self.ids = FakeIds(f"ops {device}")
        self.is_offline = False
        self.intents: list[str] = []
        self.state = State(
            chain=DeviceChain(
                device=slot("device", device),
                incarnation=1,
                next_seq=1,
                prev_hash="0" * 64,
                hlc=ZERO,
            )
        )

    def read(self, look: Callable[[Reading], T]) -> T:
        return look(FakeReading(self.state))

    def write(self, actor: Actor, intent: str, act: Callable[[Writing], T]) -> tuple[T, Changed]:
        writing = FakeWriting(self.state, actor, intent, self)
        answer = act(writing)
        records: set[Key] = set()
        if writing.authored is not None:
            written = list(zip(writing.authored.headers, writing.authored.operations, strict=True))
            self.state.waiting.extend(written)
            self.state.chain = writing.authored.chain
            records = {key for h, o in written for key in affected(o, h)}
            self.intents.append(intent)
            check_kinds(intent, {header.kind for header in writing.authored.headers})
        for key in writing.dropped:
            self.state.drafts.pop(key, None)
        self.state.drafts.update(writing.put)
        self.state.settings.update(writing.put_settings)
        return answer, Changed(records=frozenset(records), drafts=bool(writing.dropped))

    def keep_draft(self, draft: Draft) -> Changed:
        self.state.drafts[draft.author, draft.record] = draft
        return Changed(drafts=True)

    def discard_draft(self, author: str, record: str) -> Changed:
        self.state.drafts.pop((author, record), None)
        return Changed(drafts=True)

    def push(self, server: Server) -> list[Verdict]:
        """Send what waits and take the verdicts; what was decided is there at the next pull."""
        verdicts = [server.take(o, h, self.clock.now_ms()) for h, o in self.state.waiting]
        self.pull(server)
        self.state.waiting = []
        return verdicts

    def pull(self, server: Server) -> None:
        for row in server.rows[self.state.pulled :]:
            self.state.confirmed[row.kind, row.id] = row
            self.state.past.setdefault((row.kind, row.id), []).append(row)
        self.state.pulled = len(server.rows)


NURSE = Actor(
    user=slot("user", "okafor"), name="R Okafor", initials="RO", role="nurse", lease_id=None
)
DOCTOR = Actor(
    user=slot("user", "shah"), name="N Shah", initials="NS", role="doctor", lease_id=None
)
AUDITOR = Actor(
    user=slot("user", "gray"), name="T Gray", initials="TG", role="auditor", lease_id=None
)


def make_desk(device: str = "pc1", *, actor: Actor = NURSE, clock: FakeClock | None = None) -> Desk:
    """A desk with an empty store; `desk.store` is a FakeStore and `desk.clock` a FakeClock."""
    time = clock or FakeClock()
    return Desk(
        actor=actor,
        store=FakeStore(device, time),
        clock=time,
        ids=FakeIds(f"records {device}"),
        site=SITE,
    )


def store_of(desk: Desk) -> FakeStore:
    assert isinstance(desk.store, FakeStore)
    return desk.store


def clock_of(desk: Desk) -> FakeClock:
    assert isinstance(desk.clock, FakeClock)
    return desk.clock


def shown(desk: Desk, kind: type[R], identifier: str) -> R:
    record = desk.store.read(lambda reading: reading.get(kind, identifier))
    assert record is not None
    return record


def all_shown(desk: Desk, kind: type[R]) -> list[R]:
    return desk.store.read(lambda reading: reading.all_of(kind))


def signing(desk: Desk, episode: str, minutes_ago: int = 0, **more: Any) -> Signing:
    return Signing(episode=episode, performed_at=clock_of(desk).moment(minutes_ago), **more)


def sync(server: Server, *desks: Desk) -> None:
    """Let the desks push in the order given, then let all of them pull."""
    for desk in desks:
        store_of(desk).push(server)
    for desk in desks:
        store_of(desk).pull(server)


def _of_kinds(found: list[Seen], kinds: Sequence[str]) -> list[Seen]:
    return [one for one in found if not kinds or type(one.record).__name__ in kinds]


def _newest_first(found: list[Seen]) -> list[Seen]:
    def at(one: Seen) -> int:
        record = one.record
        moment = record.performed_at if isinstance(record, Fact) else one.recorded_at
        return moment.utc_ms

    return sorted(found, key=at, reverse=True)
