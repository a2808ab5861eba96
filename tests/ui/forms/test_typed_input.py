from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.forms.typed_input import SuggestionList, TypedInput


@pytest.fixture
def page(qtbot, light):
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def shown(qtbot, page):
    def show(*fields):
        for field in fields:
            page.layout().addWidget(field)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)

    return show


def test_every_key_is_told_with_the_place_of_the_cursor(qtbot, shown):
    field = QLineEdit()
    watched = TypedInput("pulse", field)
    told, stood = [], []
    watched.typed.connect(lambda name, text: told.append((name, text)))
    watched.stood.connect(lambda name, at: stood.append((name, at)))
    shown(field)
    field.setFocus()
    qtbot.keyClicks(field, "84")
    assert told == [("pulse", "8"), ("pulse", "84")]
    assert stood[-1] == ("pulse", 2)


def test_enter_goes_on_in_one_line_and_makes_a_line_in_many(qtbot, shown):
    first, notes = QLineEdit(), QPlainTextEdit()
    watched = TypedInput("first", first)
    TypedInput("notes", notes)
    shown(first, notes)
    first.setFocus()
    with qtbot.waitSignal(watched.left) as caught:
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert caught.args == ["first"]
    assert notes.hasFocus()
    qtbot.keyClick(notes, Qt.Key.Key_Return)
    assert notes.toPlainText() == "\n"


def test_showing_a_text_is_no_typing_and_leaves_a_cursor_that_stands_right(qtbot, shown):
    field = QLineEdit()
    watched = TypedInput("pulse", field)
    told = []
    watched.typed.connect(lambda *args: told.append(args))
    shown(field)
    watched.show_text("84")
    watched.stand_at(1)
    watched.show_text("84")
    assert (told, field.cursorPosition(), field.hasFocus()) == ([], 1, True)


def test_a_cursor_in_a_long_text_is_found_again(shown):
    notes = QPlainTextEdit()
    watched = TypedInput("notes", notes)
    shown(notes)
    watched.show_text("one two")
    watched.stand_at(99)
    assert watched.cursor() == 7
    watched.stand_at(3)
    assert watched.cursor() == 3


def test_a_list_suggests_and_lets_anything_else_be_typed(qtbot, shown):
    names = SuggestionList("Who did you tell?", ("Sgt Marsh",))
    watched = TypedInput("told_to", names.line, holder=names)
    following = QLineEdit()
    shown(names, following)
    names.setFocus()
    qtbot.keyClicks(names, "Insp Vale")
    assert watched.text() == "Insp Vale"
    with qtbot.waitSignal(watched.left):
        qtbot.keyClick(names, Qt.Key.Key_Return)
    assert following.hasFocus()
    names.setCurrentIndex(0)
    assert watched.text() == "Sgt Marsh"
    assert names.count() == 1


def test_other_suggestions_leave_what_was_typed_and_are_no_typing(qtbot, shown):
    names = SuggestionList("Who did you tell?", ())
    watched = TypedInput("told_to", names.line, holder=names)
    shown(names)
    watched.show_text("Insp Vale")
    told = []
    watched.typed.connect(lambda _name, text: told.append(text))
    names.suggest(("Sgt Marsh", "Sgt Okoro"))
    assert (watched.text(), told, names.count()) == ("Insp Vale", [], 2)
