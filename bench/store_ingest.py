"""How fast the client store takes rows, beside plain `executemany` into the same table.

Prints JSON. Both write 500-row commits into an encrypted file with the product's table, indexes
and settings; ours also checks for rows held, keeps digest, cursor, board rows and what changed.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from pathlib import Path

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.patient import Patient
from sonar_core.sync.messages import Cursor, Holding, Manifest, Phase
from sonar_core.sync.rows import FIRST_CHAIN, Provenance, Row, row_hash
from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import driver_connection, writer_engine
from sonar_desktop.db.ingest import INSERT_RECORD
from sonar_desktop.usecases.sync_ports import Taken
from tests.db.clinic import CLINICAL, NURSE, SITE, START_MS, Desk, HeldKey, Ids

FRAME = 500
ROWS_A_PATIENT = 40
OPEN_EPISODES = 14


def workload(count: int) -> list[Row]:
    """Return patients with one stay each and notes of some 300 to 900 bytes."""
    chance = random.Random(1)
    ids = Ids(7)
    rows: list[Row] = []
    patients = count // ROWS_A_PATIENT
    for number in range(patients):
        patient, episode = ids.new(), ids.new()
        is_open = number >= patients - OPEN_EPISODES
        at = moment_at(START_MS + number * 60_000, "Europe/London")
        records = [
            Patient(id=patient, family="Marsh", given="Kim"),
            CustodyEpisode(
                id=episode,
                patient=patient,
                site=SITE,
                custody_record_number=f"LP/{number}",
                arrived_at=at,
                status=EpisodeStatus.OPEN if is_open else EpisodeStatus.RELEASED,
            ),
            *(
                Note(
                    id=ids.new(),
                    patient=patient,
                    episode=episode,
                    performed_at=at,
                    recorded_at=at,
                    recorded_by=NURSE.user,
                    performed_by=NURSE.user,
                    category=NoteCategory.CLINICAL,
                    text="seen and well " * chance.randint(5, 40),
                )
                for _ in range(ROWS_A_PATIENT - 2)
            ),
        ]
        written = bodies.encode(
            Provenance(
                operation=ids.new(),
                author=NURSE.user,
                device=SITE,
                intent="record",
                recorded_at=at,
                received_ms=START_MS,
                hlc="0" * 16,
            )
        )
        for record in records:
            rows.append(
                Row(
                    seq=len(rows) + 1,
                    commit_no=len(rows) + 1,
                    kind=type(record).__name__,
                    id=to_bytes(record.id),
                    version=1,
                    patient=to_bytes(patient),
                    episode=None if isinstance(record, Patient) else to_bytes(episode),
                    at_ms=at.utc_ms,
                    body=bodies.encode(record),
                    provenance=written,
                )
            )
    return rows


def frames(rows: list[Row]) -> list[Taken]:
    return [
        Taken(
            scope=CLINICAL,
            rows=rows[start : start + FRAME],
            hashes=[
                row_hash(row.kind, row.id, row.version, row.body, row.provenance)
                for row in rows[start : start + FRAME]
            ],
        )
        for start in range(0, len(rows), FRAME)
    ]


def plain(path: Path, taken: list[Taken]) -> float:
    open_database(path, HeldKey()).close()
    engine = writer_engine(path, HeldKey())
    connection = engine.connect()
    raw = driver_connection(connection)
    batches = [
        [
            (
                row.kind, row.id, row.version, CLINICAL, row.seq, row.commit_no, row.patient,
                row.episode, row.at_ms, row.body, row.provenance, found,
            )
            for row, found in zip(frame.rows, frame.hashes, strict=True)
        ]
        for frame in taken
    ]  # fmt: skip
    begun = time.perf_counter()
    for batch in batches:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(INSERT_RECORD, batch)
        raw.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    engine.dispose()
    return spent


def tail(path: Path, taken: list[Taken]) -> float:
    desk = Desk(path)
    desk.enrol()
    before = Cursor(scope=CLINICAL, epoch=0, seq=0, commit_no=0, chain=FIRST_CHAIN)
    begun = time.perf_counter()
    for frame in taken:
        last = frame.rows[-1]
        after = Cursor(
            scope=CLINICAL, epoch=0, seq=last.seq, commit_no=last.commit_no, chain=FIRST_CHAIN
        )
        desk.sync.take_tail(frame, before, after)
        before = after
    spent = time.perf_counter() - begun
    desk.database.close()
    return spent


def first_sync(path: Path, rows: list[Row]) -> float:
    desk = Desk(path)
    desk.enrol()
    board = [row for row in rows if row.kind != "Note"]
    other = [row for row in rows if row.kind == "Note"]
    patients = list(dict.fromkeys(row.patient for row in rows if row.patient is not None))
    head = Cursor(scope=CLINICAL, epoch=1, seq=len(rows), commit_no=len(rows), chain=FIRST_CHAIN)
    holdings = tuple(Holding(patient, 2, ROWS_A_PATIENT - 2) for patient in patients)
    work = []
    for phase, part in ((Phase.BOARD, board), (Phase.OTHER, other)):
        left = len(patients)
        for frame in frames(part):
            each = 2 if phase is Phase.BOARD else ROWS_A_PATIENT - 2
            done = min(left, len(frame.rows) // each)
            left -= done
            work.append((frame, phase, done))
        if left:
            work.append((Taken(scope=CLINICAL, rows=[], hashes=[]), phase, left))
    begun = time.perf_counter()
    desk.sync.begin_snapshot(Manifest(cursor=head, unattached=0, holdings=holdings))
    for frame, phase, done in work:
        desk.sync.take_snapshot(frame, phase, done)
    desk.sync.end_snapshot(CLINICAL)
    spent = time.perf_counter() - begun
    if desk.sync.digest(CLINICAL) != desk.sync.recomputed_digest(CLINICAL):
        raise SystemExit("the digest kept is not that of the rows")
    desk.database.close()
    return spent


def main(count: int) -> None:
    rows = workload(count)
    taken = frames(rows)
    found: dict[str, list[float]] = {"executemany": [], "take_tail": [], "first_sync": []}
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            found["executemany"].append(plain(Path(folder) / "plain.db", taken))
            found["take_tail"].append(tail(Path(folder) / "tail.db", taken))
            found["first_sync"].append(first_sync(Path(folder) / "first.db", rows))
    best = {name: min(times) for name, times in found.items()}
    print(
        json.dumps(
            {
                "rows": len(rows),
                "rows_a_second": {name: round(len(rows) / spent) for name, spent in best.items()},
                "share_of_executemany": {
                    name: round(best["executemany"] / spent, 2) for name, spent in best.items()
                },
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
