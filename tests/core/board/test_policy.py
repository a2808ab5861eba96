from __future__ import annotations

import pytest

from sonar_core.board.policy import DEFAULT_POLICY, policy_from_setting


def test_the_default_is_named_versioned_and_says_that_nobody_signed_it_off():
    assert (DEFAULT_POLICY.name, DEFAULT_POLICY.version) == ("sonar-board-policy", "0.1")
    assert not DEFAULT_POLICY.clinically_signed_off
    assert not DEFAULT_POLICY.custody_checks_recorded_here


@pytest.mark.parametrize(("setting", "here"), [(None, False), ("no", False), ("yes", True)])
def test_custody_checks_are_counted_only_where_the_suite_says_yes(setting, here):
    assert policy_from_setting(setting).custody_checks_recorded_here is here
