"""Which stays have left the PCs, which could, and how one comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, insert

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.decision import NewVersion
from sonar_core.sync.retirement import RETIREMENT, is_over
from sonar_core.sync.rows import provenance_of
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.store.database import Transaction, is_one_of, read_all
from sonar_server.store.log import COUNTS, ScopeHead
from sonar_server.store.schema import retired

SCOPES: Final = (ScopeKind.CLINICAL.value, ScopeKind.MEDICINES.value)
"""The scopes that hold rows of stays, by their names within a site."""
_EPISODE: Final = CustodyEpisode.__name__
_CONFLICT: Final = Conflict.__name__

_NEWEST: Final = f"""
    SELECT patient, body FROM record
    WHERE site_id = %(site)s AND scope_id = 'clinical' AND kind = '{_EPISODE}' AND {COUNTS}
      AND NOT EXISTS (SELECT 1 FROM record AS newer WHERE newer.site_id = record.site_id
                      AND newer.id = record.id AND newer.version > record.version)
"""  # noqa: S608 no value in it

_OF_PATIENTS: Final = f"""
    SELECT patient, episode, scope_id, kind, id, body, provenance, row_hash FROM record
    WHERE site_id = %(site)s AND scope_id = ANY(%(scopes)s) AND patient = ANY(%(patients)b)
      AND episode IS NOT NULL AND {COUNTS}
    ORDER BY patient, episode, scope_id, seq
"""  # noqa: S608 no value in it

_COMING_BACK: Final = """
    SELECT patient, episode FROM retired
    WHERE site_id = %(site)s AND (episode = ANY(%(episodes)b) OR patient = ANY(%(patients)b))
"""

_LEFT: Final = f"""
    SELECT record.scope_id, record.seq, record.row_hash FROM record
    JOIN retired ON retired.site_id = record.site_id AND retired.episode = record.episode
        AND retired.patient = record.patient
    WHERE record.site_id = %(site)s AND record.scope_id = ANY(%(scopes)s)
      AND record.patient = ANY(%(patients)b) AND record.episode = ANY(%(episodes)b)
      AND record.kind <> '{RETIREMENT}'
    ORDER BY record.scope_id, record.seq
"""  # noqa: S608 no value in it


class Stay(NamedTuple):
    """A stay on the PCs: its rows' hashes by scope, and what speaks for and against its leaving."""

    patient: bytes
    episode: bytes
    hashes: dict[str, list[bytes]]
    is_over: bool
    is_disputed: bool
    newest_received_ms: int


def patients_all_released(transaction: Transaction, site_id: bytes) -> list[bytes]:
    """Return the patients with stays on the PCs, of which none goes on."""
    over: dict[bytes, bool] = {}
    for patient, body in read_all(transaction, _NEWEST, {"site": site_id}):
        over[patient] = over.get(patient, True) and _is_over(body)
    return sorted(patient for patient, all_are in over.items() if all_are)


def stays_of(
    transaction: Transaction, site_id: bytes, patients: Sequence[bytes]
) -> dict[bytes, list[Stay]]:
    """Return the stays on the PCs of these patients."""
    rows = read_all(
        transaction,
        _OF_PATIENTS,
        {"site": site_id, "scopes": list(SCOPES), "patients": list(patients)},
    )
    found: dict[bytes, list[Stay]] = {}
    for (patient, episode), own in groupby(rows, key=itemgetter(0, 1)):
        found.setdefault(patient, []).append(_stay(patient, episode, [row[2:] for row in own]))
    return found


def _stay(patient: bytes, episode: bytes, rows: list[tuple[Any, ...]]) -> Stay:
    hashes: dict[str, list[bytes]] = {scope: [] for scope in SCOPES}
    newest: dict[bytes, tuple[str, bytes]] = {}
    received: list[int] = []
    for scope, kind, identifier, body, provenance, row_hash in rows:
        hashes[scope].append(row_hash)
        newest[identifier] = kind, body
        received.append(provenance_of(provenance).received_ms)
    return Stay(
        patient=patient,
        episode=episode,
        hashes=hashes,
        is_over=any(kind == _EPISODE and _is_over(body) for kind, body in newest.values()),
        is_disputed=any(kind == _CONFLICT and _is_open(body) for kind, body in newest.values()),
        newest_received_ms=max(received),
    )


def _is_over(body: bytes) -> bool:
    return is_over(bodies.fields_of(body).get("status"))


def _is_open(body: bytes) -> bool:
    return bodies.fields_of(body).get("status") != ConflictStatus.RESOLVED


def keep(transaction: Transaction, site_id: bytes, stays: Iterable[Stay]) -> None:
    """Note that stays have left the PCs."""
    values = [
        {"site_id": site_id, "episode": stay.episode, "patient": stay.patient} for stay in stays
    ]
    transaction.execute(insert(retired), values)


def bring_back(
    transaction: Transaction,
    heads: dict[ScopeKey, ScopeHead],
    territory: Territory,
    versions: Iterable[NewVersion],
) -> None:
    """Log again what left the PCs and is concerned by rows that are about to be appended.

    A stay comes back whole when something is written about it, and every stay of a person when
    another begins. The caller has locked the heads, and appends the rows afterwards.
    """
    episodes, patients = _concerned(versions)
    if not episodes:
        return
    site_id = to_bytes(territory.site)
    asked = {"site": site_id, "episodes": list(episodes), "patients": list(patients)}
    coming = read_all(transaction, _COMING_BACK, asked)
    if not coming:
        return
    of = {
        "site": site_id,
        "scopes": list(SCOPES),
        "patients": list({patient for patient, _ in coming}),
        "episodes": [episode for _, episode in coming],
    }
    for scope, rows in groupby(read_all(transaction, _LEFT, of), key=itemgetter(0)):
        heads[ScopeKey(site_id, scope)].log_again((seq, digest) for _, seq, digest in rows)
    transaction.execute(
        delete(retired).where(
            retired.c.site_id == site_id, is_one_of(retired.c.episode, of["episodes"])
        )
    )


def _concerned(versions: Iterable[NewVersion]) -> tuple[set[bytes], set[bytes]]:
    """Return the stays that rows are of, and the persons of whom another stay begins."""
    episodes, patients = set(), set()
    for version in versions:
        if version.episode is not None:
            episodes.add(to_bytes(version.episode))
        if version.kind == _EPISODE and version.version == 1 and version.patient is not None:
            patients.add(to_bytes(version.patient))
    return episodes, patients
