"""Two PCs of one suite that wrote at the same time, and what comes of it."""

from __future__ import annotations

from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.record_allergy import AllergyEntry, change_allergy, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from tests.ui.conftest import LENA, RHONA
from tests.ui.two_pcs import SAM, OtherPc, Server


class Disputes:
    """Rhona's PC is offline, Sam's is online; `meet` lets both reach the server."""

    def __init__(self, *, seed, clock, store, background, folder) -> None:
        self.seed, self.clock, self._store, self._background = seed, clock, store, background
        self.server = Server(clock)
        self.server.knows(RHONA, SAM, LENA)
        self.other = OtherPc(folder, clock)
        self.other.is_in_contact = True

    @property
    def here(self) -> Desk:
        return self.seed.desk

    @property
    def there(self) -> Desk:
        return self.other.desk

    def admit(self, cell: str = "M11", family: str = "JACKSON", given: str = "Leon"):
        """Somebody whom both PCs know."""
        admitted = self.seed.admit(cell, family, given)
        self.meet()
        return admitted

    def send(self) -> None:
        """This PC reaches the server."""
        self._background.tell_changed(self.server.exchange(self._store.sync))

    def send_other(self) -> None:
        self.server.exchange(self.other.opened.sync)

    def meet(self) -> None:
        """The other PC reaches the server first, then this one, then each hears the other."""
        self.send_other()
        self.send()
        self.send_other()

    def levels(self, admitted) -> None:
        """Level 3 there, level 2 here."""
        self.level(self.there, admitted, 3, None, "Head-banging")
        self.level(self.here, admitted, 2, 30, "Intoxicated")
        self.meet()

    def level(self, desk: Desk, admitted, level: int, minutes: int | None, why: str) -> None:
        setting = CareSetting(
            episode=admitted.episode,
            level=level,
            check_every_minutes=minutes,
            rouse=minutes is not None,
            reason=why,
        )
        set_care_level(desk, setting)

    def outcomes(self, admitted) -> None:
        """Fit there, not fit here."""
        self.outcome(self.there, admitted, Fitness.FIT, "Settled")
        self.outcome(self.here, admitted, Fitness.NOT_FIT, "Drowsy")
        self.meet()

    def outcome(self, desk: Desk, admitted, outcome: Fitness, why: str) -> None:
        signing = Signing(episode=admitted.episode, performed_at=self.seed.moment(3))
        deciding = Deciding(
            signing=signing, purpose=FitnessPurpose.INTERVIEWED, outcome=outcome, reason=why
        )
        record_fitness_outcome(desk, deciding)

    def allergies(self, admitted) -> str:
        """A rash there, anaphylaxis here, of the same substance; returns the allergy's id."""
        allergy, _ = record_allergy(
            self.here, admitted.patient, AllergyEntry(substance="Penicillin", source="Detainee")
        )
        self.meet()
        there = AllergyEntry(
            substance="Penicillin",
            reaction="rash as a child",
            severity=AllergySeverity.MILD,
            source="Summary Care Record",
        )
        here = AllergyEntry(
            substance="Penicillin",
            reaction="throat closed",
            severity=AllergySeverity.LIFE_THREATENING,
            source="Detainee",
        )
        change_allergy(self.there, allergy, there)
        change_allergy(self.here, allergy, here)
        self.meet()
        return allergy

    def close(self) -> None:
        self.other.close()


def drain(qtbot, background) -> None:
    """Wait until what was asked of the store has been answered, before the store is closed."""
    answered = []
    background.act(
        lambda: None, lambda _: background.look(lambda: None, lambda _: answered.append(True))
    )
    qtbot.waitUntil(lambda: bool(answered))
