"""The timeline's rows take the room their words need, and paint in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from sonar_core.board.severity import Severity
from sonar_desktop.ui.screens.timeline_delegate import TimelineView
from sonar_desktop.ui.theme import apply_theme
from sonar_desktop.ui.viewmodels.timeline import TimelineRows
from tests.ui.screens.test_entry_panel import face

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def view(qtbot):
    rows = TimelineRows()
    made = TimelineView(rows)
    made.rows = rows
    qtbot.addWidget(made)
    made.resize(640, 500)
    made.show()
    return made


def height(view, place=0):
    QApplication.processEvents()
    return view.visualRect(view.model().index(place)).height()


def test_long_words_wrap_and_nothing_is_cut(view):
    view.rows.set_faces((face(text="Short"), face(id="2", text="He said he had not slept. " * 12)))
    assert height(view, 1) > height(view, 0) + 40
    before = height(view, 1)
    view.resize(420, 500)
    assert height(view, 1) > before


def test_chips_that_do_not_fit_beside_the_title_get_a_line(view):
    plain = {"title": "Note", "text": "", "note": ""}
    view.rows.set_faces((face(**plain), face(id="2", **plain, late="Late entry, 37min")))
    assert height(view, 1) == height(view, 0)
    title = "Outcome: Decision deferred: fit to be transferred to another custody suite"
    view.rows.set_faces(
        (face(title=title), face(id="2", title=title, late="Late entry, 3hr 12min"))
    )
    assert height(view, 1) > height(view, 0)


def test_the_choice_stays_on_the_entry_when_others_arrive(view):
    view.rows.set_faces((face(id="1"), face(id="2")))
    view.choose("2")
    view.rows.set_faces((face(id="3"), face(id="1"), face(id="2")))
    assert view.chosen().id == "2"
    assert view.currentIndex().row() == 2


def test_there_is_always_a_current_entry(view):
    view.rows.set_faces((face(id="1"),))
    assert view.chosen().id == "1"
    view.rows.set_faces(())
    view.step(1)
    assert view.chosen() is None


def test_enter_opens_the_entry(qtbot, view):
    view.rows.set_faces((face(id="1"), face(id="2")))
    qtbot.keyClick(view, Qt.Key.Key_J)
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args[0].id == "2"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_paints(qapp, view, theme):
    apply_theme(qapp, theme, 100)
    view.rows.set_faces(
        (
            face(id="1", severity=Severity.LATE, kind="FitnessOutcome", day="13-Nov"),
            face(id="2", is_struck=True, state="Struck out", standing="held"),
            face(id="3", time="Approx 11:30", marks=("Two versions",), standing="decision"),
            face(id="4", kind="Unheard of", standing="central"),
        )
    )
    view.setFocus()
    image = view.grab().toImage()
    colours = {
        image.pixelColor(x, y).rgb()
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    assert len(colours) > 8
    apply_theme(qapp, "light", 100)
