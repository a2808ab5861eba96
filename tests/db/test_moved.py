"""A stay that left this PC because the person is at another suite now."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.board.build import board_row_bytes
from sonar_core.board.rows import BoardRow, decode
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.moving import RULE
from sonar_core.sync.operations import header_hash
from sonar_desktop.usecases.sync_ports import Resumption
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, NURSE, SITE, Desk
from tests.db.test_retiring import EVERYWHERE

THERE = "another suite"


class Stay:
    """A stay that goes on, which PC and centre both hold."""

    def __init__(self, desk: Desk) -> None:
        desk.board_row = board_row_bytes
        desk.reopen()
        self.desk = desk
        self.centre = Centre()
        self.patient, self.id = desk.arrival()
        desk.note(self.patient, self.id, "slept")
        self.centre.exchange(desk)

    def move(self, site: str = THERE) -> None:
        """Somebody at this PC says that they are there now."""
        self.desk.store.write(
            NURSE, "move", lambda write: write.edit(CustodyEpisode, self.id, {"site": site})
        )

    def leaves(self, rule: str = RULE) -> None:
        self.centre.retire(self.patient, self.id, rule)
        self.centre.pull(self.desk)

    def let_go(self) -> int:
        self.desk.sync.settle((), {CLINICAL: 1000})
        return self.desk.sync.let_go(EVERYWHERE).stays

    @property
    def lines(self) -> list[BoardRow]:
        return [decode(row) for row in self.desk.store.read(lambda look: look.board())]

    def boards(self) -> set[str]:
        """The suites whose boards would show the person by what this PC holds."""
        return {site for row in self.lines for site in (SITE, THERE) if row.is_at(site)}


@pytest.fixture
def stay(desk) -> Stay:
    return Stay(desk)


def test_who_is_moved_here_stays_on_this_board_until_the_server_knows(stay):
    assert stay.boards() == {SITE}
    stay.move()
    assert stay.boards() == {SITE, THERE}
    stay.desk.reopen()
    assert stay.boards() == {SITE, THERE}
    receipts = stay.centre.push(stay.desk)
    stay.desk.sync.settle(receipts)
    assert stay.boards() == {SITE, THERE}, "the row of it has not come yet"
    stay.centre.pull(stay.desk)
    assert stay.boards() == {THERE}


def test_who_is_booked_in_and_moved_before_anything_is_sent_stays_on_this_board(desk):
    """A server that knows nothing of somebody cannot have them looked after anywhere else."""
    stay = Stay.__new__(Stay)
    desk.board_row = board_row_bytes
    desk.reopen()
    stay.desk, stay.centre = desk, Centre()
    stay.patient, stay.id = desk.arrival()
    stay.move()
    assert stay.boards() == {SITE, THERE}
    stay.centre.exchange(desk)
    assert stay.boards() == {THERE}


def test_with_the_word_of_it_the_line_goes_and_then_the_rows(stay):
    stay.move()
    stay.centre.exchange(stay.desk)
    stay.leaves()
    assert stay.lines == []
    assert stay.let_go() == 1
    assert stay.desk.store.read(lambda look: look.get(CustodyEpisode, stay.id)) is None


def test_a_word_by_another_rule_takes_no_line_away(stay):
    stay.leaves("released/72h/1")
    assert stay.boards() == {SITE}
    assert stay.let_go() == 0, "to this PC they are in custody"


def test_an_entry_that_says_that_they_are_here_keeps_the_line(stay):
    stay.move()
    stay.centre.exchange(stay.desk)
    stay.move(SITE)
    stay.leaves()
    assert SITE in stay.boards()
    assert stay.let_go() == 0


def test_who_comes_back_is_on_the_board_again(stay):
    stay.move()
    stay.centre.exchange(stay.desk)
    stay.leaves()
    stay.centre.bring_back(stay.id)
    stay.centre.pull(stay.desk)
    assert stay.boards() == {THERE}
    stay.move(SITE)
    stay.centre.exchange(stay.desk)
    assert stay.boards() == {SITE}


def test_a_server_that_lost_the_word_has_the_line_back(stay):
    stay.move()
    stay.centre.exchange(stay.desk)
    stood = stay.centre.head
    stay.leaves()
    assert stay.lines == []
    header = stay.desk.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT header FROM own_op ORDER BY op_seq DESC LIMIT 1"
        ).scalar()
    )
    at = msgspec.structs.replace(stood, epoch=9)
    stay.desk.sync.go_back(Resumption(common=(at,), op_seq=4, header_hash=header_hash(header)))
    assert stay.boards() == {THERE}
