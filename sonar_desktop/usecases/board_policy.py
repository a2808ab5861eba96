"""The suite's settings for its board, kept on this PC."""

from __future__ import annotations

from sonar_core.board.policy import CUSTODY_CHECKS_SETTING, BoardPolicy, policy_from_setting
from sonar_desktop.usecases.ports import Reading


def board_policy(reading: Reading) -> BoardPolicy:
    """Return the policy; custody's own checks are counted only where the suite said so."""
    return policy_from_setting(reading.setting(CUSTODY_CHECKS_SETTING))
