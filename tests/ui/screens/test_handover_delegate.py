from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from sonar_core.board.handover import HandoverList
from sonar_desktop.ui.screens.handover_delegate import HandoverLines
from sonar_desktop.usecases.read_handover import read_handover


def test_the_heading_of_the_others_cannot_be_chosen(qtbot, seed, workplace):
    admitted = seed.admit("M1", "ADEYEMI", "Tom")
    (line,) = read_handover(workplace.desk).list.with_something_open
    owner = QObject()
    lines = HandoverLines(owner)
    lines.set_list(HandoverList(with_something_open=(line,), others=(line, line)))
    assert lines.rowCount() == 4
    assert lines.index(1, 0).data() == "2 others, nothing open"
    assert lines.flags(lines.index(1, 0)) == Qt.ItemFlag.NoItemFlags
    assert lines.is_open(0)
    assert not lines.is_open(2)
    assert lines.place_of(admitted.episode) == 0
    assert lines.place_of("nobody") is None
    said = lines.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("M1 ADEYEMI, Tom (Mr)")
    assert "Situation: No fitness decision recorded." in said
