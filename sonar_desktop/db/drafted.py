"""Of whom somebody drafts on this PC: that keeps here what would go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sonar_core import ids

_PLACES: Final = "SELECT DISTINCT episode FROM draft WHERE episode IS NOT NULL"
_PEOPLE: Final = (
    "SELECT patient FROM record WHERE id = ?1 UNION SELECT patient FROM record WHERE episode = ?1 "
    "UNION SELECT patient FROM pending WHERE id = ?1 OR episode = ?1"
)


def stays(raw: Any) -> set[bytes]:
    """Return the stays, or whatever else they name by an id, that drafts are about."""
    return {ids.to_bytes(name) for (name,) in raw.execute(_PLACES) if ids.is_id(name)}


def people(raw: Any) -> set[bytes]:
    """Return the people whom drafts are about, as far as their records are shown here."""
    return {
        patient for stay in stays(raw) for (patient,) in raw.execute(_PEOPLE, (stay,)).fetchall()
    }


def keeps(raw: Any) -> Callable[[bytes | None, bytes | None], bool]:
    """Return whether a record, by person and stay, is of a stay drafted in or of its person alone.

    A record of no stay is its person's alone.
    """
    persons, drafted = people(raw), stays(raw)
    return lambda patient, stay: stay in drafted if stay else patient in persons
