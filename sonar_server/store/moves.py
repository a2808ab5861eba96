"""People whom more than one site holds: at which, with which stays, and what a site lacks of them.

Each of these sites has all that is the person's alone, and whole what counts there of their stays.
What a site has of a stay that has left it ends where the stay left.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.site_move import SiteMove, site_move_id
from sonar_core.sync.moving import sites_of, versions_of
from sonar_core.sync.retirement import RETIREMENT, is_over
from sonar_core.sync.rows import Provenance, provenance_of
from sonar_server.scopes import ScopeKey
from sonar_server.store.database import Transaction, is_one_of, read_all
from sonar_server.store.log import COPIED, COUNTS, ScopeHead
from sonar_server.store.retirements import SCOPES
from sonar_server.store.schema import known_at, retired

_KNOWN_AT: Final = "SELECT patient, site_id FROM known_at WHERE patient = ANY(%(patients)b)"

_NEWEST: Final = f"""
    SELECT DISTINCT ON (kind, id) kind, id, body, provenance FROM record
    WHERE site_id = ANY(%(sites)b) AND scope_id = 'clinical' AND patient = %(patient)b
      AND kind IN ('{CustodyEpisode.__name__}', '{Conflict.__name__}')
    ORDER BY kind, id, version DESC
"""  # noqa: S608 no value in it

_COUNTED: Final = f"""
    SELECT DISTINCT episode FROM record
    WHERE site_id = %(site)b AND scope_id = ANY(%(scopes)s) AND patient = %(patient)b
      AND episode IS NOT NULL AND {COUNTS}
"""  # noqa: S608 no value in it

_LEFT: Final = f"""
    SELECT record.scope_id, record.seq, record.row_hash FROM record
    JOIN retired ON retired.site_id = record.site_id AND retired.episode = record.episode
        AND retired.patient = record.patient
    WHERE record.site_id = %(site)b AND record.scope_id = ANY(%(scopes)s)
      AND record.patient = %(patient)b AND record.episode = ANY(%(stays)b)
      AND record.kind <> '{RETIREMENT}'
    ORDER BY record.scope_id, record.seq
"""  # noqa: S608 no value in it

_LACKING: Final = f"""
    SELECT DISTINCT ON (id, version) scope_id, seq, {", ".join(COPIED)} FROM record
    WHERE site_id = ANY(%(others)b) AND scope_id = ANY(%(scopes)s) AND patient = %(patient)b
      AND (episode IS NULL OR episode = ANY(%(stays)b)) AND kind <> '{RETIREMENT}'
      AND NOT EXISTS (SELECT 1 FROM record AS own WHERE own.site_id = %(site)b
                      AND own.id = record.id AND own.version = record.version)
    ORDER BY id, version, seq
"""  # noqa: S608 no value in it

_LAST_MOVE: Final = """
    SELECT version, body FROM record WHERE site_id = %(site)b AND id = %(id)b
    ORDER BY version DESC LIMIT 1
"""

_ID, _VERSION, _PROVENANCE = (2 + COPIED.index(name) for name in ("id", "version", "provenance"))


class StayAt(NamedTuple):
    """A person's stay: at which sites it is, none once it is over, and who said so last.

    `sites` are text ids.
    """

    episode: bytes
    is_over: bool
    sites: frozenset[str]
    said: Provenance


def known_at_of(transaction: Transaction, patients: Iterable[bytes]) -> dict[bytes, set[bytes]]:
    """Return the sites that hold each of these people, of those whom more than one holds."""
    found: dict[bytes, set[bytes]] = {}
    wanted = list(patients)
    for patient, site in read_all(transaction, _KNOWN_AT, {"patients": wanted}) if wanted else ():
        found.setdefault(patient, set()).add(site)
    return found


def keep(transaction: Transaction, patient: bytes, sites: Iterable[bytes]) -> None:
    """Note that these sites hold a person."""
    values = [{"site_id": site, "patient": patient} for site in sorted(sites)]
    transaction.execute(insert(known_at).on_conflict_do_nothing(), values)


def stays(transaction: Transaction, sites: Iterable[bytes], patient: bytes) -> list[StayAt]:
    """Return a person's stays as the newest of these sites' rows have them."""
    asked = {"sites": list(sites), "patient": patient}
    rows = {
        kind: list(group)
        for kind, group in groupby(read_all(transaction, _NEWEST, asked), key=itemgetter(0))
    }
    disputes = [bodies.decode(body, Conflict) for _, _, body, _ in rows.get(Conflict.__name__, ())]
    found = []
    for _, episode, body, provenance in rows.get(CustodyEpisode.__name__, ()):
        versions = versions_of(bodies.fields_of(body), disputes)
        found.append(
            StayAt(
                episode=episode,
                is_over=all(is_over(version.get("status")) for version in versions),
                sites=sites_of(versions),
                said=provenance_of(provenance),
            )
        )
    return found


def counted(transaction: Transaction, site: bytes, patient: bytes) -> set[bytes]:
    """Return which of a person's stays count at a site."""
    asked = {"site": site, "scopes": list(SCOPES), "patient": patient}
    return {episode for (episode,) in read_all(transaction, _COUNTED, asked)}


def last_move(transaction: Transaction, site: bytes, patient: bytes) -> tuple[int, SiteMove | None]:
    """Return the version and body of what a site's log says last of where a person is."""
    asked = {"site": site, "id": to_bytes(site_move_id(from_bytes(patient)))}
    for version, body in read_all(transaction, _LAST_MOVE, asked):
        return version, bodies.decode(body, SiteMove)
    return 0, None


def complete(
    transaction: Transaction,
    heads: dict[ScopeKey, ScopeHead],
    site: bytes,
    others: Iterable[bytes],
    patient: bytes,
    episodes: Iterable[bytes],
) -> set[bytes]:
    """Log at a site what it lacks of a person and of these stays; return the ids new to it.

    What had left it is logged again, what others' logs have beside it follows. One commit in each
    scope. The caller has locked the heads of all these sites, and writes them.
    """
    wanted = list(episodes)
    asked = {
        "site": site,
        "others": list(others),
        "scopes": list(SCOPES),
        "patient": patient,
        "stays": wanted,
    }
    again = _by_scope(read_all(transaction, _LEFT, asked))
    copies = _by_scope(_as_they_came(read_all(transaction, _LACKING, asked)))
    for scope in sorted(again.keys() | copies.keys()):
        heads[ScopeKey(site, scope)].log_again(
            ((seq, digest) for _, seq, digest in again.get(scope, ())),
            (row[2:] for row in copies.get(scope, ())),
        )
    if again:
        transaction.execute(
            delete(retired).where(retired.c.site_id == site, is_one_of(retired.c.episode, wanted))
        )
    new = [row for rows in copies.values() for row in rows]
    return {row[_ID] for row in new if row[_VERSION] == 1}


def _as_they_came(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows of several logs in the order in which they reached the server."""
    return sorted(rows, key=lambda row: (provenance_of(row[_PROVENANCE]).received_ms, row[1]))


def _by_scope(rows: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
