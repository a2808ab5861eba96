"""Two PCs of one suite with a person, an order for paracetamol, and a server between them."""

from __future__ import annotations

from typing import Any

from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.task import Task
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.usecases.clinic import admitted, paracetamol
from tests.usecases.fakes import DOCTOR, Server, clock_of, make_desk, signing, sync


class TwoPCs:
    """Both know the person and the order; what they do then, the other sees after `sync`."""

    def __init__(self) -> None:
        self.server = Server()
        self.nurse = make_desk("pc1")
        self.doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(self.nurse))
        self.found = admitted(self.nurse)
        review_allergies(self.nurse, self.found.patient, AllergyKnowledge.NONE_KNOWN)
        self.order, _ = order_medicine(self.nurse, self.ordering())
        clock_of(self.nurse).forward(600)
        self.sync()

    def ordering(self, **other: Any) -> Any:
        return paracetamol(self.found.episode, **other)

    def sync(self) -> None:
        sync(self.server, self.nurse, self.doctor)

    def give(
        self,
        desk: Desk,
        minutes_ago: int,
        order: MedicationRequest | None = None,
        **other: Any,
    ) -> MedicationAdministration:
        """Give a dose with the checks that this PC makes."""
        under = order or self.order
        giving = {
            "signing": signing(desk, under.episode, minutes_ago),
            "request": under.id,
            "code": DoseOutcome.GIVEN,
            "dose": "1000",
            "identity_confirmed": True,
        }
        return give_medicine(desk, Giving(**(giving | other)))[0]

    def waiting(self, desk: Desk, episode: str | None = None) -> list[Task]:
        """The broken rules among the tasks of the record; the board says the same ones."""
        head = read_record(desk, episode or self.found.episode)
        found = [task for task in head.tasks if not task.created_by and task.done_at is None]
        assert head.row is not None
        assert {line.task for line in head.row.broken} == {task.id for task in found}
        assert {task.id for task in found} <= {task.id for task in head.row.tasks}
        return found
