from __future__ import annotations

from sonar_core.clinical.refusal import ClinicalRefusal


def test_a_refusal_is_a_value_error_that_carries_its_sentence():
    refusal = ClinicalRefusal("Pulse must be a whole number.")

    assert isinstance(refusal, ValueError)
    assert str(refusal) == "Pulse must be a whole number."
