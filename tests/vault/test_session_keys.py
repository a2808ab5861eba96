from __future__ import annotations

import pytest

from sonar_desktop.usecases.identity_ports import Asks, Member
from sonar_desktop.vault.errors import LeaseEnded, VaultLocked, WrongPassword
from sonar_desktop.vault.session_keys import SessionKeys
from tests.vault.world import (
    CHEAP,
    DAY_MS,
    DEVICE,
    LEASE_END_MS,
    ORGANISATION_PUBLIC,
    PRIYAS,
)

PRIYA = Member(user="user-priya", name="Priya Sharma", initials="PS", role="nurse")


@pytest.fixture
def keys(pc):
    made = SessionKeys(pc.started(), lambda: CHEAP)
    made.create(DEVICE, ORGANISATION_PUBLIC)
    made.admit(PRIYA, PRIYAS, gen=1, not_after_ms=LEASE_END_MS)
    return made


def test_a_person_is_known_with_what_they_have_to_enter(keys, pc):
    [known] = keys.known()
    assert (known.member, known.asks, known.not_after_ms) == (PRIYA, Asks.PASSWORD, LEASE_END_MS)
    keys.set_pin(PRIYA.user, "284915")
    assert keys.known()[0].asks is Asks.PIN
    keys.forget_pin(PRIYA.user)
    assert keys.known()[0].asks is Asks.PASSWORD
    pc.clock.let_pass(8 * DAY_MS)
    assert keys.known()[0].asks is Asks.ONLINE


def test_lock_wipes_and_the_password_opens_again(keys):
    keys.lock()
    assert not keys.is_unlocked
    with pytest.raises(WrongPassword):
        keys.unlock(PRIYA.user, "not the one at all")
    keys.unlock(PRIYA.user, PRIYAS)
    assert keys.is_unlocked


def test_after_the_lease_the_store_opens_only_to_ask_the_server(keys, pc):
    keys.lock()
    pc.clock.let_pass(8 * DAY_MS)
    with pytest.raises(LeaseEnded):
        keys.unlock(PRIYA.user, PRIYAS)
    assert not keys.is_unlocked
    keys.unlock_to_renew(PRIYA.user, PRIYAS)
    assert keys.is_unlocked
    keys.admit(PRIYA, PRIYAS, gen=1, not_after_ms=LEASE_END_MS + 9 * DAY_MS)
    assert keys.known()[0].asks is Asks.PASSWORD


def test_a_wrong_password_asks_no_server_after_the_lease_either(keys, pc):
    keys.lock()
    pc.clock.let_pass(8 * DAY_MS)
    with pytest.raises(WrongPassword):
        keys.unlock_to_renew(PRIYA.user, "not the one at all")
    with pytest.raises(VaultLocked):
        keys.set_pin(PRIYA.user, "284915")


def test_a_key_in_a_file_is_called_reduced_protection(keys):
    assert keys.reduced_protection
    assert keys.is_enrolled
