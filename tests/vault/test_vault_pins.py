from __future__ import annotations

import pytest

from sonar_desktop.vault.errors import (
    LeaseEnded,
    NotKnownHere,
    PinNeedsPassword,
    PinTooEasy,
    VaultLocked,
    WrongPin,
)
from sonar_desktop.vault.people import SignInWith
from tests.vault.world import DAY_MS, LEASE_END_MS, PRIYA, PRIYAS, TOM, TOMS

PIN = "739158"


def ways(vault):
    return {known.person.user: known.sign_in_with for known in vault.users()}


def test_a_tile_says_pin_only_while_this_process_holds_it(pc):
    vault = pc.enrolled()
    assert ways(vault) == {PRIYA.user: SignInWith.PASSWORD}
    vault.enrol_pin(PRIYA.user, PIN)
    assert ways(vault) == {PRIYA.user: SignInWith.PIN}
    assert ways(pc.started()) == {PRIYA.user: SignInWith.PASSWORD}


def test_a_pin_lifts_the_screen_lock_and_signs(pc):
    vault = pc.enrolled()
    vault.enrol_pin(PRIYA.user, PIN)
    vault.verify_pin(PRIYA.user, PIN)
    assert vault.unlock_pin(PRIYA.user, PIN) is vault.dek
    with pytest.raises(WrongPin) as caught:
        vault.verify_pin(PRIYA.user, "739159")
    assert caught.value.tries_left == 4


def test_nothing_of_a_pin_reaches_the_disk(pc):
    vault = pc.enrolled()
    before = {path: path.read_bytes() for path in pc.data.iterdir()}
    vault.enrol_pin(PRIYA.user, PIN)
    vault.verify_pin(PRIYA.user, PIN)
    assert {path: path.read_bytes() for path in pc.data.iterdir()} == before


def test_a_pin_is_for_those_who_signed_in_by_password_in_this_process(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    again = pc.started()
    with pytest.raises(VaultLocked):
        again.enrol_pin(PRIYA.user, PIN)
    again.unlock(PRIYA.user, PRIYAS)
    with pytest.raises(PinNeedsPassword):
        again.enrol_pin(TOM.user, PIN)
    again.enrol_pin(PRIYA.user, PIN)
    with pytest.raises(PinNeedsPassword):
        again.verify_pin(TOM.user, PIN)


def test_a_trivial_pin_is_refused(pc):
    vault = pc.enrolled()
    with pytest.raises(PinTooEasy):
        vault.enrol_pin(PRIYA.user, "123456")


def test_a_pin_ends_with_the_sign_out_with_the_lease_and_with_the_lock(pc):
    vault = pc.enrolled()
    vault.enrol_pin(PRIYA.user, PIN)
    vault.drop_pin(PRIYA.user)
    with pytest.raises(PinNeedsPassword):
        vault.verify_pin(PRIYA.user, PIN)
    vault.enrol_pin(PRIYA.user, PIN)
    pc.clock.set_wall(LEASE_END_MS)
    with pytest.raises(LeaseEnded):
        vault.unlock_pin(PRIYA.user, PIN)
    pc.clock.set_wall(LEASE_END_MS - DAY_MS)
    vault.lock()
    with pytest.raises(PinNeedsPassword):
        vault.unlock_pin(PRIYA.user, PIN)


def test_a_pin_of_somebody_without_a_slot_is_refused(pc):
    vault = pc.enrolled()
    with pytest.raises(NotKnownHere):
        vault.unlock_pin(TOM.user, PIN)
