from __future__ import annotations

from sonar_core.records.practitioner import Practitioner, PractitionerRole, Role
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_desktop.usecases.people import people
from tests.usecases.fakes import NURSE, make_desk


def test_colleagues_are_named_with_their_role_and_who_is_signed_in_always_is():
    desk = make_desk()

    def act(writing):
        writing.record(Practitioner(id="u1", name="N Shah", initials="NS"))
        role = PractitionerRole(id="r1", practitioner="u1", role=Role.PHARMACY_TECHNICIAN, sites=())
        writing.record(role)
        writing.record(Practitioner(id="u2", name="T Gray", initials="TG"))

    desk.store.write(desk.actor, "test", act)
    assert desk.store.read(lambda reading: people(reading, NURSE)) == {
        NURSE.user: "R Okafor, nurse",
        "u1": "N Shah, pharmacy technician",
        "u2": "T Gray",
    }


def visitor(user, name):
    return UnconfirmedPractitioner(
        id=user,
        name=name,
        initials="SR",
        role=Role.DOCTOR,
        registration="",
        witness="Sgt Hale",
        envelope=1,
    )


def test_whom_an_envelope_let_in_is_named_as_not_confirmed_and_takes_nobody_s_name():
    names = {"u1": Practitioner(id="u1", name="N Shah", initials="NS")}

    class Both:
        def all_of(self, kind):
            if kind is Practitioner:
                return list(names.values())
            if kind is UnconfirmedPractitioner:
                return [visitor("u3", "Sam Reed"), visitor("u1", "Somebody Else")]
            return []

    assert people(Both(), NURSE) == {
        NURSE.user: "R Okafor, nurse",
        "u1": "N Shah",
        "u3": "Sam Reed (not confirmed), doctor",
    }
