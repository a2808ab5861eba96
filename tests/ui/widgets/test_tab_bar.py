from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.theme.sizes import DENSE
from sonar_desktop.ui.widgets.painters import text_width
from sonar_desktop.ui.widgets.tab_bar import TabBar
from tests.ui.widgets.conftest import picture

NAMES = ("Summary", "Assessment", "Observations", "Medicines", "Plan and tasks")


def bar(shown, width: int = 900) -> TabBar:
    tabs = TabBar()
    for name in NAMES:
        tabs.addTab(name)
    return shown(tabs, width, 40)


def test_arrows_move_between_tabs(shown, qtbot):
    tabs = bar(shown)
    tabs.setFocus()
    with qtbot.waitSignal(tabs.currentChanged) as told:
        qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert told.args == [1]


def test_a_badge_is_said_and_takes_its_room(shown):
    tabs = bar(shown)
    before, plain = tabs.tabRect(2).width(), picture(tabs)
    tabs.set_badge(2, "due 14:40", Tone.WARN)
    assert tabs.accessibleTabName(2) == "Observations, due 14:40"
    assert tabs.tabRect(2).width() > before
    assert picture(tabs) != plain
    tabs.set_badge(2, "")
    assert tabs.accessibleTabName(2) == "Observations"
    assert tabs.tabRect(2).width() == before


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("width", [300, 900])
def test_no_tab_is_cut_and_a_narrow_window_scrolls(shown, put_on, width, scale):
    put_on("light", scale)
    tabs = bar(shown, width)
    for index, name in enumerate(NAMES):
        assert tabs.tabSizeHint(index).width() >= text_width(name, "strong") + 24
        assert tabs.minimumTabSizeHint(index) == tabs.tabSizeHint(index)
    needed = sum(tabs.tabSizeHint(index).width() for index in range(len(NAMES)))
    scrollers = [one for one in tabs.findChildren(QAbstractButton) if one.isVisible()]
    assert bool(scrollers) == (needed > width)


def test_tabs_are_lower_in_a_small_window(shown):
    tabs = bar(shown)
    assert tabs.tabSizeHint(0).height() == 40
    tabs.set_sizes(DENSE)
    assert tabs.tabSizeHint(0).height() == 34
