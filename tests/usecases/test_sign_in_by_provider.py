"""The use cases of a sign-in at the provider, on a real vault and store."""

from __future__ import annotations

import pytest

from sonar_core.sync.browser_sign_in import IssuerSheet, begun
from sonar_desktop.sync.errors import NotConfirmedError, OfflineError, SessionEndedError
from sonar_desktop.usecases.errors import UnreachedError
from sonar_desktop.usecases.go_on_here import place_of
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.renew_lease import renew_lease
from sonar_desktop.usecases.sign_in import (
    BrowserNeededError,
    NoRecordsError,
    NotForThisPlaceError,
    admitted_here,
    kept_lease,
)
from sonar_desktop.usecases.sign_in_by_provider import (
    OtherPersonError,
    give_key,
    lengthen_key,
    provider_of,
    redeem,
    renew_by_token,
)
from sonar_desktop.vault.errors import PinNeedsPassword, SecretTooWeak
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS, WEEK_MS
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled

__all__ = ["desk"]
SHEET = IssuerSheet(name="Health board", address="http://127.0.0.1:1/", client="sonar", scopes=())
ATTEMPT = begun(bytes(range(96)), 50_123, 0)
LOCAL = "meadow violin granite"


@pytest.fixture
def pc(desk):
    """A PC that Rhona's password opened; Lena comes by the provider."""
    enrolled(desk)
    desk.server.provider = SHEET
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    return premises, open_pc(premises)


def test_the_server_says_where_people_sign_in(desk, pc):
    premises, opened = pc
    assert provider_of(premises, place_of(opened)) == SHEET
    desk.server.provider = None
    assert provider_of(premises, place_of(opened)) is None
    desk.server.is_cut = True
    with pytest.raises(UnreachedError):
        provider_of(premises, place_of(opened))


def test_whom_the_provider_vouches_for_has_a_key_with_a_password_of_this_pc(desk, pc):
    premises, opened = pc
    vouched = redeem(premises, place_of(opened), "lmarek", ATTEMPT)
    assert [one.member.user for one in premises.keys.known()] == [RHONA.user], "nothing is kept yet"
    admitted = give_key(premises, place_of(opened), vouched, LOCAL)
    assert admitted.actor == LENA
    assert admitted_here(premises, opened.opened, LENA.user) == admitted
    assert kept_lease(opened.opened, LENA.user).is_by_provider
    premises.keys.unlock(LENA.user, LOCAL)
    assert LOCAL not in desk.server.typed
    assert "token" not in repr(vouched)


def test_a_password_that_is_too_weak_makes_no_key(pc):
    premises, opened = pc
    vouched = redeem(premises, place_of(opened), "lmarek", ATTEMPT)
    with pytest.raises(SecretTooWeak):
        give_key(premises, place_of(opened), vouched, "password")
    assert kept_lease(opened.opened, LENA.user) is None


def test_the_password_of_this_pc_is_never_sent_anywhere(desk, pc):
    premises, opened = pc
    give_key(
        premises, place_of(opened), redeem(premises, place_of(opened), "lmarek", ATTEMPT), LOCAL
    )
    before = list(desk.server.typed)
    with pytest.raises(BrowserNeededError):
        renew_lease(premises, opened, LENA.user, LOCAL)
    assert desk.server.typed == before


def test_a_token_renews_once_and_the_key_is_lengthened(desk, pc):
    premises, opened = pc
    place = place_of(opened)
    vouched = redeem(premises, place, "lmarek", ATTEMPT)
    give_key(premises, place, vouched, LOCAL)
    desk.clock.let_pass(minutes=20)
    fresh = renew_by_token(premises, place, vouched)
    admitted = lengthen_key(premises, place, fresh)
    assert admitted.until_ms == desk.clock.now_ms() + WEEK_MS
    assert admitted_here(premises, opened.opened, LENA.user) == admitted
    known = {one.member.user: one.not_after_ms for one in premises.keys.known()}
    assert known[LENA.user] == admitted.until_ms
    with pytest.raises(SessionEndedError):
        renew_by_token(premises, place, vouched)


def test_without_their_password_in_this_process_no_key_is_lengthened(desk, pc):
    premises, opened = pc
    vouched = redeem(premises, place_of(opened), "lmarek", ATTEMPT)
    give_key(premises, place_of(opened), vouched, LOCAL)
    premises.keys.lock()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    with pytest.raises(PinNeedsPassword):
        lengthen_key(premises, place_of(opened), vouched)


def test_somebody_else_than_was_chosen_is_not_taken(pc):
    premises, opened = pc
    with pytest.raises(OtherPersonError):
        redeem(premises, place_of(opened), "lmarek", ATTEMPT, RHONA.user)
    assert redeem(premises, place_of(opened), "rokafor", ATTEMPT, RHONA.user).lease.user == (
        RHONA.user
    )


def test_a_code_that_serves_no_more_and_a_server_that_is_away_have_their_words(desk, pc):
    premises, opened = pc
    with pytest.raises(NotConfirmedError):
        redeem(premises, place_of(opened), "used", ATTEMPT)
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        redeem(premises, place_of(opened), "lmarek", ATTEMPT)


def test_another_suite_and_a_role_without_records_open_nothing(desk, pc, monkeypatch):
    import msgspec  # noqa: PLC0415

    from tests.ui import front_desk  # noqa: PLC0415

    premises, opened = pc
    desk.server.sites = ("0192d3a4-0000-7000-8000-0000000000a9",)
    with pytest.raises(NotForThisPlaceError):
        redeem(premises, place_of(opened), "lmarek", ATTEMPT)
    desk.server.sites = (opened.pc.site,)
    nobody = msgspec.structs.replace(LENA, role="administrator")
    monkeypatch.setitem(front_desk.PEOPLE, "lmarek", nobody)
    with pytest.raises(NoRecordsError):
        redeem(premises, place_of(opened), "lmarek", ATTEMPT)
