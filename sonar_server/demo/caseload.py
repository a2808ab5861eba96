"""Writes the made-up suite through the real way: enrolled PCs, signed operations, pushes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sonar_core.moments import MINUTE_MS, Moment, moment_at, wall_date
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.records.patient import IdentityConfidence, Patient
from sonar_core.records.practitioner import Role
from sonar_core.records.registry import allergy_status_id, care_level_id
from sonar_server import administration, passwords
from sonar_server.administration import NewPerson
from sonar_server.central import Central
from sonar_server.demo.care import SERGEANT, Writer
from sonar_server.demo.detainees import DETAINEES, Detainee
from sonar_server.demo.device import SyntheticDevice
from sonar_server.gate import Gate
from sonar_server.store.places import Site

SUITE: Final = "Northfield custody suite"
DISPUTED_CELL: Final = "M8"
_PEOPLE: Final = (
    ("rokafor", "Rhona Okafor", "RO", Role.NURSE, "NMC 00A0001E"),
    ("dprice", "Daniel Price", "DP", Role.PARAMEDIC, "HCPC PA00001"),
    ("mnair", "Meera Nair", "MN", Role.DOCTOR, "GMC 0000001"),
    ("hward", "Helen Ward", "HW", Role.MANAGER, ""),
)
_DAYS_IN_YEAR: Final = 365


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """Somebody who can sign in, with their password to print."""

    username: str
    password: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Caseload:
    """What was made."""

    site: Site
    people: tuple[DemoPerson, ...]
    operations: int


def write(central: Central, *, seed: int) -> Caseload:
    """Make the suite, its people and its detainees, as they stand at this moment."""
    site = administration.add_site(central, SUITE)
    people = tuple(_person(central, site, *details) for details in _PEOPLE)
    gate = Gate(central)
    first, second = (
        SyntheticDevice(
            central,
            gate,
            code=administration.new_device_code(central, site),
            name=f"NF-MED-0{number}",
            seed=seed + number,
        )
        for number in (1, 2)
    )
    nurse = first.sign_in(people[0].username, people[0].password)
    doctor = first.sign_in(people[2].username, people[2].password)
    paramedic = second.sign_in(people[1].username, people[1].password)
    now_ms = central.now_ms()
    chance = random.Random(seed)  # noqa: S311 the same suite for the same seed
    receipts = 0
    for detainee in DETAINEES:
        admitted = _admit(first, site, nurse, detainee, now_ms)
        writer = Writer(first, nurse, doctor, *admitted, now_ms, chance)
        writer.write_care(detainee)
        receipts += len(first.push())
        if detainee.cell == DISPUTED_CELL:
            receipts += _dispute_allergies(first, second, nurse, paramedic, admitted[0], now_ms)
    return Caseload(site=site, people=people, operations=receipts)


def _person(
    central: Central, site: Site, username: str, name: str, initials: str, role: Role, number: str
) -> DemoPerson:
    password = passwords.made_up()
    administration.add_person(
        central,
        NewPerson(
            username=username,
            name=name,
            initials=initials,
            role=role,
            sites=(site.id,),
            registration=number,
        ),
        password,
    )
    return DemoPerson(username=username, password=password, name=name, role=role.value)


def _admit(
    device: SyntheticDevice, site: Site, user: str, who: Detainee, now_ms: int
) -> tuple[Patient, CustodyEpisode]:
    at_ms = now_ms + who.arrived * MINUTE_MS
    at = moment_at(at_ms, device.zone)
    known = bool(who.family)
    patient = Patient(
        id=device.new_id(at_ms),
        family=who.family,
        given=who.given,
        title=who.title,
        birth_date=_birth_date(at, who) if known else None,
        stated_age=None if known else who.age,
        gender=who.gender,
        identity_confidence=(
            IdentityConfidence.SELF_STATED if known else IdentityConfidence.UNKNOWN
        ),
    )
    episode = CustodyEpisode(
        id=device.new_id(at_ms),
        patient=patient.id,
        site=site.id,
        custody_record_number=f"NF/{who.number}",
        arrived_at=at,
        cell=who.cell,
    )
    level = CareLevel(
        id=care_level_id(episode.id),
        patient=patient.id,
        episode=episode.id,
        level=who.level,
        check_every_minutes=who.check_every,
        rouse=who.rouse,
        reason="As assessed on arrival",
        instructions=("Rouse and get a reply at each check.",) if who.rouse else (),
        set_at=at,
        set_by=user,
    )
    device.write(user, at_ms, "admit", patient, episode)
    device.write(user, at_ms + MINUTE_MS, "set_care_level", level)
    device.write(user, at_ms + 2 * MINUTE_MS, "tell_custody", _told(device, user, level))
    if who.allergies is not None:
        _record_allergies(device, user, at_ms + 2 * MINUTE_MS, patient, who.allergies)
    return patient, episode


def _told(device: SyntheticDevice, user: str, level: CareLevel) -> OutcomeTold:
    """Return the telling of a level; who sets one tells custody, who do its checks."""
    told_ms = level.set_at.utc_ms + MINUTE_MS
    return OutcomeTold(
        id=device.new_id(told_ms),
        patient=level.patient,
        episode=level.episode,
        performed_at=moment_at(told_ms, device.zone),
        recorded_at=moment_at(told_ms + MINUTE_MS, device.zone),
        recorded_by=user,
        about=level.id,
        told_to=SERGEANT,
        told_to_role="Custody officer",
        how=ToldHow.IN_PERSON,
        read_back=True,
    )


def _birth_date(at: Moment, who: Detainee) -> str:
    days = who.age * _DAYS_IN_YEAR + who.age // 4 + 30 + who.number % 300
    return (wall_date(at) - timedelta(days=days)).isoformat()


def _status(
    device: SyntheticDevice, patient: Patient, what: AllergyKnowledge, **reviewed: Any
) -> AllergyStatus:
    del device
    return AllergyStatus(
        id=allergy_status_id(patient.id), patient=patient.id, status=what, **reviewed
    )


def _record_allergies(
    device: SyntheticDevice, user: str, at_ms: int, patient: Patient, substance: str
) -> None:
    reviewed = {"reviewed_at": moment_at(at_ms, device.zone), "reviewed_by": user}
    if not substance:
        status = _status(device, patient, AllergyKnowledge.NONE_KNOWN, **reviewed)
        device.write(user, at_ms, "record_allergies", status)
        return
    allergy = AllergyIntolerance(
        id=device.new_id(at_ms),
        patient=patient.id,
        substance=substance,
        reaction="Rash",
        severity=AllergySeverity.MODERATE,
        source="Detainee",
    )
    status = _status(device, patient, AllergyKnowledge.KNOWN, **reviewed)
    device.write(user, at_ms, "record_allergies", allergy, status)


def _dispute_allergies(
    first: SyntheticDevice,
    second: SyntheticDevice,
    nurse: str,
    paramedic: str,
    patient: Patient,
    now_ms: int,
) -> int:
    """Let two PCs write different allergies without seeing each other: two conflicts."""
    at_ms = now_ms - 300 * MINUTE_MS
    allergy = AllergyIntolerance(
        id=first.new_id(at_ms), patient=patient.id, substance="Amoxicillin", source="Detainee"
    )
    status = _status(first, patient, AllergyKnowledge.UNAVAILABLE)
    first.write(nurse, at_ms, "record_allergies", allergy, status)
    receipts = len(first.push())
    later = at_ms + 200 * MINUTE_MS
    known, none = AllergyKnowledge.KNOWN, AllergyKnowledge.NONE_KNOWN
    first.edit(nurse, later, "record_allergies", status, base=1, status=known)
    first.edit(
        nurse, later, "record_allergies", allergy, base=1,
        reaction="Anaphylaxis", severity=AllergySeverity.LIFE_THREATENING,
    )  # fmt: skip
    second.edit(
        paramedic, later + MINUTE_MS, "record_allergies", status, base=1,
        offline=True, status=none,
    )  # fmt: skip
    second.edit(
        paramedic, later + MINUTE_MS, "record_allergies", allergy, base=1,
        offline=True, reaction="Loose stools", severity=AllergySeverity.MILD,
    )  # fmt: skip
    return receipts + len(first.push()) + len(second.push())
