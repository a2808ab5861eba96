"""Loading into memory what the planner must know to decide a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import or_, select

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.conflict import Conflict
from sonar_core.sync import planner
from sonar_core.sync.decision import whose
from sonar_core.sync.ledger import Held, Ledger, written_by
from sonar_core.sync.operations import Header, Operation
from sonar_core.sync.rows import provenance_of
from sonar_server.scopes import ScopeKey
from sonar_server.store import moves
from sonar_server.store.database import Transaction, is_one_of, read_all
from sonar_server.store.schema import record

_MOST_ROUNDS: Final = 4

_VERSIONS: Final = """
    SELECT id, kind, version, provenance,
           CASE WHEN version = max(version) OVER (PARTITION BY id) THEN body END
    FROM record WHERE site_id = %(site)s AND id = ANY(%(ids)b) ORDER BY id, version
"""
_DISPUTES: Final = """
    SELECT DISTINCT id FROM record WHERE site_id = %(site)s AND disputes = ANY(%(ids)b)
"""
_HOLDERS: Final = """
    SELECT place, id FROM record WHERE site_id = %(site)s AND place = ANY(%(ids)b)
    ORDER BY seq DESC
"""


class Needs:
    """The ids and places that a batch's decisions will ask for."""

    def __init__(self, batch: Iterable[tuple[Operation, Header]]) -> None:
        """Work them out from operations and headers; what is no id is in no store either."""
        self.ids: set[bytes] = set()
        self.places: set[bytes] = set()
        for operation, header in batch:
            ids, place = planner.needed(operation, header)
            self.ids |= _raw(ids)
            self.places |= _raw(() if place is None else (place,))


def load(transaction: Transaction, site_id: bytes, needs: Needs) -> Ledger:
    """Return the ledger to decide against, with everything it is going to be asked for.

    Of people whom several sites hold it is what any of them has: a stay that left this site goes
    on at another.
    """
    found = _load(transaction, site_id, needs)
    known = moves.known_at_of(transaction, _people(found.records))
    for other in sorted(set().union(*known.values()) - {site_id}):
        found.add(_load(transaction, other, needs))
    return Ledger(found.records, found.places)


@dataclass(frozen=True)
class _Loaded:
    """Records by id, and the fact that took each place first."""

    records: dict[str, Held]
    places: dict[str, str]

    def add(self, other: _Loaded) -> None:
        """Take what another site has more of: a site's versions are the first of all there are."""
        for identifier, held in other.records.items():
            mine = self.records.get(identifier)
            if mine is None or mine.version < held.version:
                self.records[identifier] = held
        for place, fact in other.places.items():
            self.places.setdefault(place, fact)


def _people(records: dict[str, Held]) -> set[bytes]:
    owners = {whose(held.kind, identifier, held.fields)[0] for identifier, held in records.items()}
    return _raw(owner for owner in owners if owner is not None)


def _load(transaction: Transaction, site_id: bytes, needs: Needs) -> _Loaded:
    places = _holders(transaction, site_id, needs.places)
    records: dict[str, Held] = {}
    asked: set[bytes] = set()
    disputes = _conflicts_about(transaction, site_id, needs.ids | needs.places)
    wanted = needs.ids | disputes | _raw(places.values())
    for _ in range(_MOST_ROUNDS):
        wanted -= asked
        if not wanted:
            break
        asked |= wanted
        found = _records(transaction, site_id, wanted)
        records |= found
        wanted = set().union(*map(_next, found.values()))
    return _Loaded(records, places)


def _next(held: Held) -> set[bytes]:
    names = list(planner.needed_next(held))
    if held.kind == Conflict.__name__:
        names.append(str(held.fields["entity"]))
    return _raw(names)


def touched_since(
    transaction: Transaction, needs: Needs, since: dict[ScopeKey, tuple[int, int]]
) -> bool:
    """Return whether rows that came meanwhile concern the batch: per scope (from, to] seq."""
    for key, (after, until) in since.items():
        if until == after:
            continue
        query = (
            select(record.c.seq)
            .where(
                record.c.site_id == key.site_id,
                record.c.scope_id == key.name,
                record.c.seq > after,
                record.c.seq <= until,
                or_(
                    is_one_of(record.c.id, needs.ids),
                    is_one_of(record.c.disputes, needs.ids | needs.places),
                    is_one_of(record.c.place, needs.places),
                ),
            )
            .limit(1)
        )
        if transaction.execute(query).first() is not None:
            return True
    return False


def _records(transaction: Transaction, site_id: bytes, ids: set[bytes]) -> dict[str, Held]:
    rows = read_all(transaction, _VERSIONS, {"site": site_id, "ids": list(ids)})
    return {
        from_bytes(identifier): _held(list(versions))
        for identifier, versions in groupby(rows, key=itemgetter(0))
    }


def _held(versions: list[tuple[Any, ...]]) -> Held:
    _, kind, version, _, body = versions[-1]
    return Held(
        kind=kind,
        version=version,
        fields=bodies.fields_of(body),
        body=body,
        history=tuple(written_by(number, provenance_of(raw)) for _, _, number, raw, _ in versions),
    )


def _conflicts_about(transaction: Transaction, site_id: bytes, ids: set[bytes]) -> set[bytes]:
    if not ids:
        return set()
    rows = read_all(transaction, _DISPUTES, {"site": site_id, "ids": list(ids)})
    return {identifier for (identifier,) in rows}


def _holders(transaction: Transaction, site_id: bytes, places: set[bytes]) -> dict[str, str]:
    """Return which fact took each place first."""
    if not places:
        return {}
    rows = read_all(transaction, _HOLDERS, {"site": site_id, "ids": list(places)})
    return {from_bytes(place): from_bytes(fact) for place, fact in rows}


def _raw(names: Iterable[str]) -> set[bytes]:
    found: set[bytes] = set()
    for name in names:
        try:
            found.add(to_bytes(name))
        except ValueError:
            continue
    return found
