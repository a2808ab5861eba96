"""A detainee to work with, and the small inputs the tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.medication_request import SupplyRoute
from sonar_core.records.observation_set import Consciousness
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_desktop.usecases.admit_detainee import Admitted, Arrival, Person, admit_detainee
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.order_medicine import Ordering
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.record_fitness_outcome import Deciding
from sonar_desktop.usecases.score_observations import Measured
from tests.usecases.fakes import clock_of, signing

BARROW = Person(
    family="Barrow",
    given="Connor",
    title="Mr",
    birth_date="1989-03-04",
    gender=Gender.MALE,
    aliases=("Mick Farrow",),
    nhs_number="9990417261",
)

MEASURED = Measured(
    respiratory_rate=21,
    spo2=94,
    on_oxygen=False,
    systolic_bp=104,
    diastolic_bp=62,
    pulse=112,
    consciousness=Consciousness.ALERT,
    temperature="36.4",
)
"""NEWS2 6, medium, as in the picture of the record."""


def arrival(desk: Desk, **other: Any) -> Arrival:
    given = {
        "person": BARROW,
        "custody_record_number": "NF/3417",
        "cell": "M4",
        "arrived_at": clock_of(desk).moment(120),
        "requested_at": clock_of(desk).moment(34),
        "requested_by": "Sgt Marsh",
        "reasons": (ReferralReason.INTOXICATION, ReferralReason.MEDICATION),
        "target_minutes": 60,
    }
    return Arrival(**(given | other))


def admitted(desk: Desk, **other: Any) -> Admitted:
    return admit_detainee(desk, arrival(desk, **other))[0]


def not_fit(desk: Desk, episode: str, **other: Any) -> Deciding:
    given = {
        "signing": signing(desk, episode),
        "purpose": FitnessPurpose.INTERVIEWED,
        "outcome": Fitness.NOT_FIT,
        "reason": "Drowsy after opioid use",
    }
    return Deciding(**(given | other))


def paracetamol(episode: str, **other: Any) -> Ordering:
    given = {
        "episode": episode,
        "medicine": "Paracetamol",
        "form": "tablet",
        "strength": "500 mg",
        "ingredients": ("Paracetamol",),
        "dose": "1000",
        "unit": "mg",
        "route": "oral",
        "authority": SupplyRoute.PGD,
        "authorised_by": "PGD 12",
        "as_needed": True,
        "interval_minutes": 240,
        "maximum_24h": "4000",
    }
    return Ordering(**(given | other))


def problems_of(act: Callable[[], Any]) -> dict[str, str]:
    """What the act was refused for, by field."""
    with pytest.raises(InputError) as refused:
        act()
    assert refused.value.user_message.endswith("you.")
    return dict(refused.value.problems)
