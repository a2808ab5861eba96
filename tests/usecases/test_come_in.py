from __future__ import annotations

import pytest

from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.come_in import by_key, by_name, by_renewal, was_synced
from sonar_desktop.usecases.go_on_here import place_of
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.renew_lease import renew_lease
from sonar_desktop.usecases.sign_in import BrowserNeededError
from sonar_desktop.usecases.sign_in_by_provider import NoProviderError, give_key, redeem
from sonar_desktop.vault.errors import WrongPassword
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS
from tests.usecases.test_begin_emergency import WHY
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled
from tests.usecases.test_sign_in_by_provider import ATTEMPT, LOCAL, SHEET

__all__ = ["desk"]
SECRET = PASSWORDS["rokafor"]


@pytest.fixture
def premises(desk):
    enrolled(desk)
    return desk.premises()


@pytest.fixture
def by_provider(desk, premises):
    """A PC on which Lena has a key by the provider, its program started again."""
    desk.server.provider = SHEET
    premises.keys.unlock(RHONA.user, SECRET)
    pc = open_pc(premises)
    give_key(premises, place_of(pc), redeem(premises, place_of(pc), "lmarek", ATTEMPT), LOCAL)
    pc.opened.close()
    premises.keys.lock()
    return premises


def test_by_password_the_store_is_opened_and_stays_open(premises):
    came = by_key(premises, None, RHONA.user, lambda: premises.keys.unlock(RHONA.user, SECRET))
    assert (came.admitted.actor, came.was_synced) == (RHONA, False)
    assert not was_synced(came.opened)


def test_whoever_is_not_let_in_leaves_no_key_behind(desk, premises):
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        by_renewal(premises, None, RHONA.user, SECRET)
    assert not premises.keys.is_unlocked


def test_by_name_the_server_s_word_counts(premises):
    premises.keys.unlock(RHONA.user, SECRET)
    assert by_name(premises, open_pc(premises), "lmarek", PASSWORDS["lmarek"]).admitted.actor == (
        LENA
    )


def test_whose_password_is_of_this_pc_alone_is_sent_to_the_browser(desk, by_provider):
    desk.clock.let_pass(minutes=8 * 24 * 60)
    before = list(desk.server.typed)
    came = by_renewal(by_provider, None, LENA.user, LOCAL)
    assert isinstance(came.admitted, BrowserNeededError)
    assert by_provider.keys.is_unlocked
    assert desk.server.typed == before


def test_with_the_store_open_it_has_to_be_right_all_the_same(desk, by_provider):
    desk.clock.let_pass(minutes=8 * 24 * 60)
    by_provider.keys.unlock_to_renew(RHONA.user, SECRET)
    with pytest.raises(WrongPassword):
        by_renewal(by_provider, open_pc(by_provider), LENA.user, "not hers at all")


def test_a_server_without_the_provider_says_so(desk, by_provider):
    desk.clock.let_pass(minutes=8 * 24 * 60)
    desk.server.provider = None
    with pytest.raises(NoProviderError):
        by_renewal(by_provider, None, LENA.user, LOCAL)
    assert not by_provider.keys.is_unlocked


def test_away_from_the_server_they_have_emergency_access_too(desk, by_provider):
    desk.clock.let_pass(minutes=8 * 24 * 60)
    desk.server.is_cut = True
    came = by_renewal(by_provider, None, LENA.user, LOCAL, WHY)
    assert came.admitted.actor.emergency
    came.opened.opened.close()
    by_provider.keys.lock()
    desk.server.is_cut = False
    unlock = lambda: by_provider.keys.unlock(LENA.user, LOCAL)  # noqa: E731
    again = by_key(by_provider, None, LENA.user, unlock, password=LOCAL)
    assert again.admitted.actor.emergency, "it ends in the browser"


class PowerCutError(BaseException):
    """The machine dies here."""


def dies(*_anything, **_more):
    raise PowerCutError


@pytest.fixture
def between(desk, premises, monkeypatch):
    """A PC that died after the key had its new end and before the store had the new lease."""
    premises.keys.unlock(RHONA.user, SECRET)
    pc = open_pc(premises)
    desk.clock.let_pass(minutes=6 * 24 * 60)
    with monkeypatch.context() as patched:
        patched.setattr(type(pc.opened.store), "write", dies)
        with pytest.raises(PowerCutError):
            renew_lease(premises, pc, RHONA.user, SECRET)
    pc.opened.close()
    desk.clock.let_pass(minutes=2 * 24 * 60)
    return desk.premises()


def test_a_key_that_runs_on_under_a_lease_that_has_ended_asks_the_server(desk, between):
    assert between.keys.known()[0].asks == "password"
    came = by_key(
        between,
        None,
        RHONA.user,
        lambda: between.keys.unlock(RHONA.user, SECRET),
        password=SECRET,
    )
    assert came.admitted.until_ms > desk.clock.now_ms()
    came.opened.opened.close()


def test_and_without_an_answer_nobody_is_let_in_and_no_key_stays(desk, between):
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        by_key(
            between,
            None,
            RHONA.user,
            lambda: between.keys.unlock(RHONA.user, SECRET),
            password=SECRET,
        )
    assert not between.keys.is_unlocked
