"""Record a warning marker of a person."""

from __future__ import annotations

from sonar_core.records.flag import Flag, FlagCategory
from sonar_core.records.patient import Patient
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


def record_marker(
    desk: Desk, patient: str, category: FlagCategory, text: str, *, is_urgent: bool = False
) -> tuple[str, Changed]:
    """Write the marker; return its id. Raises InputError without words, RoleError."""
    require(desk.actor, Duty.KEEP_MARKERS)
    problems = Problems()
    problems.require("text", text, "what to know")
    problems.raise_if_any()

    def act(writing: Writing) -> str:
        existing(writing, Patient, patient)
        marker = Flag(
            id=desk.ids.new(),
            patient=patient,
            category=category,
            text=text.strip(),
            is_urgent=is_urgent,
        )
        writing.record(marker)
        return marker.id

    return desk.store.write(desk.actor, "record_marker", act)
