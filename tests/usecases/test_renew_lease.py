from __future__ import annotations

import pytest

from sonar_desktop.sync.errors import OfflineError, SignInError
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.renew_lease import renew_lease
from sonar_desktop.usecases.sign_in import admitted_here
from tests.ui.conftest import RHONA
from tests.ui.front_desk import PASSWORDS
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled

__all__ = ["desk"]
DAY_MS = 24 * 3_600_000


@pytest.fixture
def opened(desk):
    enrolled(desk)
    desk.clock.let_pass(minutes=3 * 24 * 60)
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    return premises, open_pc(premises)


def test_a_new_lease_is_kept_and_counts_from_now(desk, opened):
    premises, pc = opened
    premises.keys.set_pin(RHONA.user, "284915")
    renewed = renew_lease(premises, pc, RHONA.user, PASSWORDS["rokafor"])
    assert renewed.until_ms == desk.clock.now_ms() + 7 * DAY_MS
    assert admitted_here(premises, pc.opened, RHONA.user) == renewed
    [known] = premises.keys.known()
    assert (known.not_after_ms, known.asks) == (renewed.until_ms, "pin")


@pytest.mark.parametrize(
    ("is_cut", "password", "error"),
    [(True, PASSWORDS["rokafor"], OfflineError), (False, "changed elsewhere", SignInError)],
)
def test_without_a_yes_the_old_lease_stays(desk, opened, is_cut, password, error):
    premises, pc = opened
    before = admitted_here(premises, pc.opened, RHONA.user)
    desk.server.is_cut = is_cut
    with pytest.raises(error):
        renew_lease(premises, pc, RHONA.user, password)
    assert admitted_here(premises, pc.opened, RHONA.user) == before
    assert premises.keys.known()[0].not_after_ms == before.until_ms
