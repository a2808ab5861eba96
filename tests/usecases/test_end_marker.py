from __future__ import annotations

import pytest

from sonar_core.records.flag import Flag, FlagCategory, FlagStanding
from sonar_desktop.usecases.end_marker import end_marker
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.record_marker import record_marker
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import make_desk, shown


@pytest.mark.parametrize(
    ("in_error", "standing"),
    [(False, FlagStanding.INACTIVE), (True, FlagStanding.ENTERED_IN_ERROR)],
)
def test_a_marker_that_ended_leaves_the_board_with_its_reason_kept(in_error, standing):
    desk = make_desk()
    found = admitted(desk)
    marker, _ = record_marker(desk, found.patient, FlagCategory.ALCOHOL, "Withdrawing")
    end_marker(desk, marker, "Scored 0 for two days", entered_in_error=in_error)
    record = shown(desk, Flag, marker)
    assert (record.status, record.status_reason) == (standing, "Scored 0 for two days")
    assert list_board(desk).rows[0].markers == ()
    assert end_marker(desk, marker, "Scored 0 for two days")[0] is None


def test_a_marker_does_not_end_without_a_reason():
    desk = make_desk()
    found = admitted(desk)
    marker, _ = record_marker(desk, found.patient, FlagCategory.ALCOHOL, "Withdrawing")
    said = problems_of(lambda: end_marker(desk, marker, "gone"))
    assert said == {"reason": "Write why, in at least 10 characters."}
