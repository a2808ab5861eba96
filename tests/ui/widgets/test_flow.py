from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.widgets.flow import FlowLayout


class Block(QWidget):
    def __init__(self, width: int, height: int = 20) -> None:
        super().__init__()
        self._size = QSize(width, height)

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._size

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self._size


def filled(*widths: int, right: bool = False) -> tuple[QWidget, FlowLayout, list[Block]]:
    box = QWidget()
    layout = FlowLayout(box, gap=10, line_gap=5, right=right)
    blocks = [Block(width) for width in widths]
    for block in blocks:
        layout.addWidget(block)
    return box, layout, blocks


def test_a_new_line_begins_when_the_width_is_used_up(shown):
    box, layout, blocks = filled(100, 100, 100)
    shown(box, 215, 45)
    assert [block.pos().toTuple() for block in blocks] == [(0, 0), (110, 0), (0, 25)]
    assert layout.heightForWidth(215) == 45
    assert layout.heightForWidth(320) == 20
    assert layout.hasHeightForWidth()
    assert layout.expandingDirections() == Qt.Orientation(0)


def test_lines_can_stand_at_the_right_and_in_the_middle_of_the_height(shown):
    box, _, blocks = filled(50, 30, right=True)
    shown(box, 200, 60)
    assert blocks[1].geometry().right() == 199
    assert blocks[0].y() == 20


def test_sizes_are_of_one_line_and_of_the_widest(qtbot):
    box, layout, _ = filled(100, 40)
    qtbot.addWidget(box)
    layout.setContentsMargins(1, 2, 3, 4)
    assert layout.sizeHint() == QSize(154, 26)
    assert layout.minimumSize() == QSize(104, 26)


def test_hidden_widgets_take_no_room(shown):
    box, layout, blocks = filled(100, 100)
    blocks[0].hide()
    shown(box, 300, 20)
    assert blocks[1].x() == 0
    assert layout.count() == 2


@pytest.mark.parametrize("index", [-1, 2])
def test_asking_past_the_end_gives_nothing(qtbot, index):
    box, layout, _ = filled(100, 100)
    qtbot.addWidget(box)
    assert layout.itemAt(index) is None
    assert layout.takeAt(index) is None
    assert layout.count() == 2


def test_clearing_removes_every_widget(shown, qtbot):
    box, layout, blocks = filled(100, 100)
    shown(box, 300, 20)
    with qtbot.waitSignals([block.destroyed for block in blocks]):
        layout.clear()
    assert layout.count() == 0
    assert layout.heightForWidth(300) == 0
