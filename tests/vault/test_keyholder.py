from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.usecases.errors import BugError
from sonar_desktop.vault.errors import NotWritten, VaultLocked
from sonar_desktop.vault.keybag import CURRENT, decoded
from sonar_desktop.vault.keyholder import password_key
from sonar_desktop.vault.keys import SecretBox
from tests.vault.world import CHEAP, DEVICE, ORGANISATION_PUBLIC, PRIYA, PRIYAS


def test_two_slots_with_different_store_keys_are_a_fault_of_ours(pc):
    keys = pc.enrolled()._keys
    with pytest.raises(BugError):
        keys.admit(SecretBox.random(), SecretBox.random(), since=keys.locks)


def test_a_password_slot_without_a_derivation_is_a_fault_of_ours(pc):
    slot = pc.enrolled()._keys.password_slot(PRIYA.user)
    with pytest.raises(BugError):
        password_key(msgspec.structs.replace(slot, kdf=None), PRIYAS, SecretBox.random())


def test_wiping_all_leaves_no_key_of_anyone_in_memory(pc):
    vault = pc.enrolled()
    keys = vault._keys
    kept = [keys.dek.exposed(), keys.slot_keys[PRIYA.user].exposed(), keys._secret.exposed()]
    keys.wipe_all()
    assert kept == [bytes(32)] * 3
    assert keys.slot_keys == {}


def test_wiping_people_leaves_the_store_key(pc):
    keys = pc.enrolled()._keys
    keys.wipe_people()
    assert keys.slot_keys == {}
    assert any(keys.dek.exposed())
    keys.forget("user-nobody")


def test_a_change_that_could_not_be_written_is_not_held_either(pc, monkeypatch):
    keys = pc.enrolled()._keys
    before = keys.bag

    def full(*_args):
        raise NotWritten

    monkeypatch.setattr("sonar_desktop.vault.keybag.write_atomically", full)
    with pytest.raises(NotWritten):
        keys.save(msgspec.structs.replace(before, slots=()))
    assert keys.bag is before
    assert decoded((pc.data / CURRENT).read_bytes()) == before


def test_an_enrolment_that_could_not_be_written_leaves_the_vault_locked(pc, monkeypatch):
    vault = pc.started()

    def full(*_args):
        raise NotWritten

    monkeypatch.setattr("sonar_desktop.vault.keybag.write_atomically", full)
    with pytest.raises(NotWritten):
        vault.create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)
    assert not vault.is_unlocked
    with pytest.raises(VaultLocked):
        _ = vault.dek
