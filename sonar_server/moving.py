"""A person moves from one custody suite to another: the logs of both say so in one transaction.

The second site gets all that is known of the person. An open stay leaves the sites that it does
not name, as a stay that is over leaves the PCs. What is the person's alone stays everywhere, and
each new version of it is logged at every site that holds the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from sonar_core import bodies
from sonar_core.ids import from_bytes, slot, to_bytes
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.retirement import Retirement
from sonar_core.records.site_move import SITE_MOVE, SiteMove, Suite, site_move_id
from sonar_core.sync.decision import NewVersion
from sonar_core.sync.grants import REVOCABLE
from sonar_core.sync.moving import RULE, sites_written
from sonar_core.sync.operations import Header, Operation
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import Provenance
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.store import log, moves, places, retirements
from sonar_server.store.database import Transaction
from sonar_server.store.log import Entry, ScopeHead
from sonar_server.store.moves import StayAt

INTENT: Final = "move"
_EPISODE: Final = CustodyEpisode.__name__
_KINDS: Final = (_EPISODE, Conflict.__name__)

Heads = dict[ScopeKey, ScopeHead]


class MoreSitesError(Exception):
    """A transaction reaches sites whose scopes it has not locked: it is to be begun again.

    Scopes are locked in the order of their keys, all at once: nothing can be locked afterwards.
    """

    def __init__(self, sites: Iterable[bytes]) -> None:
        """Take all the sites that are to be locked beside the device's own."""
        super().__init__("the scopes of other sites are to be locked first")
        self.sites = frozenset(sites)


def keys_of(sites: Iterable[bytes]) -> list[ScopeKey]:
    """Return the scopes of sites that hold people."""
    return [ScopeKey(site, kind.value) for site in sites for kind in REVOCABLE]


def misplaced(
    transaction: Transaction, territory: Territory, batch: Iterable[tuple[Operation, Header]]
) -> frozenset[str]:
    """Return the ids of the operations that put somebody where there is no suite."""
    written = {
        header.op_id: elsewhere
        for operation, header in batch
        if (elsewhere := sites_written(operation, header) - {territory.site})
    }
    if not written:
        return frozenset()
    known = {site.id for site in places.sites(transaction)}
    return frozenset(op_id for op_id, sites in written.items() if not sites <= known)


def bring_back(
    transaction: Transaction, heads: Heads, territory: Territory, versions: Sequence[NewVersion]
) -> None:
    """Log again what left this site and is concerned by rows that are about to be appended.

    What other sites wrote about it meanwhile comes with it. The caller has locked the heads, and
    appends the rows afterwards. Raises MoreSitesError.
    """
    own = to_bytes(territory.site)
    for patient, sites in moves.known_at_of(transaction, _people(versions)).items():
        _require(heads, sites)
        mine = [one for one in versions if one.patient == from_bytes(patient)]
        wanted = {to_bytes(one.episode) for one in mine if one.episode is not None}
        if any(one.kind == _EPISODE and one.version == 1 for one in mine):
            found = moves.stays(transaction, sites | {own}, patient)
            wanted |= {stay.episode for stay in found if stay.is_over}
        moves.complete(transaction, heads, own, sites - {own}, patient, wanted)
    retirements.bring_back(transaction, heads, territory, versions)


def settle(
    transaction: Transaction, heads: Heads, territory: Territory, versions: Sequence[NewVersion]
) -> dict[bytes, set[bytes]]:
    """Log at every site what rows just written at one mean for it; return the ids new to each.

    The caller has locked the heads, and written what was appended to them. Raises MoreSitesError.
    """
    known = moves.known_at_of(transaction, _people(versions))
    concerned = known.keys() | _moving(territory, versions)
    arrived: dict[bytes, set[bytes]] = {}
    for patient in sorted(concerned):
        last = next(one for one in reversed(versions) if one.patient == from_bytes(patient))
        person = _Person(transaction, heads, territory, patient, known.get(patient, set()))
        for site, ids in person.settle(last.provenance).items():
            arrived.setdefault(site, set()).update(ids)
    return arrived


def _people(versions: Iterable[NewVersion]) -> set[bytes]:
    return {to_bytes(one.patient) for one in versions if one.patient is not None}


def _moving(territory: Territory, versions: Iterable[NewVersion]) -> set[bytes]:
    """Return the people of whom rows say that they are, or may be, at another site."""
    found = set()
    for one in versions:
        if one.kind not in _KINDS or one.patient is None:
            continue
        fields = bodies.fields_of(one.body)
        sides = [side["values"] for side in fields.get("alternatives", ())]
        named = {values["site"] for values in (fields, *sides) if "site" in values}
        if not named <= {territory.site}:
            found.add(to_bytes(one.patient))
    return found


def _require(heads: Heads, sites: Iterable[bytes]) -> None:
    wanted = set(sites)
    if not heads.keys() >= set(keys_of(wanted)):
        raise MoreSitesError(wanted | {key.site_id for key in heads})


class _Person:
    """One person about whom something was written at a site, with the sites that hold them."""

    def __init__(
        self,
        transaction: Transaction,
        heads: Heads,
        territory: Territory,
        patient: bytes,
        known: set[bytes],
    ) -> None:
        self._transaction = transaction
        self._heads = heads
        self._territory = territory
        self._own = to_bytes(territory.site)
        self._patient = patient
        self._known = known | {self._own}
        self._stays = moves.stays(transaction, self._known, patient)

    def settle(self, cause: Provenance) -> dict[bytes, set[bytes]]:
        """Bring every site up to what is written; return the ids new to each."""
        names = {site.id: site.name for site in places.sites(self._transaction)}
        at = sorted(frozenset[str]().union(*(stay.sites for stay in self._stays)) & names.keys())
        sites = self._known | {to_bytes(site) for site in at}
        if sites == {self._own}:
            return {}
        _require(self._heads, sites)
        moves.keep(self._transaction, self._patient, sites)
        if at:
            self._say(cause, tuple(Suite(site=site, name=names[site]) for site in at))
        arrived = {site: self._complete(site, sites) for site in sorted(sites)}
        self._write()
        for site in sorted(sites):
            self._leave(site, cause, names.keys())
        self._write()
        return arrived

    def _write(self) -> None:
        log.write_heads(self._transaction, self._heads.values())

    def _say(self, cause: Provenance, suites: tuple[Suite, ...]) -> None:
        """Log where the person is, unless the log says that already."""
        version, last = moves.last_move(self._transaction, self._own, self._patient)
        if last is not None and last.suites == suites:
            return
        stay = max(
            (stay for stay in self._stays if stay.sites),
            key=lambda stay: (stay.said.received_ms, stay.episode),
        )
        patient = from_bytes(self._patient)
        move = SiteMove(
            id=site_move_id(patient),
            patient=patient,
            stay=from_bytes(stay.episode),
            suites=suites,
            moved_at=stay.said.recorded_at,
        )
        made = _made(move, SITE_MOVE, version + 1, cause, patient, None)
        self._heads[self._territory.key(ScopeKind.CLINICAL)].commit([Entry(version=made)])
        self._write()

    def _complete(self, site: bytes, sites: set[bytes]) -> set[bytes]:
        """Log at a site what it lacks: of what counts there, and of what comes there now."""
        counted = moves.counted(self._transaction, site, self._patient)
        here = {stay.episode for stay in self._stays if from_bytes(site) in stay.sites}
        if not here <= counted:
            here |= {stay.episode for stay in self._stays if stay.is_over}
        return moves.complete(
            self._transaction, self._heads, site, sites - {site}, self._patient, here | counted
        )

    def _leave(self, site: bytes, cause: Provenance, suites: Iterable[str]) -> None:
        """Let the open stays leave a site that they do not name, unless they are in dispute."""
        gone = {stay.episode for stay in self._stays if _is_elsewhere(stay, site, suites)}
        if not gone:
            return
        held = retirements.stays_of(self._transaction, site, [self._patient])
        leaving = [
            stay
            for stay in held.get(self._patient, ())
            if stay.episode in gone and not stay.is_disputed
        ]
        patient = from_bytes(self._patient)
        for stay in leaving:
            episode = from_bytes(stay.episode)
            for scope, hashes in stay.hashes.items():
                if hashes:
                    head = self._heads[ScopeKey(site, scope)]
                    identifier = slot(cause.operation, from_bytes(site), scope, str(head.seq))
                    word = Retirement(id=identifier, patient=patient, episode=episode, rule=RULE)
                    made = _made(word, RETIREMENT, 1, cause, patient, episode)
                    head.retire(Entry(version=made), hashes)
        if leaving:
            retirements.keep(self._transaction, site, leaving)


def _is_elsewhere(stay: StayAt, site: bytes, suites: Iterable[str]) -> bool:
    known = stay.sites & set(suites)
    return bool(known) and from_bytes(site) not in stay.sites


def _made(
    record: SiteMove | Retirement,
    kind: str,
    version: int,
    cause: Provenance,
    patient: str,
    episode: str | None,
) -> NewVersion:
    """Return a row that the server makes because of what somebody wrote."""
    return NewVersion(
        kind=kind,
        id=record.id,
        version=version,
        patient=patient,
        episode=episode,
        at_ms=cause.recorded_at.utc_ms,
        body=bodies.encode(record),
        provenance=msgspec.structs.replace(cause, intent=INTENT, groups=(), marks=()),
    )
