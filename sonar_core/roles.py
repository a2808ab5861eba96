"""The one table of roles: who may see and do what. The only list of roles that anything decides by.

The screens hide or explain by it, the use cases refuse by it, the server marks by it an entry of
somebody who might not make it under the lease held then (decision 8: it is applied all the same).

The design names the eight roles and leaves the cells open. These are the cautious and usual ones of
custody healthcare in the United Kingdom, defaults of VERSION until a service's clinical lead and
pharmacist have signed them:

- A decision on a person (fitness, level of observation, assessment, what stands of two versions) is
  for a nurse, paramedic or doctor: the healthcare professionals of PACE Code C 9 and the FFLM.
- Pharmacists look after medicines and write what they find; pharmacy technicians take drug
  histories with allergies and give what is ordered, but order and stop nothing.
- A duty manager reads and discloses, and makes sealed envelopes. An auditor reads alone. An
  administrator runs accounts and PCs by `sonar-server` and sees no patient.

A role that this program does not know, of a newer server, is refused nothing on a PC, for its
server knows what it may; an older server marks what such a role enters.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.records.practitioner import Role

VERSION: Final = 3
"""Raised with each change of a cell; docs/security/roles.md says what each version brought."""


class Duty(StrEnum):
    """A kind of action, in the table's order."""

    READ = "read"
    SEE_ACCESS = "see_access"
    DISCLOSE = "disclose"
    RUN_STAY = "run_stay"
    OBSERVE = "observe"
    ASSESS = "assess"
    DECIDE_FITNESS = "decide_fitness"
    SET_CARE_LEVEL = "set_care_level"
    TELL_CUSTODY = "tell_custody"
    WRITE_NOTE = "write_note"
    DO_TASK = "do_task"
    KEEP_ALLERGIES = "keep_allergies"
    KEEP_MARKERS = "keep_markers"
    ORDER_MEDICINE = "order_medicine"
    GIVE_MEDICINE = "give_medicine"
    ANSWER_RULE = "answer_rule"
    DECIDE_CONFLICT = "decide_conflict"
    WORK_BY_ENVELOPE = "work_by_envelope"
    MAKE_ENVELOPES = "make_envelopes"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do a kind of action, what it is in words, and the kinds of record that it writes."""

    roles: frozenset[Role]
    words: str
    writes: frozenset[str] = frozenset()


_PROFESSIONALS: Final = (Role.NURSE, Role.PARAMEDIC, Role.DOCTOR)
_WITH_PHARMACIST: Final = (*_PROFESSIONALS, Role.PHARMACIST)
_CARERS: Final = (*_WITH_PHARMACIST, Role.PHARMACY_TECHNICIAN)


def _rule(words: str, roles: Iterable[Role], *writes: str) -> Rule:
    return Rule(roles=frozenset(roles), words=words, writes=frozenset(writes))


TABLE: Final[dict[Duty, Rule]] = {
    Duty.READ: _rule("see the board and open records", (*_CARERS, Role.MANAGER, Role.AUDITOR)),
    Duty.SEE_ACCESS: _rule("see who looked at a record", (Role.MANAGER, Role.AUDITOR)),
    Duty.DISCLOSE: _rule(
        "copy text of a record for somebody outside SONAR", (*_WITH_PHARMACIST, Role.MANAGER)
    ),
    Duty.RUN_STAY: _rule(
        "book in, refer, see, move and release a detainee",
        _PROFESSIONALS,
        "Patient",
        "CustodyEpisode",
        "Referral",
        "AllergyStatus",
    ),
    Duty.OBSERVE: _rule("record observations", _WITH_PHARMACIST, "ObservationSet", "Task"),
    Duty.ASSESS: _rule("sign an assessment", _PROFESSIONALS, "Assessment"),
    Duty.DECIDE_FITNESS: _rule(
        "decide on fitness for detention, interview, charge or transfer",
        _PROFESSIONALS,
        "FitnessOutcome",
        "Task",
    ),
    Duty.SET_CARE_LEVEL: _rule("set the level of observation", _PROFESSIONALS, "CareLevel"),
    Duty.TELL_CUSTODY: _rule(
        "record that the custody officer was told", _WITH_PHARMACIST, "OutcomeTold", "Task"
    ),
    Duty.WRITE_NOTE: _rule("write a note", _CARERS, "Note"),
    Duty.DO_TASK: _rule("add, complete and cancel tasks", _CARERS, "Task"),
    Duty.KEEP_ALLERGIES: _rule(
        "record, change, review and strike out allergies",
        _CARERS,
        "AllergyIntolerance",
        "AllergyStatus",
    ),
    Duty.KEEP_MARKERS: _rule("record and end warning markers", _WITH_PHARMACIST, "Flag"),
    Duty.ORDER_MEDICINE: _rule("order and stop medicines", _WITH_PHARMACIST, "MedicationRequest"),
    Duty.GIVE_MEDICINE: _rule(
        "give a medicine, or record why not", _CARERS, "MedicationAdministration"
    ),
    Duty.ANSWER_RULE: _rule(
        "answer for entries that break a rule together", _WITH_PHARMACIST, "Task"
    ),
    Duty.DECIDE_CONFLICT: _rule(
        "decide which of two versions stands",
        _PROFESSIONALS,
        "ConflictResolution",
        "FitnessOutcome",
        "Task",
    ),
    Duty.WORK_BY_ENVELOPE: _rule(
        "work by a sealed envelope, without an account", _CARERS, "UnconfirmedPractitioner"
    ),
    Duty.MAKE_ENVELOPES: _rule("make sealed envelopes for a PC", (Role.MANAGER,)),
}

ROLE_WORDS: Final = {
    Role.NURSE: "Nurse",
    Role.PARAMEDIC: "Paramedic",
    Role.DOCTOR: "Forensic physician",
    Role.PHARMACIST: "Pharmacist",
    Role.PHARMACY_TECHNICIAN: "Pharmacy technician",
    Role.MANAGER: "Duty manager",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}
"""Roles as people say them."""

WRITERS: Final[dict[str, frozenset[Role]]] = {
    kind: frozenset().union(*(rule.roles for rule in TABLE.values() if kind in rule.writes))
    for kind in sorted(frozenset().union(*(rule.writes for rule in TABLE.values())))
}
"""Of each kind of record that people write, the roles that write it in some duty of theirs."""

_NOBODY: Final[frozenset[Role]] = frozenset()

_WHO: Final = {**{role: role.value.replace("_", " ") for role in Role}, Role.MANAGER: "manager"}
_KNOWN: Final = frozenset(role.value for role in Role)


def is_known(role: str) -> bool:
    """Return whether this program knows the role."""
    return role in _KNOWN


def may(role: str, duty: Duty) -> bool:
    """Return whether the table lets the role do it; False for a role that is not known."""
    return role in TABLE[duty].roles


def may_write(role: str, kind: str) -> bool:
    """Return whether some duty of the role writes records of the kind."""
    return role in WRITERS.get(kind, _NOBODY)


def refusal(role: str, duty: Duty) -> str:
    """Return why the role is refused, in one plain sentence for a screen; empty where it is not.

    A role of a newer program is not refused here.
    """
    return "" if may(role, duty) or not is_known(role) else _sentence(TABLE[duty].roles)


def refusal_to_write(role: str, kind: str) -> str:
    """Return why the role may not correct or decide records of the kind; empty where it may."""
    if may_write(role, kind) or not is_known(role):
        return ""
    return _sentence(WRITERS[kind])


def role_word(role: str) -> str:
    """Return a role as people say it."""
    return ROLE_WORDS[Role(role)] if is_known(role) else role.replace("_", " ").capitalize()


def _sentence(roles: frozenset[Role]) -> str:
    *others, last = [_WHO[role] for role in Role if role in roles]
    who = f"{', '.join(others)} or {last}" if others else last
    return f"Your role cannot do this. A {who} can."
