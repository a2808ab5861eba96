from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import func, select

from sonar_core.ids import to_bytes
from sonar_core.sync.healing import FoundBy
from sonar_desktop.db import healing, schema
from sonar_desktop.db.errors import SyncHoleError
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Standing
from tests.db.centre import Centre, with_history
from tests.db.clinic import CLINICAL, board_of, standing
from tests.db.spoiling import all_held, behind_its_back, repair_for


@pytest.fixture
def centre(desk, other_desk):
    """Three detainees with a moved cell and a note each, fetched by another PC."""
    made = Centre()
    made.people = with_history(made, desk)
    made.pull(desk)
    made.pull(other_desk)
    return made


def count(desk, table: str) -> int:
    return desk.database.read(
        lambda connection: connection.scalar(
            select(func.count()).select_from(schema.METADATA.tables[table])
        )
    )


def put_right(desk, centre) -> None:
    """Repair the clinical rows, and hold all of them to the centre's."""
    desk.sync.healing.suspect(CLINICAL, FoundBy.DIGEST)
    (at,) = desk.sync.cursors()
    desk.sync.healing.repair(at, repair_for(desk, centre.rows))
    held = {one.row: one for one in all_held(desk)}
    assert set(held) == set(centre.rows)
    newest = {row.id: row.version for row in centre.rows}
    for row, one in held.items():
        assert one.table == ("record" if newest[row.id] == row.version else "version")
    assert desk.sync.digest(CLINICAL) == desk.sync.recomputed_digest(CLINICAL) == centre.digest


SPOILT = {
    "a byte of a body": "UPDATE record SET body = replace(body, 'Marsh1', 'Barsh1') "
    "WHERE kind = 'Patient' AND instr(body, 'Marsh1')",
    "a body that is none": "UPDATE record SET body = x'00ff' WHERE kind = 'Note'",
    "an earlier version": "UPDATE version SET body = x'7b7d'",
    "a stored hash": "UPDATE record SET row_hash = zeroblob(16) WHERE kind = 'Note'",
    "a version's number": "UPDATE version SET version = 77",
    "a patient": "UPDATE record SET patient = zeroblob(16) WHERE kind = 'CustodyEpisode'",
    "an id": "UPDATE record SET id = randomblob(16) WHERE kind = 'Patient'",
    "an id that is none": "UPDATE record SET id = CAST(x'01' || id AS BLOB) "
    "WHERE kind = 'CustodyEpisode'",
    "a kind": "UPDATE record SET kind = CAST(x'4eff' AS TEXT) WHERE kind = 'Note'",
    "a scope": "UPDATE record SET scope = 'nowhere' WHERE kind = 'Note'",
    "a provenance": "UPDATE record SET provenance = x'c1' WHERE kind = 'Patient'",
    "rows gone": "DELETE FROM record WHERE kind = 'CustodyEpisode'",
    "earlier versions gone": "DELETE FROM version",
    "a row that is there twice": "INSERT INTO version SELECT * FROM record WHERE kind = 'Note'",
}


@pytest.mark.parametrize("statement", SPOILT.values(), ids=SPOILT.keys())
def test_whatever_was_spoilt_the_rows_are_the_centres_again(other_desk, centre, statement):
    before = board_of(other_desk.store)
    behind_its_back(other_desk.database, statement)
    put_right(other_desk, centre)
    assert board_of(other_desk.store) == before
    other_desk.reopen()
    assert board_of(other_desk.store) == before
    assert count(other_desk, "unheld") == 0


def test_what_stood_there_is_kept_as_it_was_found(other_desk, centre):
    behind_its_back(other_desk.database, SPOILT["a body that is none"])
    put_right(other_desk, centre)
    (kept,) = set(
        other_desk.database.read(
            lambda connection: connection.exec_driver_sql(
                "SELECT kind, body, incident.scope FROM spoilt JOIN incident "
                "ON incident.id = spoilt.incident"
            ).all()
        )
    )
    assert kept == ("Note", b"\x00\xff", CLINICAL)
    assert count(other_desk, "spoilt") == 3


@pytest.mark.parametrize("change", ["DELETE FROM spoilt", "UPDATE spoilt SET body = x'00'"])
def test_what_was_found_is_never_changed_or_deleted(other_desk, centre, change):
    behind_its_back(other_desk.database, SPOILT["a body that is none"])
    put_right(other_desk, centre)
    with pytest.raises(BugError):
        other_desk.database.write(
            Priority.SYNC, lambda connection: connection.exec_driver_sql(change).close()
        )


def test_own_entries_that_wait_stay_as_they_were_and_are_shown_on_the_true_row(desk, centre):
    _, episode = centre.people[0]
    desk.move(episode, "M9")
    draft_and_outbox = desk.database.read(
        lambda connection: connection.exec_driver_sql("SELECT * FROM own_op").all()
    )
    behind_its_back(
        desk.database,
        "UPDATE record SET body = replace(body, 'LP/1', 'LP/X') WHERE kind = 'CustodyEpisode'",
    )
    put_right(desk, centre)
    after = desk.database.read(
        lambda connection: connection.exec_driver_sql("SELECT * FROM own_op").all()
    )
    assert after == draft_and_outbox
    assert standing(desk, "CustodyEpisode", episode) is Standing.LOCAL
    assert [row["cell"] for row in board_of(desk.store)].count("M9") == 1
    centre.exchange(desk)
    assert standing(desk, "CustodyEpisode", episode) is Standing.CENTRAL


def test_an_own_entry_whose_row_was_missing_is_settled_by_the_row(desk, centre):
    patient, episode = centre.people[0]
    note = desk.note(patient, episode, "sent, and its row lost on the way")
    centre.exchange(desk)
    assert standing(desk, "Note", note) is Standing.CENTRAL
    behind_its_back(desk.database, "DELETE FROM record WHERE id = ?", to_bytes(note))
    put_right(desk, centre)
    assert standing(desk, "Note", note) is Standing.CENTRAL


def test_a_row_that_the_server_has_not_is_kept_in_sight(desk, other_desk, centre):
    patient, episode = centre.people[0]
    note = desk.note(patient, episode, "of a server that forgot it")
    centre.exchange(desk)
    centre.pull(other_desk)
    del centre.rows[-1]
    del centre.cursors[-1]
    behind_its_back(
        other_desk.database,
        "UPDATE cursor SET seq = ?, commit_no = ?, chain = ?",
        centre.head.seq,
        centre.head.commit_no,
        centre.head.chain,
    )
    put_right(other_desk, centre)
    assert standing(other_desk, "Note", note) is Standing.UNHELD
    assert count(other_desk, "spoilt") == 0


def test_a_stay_that_was_never_there_leaves_the_board(other_desk, centre):
    behind_its_back(
        other_desk.database,
        "INSERT INTO record SELECT kind, randomblob(16), version, scope, 90, 90, patient, episode, "
        "at_ms, body, provenance, row_hash FROM record WHERE kind = 'CustodyEpisode' LIMIT 1",
    )
    behind_its_back(
        other_desk.database,
        "INSERT INTO board_row SELECT id, patient, NULL FROM record WHERE seq = 90",
    )
    put_right(other_desk, centre)
    assert len(board_of(other_desk.store)) == count(other_desk, "board_row") == 3


def test_a_repair_made_for_other_rows_or_another_place_changes_nothing(other_desk, desk, centre):
    behind_its_back(other_desk.database, SPOILT["a body that is none"])
    store = other_desk.sync.healing
    repair = repair_for(other_desk, centre.rows)
    (at,) = other_desk.sync.cursors()
    before = list(all_held(other_desk))
    with pytest.raises(SyncHoleError):
        store.repair(at, repair)
    store.suspect(CLINICAL, FoundBy.DIGEST)
    with pytest.raises(SyncHoleError):
        store.repair(msgspec.structs.replace(at, seq=at.seq - 1), repair)
    behind_its_back(
        other_desk.database, "UPDATE record SET row_hash = zeroblob(16) WHERE kind = 'Note'"
    )
    changed = list(all_held(other_desk))
    with pytest.raises(SyncHoleError):
        store.repair(at, repair)
    assert list(all_held(other_desk)) == changed != before
    assert count(other_desk, "spoilt") == 0


def test_a_repair_that_is_stopped_half_way_was_never_begun(other_desk, centre, monkeypatch):
    behind_its_back(other_desk.database, SPOILT["a body that is none"])
    other_desk.sync.healing.suspect(CLINICAL, FoundBy.DIGEST)
    before, repair = list(all_held(other_desk)), repair_for(other_desk, centre.rows)
    (at,) = other_desk.sync.cursors()

    def stopped(*_asked):
        raise InterruptedError

    monkeypatch.setattr(healing, "_look_again", stopped)
    with pytest.raises(InterruptedError):
        other_desk.sync.healing.repair(at, repair)
    other_desk.reopen()
    assert list(all_held(other_desk)) == before
    assert count(other_desk, "spoilt") == 0


def test_a_look_over_all_rows_goes_in_steps(other_desk, centre, monkeypatch):
    whole = list(all_held(other_desk))
    monkeypatch.setattr(healing, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(
        healing,
        "_READ",
        {table: query.replace("LIMIT 200", "LIMIT 2") for table, query in healing._READ.items()},
    )
    assert list(all_held(other_desk)) == whole
    assert len(whole) == len(centre.rows)
