from __future__ import annotations

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.theme.sizes import DENSE
from sonar_desktop.ui.widgets.alert_strip import AlertStrip
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.painters import ChipFace, chip_width

NO_ALERTS = "No alerts recorded"


def alerts(count: int) -> list[ChipFace]:
    return [ChipFace(text=f"Alert number {number}", tone=Tone.WARN) for number in range(count)]


def strip(shown, count: int, width: int = 1285) -> AlertStrip:
    made = AlertStrip()
    made.set_alerts(alerts(count), nothing=NO_ALERTS)
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


CHECK = (
    "Check: Paracetamol given 14:22. Paracetamol 13:32, 50min apart. The order says 4hr at least."
)


def said(made: AlertStrip) -> list[str]:
    return [one.text() for one in made.findChildren(QLabel) if one.isVisible() and one.text()]


def test_a_rule_that_does_not_hold_stands_whole_above_the_alerts_and_is_never_no_alerts(
    shown, qtbot
):
    made = AlertStrip()
    made.set_alerts((), (CHECK,), nothing=NO_ALERTS)
    shown(made, 500, 90)
    seen = {one.text(): one for one in made.findChildren(QLabel) if one.isVisible()}
    assert NO_ALERTS not in seen
    words = seen[CHECK]
    assert words.height() >= words.heightForWidth(words.width()) > words.fontMetrics().height()
    answer = next(one for one in made.findChildren(Button) if one.text() == "Answer")
    with qtbot.waitSignal(made.answer_requested):
        answer.click()
    made.set_alerts((), nothing=NO_ALERTS)
    qtbot.waitUntil(lambda: said(made) == [NO_ALERTS])


def test_more_rules_than_there_is_room_for_are_counted(shown):
    made = AlertStrip()
    made.set_alerts(alerts(1), tuple(f"Check {number}." for number in range(5)))
    shown(made, 900, 120)
    assert [words for words in said(made) if words.startswith("Check")] == [
        "Check 0.",
        "Check 1. 3 more to check.",
    ]
