"""Reading what is left of a damaged store: what was written here and nowhere else.

A page that cannot be read takes the rows on it along and no others: a table is read from both ends,
and what lies between by the numbers that its index has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlcipher3 import dbapi2

from sonar_core.sync.operations import Operation
from sonar_desktop.db.engine import StoreKey, plain_connection
from sonar_desktop.db.errors import StoreError
from sonar_desktop.usecases.journal_ports import Journalled
from sonar_desktop.usecases.ports import Draft

_Look = Callable[[str, int, dict[int, tuple[Any, ...]]], bool]
_OPERATION: Final = "txn_id, header, payload, signature"
_DRAFT: Final = ", ".join(Draft.__struct_fields__)
_TYPES: Final[tuple[Any, ...]] = (str, str, str, (str, type(None)), bytes, str, int)


class Salvaged(NamedTuple):
    """What could be read: actions in their order, drafts, settings by name.

    `has_all_drafts` says that no draft was on a page that cannot be read.
    """

    actions: tuple[Journalled, ...] = ()
    drafts: tuple[Draft, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    has_all_drafts: bool = False


def salvage(path: Path, key: StoreKey, after: int) -> Salvaged:
    """Read a damaged store's operations of a number above `after`, its drafts and settings.

    Of a file that does not open at all, or is not there, nothing can be read.
    """
    if not path.is_file():
        return Salvaged()
    look = partial(_gather, partial(plain_connection, path, key))
    operations, _ = _rows(look, "own_op", _OPERATION, after, _is_operation)
    drafts, has_all = _rows(look, "draft", _DRAFT, 0, _is_draft)
    settings, _ = _rows(look, "setting", "name, value", 0, _is_setting)
    return Salvaged(
        actions=tuple(_actions(operations)),
        drafts=tuple(
            Draft(**dict(zip(Draft.__struct_fields__, row, strict=True))) for row in drafts
        ),
        settings=tuple(settings),
        has_all_drafts=has_all,
    )


def _rows(
    look: _Look,
    table: str,
    columns: str,
    after: int,
    is_sound: Callable[[tuple[Any, ...]], bool],
) -> tuple[list[Any], bool]:
    """Return the rows that can be read, by number, and whether those are all there were."""
    found: dict[int, tuple[Any, ...]] = {}
    query = f"SELECT rowid, {columns} FROM {table} NOT INDEXED WHERE rowid"  # noqa: S608
    is_whole = any(
        look(f"{query} > ? ORDER BY rowid {order}", after, found) for order in ("ASC", "DESC")
    )
    if not is_whole:
        numbers: dict[int, tuple[Any, ...]] = {}
        # The index that the table has of itself holds them too, on pages of its own.
        listing = f"SELECT rowid FROM {table} WHERE rowid > ?"  # noqa: S608
        knows_all = look(listing, after, numbers)
        lacking = [number for number in numbers if number not in found]
        read = [look(f"{query} = ?", number, found) for number in lacking]
        is_whole = knows_all and all(read)
    rows = [found[number] for number in sorted(found)]
    sound = [row for row in rows if is_sound(row)]
    return sound, is_whole and len(sound) == len(rows)


def _gather(
    connect: Callable[[], dbapi2.Connection],
    query: str,
    number: int,
    found: dict[int, tuple[Any, ...]],
) -> bool:
    """Take rows until one cannot be read; return whether all could.

    Each time through a connection of its own: SQLCipher reads nothing more on one that has met a
    damaged page.
    """
    try:
        connection = connect()
    except StoreError:
        return False
    try:
        for row in connection.execute(query, (number,)):
            found[row[0]] = row[1:]
    except dbapi2.Error:
        return False
    finally:
        with suppress(dbapi2.Error):
            connection.close()
    return True


def _actions(rows: Iterable[tuple[Any, ...]]) -> Iterable[Journalled]:
    for _, group in groupby(rows, key=itemgetter(0)):
        yield Journalled(tuple(Operation(*parts) for _, *parts in group), is_confirmed=True)


def _is_operation(row: tuple[Any, ...]) -> bool:
    return all(isinstance(part, bytes) for part in row[1:])


def _is_draft(row: tuple[Any, ...]) -> bool:
    return all(isinstance(part, kind) for part, kind in zip(row, _TYPES, strict=True))


def _is_setting(row: tuple[Any, ...]) -> bool:
    return all(isinstance(part, str) for part in row)
