from __future__ import annotations

import threading

import pytest

from sonar_desktop.vault import pin as pin_module
from sonar_desktop.vault import vault as module
from sonar_desktop.vault.errors import (
    AlreadyEnrolled,
    KdfRefused,
    KeybagDamaged,
    LeaseEnded,
    NotEnrolled,
    NotKnownHere,
    PasswordTooCommon,
    PasswordTooShort,
    PinNeedsPassword,
    RecoveryRefused,
    SecretElsewhere,
    TryLater,
    VaultLocked,
    WrongPassword,
)
from sonar_desktop.vault.keybag import CURRENT, PREVIOUS, SecretPlace, decoded
from sonar_desktop.vault.keys import KdfCost
from sonar_desktop.vault.people import SignInWith
from sonar_desktop.vault.recovery import open_sealed
from tests.vault.world import (
    CHEAP,
    DAY_MS,
    DEVICE,
    LEASE_END_MS,
    ORGANISATION,
    ORGANISATION_PUBLIC,
    PRIYA,
    PRIYAS,
    TOM,
    TOMS,
    secret_of,
)

PIN = "739158"


def ways(vault):
    return {known.person.user: known.sign_in_with for known in vault.users()}


# Enrolment


def test_a_new_pc_has_a_random_store_key_that_the_organisation_can_open(pc):
    vault = pc.enrolled()
    bag = decoded((pc.data / CURRENT).read_bytes())
    assert bytes(open_sealed(bag.recovery, bytes(ORGANISATION)).exposed()) == secret_of(vault)
    assert vault.dek.cipher_salt == bag.cipher_salt
    assert (vault.device, vault.db_uuid) == (DEVICE, bag.db_uuid)
    assert vault.is_enrolled
    assert vault.is_unlocked


def test_reduced_protection_is_told_where_the_policy_puts_the_secret_in_a_file(pc):
    assert pc.started().reduced_protection


def test_enrolling_twice_never_overwrites_the_key_file(pc):
    vault = pc.enrolled()
    before = (pc.data / CURRENT).read_bytes()
    for again in (vault, pc.started()):
        with pytest.raises(AlreadyEnrolled):
            again.create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)
    assert (pc.data / CURRENT).read_bytes() == before
    assert vault.is_unlocked


def test_enrolling_over_a_damaged_key_file_is_refused(pc):
    pc.enrolled()
    for name in (CURRENT, PREVIOUS):
        (pc.data / name).write_bytes(b"rot")
    with pytest.raises(KeybagDamaged):
        pc.started().create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)


def test_an_enrolment_that_was_cut_off_can_be_begun_again_and_its_keys_are_set_aside(pc):
    first = pc.started()
    first.create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)
    old = (pc.data / CURRENT).read_bytes()
    again = pc.started()
    assert not again.is_enrolled
    again.create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)
    again.add_password_slot(PRIYA, PRIYAS, gen=1, not_after_ms=LEASE_END_MS)
    assert secret_of(again) != secret_of(first)
    assert (pc.data / f"keybag.unfinished-{first.db_uuid}.json").read_bytes() == old
    assert pc.started().is_enrolled


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"organisation_public_key": b"short"}, RecoveryRefused),
        ({"cost": KdfCost(t=1, m=65536, p=4)}, KdfRefused),
    ],
)
def test_a_refused_enrolment_leaves_nothing_behind(pc, wrong, error):
    good = {"device": DEVICE, "organisation_public_key": ORGANISATION_PUBLIC, "cost": CHEAP}
    with pytest.raises(error):
        pc.started().create(**(good | wrong))
    assert list(pc.data.iterdir()) == []


def test_a_pc_that_is_not_enrolled_says_so(pc):
    with pytest.raises(NotEnrolled):
        pc.started().unlock(PRIYA.user, PRIYAS)


# Signing in


def test_whoever_signed_in_here_before_can_do_so_without_any_network(pc):
    known = secret_of(pc.enrolled())
    vault = pc.started()
    box = vault.unlock(PRIYA.user, PRIYAS)
    assert bytes(box.exposed()) == known
    assert vault.dek is box


def test_whoever_has_not_is_told_so(pc):
    pc.enrolled()
    with pytest.raises(NotKnownHere) as caught:
        pc.started().unlock(TOM.user, TOMS)
    assert "not signed in on this PC before" in caught.value.user_message


def test_a_second_person_opens_the_same_store(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=3, not_after_ms=LEASE_END_MS)
    again = pc.started()
    first = again.unlock(PRIYA.user, PRIYAS)
    assert again.unlock(TOM.user, TOMS) is first
    assert secret_of(again) == secret_of(vault)


def test_a_wrong_password_counts_and_waits_across_restarts(pc):
    pc.enrolled()
    left = []
    for _ in range(5):
        with pytest.raises(WrongPassword) as caught:
            pc.started().unlock(PRIYA.user, "trombone lichen ottes")
        left.append(caught.value.tries_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(TryLater):
        pc.started().unlock(PRIYA.user, PRIYAS)
    pc.clock.let_pass(30_000)
    assert pc.started().unlock(PRIYA.user, PRIYAS)
    with pytest.raises(WrongPassword) as caught:
        pc.started().unlock(PRIYA.user, "trombone lichen ottes")
    assert caught.value.tries_left == 4


def test_a_power_cut_during_the_key_derivation_does_not_give_the_try_back(pc, monkeypatch):
    pc.enrolled()

    class PowerCut(BaseException):
        pass

    def cut(*_args):
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(module, "password_key", cut)
        for _ in range(5):
            with pytest.raises(PowerCut):
                pc.started().unlock(PRIYA.user, "trombone lichen ottes")
    with pytest.raises(TryLater):
        pc.started().unlock(PRIYA.user, PRIYAS)


def test_an_expired_lease_admits_nobody_and_the_tile_says_what_is_needed(pc):
    pc.enrolled()
    vault = pc.started()
    pc.clock.let_pass(7 * DAY_MS - 1)
    assert vault.unlock(PRIYA.user, PRIYAS)
    vault.lock()
    pc.clock.let_pass(1)
    assert ways(vault) == {PRIYA.user: SignInWith.ONLINE}
    with pytest.raises(LeaseEnded):
        vault.unlock(PRIYA.user, PRIYAS)
    assert not vault.is_unlocked
    with pytest.raises(LeaseEnded):
        vault.verify_password(PRIYA.user, PRIYAS)


def test_a_clock_set_back_does_not_lengthen_a_lease(pc):
    vault = pc.enrolled()
    pc.clock.let_pass(7 * DAY_MS)
    with pytest.raises(LeaseEnded):
        vault.unlock(PRIYA.user, PRIYAS)
    pc.clock.set_wall(LEASE_END_MS - DAY_MS)
    with pytest.raises(LeaseEnded):
        pc.started().unlock(PRIYA.user, PRIYAS)


def test_a_policy_that_was_changed_after_enrolment_is_said(pc, monkeypatch):
    pc.enrolled()
    monkeypatch.setattr(type(pc.store), "place", SecretPlace.KEYRING)
    with pytest.raises(SecretElsewhere):
        pc.started().unlock(PRIYA.user, PRIYAS)


def test_a_witness_is_checked_without_being_signed_in(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    again = pc.started()
    again.verify_password(TOM.user, TOMS)
    assert not again.is_unlocked
    with pytest.raises(WrongPassword):
        again.verify_password(TOM.user, PRIYAS)
    again.unlock(PRIYA.user, PRIYAS)
    with pytest.raises(PinNeedsPassword):
        again.enrol_pin(TOM.user, PIN)


# New people, new passwords


def test_nobody_is_added_while_the_records_are_locked(pc):
    pc.enrolled()
    with pytest.raises(VaultLocked):
        pc.started().add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)


@pytest.mark.parametrize(
    ("password", "error"),
    [("short", PasswordTooShort), ("Tom Okafor 1988", PasswordTooCommon)],
)
def test_a_weak_password_is_not_taken(pc, password, error):
    vault = pc.enrolled()
    with pytest.raises(error):
        vault.add_password_slot(TOM, password, gen=1, not_after_ms=LEASE_END_MS)
    assert list(ways(vault)) == [PRIYA.user]


def test_a_changed_password_replaces_the_old_one_in_both_generations(pc):
    vault = pc.enrolled()
    known = secret_of(vault)
    vault.enrol_pin(PRIYA.user, PIN)
    vault.change_password(PRIYA.user, PRIYAS, "granite whistle fern")
    assert ways(vault) == {PRIYA.user: SignInWith.PASSWORD}
    for damaged in (False, True):
        if damaged:
            (pc.data / CURRENT).write_bytes(b"rot")
        again = pc.started()
        with pytest.raises(WrongPassword):
            again.unlock(PRIYA.user, PRIYAS)
        again.unlock(PRIYA.user, "granite whistle fern")
        assert secret_of(again) == known
        assert again.used_former_generation == damaged


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (TOMS, "granite whistle fern", WrongPassword),
        (PRIYAS, "short", PasswordTooShort),
    ],
)
def test_a_password_is_changed_only_by_who_knows_the_old_one_and_to_a_good_one(pc, old, new, error):
    vault = pc.enrolled()
    with pytest.raises(error):
        vault.change_password(PRIYA.user, old, new)
    assert pc.started().unlock(PRIYA.user, PRIYAS)


def test_no_password_is_changed_while_the_records_are_locked(pc):
    pc.enrolled()
    with pytest.raises(VaultLocked):
        pc.started().change_password(PRIYA.user, PRIYAS, "granite whistle fern")


# Locking


def test_locking_wipes_the_key_that_was_handed_out(pc):
    vault = pc.enrolled()
    box = vault.dek
    buffer = box.exposed()
    vault.lock()
    assert buffer == bytes(32)
    assert not vault.is_unlocked
    with pytest.raises(VaultLocked):
        box.exposed()
    with pytest.raises(VaultLocked), box.key_literal():
        pass
    with pytest.raises(VaultLocked):
        _ = vault.dek
    vault.lock()
    assert vault.unlock(PRIYA.user, PRIYAS)


@pytest.mark.parametrize(
    ("act", "stretching"),
    [
        (lambda vault: vault.unlock(PRIYA.user, PRIYAS), (module, "password_key")),
        (
            lambda vault: vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS),
            (module, "password_key"),
        ),
        (lambda vault: vault.enrol_pin(PRIYA.user, PIN), (pin_module, "stretched")),
    ],
    ids=["sign-in", "new person", "new PIN"],
)
def test_a_lock_that_comes_while_a_secret_is_stretched_wins(pc, monkeypatch, act, stretching):
    vault = pc.enrolled()
    real = getattr(*stretching)

    def locked_meanwhile(*args):
        vault.lock()
        return real(*args)

    monkeypatch.setattr(*stretching, locked_meanwhile)
    with pytest.raises(VaultLocked):
        act(vault)
    assert not vault.is_unlocked
    assert ways(vault) == {PRIYA.user: SignInWith.PASSWORD}


def test_many_threads_may_sign_in_at_once(pc):
    pc.enrolled()
    vault = pc.started()
    results = []

    def sign_in(passphrase):
        try:
            results.append(vault.unlock(PRIYA.user, passphrase))
        except (WrongPassword, TryLater) as error:
            results.append(type(error))

    threads = [
        threading.Thread(target=sign_in, args=(phrase,)) for phrase in [PRIYAS, "x" * 12, PRIYAS]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    boxes = [result for result in results if not isinstance(result, type)]
    assert len(boxes) == 2
    assert boxes[0] is boxes[1] is vault.dek
    assert WrongPassword in results
