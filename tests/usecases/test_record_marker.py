from __future__ import annotations

from sonar_core.records.flag import Flag, FlagCategory
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.record_marker import record_marker
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import make_desk, shown


def test_a_warning_marker_is_on_the_board_at_once():
    desk = make_desk()
    found = admitted(desk)
    text = " Self-harm history 2024 "
    marker, _ = record_marker(desk, found.patient, FlagCategory.SELF_HARM, text, is_urgent=True)
    assert shown(desk, Flag, marker).text == "Self-harm history 2024"
    (shown_marker,) = list_board(desk).rows[0].markers
    assert (shown_marker.category, shown_marker.is_urgent) == (FlagCategory.SELF_HARM, True)


def test_a_marker_without_words_is_refused():
    desk = make_desk()
    found = admitted(desk)
    said = problems_of(lambda: record_marker(desk, found.patient, FlagCategory.DRUGS, ""))
    assert said == {"text": "Enter what to know."}
