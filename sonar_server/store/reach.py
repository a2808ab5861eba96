"""What a transaction sees of the rows under row-level security (migrations/m0009).

The second wall: should a statement ask for another site's rows, or a scope that was revoked, it
finds none. The server's own work, as moving and retiring, reaches everything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from sonar_server.scopes import ScopeKey
from sonar_server.store.database import Database, Transaction

T = TypeVar("T")

_NARROW: Final = (
    "SELECT set_config('sonar.reach', '', true), set_config('sonar.sites', %(sites)s, true), "
    "set_config('sonar.scopes', %(scopes)s, true)"
)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A database of which each transaction sees some sites, and some scopes of them alone.

    The settings are ready as PostgreSQL reads them: an array of sites, an array of scopes, or
    nothing for every scope.
    """

    database: Database
    settings: dict[str, str]

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction as `Database.run` does."""

        def narrowly(transaction: Transaction) -> T:
            transaction.exec_driver_sql(_NARROW, self.settings)
            return work(transaction)

        return self.database.run(narrowly)


def of_scopes(database: Database, keys: Collection[ScopeKey]) -> Reach:
    """Return the database as far as these scopes go; as nothing at all where there are none."""
    scopes = ",".join(f'"{key.name}"' for key in keys)
    return Reach(
        database=database,
        settings={"sites": _array(key.site_id for key in keys), "scopes": f"{{{scopes}}}"},
    )


def of_sites(database: Database, sites: Collection[bytes]) -> Reach:
    """Return the database as far as every scope of these sites goes."""
    return Reach(database=database, settings={"sites": _array(sites), "scopes": ""})


def _array(sites: Iterable[bytes]) -> str:
    return "{" + ",".join(f'"\\\\x{site.hex()}"' for site in sorted(set(sites))) + "}"
