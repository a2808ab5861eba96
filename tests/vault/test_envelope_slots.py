from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.vault.errors import (
    CodeMistyped,
    NotWritten,
    TriesUsedUp,
    TryLater,
    VaultLocked,
    WrongCode,
)
from sonar_desktop.vault.keybag import CURRENT, PREVIOUS
from sonar_desktop.vault.people import Person
from tests.vault.world import PRIYA, PRIYAS, Pc, secret_of

SAM = Person(user="sam", display_name="Sam Reed (not confirmed)", initials="SR", role="nurse")
SAMS = "plum gravel sixteen"


def use(vault, code):
    """Open an envelope and take a password in its place; return which it was."""
    opened = vault.envelopes.unlock(code)
    vault.add_password_slot(SAM, SAMS, gen=0, not_after_ms=2**50, envelope=opened.slot)
    return opened.number


def test_three_envelopes_open_the_store_once_each(pc):
    vault = pc.enrolled()
    known = secret_of(vault)
    envelopes = vault.envelopes.make()
    assert [envelope.number for envelope in envelopes] == [1, 2, 3]
    for used, envelope in enumerate(reversed(envelopes), start=1):
        again = pc.started()
        assert use(again, envelope.code.lower()) == envelope.number
        assert secret_of(again) == known
        assert again.envelopes.left == 3 - used
        with pytest.raises(WrongCode):
            pc.started().envelopes.unlock(envelope.code)
    assert pc.started().unlock(SAM.user, SAMS)


def test_an_envelope_is_good_until_its_person_has_a_key_of_their_own(pc):
    [envelope, *_] = pc.enrolled().envelopes.make()
    for _ in range(2):
        vault = pc.started()
        vault.envelopes.unlock(envelope.code)
        assert (vault.is_unlocked, vault.envelopes.left) == (True, 3)


def test_of_two_who_opened_one_envelope_one_gets_a_key(pc):
    vault = pc.enrolled()
    [envelope, *_] = vault.envelopes.make()
    first, second = vault.envelopes.unlock(envelope.code), vault.envelopes.unlock(envelope.code)
    vault.add_password_slot(SAM, SAMS, gen=0, not_after_ms=2**50, envelope=first.slot)
    other = msgspec.structs.replace(SAM, user="other")
    with pytest.raises(WrongCode):
        vault.add_password_slot(other, SAMS, gen=0, not_after_ms=2**50, envelope=second.slot)
    assert "other" not in {known.person.user for known in vault.users()}


def test_a_used_envelope_opens_neither_generation_of_the_key_file(pc):
    envelopes = pc.enrolled().envelopes.make()
    use(pc.started(), envelopes[0].code)
    (pc.data / CURRENT).write_bytes(b"rot")
    with pytest.raises(WrongCode):
        pc.started().envelopes.unlock(envelopes[0].code)
    assert (pc.data / PREVIOUS).exists()


def test_an_envelope_that_cannot_be_voided_gives_nobody_a_key(pc, monkeypatch):
    envelopes = pc.enrolled().envelopes.make()

    def full(*_args):
        raise NotWritten

    again = pc.started()
    monkeypatch.setattr("sonar_desktop.vault.keybag.write_atomically", full)
    with pytest.raises(NotWritten):
        use(again, envelopes[0].code)
    assert SAM.user not in {known.person.user for known in again.users()}
    monkeypatch.undo()
    assert use(pc.started(), envelopes[0].code) == 1


def test_new_envelopes_void_the_old_ones_and_no_password(pc):
    vault = pc.enrolled()
    old = vault.envelopes.make()
    new = vault.envelopes.make()
    assert vault.envelopes.left == 3
    again = pc.started()
    with pytest.raises(WrongCode):
        again.envelopes.unlock(old[0].code)
    assert again.envelopes.unlock(new[0].code).number == 1
    assert pc.started().unlock(PRIYA.user, PRIYAS)


def test_an_envelope_of_another_pc_opens_nothing(pc, tmp_path):
    pc.enrolled().envelopes.make()
    (tmp_path / "other").mkdir()
    foreign = Pc(tmp_path / "other").enrolled().envelopes.make()
    with pytest.raises(WrongCode):
        pc.started().envelopes.unlock(foreign[0].code)


def test_wrong_codes_are_throttled_and_slips_are_not(pc, tmp_path):
    pc.enrolled().envelopes.make()
    (tmp_path / "other").mkdir()
    wrong = Pc(tmp_path / "other").enrolled().envelopes.make()[0].code
    vault = pc.started()
    for _ in range(20):
        with pytest.raises(CodeMistyped):
            vault.envelopes.unlock("not a code")
    taken = 0
    for _ in range(40):
        try:
            vault.envelopes.unlock(wrong)
        except WrongCode:
            taken += 1
        except TryLater as wait:
            pc.clock.let_pass(wait.seconds * 1000)
        except TriesUsedUp:
            break
    assert taken == 10
    assert vault.unlock(PRIYA.user, PRIYAS)


def test_envelopes_are_made_only_by_somebody_who_is_signed_in(pc):
    pc.enrolled()
    with pytest.raises(VaultLocked):
        pc.started().envelopes.make()


def test_the_tiles_of_those_with_an_account_come_first(pc):
    vault = pc.enrolled()
    aaron = msgspec.structs.replace(SAM, display_name="Aaron Abel (not confirmed)")
    opened = vault.envelopes.unlock(vault.envelopes.make()[0].code)
    vault.add_password_slot(aaron, SAMS, gen=0, not_after_ms=2**50, envelope=opened.slot)
    assert [known.person.user for known in vault.users()] == [PRIYA.user, SAM.user]
