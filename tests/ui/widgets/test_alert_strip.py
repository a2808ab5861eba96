from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.theme.sizes import DENSE
from sonar_desktop.ui.widgets.alert_strip import NO_ALERTS, AlertStrip
from sonar_desktop.ui.widgets.painters import ChipFace, chip_width


def alerts(count: int) -> list[ChipFace]:
    return [ChipFace(text=f"Alert number {number}", tone=Tone.WARN) for number in range(count)]


def strip(shown, count: int, width: int = 1285) -> AlertStrip:
    made = AlertStrip()
    made.set_alerts(alerts(count))
    return shown(made, width, 40)


def test_no_alerts_are_said_in_words(shown):
    seen = [label.text() for label in strip(shown, 0).findChildren(QLabel) if label.isVisible()]
    assert seen == [NO_ALERTS]


def test_six_alerts_show_and_the_rest_is_behind_a_count(shown, qtbot):
    made = strip(shown, 9)
    assert [chip.text() for chip in made.chips] == [face.text for face in alerts(6)]
    assert made.more.text() == "+3 more"
    with qtbot.waitSignal(made.overflow_requested):
        made.more.click()
    made.set_alerts(alerts(6))
    assert made.more.isHidden()


def test_alerts_wrap_in_a_narrow_window_and_none_is_cut(shown, qtbot):
    made = strip(shown, 6, 600)
    qtbot.waitUntil(lambda: made.chips[-1].y() > made.chips[0].y())
    for chip in made.chips:
        assert chip.width() >= chip_width(chip.face)


def test_the_record_can_be_closed_from_the_strip(shown, qtbot):
    made = strip(shown, 1)
    with qtbot.waitSignal(made.close_requested):
        made.close_button.click()
    assert made.close_button.accessibleDescription() == "Key Esc"


def test_the_strip_is_lower_in_a_small_window(shown):
    made = strip(shown, 1)
    assert made.minimumHeight() == 40
    made.set_sizes(DENSE)
    assert made.minimumHeight() == 34
