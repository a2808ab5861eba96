from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt

from sonar_core.board.policy import DEFAULT_POLICY
from sonar_core.board.severity import CellText
from sonar_core.ids import slot
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_desktop.ui.screens.board import BoardScreen
from sonar_desktop.ui.screens.board_delegate import row_height
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.board import BoardFilter
from sonar_desktop.ui.viewmodels.board_table import ROW_ROLE, Column
from sonar_desktop.ui.viewmodels.workplace import Page, Tab
from sonar_desktop.ui.widgets import painters
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.list_board import Board
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.see_detainee import see_detainee
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from tests.ui.known_suites import tell_suites


@pytest.fixture
def open_board(qtbot, workplace, light):
    opened = []

    def open_(width: int = 1311, height: int = 850, *, people: int | None = None) -> BoardScreen:
        board = BoardScreen(workplace)
        qtbot.addWidget(board)
        board.resize(width, height)
        board.show()
        qtbot.waitUntil(lambda: board._model.is_loaded)
        if people is not None:
            qtbot.waitUntil(lambda: board._table.rowCount() == people)
        board._view.setFocus()
        opened.append(board)
        return board

    yield open_
    for board in opened:
        board.let_go()


def names(board: BoardScreen) -> list[str]:
    table = board._table
    return [table.index(row, 0).data(ROW_ROLE).name for row in range(table.rowCount())]


def not_fit(seed, admitted) -> None:
    record_fitness_outcome(
        seed.desk,
        Deciding(
            signing=Signing(episode=admitted.episode, performed_at=seed.moment(26)),
            purpose=FitnessPurpose.INTERVIEWED,
            outcome=Fitness.NOT_FIT,
            reason="Drowsy",
        ),
    )


def test_an_empty_suite_says_so_and_offers_a_referral(open_board, qtbot, visited):
    board = open_board()
    assert board._body.currentWidget() is board._empty
    board._empty.acted.emit()
    assert visited.last.page is Page.REFERRALS
    assert visited.last.focus == "new"


def test_a_pc_that_may_not_hold_the_records_never_says_that_nobody_is_here(
    open_board, workplace, qtbot
):
    board = open_board()
    assert board._body.currentWidget() is board._empty
    board._model._take(Board(rows=(), policy=DEFAULT_POLICY, revoked=("medicines",)))
    assert board._body.currentWidget() is board._empty
    board._model._take(Board(rows=(), policy=DEFAULT_POLICY, revoked=("clinical",)))
    assert board._body.currentWidget() is board._not_here


def test_people_stand_in_the_order_of_their_cells(open_board, seed):
    for cell, family in (("M10", "HUSSAIN"), ("F1", "KOWALSKA"), ("M2", "BEGUM"), ("", "UNPLACED")):
        seed.admit(cell, family)
    board = open_board(people=4)
    assert [name.split(",")[0] for name in names(board)] == [
        "KOWALSKA",
        "BEGUM",
        "HUSSAIN",
        "UNPLACED",
    ]


def test_somebody_admitted_meanwhile_appears_without_moving_the_choice(
    open_board, seed, qtbot, workplace
):
    first = seed.admit("M4", "BARROW")
    board = open_board(people=1)
    seed.admit("M2", "BEGUM")
    qtbot.waitUntil(lambda: board._table.rowCount() == 2)
    qtbot.waitUntil(lambda: board._view.chosen() is not None)
    assert board._view.chosen().row.episode == first.episode


def test_who_is_moved_to_another_suite_and_not_sent_is_said_to_be_on_the_board(
    open_board, seed, qtbot, workplace, encrypted_store
):
    tell_suites(workplace.desk, encrypted_store, "Southfield")
    leaves = seed.admit("M4", "BARROW")
    board = open_board(people=1)
    shown = board._table.rows[0]
    assert shown.who.endswith(shown.row.custody_record_number)
    move_suite(workplace.desk, leaves.episode, slot("site", "southfield"))
    qtbot.waitUntil(lambda: board._table.rows[0].who.endswith("to Southfield, not sent"))
    assert names(board) == [shown.name]


def test_markers_stand_below_where_somebody_is_going_however_many_lines_that_takes(
    open_board, seed, workplace, encrypted_store, monkeypatch
):
    name = "Westfield Road and Old Market Street custody suite"
    tell_suites(workplace.desk, encrypted_store, name)
    leaves = seed.admit("M4", "BARROW")
    record_marker(workplace.desk, leaves.patient, FlagCategory.ALCOHOL, "Spirits", is_urgent=True)
    move_suite(workplace.desk, leaves.episode, slot("site", name.casefold()))
    lines: dict[str, float] = {}
    icons: dict[str, float] = {}
    board = open_board(people=1)
    monkeypatch.setattr(painters, "draw_line", lambda _, x, y, text, *__: lines.update({text: y}))
    monkeypatch.setattr(
        type(current()), "draw_icon", lambda _, __, icon, ___, x, y, size: icons.update({icon: y})
    )
    board._view.viewport().grab()
    last = next(y for text, y in lines.items() if text.endswith("not sent"))
    assert min(icons["wine"], icons["triangle-alert"]) > last


def test_enter_opens_the_record(open_board, seed, qtbot, visited):
    admitted = seed.admit("M4", "BARROW")
    board = open_board(people=1)
    qtbot.keyClick(board._view, Qt.Key.Key_Return)
    assert visited.last.page is Page.RECORD
    assert visited.last.episode == admitted.episode
    assert visited.last.tab is Tab.SUMMARY


@pytest.mark.parametrize(
    ("key", "tab"),
    [
        (Qt.Key.Key_O, Tab.OBSERVATIONS),
        (Qt.Key.Key_G, Tab.MEDICINES),
        (Qt.Key.Key_L, Tab.PLAN),
    ],
)
def test_a_letter_leads_to_the_tab_that_does_the_job(open_board, seed, qtbot, visited, key, tab):
    seed.admit("M4", "BARROW")
    board = open_board(people=1)
    qtbot.keyClick(board._view, key)
    assert visited.last.tab is tab


def test_t_leads_to_the_outcome_nobody_was_told_of(open_board, seed, qtbot, visited):
    not_fit(seed, seed.admit("M4", "BARROW"))
    board = open_board(people=1)
    qtbot.keyClick(board._view, Qt.Key.Key_T)
    assert visited.last.tab is Tab.SUMMARY
    assert visited.last.focus == board._view.chosen().row.outcomes[0].id


def test_typing_a_cell_jumps_to_it(open_board, seed, qtbot):
    for cell in ("M1", "M4", "M11"):
        seed.admit(cell, f"PERSON{cell}")
    board = open_board(people=3)
    qtbot.keyClicks(board._view, "m11")
    assert board._view.chosen().cell == "M11"


def test_filters_count_and_show(open_board, seed, qtbot):
    not_fit(seed, seed.admit("M4", "BARROW"))
    seed.admit("M5", "DUNNE", minutes_ago=5)
    board = open_board(people=2)
    qtbot.keyClick(board._view, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert [name.split(",")[0] for name in names(board)] == ["BARROW"]
    qtbot.keyClick(board._view, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert board._table.rowCount() == 2


def test_each_filter_counts_whom_it_shows(open_board, seed):
    seed.admit("M4", "BARROW", minutes_ago=5)
    seen = seed.admit("M5", "DUNNE", minutes_ago=5)
    see_detainee(seed.desk, seen.referral)
    not_fit(seed, seed.admit("M9", "GRANT"))
    board = open_board(people=3)
    shown = {}
    for wanted in BoardFilter:
        board._model.set_filter(wanted)
        shown[wanted] = [name.split(",")[0] for name in names(board)]
        assert board._model.count_of(wanted) == len(shown[wanted])
    assert shown == {
        BoardFilter.ALL: ["BARROW", "DUNNE", "GRANT"],
        BoardFilter.MINE: ["DUNNE", "GRANT"],
        BoardFilter.NEEDS_ACTION: ["GRANT"],
        BoardFilter.WAITING: ["BARROW", "GRANT"],
    }


def test_an_outcome_not_told_is_said_in_words(open_board, seed):
    not_fit(seed, seed.admit("M4", "BARROW"))
    board = open_board(people=1)
    spoken = board._table.index(0, Column.OUTCOME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "NOT FIT: interview, Custody officer not told · 26min"
    cell = board._table.index(0, Column.CELL).data(Qt.ItemDataRole.AccessibleTextRole)
    assert cell == "Act now. Cell M4"


def test_every_cell_has_words_for_a_screen_reader(open_board, seed):
    admitted = seed.admit("M4", "BARROW")
    set_care_level(
        seed.desk,
        CareSetting(
            episode=admitted.episode,
            level=2,
            check_every_minutes=30,
            rouse=True,
            reason="Drowsy after opioids",
        ),
    )
    board = open_board(people=1)
    for column in Column:
        assert board._table.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_score_in_two_lines_gets_the_height_for_its_time_too(open_board, seed):
    seed.admit("M1")
    board = open_board(people=1)
    row = board._table.index(0, 0).data(ROW_ROLE)

    def height(words: str, width: int) -> int:
        score = msgspec.structs.replace(row.score, text=CellText(first=words, second="13:50"))
        widths = dict.fromkeys(Column, 400) | {Column.NEWS2: width}
        return row_height(msgspec.structs.replace(row, score=score), widths, 38)

    assert height("Low-medium", 400) == height("Low", 108) == 38
    assert height("Low-medium", 108) > 38


def test_q_goes_to_the_queue_and_back(open_board, seed, qtbot):
    not_fit(seed, seed.admit("M4", "BARROW"))
    board = open_board(people=1)
    board.activateWindow()
    qtbot.keyClick(board._view, Qt.Key.Key_Q)
    qtbot.waitUntil(board._queue.hasFocus)
    qtbot.keyClick(board._queue, Qt.Key.Key_Q)
    qtbot.waitUntil(board._view.hasFocus)


def test_the_queue_opens_where_the_act_is_done(open_board, seed, qtbot, visited):
    admitted = seed.admit("M4", "BARROW")
    not_fit(seed, admitted)
    board = open_board(people=1)
    qtbot.waitUntil(lambda: board._queue.chosen() is not None)
    qtbot.keyClick(board._queue, Qt.Key.Key_Return)
    assert visited.last.episode == admitted.episode


def test_minutes_pass_without_looking_into_the_store(open_board, seed, hand_clock):
    not_fit(seed, seed.admit("M4", "BARROW"))
    board = open_board(people=1)
    hand_clock.let_pass(minutes=5)
    board._model.tick()
    spoken = board._table.index(0, Column.OUTCOME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("31min")


def test_an_act_becomes_late_in_the_queue_with_the_minute_that_passes(open_board, seed, hand_clock):
    seed.admit("M4", "BARROW", minutes_ago=50)
    board = open_board(people=1)
    queue = board._queue.model()

    def lines() -> list[str]:
        return [queue.index(place, 0).data() for place in range(queue.rowCount())]

    assert lines()[0] == "Next 15 minutes · 1"
    due = lines()[1].partition(",")[0]
    hand_clock.let_pass(minutes=11)
    board._model.tick()
    assert lines()[0] == "Late · 1"
    assert lines()[1].startswith(f"{due}, late. M4 BARROW")


def test_nobody_else_is_chosen_when_the_person_leaves_the_filter(open_board, seed, qtbot):
    seed.admit("M4", "BARROW")
    seed.admit("M5", "DUNNE")
    board = open_board(people=2)
    not_fit(seed, seed.admit("M9", "GRANT"))
    qtbot.waitUntil(lambda: board._table.rowCount() == 3)
    qtbot.keyClick(board._view, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: names(board) == ["GRANT, Connor (Mr)"])
    assert board._view.chosen() is None


def test_beside_a_panel_the_outcome_gets_the_room_of_the_medicines(open_board, seed):
    seed.admit()
    board = open_board(1284, 720, people=1)
    assert not board._view.isColumnHidden(Column.MEDICINES)
    narrow = board._view.columnWidth(Column.OUTCOME)
    board.make_room(beside=True)
    assert board._view.isColumnHidden(Column.MEDICINES)
    assert board._view.columnWidth(Column.OUTCOME) > narrow
    board.make_room(beside=False)
    assert not board._view.isColumnHidden(Column.MEDICINES)
