from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.usecases.enrol_device import make_store
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.renew_lease import renew_lease
from sonar_desktop.usecases.sign_in import (
    LeaseMissingError,
    NoRecordsError,
    admitted_here,
    sign_in_online,
)
from tests.ui.front_desk import PASSWORDS, PEOPLE, SERVER
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


def test_who_sees_no_records_is_let_in_neither_by_the_server_s_word_nor_by_this_pc(
    desk, monkeypatch
):
    enrolled(desk)
    premises = desk.premises()
    [rhona] = premises.keys.known()
    premises.keys.unlock(rhona.member.user, PASSWORDS["rokafor"])
    found = open_pc(premises)
    administrator = msgspec.structs.replace(PEOPLE["rokafor"], role="administrator")
    monkeypatch.setitem(PEOPLE, "rokafor", administrator)
    again = {"server": SERVER, "username": "rokafor", "password": PASSWORDS["rokafor"]}
    with pytest.raises(NoRecordsError):
        sign_in_online(premises, found.opened, found.identity, **again)
    assert admitted_here(premises, found.opened, rhona.member.user).actor.role == "nurse"
    renew_lease(premises, found, rhona.member.user, PASSWORDS["rokafor"])
    with pytest.raises(NoRecordsError) as said:
        admitted_here(premises, found.opened, rhona.member.user)
    assert "your role does not see patients' records" in said.value.user_message


def test_a_store_without_the_pc_s_record_is_let_go(desk):
    premises = desk.premises()
    identity, answer = asked(premises)
    premises.keys.create(answer.device, answer.recovery_public)
    with pytest.raises(LeaseMissingError):
        open_pc(premises)
    assert identity.public.fingerprint
