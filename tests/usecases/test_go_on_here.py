from __future__ import annotations

import pytest

from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.go_on_here import ask_by_name, ask_to_go_on
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.sign_in import LeaseMissingError
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled

__all__ = ["desk"]


@pytest.fixture
def opened(desk):
    enrolled(desk)
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    return premises, open_pc(premises)


def test_somebody_new_is_let_in_by_the_server_s_word(opened):
    premises, pc = opened
    assert ask_by_name(premises, pc, "lmarek", PASSWORDS["lmarek"]).actor == LENA


def test_whom_this_pc_keeps_no_lease_of_it_cannot_ask_about(opened):
    premises, pc = opened
    with pytest.raises(LeaseMissingError):
        ask_to_go_on(premises, pc, LENA.user, PASSWORDS["lmarek"])


def test_without_a_reason_no_answer_is_no_answer(desk, opened):
    premises, pc = opened
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        ask_to_go_on(premises, pc, RHONA.user, PASSWORDS["rokafor"])
