"""What is derived from records within the same transaction: open disputes and board rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sonar_core import bodies
from sonar_core.board.rows import FORM
from sonar_core.board.views import BOARD_KINDS, CopyState, EpisodeRecords, RecordView
from sonar_core.ids import from_bytes
from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.custody_episode import OVER, CustodyEpisode, EpisodeStatus
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.patient import Patient
from sonar_core.sync.disputes import PLACE
from sonar_core.sync.overlay import project
from sonar_core.sync.versions import knowledge
from sonar_desktop.db import grants, schema
from sonar_desktop.db.effects import Touched, waiting_on
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.shown import (
    Shown,
    conflict_of,
    part_of,
    shown_where,
    with_standing,
)
from sonar_desktop.db.standings import disputed_ids

BoardRow = Callable[[EpisodeRecords], bytes | None]
"""Makes an episode's board row; None where the board shows nothing of it."""

_CONFLICT: Final = Conflict.__name__
_DOSE: Final = MedicationAdministration.__name__
_EPISODE: Final = CustodyEpisode.__name__
_ORDER: Final = MedicationRequest.__name__
_PATIENT: Final = Patient.__name__
_KNOWLEDGE: Final = "known_kinds"
_HEADS: Final = frozenset({_EPISODE, _PATIENT})


_STAYS_AT_ONCE: Final = 20
# Made once: making one takes longer than running it.
_LISTED: Final = select(schema.board_row.c.episode, schema.board_row.c.patient)
_KEEP: Final = (
    update(schema.board_row)
    .where(schema.board_row.c.episode == bindparam("of"))
    .values(row=bindparam("made"))
)
# By the driver itself: run for every commit of a first sync.
_ON_BOARD: Final = "SELECT patient FROM board_row"
_MOVED: Final = select(schema.retired.c.episode).where(
    schema.retired.c.is_moved == 1, schema.retired.c.scope.endswith(f"/{ScopeKind.CLINICAL}")
)
_COMING: Final = schema.snapshot_patient
_LOADING: Final = select(_COMING.c.patient).where(
    (_COMING.c.board_done == 0) | ((_COMING.c.board_rows == 0) & (_COMING.c.other_done == 0)),
    _COMING.c.patient.in_(select(schema.board_row.c.patient)),
)


def update_projections(
    connection: Connection,
    touched: Touched,
    board_row: BoardRow | None,
) -> None:
    """Bring disputes and board rows up to the records that a transaction changed.

    Without `board_row` the rows themselves are made later, by `rebuild`.
    """
    stays = _update_disputes(connection, _of_kind(touched, _CONFLICT))
    over = set() if touched.is_own else touched.over
    _update_open(connection, {*_of_kind(touched, _EPISODE), *stays}, over)
    concerns_board = touched.is_own or not BOARD_KINDS.isdisjoint(touched.kinds.values())
    if board_row is not None and concerns_board:
        rebuild(connection, touched.patients, touched.episodes, board_row)


def rebuild(
    connection: Connection,
    patients: Collection[str],
    episodes: Collection[str],
    board_row: BoardRow,
) -> None:
    """Make the board rows of the open episodes among these anew.

    A row knows waiting, not sending: it is not made again when a batch is on its way.
    """
    concerned = [
        episode
        for episode, patient in connection.execute(_LISTED).all()
        if episode in episodes or patient in patients
    ]
    if not concerned:
        return
    around = _Around(
        loading=set(connection.scalars(_LOADING)),
        disputed=disputed_ids(connection),
        revoked=grants.revoked_kinds(connection),
    )
    made: dict[str, bytes | None] = {}
    for start in range(0, len(concerned), _STAYS_AT_ONCE):
        some = concerned[start : start + _STAYS_AT_ONCE]
        for episode, rows in _board_rows(connection, some).items():
            records = _episode_records(connection, rows, around)
            made[episode] = None if records is None else board_row(records)
    keep_rows(connection, made)


def keep_rows(connection: Connection, made: Mapping[str, bytes | None]) -> None:
    """Keep rows, by their stay."""
    if made:
        connection.execute(_KEEP, [{"of": of, "made": row} for of, row in made.items()])


def on_board(connection: Connection, patients: set[str]) -> set[str]:
    """Return those of these patients who have a line on the board.

    Who was over when a first sync had its manifest, and is in dispute, or was booked in since, has
    one though nothing of them came for the board. It may be made of half of their rows by then.
    """
    if not patients:
        return set()
    listed = driver_connection(connection).execute(_ON_BOARD)
    return patients & {from_bytes(one) for (one,) in listed}


def renew(connection: Connection, board_row: BoardRow) -> None:
    """Make what is derived anew when this program knows other records than the last one here.

    So a line that said "update this PC" is right after the update, and one that says more than it
    did says it of everybody. To be called at each opening.
    """
    known = {"name": _KNOWLEDGE, "value": f"{knowledge()} row/{FORM}"}
    settings = schema.setting
    before = select(settings.c.value).where(settings.c.name == _KNOWLEDGE)
    if connection.scalar(before) == known["value"]:
        return
    connection.execute(insert(settings).prefix_with("OR REPLACE"), known)
    disputes = set(connection.scalars(select(schema.dispute.c.conflict)))
    stays = set(connection.scalars(select(schema.board_row.c.episode)))
    _update_open(connection, {*stays, *_update_disputes(connection, list(disputes))}, set())
    rebuild(connection, (), stays, board_row)


def _of_kind(touched: Touched, wanted: str) -> list[str]:
    return [identifier for identifier, kind in touched.kinds.items() if kind == wanted]


def _update_disputes(connection: Connection, identifiers: list[str]) -> list[str]:
    """Note what these conflicts are about while they are open; return the stays among it."""
    stays: list[str] = []
    if not identifiers:
        return stays
    table = schema.dispute
    connection.execute(delete(table).where(table.c.conflict.in_(identifiers)))
    for shown in shown_where(connection, id=identifiers):
        conflict = conflict_of(shown.body)
        if conflict is None:
            # Whatever a newer program made of it, nobody here has seen it settled.
            about = bodies.fields_of(shown.body).get("entity")
            _note_dispute(connection, shown.id, {about} if isinstance(about, str) else set())
            continue
        if conflict.entity_kind == _EPISODE:
            stays.append(conflict.entity)
        if conflict.status is not ConflictStatus.OPEN:
            continue
        facts = {side.fact for side in conflict.alternatives if side.fact is not None}
        subjects = facts if conflict.group == PLACE else {conflict.entity}
        _note_dispute(connection, shown.id, subjects)
    return stays


def _note_dispute(connection: Connection, conflict: str, subjects: set[str]) -> None:
    connection.execute(
        insert(schema.dispute),
        [{"conflict": conflict, "subject": subject} for subject in {*subjects, conflict}],
    )


def _update_open(connection: Connection, identifiers: set[str], over: set[str]) -> None:
    """Keep one line for each stay that is open, or whose end is disputed, and that is here.

    Those known to be `over` are not looked at, unless there is a line or a dispute of them. One
    that is at another suite has none, but while somebody's entry on this PC says otherwise.
    """
    if not identifiers:
        return
    table = schema.board_row
    listed = set(connection.scalars(select(table.c.episode)))
    disputed = set(connection.scalars(select(schema.dispute.c.subject)))
    doubtful = identifiers - (over - listed - disputed)
    moved = set(connection.scalars(_MOVED)) if doubtful else set()
    new: list[dict[str, str | None]] = []
    for shown in shown_where(connection, id=doubtful) if doubtful else ():
        status = bodies.fields_of(shown.body).get("status", EpisodeStatus.OPEN)
        here = table.c.episode == shown.id
        is_over = status in OVER and shown.id not in disputed
        if is_over or (shown.id in moved and not shown.is_pending):
            if shown.id in listed:
                connection.execute(delete(table).where(here))
        elif shown.id in listed:
            connection.execute(update(table).where(here).values(patient=shown.patient))
        else:
            new.append({"episode": shown.id, "patient": shown.patient})
    if new:
        connection.execute(insert(table), new)


class _Around(NamedTuple):
    """What all board rows depend on, looked up once for many of them.

    Patients whose board rows a first sync has yet to bring, what is disputed, and which kinds of
    scope are revoked.
    """

    loading: set[str]
    disputed: set[str]
    revoked: tuple[str, ...]


class _BoardRows(NamedTuple):
    """What a stay's board row is made of, and the doses that the person had in other stays."""

    chosen: list[Shown]
    elsewhere: list[Shown]


def _board_rows(connection: Connection, episodes: list[str]) -> dict[str, _BoardRows]:
    """Return what the board needs of each of these stays and of whose stay it is."""
    own = _grouped(shown_where(connection, episode=episodes), "episode")
    whose = {row.id: row.patient for rows in own.values() for row in rows}
    heads = {stay: patient for stay in episodes if (patient := whose.get(stay)) is not None}
    patients = set(heads.values())
    of_patients = _grouped(shown_where(connection, patient=patients, episode=None), "patient")
    ordered = {
        patient
        for stay, patient in heads.items()
        if any(row.kind == _ORDER for row in own.get(stay, ()))
    }
    doses = _grouped(shown_where(connection, patient=ordered, kind=_DOSE), "patient")
    found: dict[str, _BoardRows] = {}
    for stay in episodes:
        patient = heads.get(stay, "")
        rows = {row.id: row for row in (*own.get(stay, ()), *of_patients.get(patient, ()))}
        found[stay] = _BoardRows(
            chosen=[row for row in rows.values() if row.is_pending or row.kind in BOARD_KINDS],
            elsewhere=[row for row in doses.get(patient, ()) if row.episode != stay],
        )
    return found


def _grouped(rows: list[Shown], column: str) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found


def _episode_records(
    connection: Connection, rows: _BoardRows, around: _Around
) -> EpisodeRecords | None:
    """Return what a board row is built from; None while the patient or the episode is missing.

    With a record that only a newer program can read, or of a patient whose board rows are still
    `loading`, the stay counts as not complete.
    """
    parts = [(row, part_of(row)) for row in rows.chosen]
    before = [part_of(row) for row in rows.elsewhere]
    has_newer = None in before or any(part is None or part.is_cut for _, part in parts)
    found = [(row, part.record) for row, part in parts if part is not None]
    seen = with_standing(connection, found, (), around.disputed)
    views = tuple(
        RecordView(
            kind=type(one.record).__name__,
            record=one.record,
            author=one.author,
            recorded_at=one.recorded_at,
            standing=CopyState(one.standing.value),
            marks=one.marks,
        )
        for one in seen
    )
    patients = [one.record for one in seen if isinstance(one.record, Patient)]
    episodes = [one.record for one in seen if isinstance(one.record, CustodyEpisode)]
    if not patients or not episodes:
        return None
    return EpisodeRecords(
        patient=patients[0],
        episode=episodes[0],
        records=views,
        conflicts=tuple(one.record for one in seen if isinstance(one.record, Conflict)),
        is_complete=not (
            has_newer or patients[0].id in around.loading or ScopeKind.CLINICAL in around.revoked
        ),
        has_newer=has_newer,
        elsewhere=tuple(
            part.record
            for part in before
            if part is not None and isinstance(part.record, MedicationAdministration)
        ),
        revoked=around.revoked,
        held_at=next(
            (
                _held_at(connection, row.id)
                for row in rows.chosen
                if row.is_pending and row.kind == _EPISODE
            ),
            None,
        ),
    )


def _held_at(connection: Connection, episode: str) -> str | None:
    """Return the suite that a stay is at by what the server said last.

    Where it said none yet, that is where it was begun on this PC; None where this cannot be read.
    """
    body = connection.scalar(select(schema.record.c.body).where(schema.record.c.id == episode))
    if body is None:
        first = waiting_on(connection, [episode]).get(episode, [])[:1]
        body = project(_EPISODE, None, [(header, operation) for _, header, operation in first])
    site = None if body is None else bodies.fields_of(body).get("site")
    return site if isinstance(site, str) else None
