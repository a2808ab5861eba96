"""Where the database is, where it was when it was served last, and what an operator must know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import from_bytes, to_bytes
from sonar_server.store.database import Transaction
from sonar_server.store.schema import incident, whereabouts

_HERE: Final = text(
    "SELECT s.system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) "
    "|| '/' || d.oid FROM pg_control_system() AS s, pg_database AS d "
    "WHERE d.datname = current_database()"
)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One thing that happened to the server's data; `detail` is for an operator."""

    id: str
    at_ms: int
    kind: str
    detail: str


def here(transaction: Transaction) -> str:
    """Return what tells this database from a restored copy or a promoted standby of it.

    PostgreSQL's system identifier, its timeline, and the database's number within it.
    """
    return str(transaction.execute(_HERE).scalar_one())


def last_place(transaction: Transaction, organisation: str) -> str | None:
    """Return where the database was when it was served last; nobody else asks meanwhile."""
    query = (
        select(whereabouts.c.place)
        .where(whereabouts.c.site_id == to_bytes(organisation))
        .with_for_update()
    )
    return transaction.execute(query).scalar()


def keep_place(transaction: Transaction, organisation: str, place: str) -> None:
    """Write where the database is."""
    values = insert(whereabouts).values(site_id=to_bytes(organisation), place=place)
    transaction.execute(
        values.on_conflict_do_update(
            index_elements=["site_id"], set_={"place": values.excluded.place}
        )
    )


def note(transaction: Transaction, site: str, happened: Incident) -> None:
    """Keep an incident of a site, or of the organisation; one that is known as it stands now.

    When it was told first stays.
    """
    values = insert(incident).values(
        site_id=to_bytes(site),
        incident_id=to_bytes(happened.id),
        at_ms=happened.at_ms,
        kind=happened.kind,
        detail=happened.detail,
    )
    told = {"kind": values.excluded.kind, "detail": values.excluded.detail}
    transaction.execute(
        values.on_conflict_do_update(index_elements=["site_id", "incident_id"], set_=told)
    )


def incidents(transaction: Transaction) -> list[Incident]:
    """Return all incidents in the order they happened."""
    rows = transaction.execute(select(incident).order_by(incident.c.at_ms, incident.c.incident_id))
    return [
        Incident(id=from_bytes(row.incident_id), at_ms=row.at_ms, kind=row.kind, detail=row.detail)
        for row in rows
    ]
