from __future__ import annotations

from sonar_desktop.ui.viewmodels.flaw import Flaw, beside, first_flawed, flaw_of_reason


def test_the_first_flaw_in_reading_order_is_gone_to():
    flaws = {"pulse": Flaw(text="x"), "spo2": Flaw(text="y")}
    assert first_flawed(("spo2", "pulse"), flaws) == "spo2"


def test_a_flaw_outside_the_order_is_still_gone_to_and_none_is_none():
    assert first_flawed(("spo2",), {"else": Flaw(text="x")}) == "else"
    assert first_flawed(("spo2",), {}) is None


def test_a_reason_has_at_least_ten_characters_without_the_blanks_around_it():
    assert flaw_of_reason("   too short   ") == Flaw(text="Write why, in at least 10 characters.")
    assert flaw_of_reason("long enough") is None


def test_what_belongs_beside_no_field_is_one_text():
    problems = (("spo2", "Too high."), ("amending", "Open it again"), ("purpose", "Decide first."))
    assert beside(problems, ("spo2", "pulse")) == (
        {"spo2": Flaw(text="Too high.")},
        "Open it again. Decide first.",
    )
