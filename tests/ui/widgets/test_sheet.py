"""Every widget in every state, as the component sheet shows them: names, targets, no cut words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollBar, QTabBar, QWidget

from sonar_desktop.ui.widgets.painted import PaintedLabel
from tools.sheet.forms import forms_sheet
from tools.sheet.marks import marks_sheet
from tools.sheet.shell import shell_sheet

SHEETS = {"marks": marks_sheet, "forms": forms_sheet, "shell": shell_sheet}
LOOKS = [("light", 100), ("dark", 100), ("light", 150), ("light", 200)]


@pytest.fixture(params=list(SHEETS))
def sheet(request, shown, qtbot, put_on, look):
    put_on(*look)
    page = shown(SHEETS[request.param]())

    def settled() -> bool:
        layout = page.layout()
        least = layout.minimumSize()
        width = max(page.minimumWidth(), least.width())
        height = max(layout.totalMinimumHeightForWidth(width), least.height())
        before = page.size().toTuple()
        page.resize(width, height)
        return before == (width, height)

    qtbot.waitUntil(settled)
    return page


def visible(page: QWidget, kind: type) -> list:
    return [one for one in page.findChildren(kind) if one.isVisible()]


@pytest.mark.parametrize("look", LOOKS)
def test_no_word_is_cut(sheet):
    for mark in visible(sheet, PaintedLabel):
        hint = mark.sizeHint()
        assert mark.width() >= hint.width(), mark.text()
        assert mark.height() >= hint.height(), mark.text()
    for label in visible(sheet, QLabel):
        if isinstance(label, PaintedLabel) or not label.text():
            continue
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        else:
            needed = label.fontMetrics().horizontalAdvance(label.text())
            assert label.width() >= needed, label.text()
    for button in visible(sheet, QAbstractButton):
        if not isinstance(button.parentWidget(), QTabBar):
            assert button.width() >= button.minimumSizeHint().width(), button.text()
            assert button.height() >= button.minimumSizeHint().height(), button.text()


@pytest.mark.parametrize("look", LOOKS[:1])
def test_everything_the_keyboard_reaches_has_a_name(sheet):
    for widget in visible(sheet, QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or isinstance(widget, QScrollBar):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
        if widget.objectName().startswith("qt_") or widget.parentWidget().inherits("QComboBox"):
            continue
        if isinstance(widget, QLineEdit) and not widget.isEnabled():
            continue
        assert widget.accessibleName() or text, widget


@pytest.mark.parametrize("look", LOOKS[:1])
def test_every_target_is_at_least_24_pixels(sheet):
    for button in visible(sheet, QAbstractButton):
        if isinstance(button.parentWidget(), QTabBar):
            continue
        assert button.width() >= 24, button.text()
        assert button.height() >= 24, button.text()


@pytest.mark.parametrize("look", LOOKS[:1])
def test_two_states_that_differ_in_colour_differ_in_words_too(sheet):
    """Among the chips of a sheet, no text appears in two tones."""
    tones: dict[str, set[str]] = {}
    for mark in visible(sheet, PaintedLabel):
        face = getattr(mark, "face", None)
        if face is not None:
            tones.setdefault(face.text, set()).add(face.tone)
    assert all(len(found) == 1 for found in tones.values())
