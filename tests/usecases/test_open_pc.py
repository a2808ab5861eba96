from __future__ import annotations

import pytest

from sonar_desktop.usecases.enrol_device import make_store
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.sign_in import LeaseMissingError, admitted_here, sign_in_online
from tests.ui.front_desk import PASSWORDS, SERVER
from tests.usecases.test_enrol_device import asked, desk

__all__ = ["desk"]


def enrolled(desk):
    """Enrol the PC, let Rhona in, close."""
    premises = desk.premises()
    identity, answer = asked(premises)
    opened = make_store(premises, identity, answer)
    sign_in_online(
        premises,
        opened,
        identity,
        server=SERVER,
        username="rokafor",
        password=PASSWORDS["rokafor"],
        pc_name="NF-MED-01",
    )
    opened.close()
    premises.keys.lock()


def test_an_opened_pc_knows_its_name_its_server_and_its_keys(desk):
    enrolled(desk)
    premises = desk.premises()
    [rhona] = premises.keys.known()
    premises.keys.unlock(rhona.member.user, PASSWORDS["rokafor"])
    found = open_pc(premises)
    assert (found.name, found.server) == ("NF-MED-01", SERVER)
    assert found.identity.stored() == found.pc.identity
    admitted = admitted_here(premises, found.opened, rhona.member.user)
    assert admitted.actor.name == "Rhona Okafor"
    with pytest.raises(LeaseMissingError):
        admitted_here(premises, found.opened, "somebody else")


def test_a_store_without_the_pc_s_record_is_let_go(desk):
    premises = desk.premises()
    identity, answer = asked(premises)
    premises.keys.create(answer.device, answer.recovery_public)
    with pytest.raises(LeaseMissingError):
        open_pc(premises)
    assert identity.public.fingerprint
