"""The person detained."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.records.base import Entity


class Gender(StrEnum):
    """FHIR R4 AdministrativeGender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class IdentityConfidence(StrEnum):
    """How surely this is the person named: people in custody give false names."""

    SELF_STATED = "self_stated"
    VERIFIED = "verified"
    FINGERPRINT = "fingerprint"
    UNKNOWN = "unknown"


class Pregnancy(StrEnum):
    """Whether the person is or may be pregnant; never assumed."""

    NOT_ASKED = "not_asked"
    NOT_PREGNANT = "not_pregnant"
    POSSIBLE = "possible"
    PREGNANT = "pregnant"


class Patient(Entity, frozen=True, kw_only=True):
    """A person detained ("detainee" on screen). `birth_date` is an ISO date or None if not known.

    An empty `family` with an empty `given` shows as "Unknown male" and the like.
    """

    family: str
    given: str
    title: str = ""
    birth_date: str | None = None
    stated_age: int | None = None
    gender: Gender = Gender.UNKNOWN
    aliases: tuple[str, ...] = ()
    nhs_number: str | None = None
    chi_number: str | None = None
    pnc_id: str | None = None
    identity_confidence: IdentityConfidence = IdentityConfidence.SELF_STATED
    pregnancy: Pregnancy = Pregnancy.NOT_ASKED
    phone: str = ""
    address: str = ""
    language: str = ""
    interpreter_needed: bool | None = None
    general_practice: str = ""
    next_of_kin: str = ""
