"""Who a user id is, in words."""

from __future__ import annotations

from sonar_core.records.practitioner import Practitioner, PractitionerRole
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_desktop.usecases.ports import Actor, Reading


def people(reading: Reading, actor: Actor) -> dict[str, str]:
    """Return "R Okafor, nurse" by user id, of everybody this PC knows of and who is signed in.

    Whom an envelope let in is never named without the word that nobody has confirmed it.
    """
    roles = {one.practitioner: one.role.value for one in reading.all_of(PractitionerRole)}
    known = {
        one.id: _with_role(one.name, roles.get(one.id, "")) for one in reading.all_of(Practitioner)
    }
    visitors = {
        one.id: _with_role(one.shown_name, one.role.value)
        for one in reading.all_of(UnconfirmedPractitioner)
    }
    return {actor.user: _with_role(actor.name, actor.role), **visitors, **known}


def _with_role(name: str, role: str) -> str:
    return f"{name}, {role.replace('_', ' ')}" if role else name
