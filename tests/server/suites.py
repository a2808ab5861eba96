"""What a site holds of somebody who moves between suites, as its PCs are told."""

from __future__ import annotations

import msgspec

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import care_level_id
from sonar_core.records.site_move import SITE_MOVE, SiteMove
from sonar_core.sync.messages import (
    PROTOCOL,
    Phase,
    SnapshotFrame,
    SnapshotStart,
    Verdict,
)
from sonar_core.sync.rows import EMPTY_DIGEST, Row, add, row_hash
from sonar_server.central import Central
from sonar_server.store import log
from tests.server.pc import Pc, moment, new_id, snapshot_of


def to(pc: Pc, stay: CustodyEpisode, site: str, base: int = 1):
    """The edit by which somebody at a PC moves a stay, that they saw as `stay` says."""
    return pc.edited(stay, base, site=site)


def moved(pc: Pc, stay: CustodyEpisode, target: Pc, base: int = 1) -> CustodyEpisode:
    (receipt,) = pc.push(*to(pc, stay, target.enrolled.site, base))
    assert receipt.verdict is Verdict.APPLIED
    return msgspec.structs.replace(stay, site=target.enrolled.site)


def medicines(pc: Pc) -> str:
    return pc.territory.wire(ScopeKind.MEDICINES)


def of_stay(pc: Pc, stay: CustodyEpisode) -> list[str]:
    """The kinds of the stay's rows that count at a PC's site."""
    rows = [*pc.copy().counting, *pc.copy(medicines(pc)).counting]
    return sorted(row.kind for row in rows if row.episode == to_bytes(stay.id))


def of_person(pc: Pc, stay: CustodyEpisode) -> list[Row]:
    """The rows that are the person's alone and count at a PC's site."""
    return [
        row
        for row in pc.copy().counting
        if row.patient == to_bytes(stay.patient) and row.episode is None
    ]


def where(pc: Pc, stay: CustodyEpisode) -> list[str]:
    """Where the person is, by the newest word in the log of a PC's site."""
    said = [row for row in of_person(pc, stay) if row.kind == SITE_MOVE]
    newest = max(said, key=lambda row: row.version)
    return [suite.site for suite in bodies.decode(newest.body, SiteMove).suites]


def hashes(pc: Pc, stay: CustodyEpisode) -> set[bytes]:
    rows = [*pc.copy().counting, *pc.copy(medicines(pc)).counting]
    return {row_hash(row) for row in rows if row.patient == to_bytes(stay.patient)}


def holds(central: Central, *pcs: Pc) -> None:
    """The digest of each head is that of its rows, and of a first sync."""
    for pc in pcs:
        keys = [pc.territory.key_of(scope) for scope in pc.territory.pulled()]

        def look(transaction, keys=keys):
            return [
                (head.digest, add(EMPTY_DIGEST, [*log.row_hashes(transaction, key)]))
                for key, head in log.heads(transaction, keys).items()
            ]

        assert all(kept == made for kept, made in central.database.run(look))
        for scope in (pc.clinical, medicines(pc)):
            assert first_sync(pc, scope) == pc.copy(scope).digest


def first_sync(pc: Pc, scope: str) -> bytes:
    """The digest of a first sync of a scope that nothing disturbs, of as many rows as was said."""
    start = SnapshotStart(protocol=PROTOCOL, scopes=(scope,))
    (manifest,) = pc.link.snapshot_start(start).manifests
    on_board = tuple(one.patient for one in manifest.holdings if one.board_rows)
    others = tuple(one.patient for one in manifest.holdings if not one.board_rows)
    asked = {Phase.BOARD: on_board, Phase.OTHER: on_board, Phase.WHOLE: others}
    rows = []
    for phase in Phase:
        for frame in pc.link.snapshot(snapshot_of(scope, phase, *asked.get(phase, ()))):
            rows += frame.rows if isinstance(frame, SnapshotFrame) else []
    counted = manifest.unattached + sum(
        one.board_rows + one.other_rows for one in manifest.holdings
    )
    assert counted == len(rows)
    return add(EMPTY_DIGEST, [row_hash(row) for row in rows])


def care(pc: Pc, stay: CustodyEpisode, level: int) -> CareLevel:
    return CareLevel(
        id=care_level_id(stay.id),
        patient=stay.patient,
        episode=stay.id,
        level=level,
        check_every_minutes=30,
        rouse=False,
        reason="Drowsy",
        set_at=moment(),
        set_by=pc.user,
    )


def conflict_at(pc: Pc, stay: CustodyEpisode) -> Conflict:
    rows = [row for row in pc.copy().counting if row.kind == "Conflict"]
    mine = [row for row in rows if row.episode == to_bytes(stay.id)]
    return bodies.decode(max(mine, key=lambda row: row.version).body, Conflict)


def decide(pc: Pc, stay: CustodyEpisode, side: int = 0) -> None:
    conflict = conflict_at(pc, stay)
    resolution = ConflictResolution(
        id=new_id(),
        patient=stay.patient,
        episode=stay.id,
        performed_at=moment(),
        recorded_at=moment(),
        recorded_by=pc.user,
        conflict=conflict.id,
        entity_kind=conflict.entity_kind,
        entity=conflict.entity,
        group=conflict.group,
        values=conflict.alternatives[side].values,
        seen=tuple(one.operation for one in conflict.alternatives),
        reason="Asked the custody officer",
    )
    (receipt,) = pc.push(*pc.wrote(resolution))
    assert receipt.verdict is Verdict.APPLIED
