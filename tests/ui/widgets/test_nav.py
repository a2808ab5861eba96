from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import DENSE, STANDARD
from sonar_desktop.ui.widgets.nav import Logo, Rail, RailItem
from sonar_desktop.ui.widgets.painters import text_width
from tests.ui.widgets.conftest import colours_in, picture

ITEMS = (
    RailItem(key="board", text="Board", icon="layout-grid"),
    RailItem(key="due", text="Due", icon="list-checks"),
    RailItem(key="register", text="CD register", icon="book-lock"),
    RailItem(key="help", text="Help", icon="circle-question-mark", low=True),
)


def rail(shown, items=ITEMS) -> Rail:
    return shown(Rail(items), 81, 600)


@pytest.mark.parametrize("press", ["mouse", "keyboard"])
def test_a_destination_is_chosen_by_mouse_and_keyboard(shown, qtbot, press):
    places = rail(shown)
    button = places.buttons["due"]
    with qtbot.waitSignal(places.chosen) as told:
        if press == "mouse":
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            button.setFocus()
            qtbot.keyClick(button, Qt.Key.Key_Space)
    assert told.args == ["due"]
    assert button.isChecked()
    assert not places.buttons["board"].isChecked()


def test_the_place_shown_is_marked_without_being_told(shown, qtbot):
    places = rail(shown)
    before = picture(places.buttons["board"])
    with qtbot.assertNotEmitted(places.chosen):
        places.set_current("board")
    assert picture(places.buttons["board"]) != before


def test_a_badge_is_said_in_words_and_goes_when_nobody_waits(shown):
    places = rail(shown)
    due = places.buttons["due"]
    plain = picture(due)
    places.set_badge("due", 4, Tone.DANGER, "4 late")
    assert due.accessibleName() == "Due, 4 late"
    assert current().colours["dangerfill"] in colours_in(picture(due))
    places.set_badge("due", 0, Tone.DANGER, "")
    assert due.accessibleName() == "Due"
    assert picture(due) == plain


@pytest.mark.parametrize("scale", [100, 200])
def test_no_word_of_the_rail_is_cut(shown, put_on, scale):
    put_on("light", scale)
    places = rail(shown)
    for button in places.buttons.values():
        assert button.width() >= text_width(button.text(), "metab")
        assert min(button.size().toTuple()) >= 44


def test_items_are_lower_in_a_small_window_and_help_stands_at_the_foot(shown):
    places = rail(shown)
    tall = places.buttons["board"].sizeHint().height()
    places.set_sizes(DENSE)
    assert tall - places.buttons["board"].sizeHint().height() == (
        STANDARD.rail_item - DENSE.rail_item
    )
    assert places.buttons["help"].y() > places.buttons["register"].y() + 100
    assert places.minimumSizeHint().width() >= 81


def test_a_rail_without_low_items_keeps_its_items_at_the_top(shown):
    places = rail(shown, ITEMS[:2])
    assert places.buttons["due"].geometry().bottom() < 250


def test_the_mark_is_painted_on_white_and_on_navy(shown):
    assert shown(Logo()).text() == "SONAR Desktop"
    assert picture(shown(Logo(on_navy=True))) != picture(shown(Logo()))
