from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QCursor, QImage
from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.theme import Theme, ThemeName, apply_theme

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says on every show that it passes on no size hints; it is harmless."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def put_on(qapp) -> Iterator[Callable[..., Theme]]:
    """Light at 100 % before and after each test; `put_on("dark", 200)` changes it."""

    def put(name: str = "light", scale: int = 100) -> Theme:
        return apply_theme(qapp, name, scale)

    put()
    yield put
    apply_theme(qapp, ThemeName.LIGHT)


@pytest.fixture
def shown(qtbot) -> Iterator[Callable[..., QWidget]]:
    """Shows a widget and waits until it is on the (offscreen) screen, laid out and polished."""
    # Nobody else keeps a box that a test made only to hold what it tests.
    kept: list[QWidget] = []
    # Another test may have left the mouse where this one shows its widget.
    QCursor.setPos(QPoint(3000, 3000))

    def show(widget: QWidget, width: int = 0, height: int = 0) -> QWidget:
        qtbot.addWidget(widget)
        kept.append(widget)
        if width:
            widget.resize(width, height or widget.sizeHint().height())
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    yield show
    kept.clear()


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours_in(image: QImage) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name().upper()
        for x in range(image.width())
        for y in range(image.height())
    }
