"""The people who work here, and in which role."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.records.base import Entity


class Role(StrEnum):
    """The eight roles of decision 18; what each may do stands in `sonar_core.roles`."""

    NURSE = "nurse"
    PARAMEDIC = "paramedic"
    DOCTOR = "doctor"
    PHARMACIST = "pharmacist"
    PHARMACY_TECHNICIAN = "pharmacy_technician"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Practitioner(Entity, frozen=True, kw_only=True):
    """A healthcare professional or other person who signs in; its id is the user's id."""

    name: str
    initials: str
    registration: str = ""
    is_active: bool = True


class PractitionerRole(Entity, frozen=True, kw_only=True):
    """What a practitioner does at which sites."""

    practitioner: str
    role: Role
    sites: tuple[str, ...]
