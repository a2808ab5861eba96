"""Leases are renewed by token while their people are signed in on this PC."""

from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels.session import Stage
from tests.ui.conftest import LENA
from tests.ui.front_desk import WEEK_MS
from tests.ui.viewmodels.test_provider_sign_in import come_in, page

__all__ = ["page"]


@pytest.fixture
def lena(qtbot, page, front_desk):
    """Lena signed in by the provider and is at work."""
    come_in(qtbot, page, front_desk)
    session = page.session
    session.pin_settled()
    assert session.stage is Stage.WORKING
    return session


def renewed(qtbot, session, hand_clock):
    before = session.admitted.until_ms
    hand_clock.let_pass(minutes=20)
    session.renewal.timer.timeout.emit()
    qtbot.waitUntil(lambda: session.admitted.until_ms > before)


def test_a_lease_counts_from_the_last_renewal_each_token_serving_once(qtbot, lena, hand_clock):
    renewed(qtbot, lena, hand_clock)
    renewed(qtbot, lena, hand_clock)
    assert lena.admitted.until_ms == hand_clock.now_ms() + WEEK_MS
    known = {one.member.user: one.not_after_ms for one in lena.premises.keys.known()}
    assert known[LENA.user] == lena.admitted.until_ms


def test_without_the_server_the_token_is_kept_for_later(qtbot, lena, front_desk, hand_clock):
    front_desk.server.is_cut = True
    lena.renewal.renew()
    asked = []
    lena.background.aside(lambda: None, asked.append)
    qtbot.waitUntil(lambda: bool(asked))
    front_desk.server.is_cut = False
    renewed(qtbot, lena, hand_clock)


def test_a_session_that_the_server_ended_is_asked_about_no_more(qtbot, lena, front_desk):
    before = lena.admitted.until_ms
    front_desk.server.tokens.clear()
    lena.renewal.renew()
    qtbot.waitUntil(lambda: not lena.renewal._sessions)
    assert lena.admitted.until_ms == before, "the lease stands"


def test_a_sign_out_forgets_the_token(lena):
    lena.sign_out()
    assert not lena.renewal._sessions
