from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.vault.errors import (
    KeyringLocked,
    LeaseEnded,
    NotKnownHere,
    PcRemoved,
    PinNeedsPassword,
    TriesUsedUp,
    WrongPassword,
)
from sonar_desktop.vault.keybag import CURRENT, PREVIOUS, decoded
from sonar_desktop.vault.recovery import open_sealed
from tests.vault.test_envelope_slots import use
from tests.vault.world import (
    DAY_MS,
    LEASE_END_MS,
    ORGANISATION,
    PRIYA,
    PRIYAS,
    TOM,
    TOMS,
    secret_of,
)


def test_a_renewed_lease_reaches_the_slot_without_the_password(pc):
    pc.enrolled()
    vault = pc.started()
    vault.unlock(PRIYA.user, PRIYAS)
    promoted = msgspec.structs.replace(PRIYA, role="manager")
    vault.orders.renew(promoted, gen=2, not_after_ms=LEASE_END_MS + 7 * DAY_MS)
    pc.clock.let_pass(8 * DAY_MS)
    again = pc.started()
    assert again.unlock(PRIYA.user, PRIYAS)
    (known,) = again.users()
    assert (known.person.role, known.gen) == ("manager", 2)
    pc.clock.let_pass(6 * DAY_MS)
    with pytest.raises(LeaseEnded):
        pc.started().unlock(PRIYA.user, PRIYAS)


def test_a_lease_is_renewed_only_for_those_who_signed_in_by_password(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    again = pc.started()
    again.unlock(PRIYA.user, PRIYAS)
    with pytest.raises(PinNeedsPassword):
        again.orders.renew(TOM, gen=1, not_after_ms=LEASE_END_MS * 2)
    with pytest.raises(NotKnownHere):
        again.orders.renew(
            msgspec.structs.replace(TOM, user="user-nobody"), gen=1, not_after_ms=LEASE_END_MS
        )


def test_an_older_password_is_removed_from_both_generations(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=4, not_after_ms=LEASE_END_MS)
    vault.enrol_pin(TOM.user, "739158")
    assert not vault.orders.drop_older_slot(TOM.user, 4)
    assert vault.orders.drop_older_slot(TOM.user, 5)
    assert not vault.orders.drop_older_slot(TOM.user, 5)
    with pytest.raises(PinNeedsPassword):
        vault.enrol_pin(TOM.user, "739158")
    (pc.data / CURRENT).write_bytes(b"rot")
    with pytest.raises(NotKnownHere):
        pc.started().unlock(TOM.user, TOMS)
    assert pc.started().unlock(PRIYA.user, PRIYAS)


def test_the_last_password_is_kept_because_nobody_else_could_open_the_records(pc):
    vault = pc.enrolled()
    vault.envelopes.make()
    assert not vault.orders.drop_older_slot(PRIYA.user, 9)
    assert pc.started().unlock(PRIYA.user, PRIYAS)


def test_somebody_whom_an_envelope_let_in_is_no_reason_to_remove_the_last_password(pc):
    """Them the server never lets in: with a new password of hers nobody could open the records."""
    vault = pc.enrolled()
    use(vault, vault.envelopes.make()[0].code)
    assert not vault.orders.drop_older_slot(PRIYA.user, 9)
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    assert vault.orders.drop_older_slot(PRIYA.user, 9)


def test_an_online_sign_in_ends_a_lock_out(pc):
    pc.enrolled()
    vault = pc.started()
    for _ in range(10):
        with pytest.raises(WrongPassword):
            vault.unlock(PRIYA.user, "granite whistle fern")
        pc.clock.let_pass(900_000)
    with pytest.raises(TriesUsedUp):
        vault.unlock(PRIYA.user, PRIYAS)
    vault.orders.forgive_tries(PRIYA.user)
    assert vault.unlock(PRIYA.user, PRIYAS)


def test_a_wipe_order_destroys_slots_and_secret_and_leaves_what_the_organisation_can_open(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    vault.enrol_pin(PRIYA.user, "739158")
    code = vault.envelopes.make()[0].code
    known = secret_of(vault)
    vault.orders.wipe_slots()
    assert secret_of(vault) == known
    with pytest.raises(NotKnownHere):
        vault.verify_pin(PRIYA.user, "739158")
    vault.lock()
    assert vault.is_enrolled
    again = pc.started()
    assert again.users() == ()
    assert pc.store.read(f"{again.db_uuid}/device-secret") is None
    for way_in in (
        lambda: again.unlock(PRIYA.user, PRIYAS),
        lambda: again.envelopes.unlock(code),
    ):
        with pytest.raises(PcRemoved):
            way_in()
    for name in (CURRENT, PREVIOUS):
        bag = decoded((pc.data / name).read_bytes())
        assert bag.slots == ()
        assert bytes(open_sealed(bag.recovery, bytes(ORGANISATION)).exposed()) == known


def test_a_wipe_that_the_keyring_stopped_can_be_repeated(pc, monkeypatch):
    vault = pc.enrolled()

    def locked(*_args):
        raise KeyringLocked

    with monkeypatch.context() as patch:
        patch.setattr(type(pc.store), "delete", locked)
        with pytest.raises(KeyringLocked):
            vault.orders.wipe_slots()
    assert decoded((pc.data / CURRENT).read_bytes()).slots == ()
    first = decoded((pc.data / CURRENT).read_bytes()).wiped_ms
    pc.clock.let_pass(DAY_MS)
    vault.orders.wipe_slots()
    assert pc.store.read(f"{vault.db_uuid}/device-secret") is None
    assert decoded((pc.data / CURRENT).read_bytes()).wiped_ms == first
