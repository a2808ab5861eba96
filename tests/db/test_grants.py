from __future__ import annotations

import pytest

from sonar_core.sync.grants import CopyState
from sonar_core.sync.healing import FoundBy
from sonar_desktop.db import grants
from sonar_desktop.usecases.sync_ports import Resumption
from tests.db.centre import Centre, with_history
from tests.db.clinic import CLINICAL, SITE, board_of
from tests.db.spoiling import behind_its_back, repair_for
from tests.db.words import REFERENCE, Words

MEDICINES = f"{SITE}/medicines"
ELSEWHERE = "01900000-0000-7000-8000-0000000000ee"


@pytest.fixture
def centre(desk) -> Centre:
    made = Centre()
    with_history(made, desk)
    made.pull(desk)
    return made


@pytest.fixture
def words(desk, centre) -> Words:
    return Words(desk, centre.rows[0].provenance)


def test_a_word_changes_what_is_fetched_in_the_transaction_that_brings_it(desk, words):
    words.say("medicines", is_granted=False)
    assert desk.sync.granted() == (REFERENCE, CLINICAL)
    assert desk.sync.revoked() == {MEDICINES: CopyState.REVOKED}
    assert desk.store.read(lambda look: look.revoked()) == ("medicines",)
    assert desk.sync.position().is_leaving
    desk.reopen()
    assert desk.sync.granted() == (REFERENCE, CLINICAL)
    words.say("medicines", is_granted=True)
    assert desk.sync.granted() == (REFERENCE, CLINICAL, MEDICINES)
    assert desk.sync.revoked() == {}


def test_a_word_about_somebody_else_changes_nothing(desk, words):
    words.say("clinical", is_granted=False, holder=ELSEWHERE)
    assert desk.sync.revoked() == {}


def test_a_word_about_the_site_is_about_this_pc_unless_it_has_its_own(desk, words):
    words.say("clinical", is_granted=False, holder=SITE)
    assert desk.sync.revoked() == {CLINICAL: CopyState.REVOKED}
    words.say("clinical", is_granted=True)
    assert desk.sync.revoked() == {}


def test_the_board_says_from_the_word_on_that_it_is_not_whole(desk, words):
    assert all(row["is_complete"] for row in board_of(desk.store))
    changed = words.say("clinical", is_granted=False)
    rows = board_of(desk.store)
    assert len(rows) == len(changed.episodes) == 3
    assert not any(row["is_complete"] for row in rows)
    words.say("clinical", is_granted=True)
    assert all(row["is_complete"] for row in board_of(desk.store))


def test_a_first_sync_under_way_of_a_revoked_scope_is_forgotten(desk, centre, words):
    desk.sync.begin_snapshots((centre.manifest(),))
    assert desk.sync.unfinished()
    words.say("clinical", is_granted=False)
    assert desk.sync.unfinished() == ()


@pytest.mark.parametrize("spoilt", [b'"is_granted":true', b""])
def test_a_word_that_a_disk_spoilt_is_followed_as_it_was_said_once_it_is_right(desk, words, spoilt):
    # Seed 30132 of 23 November 2026: the PC asked for ever for what it may not hold.
    words.say("clinical", is_granted=False)
    change = "UPDATE record SET body = replace(body, ?, ?) WHERE kind = 'ScopeGrant'"
    behind_its_back(desk.database, change, b'"is_granted":false', spoilt)
    words.say("medicines", is_granted=False, holder=ELSEWHERE)
    assert desk.sync.revoked() == {}
    desk.sync.healing.suspect(REFERENCE, FoundBy.DIGEST)
    repair = repair_for(desk, words.rows, REFERENCE)
    desk.sync.healing.repair(words.at, repair)
    assert desk.sync.revoked() == {CLINICAL: CopyState.REVOKED}


def test_a_word_that_the_server_lost_holds_no_more_and_is_nobodys_to_give_back(desk, words):
    before = words.at
    words.say("clinical", is_granted=False)
    desk.sync.go_back(Resumption(common=(before,), op_seq=0, header_hash="0" * 64))
    assert desk.sync.revoked() == {}
    assert CLINICAL in desk.sync.granted()
    for table in ("unheld", "pending"):
        rows = desk.database.read(
            lambda connection, table=table: connection.exec_driver_sql(
                f"SELECT kind FROM {table} WHERE kind = 'ScopeGrant'"  # noqa: S608
            ).all()
        )
        assert rows == []


def test_each_kind_of_record_is_in_the_scope_of_its_kind():
    assert "MedicationRequest" in grants.record_kinds(MEDICINES)
    assert "Note" in grants.record_kinds(CLINICAL)
    assert not grants.record_kinds(CLINICAL) & grants.record_kinds(MEDICINES)
