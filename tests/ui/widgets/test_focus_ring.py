from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLineEdit, QScrollArea, QTabBar, QTableView, QVBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.focus_ring import FocusRing
from tests.ui.widgets.conftest import colours_in, picture


@pytest.fixture
def page(shown, qapp):
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(20, 20, 20, 20)
    first, second = QLineEdit(), Button("Sign observations")
    column.addWidget(first)
    column.addWidget(second)
    ring = FocusRing(window, qapp)
    shown(window, 400, 300)
    return window, first, second, ring


def outer(ring: FocusRing) -> tuple[int, int]:
    return ring.width() - ring.ring_rect().width(), ring.height() - ring.ring_rect().height()


def test_the_ring_lies_around_what_has_the_focus(page, qtbot):
    window, first, second, ring = page
    first.setFocus()
    qtbot.waitUntil(lambda: ring.target is first)
    assert ring.isVisible()
    assert ring.ring_rect() == first.geometry()
    assert outer(ring) == (10, 10)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: ring.target is second)
    assert ring.ring_rect() == second.geometry()
    assert current().colours["ring1"] in colours_in(picture(window))


def test_the_ring_lets_the_mouse_through(page, qtbot):
    _, _, second, ring = page
    second.setFocus()
    qtbot.waitUntil(lambda: ring.target is second)
    assert ring.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert ring.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_the_ring_follows_when_the_page_moves(page, qtbot):
    window, first, _, ring = page
    first.setFocus()
    window.resize(700, 300)
    qtbot.waitUntil(lambda: ring.ring_rect() == first.geometry())
    assert ring.ring_rect().width() == 660


def test_the_ring_goes_with_its_control(page, qtbot):
    _, first, _, ring = page
    first.setFocus()
    qtbot.waitUntil(ring.isVisible)
    first.hide()
    qtbot.waitUntil(lambda: ring.target is not first)
    first.show()
    first.setFocus()
    with qtbot.waitSignal(first.destroyed):
        first.deleteLater()
    qtbot.waitUntil(lambda: ring.target is not first)


def test_the_ring_ignores_other_windows(page, shown, qtbot):
    _, first, _, ring = page
    first.setFocus()
    qtbot.waitUntil(ring.isVisible)
    other = shown(QLineEdit())
    other.setFocus()
    qtbot.waitUntil(ring.isHidden)


def test_the_ring_is_cut_where_a_scroll_area_cuts_its_control(shown, qapp, qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    banner = QWidget()
    banner.setFixedHeight(80)
    area, inside = QScrollArea(), QWidget()
    inside.setFixedSize(300, 2000)
    field = QLineEdit(inside)
    field.setGeometry(20, 40, 200, 36)
    area.setWidget(inside)
    column.addWidget(banner)
    column.addWidget(area)
    ring = FocusRing(window, qapp)
    shown(window, 400, 400)
    field.setFocus()
    qtbot.waitUntil(lambda: ring.target is field)
    top = ring.ring_rect().top()
    area.verticalScrollBar().setValue(50)
    qtbot.waitUntil(lambda: ring.ring_rect().top() == top - 50)
    yellow = current().colour("ring1").rgb()
    seen = picture(window)
    port = area.viewport().mapTo(window, QPoint(0, 0)).y()
    rows = {y for y in range(port - 6) for x in range(seen.width()) if seen.pixel(x, y) == yellow}
    assert rows == set()
    area.verticalScrollBar().setValue(900)
    qtbot.waitUntil(ring.isHidden)


def test_in_a_table_the_ring_lies_around_the_current_cell(shown, qapp, qtbot):
    model = QStandardItemModel()
    for name in ("M1", "M2", "M3"):
        model.appendRow([QStandardItem(name), QStandardItem("Low")])
    window = QWidget()
    column = QVBoxLayout(window)
    table = QTableView()
    table.setModel(model)
    column.addWidget(table)
    ring = FocusRing(window, qapp)
    shown(window, 400, 300)
    table.setCurrentIndex(model.index(0, 0))
    table.setFocus()
    qtbot.waitUntil(lambda: ring.target is table)
    first = ring.ring_rect()
    assert first.size() == table.visualRect(model.index(0, 0)).size()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: ring.ring_rect().top() > first.top())


def test_on_tabs_the_ring_lies_around_the_current_tab(shown, qapp, qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    tabs = QTabBar()
    for name in ("Summary", "Observations"):
        tabs.addTab(name)
    column.addWidget(tabs)
    ring = FocusRing(window, qapp)
    shown(window, 400, 100)
    tabs.setFocus()
    qtbot.waitUntil(lambda: ring.target is tabs)
    assert ring.ring_rect().width() < tabs.tabRect(0).width()
    left = ring.ring_rect().left()
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: ring.ring_rect().left() > left)
