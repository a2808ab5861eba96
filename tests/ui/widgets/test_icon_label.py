from __future__ import annotations

from PySide6.QtCore import QSize

from sonar_desktop.ui.widgets.icon_label import IconLabel


def test_an_icon_beside_words_is_silent_and_one_alone_is_not(qtbot):
    beside, alone = IconLabel("pill", "ink2"), IconLabel("eye", "ink2", words="Constant watch")
    qtbot.addWidget(beside)
    qtbot.addWidget(alone)
    assert beside.text() == ""
    assert alone.text() == "Constant watch"


def test_an_icon_grows_with_the_text_and_can_change(shown, put_on):
    icon = shown(IconLabel("pill", "ink2", 20))
    before = icon.grab().toImage()
    icon.set_icon("siren", "danger")
    assert icon.grab().toImage() != before
    put_on("light", 200)
    assert icon.sizeHint() == QSize(40, 40)
