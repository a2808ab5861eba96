"""Board rows after verdicts: the records are what they were, only where they are has changed.

A batch of verdicts concerns every stay that somebody wrote about. To make all their rows anew took
most of the transaction in which verdicts are kept, while an entry of a person waits for the store.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, or_, select

from sonar_core.board.build import row_with_copies
from sonar_core.board.views import CopyState
from sonar_desktop.db import schema
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.projections import BoardRow, keep_rows, rebuild
from sonar_desktop.db.standings import disputed_ids, standings

_KEPT: Final = select(
    schema.board_row.c.episode, schema.board_row.c.patient, schema.board_row.c.row
).where(
    or_(
        schema.board_row.c.episode.in_(bindparam("episodes", expanding=True)),
        schema.board_row.c.patient.in_(bindparam("patients", expanding=True)),
    )
)
_ON_TOP: Final = select(*(schema.pending.c[name] for name in ("id", "patient", "episode"))).where(
    or_(
        schema.pending.c.episode.in_(bindparam("episodes", expanding=True)),
        schema.pending.c.patient.in_(bindparam("patients", expanding=True)),
    )
)
_UNDER_WAY: Final = select(schema.snapshot.c.scope).limit(1)


def restand(connection: Connection, restood: Touched, board_row: BoardRow) -> None:
    """Bring the board rows of these stays up to where their records are now."""
    if not restood.episodes and not restood.patients:
        return
    concerned = {"episodes": list(restood.episodes), "patients": list(restood.patients)}
    kept = connection.execute(_KEPT, concerned).all()
    if not kept:
        return
    if connection.execute(_UNDER_WAY).first() is not None:
        # Which rows are whole is told by what has come since, too.
        rebuild(connection, restood.patients, restood.episodes, board_row)
        return
    stays = {"episodes": [row.episode for row in kept], "patients": [row.patient for row in kept]}
    of_stay, of_patient = _copies(connection, stays)
    made: dict[str, bytes] = {}
    for episode, patient, row in kept:
        copies = [*of_stay.get(episode, ()), *of_patient.get(patient, ())]
        whole = None if row is None else row_with_copies(row, copies)
        if whole is not None:
            made[episode] = whole
    keep_rows(connection, made)
    rebuild(connection, (), {row.episode for row in kept} - made.keys(), board_row)


_Copies = dict[str, list[CopyState]]


def _copies(connection: Connection, stays: dict[str, list[str]]) -> tuple[_Copies, _Copies]:
    """Return where those records are that this PC has changes on top of.

    By stay, and by person where they belong to no stay. Whatever else there is is held centrally,
    or is in dispute, which its row says already.
    """
    pending = connection.execute(_ON_TOP, stays).all()
    found = standings(connection, {row.id: True for row in pending}, (), disputed_ids(connection))
    of_stay: _Copies = {}
    of_patient: _Copies = {}
    for identifier, patient, episode in pending:
        copy = CopyState(found[identifier].value)
        if episode is not None:
            of_stay.setdefault(episode, []).append(copy)
        elif patient is not None:
            of_patient.setdefault(patient, []).append(copy)
    return of_stay, of_patient
