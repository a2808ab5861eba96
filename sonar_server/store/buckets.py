"""The rows of a scope by their buckets (`sonar_core.sync.buckets`), for a copy that differs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import starmap
from typing import Final

from sonar_core.sync.buckets import Tally
from sonar_core.sync.rows import Row
from sonar_server.scopes import ScopeKey
from sonar_server.store.database import Transaction, read_all
from sonar_server.store.log import COUNTS, PAGE_ROWS, ROW_COLUMNS

SUMMED_AT_ONCE: Final = 20_000

_HASHES: Final = (
    "SELECT seq, id, row_hash FROM record WHERE site_id = %(site)s AND scope_id = %(scope)s "  # noqa: S608 no value in it
    f"AND seq > %(after)s AND seq <= %(until)s AND {COUNTS} ORDER BY seq LIMIT {SUMMED_AT_ONCE}"
)
_ROWS: Final = (
    f"SELECT {ROW_COLUMNS} FROM record WHERE site_id = %(site)s AND scope_id = %(scope)s "  # noqa: S608 no value in it
    "AND seq > %(after)s AND seq <= %(until)s AND get_byte(id, 15) = ANY(%(buckets)s) "
    f"AND {COUNTS} ORDER BY seq LIMIT {PAGE_ROWS}"
)


def sums(transaction: Transaction, key: ScopeKey, until: int) -> tuple[bytes, ...]:
    """Return what the rows that count add up to, by the hashes that they were stored with."""
    values = {"site": key.site_id, "scope": key.name, "until": until}
    tally, after = Tally(), 0
    while rows := read_all(transaction, _HASHES, {**values, "after": after}):
        tally.count((identifier, digest) for _, identifier, digest in rows)
        after = rows[-1][0]
    return tally.sums


def rows_after(
    transaction: Transaction, key: ScopeKey, buckets: Iterable[int], after: int, until: int
) -> list[Row]:
    """Return the next rows of these buckets after a number, in their order; empty at the end."""
    values = {"site": key.site_id, "scope": key.name, "after": after, "until": until}
    return list(starmap(Row, read_all(transaction, _ROWS, {**values, "buckets": list(buckets)})))
