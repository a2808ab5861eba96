from __future__ import annotations

import pytest

from sonar_core.sync.fingerprint import device_fingerprint
from sonar_server import fleet
from sonar_server.administration import AdministrationError
from sonar_server.operators import Word
from sonar_server.store import incidents, places

WORD = Word("A. Reid", "stolen from the van")


def member(central, pc):
    (found,) = (one for one in fleet.members(central) if one.device.id == pc.enrolled.device)
    return found


def kept(central, pc):
    every = central.database.run(incidents.incidents)
    return [(one.kind, one.detail) for one in every if pc.enrolled.device in one.detail]


def test_an_operator_sees_every_pc_what_to_compare_and_what_was_heard_of_it(central, pc, episode):
    pc.push(*pc.wrote(pc.note(episode)))
    found = member(central, pc)
    device = found.device
    assert found.fingerprint == device_fingerprint(device.sign_public, device.seal_public)
    assert (found.contact.last_seq, found.contact.held_back) == (3, 0)
    line = fleet.line_of(found)
    assert line.startswith(f"{found.site} PC {device.name} {device.id}: in use, key ")
    assert line.endswith("3 operations, 0 held back")


def test_what_is_held_back_is_counted_by_its_pc(central, pc, new_pc):
    _, episode = pc.admitted()
    pc.push(*pc.wrote(pc.note(episode)))
    other = new_pc()
    assert member(central, pc).contact.held_back == 1
    assert member(central, other).contact.held_back == 0
    assert ", 0 operations" in fleet.line_of(member(central, other))


def test_a_pc_taken_out_of_use_is_listed_and_can_be_taken_back(central, pc):
    wanted = pc.enrolled.device
    fleet.take_out(central, wanted, WORD)
    assert ": out of use since 20" in fleet.line_of(member(central, pc))
    assert pc.enrolled.device not in {one.id for one in central.database.run(places.devices)}
    fleet.take_back(central, wanted, WORD)
    assert ": in use, " in fleet.line_of(member(central, pc))
    assert [kind for kind, _ in kept(central, pc)] == [fleet.TAKEN_OUT, fleet.TAKEN_BACK]
    assert all(detail.endswith(WORD.said) for _, detail in kept(central, pc))


def test_what_is_so_already_and_what_there_is_not_is_said(central, pc):
    with pytest.raises(AdministrationError, match="is in use already"):
        fleet.take_back(central, pc.enrolled.device, WORD)
    fleet.take_out(central, pc.enrolled.device, WORD)
    with pytest.raises(AdministrationError, match="is out of use already"):
        fleet.take_out(central, pc.enrolled.device, WORD)
    with pytest.raises(AdministrationError, match="there is no PC 'x'"):
        fleet.take_out(central, "x", WORD)
    assert len(kept(central, pc)) == 1


def test_of_two_pcs_of_one_name_the_id_is_asked_for(central, pc, new_pc):
    other = new_pc()
    name = member(central, pc).device.name
    assert member(central, other).device.name == name
    with pytest.raises(AdministrationError, match="several PCs are called"):
        fleet.take_out(central, name, WORD)
    assert fleet.take_out(central, other.enrolled.device, WORD).id == other.enrolled.device
    assert kept(central, pc) == []
