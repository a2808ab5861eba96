from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit

from sonar_core.records.conflict import Conflict
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_desktop.db import reading
from sonar_desktop.ui.screens.conflicts import ConflictsScreen
from sonar_desktop.ui.viewmodels.workplace import Destination, Page
from tests.ui.disputes import Disputes, drain
from tests.ui.newer import from_a_newer_program


@pytest.fixture
def disputes(seed, hand_clock, encrypted_store, background, tmp_path):
    made = Disputes(
        seed=seed, clock=hand_clock, store=encrypted_store, background=background, folder=tmp_path
    )
    yield made
    made.close()


@pytest.fixture
def inbox(qtbot, workplace, light, background):
    opened = []

    def open_() -> ConflictsScreen:
        screen = ConflictsScreen(workplace)
        qtbot.addWidget(screen)
        screen.resize(1359, 848)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        qtbot.waitUntil(lambda: screen._model.is_loaded)
        opened.append(screen)
        return screen

    yield open_
    for screen in opened:
        screen.let_go()
    drain(qtbot, background)


def test_an_empty_inbox_says_what_would_be_here(inbox):
    screen = inbox()
    assert screen._body.currentWidget() is screen._nothing
    assert screen._banner.isHidden()


def test_a_level_is_decided_by_keys_alone(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    screen = inbox()
    qtbot.waitUntil(lambda: not screen._banner.isHidden())
    assert screen._banner.name.text() == "JACKSON, Leon (Mr)"
    screen._list.setFocus()
    qtbot.keyClick(screen._list, Qt.Key.Key_Return)
    row = screen._detail._rows["choice"]
    assert row.options[0].hasFocus()
    qtbot.keyClick(row.options[0], Qt.Key.Key_Right)
    assert screen._model.side == 1
    assert not screen._save.isEnabled()
    reason = screen._detail._reason.field
    reason.setFocus()
    qtbot.keyClicks(reason, "Seen with Sam at 14:40")
    assert screen._save.isEnabled()
    assert screen._detail._preview.text().startswith("Level ")
    qtbot.keyClick(reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: screen._body.currentWidget() is screen._nothing)
    assert not screen._said.isHidden()
    assert "Decision saved" in screen._said.accessibleName()


def test_lines_are_chosen_by_keys_down_the_page(inbox, disputes, qtbot):
    disputes.allergies(disputes.admit("M8", "FERREIRA", "Joao"))
    screen = inbox()
    allergy = next(one for one in screen._model.items if one.title == "Allergy")
    screen._model.open(allergy.conflict)
    rows = list(screen._detail._rows.values())
    rows[0].setFocus()
    qtbot.keyClick(rows[0].options[0], Qt.Key.Key_B)
    both = rows[0].options[-1]
    qtbot.keyClick(both, Qt.Key.Key_Down)
    assert rows[1].options[0].hasFocus()
    qtbot.keyClick(rows[1].options[0], Qt.Key.Key_Right)
    assert set(screen._model.lines) == {"reaction", "severity"}
    assert screen._hint.text() == "Still to choose: Source."


def test_up_and_down_show_another_item_and_d_leaves_it_for_later(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    disputes.outcomes(disputes.admit("F2", "LENNOX", "Mary"))
    screen = inbox()
    first = screen._model.conflict
    screen._list.setFocus()
    qtbot.keyClick(screen._list, Qt.Key.Key_Down)
    assert screen._model.conflict not in {None, first}
    qtbot.keyClick(screen._list, Qt.Key.Key_D)
    assert screen._model.conflict == first


def test_escape_goes_from_the_decision_to_the_list(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    screen = inbox()
    screen._detail.focus_first()
    assert screen.step_back()
    assert screen._list.hasFocus()
    assert not screen.step_back()


def test_a_third_version_is_offered_where_it_may_be_written(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    screen = inbox()
    screen._detail._write.click()
    assert screen._detail._third.isVisible()
    third = screen._detail._third
    why = third._inputs["reason"].field
    why.setFocus()
    why.clear()
    qtbot.keyClicks(why, "Ligature found")
    assert screen._model.third["reason"] == "Ligature found"


def test_a_destination_opens_its_conflict(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    disputes.outcomes(disputes.admit("F2", "LENNOX", "Mary"))
    screen = inbox()
    other = screen._model.items[1].conflict
    screen.arrive(Destination(page=Page.CONFLICTS, focus=other))
    assert screen._model.conflict == other


def test_every_control_has_a_name_for_a_screen_reader(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    screen = inbox()

    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit):
        for widget in screen.findChildren(kind):
            if not widget.isVisibleTo(screen):
                continue
            named = widget.accessibleName() or (
                widget.text() if isinstance(widget, QAbstractButton) else ""
            )
            assert named, widget


def test_a_conflict_that_a_newer_program_wrote_is_listed_with_words(
    inbox, disputes, qtbot, monkeypatch
):
    disputes.levels(disputes.admit())
    from_a_newer_program(monkeypatch, Conflict, "alternatives")
    monkeypatch.setattr(reading, "conflict_of", lambda body: None)
    screen = inbox()
    assert screen._body.currentWidget() is not screen._nothing
    assert screen._unreadable.isVisible()
    said = screen._unreadable.accessibleName()
    assert said.startswith("1 conflict cannot be shown: update this PC In M11.")


def test_a_conflict_over_a_fact_that_cannot_be_read_stops_no_other(
    inbox, disputes, qtbot, monkeypatch
):
    admitted = disputes.admit()
    disputes.outcomes(admitted)
    disputes.levels(admitted)
    from_a_newer_program(monkeypatch, FitnessOutcome, "reason")
    screen = inbox()
    qtbot.waitUntil(lambda: screen._model.detail is not None)
    assert [one.title for one in screen._model.items] == ["Level of observation"]
    assert "1 conflict cannot be shown" in screen._unreadable.accessibleName()
