"""Medicines that nothing in the program may hold up.

Source: decision 37 (naloxone, adrenaline, glucose, glucagon, oxygen, salbutamol, aspirin 300 mg,
glyceryl trinitrate, a benzodiazepine for a fit). A named, versioned default of ours, **not
clinically signed off**; a service signs its own in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec


class EmergencyMedicine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: `routes` and `strength` narrow it where the same medicine is also for daily use.

    `ingredient` and `routes` are in lower case.
    """

    ingredient: str
    for_what: str
    routes: tuple[str, ...] = ()
    strength: str | None = None


class EmergencyList(msgspec.Struct, frozen=True, kw_only=True):
    """A named list and whether a clinician has signed it off."""

    name: str
    version: str
    clinically_signed_off: bool
    medicines: tuple[EmergencyMedicine, ...]

    def holds(self, ingredients: Iterable[str], *, route: str, strength: str) -> bool:
        """Return whether a product of exactly one listed ingredient is one of the list."""
        names = [name.casefold() for name in ingredients]
        return len(names) == 1 and any(
            entry.ingredient == names[0]
            and (not entry.routes or route.casefold() in entry.routes)
            and entry.strength in {None, strength}
            for entry in self.medicines
        )


def _entry(
    ingredient: str, for_what: str, *routes: str, strength: str | None = None
) -> EmergencyMedicine:
    return EmergencyMedicine(
        ingredient=ingredient, for_what=for_what, routes=routes, strength=strength
    )


DEFAULT_EMERGENCY_LIST: Final = EmergencyList(
    name="sonar-emergency-medicines",
    version="0.1",
    clinically_signed_off=False,
    medicines=(
        _entry("naloxone", "suspected opioid overdose"),
        _entry("adrenaline", "anaphylaxis", "intramuscular"),
        _entry("glucose", "low blood glucose"),
        _entry("glucagon", "low blood glucose"),
        _entry("oxygen", "low oxygen saturation"),
        _entry("salbutamol", "acute asthma", "inhaled", "nebulised"),
        _entry("aspirin", "suspected heart attack", strength="300 mg"),
        _entry("glyceryl trinitrate", "chest pain", "sublingual"),
        _entry("midazolam", "a fit that does not stop", "buccal"),
        _entry("diazepam", "a fit that does not stop", "rectal"),
    ),
)
