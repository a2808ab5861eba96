from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.alarm_lines import MOST, AlarmLines
from sonar_desktop.ui.viewmodels.alarms import AlarmLine
from tests.ui.conftest import START_MS, ZONE


def line(cell: str, *, rings: bool = True, late: bool = False) -> AlarmLine:
    return AlarmLine(cell=cell, words="Check due", due_ms=START_MS, rings=rings, late=late)


def names(lines: AlarmLines) -> list[str]:
    return [
        lines.layout().itemAt(place).widget().accessibleName()
        for place in range(lines.layout().count())
        if lines.layout().itemAt(place).widget().accessibleName()
    ]


def test_a_line_is_read_as_cell_words_and_time(qtbot, light):
    lines = AlarmLines()
    qtbot.addWidget(lines)
    lines.show_lines([line("M4", late=True), line("F2", rings=False)], ZONE)
    assert names(lines) == ["M4, Check due, 14:32", "F2, Check due, 14:32"]


def test_what_is_to_be_checked_has_no_time_that_somebody_let_pass(qtbot, light):
    lines = AlarmLines()
    qtbot.addWidget(lines)
    asked = AlarmLine(cell="M4", words="Check due", due_ms=None, rings=True, late=False)
    lines.show_lines([asked], ZONE)
    assert names(lines) == ["M4, Check due, Now"]


def test_more_than_fit_are_counted_and_none_is_a_sentence(qtbot, light):
    lines = AlarmLines()
    qtbot.addWidget(lines)
    lines.show_lines([line(f"M{number}") for number in range(MOST + 3)], ZONE)
    assert len(names(lines)) == MOST
    assert "and 3 more" in [one.text() for one in lines.findChildren(QLabel)]
    lines.show_lines([], ZONE)
    assert names(lines) == []
    assert lines.layout().itemAt(0).widget().text() == "Nothing is due in the next 15 minutes."
