from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core import bodies
from sonar_core.sync.lease import Lease
from sonar_core.sync.roll import Ended
from sonar_desktop.sync.errors import OfflineError, SignInError
from sonar_desktop.usecases.hear_roll import EndedLease, hear_roll, taken_back
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.sign_in import (
    AccountClosedError,
    PasswordReplacedError,
    admitted_here,
    heard_of,
    kept_lease,
    sign_in_online,
)
from sonar_desktop.vault.errors import RollRefused
from tests.ui.conftest import RHONA
from tests.ui.front_desk import PASSWORDS, SERVER
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled

__all__ = ["desk"]
ANOTHER = "saddle mirror quartz"


@pytest.fixture
def opened(desk):
    enrolled(desk)
    desk.clock.let_pass(minutes=1)
    return start(desk)


def start(desk):
    """The program started anew; Rhona's password of the first day opens the store."""
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    return premises, open_pc(premises)


def hear(desk, opened):
    premises, pc = opened
    return hear_roll(premises.keys, pc, desk.server)


def say(desk, gen, *, is_open=True):
    desk.server.accounts[RHONA.user] = (gen, is_open)


def test_of_an_account_that_is_as_it_was_nothing_is_written(desk, opened):
    assert hear(desk, opened) == ()
    assert heard_of(opened[1].opened, RHONA.user) is None
    assert admitted_here(opened[0], opened[1].opened, RHONA.user).actor == RHONA


@pytest.mark.parametrize(
    ("is_open", "why", "error"),
    [(False, Ended.CLOSED, AccountClosedError), (True, Ended.PASSWORD, PasswordReplacedError)],
)
def test_what_the_server_takes_back_stays_taken_back_without_the_network(
    desk, opened, is_open, why, error
):
    say(desk, 2, is_open=is_open)
    ended = (EndedLease(user=RHONA.user, why=why, gen=2),)
    assert hear(desk, opened) == ended
    assert hear(desk, opened) == ended
    opened[1].opened.close()
    desk.server.is_cut = True
    premises, pc = start(desk)
    with pytest.raises(error):
        admitted_here(premises, pc.opened, RHONA.user)


def test_without_the_network_nothing_is_heard_and_the_lease_stands(desk, opened):
    say(desk, 2, is_open=False)
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        hear(desk, opened)
    assert admitted_here(opened[0], opened[1].opened, RHONA.user).actor == RHONA
    assert taken_back(*opened, RHONA.user) is None


def test_a_word_that_another_key_signed_ends_nothing(desk, opened):
    say(desk, 2, is_open=False)
    desk.server.key, true_key = Ed25519PrivateKey.generate(), desk.server.key
    with pytest.raises(RollRefused):
        hear(desk, opened)
    desk.server.key = true_key
    assert admitted_here(opened[0], opened[1].opened, RHONA.user).actor == RHONA


def test_an_older_word_that_comes_later_takes_nothing_back(desk, opened):
    say(desk, 2)
    desk.clock.let_pass(minutes=5)
    assert len(hear(desk, opened)) == 1
    say(desk, 1)
    desk.clock.let_pass(minutes=-3)
    assert len(hear(desk, opened)) == 1
    with pytest.raises(PasswordReplacedError):
        admitted_here(opened[0], opened[1].opened, RHONA.user)


def test_a_server_that_was_put_back_keeps_nobody_out(desk, opened):
    say(desk, 2)
    assert len(hear(desk, opened)) == 1
    say(desk, 1)
    desk.clock.let_pass(minutes=1)
    assert hear(desk, opened) == ()
    assert admitted_here(opened[0], opened[1].opened, RHONA.user).actor == RHONA


def test_a_sign_in_with_the_new_password_ends_the_matter(desk, opened):
    say(desk, 2)
    assert len(hear(desk, opened)) == 1
    desk.server.passwords["rokafor"] = ANOTHER
    premises, pc = opened
    asked = {"server": SERVER, "username": "rokafor"}
    with pytest.raises(SignInError):
        sign_in_online(premises, pc.opened, pc.identity, password=PASSWORDS["rokafor"], **asked)
    sign_in_online(premises, pc.opened, pc.identity, password=ANOTHER, **asked)
    assert admitted_here(premises, pc.opened, RHONA.user).actor == RHONA
    assert bodies.decode(kept_lease(pc.opened, RHONA.user).body, Lease).cred_gen == 2
    assert hear(desk, opened) == ()


def test_who_is_refused_by_the_server_is_told_why(desk, opened):
    assert taken_back(*opened, RHONA.user) is None
    say(desk, 2)
    assert isinstance(taken_back(*opened, RHONA.user), PasswordReplacedError)
    desk.clock.let_pass(minutes=1)
    say(desk, 3, is_open=False)
    assert isinstance(taken_back(*opened, RHONA.user), AccountClosedError)
    assert taken_back(*opened, "somebody else") is None
