"""What a first sync brings: which patients a scope holds, worst first, and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from operator import attrgetter, itemgetter
from typing import Final, TypeVar

import msgspec
from sqlalchemy import text

from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import Holding, Phase
from sonar_core.sync.rows import Row
from sonar_server.scopes import ScopeKey
from sonar_server.store.database import Transaction, read_all
from sonar_server.store.log import COUNTS, PAGE_ROWS, ROW_COLUMNS

T = TypeVar("T")

BOARD_KINDS: Final = tuple(sorted(name for name, kind in REGISTRY.items() if kind.on_board))

_COUNTS: Final = f"""
    SELECT scope_id, patient, count(*), max(at_ms)
    FROM record WHERE site_id = %(site)s AND scope_id = ANY(%(scopes)s) AND {COUNTS}
    GROUP BY scope_id, patient
"""  # noqa: S608 no value in it

# Each record has one first version: counting these needs no sorting, counting distinct ids does.
_BOARD_COUNTS: Final = f"""
    SELECT scope_id, patient, count(*)
    FROM record WHERE site_id = %(site)s AND scope_id = ANY(%(scopes)s)
      AND patient = ANY(%(patients)b) AND version = 1 AND kind = ANY(%(board)s) AND {COUNTS}
    GROUP BY scope_id, patient
"""  # noqa: S608 no value in it

# A newer version of the same record is not there: this one is the present one. Not by NOT EXISTS:
# PostgreSQL would rather read every id of the site for each group of patients.
_IS_CURRENT: Final = """
    (SELECT newer.version FROM record AS newer WHERE newer.site_id = record.site_id
     AND newer.id = record.id AND newer.version > record.version LIMIT 1) IS NULL
"""

_ACUITY: Final = f"""
    SELECT patient, kind, at_ms, body FROM record
    WHERE site_id = %(site)s AND scope_id = 'clinical'
      AND kind = ANY(%(kinds)s) AND patient = ANY(%(patients)b) AND {_IS_CURRENT}
    ORDER BY at_ms
"""  # noqa: S608 no value in it

_OPEN: Final = f"""
    SELECT patient, body FROM record
    WHERE site_id = %(site)s AND scope_id = 'clinical' AND kind = '{CustodyEpisode.__name__}'
    AND {_IS_CURRENT}
"""  # noqa: S608 no value in it

_OF_PATIENTS: Final = (
    f"SELECT {ROW_COLUMNS} FROM record WHERE site_id = %(site)s AND scope_id = %(scope)s "  # noqa: S608 no value in it
    f"AND patient = ANY(%(patients)b) AND {COUNTS} AND {{which}}"
)
_ON_BOARD: Final = f"(kind = ANY(%(board)s) AND {_IS_CURRENT})"
_WHICH: Final = {Phase.BOARD: _ON_BOARD, Phase.OTHER: f"NOT {_ON_BOARD}", Phase.WHOLE: "true"}

_UNATTACHED: Final = (
    f"SELECT {ROW_COLUMNS} FROM record WHERE site_id = %(site)s AND scope_id = %(scope)s "  # noqa: S608 no value in it
    f"AND patient IS NULL AND seq > %(after)s ORDER BY seq LIMIT {PAGE_ROWS}"
)


class _Episode(msgspec.Struct):
    status: str


class _Score(msgspec.Struct):
    total: int | None = None


class _Observed(msgspec.Struct):
    news2: _Score | None = None


class _Level(msgspec.Struct):
    level: int


def holdings(
    transaction: Transaction, keys: Sequence[ScopeKey]
) -> dict[ScopeKey, tuple[int, list[Holding]]]:
    """Return how many rows of each scope belong to no patient, and each patient's counts.

    Patients with an open episode come first, by their newest NEWS2 and level of observation,
    then everybody by how new their last row is. Only the former have rows that the board needs.
    """
    _look_up_retired_once(transaction)
    found: dict[ScopeKey, tuple[int, list[Holding]]] = {}
    for site_id in {key.site_id for key in keys}:
        of_site = [key for key in keys if key.site_id == site_id]
        values = {"site": site_id, "scopes": [key.name for key in of_site]}
        counts = read_all(transaction, _COUNTS, values)
        _know_how_many(transaction, sum(total for _, _, total, _ in counts))
        acute = _acuity(transaction, site_id)
        values |= {"patients": list(acute), "board": list(BOARD_KINDS)}
        on_board = {
            (scope, patient): rows
            for scope, patient, rows in read_all(transaction, _BOARD_COUNTS, values)
        }
        for key in of_site:
            of_scope = [row for row in counts if row[0] == key.name]
            found[key] = _holdings(of_scope, acute, on_board)
    return found


def _holdings(
    counts: list[tuple[str, bytes | None, int, int]],
    acute: dict[bytes, tuple[int, int, int]],
    on_board: dict[tuple[str, bytes], int],
) -> tuple[int, list[Holding]]:
    unattached = sum(total for _, patient, total, _ in counts if patient is None)
    ordered = sorted(
        (
            (
                acute.get(patient, (0, 0, 0)),
                newest,
                patient,
                total,
                on_board.get((scope, patient), 0),
            )
            for scope, patient, total, newest in counts
            if patient is not None
        ),
        key=itemgetter(0, 1),
        reverse=True,
    )
    return unattached, [
        Holding(patient, board, total - board) for _, _, patient, total, board in ordered
    ]


def _acuity(transaction: Transaction, site_id: bytes) -> dict[bytes, tuple[int, int, int]]:
    """Return (1, NEWS2, level of observation) of each patient with an open episode."""
    episodes = read_all(transaction, _OPEN, {"site": site_id})
    patients = [patient for patient, body in episodes if _is_open(body)]
    kinds = [ObservationSet.__name__, CareLevel.__name__]
    rows = read_all(transaction, _ACUITY, {"site": site_id, "kinds": kinds, "patients": patients})
    scores: dict[bytes, int] = {}
    levels: dict[bytes, int] = {}
    for patient, kind, _, body in rows:
        if kind == CareLevel.__name__:
            levels[patient] = _decoded(body, _Level, _Level(level=0)).level
        else:
            news2 = _decoded(body, _Observed, _Observed()).news2
            scores[patient] = 0 if news2 is None else news2.total or 0
    return {patient: (1, scores.get(patient, 0), levels.get(patient, 0)) for patient in patients}


def _is_open(body: bytes) -> bool:
    return _decoded(body, _Episode, _Episode(status="")).status == EpisodeStatus.OPEN.value


def _decoded(body: bytes, into: type[T], otherwise: T) -> T:
    """Return the few fields asked for; a body of a newer program that lacks them ranks last."""
    try:
        return msgspec.json.decode(body, type=into)
    except msgspec.DecodeError:
        return otherwise


def unattached_after(transaction: Transaction, key: ScopeKey, seq: int) -> list[Row]:
    """Return the next rows after `seq` that belong to no patient; empty at the end."""
    values = {"site": key.site_id, "scope": key.name, "after": seq}
    return list(starmap(Row, read_all(transaction, _UNATTACHED, values)))


def of_patients(
    transaction: Transaction, key: ScopeKey, phase: Phase, patients: Sequence[bytes]
) -> dict[bytes, list[Row]]:
    """Return the rows of these patients in one phase, each patient's in the order of the log."""
    values = {
        "site": key.site_id,
        "scope": key.name,
        "patients": list(patients),
        "board": list(BOARD_KINDS),
    }
    _look_up_retired_once(transaction)
    found: dict[bytes, list[Row]] = {patient: [] for patient in patients}
    statement = _OF_PATIENTS.format(which=_WHICH[phase])
    rows = starmap(Row, read_all(transaction, statement, values))
    # Ordered here: asked to, PostgreSQL would rather walk the whole scope in its order.
    for row in sorted(rows, key=attrgetter("seq")):
        found[row.patient or b""].append(row)
    return found


def _look_up_retired_once(transaction: Transaction) -> None:
    """Keep the planner from looking through `retired` once for each row: half the time of both."""
    transaction.execute(text("SET LOCAL enable_nestloop = off"))


def _know_how_many(transaction: Transaction, total: int) -> None:
    """Let PostgreSQL count anew when it believes in far fewer rows than there are.

    It does so by itself within a minute of a large load, and until then would walk the whole
    scope for each group of patients.
    """
    believed = read_all(transaction, "SELECT reltuples FROM pg_class WHERE relname = 'record'", {})
    if believed[0][0] < total / 2:
        transaction.execute(text("ANALYZE record"))
