"""The workload of the benchmark as the product's own records: 30 an episode, the same from a seed.

The numbers follow the common workload, and so do the sizes as far as typed records go: 1 patient,
1 episode, 3 assessments of about 2 kB with 40 answers, 5 notes of about 600 B. 12 observation sets
and 1 order with 7 doses are about 430 B where it has 300: who, whom and when take 300 of them. The
mean, 600 B, is above its 592 (`MEAN_BYTES`). The last forty people are still in custody, which is a
full suite; everybody before them was released.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from sonar_core.ids import uuid7
from sonar_core.moments import Moment
from sonar_core.records.assessment import Assessment
from sonar_core.records.base import Record
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_core.records.patient import Gender, Patient

RECORDS_AN_EPISODE = 30
OPEN_EPISODES = 40
MEAN_BYTES = 592
"""The common workload's mean; ours must not be smaller."""
_START_MS = 1_790_000_000_000
_WORDS = (  # noqa: SIM905
    "alert settled distressed bruising forearm denies reports alcohol withdrawal asthma insulin "
    "epilepsy medicine observed calm agitated refused consented officer advised review hourly "
    "rousing transfer hospital adult interview release vulnerable history self harm"
).split()
_FAMILIES = ("Adeyemi", "Begum", "Barrow", "Dunne", "Evans", "Ferreira", "Grant", "Mbeki")
_GIVEN = ("Tolu", "Farhana", "Connor", "Patrick", "Rhys", "Joao", "Stuart", "Imran")


class Caseload:
    """Records of made-up people; `seed` fixes every byte."""

    def __init__(self, site: str, author: str, seed: int = 1) -> None:
        """Take the suite and the author that every record names."""
        self._site = site
        self._author = author
        self._random = random.Random(seed)
        self._ms = _START_MS

    def episodes(self, count: int) -> Iterator[list[Record]]:
        """Yield the 30 records of each of `count` episodes, parents first."""
        for number in range(count):
            is_open = number >= count - OPEN_EPISODES
            status = EpisodeStatus.OPEN if is_open else EpisodeStatus.RELEASED
            yield list(self._episode(number, status))

    def note(self, patient: str, episode: str) -> Note:
        """Return one more note of about 600 B about somebody."""
        return Note(
            **self._fact(patient, episode), category=NoteCategory.CLINICAL, text=self._text(280)
        )

    def observations(self, patient: str, episode: str) -> ObservationSet:
        """Return one more set of observations."""
        pick = self._random.randint
        return ObservationSet(
            **self._fact(patient, episode),
            respiratory_rate=pick(10, 30),
            spo2=pick(88, 100),
            on_oxygen=False,
            systolic_bp=pick(90, 190),
            diastolic_bp=pick(50, 110),
            pulse=pick(50, 130),
            consciousness=Consciousness.ALERT,
            temperature=f"{pick(35, 39)}.{pick(0, 9)}",
        )

    def arrival(self, number: int) -> tuple[Patient, CustodyEpisode]:
        """Return one more person in custody, of whom nothing else is known."""
        patient = self._patient()
        return patient, self._stay(patient, number, EpisodeStatus.OPEN)

    def _episode(self, number: int, status: EpisodeStatus) -> Iterator[Record]:
        patient = self._patient()
        episode = self._stay(patient, number, status)
        yield patient
        yield episode
        for _ in range(3):
            yield self._assessment(patient.id, episode.id)
        for _ in range(12):
            yield self.observations(patient.id, episode.id)
        order = self._order(patient.id, episode.id)
        yield order
        for _ in range(7):
            yield self._dose(order)
        for _ in range(5):
            yield self.note(patient.id, episode.id)

    def _patient(self) -> Patient:
        pick = self._random.choice
        return Patient(
            id=self._id(),
            family=pick(_FAMILIES),
            given=pick(_GIVEN),
            birth_date=f"19{self._random.randint(50, 99)}-03-04",
            gender=pick([Gender.MALE, Gender.FEMALE]),
            address=self._text(60),
            general_practice=self._text(40),
        )

    def _stay(self, patient: Patient, number: int, status: EpisodeStatus) -> CustodyEpisode:
        return CustodyEpisode(
            id=self._id(),
            patient=patient.id,
            site=self._site,
            custody_record_number=f"NF/{number:05d}/26",
            arrived_at=self._moment(),
            detained_for=self._text(60),
            cell=f"M{number + 1}",
            status=status,
        )

    def _assessment(self, patient: str, episode: str) -> Assessment:
        answers = {
            f"f{number:02d}-{_WORDS[number % len(_WORDS)]}": (self._text(9 + 16 * (number % 2)),)
            for number in range(40)
        }
        return Assessment(
            **self._fact(patient, episode),
            questionnaire="urn:sonar:bench",
            questionnaire_version="0.1",
            answers=answers,
            answered=40,
            relevant=40,
        )

    def _order(self, patient: str, episode: str) -> MedicationRequest:
        return MedicationRequest(
            id=self._id(),
            patient=patient,
            episode=episode,
            medicine="Paracetamol",
            form="tablet",
            strength="500 mg",
            ingredients=("paracetamol",),
            dose="1000",
            unit="mg",
            route="oral",
            authority=SupplyRoute.PGD,
            authorised_by=self._author,
            interval_minutes=240,
            maximum_24h="4000",
            start_at=self._moment(),
        )

    def _dose(self, order: MedicationRequest) -> MedicationAdministration:
        return MedicationAdministration(
            **self._fact(order.patient, order.episode),
            request=order.id,
            medicine=order.medicine,
            strength=order.strength,
            code=DoseOutcome.GIVEN,
            dose="1000",
            unit="mg",
            route="oral",
            identity_confirmed=True,
        )

    def _fact(self, patient: str, episode: str) -> dict[str, object]:
        moment = self._moment()
        return {
            "id": self._id(),
            "patient": patient,
            "episode": episode,
            "performed_at": moment,
            "recorded_at": moment,
            "recorded_by": self._author,
            "performed_by": self._author,
        }

    def _moment(self) -> Moment:
        self._ms += self._random.randint(1_000, 60_000)
        return Moment(utc_ms=self._ms, zone="Europe/London", offset_minutes=0)

    def _id(self) -> str:
        self._ms += 1
        return uuid7(self._ms, self._random.randbytes(10))

    def _text(self, size: int) -> str:
        words: list[str] = []
        length = 0
        while length < size:
            words.append(self._random.choice(_WORDS))
            length += len(words[-1]) + 1
        return " ".join(words)[:size]
