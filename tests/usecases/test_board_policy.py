from __future__ import annotations

import pytest

from sonar_desktop.usecases.board_policy import board_policy
from tests.usecases.fakes import make_desk, store_of


@pytest.mark.parametrize(
    ("setting", "counted"), [(None, False), ("no", False), ("perhaps", False), ("yes", True)]
)
def test_custody_checks_are_not_counted_here_unless_the_suite_said_yes(setting, counted):
    desk = make_desk()
    if setting is not None:
        store_of(desk).state.settings["custody_checks_recorded_here"] = setting
    assert desk.store.read(board_policy).custody_checks_recorded_here is counted
