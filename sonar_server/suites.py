"""Telling the PCs which custody suites there are: a row of each in the reference scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sonar_core.ids import to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.location import Location
from sonar_server.central import Central
from sonar_server.own_rows import first_version
from sonar_server.scopes import Territory
from sonar_server.store import log, places
from sonar_server.store.database import Transaction
from sonar_server.store.places import Site

ADD_SITE: Final = "add_site"


def publish(transaction: Transaction, central: Central, sites: Sequence[Site]) -> None:
    """Log a row of each of these sites, of which there is none yet."""
    organisation = central.organisation.id
    key = Territory(device="", site=organisation, organisation=organisation).key(
        ScopeKind.REFERENCE
    )
    head = log.heads(transaction, [key], lock=True)[key]
    for site in sites:
        row = Location(id=site.id, name=site.name)
        head.commit([first_version(central, row, intent=ADD_SITE, zone=site.zone)])
    log.write_heads(transaction, [head])


def publish_missing(central: Central) -> int:
    """Publish the sites that were added by an older program; return how many.

    To be called before anybody is served.
    """

    def write(transaction: Transaction) -> int:
        sites = places.sites(transaction)
        ids = [to_bytes(site.id) for site in sites]
        organisation = to_bytes(central.organisation.id)
        known = {one for one, _ in log.versions_of(transaction, organisation, ids)}
        missing = [site for site in sites if to_bytes(site.id) not in known]
        if missing:
            publish(transaction, central, missing)
        return len(missing)

    return central.database.run(write)
