from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.widgets.wheel_guard import WheelGuard


def wheel(widget: QWidget) -> None:
    """Turns the wheel one notch over a widget, as the window system would say it."""
    window = widget.window()
    place = widget.mapTo(window, widget.rect().center())
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, -120))


def value_of(widget: QWidget) -> int:
    return widget.currentIndex() if isinstance(widget, QComboBox) else widget.value()


def combo() -> QComboBox:
    made = QComboBox()
    made.addItems(["Fit", "Fit with conditions", "Not fit"])
    return made


@pytest.mark.parametrize("make", [combo, QSpinBox, QSlider])
@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_never_changes_a_value(shown, make, focused):
    widget = shown(make())
    WheelGuard(widget)
    if focused:
        widget.setFocus()
    before = value_of(widget)
    wheel(widget)
    assert value_of(widget) == before


def test_without_the_guard_the_wheel_would_change_it(shown):
    widget = shown(combo())
    wheel(widget)
    assert widget.currentText() == "Fit with conditions"


def test_the_page_scrolls_when_the_wheel_turns_over_a_choice(shown):
    page = QWidget()
    column = QVBoxLayout(page)
    choice = combo()
    WheelGuard(choice)
    column.addWidget(choice)
    column.addStretch()
    page.setMinimumHeight(2000)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    shown(area, 300, 200)
    wheel(choice)
    assert choice.currentText() == "Fit"
    assert area.verticalScrollBar().value() > 0
