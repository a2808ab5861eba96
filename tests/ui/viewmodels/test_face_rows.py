from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt

from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE, FaceRows


@dataclass(frozen=True)
class Word:
    text: str

    def spoken(self) -> str:
        return f"{self.text}, spoken"


@pytest.fixture
def rows(qapp):
    made = FaceRows()
    made.set_faces((Word("one"), Word("two")))
    return made


def test_each_face_is_a_row_with_its_words(rows):
    index = rows.index(1)
    assert rows.rowCount() == 2
    assert rows.rowCount(index) == 0, "a row has none below it"
    assert rows.data(index, FACE_ROLE) == Word("two")
    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        assert rows.data(index, role) == "two, spoken"
    assert rows.data(index, Qt.ItemDataRole.DecorationRole) is None


def test_the_same_faces_are_left_alone(qtbot, rows):
    with qtbot.assertNotEmitted(rows.modelReset):
        rows.set_faces((Word("one"), Word("two")))
    with qtbot.waitSignal(rows.modelReset):
        rows.set_faces(())
