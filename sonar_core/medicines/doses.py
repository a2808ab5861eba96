"""Which entries on the chart are doses that were taken."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from sonar_core.conflicts import standing_facts, written_order
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration

TAKEN: Final = frozenset(
    {
        DoseOutcome.GIVEN,
        DoseOutcome.GIVEN_BY_CUSTODY,
        DoseOutcome.PARTLY_GIVEN,
        DoseOutcome.VOMITED,
    }
)
"""Codes under which something was swallowed. A vomited dose counts: how much stayed is unknown."""


def entries(
    administrations: Iterable[MedicationAdministration], lost: frozenset[str] = frozenset()
) -> list[MedicationAdministration]:
    """Return the entries that stand, oldest first; struck out and replaced ones are left out."""
    standing = standing_facts(administrations, lost)
    kept = [one for one in standing if one.code is not DoseOutcome.ENTERED_IN_ERROR]
    return sorted(kept, key=written_order)


def doses_taken(
    administrations: Iterable[MedicationAdministration], lost: frozenset[str] = frozenset()
) -> list[MedicationAdministration]:
    """Return the entries of doses that were taken, oldest first."""
    return [one for one in entries(administrations, lost) if one.code in TAKEN]


def amount(text: str | None) -> Decimal | None:
    """Return decimal text as a number, None for nothing or for what is not a finite number."""
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
