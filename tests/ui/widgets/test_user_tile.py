from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QGridLayout, QWidget

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.widgets.painters import ChipFace, line_height, wrap
from sonar_desktop.ui.widgets.user_tile import PersonFace, UserTile
from tests.ui.widgets.conftest import picture

RHONA = PersonFace(
    name="Rhona Okafor",
    initials="RO",
    role="Nurse",
    person=0,
    note=ChipFace(text="PIN · 1 draft waiting", tone=Tone.ACCENT, icon="file-pen"),
)
LONG = dataclasses.replace(
    RHONA, name="Wilhelmina Featherstonehaugh-Cholmondeley-Ramakrishnan-Okonkwo", person=1
)


def page(shown) -> list[UserTile]:
    box = QWidget()
    grid = QGridLayout(box)
    tiles = [UserTile(RHONA), UserTile(dataclasses.replace(RHONA, name="Sam Petrie", person=1))]
    for number, tile in enumerate(tiles):
        grid.addWidget(tile, 0, number)
    shown(box, 620, 130)
    return tiles


def test_a_tile_says_who_in_what_role_and_what_is_needed(shown):
    tile = page(shown)[0]
    seen = QAccessible.queryAccessibleInterface(tile)
    assert seen.role() == QAccessible.Role.RadioButton
    assert seen.text(QAccessible.Text.Name) == "Rhona Okafor"
    assert seen.text(QAccessible.Text.Description) == "Nurse. PIN · 1 draft waiting"
    assert tile.face is RHONA


def test_arrows_move_between_people_and_choose(shown, qtbot):
    first, second = page(shown)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    assert first.isChecked()
    before = picture(second)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.isChecked()
    assert not first.isChecked()
    assert picture(second) != before


def test_a_press_in_the_corner_chooses(shown, qtbot):
    tile = page(shown)[1]
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton, pos=tile.rect().bottomRight() / 1.05)
    assert tile.isChecked()


@pytest.mark.parametrize("scale", [100, 200])
def test_a_long_name_wraps_and_the_tile_grows(shown, qtbot, put_on, scale):
    put_on("light", scale)
    tile = shown(UserTile(LONG))
    tile.resize(tile.minimumSizeHint().width(), 10)
    qtbot.waitUntil(lambda: tile.minimumSizeHint().height() > 104 * scale // 100)
    lines = wrap(LONG.name, "h2", tile.width())
    assert "".join(lines).replace(" ", "") == LONG.name.replace(" ", "")
    assert tile.sizeHint().height() > line_height("h2") * len(lines)
