"""At an opening: taking up again what the store once had, and writing down what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
import structlog
from sqlalchemy import Connection, delete, insert, select

from sonar_core.sync.operations import Sign
from sonar_desktop.db import found, schema
from sonar_desktop.db.database import Database
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.engine import StoreKey
from sonar_desktop.db.identity import last_seq
from sonar_desktop.db.projections import BoardRow, update_projections
from sonar_desktop.db.rolling_forward import Recovered, is_over, roll_forward
from sonar_desktop.db.salvage import Salvaged, salvage
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.journal_ports import Journal

_log: Final = structlog.get_logger("store")


def take_up_again(
    database: Database,
    path: Path,
    key: StoreKey,
    *,
    journal: Journal,
    sign: Sign,
    board_row: BoardRow,
    now_ms: int,
) -> None:
    """Put what the journal and a damaged file have beyond this store into it; one transaction.

    Then let go of the files of the journal that nobody needs any more. Raises StoreError.
    """
    under_way = database.read(found.put_right_under_way)
    salvaged = None
    if under_way is not None:
        salvaged = salvage(path.with_name(under_way.aside), key, database.read(last_seq))

    def work(connection: Connection) -> Recovered:
        touched = Touched()
        actions = None if salvaged is None else salvaged.actions
        recovered = roll_forward(connection, journal, sign, touched, actions)
        if under_way is not None and salvaged is not None:
            _put_back(connection, salvaged)
            found.note_put_right(connection, under_way.number, has_drafts=salvaged.has_all_drafts)
        found.note_recovered(connection, recovered, last_seq(connection), now_ms)
        update_projections(connection, touched, board_row)
        return recovered

    recovered = database.write(Priority.USER, work)
    if recovered != Recovered():
        _log.warning(
            "entries_taken_up_again", actions=recovered.actions, gaps=len(recovered.missing)
        )
    journal.forget(lambda segment: database.read(lambda connection: is_over(connection, segment)))


def _put_back(connection: Connection, salvaged: Salvaged) -> None:
    """Put drafts and settings of a damaged file into its copy: the newer one of each counts.

    Where every draft of the file could be read, one that it had no more was signed or discarded.
    """
    table = schema.draft
    if salvaged.has_all_drafts:
        connection.execute(delete(table))
    kept = {(row.author, row.record): row.saved_ms for row in connection.execute(select(table))}
    for draft in salvaged.drafts:
        if draft.saved_ms >= kept.get((draft.author, draft.record), draft.saved_ms):
            connection.execute(
                insert(table).prefix_with("OR REPLACE"), msgspec.structs.asdict(draft)
            )
    for name, value in salvaged.settings:
        connection.execute(
            insert(schema.setting).prefix_with("OR REPLACE"), {"name": name, "value": value}
        )
