from __future__ import annotations

from types import SimpleNamespace

import pytest

from sonar_desktop.db.database import open_database
from sonar_desktop.db.errors import StoreTooNewError
from sonar_desktop.db.migrate import MIGRATIONS
from sonar_desktop.usecases.errors import BugError
from tests.db.clinic import Desk, HeldKey

NOW = MIGRATIONS[-1].VERSION
SECOND = SimpleNamespace(VERSION=NOW + 1, STATEMENTS=("CREATE TABLE later (a)",))
BROKEN = SimpleNamespace(VERSION=NOW + 1, STATEMENTS=("CREATE TABLE later (a)", "NONSENSE"))


@pytest.fixture
def closed(tmp_path):
    desk = Desk(tmp_path / "client.db")
    desk.enrol()
    desk.arrival(family="Marsh")
    desk.database.close()
    return desk.path


def version(database):
    return database.read(
        lambda connection: connection.exec_driver_sql("SELECT version FROM store_version").scalar()
    )


def test_the_steps_stand_in_their_order():
    assert [step.VERSION for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_a_store_is_copied_encrypted_before_its_tables_change(closed):
    database = open_database(closed, HeldKey(), (*MIGRATIONS, SECOND))
    assert version(database) == NOW + 1
    database.close()

    copy = closed.with_name(f"client.db.before-upgrade-from-{NOW}")
    assert not copy.read_bytes().startswith(b"SQLite")
    assert b"Marsh" not in copy.read_bytes()
    old = Desk(copy)
    assert len(old.store.read(lambda look: look.board())) == 1
    assert version(old.database) == NOW
    old.database.close()


def test_a_store_of_a_newer_program_is_refused_and_left_as_it_is(closed):
    open_database(closed, HeldKey(), (*MIGRATIONS, SECOND)).close()
    before = closed.read_bytes()
    with pytest.raises(StoreTooNewError):
        open_database(closed, HeldKey())
    assert closed.read_bytes() == before


def test_a_step_that_fails_leaves_the_store_wholly_old(closed):
    with pytest.raises(BugError):
        open_database(closed, HeldKey(), (*MIGRATIONS, BROKEN))
    desk = Desk(closed)
    assert version(desk.database) == NOW
    assert len(desk.store.read(lambda look: look.board())) == 1
    desk.database.close()


def test_opening_again_changes_nothing(closed):
    database = open_database(closed, HeldKey())
    assert version(database) == NOW
    database.close()
    assert not closed.with_name(f"client.db.before-upgrade-from-{NOW}").exists()
