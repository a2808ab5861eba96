"""A detainee with medicines on order, for the tests of the chart."""

from __future__ import annotations

from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import SupplyRoute
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy


class MedicineStory:
    """Connor Barrow in M4, who arrived two and a half hours ago."""

    def __init__(self, seed, *, allergies: bool = True) -> None:
        self.seed = seed
        self.admitted = seed.admit("M4", "BARROW", "Connor", minutes_ago=150)
        if allergies:
            entry = AllergyEntry(substance="Penicillin", reaction="anaphylaxis")
            record_allergy(seed.desk, self.admitted.patient, entry)

    @property
    def episode(self) -> str:
        return self.admitted.episode

    def order(self, medicine: str = "Dihydrocodeine", **other):
        fields = {
            "strength": "30 mg",
            "form": "tablet",
            "ingredients": (medicine.lower(),),
            "dose": "30",
            "unit": "mg",
            "route": "oral",
            "authority": SupplyRoute.PGD,
            "authorised_by": "014 v3",
            "start_at": self.seed.moment(120),
        } | other
        ordering = Ordering(episode=self.episode, medicine=medicine, **fields)
        return order_medicine(self.seed.desk, ordering)[0]

    def regular(self, **other):
        """Due at 14:30, two minutes ago."""
        fields = {"due_times": ("14:30", "20:30"), "interval_minutes": 240, "maximum_24h": "60"}
        return self.order(**(fields | other))

    def needed(self, medicine: str = "Paracetamol", **other):
        fields = {"as_needed": True, "interval_minutes": 240, "maximum_24h": "60"}
        return self.order(medicine, **(fields | other))

    def naloxone(self):
        return self.order(
            "Naloxone",
            strength="400 micrograms/mL",
            form="injection",
            dose="400",
            unit="micrograms",
            route="intramuscular",
        )

    def give(self, order, code=DoseOutcome.GIVEN, ago: int = 60, dose: str | None = "30", **other):
        giving = Giving(
            signing=Signing(episode=self.episode, performed_at=self.seed.moment(ago)),
            request=order.id,
            code=code,
            dose=dose,
            identity_confirmed=True if code is DoseOutcome.GIVEN else None,
            **other,
        )
        return give_medicine(self.seed.desk, giving)[0]
