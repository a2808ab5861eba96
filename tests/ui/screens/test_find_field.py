from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.screens.find_field import FindField
from sonar_desktop.ui.viewmodels.shell import Found


class People(QObject):
    """Finds by what a name contains; `searched` are the texts looked for among those who left."""

    found = Signal(str, object)

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names
        self.searched = []

    def search(self, text: str) -> None:
        self.searched.append(text)

    def find(self, text: str):
        return tuple(
            Found(episode=f"episode {name}", name=name, detail="37y M")
            for name in self.names
            if text.strip().casefold() in name.casefold()
        )


@pytest.fixture
def field(qtbot, light):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    made = FindField(People("M2 BARR", "M4 BARROW", "M9 Wilhelmina-Alexandrina-Featherstone " * 2))
    made.setParent(window)
    made.lay_over(window)
    window.show()
    made.show()
    yield made
    window.hide()


def test_the_arrows_choose_and_enter_opens(qtbot, field):
    QTest.keyClicks(field, "barr")
    assert (field.list.isVisible(), field.list.rows.count()) == (True, 2)
    QTest.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.opened) as told:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert told.args == ["episode M4 BARROW"]
    assert (field.text(), field.list.isHidden()) == ("", True)


def test_the_arrows_stop_at_the_ends(field):
    QTest.keyClicks(field, "barr")
    for _ in range(5):
        QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.list.rows.currentRow() == 1
    for _ in range(5):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.list.rows.currentRow() == 0


def test_enter_with_nobody_found_opens_nobody(qtbot, field):
    QTest.keyClicks(field, "zz")
    with qtbot.assertNotEmitted(field.opened):
        QTest.keyClick(field, Qt.Key.Key_Return)


def someone(name):
    return Found(episode=f"episode {name}", name=name, detail="Released")


def test_those_who_left_come_with_the_answer_and_the_choice_stays(field):
    QTest.keyClicks(field, "barr")
    QTest.keyClick(field, Qt.Key.Key_Down)
    here = field._model.find("barr")
    field._model.found.emit("barr", (*here, someone("BARRETT")))
    assert field.list.rows.count() == 3
    assert field.list.rows.currentItem().text().startswith("M4 BARROW")


def test_an_answer_to_what_was_typed_before_is_not_shown(field):
    QTest.keyClicks(field, "zz")
    field._model.found.emit("z", (someone("ZED"),))
    assert field.list.rows.count() == 0
    assert field._model.searched == ["zz"]


def test_a_long_name_gets_the_lines_it_needs(field):
    QTest.keyClicks(field, "wilhelmina")
    long = field.list.rows.item(0).sizeHint().height()
    field.close_list()
    QTest.keyClicks(field, "barrow")
    assert long > field.list.rows.item(0).sizeHint().height()


def test_somebody_without_a_record_here_is_shown_and_not_opened(qtbot, field):
    gone = Found(episode=None, name="GONNE, Maud", detail="Was here before")
    QTest.keyClicks(field, "zz")
    field._model.found.emit("zz", (someone("ONE"), gone))
    assert field.list.rows.currentItem().text().startswith("ONE"), "whoever can be opened"
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.list.rows.item(1).text() == "GONNE, Maud\nWas here before"
    with qtbot.assertNotEmitted(field.opened):
        QTest.keyClick(field, Qt.Key.Key_Return)
        field.list.rows.itemClicked.emit(field.list.rows.item(1))
    assert field.text() == "zz", "what was typed stays"
