"""A small clinic for tests of the store: people, records, clocks, and a real encrypted file."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sonar_core.board.views import EpisodeRecords
from sonar_core.ids import uuid7
from sonar_core.moments import Moment
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.patient import Patient
from sonar_core.records.registry import care_level_id
from sonar_desktop.db.database import Database, open_database
from sonar_desktop.db.identity import enrol
from sonar_desktop.db.projections import BoardRow
from sonar_desktop.db.store import ClientStore
from sonar_desktop.db.sync_store import ClientSyncStore
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.ports import Actor, Draft, Standing

START_MS = 1_795_000_000_000
SITE = "01900000-0000-7000-8000-0000000000aa"
ORGANISATION = "01900000-0000-7000-8000-0000000000bb"
DEVICE = "01900000-0000-7000-8000-0000000000cc"
CLINICAL = f"{SITE}/clinical"
NURSE = Actor(
    user="01900000-0000-7000-8000-00000000000a",
    name="Jo Adeyemi",
    initials="JA",
    role="nurse",
    lease_id=None,
)


class HeldKey:
    """A raw store key; lends copies like the vault's box."""

    def __init__(self, secret: bytes = b"\x11" * 32, salt: bytes = b"\x22" * 16) -> None:
        self.secret = secret
        self.salt = salt

    @contextmanager
    def key_literal(self) -> Iterator[bytearray]:
        literal = bytearray(f"x'{self.secret.hex()}{self.salt.hex()}'".encode())
        yield literal
        literal[:] = bytes(len(literal))


class Clock:
    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        self.ms += 1000
        return self.ms

    def monotonic_ms(self) -> int:
        return self.ms - START_MS

    def zone(self) -> str:
        return "Europe/London"


class Ids:
    """Ids that grow; `space` keeps those of two PCs apart."""

    def __init__(self, space: int = 1) -> None:
        self._count = itertools.count(1)
        self._space = space

    def new(self) -> str:
        number = next(self._count)
        tail = self._space.to_bytes(4, "big") + number.to_bytes(6, "big")
        return uuid7(START_MS + number, tail)


def sign(message: bytes) -> bytes:
    return hashlib.sha512(b"device key" + message).digest()


def tally(records: EpisodeRecords) -> bytes:
    """A board row that names the cell and counts what it was built from."""
    row = {
        "cell": records.episode.cell,
        "family": records.patient.family,
        "records": len(records.records),
        "conflicts": len(records.conflicts),
        "is_complete": records.is_complete,
        "has_newer": records.has_newer,
        "standings": sorted({view.standing.value for view in records.records}),
    }
    return msgspec.json.encode(row)


def board_of(store: ClientStore) -> list[dict[str, object]]:
    return [msgspec.json.decode(row) for row in store.read(lambda look: look.board())]


class Desk:
    """One PC's store, open, with everything a test asks it with."""

    def __init__(self, path: Path, key: HeldKey | None = None, space: int = 1) -> None:
        self.path = path
        self.key = key or HeldKey()
        self.clock = Clock()
        self.ids = Ids(space)
        self.is_in_contact = False
        self.board_row: BoardRow = tally
        self.open()

    def open(self) -> None:
        self.database: Database = open_database(self.path, self.key)
        self.store = ClientStore(
            self.database,
            clock=self.clock,
            ids=self.ids,
            sign=sign,
            board_row=self.board_row,
            in_contact=lambda: self.is_in_contact,
        )
        self.sync = ClientSyncStore(
            self.database, clock=self.clock, board_row=self.board_row, sign=sign
        )

    def enrol(
        self,
        scopes: tuple[str, ...] = (CLINICAL,),
        device: str = DEVICE,
        lease_public: bytes = b"lease",
    ) -> None:
        enrol(
            self.database,
            PcRecord(
                device=device,
                incarnation=1,
                site=SITE,
                site_name="Longport",
                organisation=ORGANISATION,
                zone="Europe/London",
                server_id="server",
                scopes=scopes,
                identity=b"keys",
                lease_public=lease_public,
                recovery_public=b"recovery",
            ),
        )

    def reopen(self) -> None:
        self.database.close()
        self.open()

    def arrival(self, family: str = "Marsh", cell: str = "M1") -> tuple[str, str]:
        """Book a detainee in; return the ids of patient and episode."""
        patient = Patient(id=self.ids.new(), family=family, given="Kim")
        episode = CustodyEpisode(
            id=self.ids.new(),
            patient=patient.id,
            site=SITE,
            custody_record_number="LP/1",
            arrived_at=moment(START_MS),
            cell=cell,
        )
        self.store.write(
            NURSE, "book_in", lambda write: [write.record(patient), write.record(episode)]
        )
        return patient.id, episode.id

    def note(self, patient: str, episode: str, text: str, at_ms: int = START_MS) -> str:
        note = self.a_note(patient, episode, text, at_ms)
        self.store.write(NURSE, "write_note", lambda write: write.record(note))
        return note.id

    def move(self, episode: str, cell: str) -> None:
        self.store.write(
            NURSE, "move", lambda write: write.edit(CustodyEpisode, episode, {"cell": cell})
        )

    def draft_in(self, episode: str) -> Draft:
        """Type something about a stay, and leave it unsigned."""
        about = {"author": NURSE.user, "record": self.ids.new(), "episode": episode}
        draft = Draft(**about, form="note", body=b"{}", place="", saved_ms=1)
        self.store.keep_draft(draft)
        return draft

    def a_note(self, patient: str, episode: str, text: str, at_ms: int = START_MS) -> Note:
        return Note(
            id=self.ids.new(),
            patient=patient,
            episode=episode,
            performed_at=moment(at_ms),
            recorded_at=moment(at_ms),
            recorded_by=NURSE.user,
            performed_by=NURSE.user,
            category=NoteCategory.CLINICAL,
            text=text,
        )

    def a_decision(self, conflict: Conflict, **changes: object) -> ConflictResolution:
        decision = ConflictResolution(
            id=self.ids.new(),
            patient=str(conflict.patient),
            episode=conflict.episode,
            performed_at=moment(START_MS),
            recorded_at=moment(START_MS),
            recorded_by=NURSE.user,
            performed_by=NURSE.user,
            conflict=conflict.id,
            entity_kind=conflict.entity_kind,
            entity=conflict.entity,
            group=conflict.group,
            values={},
            seen=tuple(side.operation for side in conflict.alternatives),
            reason="asked again",
        )
        return msgspec.structs.replace(decision, **changes)


def moment(utc_ms: int) -> Moment:
    return Moment(utc_ms=utc_ms, zone="Europe/London", offset_minutes=0)


def standing(desk: Desk, kind: str, identifier: str) -> Standing:
    return desk.store.read(lambda look: look.seen(kind, identifier)).standing


def set_level(desk: Desk, patient: str, episode: str, level: int) -> str:
    """Set a level of observation, or change it."""

    def act(write):
        identifier = care_level_id(episode)
        if write.get(CareLevel, identifier) is not None:
            return write.edit(CareLevel, identifier, {"level": level})
        return write.record(
            CareLevel(
                id=identifier,
                patient=patient,
                episode=episode,
                level=level,
                check_every_minutes=30,
                rouse=False,
                reason="intoxicated",
                set_at=moment(START_MS),
                set_by=NURSE.user,
            )
        )

    desk.store.write(NURSE, "set_care_level", act)
    return care_level_id(episode)
