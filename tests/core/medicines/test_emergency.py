from __future__ import annotations

import pytest

from sonar_core.medicines.emergency import DEFAULT_EMERGENCY_LIST


@pytest.mark.parametrize(
    ("ingredients", "route", "strength", "listed"),
    [
        (("Naloxone",), "intramuscular", "400 micrograms/mL", True),
        (("adrenaline",), "Intramuscular", "1 mg/mL", True),
        (("glucose",), "oral", "40 %", True),
        (("salbutamol",), "inhaled", "100 micrograms", True),
        (("salbutamol",), "oral", "2 mg", False),
        (("aspirin",), "oral", "300 mg", True),
        (("aspirin",), "oral", "75 mg", False),
        (("diazepam",), "rectal", "10 mg", True),
        (("diazepam",), "oral", "5 mg", False),
        (("midazolam",), "buccal", "10 mg", True),
        (("methadone",), "oral", "1 mg/mL", False),
        (("naloxone", "buprenorphine"), "sublingual", "2 mg", False),
        ((), "oral", "", False),
    ],
)
def test_only_the_emergency_use_of_a_medicine_is_on_the_list(ingredients, route, strength, listed):
    assert DEFAULT_EMERGENCY_LIST.holds(ingredients, route=route, strength=strength) is listed


def test_the_list_is_named_versioned_and_says_that_nobody_signed_it_off():
    assert (DEFAULT_EMERGENCY_LIST.name, DEFAULT_EMERGENCY_LIST.version) == (
        "sonar-emergency-medicines",
        "0.1",
    )
    assert not DEFAULT_EMERGENCY_LIST.clinically_signed_off
