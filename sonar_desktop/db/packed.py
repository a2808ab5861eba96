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

INSERT_PACKED: Final = f"""
    INSERT INTO record ({ROW_COLUMNS})
    SELECT CAST(substr(?2, value ->> 0, value ->> 1) AS TEXT), substr(?2, value ->> 2, 16),
        value ->> 3, ?3, value ->> 4, value ->> 5,
        substr(?2, value ->> 6, 16), substr(?2, value ->> 7, 16), value ->> 8,
        substr(?2, value ->> 9, value ->> 10), substr(?2, value ->> 11, value ->> 12),
        substr(?2, value ->> 13, 16)
    FROM jsonb_each(jsonb(?1)) WHERE true ON CONFLICT (id) DO NOTHING
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
    index: list[tuple[int | None, ...]] = []
    content: list[bytes] = []
    kinds: dict[str, bytes] = {}
    at = 1
    for row, row_hash in zip(taken.rows, taken.hashes, strict=True):
        kind = kinds.get(row.kind)
        if kind is None:
            kind = kinds[row.kind] = row.kind.encode()
        patient, episode, body, provenance = row.patient, row.episode, row.body, row.provenance
        content += (row.id, row_hash, patient or b"", episode or b"", kind, body, provenance)
        episode_at = at + 32 + (0 if patient is None else _ID_BYTES)
        kind_at = episode_at + (0 if episode is None else _ID_BYTES)
        body_at = kind_at + len(kind)
        provenance_at = body_at + len(body)
        index.append(
            (
                kind_at, len(kind), at, row.version, row.seq, row.commit_no,
                None if patient is None else at + 32, None if episode is None else episode_at,
                row.at_ms, body_at, len(body), provenance_at, len(provenance), at + 16,
            )
        )  # fmt: skip
        at = provenance_at + len(provenance)
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
