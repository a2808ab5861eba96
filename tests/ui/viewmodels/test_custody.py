"""Where somebody is in custody, in words."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.board.suite_change import SuiteChange
from sonar_core.ids import slot
from sonar_core.moments import moment_at
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_desktop.ui.viewmodels.custody import MoveForm, ReleaseForm, custody_face
from sonar_desktop.usecases.move_cell import move_cell
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.see_detainee import see_detainee
from tests.ui.conftest import START_MS
from tests.ui.known_suites import tell_suites


@pytest.fixture
def admitted(seed):
    return seed.admit("M4", minutes_ago=60)


def face(workplace, admitted):
    return custody_face(read_record(workplace.desk, admitted.episode), START_MS)


def test_somebody_here_has_a_cell_and_an_hour_of_arrival(workplace, admitted):
    found = face(workplace, admitted)
    assert (found.title, found.text, found.is_here) == ("Cell M4", "Arrived 13:32", True)
    assert found.left_open == "1 referral not seen"
    see_detainee(workplace.desk, admitted.referral)
    assert face(workplace, admitted).left_open == ""


def test_somebody_released_is_said_to_be_gone_with_when_and_where(workplace, admitted):
    release_detainee(workplace.desk, admitted.episode, "Home")
    found = face(workplace, admitted)
    assert (found.title, found.text) == ("Released 14:32", "To: Home")
    assert (found.is_here, found.left_open) == (False, "")


def test_a_move_typed_and_not_signed_moves_nobody(qtbot, workplace, admitted):
    form = MoveForm(workplace, admitted.episode)
    form.open()
    form.put(cell="M9")
    form.close()
    assert face(workplace, admitted).title == "Cell M4"
    move_cell(workplace.desk, admitted.episode, "M9")
    assert face(workplace, admitted).title == "Cell M9"


def test_a_release_assumes_neither_how_nor_where(workplace, admitted):
    form = ReleaseForm(workplace, admitted.episode)
    assert set(form.check()) == {"how", "released_to"}
    form.put(how=EpisodeStatus.RELEASED, released_to="Home")
    assert form.check() == {}
    form.type_time("25:99")
    assert set(form.check()) == {"released_at"}
    form.close()


def test_a_release_without_a_typed_time_is_not_refused_on_a_pc_that_runs_behind(
    qtbot, workplace, admitted, hand_clock
):
    hand_clock.hear(hand_clock.now_ms())
    hand_clock.wall_ms -= 2 * 3_600_000
    form = ReleaseForm(workplace, admitted.episode)
    form.open()
    form.put(how=EpisodeStatus.RELEASED, released_to="Home")
    with qtbot.waitSignal(form.signed):
        form.sign()
    form.close()
    found = read_record(workplace.desk, admitted.episode).stay
    assert (found.status, found.released_at.utc_ms) == (EpisodeStatus.RELEASED, START_MS)


@pytest.mark.parametrize(("typed", "minutes_ago"), [("now", 0), ("-10m", 10)])
def test_a_release_that_is_typed_as_long_ago_counts_from_the_later_clock(
    qtbot, workplace, admitted, hand_clock, typed, minutes_ago
):
    hand_clock.hear(hand_clock.now_ms())
    hand_clock.wall_ms -= 2 * 3_600_000
    form = ReleaseForm(workplace, admitted.episode)
    form.open()
    form.put(how=EpisodeStatus.RELEASED, released_to="Home")
    form.type_time(typed)
    with qtbot.waitSignal(form.signed):
        form.sign()
    form.close()
    found = read_record(workplace.desk, admitted.episode).stay
    assert found.released_at.utc_ms == START_MS - minutes_ago * 60_000


def test_somebody_moved_to_another_suite_and_not_sent_is_said_to_be(
    workplace, encrypted_store, admitted
):
    move_suite(workplace.desk, admitted.episode, slot("site", "southfield"))
    found = face(workplace, admitted)
    assert (found.title, found.is_here) == ("Moved to another suite, not sent yet", True)
    tell_suites(workplace.desk, encrypted_store, "Southfield")
    assert face(workplace, admitted).title == "Moved to Southfield, not sent yet"


def test_where_somebody_came_from_stands_beside_when_they_arrived(workplace, admitted):
    head = read_record(workplace.desk, admitted.episode)
    came = SuiteChange(suite="Northfield", came_at=moment_at(START_MS - 60_000, "Europe/London"))
    found = custody_face(msgspec.structs.replace(head, change=came), START_MS)
    assert (found.title, found.text) == ("Cell M4", "Arrived 13:32. Came from Northfield 14:31")
