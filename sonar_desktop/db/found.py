"""What this PC writes down of its own disk: what it had lost at an opening, and what came back."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select, update

from sonar_desktop.db import schema
from sonar_desktop.db.rolling_forward import Recovered
from sonar_desktop.usecases.disk_ports import DiskFinding, DiskSort

MOST: Final = 50
_TABLE: Final = schema.disk_finding
_UNDER_WAY: Final = select(_TABLE.c.number, _TABLE.c.aside).where(_TABLE.c.is_over == 0)
_NEWEST: Final = (
    select(*(_TABLE.c[name] for name in DiskFinding.__struct_fields__))
    .where(_TABLE.c.is_over == 1)
    .order_by(_TABLE.c.number.desc())
    .limit(MOST)
)


class UnderWay(NamedTuple):
    """A copy stands in the place of a damaged file, which is beside it under this name."""

    number: int
    aside: str


def put_right_under_way(connection: Connection) -> UnderWay | None:
    """Return what is still to be looked for what the damaged file had, None where nothing is."""
    row = connection.execute(_UNDER_WAY).first()
    return None if row is None else UnderWay(*row)


def note_recovered(connection: Connection, recovered: Recovered, last: int, now_ms: int) -> None:
    """Write down what came back from the journal, and what did not; `last` is the newest number."""
    rows: list[dict[str, object]] = [
        {"first": first, "last": until} for first, until in recovered.missing
    ]
    if recovered.is_end_unsure:
        rows.append({"first": last + 1, "last": None})
    for row in rows:
        connection.execute(
            insert(_TABLE).values(found_ms=now_ms, sort=DiskSort.MISSING.value, **row)
        )
    if recovered.actions:
        connection.execute(
            insert(_TABLE).values(
                found_ms=now_ms, sort=DiskSort.TAKEN_UP.value, actions=recovered.actions
            )
        )


def note_put_right(connection: Connection, number: int, *, has_drafts: bool) -> None:
    """Note that everything was looked for in a damaged file, and whether its drafts were whole."""
    connection.execute(
        update(_TABLE).where(_TABLE.c.number == number).values(has_drafts=has_drafts, is_over=1)
    )


def findings(connection: Connection) -> tuple[DiskFinding, ...]:
    """Return what was found, the newest first."""
    return tuple(
        DiskFinding(**{**row, "sort": DiskSort(row["sort"]), "has_drafts": bool(row["has_drafts"])})
        for row in connection.execute(_NEWEST).mappings()
    )
