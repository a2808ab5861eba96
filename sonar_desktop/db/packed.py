"""Rows of a first sync made ready to be stored, on the thread that fetches them.

The writer then stores a whole frame by one statement of SQLite's own: no row of it passes through
the interpreter, whose lock the fetching and the drawing thread would otherwise wait for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from sonar_core import bodies
from sonar_core.ids import from_bytes
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import OVER, CustodyEpisode, EpisodeStatus
from sonar_core.sync.rows import EMPTY_DIGEST, Row, add
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.schema import ROW_COLUMNS
from sonar_desktop.usecases.sync_ports import Packed, Taken

_EPISODE: Final = CustodyEpisode.__name__
_DERIVED_FROM: Final = frozenset({_EPISODE, Conflict.__name__})
_ID_BYTES: Final = 16
_encoder: Final = msgspec.json.Encoder()

# What a row needs twice is looked up once: LIMIT keeps SQLite from flattening the inner query.
INSERT_PACKED: Final = f"""
    INSERT INTO record ({ROW_COLUMNS})
    SELECT one ->> 0, substr(?2, at, 16), one ->> 1, ?3, one ->> 2, one ->> 3,
        substr(?2, one ->> 4, 16), substr(?2, one ->> 5, 16), one ->> 6,
        substr(?2, at + 32, body), substr(?2, at + 32 + body, one ->> 9), substr(?2, at + 16, 16)
    FROM (
        SELECT value AS one, value ->> 7 AS at, value ->> 8 AS body
        FROM jsonb_each(jsonb(?1)) LIMIT -1 OFFSET 0
    ) WHERE true ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 no value in it
"""Takes `index`, `content` and the scope of what `pack` returns."""


class _Stay(msgspec.Struct, frozen=True):
    """What a board line needs to know of a stay first."""

    status: str = EpisodeStatus.OPEN


class PackedRows(Packed, frozen=True, kw_only=True):
    """A frame's rows as `INSERT_PACKED` takes them, and what storing all of them changes.

    `index` (JSON) says where in `content` each value of each row is. `digest` is the sum of the
    rows' hashes. `is_distinct` says that no record comes twice.
    """

    index: str
    content: bytes
    digest: bytes
    is_distinct: bool
    touched: Touched


def pack(taken: Taken) -> PackedRows:
    """Return what storing these rows takes."""
    index: list[tuple[str | int | None, ...]] = []
    content: list[bytes] = []
    at = 1
    for row, row_hash in zip(taken.rows, taken.hashes, strict=True):
        body, provenance = row.body, row.provenance
        content += (row.id, row_hash, body, provenance)
        patient_at = at + 32 + len(body) + len(provenance)
        episode_at = patient_at
        if row.patient is not None:
            content.append(row.patient)
            episode_at += _ID_BYTES
        after = episode_at
        if row.episode is not None:
            content.append(row.episode)
            after += _ID_BYTES
        index.append(
            (
                row.kind, row.version, row.seq, row.commit_no,
                None if row.patient is None else patient_at,
                None if row.episode is None else episode_at,
                row.at_ms, at, len(body), len(provenance),
            )
        )  # fmt: skip
        at = after
    touched = Touched(in_bulk=True)
    note(taken.rows, touched)
    return PackedRows(
        taken=taken,
        index=_encoder.encode(index).decode(),
        content=b"".join(content),
        digest=add(EMPTY_DIGEST, taken.hashes),
        is_distinct=len({row.id for row in taken.rows}) == len(taken.rows),
        touched=touched,
    )


def note(current: Sequence[Row], touched: Touched) -> None:
    """Note what is current now, whom it belongs to, and which stays are over."""
    patients = {row.patient for row in current}
    episodes = {row.episode for row in current}
    touched.patients.update(from_bytes(one) for one in patients if one is not None)
    touched.episodes.update(from_bytes(one) for one in episodes if one is not None)
    if touched.in_bulk:
        current = [row for row in current if row.kind in _DERIVED_FROM or row.patient is None]
    touched.kinds.update((from_bytes(row.id), row.kind) for row in current)
    touched.over.update(
        from_bytes(row.id) for row in current if row.kind == _EPISODE and not _is_open(row.body)
    )


def _is_open(body: bytes) -> bool:
    """Return whether a stay goes on; one that only a newer program can read is looked at later."""
    try:
        return bodies.decode(body, _Stay).status not in OVER
    except bodies.BodyError:
        return True
