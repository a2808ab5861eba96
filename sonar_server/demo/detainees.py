"""The made-up detainees: who they are and how they stand at the moment the demonstration opens.

Names are invented. Minutes are counted from that moment: negative is past.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.observation_set import Consciousness
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_core.records.task import TaskKind, TaskOwner

_CALM: Final[dict[str, Any]] = {
    "respiratory_rate": 16,
    "spo2": 97,
    "on_oxygen": False,
    "systolic_bp": 124,
    "diastolic_bp": 78,
    "pulse": 74,
    "consciousness": Consciousness.ALERT,
    "temperature": "36.8",
}
VITALS: Final[dict[int, dict[str, Any]]] = {
    0: _CALM,
    1: _CALM | {"pulse": 96},
    2: _CALM | {"pulse": 96, "spo2": 95},
    3: _CALM | {"pulse": 132},
    4: _CALM | {"pulse": 98, "spo2": 95, "respiratory_rate": 22},
    6: _CALM | {"pulse": 112, "spo2": 93, "respiratory_rate": 22},
    7: _CALM
    | {
        "respiratory_rate": 10,
        "spo2": 93,
        "consciousness": Consciousness.VOICE,
        "temperature": "35.9",
    },
}
"""Observations by the NEWS2 that they score; 3 is one single parameter of 3."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A fitness outcome; `told` is when the custody officer heard, None if nobody has told."""

    at: int
    outcome: Fitness = Fitness.FIT
    purpose: FitnessPurpose = FitnessPurpose.DETAINED
    conditions: tuple[str, ...] = ()
    reason: str = ""
    review: int | None = None
    told: int | None = None


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """An order with its last dose; `dose` is (minutes, what became of it, reason)."""

    medicine: str
    strength: str
    amount: str
    times: tuple[str, ...] = ()
    every: int | None = None
    dose: tuple[int, DoseOutcome, str] | None = None


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """An open task."""

    what: str
    due: int
    kind: TaskKind = TaskKind.OTHER
    owner: TaskOwner = TaskOwner.HEALTHCARE


@dataclass(frozen=True, kw_only=True)
class Detainee:
    """One person on the board. `news2` are (minutes, score) of their observations, oldest first."""

    cell: str
    number: int
    family: str
    given: str
    title: str
    age: int
    gender: Gender
    arrived: int
    level: int = 1
    check_every: int | None = 60
    rouse: bool = False
    news2: tuple[tuple[int, int], ...] = ()
    refused_at: int | None = None
    allergies: str | None = ""
    """A substance, "" for none known, None for not recorded."""
    flags: tuple[tuple[FlagCategory, str], ...] = ()
    orders: tuple[Ordered, ...] = ()
    tasks: tuple[ToDo, ...] = ()
    outcome: Decided | None = None
    referral: tuple[int, ReferralReason] | None = None
    notes: tuple[tuple[int, str], ...] = field(default=())


_OBS: Final = TaskKind.REPEAT_OBSERVATIONS
_CUSTODY: Final = TaskOwner.CUSTODY
_MALE, _FEMALE = Gender.MALE, Gender.FEMALE

DETAINEES: Final = (
    Detainee(
        cell="M1", number=3409, family="ADEYEMI", given="Tolu", title="Ms", age=28,
        gender=_FEMALE, arrived=-310, news2=((-142, 1),),
        orders=(Ordered(medicine="Sertraline", strength="50 mg", amount="50", times=("18:00",)),),
        tasks=(ToDo(what="Repeat observations", due=98, kind=_OBS),),
        outcome=Decided(at=-136, told=-128),
        notes=((-140, "Low mood for some months, no thoughts of self-harm today."),),
    ),
    Detainee(
        cell="M2", number=3411, family="BEGUM", given="Farhana", title="Mrs", age=41,
        gender=_FEMALE, arrived=-260, news2=((-182, 0),),
        flags=((FlagCategory.APPROPRIATE_ADULT, "Appropriate adult needed"),),
        outcome=Decided(
            at=-170, outcome=Fitness.FIT_WITH_CONDITIONS,
            conditions=("Appropriate adult for every interview",), told=-160,
        ),
    ),
    Detainee(
        cell="M4", number=3417, family="BARROW", given="Connor", title="Mr", age=37,
        gender=_MALE, arrived=-205, level=2, check_every=30, rouse=True,
        news2=((-170, 2), (-95, 3), (-30, 6)), allergies="Penicillin",
        flags=(
            (FlagCategory.VIOLENCE, "Two officers at every visit"),
            (FlagCategory.DRUGS, "Heroin daily, last used yesterday evening"),
            (FlagCategory.SELF_HARM, "Ligature in custody in 2024"),
        ),
        orders=(
            Ordered(
                medicine="Dihydrocodeine", strength="30 mg", amount="60", every=360,
                dose=(-347, DoseOutcome.GIVEN, ""),
            ),
        ),
        tasks=(
            ToDo(what="Repeat NEWS2", due=8, kind=_OBS),
            ToDo(what="Rouse check", due=8, kind=TaskKind.CHECK, owner=_CUSTODY),
            ToDo(what="Review fitness for interview", due=60, kind=TaskKind.REVIEW_FITNESS),
        ),
        outcome=Decided(
            at=-26, outcome=Fitness.NOT_FIT, purpose=FitnessPurpose.INTERVIEWED,
            reason="Unwell, NEWS2 6 and rising", review=60,
        ),
        notes=((-28, "Short of breath, productive cough, feels hot and cold."),),
    ),
    Detainee(
        cell="M5", number=3402, family="DUNNE", given="Patrick", title="Mr", age=52,
        gender=_MALE, arrived=-420, level=2, check_every=30, rouse=True,
        news2=((-240, 2), (-42, 3)),
        flags=((FlagCategory.ALCOHOL, "Drinks daily, fits on withdrawal in the past"),),
        orders=(
            Ordered(
                medicine="Chlordiazepoxide", strength="10 mg", amount="20", every=240,
                dose=(-242, DoseOutcome.GIVEN, ""),
            ),
        ),
        tasks=(
            ToDo(what="Rouse check", due=-6, kind=TaskKind.CHECK, owner=_CUSTODY),
            ToDo(what="Repeat CIWA-Ar", due=33, kind=TaskKind.REASSESS),
            ToDo(what="Repeat observations", due=78, kind=_OBS),
        ),
        outcome=Decided(
            at=-240, outcome=Fitness.FIT_WITH_CONDITIONS,
            conditions=("Rouse every 30 minutes",), told=-231,
        ),
    ),
    Detainee(
        cell="M6", number=3420, family="", given="", title="", age=25, gender=_MALE,
        arrived=-85, level=3, check_every=None, refused_at=-72, allergies=None,
        flags=((FlagCategory.SELF_HARM, "Said that he would harm himself here"),),
        tasks=(
            ToDo(what="Offer observations again", due=28, kind=_OBS),
            ToDo(what="Ask about allergies", due=58),
        ),
        referral=(-34, ReferralReason.SELF_HARM),
    ),
    Detainee(
        cell="M7", number=3415, family="EVANS", given="Rhys", title="Mr", age=19,
        gender=_MALE, arrived=-150, news2=((-90, 0),),
        tasks=(ToDo(what="Ring the general practice", due=120),),
        outcome=Decided(at=-84, told=-77),
    ),
    Detainee(
        cell="M8", number=3396, family="FERREIRA", given="Joao", title="Mr", age=33,
        gender=_MALE, arrived=-520, news2=((-420, 4), (-292, 2)), allergies=None,
        flags=((FlagCategory.LONG_TERM_CONDITION, "Type 2 diabetes"),),
        orders=(
            Ordered(
                medicine="Metformin", strength="500 mg", amount="500", times=("08:00", "20:00"),
                dose=(-390, DoseOutcome.GIVEN, ""),
            ),
        ),
        tasks=(
            ToDo(what="Blood glucose before the meal", due=150),
            ToDo(what="Decide between two versions of allergies", due=30),
        ),
        outcome=Decided(at=-285, told=-280),
    ),
    Detainee(
        cell="M9", number=3419, family="GRANT", given="Stuart", title="Mr", age=45,
        gender=_MALE, arrived=-80, allergies=None,
        referral=(-70, ReferralReason.MEDICATION),
    ),
    Detainee(
        cell="M10", number=3406, family="HUSSAIN", given="Imran", title="Mr", age=29,
        gender=_MALE, arrived=-390, level=2, check_every=30, rouse=True,
        news2=((-300, 1), (-52, 1)), allergies="Codeine",
        flags=((FlagCategory.VULNERABLE, "Head injury yesterday, seen in hospital"),),
        orders=(
            Ordered(
                medicine="Paracetamol", strength="500 mg", amount="1000", every=240,
                dose=(-142, DoseOutcome.GIVEN, ""),
            ),
        ),
        tasks=(ToDo(what="Repeat GCS and observations", due=68, kind=_OBS),),
        outcome=Decided(at=-280, told=-274),
    ),
    Detainee(
        cell="M11", number=3412, family="JACKSON", given="Leon", title="Mr", age=24,
        gender=_MALE, arrived=-240, level=4, check_every=None,
        news2=((-200, 2), (-60, 4), (-11, 7)),
        flags=(
            (FlagCategory.ALCOHOL, "Strong spirits before arrest"),
            (FlagCategory.DRUGS, "Tablets of unknown kind"),
        ),
        orders=(
            Ordered(
                medicine="Diazepam", strength="5 mg", amount="10", every=360,
                dose=(-12, DoseOutcome.WITHHELD, "Sedated"),
            ),
        ),
        tasks=(
            ToDo(what="Stay with the detainee until the crew is here", due=5),
            ToDo(what="Hand over to the ambulance crew", due=10),
            ToDo(what="Repeat observations", due=4, kind=_OBS),
            ToDo(what="Letter to the emergency department", due=15),
            ToDo(what="Find out which tablets", due=20, owner=_CUSTODY),
        ),
        outcome=Decided(
            at=-8, outcome=Fitness.NOT_FIT, reason="999 called, to hospital", told=-7,
        ),
        notes=((-8, "Rousable to voice only. 999 called, recovery position, airway clear."),),
    ),
    Detainee(
        cell="F1", number=3410, family="KOWALSKA", given="Ania", title="Miss", age=31,
        gender=_FEMALE, arrived=-280, news2=((-107, 1),),
        flags=((FlagCategory.LONG_TERM_CONDITION, "On a methadone programme"),),
        orders=(
            Ordered(medicine="Methadone", strength="1 mg/ml", amount="40", times=("22:00",)),
        ),
        tasks=(
            ToDo(what="Confirm the dose with the pharmacy", due=140),
            ToDo(what="Repeat observations", due=133, kind=_OBS),
        ),
        outcome=Decided(at=-98, told=-91),
    ),
    Detainee(
        cell="F2", number=3414, family="LENNOX", given="Shona", title="Ms", age=38,
        gender=_FEMALE, arrived=-190, level=2, check_every=30, rouse=True,
        news2=((-150, 2), (-57, 4)),
        flags=((FlagCategory.SELF_HARM, "Overdose in 2023"),),
        orders=(
            Ordered(
                medicine="Salbutamol", strength="100 micrograms", amount="200", every=240,
                dose=(-62, DoseOutcome.GIVEN, ""),
            ),
        ),
        tasks=(
            ToDo(what="Salbutamol review", due=28, kind=TaskKind.MEDICINE),
            ToDo(what="Rouse check", due=14, kind=TaskKind.CHECK, owner=_CUSTODY),
        ),
        outcome=Decided(at=-52, review=88, told=-48),
    ),
    Detainee(
        cell="F3", number=3418, family="MBEKI", given="Grace", title="Ms", age=27,
        gender=_FEMALE, arrived=-70, news2=((-30, 0),),
        tasks=(ToDo(what="See for fitness to be interviewed", due=54),),
        referral=(-6, ReferralReason.FITNESS_TO_INTERVIEW),
    ),
    Detainee(
        cell="D1", number=3416, family="NOWAK", given="Piotr", title="Mr", age=17,
        gender=_MALE, arrived=-140, news2=((-82, 0),),
        flags=(
            (FlagCategory.APPROPRIATE_ADULT, "Mother is here"),
            (FlagCategory.VULNERABLE, "Under 18"),
        ),
        tasks=(ToDo(what="Repeat observations", due=158, kind=_OBS),),
        outcome=Decided(
            at=-74, outcome=Fitness.FIT_WITH_CONDITIONS,
            conditions=("Appropriate adult present",), told=-67,
        ),
    ),
)  # fmt: skip
