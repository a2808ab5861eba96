"""Whether an allergy is about a medicine: by its substance, or by a class they share.

The classes are a named, versioned default of ours, **not clinically signed off**, and small: they
hold what custody medical rooms stock. A match may be too wide and is then overruled by a person
with a reason; it never claims that no match means safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

VERSION: Final = "sonar-allergy-classes/0.1"

ALLERGY_CLASSES: Final[dict[str, frozenset[str]]] = {
    "penicillins": frozenset(
        {
            "penicillin",
            "penicillins",
            "phenoxymethylpenicillin",
            "benzylpenicillin",
            "amoxicillin",
            "ampicillin",
            "flucloxacillin",
            "co-amoxiclav",
            "pivmecillinam",
        }
    ),
    "non-steroidal anti-inflammatory medicines": frozenset(
        {
            "nsaid",
            "nsaids",
            "aspirin",
            "ibuprofen",
            "naproxen",
            "diclofenac",
            "mefenamic acid",
        }
    ),
}

_WORD: Final = re.compile(r"[a-z0-9-]+")


def matches(substance: str, medicine: str, ingredients: Iterable[str]) -> bool:
    """Return whether an allergy to the substance is about the medicine.

    Names are compared as whole words, whatever their case: "penicillin V" is about "penicillin".
    """
    allergic = _folded(substance)
    names = [_folded(name) for name in (medicine, *ingredients)]
    if not allergic:
        return False
    if any(_holds(name, allergic) or _holds(allergic, name) for name in names if name):
        return True
    return any(
        _names_one_of(allergic, members) and any(_names_one_of(name, members) for name in names)
        for members in ALLERGY_CLASSES.values()
    )


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _holds(text: str, words: str) -> bool:
    return f" {words} " in f" {text} "


def _names_one_of(text: str, members: frozenset[str]) -> bool:
    return any(_holds(text, member) for member in members)
