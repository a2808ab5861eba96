from __future__ import annotations

from sonar_core.board.levels import IS_CLINICALLY_SIGNED_OFF, LEVELS, level_name, plan_of


def test_the_four_levels_have_names_and_default_checks_nobody_signed_off_yet():
    assert [(plan.level, plan.name, plan.check_every_minutes, plan.rouse) for plan in LEVELS] == [
        (1, "General", 60, False),
        (2, "Intermittent", 30, True),
        (3, "Constant", None, False),
        (4, "Close", None, False),
    ]
    assert not IS_CLINICALLY_SIGNED_OFF


def test_a_level_of_a_newer_program_has_no_name():
    assert plan_of(2) == LEVELS[1]
    assert plan_of(5) is None
    assert (level_name(3), level_name(5)) == ("Constant", "")
