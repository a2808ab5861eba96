"""How each kind that is sent again opens: on which tab, and with what typed.

Every form that writes a fact can be filled with one that was signed. `FORMS` of
`usecases/held_entry.py` names the same kinds; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sonar_core.records.assessment import Assessment
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_desktop.ui.viewmodels.workplace import Tab

FORM_TABS: Final[Mapping[str, Tab]] = {
    Note.__name__: Tab.SUMMARY,
    ObservationSet.__name__: Tab.OBSERVATIONS,
    Assessment.__name__: Tab.ASSESSMENT,
    FitnessOutcome.__name__: Tab.SUMMARY,
    OutcomeTold.__name__: Tab.SUMMARY,
    MedicationAdministration.__name__: Tab.MEDICINES,
}
