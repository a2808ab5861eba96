from __future__ import annotations

import pytest
from PySide6.QtCore import QSize

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.marks import (
    Avatar,
    CareLevelMark,
    Countdown,
    News2Mark,
    Sparkline,
    SubScoreBox,
    SyncMarkIcon,
)
from sonar_desktop.ui.widgets.painters import CountdownFace, CountdownKind, NewsBand, SyncMark
from tests.ui.widgets.conftest import colours_in, picture


def test_a_new_score_changes_picture_and_words(shown):
    mark = shown(News2Mark(NewsBand.LOW, 1))
    before = picture(mark)
    mark.set_score(NewsBand.HIGH, 7)
    assert mark.text() == "NEWS2 7, high"
    assert picture(mark) != before
    assert mark.sizeHint() == QSize(30, 30)


def test_a_level_is_said_with_its_number_and_name(shown):
    mark = shown(CareLevelMark(2, "Intermittent"))
    assert mark.text() == "Level 2, Intermittent"
    before = picture(mark)
    mark.set_level(3)
    assert mark.text() == "Level 3"
    assert picture(mark) != before


def test_a_level_that_is_not_set_says_so_in_amber(shown):
    mark = shown(CareLevelMark(None))
    assert mark.text() == "Level: Not set"
    assert current().colours["warnbar"] in colours_in(picture(mark))


def test_a_sub_score_is_said_with_its_parameter(shown):
    box = shown(SubScoreBox("Pulse"))
    assert box.text() == "Pulse, no score yet"
    box.set_score(3)
    assert box.text() == "Pulse, score 3"
    assert current().colours["dangerfill"] in colours_in(picture(box))
    assert box.sizeHint() == QSize(40, 38)


def test_a_countdown_says_both_its_lines_and_never_cuts_them(shown):
    face = CountdownFace(kind=CountdownKind.CONSTANT, text="Constant", detail="Seen 14:29")
    widget = shown(Countdown(face))
    assert widget.text() == "Constant, Seen 14:29"
    long = CountdownFace(kind=CountdownKind.LATE, text="Rouse 3hr 12min late, tell the sergeant")
    widget.set_face(long)
    assert widget.text() == long.text
    assert widget.sizeHint().width() >= current().metrics("strong").horizontalAdvance(long.text)
    assert current().colours["dangerfill"] in colours_in(picture(widget))


def test_a_sync_mark_says_where_the_change_is(shown):
    icon = shown(SyncMarkIcon(SyncMark.LOCAL))
    assert icon.text() == icon.toolTip() == "Saved on this PC, waiting to send"
    before = picture(icon)
    icon.set_mark(SyncMark.CENTRAL, "Saved centrally at 14:31")
    assert icon.text() == icon.toolTip() == "Saved centrally at 14:31"
    assert picture(icon) != before
    assert min(icon.sizeHint().toTuple()) >= 24


def test_initials_are_read_as_the_persons_name(shown, put_on):
    avatar = shown(Avatar("Rhona Okafor", "RO", 0, 44))
    assert avatar.text() == "Rhona Okafor"
    assert current().colours["c1"] in colours_in(picture(avatar))
    put_on("light", 150)
    assert avatar.sizeHint() == QSize(66, 66)


@pytest.mark.parametrize("values", [(), (98,), (16, 18, 22)])
def test_a_sparkline_has_words_for_its_line(shown, values):
    line = shown(Sparkline("Respiration rate rising to 22", values, (12, 20)))
    assert line.text() == "Respiration rate rising to 22"
    assert line.grab().height() == line.sizeHint().height()
