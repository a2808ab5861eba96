from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.labels import (
    Card,
    WrapLabel,
    frame,
    hline,
    label,
    set_look,
    set_tone,
    unbroken,
    vline,
)

SENTENCE = "If he cannot be woken or his breathing is slow or noisy: call 999, give naloxone. " * 3


def column(*widgets: QWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch()
    return box


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_a_wrapped_label_keeps_all_its_lines_when_squeezed(shown, put_on, scale):
    put_on("light", scale)
    text = WrapLabel(SENTENCE)
    shown(column(text), 300, 60)
    assert text.wordWrap()
    assert text.height() >= text.heightForWidth(text.width()) > text.fontMetrics().height() * 4


def test_a_wrapped_label_gives_room_back_when_its_text_shrinks(shown, qtbot):
    text = WrapLabel(SENTENCE)
    shown(column(text), 200, 400)
    tall = text.minimumHeight()
    text.setText("Short.")
    qtbot.waitUntil(lambda: text.minimumHeight() < tall / 4)


def test_a_wrapped_label_gives_room_back_when_it_gets_wider(shown, qtbot):
    text = WrapLabel(SENTENCE)
    box = shown(column(text), 200, 400)
    tall = text.minimumHeight()
    box.resize(900, 400)
    qtbot.waitUntil(lambda: text.minimumHeight() < tall / 2)


def test_a_label_that_does_not_wrap_asks_for_no_more_than_its_line(shown):
    text = WrapLabel("One line")
    text.setWordWrap(False)
    shown(column(text), 300, 100)
    assert text.minimumHeight() == 0


def test_text_with_angle_brackets_is_shown_as_written(qtbot):
    text = label("BP <90 & >60")
    qtbot.addWidget(text)
    assert text.textFormat().name == "PlainText"


def test_a_tone_changed_after_show_is_seen(shown):
    text = shown(label("Told 13:33", "meta", "ok"))
    assert text.palette().color(QPalette.ColorRole.WindowText) == current().colour("ok")
    set_tone(text, "danger")
    assert text.palette().color(QPalette.ColorRole.WindowText) == current().colour("danger")
    set_look(text, "tone", "danger")
    assert text.property("tone") == "danger"


def test_a_date_is_kept_on_one_line(qtbot):
    text = WrapLabel(f"updated {unbroken('14-Nov-2026')}")
    qtbot.addWidget(text)
    text.ensurePolished()
    one_line = text.fontMetrics().height()
    width = text.fontMetrics().horizontalAdvance("updated 14-Nov") + 4
    assert text.heightForWidth(width) <= one_line * 2 + 2
    narrow = text.fontMetrics().boundingRect(0, 0, width, 1000, 0x1000, text.text())
    assert narrow.width() >= text.fontMetrics().horizontalAdvance("14-Nov-2026") - 2


def test_lines_are_one_pixel(shown):
    assert shown(hline(), 100).height() == 1
    assert shown(vline(), 1, 50).width() == 1
    assert frame("well").property("k") == "well"


def test_a_card_has_a_name_and_shows_that_it_is_selected(shown):
    card = Card("Timeline", padding=1)
    card.body.addWidget(label("x"))
    shown(card, 200, 100)
    assert card.accessibleName() == "Timeline"
    assert Card().accessibleName() == ""
    before = card.grab().toImage()
    card.set_selected(selected=True)
    assert card.grab().toImage() != before
