from __future__ import annotations

from sonar_core.board.severity import CellText, Severity


def test_a_text_is_ordinary_unless_it_says_otherwise():
    assert CellText(first="Low") == CellText(first="Low", second="", severity=Severity.OK)
