from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters import text_width
from sonar_desktop.ui.widgets.segmented import CounterButton, Segmented
from tests.ui.widgets.conftest import picture


def test_one_segment_is_shown_and_pressing_another_tells(shown, qtbot):
    view = shown(Segmented("Range", ("2 h", "6 h", "All")))
    assert view.index() == 0
    with qtbot.waitSignal(view.chosen) as told:
        qtbot.mouseClick(view.segments[2], Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert told.args == [2]
    assert view.index() == 2


def test_arrows_move_between_segments(shown, qtbot):
    view = shown(Segmented("Range", ("2 h", "6 h", "All")))
    view.segments[0].setFocus()
    with qtbot.waitSignal(view.chosen) as told:
        qtbot.keyClick(view.segments[0], Qt.Key.Key_Right)
    assert told.args == [1]


def test_a_segment_set_by_the_page_is_not_told(shown, qtbot):
    view = shown(Segmented("Range", ("2 h", "6 h", "All"), 1))
    before = picture(view)
    with qtbot.assertNotEmitted(view.chosen):
        view.set_index(0)
    assert picture(view) != before


def test_segments_have_words_room_and_a_large_enough_target(shown):
    view = shown(Segmented("Board filter", ("All 14", "Needs action 5")))
    view.set_texts(("All 15", "Needs action 12"))
    for segment in view.segments:
        assert segment.sizeHint().width() >= text_width(segment.text(), "button") + 20
        assert min(segment.sizeHint().toTuple()) >= 24
        assert segment.accessibleDescription() == "Board filter"
        role = QAccessible.queryAccessibleInterface(segment).role()
        assert role == QAccessible.Role.RadioButton


def test_a_counter_says_its_number_and_filters_by_it(shown, qtbot):
    counter = shown(
        CounterButton("outcomes not acknowledged", icon="circle-alert", colour="danger")
    )
    counter.set_count(2)
    assert counter.accessibleName() == "2 outcomes not acknowledged"
    before = picture(counter)
    counter.setFocus()
    with qtbot.waitSignal(counter.clicked):
        qtbot.keyClick(counter, Qt.Key.Key_Space)
    assert counter.isChecked()
    assert picture(counter) != before
    wide = counter.sizeHint().width()
    counter.set_count(2, "not acknowledged")
    assert counter.sizeHint().width() < wide
    assert counter.minimumSizeHint().height() == current().px(36)
