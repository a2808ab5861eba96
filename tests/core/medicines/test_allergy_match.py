from __future__ import annotations

import pytest

from sonar_core.medicines.allergy_match import matches


@pytest.mark.parametrize(
    ("substance", "medicine", "ingredients"),
    [
        ("Penicillin", "Penicillin V", ("phenoxymethylpenicillin",)),
        ("paracetamol", "Co-codamol", ("paracetamol", "codeine")),
        ("penicillin anaphylaxis", "Amoxicillin", ("amoxicillin",)),
        ("Aspirin", "Ibuprofen", ("ibuprofen",)),
        ("NSAIDs", "Naproxen", ("naproxen",)),
        ("CODEINE phosphate", "Codeine", ("codeine",)),
    ],
)
def test_an_allergy_is_about_its_substance_and_its_class(substance, medicine, ingredients):
    assert matches(substance, medicine, ingredients)


@pytest.mark.parametrize(
    ("substance", "medicine", "ingredients"),
    [
        ("penicillin", "Paracetamol", ("paracetamol",)),
        ("latex", "Salbutamol", ("salbutamol",)),
        ("codeine", "Dihydrocodeine", ("dihydrocodeine",)),
        ("", "Paracetamol", ("paracetamol",)),
        ("penicillin", "", ()),
    ],
)
def test_part_of_a_word_is_no_match(substance, medicine, ingredients):
    assert not matches(substance, medicine, ingredients)
