"""Admit a detainee: the person, the stay and the first request to see them."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from sonar_core.moments import Moment, moment_at, wall_date
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.patient import Gender, Patient, Pregnancy
from sonar_core.records.referral import ReferralReason, Urgency
from sonar_core.records.registry import allergy_status_id
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing
from sonar_desktop.usecases.refer_detainee import Referring, check_referring, new_referral

OLDEST: Final = 120


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is, as far as known; a person without any name is "Unknown male" and the like."""

    family: str = ""
    given: str = ""
    title: str = ""
    birth_date: str | None = None
    stated_age: int | None = None
    gender: Gender = Gender.UNKNOWN
    aliases: tuple[str, ...] = ()
    nhs_number: str | None = None
    chi_number: str | None = None
    pnc_id: str | None = None
    pregnancy: Pregnancy = Pregnancy.NOT_ASKED
    language: str = ""
    interpreter_needed: bool | None = None


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A person brought into custody and the request that came with them.

    `known_patient` is the id of somebody who was here before; `person` is then not used. `draft`
    is the id under which the form was kept, None without one.
    """

    person: Person | None = None
    known_patient: str | None = None
    custody_record_number: str
    cell: str = ""
    arrived_at: Moment
    detained_for: str = ""
    requested_at: Moment
    requested_by: str
    reasons: tuple[ReferralReason, ...]
    urgency: Urgency = Urgency.ROUTINE
    detail: str = ""
    target_minutes: int | None = None
    draft: str | None = None


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of what was written."""

    patient: str
    episode: str
    referral: str


def admit_detainee(desk: Desk, arrival: Arrival) -> tuple[Admitted, Changed]:
    """Write person, stay and referral in one action; allergies are "not recorded" until asked.

    The stay is at the desk's site. No level of observation is set: a person decides it. Raises
    InputError for what is missing, RoleError.
    """
    require(desk.actor, Duty.RUN_STAY)
    _check(desk, arrival)

    def act(writing: Writing) -> Admitted:
        patient = _patient(desk, arrival, writing)
        stay = CustodyEpisode(
            id=desk.ids.new(),
            patient=patient,
            site=desk.site,
            custody_record_number=arrival.custody_record_number.strip(),
            arrived_at=arrival.arrived_at,
            detained_for=arrival.detained_for.strip(),
            cell=arrival.cell.strip(),
        )
        writing.record(stay)
        _start_allergies(patient, writing)
        referral = new_referral(desk, patient, stay.id, _referring(arrival, stay.id))
        writing.record(referral)
        if arrival.draft is not None:
            writing.drop_draft(desk.actor.user, arrival.draft)
        return Admitted(patient=patient, episode=stay.id, referral=referral.id)

    return desk.store.write(desk.actor, "admit_detainee", act)


def _check(desk: Desk, arrival: Arrival) -> None:
    problems = Problems()
    if arrival.person is None and arrival.known_patient is None:
        problems.add("person", "Enter who it is, or Unknown.")
    if arrival.person is not None:
        _check_person(arrival.person, problems, today=_latest(desk))
    problems.require(
        "custody_record_number", arrival.custody_record_number, "the custody record number"
    )
    problems.happened("arrived_at", arrival.arrived_at, desk.clock)
    check_referring(_referring(arrival, ""), problems, desk)
    problems.raise_if_any()


def _latest(desk: Desk) -> Moment:
    return moment_at(desk.clock.latest_ms(), desk.clock.zone())


def _check_person(person: Person, problems: Problems, today: Moment) -> None:
    if person.birth_date is not None and not _has_passed(person.birth_date, today):
        problems.add("birth_date", "Date of birth must be a date that has passed, as 04-Mar-1989.")
    if person.stated_age is not None and not 0 <= person.stated_age <= OLDEST:
        problems.add("stated_age", f"Age must be 0 to {OLDEST}.")


def _referring(arrival: Arrival, episode: str) -> Referring:
    return Referring(
        episode=episode,
        requested_at=arrival.requested_at,
        requested_by=arrival.requested_by,
        reasons=arrival.reasons,
        urgency=arrival.urgency,
        detail=arrival.detail,
        target_minutes=arrival.target_minutes,
    )


def _patient(desk: Desk, arrival: Arrival, writing: Writing) -> str:
    if arrival.known_patient is not None:
        return existing(writing, Patient, arrival.known_patient).id
    person = arrival.person or Person()
    patient = Patient(
        id=desk.ids.new(),
        family=person.family.strip(),
        given=person.given.strip(),
        title=person.title.strip(),
        birth_date=person.birth_date,
        stated_age=person.stated_age,
        gender=person.gender,
        aliases=person.aliases,
        nhs_number=person.nhs_number,
        chi_number=person.chi_number,
        pnc_id=person.pnc_id,
        pregnancy=person.pregnancy,
        language=person.language.strip(),
        interpreter_needed=person.interpreter_needed,
    )
    writing.record(patient)
    return patient.id


def _start_allergies(patient: str, writing: Writing) -> None:
    """Say that nobody has asked; of somebody who was here before, what is known stays."""
    identifier = allergy_status_id(patient)
    if writing.get(AllergyStatus, identifier) is None:
        writing.record(
            AllergyStatus(id=identifier, patient=patient, status=AllergyKnowledge.NOT_RECORDED)
        )


def _has_passed(iso: str, today: Moment) -> bool:
    try:
        return date.fromisoformat(iso) <= wall_date(today)
    except ValueError:
        return False
