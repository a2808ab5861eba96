"""Two hundred detainees, one of them with the longest name the record takes on one line."""

from __future__ import annotations

from typing import Final

from sonar_core.moments import moment_at
from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.medication_request import SupplyRoute
from sonar_core.records.observation_set import Consciousness
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.admit_detainee import Admitted, Arrival, Person, admit_detainee
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level

COUNT: Final = 200
LONG_FAMILY: Final = "FEATHERSTONEHAUGH-CHOLMONDELEY-MARJORIBANKS-WRIOTHESLEY-SMYT"
LONG_GIVEN: Final = "Maximiliana-Konstantina Aleksandra-Wilhelmina"
_FAMILIES: Final = (
    "Barrow", "Begum", "Carter", "Dyer", "Ferreira", "Hussain", "Jackson", "Kowalska", "Lennox",
    "Mensah", "Nowak", "O’Brien", "Patel", "Quaye", "Rossi", "Singh", "Tran", "Usman", "Webb",
)  # fmt: skip
_GIVEN: Final = ("Connor", "Amina", "Jo", "Leon", "Mary", "Oskar", "Priya", "Sam", "Tom", "Zofia")
_ZONE: Final = "Europe/London"


def fill(desk: Desk) -> str:
    """Admit everybody; return the stay of the one with the long name."""
    long = _write_long(desk)
    for number in range(1, COUNT):
        admitted = _admit(
            desk,
            f"{'MF'[number % 2]}{number // 2 + 1}",
            Person(
                family=f"{_FAMILIES[number % 19]}",
                given=_GIVEN[number % 10],
                gender=Gender.MALE if number % 2 else Gender.FEMALE,
                birth_date=f"{1950 + number % 55}-0{number % 9 + 1}-14",
            ),
            20 + number % 400,
            number,
        )
        if number % 4:
            _look_after(desk, admitted, number)
    return long


def _admit(desk: Desk, cell: str, person: Person, minutes: int, number: int) -> Admitted:
    at = moment_at(desk.clock.now_ms() - minutes * 60_000, _ZONE)
    arrival = Arrival(
        person=person,
        custody_record_number=f"SG/{4000 + number}/26",
        cell=cell,
        arrived_at=at,
        detained_for="Theft",
        requested_at=at,
        requested_by="Sgt Marsh",
        reasons=(ReferralReason.FITNESS_TO_DETAIN,),
        target_minutes=60,
    )
    return admit_detainee(desk, arrival)[0]


def _look_after(desk: Desk, admitted: Admitted, number: int) -> None:
    level = (1, 1, 2, 1, 2, 1, 3)[number % 7]
    setting = CareSetting(
        episode=admitted.episode,
        level=level,
        check_every_minutes=60 if level == 1 else 30 if level < 3 else None,  # noqa: PLR2004
        rouse=level == 2,  # noqa: PLR2004
        reason="As assessed on arrival",
    )
    set_care_level(desk, setting)
    _observe(desk, admitted, 14 + number % 9, 98 - number % 5, 120 - number % 13)


def _observe(desk: Desk, admitted: Admitted, rr: int, spo2: int, systolic: int) -> None:
    signing = Signing(episode=admitted.episode, performed_at=moment_at(desk.clock.now_ms(), _ZONE))
    measured = Measured(
        respiratory_rate=rr,
        spo2=spo2,
        on_oxygen=False,
        systolic_bp=systolic,
        diastolic_bp=62,
        pulse=72 + systolic % 40,
        consciousness=Consciousness.ALERT,
        temperature="36.6",
    )
    record_observations(desk, Observing(signing=signing, measured=measured))


def _write_long(desk: Desk) -> str:
    person = Person(
        family=LONG_FAMILY,
        given=LONG_GIVEN,
        title="Professor",
        gender=Gender.FEMALE,
        birth_date="1981-05-30",
        aliases=("Featherstone-Smythe", "Max Marjoribanks"),
        language="Scottish Gaelic",
        interpreter_needed=True,
    )
    admitted = _admit(desk, "F1", person, 30, 0)
    for category, words in (
        (FlagCategory.SELF_HARM, "Self-harm with a ligature in custody in 2024 and in 2025"),
        (FlagCategory.DRUGS, "Suspected opioids, pregabalin and alcohol taken today"),
        (FlagCategory.LONG_TERM_CONDITION, "Insulin-dependent diabetes with hypoglycaemia"),
    ):
        record_marker(
            desk, admitted.patient, category, words, is_urgent=category is FlagCategory.SELF_HARM
        )
    allergy = AllergyEntry(
        substance="Trimethoprim-sulfamethoxazole",
        reaction="Stevens-Johnson syndrome, hospital for eleven days",
        severity=AllergySeverity.LIFE_THREATENING,
    )
    record_allergy(desk, admitted.patient, allergy)
    _look_after(desk, admitted, 6)
    _observe(desk, admitted, 21, 94, 104)
    now = moment_at(desk.clock.now_ms(), _ZONE)
    deciding = Deciding(
        signing=Signing(episode=admitted.episode, performed_at=now),
        purpose=FitnessPurpose.INTERVIEWED,
        outcome=Fitness.NOT_FIT,
        reason="Drowsy after opioids, NEWS2 6; to be seen again before any interview is thought of",
    )
    record_fitness_outcome(desk, deciding)
    due = moment_at(desk.clock.now_ms() + 900_000, _ZONE)
    what = "Repeat observations and ask again about the tablets that were found in the left shoe"
    add_task(desk, admitted.episode, NewTask(what=what, due_at=due))
    order_medicine(
        desk,
        Ordering(
            episode=admitted.episode,
            medicine="Isophane insulin human (Humulin I KwikPen)",
            form="suspension for injection",
            strength="100 units/mL",
            ingredients=("insulin",),
            dose="12",
            unit="units",
            route="subcutaneous",
            authority=SupplyRoute.PSD,
            authorised_by="Dr Lena Marek",
            due_times=("08:00", "18:00"),
        ),
    )
    return admitted.episode
